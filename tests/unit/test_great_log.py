"""A great log, made small: a real node takes it in, the verifier finds it valid, and the bare loops read all of it."""

from collections import Counter
from pathlib import Path

import pytest
from nacl.exceptions import BadSignatureError

from benchmarks.great_log_loops import files_of, hash_all, leaves_of, verify_all
from benchmarks.great_log_make import ARCHIVE, POLICY, Made, make_great_log
from ledger.kinds import KINDS
from ledger.leaf import stamp_of
from verifier import audit_log, open_source, parse_policy

LEAVES, LINES = 2_000, 20_000


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    directory = tmp_path_factory.mktemp("great")
    return directory, make_great_log(directory, leaves=LEAVES, lines=LINES)


def test_the_log_is_valid_and_as_large_as_asked(log: tuple[Path, Made]) -> None:
    directory, made = log
    policy = parse_policy((directory / POLICY).read_bytes(), what="policy")
    verdict = audit_log(open_source(str(directory / ARCHIVE)), policy=policy)
    assert (verdict.outcome, verdict.replayed) == ("valid", LEAVES)
    assert (made.leaves, made.lines) == (LEAVES, LINES)


def test_most_leaves_are_steps_of_claims_and_kinds_are_mixed(log: tuple[Path, Made]) -> None:
    _directory, made = log
    assert sum(made.kinds.values()) == LEAVES
    steps = sum(made.kinds.get(kind, 0) for kind in ("claim", "decision", "payout", "confirm"))
    assert LEAVES // 2 < steps < LEAVES
    assert set(KINDS) - {"brought_forward", "close", "drive", "return", "sealed"} <= made.kinds.keys()
    assert {"bounce", "complete", "objection", "request"} <= made.kinds.keys()


def test_the_loops_read_every_leaf_line_and_signature(log: tuple[Path, Made]) -> None:
    archive = log[0] / ARCHIVE
    leaves = [leaf for name, content in files_of(archive) if name.startswith(b"tile/entries/")
              for leaf in leaves_of(content)]
    assert [stamp_of(leaf).index for leaf in leaves] == list(range(LEAVES))
    assert hash_all(archive) == {"leaves": LEAVES, "lines": LINES}
    assert verify_all(archive) == {"signatures": sum(leaf.count("\n— ".encode()) for leaf in leaves)}


def test_the_loops_notice_a_byte_of_an_entry(log: tuple[Path, Made], tmp_path: Path) -> None:
    changed = tmp_path / ARCHIVE
    data = (log[0] / ARCHIVE).read_bytes()
    assert b'"kind":"notice"' in data
    changed.write_bytes(data.replace(b'"kind":"notice"', b'"kind":"notic3"', 1))
    with pytest.raises(AssertionError, match="the leaves do not lead to the root"):
        hash_all(changed)
    with pytest.raises(BadSignatureError):
        verify_all(changed)


def test_the_archive_holds_what_follows_from_the_seed(log: tuple[Path, Made], tmp_path: Path) -> None:
    assert make_great_log(tmp_path, leaves=LEAVES, lines=LINES).kinds == log[1].kinds
    assert (tmp_path / ARCHIVE).read_bytes() == (log[0] / ARCHIVE).read_bytes()
    folders = Counter(name.partition(b"/")[0] for name, _ in files_of(tmp_path / ARCHIVE))
    assert {b"batches", b"bodies", b"checkpoint", b"manifest.json", b"policy", b"tags", b"tile"} == folders.keys()


def test_a_log_that_is_there_is_taken_and_never_overwritten(log: tuple[Path, Made]) -> None:
    directory, made = log
    before = (directory / ARCHIVE).stat().st_mtime_ns
    assert make_great_log(directory, leaves=LEAVES, lines=LINES) == made
    with pytest.raises(FileExistsError, match="there is one of 2000 and 20000; name another directory"):
        make_great_log(directory, leaves=LEAVES + 1, lines=LINES)
    assert (directory / ARCHIVE).stat().st_mtime_ns == before
