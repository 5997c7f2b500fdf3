"""F30: an entry belongs to one log and one kind. Cross products of origins and kinds, on both sides."""

import json
from pathlib import Path

import pytest

from ledger.bodies import parse_body
from ledger.entry import parse_entry as ledger_parse
from ledger.entry import sign_entry
from ledger.errors import LedgerError
from ledger.keys import signer_name
from tests.support.both_sides import first_of_each_kind
from tests.support.log_samples import every_kind
from tests.support.twin import outcome
from tests.support.vector_entries import BODIES, ENTRIES, body_value, canonical, entry_text, entry_value, signed_text
from tests.support.world import ORIGIN
from verifier.entries.entry import parse_body as verifier_parse_body
from verifier.entries.entry import parse_entry as verifier_parse
from verifier.errors import VerifyError

ORIGINS = ("ledger.example/dlz", "ledger.example/dlz2", "ledger.example", "test.ledger.example/dlz", ORIGIN)
TABLE = json.loads((Path(__file__).parents[2] / "docs" / "formats" / "rules-1.json").read_text(encoding="utf-8"))


def both(mine, theirs):
    """What both sides say of some bytes."""
    outcomes = []
    for parse in (mine, theirs):
        try:
            parse()
            outcomes.append("ok")
        except (LedgerError, VerifyError) as error:
            outcomes.append(outcome(error))
    assert outcomes[0] == outcomes[1], outcomes
    return outcomes[0]


def judged(note, origin):
    return both(lambda: ledger_parse(note, origin=origin), lambda: verifier_parse(note, origin=origin, what="entry"))


@pytest.mark.parametrize("kind", sorted(set(ENTRIES) - {"charter"}))
def test_an_entry_of_another_log_is_refused(kind):
    for signed_for in ORIGINS:
        note = signed_text(entry_text(entry_value(kind), origin=signed_for)).encode()
        for origin in ORIGINS:
            assert judged(note, origin) == ("ok" if origin == signed_for else "Rejected wrong_origin")


def test_an_entry_that_was_signed_for_another_log_stays_that_log_s():
    """The same parties and keys, our origin written over the other: every signature says no."""
    world = every_kind()
    for kind, note, sides in first_of_each_kind(world):
        if kind == "charter":  # names its origin inside, too
            continue
        value = json.loads(note.split(b"\n")[1])
        keys = [key for key in world.keys.values() if signer_name(key.verifier) in value["signers"]]
        elsewhere = sign_entry("ledger.example/copy", value, keys)
        assert sides.judge(elsewhere, time_unix_ms=sides.time_unix_ms) == "Rejected wrong_origin", kind
        brought_here = elsewhere.replace(b"ledger.example/copy", ORIGIN.encode(), 1)
        assert sides.judge(brought_here, time_unix_ms=sides.time_unix_ms) == "SignatureError", kind


@pytest.mark.parametrize("kind", sorted(ENTRIES))
def test_an_entry_under_the_name_of_another_kind_is_read_as_that_kind(kind):
    """Only where the other kind has just these members can it be exchanged, and the word is under the signature."""
    for other in (*TABLE["kinds"], *TABLE["bodies"]):
        note = signed_text(entry_text(entry_value(kind, kind=other))).encode()
        got = judged(note, ORIGINS[0])
        if other not in TABLE["kinds"]:
            assert got == "Rejected kind_unknown"
        elif fits(ENTRIES[kind], TABLE["kinds"][kind], TABLE["kinds"][other]):
            assert got == "ok"
        else:
            assert got == "FormatError", other


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_a_body_under_the_name_of_another_kind_is_read_as_that_kind(kind):
    for other in (*TABLE["kinds"], *TABLE["bodies"]):
        data = canonical(body_value(kind, kind=other)).encode()
        got = both(lambda data=data: parse_body(data), lambda data=data: verifier_parse_body(data, what="body"))
        if other not in TABLE["bodies"]:
            assert got == "Rejected kind_unknown"
        else:
            assert got == ("ok" if kind == other else "FormatError"), other


def fits(sample, kind, other):
    """Whether a sample of `kind` has all that `other` must have and no more, of the same types, as the table has it."""
    mine, theirs = ({**table["members"], **table["optional"]} for table in (kind, other))
    given = {*sample, "at"} & mine.keys()
    return other["members"].keys() <= given and all(mine[name] == theirs.get(name) for name in given)
