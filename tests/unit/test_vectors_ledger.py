"""The ledger runs every test vector. An operation that no table knows fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import FormatError, LedgerError, ProofError, Rejected, SignatureError
from tests.support import vector_ops_ledger, vector_ops_ledger_entries, vector_ops_ledger_trees, write_vectors

VECTORS = Path(__file__).parent.parent / "vectors"
CASES = sorted(VECTORS.glob("*/*.json"))
OPS = vector_ops_ledger.OPS | vector_ops_ledger_trees.OPS | vector_ops_ledger_entries.OPS
ERRORS = ((FormatError, "format"), (SignatureError, "signature"), (ProofError, "proof"), (Rejected, "rejected"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_vector(path: Path) -> None:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert set(case) - {"reason"} in ({"about", "op", "in", "out"}, {"about", "op", "in", "error"})
    run = OPS[case["op"]]
    if "out" in case:
        # As JSON, because Python holds 1 and true, and a list and a tuple, for equal or unequal where JSON does not.
        assert json.dumps(run(case["in"]), sort_keys=True) == json.dumps(case["out"], sort_keys=True)
        return
    with pytest.raises(LedgerError) as caught:
        run(case["in"])
    assert next(name for kind, name in ERRORS if isinstance(caught.value, kind)) == case["error"]
    assert getattr(caught.value, "reason", None) == case.get("reason")


def test_every_operation_is_used_and_every_area_has_good_and_bad_cases() -> None:
    """An area whose cases all succeed, or all fail, would not tell a parser from a constant."""
    cases = [(path.parent.name, json.loads(path.read_text(encoding="utf-8"))) for path in CASES]
    assert {case["op"] for _, case in cases} == set(OPS)
    directions = {(area, "out" in case) for area, case in cases}
    assert directions == {(area, good) for area, _ in cases for good in (True, False)}


def test_the_writer_gives_these_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vector that was changed by hand would be lost when the others are written again."""
    monkeypatch.setattr(write_vectors.Area, "root", tmp_path)
    write_vectors.main()
    for area in tmp_path.iterdir():
        kept, written = ({path.name: path.read_bytes() for path in folder.glob("*.json")}
                         for folder in (VECTORS / area.name, area))
        assert written == kept


def test_no_two_tables_share_an_operation() -> None:
    assert not set(vector_ops_ledger.OPS) & set(vector_ops_ledger_trees.OPS)
