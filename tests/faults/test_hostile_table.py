"""F38 to F46, P9: every format against every threat; a cell that is missing fails (tests/faults/hostile.py).

Each input of a cell is refused with the verifier's own error, which says where and what, in bounded time and memory;
or, where only something is missing, the verifier cannot tell. A cell without inputs has its reason here.
"""

import re

import pytest

from tests.faults.hostile import THREATS, formats
from tests.fuzz.oracle import Answer, judge
from verifier.errors import VerifyError

_FLAT = "nothing in it holds anything of its own kind"
_NO_MEMBERS = "it has no members"
_NO_NUMBER = "its numbers are of a fixed number of bytes; CBOR's other widths are vectors (tests/vectors/cose)"
_VOUCHED = "other bytes of this length are another value, which a hash or a signature does not vouch for"
_BYTES = ("cosignature", "tile", "batch", "CBOR")

# Why a format has no input of a threat.
EXEMPT = {
    "a member twice": {
        **dict.fromkeys(("vkey", "note", "cosignature", "tlog-proof", "tile path", "tile", "bundle", "batch", "sample",
                         "state", "checkpoint", "answer"), _NO_MEMBERS),
        **dict.fromkeys(("policy", "pins"), "a name twice: test_F44_one_key_under_two_names_is_no_policy"),
        **dict.fromkeys(("CBOR", "COSE"), "a label twice is a vector (tests/vectors/cose)"),
    },
    "numbers": dict.fromkeys((*_BYTES, "vkey", "note", "bundle", "COSE", "state"), _NO_NUMBER),
    "depth": dict.fromkeys((*_BYTES, "vkey", "note", "bundle", "COSE", "state"), _FLAT),
    "tricks of Unicode": {"CBOR": _VOUCHED},
    "another shape": {
        **dict.fromkeys((*_BYTES, "note"), _VOUCHED),
        "json": "any value is one",
        **dict.fromkeys(("stamp", "leaf"), "a stamp is compared whole with what follows from the log before it"),
        "register row": "a row is held against a hash that the log says; a member that is missing stays open",
    },
    "line endings": dict.fromkeys((*_BYTES, "note"), _VOUCHED),
}  # fmt: skip

CELLS = [(name, threat) for name in formats() for threat in THREATS]


@pytest.mark.parametrize("name", formats())
def test_the_sample_is_good(name):
    one = formats()[name]
    assert judge(one.check, one.good) is Answer.ACCEPTED


@pytest.mark.parametrize(("name", "threat"), CELLS, ids=[f"{name}-{threat}" for name, threat in CELLS])
def test_P9_every_format_against_every_threat(name, threat):
    one = formats()[name]
    if name in EXEMPT.get(threat, {}):
        return
    tried = 0
    for data in THREATS[threat](one):
        if data == one.good or one.is_whole(data):
            continue
        tried += 1
        if judge(one.check, data) is not Answer.ACCEPTED:
            _check_says_where(one.check, data)
        else:
            assert one.is_judged, (len(data), data[:200])
    assert tried, "a cell without inputs needs its reason"


def _check_says_where(check, data):
    """A message is a line or two that begins with a place, and is no longer than people read."""
    with pytest.raises((VerifyError, OSError)) as caught:
        check(data)
    said = str(caught.value)
    assert re.search(r"[^ ]: .", said) and len(said) < 4000, said


def test_reasons_are_for_cells_that_there_are():
    for threat, names in EXEMPT.items():
        assert threat in THREATS and set(names) <= set(formats())
