"""Stories: claims of 雪中送炭 in which something particular happens. All persons and events are invented.

    one_bill        one bill feeds three benefits, and together they stay within it
    heirs           a death is decided by two officers and paid to two heirs
    disability      assessed above the maximum, paid the maximum
    used_up         three claims on one accident use up its cap
    whole_year      366 nights of a leap year meet a cap of 365 days
    year_turn       a stay over the turn of the year counts for the year of admission
    reviewed        refused, objected to, looked at again by another officer, and paid
    asked           a missing paper stops the clock
    late            decided after the due day, over a week of holidays
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from ledger.strict import JsonValue
from node.demo.casework import Steps
from node.demo.contracts import paper
from node.demo.desk import Draft
from node.demo.snow.casework import (
    ALLOWANCE,
    DECIDES,
    DECIDES_TOO,
    MEDICAL,
    REVIEWS,
    SUPPLEMENT,
    Asked,
    Casework,
)
from node.demo.snow.registry import Member

DEATH, DISABILITY = "accident_death", "accident_disability"
STORIES = (
    "one_bill", "heirs", "disability", "used_up", "whole_year", "year_turn", "reviewed", "asked", "late",
)  # fmt: skip
Refuse = Callable[[Draft, str], None]


class Stories:
    """The stories, each about a person of its own."""

    def __init__(self, casework: Casework, members: Sequence[Member], *, refuse: Refuse) -> None:
        """`members` are as many as there are stories; `refuse` hands in what a rule must refuse."""
        self._work = casework
        self._refuse = refuse
        self.member = dict(zip(STORIES, members, strict=True))

    def threads(self) -> Iterator[Steps]:
        """All stories."""
        yield self._one_bill()
        yield self._heirs()
        yield self._disability()
        yield self._used_up()
        yield self._whole_year()
        yield self._year_turn()
        yield self._reviewed()
        yield self._asked()
        yield self._late()

    def _simple(
        self,
        asked: Asked,
        *,
        filed: date,
        decided: date,
        paid: date,
        confirmed: date,
        officers: Sequence[str] = (DECIDES,),
    ) -> Steps:
        """File, decide, pay, confirm."""
        work = self._work
        body = work.body(asked)
        claim = yield filed, work.filed(body, on=filed)
        worth = work.worth(asked, body)
        decision = yield decided, work.decision(claim, worth, on=decided, officers=officers)
        if worth.amount:
            yield from work.pay(asked, decision, worth.amount, on=paid, confirmed_on=confirmed)

    def _one_bill(self) -> Steps:
        asked = Asked(
            member=self.member["one_bill"], admitted_on=date(2016, 4, 5), benefits=(MEDICAL, SUPPLEMENT, ALLOWANCE),
            facts={"accident": "fall-1", "cause": "accident", "discharged_on": "2016-04-19",
                   "reasonable_cost": 3_000_000, "seriously_ill": True},
            claimed=3_500_000, bill=8_000_000, social=4_500_000,
        )  # fmt: skip
        return self._simple(asked, filed=date(2016, 4, 25), decided=date(2016, 4, 28), paid=date(2016, 5, 3),
                            confirmed=date(2016, 5, 4))

    def _heirs(self) -> Steps:
        work = self._work
        member = self.member["heirs"]
        asked = Asked(member=member, admitted_on=date(2016, 5, 6), benefits=(DEATH,), facts={"cause": "accident"},
                      claimed=20_000_000)
        body = work.body(asked)
        filed, decided, paid, confirmed = (date(2016, 5, day) for day in (16, 20, 24, 25))
        claim = yield filed, work.filed(body, on=filed)
        worth = work.worth(asked, body)
        # So much is not decided by one officer, nor paid by one who decided.
        yield decided, work.offices.record(["assessor"], "fact", "certificate of an accidental death", on=decided)
        self._refuse(work.decision(claim, worth, on=decided), "officer_missing")
        decision = yield decided, work.decision(claim, worth, on=decided, officers=(DECIDES, DECIDES_TOO))
        name = work.registry.name(member)
        heirs = [work.heir(f"{name[0]}{given}", relation) for given, relation in (("林", "spouse"), ("晓", "child"))]
        half = worth.amount // 2
        self._refuse(work.payout(decision, half, heirs[0], on=decided, officer=DECIDES), "same_officer")
        for part, heir in enumerate(heirs, 1):
            payout = yield paid, work.payout(decision, half, heir, on=paid, part=part)
            yield confirmed, work.offices.confirmation("insurer", payout, on=confirmed)
            paid, confirmed = confirmed, date(2016, 5, 26)
        yield date(2016, 5, 30), work.registry.remove(member, reason="died", on=date(2016, 5, 30))

    def _disability(self) -> Steps:
        asked = Asked(member=self.member["disability"], admitted_on=date(2016, 6, 2), benefits=(DISABILITY,),
                      facts={"assessed": 13_000_000, "cause": "accident"}, claimed=13_000_000)
        return self._simple(asked, filed=date(2016, 8, 8), decided=date(2016, 8, 15), paid=date(2016, 8, 17),
                            confirmed=date(2016, 8, 18), officers=(DECIDES, DECIDES_TOO))

    def _used_up(self) -> Steps:
        for month, bill, cost in ((3, 4_500_000, 4_000_000), (5, 3_400_000, 3_000_000), (7, 1_200_000, 1_000_000)):
            asked = Asked(
                member=self.member["used_up"], admitted_on=date(2016, month, 3), benefits=(MEDICAL,),
                facts={"accident": "crash-1", "cause": "accident", "reasonable_cost": cost}, claimed=cost,
                bill=bill, social=bill // 10,
            )  # fmt: skip
            yield from self._simple(asked, filed=date(2016, month, 21), decided=date(2016, month, 25),
                                    paid=date(2016, month, 28), confirmed=date(2016, month, 29))

    def _whole_year(self) -> Steps:
        asked = Asked(member=self.member["whole_year"], admitted_on=date(2016, 1, 1), benefits=(ALLOWANCE,),
                      facts={"discharged_on": "2017-01-01"}, claimed=3_660_000)
        return self._simple(asked, filed=date(2017, 1, 5), decided=date(2017, 1, 10), paid=date(2017, 1, 12),
                            confirmed=date(2017, 1, 13))

    def _year_turn(self) -> Steps:
        asked = Asked(
            member=self.member["year_turn"], admitted_on=date(2016, 12, 20), benefits=(SUPPLEMENT, ALLOWANCE),
            facts={"discharged_on": "2017-01-09", "seriously_ill": True}, claimed=1_300_000, bill=3_600_000,
            social=2_500_000,
        )  # fmt: skip
        return self._simple(asked, filed=date(2017, 1, 12), decided=date(2017, 1, 16), paid=date(2017, 1, 18),
                            confirmed=date(2017, 1, 19))

    def _reviewed(self) -> Steps:
        work = self._work
        asked = Asked(
            member=self.member["reviewed"], admitted_on=date(2016, 9, 1), benefits=(SUPPLEMENT,),
            facts={"seriously_ill": False}, claimed=1_840_000, bill=5_200_000, social=3_360_000,
        )  # fmt: skip
        body = work.body(asked)
        filed, refused, objected, answered, decided, paid, confirmed = (
            date(2016, 10, 17), date(2016, 10, 20), date(2016, 10, 25), date(2016, 11, 1), date(2016, 11, 3),
            date(2016, 11, 7), date(2016, 11, 8),
        )  # fmt: skip
        claim = yield filed, work.filed(body, on=filed)
        first = yield refused, work.decision(claim, work.worth(asked, body), on=refused)
        objection: dict[str, JsonValue] = {
            "about": first, "claim": claim, "document": paper("diagnosis by a second hospital"), "kind": "objection",
        }  # fmt: skip
        objected_to = yield objected, work.offices.sealed("federation", objection, on=objected)
        answer: dict[str, JsonValue] = {
            "claim": claim, "document": paper("answer to the objection"), "kind": "answer", "objection": objected_to,
            "result": "review",
        }  # fmt: skip
        self._refuse(work.offices.sealed(DECIDES, answer, on=work.desk.today), "same_officer")
        yield answered, work.offices.sealed(REVIEWS, answer, on=answered)
        facts: dict[str, JsonValue] = {"seriously_ill": True}
        worth = work.worth(asked, body, facts=facts)
        decision = yield decided, work.decision(
            claim, worth, on=decided, officers=(REVIEWS,), facts=facts, result="part", reviews=first
        )
        yield from work.pay(asked, decision, worth.amount, on=paid, confirmed_on=confirmed)

    def _asked(self) -> Steps:
        work = self._work
        asked = Asked(
            member=self.member["asked"], admitted_on=date(2016, 5, 10), benefits=(SUPPLEMENT, ALLOWANCE),
            facts={"discharged_on": "2016-05-24", "seriously_ill": True}, claimed=900_000, bill=2_700_000,
            social=1_800_000,
        )  # fmt: skip
        body = work.body(asked)
        filed, requested, completed, decided, paid, confirmed = (
            date(2016, 6, 6), date(2016, 6, 13), date(2016, 7, 11), date(2016, 7, 18), date(2016, 7, 20),
            date(2016, 7, 21),
        )  # fmt: skip
        claim = yield filed, work.filed(body, on=filed)
        request: dict[str, JsonValue] = {"claim": claim, "kind": "request", "missing": ["list_of_costs"]}
        yield requested, work.offices.sealed("insurer", request, on=requested)
        complete: dict[str, JsonValue] = {
            "claim": claim, "documents": [paper("list of costs")], "kind": "complete",
        }  # fmt: skip
        yield completed, work.offices.signed(("federation", "insurer"), complete, on=completed)
        worth = work.worth(asked, body)
        decision = yield decided, work.decision(claim, worth, on=decided)
        yield from work.pay(asked, decision, worth.amount, on=paid, confirmed_on=confirmed)

    def _late(self) -> Steps:
        asked = Asked(
            member=self.member["late"], admitted_on=date(2016, 9, 2), benefits=(SUPPLEMENT, ALLOWANCE),
            facts={"discharged_on": "2016-09-20", "seriously_ill": True}, claimed=700_000, bill=2_000_000,
            social=1_300_000,
        )  # fmt: skip
        # Ten working days from 26 September: 1 to 7 October are off, the weekend after them is worked.
        return self._simple(asked, filed=date(2016, 9, 26), decided=date(2016, 10, 19), paid=date(2016, 10, 21),
                            confirmed=date(2016, 10, 24))
