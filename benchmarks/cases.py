"""Claims of three benefits each, for whoever measures them: an insurer's terms, a roster, money that pays, and a log.

The benefits share one bill: a ratio above a deductible, tiers under a condition, and so much a day. Each has caps that
count what the person had before; the log has deadlines in working days under a calendar, and every decision says its
steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.leaf import entry_of
from ledger.state import State
from tests.support.world import TERMS, World, digest

STEPS = ("claim", "decision", "payout", "confirm")
BENEFITS = ("inpatient", "serious", "stay")

_FUND = 10**15  # enough for all claims of a run
_PERSONS = 500
_BILL, _PRIOR = 9_000_000, 3_000_000

_DISCHARGED = "2018-03-09"
_FACTS = {"discharged_on": _DISCHARGED, "group": "low_income"}


def _paying(kind: str, *, caps: Mapping[str, int], conditions: int = 0, **members: Any) -> dict[str, Any]:
    """A formula that pays, within caps by period, and with the other benefits within the bill."""
    asked = [{"fact": "group", "reason": "not_in_group", "values": ["registered_poor", "low_income", "orphan"]}]
    return {"caps": [{"amount": amount, "per": period} for period, amount in caps.items()],
            "conditions": asked[:conditions], "kind": kind, "overlap": True, "rounding": "down", **members}


_BASE = {"fact": "residual", "from": "total_bill", "less": ["basic_paid", "serious_illness_paid"]}

CASE_TERMS: dict[str, Any] = {
    **TERMS, "calendar": "cn", "year": {"is": "calendar", "stay": "admission"},
    "deadlines": [
        {"amount": "claimed_until_decided", "conditions": [], "id": duty_id, "starts": "complete",
         "tiers": [{"below": 1_000_000, "days": 3, "including": True}, {"days": 10}], "unit": "working_day"}
        for duty_id in ("decide", "pay")
    ],
    "formulas": {
        "inpatient": _paying("indemnity", base=_BASE, caps={"policy": 10**12, "year": 10**12}, deductible=100_000,
                             ratio_bp=4_333),
        "serious": _paying(
            "tiered", base=_BASE, caps={"claim": 500_000, "person": 10**12, "year": 10**12}, conditions=1,
            tiers=[{"including": True, "pays": {"ratio_bp": 1_000}, "up_to": 1_000_000},
                   {"including": True, "pays": {"ratio_bp": 1_500}, "up_to": 5_000_000},
                   {"pays": {"at_most": 800_000, "ratio_bp": 2_000}}],
        ),
        "stay": _paying("per_diem", caps={"policy": 10**12}, day_count="inclusive", per_day=8_000),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flow:
    """Claims from filing to confirmation: the signed entries of each step, and the leaves that they became."""

    notes: Mapping[str, list[bytes]]
    leaves: Mapping[str, list[bytes]]

    def log(self) -> list[bytes]:
        """All leaves, in their order."""
        return [leaf for step in STEPS for leaf in self.leaves[step]]


class Cases(World):
    """A programme with members whose claims are filed, decided, paid and confirmed."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        self.charter()
        self.act("calendar", "county foundation insurer platform", days_off=["2018-03-05"], document="33" * 32,
                 name="cn", work_days=["2018-03-10"], year=2018)
        self.act("terms", "foundation insurer platform", **CASE_TERMS)
        self.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
        self._members = self.enrol(_PERSONS)[1]
        self._cover = self.act(
            "cover", "foundation insurer", county="kb", document="44" * 32, first_day="2018-01-01",
            last_day="2018-12-31", period="2018", persons=_PERSONS, premium=0, programme="dlz", terms=2,
        )  # fmt: skip
        self.give(_FUND)
        self.settle(_FUND)
        self.premium(_FUND // 10 * 9)
        self.commit()

    def commit(self) -> None:
        """Commit what the entries so far changed, as a node does after each proposal."""
        self.reader.apply(self.state.changes())
        self.state = State(self.reader)

    def flow(self, count: int) -> Flow:
        """Sign and sequence `count` claims, all of a step before the next step."""
        first = len(self.leaves)
        claims = [self._claim(number) for number in range(count)]
        decisions = [self.decide(claim) for claim in claims]
        payouts = [self.pay(one, self.state.get("decision", one)["amount"]) for one in decisions]
        for payout in payouts:
            self.confirm(payout)
        leaves = {step: self.leaves[first + at * count : first + (at + 1) * count] for at, step in enumerate(STEPS)}
        return Flow({step: [entry_of(leaf) for leaf in leaves[step]] for step in STEPS}, leaves)

    def facts(self, claim: int) -> dict[str, Any]:
        """What is known of a claim when its benefits are worked out."""
        row = self.state.get("claim", claim)
        return {**_FACTS, "admitted_on": row["admitted"], "basic_paid": _PRIOR, "residual": row["residual"],
                "total_bill": row["bill"]}

    def _claim(self, number: int) -> int:
        member = self._members[int.from_bytes(digest(self.seed, self.count)[:4]) % _PERSONS]
        bill = _BILL + number * 7
        residual = bill - _PRIOR
        return self.file_claim(self._cover, member, residual, benefits=list(BENEFITS), bill=bill, facts=_FACTS,
                               prior=[{"amount": _PRIOR, "payer": "basic"}])
