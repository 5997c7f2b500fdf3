"""`mingzhang-verify replay` with a given number of processes, which tells how far it is while it runs.

`python -m benchmarks.great_log_replay DIRECTORY PROCESSES LEAVES...` replays the archive there as the command does,
state in a file, and prints a line of JSON when so many leaves are judged, and one with the verdict. It fails where that
is not `valid`.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from verifier import audit_log, open_source, parse_policy
from verifier.audit.ahead import ReadBundle, Reader
from verifier.audit.audit import read_in_turn
from verifier.audit.desk_file import FileDesk
from verifier.audit.workers import read_ahead
from verifier.reports.survey import Survey


def main(directory: Path, *, processes: int, marks: list[int]) -> None:
    """Replay, and tell when as many leaves are judged as each of `marks` says."""
    policy = parse_policy((directory / "policy").read_bytes(), what="policy")
    with TemporaryDirectory(dir=directory) as place:
        desk = FileDesk(Path(place), lasting=False)
        verdict = audit_log(
            open_source(str(directory / "log.archive")), policy=policy, progress=partial(_tell, marks), desk=desk,
            read_bundles=partial(_read, processes=processes), watch=Survey(),
        )  # fmt: skip
        desk.close()
    print(json.dumps({"leaves": verdict.replayed, "verdict": verdict.outcome}), flush=True)
    assert verdict.outcome == "valid", f"{verdict.findings}, {verdict.unknown}"


def _read(reader: Reader, wanted: Iterable[tuple[int, int]], *, processes: int) -> Iterator[ReadBundle | None]:
    return read_in_turn(reader, wanted) if processes == 1 else read_ahead(reader, wanted, processes=processes)


def _tell(marks: list[int], done: int, _size: int) -> None:
    if marks and done >= marks[0]:
        print(json.dumps({"at": marks.pop(0)}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), processes=int(sys.argv[2]), marks=sorted(map(int, sys.argv[3:])))
