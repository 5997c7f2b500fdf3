"""What is put on record: `correction`, `drive`, `fact`, `notice`, `pledge`."""

from typing import Any

from verifier.errors import Rejected
from verifier.primitives.parse import INTEGER_MAX
from verifier.rules.act import Act
from verifier.rules.figures import is_of_payouts, is_within, need_figure, need_tellable, settle
from verifier.rules.notices import meet, need_open, start_drive


def pledge(act: Act) -> None:
    """Money that somebody promised."""
    _need_record(act)


def correction(act: Act) -> None:
    """What stands beside an earlier entry; it changes nothing."""
    _need_record(act)
    if act.value["of"] >= act.index:
        raise Rejected("entry_unknown", f"leaf {act.value['of']} is not before this one")


def drive(act: Act) -> None:
    """An appeal for gifts; one with days starts what must be published about it."""
    terms = _need_record(act)
    if "first_day" in act.value:
        start_drive(act, terms)


def fact(act: Act) -> None:
    """Something that is so, in words or as a number with a name."""
    _need_record(act)
    value = act.value
    if "name" in value:
        key = f"fact {act.programme} {value['name']} {value.get('county', '-')}"
        act.rows.put(key, {"index": act.index, "value": value["value"]})


def notice(act: Act) -> None:
    """What a party publishes: it may meet a duty, and what it says of the books is held against them."""
    _need_record(act)
    meets = act.value.get("meets")
    met = None if meets is None else need_open(act, **meets)
    for said in act.value.get("says", ()):
        _say(act, said)
    if met is not None:
        meet(act, met)


def _need_record(act: Act) -> Any:
    terms = act.need_terms(act.value["at"])
    act.need_signers("any", terms=terms)
    return terms


def _say(act: Act, said: Any) -> None:
    """Flag a figure that the books do not support: by how much it differs, or that they may not tell it."""
    name, value = said["metric"], said["value"]
    try:
        held = need_figure(act, name)
        if is_of_payouts(name):
            need_tellable(act)
    except Rejected:
        act.flags.append([name, None])
        return
    if not is_within(value, held, precision=said.get("precision")):
        difference = value - held
        # Beyond what canonical JSON holds, the difference could not be read back.
        act.flags.append([name, difference if abs(difference) <= INTEGER_MAX else None])
    if is_of_payouts(name):
        settle(act)
