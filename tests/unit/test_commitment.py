"""Commitments and tags; most of their cases are vectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.commitment import body_hash, commit, effect_hash, open_commitment, tag, text_hash
from ledger.errors import ProofError

SALT = bytes(range(32))
OPENINGS = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True),
                           st.integers(-(2**53 - 1), 2**53 - 1) | st.text(st.characters(codec="utf-8"), max_size=8))


@given(opening=OPENINGS, other=OPENINGS)
def test_a_commitment_opens_to_one_opening(opening, other):
    commitment = commit(SALT, opening)
    open_commitment(commitment, SALT, dict(reversed(opening.items())))
    if other != opening:
        with pytest.raises(ProofError, match=rf"the opening gives \w{{64}}, the line says {commitment.hex()}"):
            open_commitment(commitment, SALT, other)


def test_what_is_hashed_for_one_purpose_serves_no_other():
    """Each purpose has its own first byte, so equal bytes behind it give different hashes."""
    data = b'{"amount":1}'
    nonce = bytes(16)
    hashes = {commit(bytes(32), {"amount": 1}), body_hash(bytes(32) + data), body_hash(nonce + data),
              effect_hash(nonce, data), text_hash(nonce + data), text_hash(data)}
    assert len(hashes) == 6


def test_tags_of_two_types_or_keys_differ():
    key, other = bytes(32), bytes(31) + b"\x01"
    tags = [tag(key, "person", "1"), tag(key, "household", "1"), tag(key, "person", "2"), tag(other, "person", "1"),
            tag(key, "person1", "1"), tag(key, "person", "11")]
    assert len(set(tags)) == len(tags)
    assert tag(key, "person", "1") == tags[0]
