"""The play of 一元民生: one year in ten counties, from the tender to the bulletin.

Each county pays one yuan for each registered person to the insurer, who carries the risk: claims are paid from the
insurer's own money, in one county more than was paid in. `Play.run` yields the name of each step before it begins.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random as Seeded

from node.demo import draw
from node.demo.casework import work_through
from node.demo.contracts import paper, quorum_of
from node.demo.desk import Desk, Draft, is_refused
from node.demo.founding import calendar_entries, calendar_of, charter, terms_of
from node.demo.office import Offices
from node.demo.receipts import Subject
from node.demo.refusing import PlayError
from node.demo.yymz.bulletin import Bulletin
from node.demo.yymz.cases import Case, invent_cases, thinned
from node.demo.yymz.casework import Casework
from node.demo.yymz.registry import HOLDER, Registry
from node.demo.yymz.script import Script
from node.ports import Random

FOUNDING, INSURING, PUBLISHING = (
    "charter, terms and agreements", "rosters, policies and premium", "figures and bulletin",
)  # fmt: skip
# Seconds on two cores: of all steps but the claims, and of one claim with decision, payout and confirmation.
_SECONDS = {FOUNDING: 3.0, INSURING: 5.0, PUBLISHING: 3.0}
_SECONDS_PER_CLAIM = 0.05


class Play:
    """One performance at a desk."""

    def __init__(
        self, script: Script, desk: Desk, *, scale: int, seeded: Seeded, random: Random, tag_key: bytes
    ) -> None:
        """`seeded` gives what is invented, `random` salts and nonces; only every `scale`-th claim is played."""
        self._script = script
        self._desk = desk
        self._scale = scale
        self._tag_key = tag_key
        self._offices = Offices(script.programme.id, random)
        self._calendar = calendar_of("cn", script.calendar_years)
        self.cases = thinned(
            invent_cases(rng=draw.fork(seeded), script=script, calendar=self._calendar), scale=scale
        )
        self._registry = Registry(
            script, desk, self._offices, seeded=draw.fork(seeded), random=random, tag_key=tag_key
        )
        self._terms = terms_of(script.terms, script.fillings, at=script.terms_on.value)
        self._terms_index = 0
        # Claims go on for most of the year: each month of them is a step.
        self._months = sorted({_month(day) for case in self.cases for day in case.days})
        self.refused: list[str] = []

    @property
    def steps(self) -> Sequence[str]:
        """The names of all steps, in order."""
        return (FOUNDING, INSURING, *self._months, PUBLISHING)

    def seconds(self, step: str) -> float:
        """About how long a step takes on two cores."""
        paid = sum(_month(case.paid_on) == step for case in self.cases)
        return _SECONDS.get(step, 1 + _SECONDS_PER_CLAIM * paid)

    def run(self) -> Iterator[str]:
        """Play from the charter to the bulletin; yields each step's name before it begins."""
        yield FOUNDING
        self._found()
        yield INSURING
        covers = self._insure()
        yield from self._work(covers)
        yield PUBLISHING
        self._publish()

    def subjects(self) -> Iterator[Subject]:
        """Some who are insured: with a claim of either kind, one that was paid late, and one without a claim."""
        special = [case for case in self.cases if case.kind == "special"]
        chosen: dict[str, Case | None] = {
            "insured-special": next(case for case in special if not case.late),
            "insured-late": next((case for case in special if case.late), None),
            "insured-general": next((case for case in self.cases if case.kind == "general"), None),
        }
        for name, case in chosen.items():
            if case is not None:
                yield Subject(name, HOLDER, *self._registry.place(case))
        claimed = {case.member for case in special if case.county == 0}
        yield Subject("insured-no-claim", HOLDER, *self._registry.place_without(0, claimed))

    # -- before anybody is insured ---------------------------------------------------------------------------------

    def _found(self) -> None:
        """The charter, the terms, the calendar, the tender's papers, the agreements, and the insurer's deposit."""
        script, desk, offices = self._script, self._desk, self._offices
        day = script.charter_on.value
        desk.clock(day)
        everybody = tuple(sorted(script.parties, key=lambda name: name != script.operator))
        roles = {name: party.roles for name, party in script.parties.items()}
        founding = charter(
            desk.keys, at=day, operator=script.operator, quorum=quorum_of(len(everybody)), roles=roles
        )
        desk.submit([Draft(everybody, founding)])
        day = script.terms_on.value
        desk.clock(day)
        (self._terms_index,) = desk.submit([Draft(("bureau", "counties", "insurer"), self._terms)])
        desk.submit([Draft(everybody, value) for value in calendar_entries("cn", script.calendar_years, at=day)])
        day = script.agreed_on.value
        desk.clock(day)
        desk.submit([
            offices.record(["bureau"], "fact", "result of the public tender", on=day),
            offices.record(["bureau"], "fact", "plan of the project", on=day),
            *(
                offices.draft(["bureau", "counties"], {
                    "county": county.code, "document": paper(f"agreement {county.code}"), "kind": "agreement",
                }, on=day)
                for county in script.counties
            ),
        ])  # fmt: skip
        deposit = script.deposit
        offices.hand_over(desk, ("insurer", "bureau"), deposit.fen.value, ("own/insurer", "bond/yymz/insurer"),
                          "deposit", on=deposit.sent_on.value)

    # -- cover and premium -----------------------------------------------------------------------------------------

    def _insure(self) -> list[int]:
        """Population, budget and roster of each county, its policy, and its premium; returns the policies' leaves."""
        script, desk, offices = self._script, self._desk, self._offices
        day = script.premium_on.value
        desk.clock(day)
        for number, county in enumerate(script.counties):
            persons = county.population.value
            *_, enrolled = desk.submit([
                offices.record([HOLDER], "fact", f"registered population of {county.code}", on=day,
                               county=county.code, name="registered_population", value=persons),
                offices.record([HOLDER], "pledge", f"budget of {county.code}", on=day, amount=script.premium(number)),
                self._registry.enrol(number, on=day),
            ])  # fmt: skip
            self._registry.enrolled(number, enrolled)
        # A policy that asks for one fen more than the terms make of the population is no policy.
        self._refuse(self._cover(0, on=day, more=1), "premium_wrong")
        numbers = range(len(script.counties))
        covers = desk.submit([self._cover(number, on=day) for number in numbers])
        sent = desk.submit([
            offices.transfer(HOLDER, script.premium(number), f"own/{code}", f"premium/yymz/{code}", "premium", on=day)
            for number, code in enumerate(script.codes)
        ])
        day = script.premium_received_on.value
        desk.clock(day)
        desk.submit([
            offices.receipt("insurer", sent[number], script.premium(number), on=day) for number in numbers
        ])
        self._tell_large(sent)
        return covers

    def _cover(self, county: int, *, on: date, more: int = 0) -> Draft:
        """The policy of a county: who takes it out is not who pays."""
        script, code = self._script, self._script.codes[county]
        return self._offices.draft(["bureau", "insurer"], {
            "county": code, "document": paper(f"policy of {code}"), "first_day": str(script.first_day.value),
            "kind": "cover", "last_day": str(script.last_day.value), "period": script.period(code),
            "persons": script.members_of(county), "premium": script.premium(county) + more,
            "terms": self._terms_index,
        }, on=on)  # fmt: skip

    def _tell_large(self, sent: Sequence[int]) -> None:
        """The terms bind the policyholder to publish each transfer of a stated amount or more within so many days."""
        script, day = self._script, self._script.noticed_on.value
        rule = next(notice for notice in self._terms["notices"] if notice["on"] == "transfer")
        due = script.premium_on.value + timedelta(days=rule["days"])
        self._desk.clock(day)
        self._desk.submit([
            self._offices.record(["bureau"], "notice", f"premium of {code}", on=day, meets={
                "due": str(due), "entry": sent[number], "id": rule["id"],
            })
            for number, code in enumerate(script.codes) if script.premium(number) >= rule["above"]
        ])  # fmt: skip

    # -- claims ----------------------------------------------------------------------------------------------------

    def _work(self, covers: Sequence[int]) -> Iterator[str]:
        """All claims of the year, from filing to confirmation; then one of them once more.

        Yields each month, the first before it begins and the others once their first day is done.
        """
        casework = Casework(
            self._script, offices=self._offices, registry=self._registry, terms=self._terms,
            terms_index=self._terms_index, covers=covers, refuse=self._refuse, tag_key=self._tag_key,
        )  # fmt: skip
        month = self._months[0]
        yield month
        for day in work_through(self._desk, [casework.steps(case) for case in self.cases]):
            if _month(day) != month:
                month = _month(day)
                yield month
        twice = next(case for case in self.cases if case.bill)
        body = casework.claim(twice)
        again = {**body, "complete": True}
        self._refuse(self._offices.signed((HOLDER, "insurer"), again, on=self._desk.today), "invoice_used")

    def _publish(self) -> None:
        """What is said of the books, and the deposit's end."""
        script, desk = self._script, self._desk
        bulletin = Bulletin(
            script, desk, self._offices, cases=self.cases, terms=self._terms, calendar=self._calendar,
            is_whole=self._scale == 1,
        )  # fmt: skip
        bulletin.call_deposit()
        bulletin.publish()
        bulletin.return_deposit()

    def _refuse(self, draft: Draft, reason: str) -> None:
        """Hand in what a rule must refuse."""
        if not is_refused(self._desk, draft, reason=reason):
            raise PlayError(f"{draft.value['kind']}: expected to be refused as {reason}, it was not")
        self.refused.append(reason)


def _month(day: date) -> str:
    """The step in which the claims of a day are worked on."""
    return f"claims of {day:%Y-%m}"
