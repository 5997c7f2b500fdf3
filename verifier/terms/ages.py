"""The formula `age`: completed years, and whether they lie within the terms (docs/formats/terms.md).

An id number has 6 digits of a place, 8 of the birthday, 3 of an order, and a check of one digit or X (GB 11643):

    11010519491231002X
"""

import re
from datetime import date

from verifier.terms.outcome import Outcome, Undecided
from verifier.terms.work import Work, need_day

_ID_NUMBER = re.compile(r"[0-9]{6}([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{3}[0-9X]", re.ASCII)
_DAY_BY = {"admission": "admitted_on", "policy_start": "policy_first_day"}


def age(work: Work) -> Outcome:
    """The age of a person, and whether the terms take in who is that old."""
    years = _years(work)
    reason = about = None
    least = work.need_number("min")
    if not work.step("at_least", "min", [years, least], int(years >= least)):
        reason, about = "age_below", "min"
    else:
        most = work.need_number("max")
        limit = most if work.need_flag("max_inclusive") else most - 1
        if not work.step("not_above", "max", [years, most], int(years <= limit)):
            reason, about = "age_above", "max"
    results = {"age": years, "eligible_by_age": reason is None}
    return Outcome(results, reason, work.steps, about=about, open=False)


def birthday(id_number: str) -> date:
    """The birthday in an id number.

    Raises:
        Undecided: `fact_wrong`; it has another form, a day that the calendar has not, or another check.
    """
    match = _ID_NUMBER.fullmatch(id_number)
    if not match:
        raise Undecided("fact_wrong", "id_number")
    # ISO 7064, MOD 11-2: read as digits of base 2, the check among them with X for 10, it leaves 1 by 11.
    left = 0
    for digit in id_number:
        left = (left * 2 + "0123456789X".index(digit)) % 11
    if left != 1:
        raise Undecided("fact_wrong", "id_number")
    return need_day("-".join(match.groups()), about="id_number")


def _years(work: Work) -> int:
    """The step `age`: the years as stated, or completed on a day."""
    if work.has("age"):
        return work.step("age", "at", [], work.count("age"), name="age")
    name = "born" if work.has("born") else "id_number"
    if not work.has(name):
        raise Undecided("fact_missing", "age")
    born = work.day("born") if name == "born" else birthday(work.text("id_number"))
    day = work.day("on" if work.has("on") else _DAY_BY[work.need_word("at", tuple(_DAY_BY))])
    if born > day:
        raise Undecided("arithmetic_wrong", name)
    # Before the birthday the year is not complete; who was born on 29 February completes it a day after the 28th.
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return work.step("age", "at", [], years, name=name)
