"""F28: whatever byte of a signed entry, or of what it names, is changed, both sides refuse it for the same reason.

One byte in so many is drawn; `MINGZHANG_EXHAUSTIVE=1` tries all of them.
"""

import os
import random

import pytest

from ledger.bodies import BODIES
from ledger.kinds import KINDS
from tests.support.both_sides import first_of_each_kind
from tests.support.log_samples import every_kind

EXHAUSTIVE = os.environ.get("MINGZHANG_EXHAUSTIVE") == "1"
SAMPLED = 150  # of each entry, and as many of each file


def positions(draw, data):
    return range(len(data)) if EXHAUSTIVE else sorted(draw.sample(range(len(data)), min(SAMPLED, len(data))))


def changed(draw, data, at):
    return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]


def test_a_changed_byte_of_an_entry_is_refused_and_leaves_no_trace():
    draw = random.Random(28)
    world = every_kind()
    kinds = []
    for kind, note, sides in first_of_each_kind(world):
        before = sides.roots()
        for at in positions(draw, note):
            got = sides.judge(changed(draw, note, at), time_unix_ms=sides.time_unix_ms)
            assert got.partition(" ")[0] in ("FormatError", "SignatureError", "Rejected"), (kind, at, got)
        assert sides.roots() == before, kind
        kinds.append(kind)
    assert set(kinds) == {*KINDS, *BODIES} - {"sealed"}


@pytest.mark.parametrize("files,wanted", [
    pytest.param("bodies", {"ProofError"}, id="bodies"),
    pytest.param("tag_files", {"ProofError"}, id="tags"),
    # An amount may also become 0, or so large that the total overflows.
    pytest.param("batches", {"ProofError", "FormatError"}, id="batches"),
])
def test_a_changed_byte_of_a_file_is_refused_and_leaves_no_trace(files, wanted):
    draw = random.Random(29)
    world = every_kind()
    held = getattr(world.files, files)
    tried = 0
    for kind, note, sides in first_of_each_kind(world):
        before = sides.roots()
        for name in [name for name in held if name.hex().encode() in note]:
            data = held[name]
            for at in positions(draw, data):
                held[name] = changed(draw, data, at)
                assert sides.judge(note, time_unix_ms=sides.time_unix_ms) in wanted, (kind, at)
                tried += 1
            held[name] = data
        assert sides.roots() == before, kind
    assert tried >= 2 * 32
