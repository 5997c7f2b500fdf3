"""Figures of the books: what may be told of them, how exactly a number tells one, and who then counts as settled.

Used by `figure`, which says one, by `notice`, which may say several, and by duties, which are counted in some.
"""

from typing import Any

from verifier.errors import Rejected
from verifier.rules.act import Act

COUNTING_PAYOUTS = ("paid", "claims_paid", "person_times_paid", "on_its_way")


def need_figure(act: Act, name: str) -> int:
    """What the books hold under the name of a figure of the entry's programme."""
    row = act.rows.get(f"figure {name}")
    if row is None or name.partition("/")[0] != act.programme:
        raise Rejected("figure_not_supported", f"the books hold no figure {name} of {act.programme}")
    value: int = row["value"]
    return value


def is_of_payouts(name: str) -> bool:
    """Whether a figure tells of payouts, which is only told where enough persons stand behind it."""
    return name.rpartition("/")[2] in COUNTING_PAYOUTS


def need_tellable(act: Act) -> None:
    """Figures of payouts of the programme may be told now: all is published, and nobody or enough were settled."""
    for account, _ in act.rows.group("paying"):
        if act.books.account(account)["programme"] == act.programme:
            raise Rejected("unpublished_payouts", f"account {account} paid since its last published row")
    least = act.newest_terms(act.programme)["k"]
    settling = act.rows.get(f"settling {act.programme}")
    if settling and settling["members"] < least:
        raise Rejected(
            "too_few_payouts",
            f"{settling['members']} members of {act.programme} were settled since a figure said it, "
            f"the terms ask for {least}",
        )


def is_within(value: int, held: int, *, precision: Any) -> bool:
    """Whether a value tells what the books hold: exactly, or as exactly as it says (万, 余, 近, 约)."""
    if precision is None:
        return value == held
    unit: int = precision["unit"]
    if abs(value) < {"about": 10 * unit, "just_under": 10 * unit}.get(precision["kind"], unit):
        return False  # so wide a unit would say nothing
    if precision["kind"] == "rounded":
        return value % unit == 0 and 2 * abs(held - value) <= unit
    if precision["kind"] == "at_least":
        return value % unit == 0 and value <= held < value + unit
    if precision["kind"] == "just_under":
        return value - unit < held <= value
    return abs(held - value) <= unit


def settle(act: Act) -> None:
    """Payouts of the programme were told: nobody counts as settled any more."""
    if act.rows.get(f"settling {act.programme}") is None:
        return
    act.rows.remove(f"settling {act.programme}")
    for person, _ in list(act.rows.group(f"settled {act.programme}")):
        act.rows.remove(f"settled {act.programme} {person}")


def count_duty(act: Act, *, programme: str, party: str, due: str, in_time: bool) -> None:
    """Count a duty by the year of its due day, and whether it was met in time."""
    scope = f"{programme}/{party}/{due[:4]}"
    act.add_figure(f"{scope}/duties_due", 1)
    if in_time:
        act.add_figure(f"{scope}/duties_in_time", 1)
