"""The play of 雪中送炭: one year of a district, from the assessment of each household to what was not used.

Two payers put their money into two accounts, so that each one's part stays visible; the insurer carries the risk.
`Play.run` yields the name of each step before it begins.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random as Seeded

from ledger.strict import JsonValue
from node.demo import draw
from node.demo.casework import work_through
from node.demo.contracts import paper, quorum_of
from node.demo.desk import Desk, Draft, is_refused
from node.demo.founding import calendar_entries, calendar_of, charter, terms_of
from node.demo.office import Offices
from node.demo.receipts import Subject
from node.demo.refusing import PlayError
from node.demo.snow.cases import invent_stays
from node.demo.snow.casework import Casework
from node.demo.snow.registry import HOLDER, HOUSEHOLDS, SICK, Member, Registry
from node.demo.snow.script import ILLNESS, OTHER, Script
from node.demo.snow.stories import STORIES, Stories
from node.ports import Random

STEPS = ("charter and terms", "assessment and money", "rosters, policies and premium", "claims", "figures and surplus")
_SECONDS = {STEPS[0]: 2.0, STEPS[1]: 2.0, STEPS[2]: 3.0, STEPS[4]: 2.0}
_SECONDS_PER_CLAIM = 0.12
GOVERNMENT, FEDERATION = "fund/snow/government", "fund/snow/federation"


class Play:
    """One performance at a desk."""

    def __init__(self, script: Script, desk: Desk, *, seeded: Seeded, random: Random, tag_key: bytes) -> None:
        """`seeded` gives what is invented, `random` salts and nonces."""
        self._script = script
        self._desk = desk
        self._random = random
        self._tag_key = tag_key
        self._offices = Offices(script.programme.id, random)
        self._registry = Registry(
            script, desk, self._offices, seeded=draw.fork(seeded), random=random, tag_key=tag_key
        )
        self._stays = invent_stays(
            rng=draw.fork(seeded), script=script, members=self._registry.sick(),
            calendar=calendar_of("cn", script.calendar_years),
        )  # fmt: skip
        self._terms = terms_of(script.terms, script.fillings, at=script.terms_on.value)
        self._terms_index = 0
        self._stories: dict[str, Member] = {}
        self.refused: list[str] = []

    @property
    def steps(self) -> Sequence[str]:
        """The names of all steps, in order."""
        return STEPS

    def seconds(self, step: str) -> float:
        """About how long a step takes on two cores."""
        return _SECONDS.get(step, 10 + _SECONDS_PER_CLAIM * len(self._stays))

    def run(self) -> Iterator[str]:
        """Play from the charter to the surplus; yields each step's name before it begins."""
        founding, assessing, insuring, working, publishing = STEPS
        yield founding
        self._found()
        yield assessing
        self._assess()
        yield insuring
        covers = self._insure()
        yield working
        casework = self._work(covers)
        yield publishing
        self._return_surplus()
        self._publish(casework)

    def subjects(self) -> Iterator[Subject]:
        """Some who are insured: with an ordinary claim, with a story, and one without a claim."""
        yield Subject("insured-paid", HOLDER, *self._registry.place(self._stays[0].member))
        for story in ("one_bill", "heirs", "used_up", "reviewed", "late"):
            yield Subject(f"insured-{story.replace('_', '-')}", HOLDER, *self._registry.place(self._stories[story]))
        claimed = {stay.member for stay in self._stays}
        without = next(member for member in self._registry.sick() if member not in claimed)
        yield Subject("insured-no-claim", HOLDER, *self._registry.place(without))

    # -- before anybody is insured ---------------------------------------------------------------------------------

    def _found(self) -> None:
        """The charter with the insurer's officers, the terms, the calendars, the agreement of the district."""
        script, desk = self._script, self._desk
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
        (self._terms_index,) = desk.submit([Draft((HOLDER, "finance", "insurer"), self._terms)])
        desk.submit([Draft(everybody, value) for value in calendar_entries("cn", script.calendar_years, at=day)])
        agreement: dict[str, JsonValue] = {
            "county": script.county, "document": paper("agreement of the district"), "kind": "agreement",
        }  # fmt: skip
        desk.submit([self._offices.draft([HOLDER], agreement, on=day)])

    def _assess(self) -> None:
        """No cover without an assessment: the assessor puts it on record; then the two payers pay in."""
        script, desk, offices = self._script, self._desk, self._offices
        day = script.assessed_on.value
        desk.clock(day)
        desk.submit([
            offices.record(["assessor"], "fact", "home visits: households in need", on=day, county=script.county,
                           name="households_assessed", value=script.households.value),
            offices.record(["assessor"], "notice", "how need was assessed", on=day),
        ])  # fmt: skip
        funding = script.funding
        day = funding.sent_on.value
        desk.clock(day)
        pledged, *sent = desk.submit([
            offices.record(["finance"], "pledge", "budget of the district", on=day,
                           amount=funding.government_fen.value),
            offices.transfer("finance", funding.government_fen.value, "own/finance", GOVERNMENT, "budget", on=day),
            offices.transfer(HOLDER, funding.federation_fen.value, "own/federation", FEDERATION, "budget", on=day),
        ])  # fmt: skip
        assert pledged < sent[0]  # a pledge moves nothing; the money comes after it
        amounts = (funding.government_fen.value, funding.federation_fen.value)
        paid_in = list(zip(sent, amounts, strict=True))
        desk.submit([offices.receipt(HOLDER, transfer, amount, on=day) for transfer, amount in paid_in])
        self._tell_large(paid_in, on=day)

    # -- cover and premium -----------------------------------------------------------------------------------------

    def _insure(self) -> dict[str, int]:
        """Both rosters, the tender, the two policies, the premiums and the assessor's fee; the policies' leaves."""
        script, desk, offices, registry = self._script, self._desk, self._offices, self._registry
        day = script.insured_on.value
        desk.clock(day)
        for roster in (ILLNESS, OTHER):
            (enrolled,) = desk.submit([registry.enrol(roster, on=day)])
            registry.enrolled(roster, enrolled)
        desk.submit([offices.record([HOLDER], "fact", "result of the tender for five products", on=day)])
        covers = desk.submit([self._cover(roster, on=day) for roster in (ILLNESS, OTHER)])
        self._pay_premiums()
        return dict(zip((ILLNESS, OTHER), covers, strict=True))

    def _cover(self, roster: str, *, on: date) -> Draft:
        """The policy for a roster: its part of the premium by households."""
        script = self._script
        return self._offices.draft([HOLDER, "insurer"], {
            "county": script.county, "document": paper("policy of five products"),
            "first_day": str(script.first_day.value), "kind": "cover", "last_day": str(script.last_day.value),
            "period": script.period(roster), "persons": self._registry.count(roster),
            "premium": self._premium_of(roster), "terms": self._terms_index,
        }, on=on)  # fmt: skip

    def _premium_of(self, roster: str) -> int:
        script, funding = self._script, self._script.funding
        whole = funding.insurer_government_fen.value + funding.insurer_federation_fen.value
        of_illness = whole * script.households_of(ILLNESS) // script.households.value
        return of_illness if roster == ILLNESS else whole - of_illness

    @property
    def _social(self) -> int:
        """What the social insurance office gets for everybody on both rosters."""
        persons = self._registry.count(ILLNESS) + self._registry.count(OTHER)
        return persons * self._script.funding.social_fen_per_person.value

    def _pay_premiums(self) -> None:
        """To the social insurance office, which has no node, and to the insurer; the fee; what must be published."""
        desk, offices, funding = self._desk, self._offices, self._script.funding
        day = funding.premium_on.value
        desk.clock(day)
        ways = [
            (self._social, GOVERNMENT, "premium/snow/social", HOLDER),
            (funding.insurer_government_fen.value, GOVERNMENT, "premium/snow/insurer", "insurer"),
            (funding.insurer_federation_fen.value, FEDERATION, "premium/snow/insurer", "insurer"),
        ]
        sent = desk.submit([
            offices.transfer(HOLDER, amount, source, target, "premium", on=day) for amount, source, target, _ in ways
        ])
        # One-sided: the bank's line stands in for the office's signature.
        desk.submit([
            offices.receipt(taker, transfer, amount, on=day)
            for transfer, (amount, _, _, taker) in zip(sent, ways, strict=True)
        ])
        desk.submit([offices.draft([HOLDER], {
            "amount": funding.assessment_fen.value, "from": FEDERATION, "kind": "spend", "purpose": "assessment",
            "ref": f"assessment-{day}", "to": "spent/snow/assessment",
        }, on=day)])  # fmt: skip
        self._tell_large([(transfer, way[0]) for transfer, way in zip(sent, ways, strict=True)], on=day)

    def _tell_large(self, sent: Sequence[tuple[int, int]], *, on: date) -> None:
        """The terms bind the federation to publish each transfer of a stated amount or more within so many days."""
        rule = next(notice for notice in self._terms["notices"] if notice["on"] == "transfer")
        due = on + timedelta(days=rule["days"])
        self._desk.submit([
            self._offices.record([HOLDER], "notice", f"large transfer, leaf {transfer}", on=on, meets={
                "due": str(due), "entry": transfer, "id": rule["id"],
            })
            for transfer, amount in sent if amount >= rule["above"]
        ])  # fmt: skip

    # -- claims ----------------------------------------------------------------------------------------------------

    def _work(self, covers: dict[str, int]) -> Casework:
        """Ordinary claims and stories side by side."""
        casework = Casework(
            script=self._script, desk=self._desk, offices=self._offices, registry=self._registry,
            random=self._random, tag_key=self._tag_key, terms=self._terms, terms_index=self._terms_index,
            covers=covers,
        )  # fmt: skip
        stories = Stories(casework, self._registry.others()[: len(STORIES)], refuse=self._refuse)
        self._stories = stories.member
        for _ in work_through(self._desk, [*map(casework.stay, self._stays), *stories.threads()]):
            pass
        return casework

    # -- what is said about the books ------------------------------------------------------------------------------

    def _publish(self, casework: Casework) -> None:
        """The trial balance, the figures, and of those poor through illness which share was paid, with both counts."""
        script, desk, offices, registry = self._script, self._desk, self._offices, self._registry
        day = script.published_on.value
        desk.clock(day)
        desk.submit([offices.balance(HOLDER, on=day)])
        funding = script.funding
        premium = self._social + funding.insurer_government_fen.value + funding.insurer_federation_fen.value
        illness, other = script.period(ILLNESS), script.period(OTHER)
        paid, sick = script.paid_of_illness.value, script.by_illness.value
        said: list[tuple[str, int, str, str]] = [
            ("claims_paid", casework.paying, "invented", "cases"),
            ("paid", casework.total, "invented", "cny"),
            ("premium", premium, "assumed", "cny"),
            (f"{illness}/person_times_paid", paid, "assumed", "person_times"),
            (f"{illness}/{SICK}", sick, "assumed", SICK),
            (f"{illness}/{HOUSEHOLDS}", script.households_of(ILLNESS), "assumed", HOUSEHOLDS),
            (f"{other}/{HOUSEHOLDS}", script.households_of(OTHER), "assumed", HOUSEHOLDS),
            (f"{illness}/persons", registry.count(ILLNESS), "assumed", "persons"),
            (f"{other}/persons", registry.count(OTHER) - 1, "assumed", "persons"),  # one died
        ]
        of: list[JsonValue] = [f"{script.programme.id}/{illness}/{name}" for name in ("person_times_paid", SICK)]
        desk.submit([
            *(offices.figure(HOLDER, name, value, on=day, basis=basis, unit=unit) for name, value, basis, unit in said),
            offices.figure(HOLDER, f"{illness}/paid_share_bp", paid * 10_000 // sick, on=day, basis="assumed",
                           unit="bp", of=of),
            offices.record([HOLDER], "notice", "report of the year", on=day),
        ])  # fmt: skip

    def _return_surplus(self) -> None:
        """Government money that was not used goes back to the budget."""
        funding, day = self._script.funding, self._script.funding.returned_on.value
        left = funding.government_fen.value - self._social - funding.insurer_government_fen.value
        self._offices.hand_over(self._desk, (HOLDER, "finance"), left, (GOVERNMENT, "own/finance"), "surplus-return",
                                on=day)

    def _refuse(self, draft: Draft, reason: str) -> None:
        """Hand in what a rule must refuse."""
        if not is_refused(self._desk, draft, reason=reason):
            raise PlayError(f"{draft.value['kind']}: expected to be refused as {reason}, it was not")
        if reason not in self.refused:
            self.refused.append(reason)
