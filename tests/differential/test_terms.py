"""Two implementations, random terms, cases and calendars: the same results, reason and steps, and the same days.

Values are drawn near each other and near their bounds, so that every comparison falls on each side and on equality;
facts are absent or of a wrong type now and then, and clauses are null or left to readings that may not be chosen.
"""

import os
import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from ledger import calendar as ledger_calendar
from ledger import formulas as ledger
from verifier.terms import formulas as verifier
from verifier.terms import workdays

SEEDS = int(os.environ.get("MINGZHANG_SEEDS", "30"))  # `make fuzz` runs thousands
CASES = 50  # of each seed

INTEGER_MAX = 2**53 - 1
PERIODS = ("accident", "claim", "person", "policy", "year")
ROUNDINGS = ("down", "half_even", "half_up", "up")
GROUPS = ("poor", "orphan", "孤儿", True, False, 0, 1, 2)
DAYS = ("2019-02-28", "2019-03-01", "2019-09-27", "2019-09-30", "2019-12-31", "2020-02-29", "2020-03-01")
WRONG = (True, -1, 2**53, 1.0, "", "7", "2019-02-29", [1], {})
CATEGORIES = ("rice", "oil", "toys")
NUMBERS = ("age", "amount", "assessed", "bill", "carried", "carried_over", "cost", "days", "gift", "gov_paid",
           "invested", "other_paid", "paid", "subsidy_used_earlier", "total_bill")  # fmt: skip
DATES = ("admitted_on", "born", "complete_on", "discharged_on", "on", "paid_on", "policy_first_day")
SPLIT = {"den": 10, "name": "fund/a", "num": 9, "rest": "fund/a/other", "to": "fund/a/claims"}


class Drawing:
    """Terms and cases drawn from one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def often(self, share: float = 0.8) -> bool:
        return self.chance.random() < share

    def number(self, least: int = 0) -> int:
        """Small enough to meet others at equality; now and then as large as may be."""
        if self.often(0.02):
            return self.chance.choice((INTEGER_MAX, INTEGER_MAX - 1, 2**52))
        return least + self.chance.choice((self.chance.randrange(12), self.chance.randrange(300)))

    def ratio(self) -> int:
        return self.chance.choice((0, 1, 3333, 5000, 7500, 10_000, self.chance.randrange(10_001)))

    def clause(self, draw: Callable[[], Any], *, choices: bool = True) -> Any:
        """A value, null, or a choice; the terms choose reading `r0` of `a`, one that is nowhere of `b`, none of `c`."""
        if choices and self.often(0.2):
            names = self.chance.sample(("r0", "r1", "r2"), self.chance.randrange(1, 4))
            values = [draw() if self.often(0.9) else None for _ in names]
            readings = [{"is": value, "name": name} for value, name in zip(values, names, strict=True)]
            return {"by": self.chance.choice("aaaaaabc"), "readings": readings}
        return draw() if self.often(0.96) else None

    def word(self, *words: str) -> Any:
        return self.clause(lambda: self.chance.choice(words))

    def amount(self) -> Any:
        return self.clause(lambda: self.number(1))

    # -- terms --------------------------------------------------------------------------------------------------------

    def base(self) -> dict[str, Any]:
        return {"fact": "cost", **({"from": "bill", "less": ["gov_paid", "other_paid"]} if self.often(0.5) else {})}

    def conditions(self) -> list[dict[str, Any]]:
        return [
            {"fact": "group", "reason": f"not_{at}", "values": self.clause(lambda: self.chance.sample(GROUPS, 6))}
            for at in range(self.chance.choice((0, 0, 1, 2)))
        ]

    def tiers(self, bound: str, draw: Callable[[], dict[str, Any]]) -> Any:
        def some() -> list[dict[str, Any]]:
            bounds = sorted({self.number(1) for _ in range(self.chance.randrange(4))})
            rising = [{bound: at, "including": self.clause(lambda: self.often(0.5)), **draw()} for at in bounds]
            return [*rising, draw()]

        return self.clause(some)

    def pays(self) -> dict[str, Any]:
        def draw() -> dict[str, int]:
            if self.often(0.3):
                return {"amount": self.number(1)}
            return {"ratio_bp": self.ratio(), **({"at_most": self.number(1)} if self.often(0.5) else {})}

        return {"pays": self.clause(draw)}

    def benefit(self, kind: str, **members: Any) -> dict[str, Any]:
        return {
            "caps": [
                {"amount": self.amount(), "per": self.word(*PERIODS)}
                for _ in range(self.chance.choice((0, 1, 1, 2, 5)))
            ],
            "conditions": self.conditions(),
            "kind": kind,
            "overlap": self.often(0.5),
            "rounding": self.word(*ROUNDINGS),
            **members,
        }

    def formulas(self) -> dict[str, dict[str, Any]]:
        """One formula of each kind."""
        grades = self.chance.sample(("1", "2", "3", "孤儿"), 3)
        allowances = [
            {"category": self.chance.choice(CATEGORIES), "limit": self.amount(), "price_bp": self.clause(self.ratio)}
            for _ in range(self.chance.randrange(1, 4))
        ]
        return {
            "age": {
                "at": self.word("admission", "policy_start"),
                "kind": "age",
                "max": self.clause(lambda: self.chance.randrange(22)),
                "max_inclusive": self.clause(lambda: self.often(0.5)),
                "min": self.clause(lambda: self.chance.randrange(9)),
            },
            "allot": {"kind": "allot"},
            "card": {
                "allowances": allowances,
                "kind": "card",
                "limit_in": self.word("discounted_price", "market_value"),
                "rounding": self.word(*ROUNDINGS),
                "subsidy": self.clause(self.number),
                "unspent": self.word("carries_over", "lapses"),
            },
            "deadline": {"duty": "pay", "kind": "deadline"},
            "estimate": {
                "base": self.base(),
                "gives": self.amount(),
                "kind": "estimate",
                "partial": self.word("proportional", "whole"),
                "per": self.amount(),
                "rounding": self.word(*ROUNDINGS),
            },
            "indemnity": self.benefit(
                "indemnity",
                base=self.base(),
                deductible=self.clause(lambda: self.chance.choice((0, self.number()))),
                ratio_bp=self.clause(self.ratio),
            ),
            "lump_sum": self.benefit("lump_sum", amount=self.amount()),
            "lump_sum_by_grade": self.benefit(
                "lump_sum_by_grade",
                grades=self.clause(lambda: [{"amount": self.number(1), "grade": grade} for grade in grades]),
                max=self.amount(),
            ),
            "per_diem": self.benefit("per_diem", day_count=self.word("inclusive", "nights"), per_day=self.amount()),
            "per_head": {"base": self.base(), "kind": "per_head", "rate": self.amount()},
            "rollover": {"invested_is": self.word("gifts", "premium"), "kind": "rollover", "split": "fund/a"},
            "share": {"base": self.base(), "kind": "share", "split": "fund/a"},
            "tiered": self.benefit("tiered", base=self.base(), tiers=self.tiers("up_to", self.pays)),
        }

    def terms(self) -> dict[str, Any]:
        def days() -> dict[str, Any]:
            return {"days": self.clause(lambda: self.chance.choice((0, 1, 3, 7, 30, 3660)))}

        deadlines = [
            {
                "amount": self.word("claimed_until_decided", "decided"),
                "conditions": self.conditions(),
                "id": self.chance.choice(("pay", "pay", "answer")),
                "starts": "complete",
                "tiers": self.tiers("below", days),
                "unit": self.word("calendar_day", "working_day"),
            }
            for _ in range(self.chance.randrange(1, 4))
        ]
        return {
            "deadlines": deadlines,
            "formulas": self.formulas(),
            "readings": {"a": "r0", "b": "r9"},
            "splits": [{**SPLIT, "name": "fund/b", "num": 1}, SPLIT],
        }

    # -- cases --------------------------------------------------------------------------------------------------------

    def purchases(self) -> Any:
        return [
            {"category": self.chance.choice(CATEGORIES), "market_value": self.number()}
            for _ in range(self.chance.randrange(4))
        ]

    def facts(self) -> dict[str, Any]:
        """Facts for any formula; most are there, few are wrong."""
        households = self.chance.sample(("甲", "乙", "c", "d", "e"), self.chance.randrange(1, 6))
        facts: dict[str, Any] = {name: self.number() for name in NUMBERS}
        facts |= {name: self.day() for name in DATES}
        facts |= {
            "bill": self.number() + self.chance.choice((0, 300)),
            "bought_earlier": self.purchases(),
            "grade": self.chance.choice("123"),
            "group": self.chance.choice(GROUPS),
            "households": households,
            "id_number": self.id_number(),
            "purchases": self.purchases(),
            "split": "equal",
            "total_bill": self.number() + self.chance.choice((0, 300)),
            "weights": [self.number(1) for _ in households],
        }
        share = self.chance.choice((0.3, 0.7, 0.95))
        kept = {name: value for name, value in facts.items() if self.often(share)}
        for name in self.chance.sample(sorted(facts), 3):
            if self.often(0.15):
                kept[name] = self.chance.choice((None, *WRONG))
        return kept

    def day(self) -> str:
        if self.often(0.004):
            return "9999-12-30"
        if self.often(0.4):
            return self.chance.choice(DAYS)
        return (date(2000, 1, 1) + timedelta(days=self.chance.randrange(8000))).isoformat()

    def id_number(self) -> str:
        number = f"110105{self.day().replace('-', '')}{self.chance.randrange(1000):03}"
        left = sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(number))
        check = "0123456789X"[(1 - left) % 11]
        return number + (check if self.often(0.9) else self.chance.choice("0123456789Xx"))

    def years(self) -> dict[int, dict[str, list[str]]]:
        """Entries of a calendar for some years."""
        years = {}
        for year in self.chance.sample(range(2017, 2024), self.chance.randrange(8)):
            days = [date(year, 1, 1) + timedelta(days=at) for at in range(365)]
            off = [day.isoformat() for day in days if day.weekday() < 5 and self.often(0.1)]
            worked = [day.isoformat() for day in days if day.weekday() >= 5 and self.often(0.1)]
            years[year] = {"days_off": off, "work_days": worked}
        return years

    def assumed(self) -> dict[str, Any]:
        """What a what-if may say, of the types that clauses have."""
        values = {"amount": self.number(1), "cap": self.number(1), "day_count": "inclusive", "deductible": 5,
                  "limit_in": "market_value", "max": 20, "min": 1, "per": 7, "per_day": 3, "rate": 3, "ratio_bp": 5000,
                  "rounding": self.chance.choice(ROUNDINGS), "subsidy": 9}  # fmt: skip
        return {name: value for name, value in values.items() if self.often(0.5)} if self.often(0.2) else {}


def of_ledger(years: dict[int, dict[str, list[str]]]) -> ledger_calendar.Calendar:
    """A calendar as the ledger has it."""
    return ledger_calendar.Calendar({year: ledger_calendar.year_days(row) for year, row in years.items()})


@pytest.mark.parametrize("seed", range(SEEDS))
def test_ledger_and_verifier_work_out_the_same(seed):
    drawing = Drawing(seed)
    for _ in range(CASES):
        terms, facts, years = drawing.terms(), drawing.facts(), drawing.years()
        used = {period: drawing.number() for period in PERIODS if drawing.often(0.4)}
        assumed = drawing.assumed()
        for name in terms["formulas"]:
            one = ledger.evaluate(terms, name, facts=facts, used=used, calendar=of_ledger(years), assumed=assumed)
            other = verifier.evaluate(
                terms, name, facts=facts, used=used, calendar=workdays.Workdays(years), assumed=assumed
            )
            told = (other.results, other.reason, other.steps, other.open)
            assert (one.results, one.reason, one.steps, one.open) == told, (terms["formulas"][name], facts, assumed)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_ledger_and_verifier_know_the_same_deadline(seed):
    drawing = Drawing(seed)
    for _ in range(CASES):
        terms, facts, amount = drawing.terms(), drawing.facts(), drawing.number()
        for duty in ("answer", "decide", "pay"):
            deadline = verifier.deadline_for(terms, duty, facts)
            assert ledger.deadline_for(terms, duty, facts) == deadline
            if deadline is not None:
                assert ledger.tier_days(terms, deadline, amount) == verifier.tier_days(terms, deadline, amount)
        for deadline in terms["deadlines"]:
            conditions = deadline["conditions"]
            hold = verifier.conditions_hold(terms, conditions, facts)
            assert ledger.conditions_hold(terms, conditions, facts) == hold
            assert ledger.resolve(terms, deadline["unit"]) == verifier.resolve(terms, deadline["unit"])


@pytest.mark.parametrize("seed", range(SEEDS))
def test_ledger_and_verifier_count_the_same_days(seed):
    drawing = Drawing(seed)
    years = drawing.years()
    one, other = of_ledger(years), workdays.Workdays(years)
    for _ in range(CASES):
        unit = drawing.chance.choice(workdays.UNITS)
        start, days = drawing.day(), drawing.chance.choice((0, 1, 2, drawing.chance.randrange(400)))
        if start.startswith("9999"):
            continue
        due = ledger_calendar.due_day(date.fromisoformat(start), days, unit=unit, calendar=one)
        told = workdays.due_day(start, days, unit=unit, workdays=other)
        assert (due.day.isoformat(), due.provisional, due.years) == (told.day, told.provisional, told.years)
        on = date.fromisoformat(drawing.chance.choice((start, drawing.day(), told.day)))
        late = ledger_calendar.days_late(due.day, on, unit=unit, calendar=one)
        assert late == workdays.days_late(told.day, on.isoformat(), unit=unit, workdays=other)
