"""The bulletin of 一元民生: the figures that the books support, how much was on time, and the deposit's end."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ledger.calendar import Calendar
from ledger.formulas import evaluate
from ledger.strict import JsonValue
from node.demo.contracts import paper
from node.demo.desk import Desk, Draft
from node.demo.office import Offices
from node.demo.yymz.cases import Case
from node.demo.yymz.script import Script

CALLED_FOR = "decision to call a part of the deposit"
ROUNDED = 10_000  # the sources print amounts in 万元 with two digits


def payable(case: Case, terms: Mapping[str, Any]) -> int:
    """What the terms pay for a case."""
    facts: dict[str, Any] = {
        "assessed_loss": case.eligible, "disease_listed": True, "eligible_residual": case.eligible, "group": case.group,
    }  # fmt: skip
    formula = "special_major_disease" if case.kind == "special" else "general"
    amount = evaluate(terms, formula, facts={**facts, "total_bill": case.bill, "insurance_paid": case.insurance}
                      if case.bill else facts).results["payable"]
    assert isinstance(amount, int)  # nothing is open under the terms that are signed
    return amount


class Bulletin:
    """What the bureau says at the end of the year."""

    def __init__(
        self,
        script: Script,
        desk: Desk,
        offices: Offices,
        *,
        cases: Sequence[Case],
        terms: Mapping[str, Any],
        calendar: Calendar,
        is_whole: bool,
    ) -> None:
        """`is_whole`: all claims were played, so that the figures in print are reached."""
        self._script = script
        self._desk = desk
        self._offices = offices
        self._terms = terms
        self._calendar = calendar
        self._is_whole = is_whole
        self._paid = [(case, payable(case, terms)) for case in cases]

    def call_deposit(self) -> None:
        """A part is called, with the decision and the insurer's answer on record."""
        script, deposit, offices = self._script, self._script.deposit, self._offices
        day = deposit.called_on.value
        self._desk.clock(day)
        self._desk.submit([
            offices.record(["bureau"], "fact", CALLED_FOR, on=day, amount=deposit.called_fen.value),
            offices.record(["insurer"], "fact", "answer to the call of the deposit", on=day),
        ])
        offices.hand_over(self._desk, ("bureau", "bureau"), deposit.called_fen.value,
                          ("bond/yymz/insurer", "own/bureau"), "deposit-call", on=day)
        assert day < script.published_on.value  # so that the statement of the bureau's bank is that of the books

    def publish(self) -> None:
        """The trial balance, the figures, the bulletin that says them once more, and the banks' statements."""
        script, offices, day = self._script, self._offices, self._script.published_on.value
        self._desk.clock(day)
        self._desk.submit([offices.balance("bureau", on=day)])
        self._desk.submit(list(self._figures()))
        claims, paid = len(self._paid), sum(amount for _, amount in self._paid)
        says: list[JsonValue] = [
            {"metric": "yymz/claims_paid", "value": claims},
            {"metric": "yymz/paid", "value": paid, **self._precision()},
        ]
        deposit = script.deposit
        premium = sum(script.premium(number) for number in range(len(script.counties)))
        self._desk.submit([
            offices.record(["bureau"], "notice", "bulletin of the joint meeting", on=day, says=says),
            self._reconciliation("bureau", deposit.fen.value - deposit.called_fen.value),
            self._reconciliation("insurer", premium),
        ])

    def return_deposit(self) -> None:
        """What was not called goes back; then the trial balance that everything is read from."""
        deposit, day = self._script.deposit, self._script.deposit.returned_on.value
        left = deposit.fen.value - deposit.called_fen.value
        self._offices.hand_over(self._desk, ("bureau", "insurer"), left, ("bond/yymz/insurer", "own/insurer"),
                                "deposit-return", on=day)
        self._desk.submit([self._offices.balance("bureau", on=day)])

    def _figures(self) -> Iterator[Draft]:
        script, offices, day = self._script, self._offices, self._script.published_on.value
        printed = "published" if self._is_whole else "invented"
        amount = sum(paid for _, paid in self._paid)
        premium = sum(script.premium(number) for number in range(len(script.counties)))
        reading = self._terms["readings"]["tier_over_1000"]
        yield offices.figure("bureau", "claims_paid", len(self._paid), basis=printed, unit="cases", on=day)
        yield offices.figure("bureau", "paid", amount, basis=printed, unit="cny", reading=reading, **self._precision(),
                             on=day)
        yield offices.figure("bureau", "premium", premium, basis="assumed", unit="cny", on=day)
        for number, code in enumerate(script.codes):
            period = script.period(code)
            own = [paid for case, paid in self._paid if case.county == number]
            if own:
                yield offices.figure("bureau", f"{period}/claims_paid", len(own), basis="invented", unit="cases",
                                     on=day)
                yield offices.figure("bureau", f"{period}/paid", sum(own), basis="invented", unit="cny",
                                     reading=reading, on=day)
        due, met = self._duties()
        of = f"insurer/{script.first_day.value.year}"
        named: list[JsonValue] = [f"{script.programme.id}/{of}/{name}" for name in ("duties_in_time", "duties_due")]
        counted = self._terms["readings"]["next_day"]
        yield offices.figure("bureau", f"{of}/duties_due", due, basis="invented", unit="duties", reading=counted,
                             on=day)
        yield offices.figure("bureau", f"{of}/duties_in_time", met, basis="invented", unit="duties", reading=counted,
                             on=day)
        yield offices.figure("bureau", f"{of}/on_time_bp", met * 10_000 // due, basis="invented", unit="bp", of=named,
                             reading=counted, on=day)

    def _precision(self) -> dict[str, JsonValue]:
        """How the source prints an amount, where all claims were played."""
        return {"precision": {"kind": "rounded", "unit": ROUNDED}} if self._is_whole else {}

    def _duties(self) -> tuple[int, int]:
        """How many duties of the insurer were due, and how many of them were met in time."""
        due = met = 0
        for case, amount in self._paid:
            group = {} if case.group is None else {"group": case.group}
            outcome = evaluate(self._terms, "sla", facts={
                "amount": amount, "complete_on": str(case.completed_on), "paid_on": str(case.paid_on), **group,
            }, calendar=self._calendar)  # fmt: skip
            due += 1
            met += outcome.results["met"] is True
            if not case.is_complete and case.group is not None:
                # At the post: opened on the same day.
                due += 1
                met += case.requested_on == case.filed_on
        return due, met

    def _reconciliation(self, party: str, statement: int) -> Draft:
        place, day = f"{party}-bank", self._script.published_on.value
        return self._offices.draft([party], {
            "document": paper(f"statement of {place}, {day}"), "items": [], "kind": "reconciliation", "outside": 0,
            "place": place, "statement": statement, "unit": "CNY",
        }, on=day)  # fmt: skip
