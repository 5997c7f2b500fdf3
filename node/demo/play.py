"""The play: every entry of the programme in 康保县 over two periods, in the order in which it would happen.

The steps are those of the programme's description: charter, terms, drive and agreement; then in each period roster,
policy, gifts, settlement, premium, claims, published row, figures and close. Beside it a second programme, whose gifts
are those of a real bank statement. `Play.run` yields the name of each step before it begins.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random as Seeded

from ledger.strict import JsonValue
from node.demo import draw
from node.demo.cases import invent_claims
from node.demo.casework import Casework, Policy, Steps, work_through
from node.demo.contracts import OPERATOR, PLACES, Value, paper, quorum_of
from node.demo.desk import Desk, Draft, is_refused
from node.demo.figures import figures_of
from node.demo.founding import calendar_entries, charter
from node.demo.gifts import GiftBatch, gift_batches
from node.demo.lines import Packed, pack_gifts, pack_persons, pack_removals
from node.demo.office import Offices
from node.demo.people import People
from node.demo.relief import import_statement
from node.demo.script import Figure, Inflow, Period, ReadingName, Script
from node.demo.statement import Statement
from node.demo.told import Enrolled, Given, Told
from node.errors import NodeError
from node.ports import Random

# Five working days before the first period: the charter, both versions of the terms, the agreement and the drive.
CHARTER_ON = date(2017, 12, 25)
TERMS_ON = date(2017, 12, 26)
AGREED_ON = date(2017, 12, 27)
FOUNDING = "charter and terms"
STEPS_OF_PERIOD = ("roster", "gifts", "settlement and premium", "claims", "published row and figures", "close")
BANK_STATEMENT = "bank statement"
PARTIES_OF_TERMS = ("foundation", "insurer", "platform")
CALENDAR_YEARS = (2018, 2019, 2020)


class PlayError(NodeError):
    """The play did not go as written: a mistake of the demo, or a rule that let something pass."""


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

        Without a statement the second programme is left out.
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
        self._offices = Offices(script.programme.id, random)
        self._terms = 0
        self._members: dict[int, bytes] = {}
        self._carried = {script.accounts.claims: 0, script.accounts.other_share: 0}
        self.told = Told(claims=self._claims)

    @property
    def steps(self) -> list[str]:
        """The names of all steps, in order."""
        periods = [f"{period.id}: {step}" for period in self._script.periods for step in STEPS_OF_PERIOD]
        relief = [] if self._statement is None else [f"{self._script.statement.id}: {BANK_STATEMENT}"]
        return [FOUNDING, *periods, *relief]

    def run(self) -> Iterator[str]:
        """Play from the charter to the second programme; yields each step's name before it begins."""
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
            self._work(number, period, cover)
            yield next(names)
            self._publish(number, period)
            yield next(names)
            self._close(number, period, inflow)
        if self._statement is not None:
            yield next(names)
            self.told.relief = import_statement(
                self._desk, self._script.statement, self._statement, random=self._random
            )

    # -- before the first period -----------------------------------------------------------------------------------

    def _found(self) -> None:
        """The charter, both versions of the terms, the drive, the county's agreement, and the key of the tags."""
        script, desk = self._script, self._desk
        desk.clock(CHARTER_ON)
        everybody = tuple(sorted(desk.keys.parties, key=lambda name: name != OPERATOR))
        roles = {name: party.roles for name, party in script.parties.items()}
        founded = charter(
            desk.keys, at=CHARTER_ON, operator=OPERATOR, quorum=quorum_of(len(everybody)), roles=roles
        )
        desk.submit([Draft(everybody, founded)])
        desk.clock(TERMS_ON)
        for version in script.terms:
            (self._terms,) = desk.submit([Draft(PARTIES_OF_TERMS, version.value(at=TERMS_ON))])
        desk.submit([Draft(everybody, value) for value in calendar_entries("cn", CALENDAR_YEARS, at=TERMS_ON)])
        desk.clock(AGREED_ON)
        agreement: Value = {
            "county": script.county.code, "document": paper("county agreement"), "kind": "agreement",
        }  # fmt: skip
        drive: Value = {
            "document": paper("filing of the drive"), "kind": "drive", "text": script.programme.name_zh.value,
        }  # fmt: skip
        desk.submit([
            self._draft(("foundation", "county"), agreement, on=AGREED_ON),
            self._draft(("foundation",), drive, on=AGREED_ON),
        ])

    # -- cover -----------------------------------------------------------------------------------------------------

    def _enrol(self, number: int, period: Period, inflow: Inflow) -> int:
        """The roster at the beginning of the period, and the policy for it; returns the policy's leaf index."""
        roster = self._script.roster
        persons = list(roster.members(number))
        if number == 0:
            persons = persons[: -len(roster.came_late)]
        day = period.first.value + timedelta(days=1)
        self._members = {}
        for _ in work_through(self._desk, [self._join(persons, period, on=day)]):
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
            "terms": self._terms,
        }
        (index,) = self._desk.submit([self._draft(("insurer", "foundation"), cover, on=day)])
        return index

    def _join(self, persons: Sequence[int], period: Period, *, on: date) -> Steps:
        """The county enrols persons, shuffled, and keeps what opens their lines."""
        order = draw.shuffled(self._seeded, persons)
        packed = pack_persons(
            map(self._people.person, order),
            county=self._script.county.code,
            period=period.id,
            tag_key=self._tag_key,
            random=self._random,
        )
        self._desk.keep("county", packed.batch.root, packed.records)
        self._members.update({person: packed.commitment(line) for line, person in enumerate(order)})
        index = yield on, self._enrolment(packed, period, on=on, op="add")
        self.told.rosters.append(Enrolled(index, period.id, order))

    def _enrolment(self, packed: Packed, period: Period, *, on: date, op: str, reason: str | None = None) -> Draft:
        value: Value = {
            **packed.members, "county": self._script.county.code, "kind": "enrolment", "op": op, "period": period.id,
        }  # fmt: skip
        if reason is not None:
            value["reason"] = reason
        return self._draft(("county",), value, on=on, files=packed)

    def _leave(self, period: Period) -> Steps:
        """In the middle of the first period some leave, for one reason or another."""
        roster = self._script.roster
        leaving = iter(roster.left)
        for change in roster.leaving:
            commitments = [self._members[next(leaving)] for _ in range(change.count.value)]
            day = roster.left_on.value
            yield day, self._enrolment(pack_removals(commitments), period, on=day, op="remove", reason=change.reason)

    # -- money -----------------------------------------------------------------------------------------------------

    def _give(self, period: Period, inflow: Inflow) -> Packed:
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
            packed = self._donate(batch)
        return packed

    def _donate(self, batch: GiftBatch) -> Packed:
        accounts = self._script.accounts
        packed = pack_gifts(
            ((fen, {**opening}) for fen, opening in batch.lines), tag_key=self._tag_key, random=self._random
        )
        self._desk.keep("platform", packed.batch.root, packed.records)
        value: Value = {
            **packed.members, "from": accounts.donors, "kind": "donation", "purpose": "gift", "to": accounts.gifts,
            "ref": f"gifts-{batch.day}",
        }  # fmt: skip
        (index,) = self._desk.submit([self._draft(("platform",), value, on=batch.day, files=packed)])
        amounts = [fen for fen, _ in batch.lines]
        self.told.gifts.append(Given(index, amounts.index(min(amounts)), amounts.index(max(amounts))))
        if batch.refunded is not None:
            self.told.refunded = (index, batch.refunded)
        return packed

    def _settle(self, period: Period, inflow: Inflow, last: Packed) -> None:
        """The platform settles, the foundation acknowledges, a gift is given back, and the premium goes out."""
        accounts, desk = self._script.accounts, self._desk
        gifts = inflow.gifts_fen.value + (_value(period.refunded_fen) or 0)
        day = period.settled_on.value
        desk.clock(day)
        desk.submit([self._reconciliation("platform", gifts, on=day)])
        sent = self._transfer("platform", gifts, accounts.gifts, accounts.split, "settlement", on=day)
        day = period.settlement_received_on.value
        desk.clock(day)
        desk.submit([self._receipt("foundation", sent, gifts, on=day)])
        held = gifts + self._carried[accounts.other_share]
        desk.submit([self._reconciliation("foundation", held, on=day)])
        if period.refunded_fen is not None:
            self._refund(last)
        day = period.premium_sent_on.value
        desk.clock(day)
        left = inflow.premium_fen.value
        sent = self._transfer("foundation", left, accounts.claims_share, accounts.claims, "premium", on=day)
        for part in period.premium_received:
            desk.clock(part.on.value)
            amount = _value(part.fen) or left
            desk.submit([self._receipt("insurer", sent, amount, on=part.on.value)])
            left -= amount

    def _transfer(self, party: str, amount: int, source: str, target: str, purpose: str, *, on: date) -> int:
        value: Value = {
            "amount": amount, "from": source, "kind": "transfer", "purpose": purpose, "ref": f"{purpose}-{on}",
            "to": target,
        }  # fmt: skip
        (index,) = self._desk.submit([self._draft((party,), value, on=on)])
        return index

    def _receipt(self, party: str, transfer: int, amount: int, *, on: date) -> Draft:
        slip: JsonValue = {"by": "bank", "digest": paper(f"bank line of {on}, {amount} fen")}
        value: Value = {"amount": amount, "at": str(on), "evidence": slip, "kind": "receive", "transfer": transfer}
        return Draft((party,), value)

    def _refund(self, packed: Packed) -> None:
        """Give one gift of the batch back while all of it rests behind the split."""
        assert self.told.refunded is not None
        donation, number = self.told.refunded
        day = self._script.refunded_on.value
        proof = packed.batch.prove_line(number)
        line: JsonValue = {
            "amount": proof.line.amount,
            "commitment": proof.line.commitment.hex(),
            "index": proof.index,
            "path": [[sibling.hex(), total] for sibling, total in proof.path],
        }
        self._desk.clock(day)
        value: Value = {"donation": donation, "kind": "refund", "line": line, "reason": "double_charge"}
        self._desk.submit([self._draft(("foundation",), value, on=day)])

    # -- claims ----------------------------------------------------------------------------------------------------

    def _work(self, number: int, period: Period, cover: int) -> None:
        """All claims of the period from filing to confirmation; in the first also what happens beside them."""
        accounts = self._script.accounts
        policy = Policy(
            index=cover, first_day=period.first.value, insurer="insurer", terms=self._script.agreed,
            terms_index=self._terms, claims=accounts.claims, paid=accounts.paid,
        )  # fmt: skip
        casework = Casework(
            policy, offices=self._offices, people=self._people, members=self._members, tag_key=self._tag_key
        )
        threads = [casework.steps(case) for case in self._claims.cases if case.claim.period == period.id]
        if number == 0:
            roster = self._script.roster
            threads += [self._leave(period), self._join(roster.came_late, period, on=roster.late_on.value)]
        for _ in work_through(self._desk, threads):
            pass
        if number == 0:
            twice = casework.body(self._claims.double, complete=True)
            self._refused(casework.filed(twice, on=self._desk.today), reason="invoice_used")

    # -- what is said about the books ------------------------------------------------------------------------------

    def _publish(self, number: int, period: Period) -> None:
        """Publish the paying account's row, and say the figures that it supports."""
        script, desk = self._script, self._desk
        day = period.published_on.value
        desk.clock(day)
        desk.submit([self._balance([script.accounts.claims], on=day)])
        if period is script.periods[-1]:
            # Nobody was paid since: the row would say nothing new, or what one person got.
            self._refused(self._balance([script.accounts.claims], on=day), reason="too_few_payouts")
        drafts = [
            self._draft(("foundation",), {"kind": "figure", **said}, on=day)
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
        report = f"report on period {period.id}"
        notice: Value = {"document": paper(report), "kind": "notice", "text": report}
        self._desk.submit([
            self._reconciliation("insurer", self._carried[names.claims], on=day),
            self._reconciliation("foundation", held, on=day),
            self._draft(("insurer", "foundation"), close, on=day),
            self._draft(("foundation",), notice, on=day),
            self._balance([], on=day),
        ])

    def _reconciliation(self, party: str, statement: int, *, on: date) -> Draft:
        """The bank's statement of a place, which equals the accounts that lie there."""
        place = PLACES[party]
        value: Value = {
            "document": paper(f"statement of {place}, {on}"), "items": [], "kind": "reconciliation", "outside": 0,
            "place": place, "statement": statement, "unit": self._script.programme.currency,
        }  # fmt: skip
        return self._draft((party,), value, on=on)

    def _balance(self, publish: list[JsonValue], *, on: date) -> Draft:
        return Draft(("insurer",), {"at": str(on), "kind": "balance", "publish": publish})

    def _refused(self, draft: Draft, *, reason: str) -> None:
        """Hand in what a rule must refuse."""
        if not is_refused(self._desk, draft, reason=reason):
            raise PlayError(f"{draft.value['kind']}: expected to be refused as {reason}, it was not")
        self.told.refused.append(reason)

    def _draft(
        self, parties: tuple[str, ...], value: Value, *, on: date, files: Packed | None = None
    ) -> Draft:
        """A draft about the programme on a day."""
        whole = {**value, "at": str(on), "programme": self._script.programme.id}
        return Draft(parties, whole, () if files is None else files.files)


def _value(figure: Figure[int | None] | Figure[int] | None) -> int | None:
    return None if figure is None else figure.value
