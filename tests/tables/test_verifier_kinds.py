"""Every kind and every reason of rules version 1, played through the verifier's replay."""

import pytest

from tests.support.verifier_play import Key, Play, standard
from tests.support.verifier_world import PARTIES
from tests.tables.beginnings import EVERYBODY
from tests.tables.claims import CLAIMS
from tests.tables.decisions import DECISIONS
from tests.tables.payouts import PAYOUTS
from tests.tables.public import PUBLIC
from verifier.entries.members import rules

TABLES = {**PUBLIC, **CLAIMS, **DECISIONS, **PAYOUTS}


@pytest.mark.parametrize("name", TABLES)
def test_table(name):
    before, table = TABLES[name]
    play = standard()
    play(before)
    play(table)


def test_a_log_begins_with_a_charter_that_all_parties_sign():
    play = Play()
    play(f"""
        platform                               donation  lines=5                                    charter_first
        stranger                               charter                                              signer_unknown
        county+foundation+insurer+platform     charter                                              wrong_signers
        {EVERYBODY}                            charter   quorum=3                                   charter_wrong
        {EVERYBODY}                            charter   quorum=6                                   charter_wrong
        {EVERYBODY}                            charter   rules=2                                    format
        {EVERYBODY}                            charter   quorum=4                                   ok
    """)


def test_an_operator_is_a_party():
    play = Play()
    epoch = play.defaults("charter")["epoch"]
    value = {**play.defaults("charter"), "at": play.day, "kind": "charter", "nonce": "0" * 32, "valid_until": play.day}
    note = play.sign({**value, "epoch": {**epoch, "operator": "stranger"}}, PARTIES)
    assert play.outcome(note) == "charter_wrong"
    note = play.sign({**value, "parties": value["parties"][::-1]}, PARTIES)
    assert play.outcome(note) == "format"
    twice = [{**party, "cosigner": value["parties"][0]["cosigner"]} for party in value["parties"]]
    note = play.sign({**value, "parties": twice}, PARTIES)
    assert play.outcome(note) == "format"


def test_the_same_text_counts_once():
    play = standard()
    note = play.entry(["platform"], "donation", ["lines=5"])
    assert play.outcome(note) == "ok"
    assert play.outcome(note) == "exists"


def test_more_than_64_segments_are_refused():
    play = standard()
    ones = ",".join(["1"] * 140)
    play(f"g: platform donation lines={ones} purpose=direct to=fund/dlz/other wrong_signers")
    play(f"g: foundation donation lines={ones} purpose=direct to=fund/dlz/other ok")
    for line in range(1, 130, 2):
        play(f"foundation refund donation=@g line={line} ok")
    play("""
        foundation spend amount=66 ref=A   too_many_segments
        foundation spend amount=64 ref=A   ok
    """)
    assert len(play.stamp()["moves"]) == 64


def test_a_stamp_has_an_end():
    """64 segments into a split are two objects each, more than 16,384 bytes when their numbers are long."""
    play = standard()
    play(f"g: foundation donation lines={','.join(['100000000000'] * 140)} purpose=direct to=fund/dlz/other ok")
    for line in range(1, 130, 2):
        play(f"foundation refund donation=@g line={line} ok")
    play("""
        foundation spend amount=6400000000000 purpose=share-out to=fund/dlz   too_many_segments
        foundation spend amount=5000000000000 purpose=share-out to=fund/dlz   ok
    """)


def test_a_key_of_small_order_is_not_admitted():
    play = Play()
    value = {**play.defaults("charter"), "at": play.day, "kind": "charter", "nonce": "0" * 32, "valid_until": play.day}
    small = Key("small", name="county.example/node", key_type=4, public=b"\x01" + bytes(31))
    parties = [{**party, "cosigner": small.vkey} if party["name"] == "county" else party for party in value["parties"]]
    assert play.outcome(play.sign({**value, "parties": parties}, PARTIES)) == "signature"


def test_the_log_key_is_named_after_the_origin():
    play = Play()
    epoch = {**play.defaults("charter")["epoch"], "log": Key("log", name="other.example/log").vkey}
    value = {**play.defaults("charter"), "at": play.day, "kind": "charter", "nonce": "0" * 32, "valid_until": play.day}
    assert play.outcome(play.sign({**value, "epoch": epoch}, PARTIES)) == "format"


def test_every_kind_and_every_reason_is_played():
    """The tables above, and the tests beside them that need more than a table."""
    played = " ".join(before + table for before, table in TABLES.values()).split()
    beside = {"exists", "charter_wrong", "too_many_segments", "terms_incomplete"}
    assert set(rules()["reasons"]) - set(played) - beside == set()
    assert (rules()["kinds"].keys() | rules()["bodies"].keys()) - set(played) == set()
