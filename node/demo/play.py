"""The play: every entry of the programme in 康保县 over two periods, in the order in which it would happen.

The steps are those of the programme's description: charter, terms, drive and agreement; then in each period roster,
policy, gifts, settlement, premium, claims, published row, figures and close. A second, invented county follows, in
which happens what would change the figures of the first. Beside it stands another programme, whose gifts are those of
a real bank statement. `Play.run` yields the name of each step before it begins.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random as Seeded

from ledger.strict import JsonValue
from node.demo import draw, notices
from node.demo.cases import Claim, invent_claims
from node.demo.casework import Casework, Policy, Steps, work_through
from node.demo.contracts import OPERATOR, Value, paper, quorum_of
from node.demo.desk import Desk, Draft
from node.demo.figures import figures_of
from node.demo.founding import calendar_entries, charter
from node.demo.gifts import gift_batches
from node.demo.lines import Packed
from node.demo.notices import Notice
from node.demo.office import Offices
from node.demo.people import People
from node.demo.refusing import Refusing
from node.demo.register import Register
from node.demo.relief import import_statement
from node.demo.script import Figure, Inflow, Period, ReadingName, Script
from node.demo.second import SecondCounty
from node.demo.statement import Statement
from node.demo.till import Till
from node.demo.told import Given, Told
from node.ports import Random

# Five working days before the first period: the charter, the terms, the calendar, the agreement and the drive.
CHARTER_ON = date(2017, 12, 25)
TERMS_ON = date(2017, 12, 26)
AGREED_ON = date(2017, 12, 27)
FOUNDING = "charter and terms"
STEPS_OF_PERIOD = ("roster", "gifts", "settlement and premium", "claims", "published row and figures", "close")
BANK_STATEMENT = "bank statement"
PARTIES_OF_TERMS = ("foundation", "insurer", "platform")
CALENDAR_YEARS = (2018, 2019, 2020)
LATE_REPORT = date(2018, 10, 1)
ROUND_FEN = 10_000_000  # 100,000 yuan
YEAR_REPORTS = (date(2018, 5, 31), date(2019, 5, 31))


class Play:
    """One performance at a desk."""

    def __init__(
        self,
        script: Script,
        desk: Desk,
        *,
        reading: ReadingName,
        seeded: Seeded,
        random: Random,
        tag_key: bytes,
        statement: Statement | None,
    ) -> None:
        """`seeded` gives what is invented, `random` salts and nonces; `tag_key` is what all parties hold for the tags.

        Without a statement the other programme is left out.
        """
        self._script = script
        self._desk = desk
        self._random = random
        self._statement = statement
        self._reading = reading
        self._inflows = script.readings[reading].periods
        self._people = People(
            rng=seeded,
            townships=script.county.townships.value,
            born_from=script.county.born_from.value,
            born_to=script.county.born_to.value,
        )
        self._seeded = draw.fork(seeded)
        self._claims = invent_claims(rng=seeded, terms=script.claim_terms, periods=script.claim_periods)
        self._tag_key = tag_key
        self.told = Told(claims=self._claims)
        offices = self._offices = Offices(script.programme.id, random)
        self._refusing = Refusing(desk, self.told)
        self._till = Till(
            script.accounts, desk=desk, offices=offices, random=random, tag_key=tag_key
        )
        self._register = Register(
            script.county.code, desk=desk, offices=offices, people=self._people, told=self.told, seeded=self._seeded,
            random=random, tag_key=tag_key,
        )  # fmt: skip
        self._second = SecondCounty(
            script, desk, offices=offices, till=self._till, refusing=self._refusing, seeded=draw.fork(seeded),
            random=random, tag_key=tag_key, told=self.told,
        )  # fmt: skip
        self._versions: list[int] = []
        self._drive = 0
        self._large: list[Notice] = []
        self._carried = {script.accounts.claims: 0, script.accounts.other_share: 0}

    @property
    def steps(self) -> list[str]:
        """The names of all steps, in order."""
        periods = [f"{period.id}: {step}" for period in self._script.periods for step in STEPS_OF_PERIOD]
        relief = [] if self._statement is None else [f"{self._script.statement.id}: {BANK_STATEMENT}"]
        return [FOUNDING, *periods, *self._second.steps, *relief]

    def run(self) -> Iterator[str]:
        """Play from the charter to the other programme; yields each step's name before it begins."""
        names = iter(self.steps)
        yield next(names)
        self._found()
        for number, (period, inflow) in enumerate(zip(self._script.periods, self._inflows, strict=True)):
            yield next(names)
            cover = self._enrol(number, period, inflow)
            yield next(names)
            last = self._give(period, inflow)
            yield next(names)
            self._settle(period, inflow, last)
            yield next(names)
            self._work(number, period, inflow, cover)
            yield next(names)
            self._publish(number, period)
            yield next(names)
            self._close(number, period, inflow)
        for play in self._second.play(terms=self._versions[-1], opened=self._versions[0], drive=self._drive):
            yield next(names)
            play()
        if self._statement is not None:
            yield next(names)
            self.told.relief = import_statement(
                self._desk, self._script.statement, self._statement, random=self._random
            )

    # -- before the first period -----------------------------------------------------------------------------------

    def _found(self) -> None:
        """The charter, all versions of the terms but the last, the calendar, the drive, and the county's agreement."""
        script, desk, offices = self._script, self._desk, self._offices
        desk.clock(CHARTER_ON)
        everybody = tuple(sorted(desk.keys.parties, key=lambda name: name != OPERATOR))
        roles = {name: party.roles for name, party in script.parties.items()}
        founded = charter(
            desk.keys, at=CHARTER_ON, operator=OPERATOR, quorum=quorum_of(len(everybody)), roles=roles,
            places=script.places,
        )  # fmt: skip
        desk.submit([Draft(everybody, founded)])
        desk.clock(TERMS_ON)
        for version in script.terms:
            self._versions += desk.submit([Draft(PARTIES_OF_TERMS, version.value(at=TERMS_ON))])
        desk.submit([Draft(everybody, value) for value in calendar_entries("cn", CALENDAR_YEARS, at=TERMS_ON)])
        desk.clock(AGREED_ON)
        county, first = script.county.code, script.periods[0]
        self._refusing.refused(self._register.attempt([0], first.id, on=AGREED_ON), reason="agreement_missing")
        agreement: Value = {"county": county, "document": paper("county agreement"), "kind": "agreement"}
        drive: JsonValue = str(first.first.value)
        _, self._drive = desk.submit([
            offices.draft(["foundation", "county"], agreement, on=AGREED_ON),
            offices.record(["foundation"], "drive", script.programme.name_zh.value, on=AGREED_ON, first_day=drive,
                           last_day=str(script.periods[-1].last.value)),
        ])  # fmt: skip

    # -- cover -----------------------------------------------------------------------------------------------------

    def _enrol(self, number: int, period: Period, inflow: Inflow) -> int:
        """The roster at the beginning of the period, and the policy for it; returns the policy's leaf index."""
        roster = self._script.roster
        persons = list(roster.members(number))
        if number == 0:
            persons = persons[: -len(roster.came_late)]
        day = period.first.value + timedelta(days=1)
        self._register.begin()
        for _ in work_through(self._desk, [self._register.join(persons, period.id, on=day)]):
            pass
        cover: Value = {
            "county": self._script.county.code,
            "document": paper(f"policy of {period.id}"),
            "first_day": str(period.first.value),
            "kind": "cover",
            "last_day": str(period.last.value),
            "period": period.id,
            "persons": len(persons),
            "premium": inflow.premium_fen.value,
            "terms": self._versions[-1],
        }
        signers = ("insurer", "foundation")
        if number == 0:
            # A policy for one person more than the roster has.
            more = self._offices.draft(signers, {**cover, "persons": len(persons) + 1}, on=day)
            self._refusing.refused(more, reason="roster_differs")
        (index,) = self._desk.submit([self._offices.draft(signers, cover, on=day)])
        return index

    def _leave(self, period: Period) -> Steps:
        """In the middle of the first period some leave, for one reason or another."""
        roster = self._script.roster
        leaving = iter(roster.left)
        for change in roster.leaving:
            persons = [next(leaving) for _ in range(change.count.value)]
            day = roster.left_on.value
            yield day, self._register.leave(persons, period.id, on=day, reason=change.reason)

    # -- money -----------------------------------------------------------------------------------------------------

    def _give(self, period: Period, inflow: Inflow) -> tuple[Given, Packed]:
        """The gifts of each day, one batch a day, handed in on the morning after; returns the last."""
        refunded = _value(period.refunded_fen)
        for batch in gift_batches(
            rng=self._seeded,
            days=period.gift_days.value,
            lines=period.gift_lines.value,
            total_fen=inflow.gifts_fen.value + (refunded or 0),
            refunded_fen=refunded,
        ):
            self._desk.clock(batch.day)
            last = self._till.donate(batch)
            self.told.gifts.append(last[0])
            if batch.refunded is not None:
                self.told.refunded = (last[0].index, batch.refunded)
        return last

    def _settle(self, period: Period, inflow: Inflow, last: tuple[Given, Packed]) -> None:
        """The platform settles, the foundation acknowledges, a gift is given back, and the premium goes out."""
        accounts, desk, offices = self._script.accounts, self._desk, self._offices
        gifts = inflow.gifts_fen.value + (_value(period.refunded_fen) or 0)
        day = period.settled_on.value
        desk.clock(day)
        desk.submit([self._reconciliation("platform", gifts, on=day)])
        (sent,) = desk.submit([
            offices.transfer("platform", gifts, accounts.gifts, accounts.split, "settlement", on=day)
        ])
        self._note_large(sent, gifts, on=day)
        day = period.settlement_received_on.value
        desk.clock(day)
        desk.submit([offices.receipt("foundation", sent, gifts, on=day)])
        held = gifts + self._carried[accounts.other_share]
        desk.submit([self._reconciliation("foundation", held, on=day)])
        if self.told.refunded is not None:
            # All of it rests behind the split.
            donation, line = self.told.refunded
            self._till.refund(
                donation, last[1], line, reason="double_charge", on=self._script.refunded_on.value
            )
        day = period.premium_sent_on.value
        desk.clock(day)
        left = inflow.premium_fen.value
        (sent,) = desk.submit([
            offices.transfer("foundation", left, accounts.claims_share, accounts.claims, "premium", on=day)
        ])
        self._note_large(sent, left, on=day)
        for part in period.premium_received:
            desk.clock(part.on.value)
            amount = _value(part.fen) or left
            desk.submit([offices.receipt("insurer", sent, amount, on=part.on.value)])
            left -= amount

    def _note_large(self, transfer: int, amount: int, *, on: date) -> None:
        """The terms bind the foundation to publish each transfer of a stated amount or more."""
        rule = next(rule for rule in self._script.agreed["notices"] if rule["on"] == "transfer")
        if amount >= rule["above"]:
            due = on + timedelta(days=rule["days"])
            self._large.append(Notice(rule["id"], transfer, due, due - timedelta(days=1)))

    # -- claims ----------------------------------------------------------------------------------------------------

    def _work(self, number: int, period: Period, inflow: Inflow, cover: int) -> None:
        """All claims of the period from filing to confirmation, and what happens beside them."""
        accounts, register = self._script.accounts, self._register
        policy = Policy(
            index=cover, first_day=period.first.value, insurer="insurer", terms=self._script.agreed,
            terms_index=self._versions[-1], claims=accounts.claims, paid=accounts.paid,
        )  # fmt: skip
        casework = Casework(
            policy, offices=self._offices, people=self._people, members=register.members, tag_key=self._tag_key,
            refusing=self._refusing,
        )  # fmt: skip
        cases = [case for case in self._claims.cases if case.claim.period == period.id]
        threads: list[Steps] = [casework.steps(case) for case in cases]
        threads.append(notices.publish(self._offices, self._reports(period, inflow)))
        if number == 0:
            roster = self._script.roster
            threads += [self._leave(period), register.join(roster.came_late, period.id, on=roster.late_on.value)]
            threads.append(self._before_the_ratio(casework, cases[-1].claim, on=cases[0].claim.filed_on))
        for _ in work_through(self._desk, threads):
            pass
        if number == 0:
            twice = casework.body(self._claims.double, complete=True)
            self._refusing.refused(casework.filed(twice, on=self._desk.today), reason="invoice_used")

    def _before_the_ratio(self, casework: Casework, like: Claim, *, on: date) -> Steps:
        """A claim of the one day on which the terms stated no ratio: it cannot be decided, and is withdrawn."""
        day = self._script.terms[1].value(at=on)["first_day"]
        body = casework.body(like, complete=True, admitted=day, invoices=[paper("invoice of the first day")])
        claim = yield on, casework.filed(body, on=on)
        decision = casework.decision(claim, casework.worth(body), on=on, terms=self._versions[1])
        self._refusing.refused(decision, reason="terms_incomplete")
        yield on, self._offices.sealed("county", {"claim": claim, "kind": "withdraw"}, on=on)

    def _reports(self, period: Period, inflow: Inflow) -> Iterator[Notice]:
        """What is published while the claims of the period are worked on."""
        yield from self._large
        self._large = []
        first, last = (one.value for one in (self._script.periods[0].first, self._script.periods[-1].last))
        for notice in notices.progress(self._drive, first=first, last=last, late=LATE_REPORT):
            if not period.first.value < notice.due <= period.last.value + timedelta(days=1):
                continue
            if notice.due == LATE_REPORT:
                # It says the gifts in round numbers, which are not those of the books.
                said = -(-inflow.gifts_fen.value // ROUND_FEN) * ROUND_FEN
                notice = replace(notice, says=(("raised", said),))
            yield notice
        for due in YEAR_REPORTS:
            if period.first.value <= due <= period.last.value:
                yield Notice("year_report", self._versions[0], due, due - timedelta(days=3))

    # -- what is said about the books ------------------------------------------------------------------------------

    def _publish(self, number: int, period: Period) -> None:
        """Publish the paying account's row, and say the figures that it supports."""
        script, desk, day = self._script, self._desk, period.published_on.value
        desk.clock(day)
        desk.submit([self._balance([script.accounts.claims], on=day)])
        drafts = [
            self._offices.draft(["foundation"], {"kind": "figure", **said}, on=day)
            for said in figures_of(script, self._reading, number)
        ]
        desk.submit(drafts)

    def _close(self, number: int, period: Period, inflow: Inflow) -> None:
        """opening + in - out = closing for each account of the programme that goes on; the places agree."""
        script, names, day = self._script, self._script.accounts, period.last.value
        gifts, refunded = inflow.gifts_fen.value, _value(period.refunded_fen) or 0
        share = script.share
        assigned = (gifts + refunded) * share[0] // share[1]
        back = refunded * share[0] // share[1]
        flows = {
            names.claims: (inflow.premium_fen.value, period.paid_fen.value),
            names.claims_share: (assigned, inflow.premium_fen.value + back),
            names.other_share: (gifts + refunded - assigned, refunded - back),
        }
        accounts: list[JsonValue] = []
        for name, (came, went) in flows.items():
            opening = self._carried.get(name, 0)
            self._carried[name] = opening + came - went
            accounts.append({
                "account": name, "closing": self._carried[name], "in": came, "opening": opening, "out": went,
            })
        self._desk.clock(day)
        held = self._carried[names.claims_share] + self._carried[names.other_share]
        close: Value = {"accounts": accounts, "county": script.county.code, "kind": "close", "period": period.id}
        self._desk.submit([
            self._reconciliation("insurer", self._carried[names.claims], on=day),
            self._reconciliation("foundation", held, on=day),
            self._offices.draft(["insurer", "foundation"], close, on=day),
            self._offices.record(["foundation"], "notice", f"report on period {period.id}", on=day),
            self._balance([], on=day),
        ])

    def _reconciliation(self, party: str, statement: int, *, on: date) -> Draft:
        return self._till.reconciliation(party, statement, unit=self._script.programme.currency, on=on)

    @staticmethod
    def _balance(publish: list[JsonValue], *, on: date) -> Draft:
        return Draft(("insurer",), {"at": str(on), "kind": "balance", "publish": publish})


def _value(figure: Figure[int | None] | Figure[int] | None) -> int | None:
    return None if figure is None else figure.value
