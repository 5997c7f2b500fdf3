"""F31: each kind signed by every party, every pair and all of them; only those whom rules-1.json names get it in.

The expected signers are read out of the published table; only `holder` and the like are looked up in the books.
"""

import json
from itertools import combinations
from pathlib import Path

from ledger.entry import sign_entry
from ledger.keys import ED25519, SigningKey
from tests.support.both_sides import first_of_each_kind
from tests.support.log_samples import every_kind
from tests.support.world import ORIGIN, PARTIES, digest

TABLE = json.loads((Path(__file__).parents[2] / "docs" / "formats" / "rules-1.json").read_text(encoding="utf-8"))
ROLES = {"county": {"county", "auditor"}, "foundation": {"foundation"}, "insurer": {"insurer"},
         "platform": {"platform"}}
SUBSETS = [set(names) for count in (1, 2, len(PARTIES)) for names in combinations(PARTIES, count)]


def holder(state, account):
    return state.get("account", account)["holder"]


def meeting(requirement, value, state):
    """The parties that meet one requirement of the table."""
    if requirement == "any":
        return set(PARTIES)
    if requirement.startswith("role:"):
        wanted = set(requirement.removeprefix("role:").split("|"))
        return {name for name in PARTIES if ROLES[name] & wanted}
    end = requirement.removeprefix("holder:")
    if end in ("from", "to"):
        return {holder(state, value[end])}
    if "transfer" in value:
        transit = state.get("account", f"transit/{value['transfer']}")
        return {holder(state, transit["to" if end == "destination" else "source"])}
    return {holder(state, state.get("payout", value["payout"])["to"])}


def is_right(subset, requirements, value, state):
    """Whether these parties are the right signers."""
    if requirements == ["all"]:
        return subset == set(PARTIES)
    if requirements == ["most"]:
        return 3 * len(subset) > 2 * len(PARTIES)
    if requirements == ["holders"]:
        return subset == {account["holder"] for account in value["accounts"]}
    if requirements == ["holders at the place"]:
        at_place = [name for (_table, _place, name), _ in state.scan("place", value["place"])]
        return subset <= {holder(state, name) for name in at_place}
    if requirements == ["holders of the legs"]:  # the gift has moved on: the account that the terms name pays
        return subset == {"foundation"}
    met = [meeting(requirement, value, state) for requirement in requirements]
    return all(parties & subset for parties in met) and subset <= set().union(*met)


def test_only_the_right_signers_get_an_entry_in():
    world = every_kind()
    tried = {"ok": 0, "Rejected wrong_signers": 0}
    for kind, note, sides in first_of_each_kind(world):
        value = json.loads(note.split(b"\n")[1])
        sealed = value["kind"] == "sealed"
        said = json.loads(world.files.bodies[bytes.fromhex(value["body"])]) if sealed else value
        requirements = TABLE["bodies" if sealed else "kinds"][kind]["signers"]
        for subset in SUBSETS:
            right = is_right(subset, requirements, said, sides.state)
            again = sign_entry(ORIGIN, value, [world.keys[name] for name in subset])
            trial = sides.copy() if right else sides
            got = trial.judge(again, time_unix_ms=sides.time_unix_ms)
            assert got == ("ok" if right else "Rejected wrong_signers"), (kind, sorted(subset))
            tried[got] += 1
    assert tried["ok"] >= len(TABLE["kinds"]) + len(TABLE["bodies"]) - 1
    assert sum(tried.values()) == len(SUBSETS) * (len(TABLE["kinds"]) + len(TABLE["bodies"]) - 1)


def test_nobody_signs_for_a_party_whose_key_is_another():
    """A key that bears a party's name, and is not the charter's, is nobody's."""
    world = every_kind()
    stranger = SigningKey("foundation.example", ED25519, digest("stranger"))
    kinds = set()
    for kind, note, sides in first_of_each_kind(world):
        if kind == "charter":
            continue
        again = sign_entry(ORIGIN, json.loads(note.split(b"\n")[1]), [stranger])
        assert sides.judge(again, time_unix_ms=sides.time_unix_ms) == "Rejected signer_unknown"
        kinds.add(kind)
    assert len(kinds) == len(TABLE["kinds"]) + len(TABLE["bodies"]) - 2
