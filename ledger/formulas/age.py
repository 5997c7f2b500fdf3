"""Age: completed years on a day, and whether they are in the terms' window."""

from datetime import date

from ledger.errors import FormatError
from ledger.formulas.case import Case
from ledger.formulas.identity import birthday
from ledger.formulas.outcome import Results, Stopped

# The fact that gives the day, by what the terms say of it.
_DAYS = {"admission": "admitted_on", "policy_start": "policy_first_day"}


def age(case: Case) -> Results:
    """Work out `age` and `eligible_by_age`.

    Raises:
        Stopped: the terms or the facts leave it open.
    """
    years = _age(case)
    least = case.clause("min")
    if not case.step("at_least", "min", [years, least], 1 if years >= least else 0):
        return {"age": years, "eligible_by_age": False}, "age_below"
    most = case.clause("max")
    within = years <= most if case.clause("max_inclusive") else years < most
    if not case.step("not_above", "max", [years, most], 1 if within else 0):
        return {"age": years, "eligible_by_age": False}, "age_above"
    return {"age": years, "eligible_by_age": True}, None


def completed_years(*, born: date, on: date) -> int:
    """Count the birthdays up to and with `on`; that of 29 February is 1 March in years without it."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _age(case: Case) -> int:
    years = case.integer("age")
    if years is not None:
        return case.step("age", "at", [], years, name="age")
    name, born = _born(case)
    on = case.day("on") or case.needed_day(_DAYS[case.clause("at")])
    if born > on:
        raise Stopped("arithmetic_wrong", name)
    return case.step("age", "at", [], completed_years(born=born, on=on), name=name)


def _born(case: Case) -> tuple[str, date]:
    """The birthday, and the fact that tells it."""
    born = case.day("born")
    if born is not None:
        return "born", born
    number = case.text("id_number")
    if number is None:
        raise Stopped("fact_missing", "age")
    try:
        return "id_number", birthday(number)
    except FormatError:
        raise Stopped("fact_wrong", "id_number") from None
