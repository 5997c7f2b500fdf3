"""Small terms with one formula, for the tests of formulas."""

from ledger.calendar import Calendar, year_days
from ledger.formulas import evaluate

# National Day of 2019: the first week of October is off, a Sunday before and a Saturday after it are worked.
YEAR_2019 = Calendar({2019: year_days({
    "days_off": ["2019-10-01", "2019-10-02", "2019-10-03", "2019-10-04", "2019-10-07"],
    "work_days": ["2019-09-29", "2019-10-12"],
})})  # fmt: skip


def choice(by, **readings):
    """A clause that is another thing by each reading of an ambiguity."""
    return {"by": by, "readings": [{"is": value, "name": name} for name, value in readings.items()]}


def terms(kind, *, deadlines=(), readings=(), splits=(), **members):
    """Terms with one formula, named as its kind."""
    return {"deadlines": list(deadlines), "formulas": {kind: {"kind": kind, **members}}, "readings": dict(readings),
            "splits": list(splits)}  # fmt: skip


def paying(kind, *, readings=(), **members):
    """Terms with one formula that pays: no caps, no conditions, no rounding unless given."""
    members = {"caps": [], "conditions": [], "overlap": False, "rounding": None} | members
    return terms(kind, readings=readings, **members)


def outcome(stated, facts, **more):
    """What the one formula of these terms comes to."""
    (name,) = stated["formulas"]
    return evaluate(stated, name, facts=facts, **more)


def results(stated, facts, **more):
    """The results of an outcome without a reason."""
    found = outcome(stated, facts, **more)
    assert found.reason is None
    return found.results


def stopped(stated, facts, **more):
    """The reason of an outcome that is open, and what it is about."""
    found = outcome(stated, facts, **more)
    assert found.open
    assert set(found.results.values()) == {None}
    return found.reason, found.about
