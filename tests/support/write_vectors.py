"""Write the test vectors of the primitives and of the C2SP formats: `python -m tests.support.write_vectors`.

Expected values are written down by hand or computed by code that is not the ledger's, so that a vector judges it.
ML-DSA signatures differ from run to run; a vector that holds one is kept as it is.
"""

import json
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent.parent / "vectors"


class Area:
    """One folder of vectors."""

    root = VECTORS

    def __init__(self, name: str) -> None:
        self.name = name
        self.written: set[str] = set()

    def good(self, case: str, about: str, op: str, given: dict[str, Any], out: dict[str, Any]) -> None:
        self._write(case, {"about": about, "op": f"{self.name}.{op}", "in": given, "out": out})

    def bad(self, case: str, about: str, op: str, given: dict[str, Any], error: str = "format") -> None:
        self._write(case, {"about": about, "op": f"{self.name}.{op}", "in": given, "error": error})

    def _write(self, case: str, content: dict[str, Any]) -> None:
        assert case not in self.written, f"two vectors are called {self.name}/{case}"
        self.written.add(case)
        folder = self.root / self.name
        folder.mkdir(exist_ok=True)
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (folder / f"{case}.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")


def main() -> None:
    from tests.support import (
        write_vectors_entries,
        write_vectors_notes,
        write_vectors_primitives,
        write_vectors_trust,
    )

    for module in (write_vectors_primitives, write_vectors_notes, write_vectors_trust, write_vectors_entries):
        module.write()


if __name__ == "__main__":
    main()
