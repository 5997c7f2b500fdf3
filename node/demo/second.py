"""The second county: what would change the figures of the first happens here, in the year after them.

    before        agreement, rosters of a village and of the others, policy, an advance by the insurer
    claims        by a cadre, by the county; decided late, refused and reviewed, recovered, paid by somebody liable
    close         the row is published, the advance is paid back, the period is closed, and then corrected
    new insurer   new terms, the rest rolls over to the account of another insurer, which goes on

A gift is given back whose money has moved on: it comes out of the account that the terms name.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random as Seeded

from ledger.strict import JsonValue
from node.demo import notices
from node.demo.cases import payable_fen
from node.demo.casework import Policy, Steps, work_through
from node.demo.contracts import Value, paper
from node.demo.desk import Desk, Draft
from node.demo.gifts import gift_batches
from node.demo.notices import Notice
from node.demo.office import Offices
from node.demo.people import People
from node.demo.refusing import Refusing
from node.demo.register import Register
from node.demo.script import Script
from node.demo.second_claims import FIRST, LATER, SecondClaims, plain_cases
from node.demo.till import Till
from node.demo.told import Told
from node.ports import Random

STEPS = ("agreement, policy, advance", "what goes another way", "advance repaid, period ended", "another insurer")
AGREED_ON = date(2020, 1, 2)
ADVANCED_ON = date(2020, 1, 6)
SETTLED_ON = date(2020, 2, 19)
PREMIUM_ON = date(2020, 2, 21)
REFUNDED_ON = date(2020, 2, 24)
PUBLISHED_ON = date(2020, 6, 15)
CLOSED_ON = date(2020, 6, 30)
TAKEN_OVER_ON = date(2020, 7, 1)
CORRECTED_ON = date(2020, 7, 6)
LATER_PUBLISHED_ON = date(2020, 11, 30)
ENDED_ON = date(2020, 12, 31)
FINAL_REPORT, YEAR_REPORT = date(2020, 3, 31), date(2020, 5, 31)
# Persons: of the village, with a late decision, with a reviewed one, and registered twice, as is found out too late.
OF_VILLAGE, LATE, DISPUTED, TWICE = 7, 90, 95, 41
REFUNDED_FEN_MIN = 1_000  # the first gift of ten yuan or more
OLD, NEW = "insurer", "successor"


class SecondCounty:
    """The second county at the desk."""

    def __init__(
        self,
        script: Script,
        desk: Desk,
        *,
        offices: Offices,
        till: Till,
        refusing: Refusing,
        seeded: Seeded,
        random: Random,
        tag_key: bytes,
        told: Told,
    ) -> None:
        """`seeded` gives what is invented, `random` salts and nonces."""
        self._script = script
        self._own = script.second
        self._desk = desk
        self._offices = offices
        self._till = till
        self._refusing = refusing
        self._seeded = seeded
        self._tag_key = tag_key
        self._told = told
        county = self._own.county
        self._people = People(
            rng=seeded, townships=county.townships.value, born_from=county.born_from.value,
            born_to=county.born_to.value,
        )  # fmt: skip
        self._register = Register(
            county.code, desk=desk, offices=offices, people=self._people, told=told, seeded=seeded, random=random,
            tag_key=tag_key,
        )  # fmt: skip
        code = county.code
        self._claims, self._paid = f"claims/dlz/{code}", f"paid/dlz/{code}"
        self._recovered = f"recovered/dlz/{code}"
        self._out = 0  # of the paying account

    @property
    def steps(self) -> list[str]:
        """The names of its steps, in order."""
        return [f"{self._own.county.code}: {step}" for step in STEPS]

    def play(self, *, terms: int, opened: int, drive: int) -> Iterator[Callable[[], None]]:
        """Its steps, to be called one after the other.

        `terms` is the leaf of the newest terms, `opened` that of the first, `drive` that of the drive.
        """
        yield lambda: self._insure(terms)
        yield lambda: self._work(opened, drive)
        yield self._close
        yield self._take_over

    # -- before the claims -----------------------------------------------------------------------------------------

    def _insure(self, terms: int) -> None:
        own, desk, offices = self._own, self._desk, self._offices
        desk.clock(AGREED_ON)
        agreement: Value = {
            "county": own.county.code, "document": paper(f"agreement {own.county.code}"), "kind": "agreement",
        }  # fmt: skip
        desk.submit([offices.draft(["foundation", "county"], agreement, on=AGREED_ON)])
        self._policy = Policy(
            index=self._cover(FIRST, AGREED_ON, CLOSED_ON, insurer=OLD, terms=terms, premium=own.premium_fen.value),
            first_day=AGREED_ON, insurer=OLD, terms=self._script.agreed, terms_index=terms, claims=self._claims,
            paid=self._paid,
        )  # fmt: skip
        advance = own.advance_fen.value
        offices.hand_over(desk, (OLD, OLD), advance, ("own/insurer", self._claims), "advance", on=ADVANCED_ON)

    def _cover(self, period: str, first: date, last: date, *, insurer: str, terms: int, premium: int) -> int:
        """The rosters of the village and of the others, and the policy; returns the policy's leaf."""
        own, register = self._own, self._register
        register.begin()
        village, others = self._village, range(own.in_village.value, own.in_village.value + own.elsewhere.value)
        rosters = [
            register.join(village, period, on=first, place=own.village), register.join(others, period, on=first),
        ]
        for _ in work_through(self._desk, rosters):
            pass
        cover: Value = {
            "county": own.county.code, "document": paper(f"policy of {own.county.code} {period}"),
            "first_day": str(first), "kind": "cover", "last_day": str(last), "period": period,
            "persons": len(register.members), "premium": premium, "terms": terms,
        }  # fmt: skip
        (index,) = self._desk.submit([self._offices.draft([insurer, "foundation"], cover, on=first)])
        return index

    @property
    def _village(self) -> range:
        return range(self._own.in_village.value)

    # -- claims ----------------------------------------------------------------------------------------------------

    def _work(self, opened: int, drive: int) -> None:
        """All claims under the first insurer, and beside them gifts, premium, and what has to be published."""
        claims = self._casework(self._policy)
        own = self._own
        plain = plain_cases(
            own.residuals_fen.value, people=range(100, 360), period=FIRST, first=date(2020, 2, 24), number=1
        )
        reports = [
            Notice("final_report", drive, FINAL_REPORT, FINAL_REPORT - timedelta(days=6)),
            Notice("year_report", opened, YEAR_REPORT, YEAR_REPORT - timedelta(days=5)),
        ]
        self._gifts()
        threads: list[Steps] = [
            *(claims.steps(case) for case in plain[2:]),
            claims.by_cadre(plain[0], person=OF_VILLAGE, stranger=plain[1].claim),
            claims.recovered(plain[1], amount=own.recovered_fen.value, to=self._recovered),
            claims.late(LATE, own.late_residual_fen.value),
            claims.disputed(DISPUTED, own.disputed_residual_fen.value),
            notices.publish(self._offices, reports),
        ]
        for number, _ in enumerate(work_through(self._desk, threads)):
            if number == 0:
                self._refusing.once(self._balance([self._claims], on=self._desk.today), "too_few_payouts")
        self._out = self._worth(*own.residuals_fen.value, own.late_residual_fen.value, own.disputed_residual_fen.value)
        for name, person in (("insured-late", LATE), ("insured-reviewed", DISPUTED)):
            self._told.persons[name] = self._told.line_of(own.county.code, FIRST, person)

    def _worth(self, *residuals: int) -> int:
        return sum(payable_fen(residual, terms=self._script.claim_terms) for residual in residuals)

    def _casework(self, policy: Policy) -> SecondClaims:
        return SecondClaims(
            policy, offices=self._offices, people=self._people, members=self._register.members,
            tag_key=self._tag_key, refusing=self._refusing,
        )  # fmt: skip

    def _gifts(self) -> None:
        """Gifts for the county, settled and handed on; one is given back after its money has moved on."""
        own, desk, offices, accounts = self._own, self._desk, self._offices, self._script.accounts
        total = own.gifts_fen.value
        for batch in gift_batches(
            rng=self._seeded, days=own.gift_days.value, lines=own.gift_lines.value, total_fen=total
        ):
            desk.clock(batch.day)
            given, packed = self._till.donate(batch)
        offices.hand_over(
            desk, ("platform", "foundation"), total, (accounts.gifts, accounts.split), "settlement", on=SETTLED_ON
        )
        offices.hand_over(
            desk, ("foundation", OLD), own.premium_fen.value, (accounts.claims_share, self._claims), "premium",
            on=PREMIUM_ON,
        )  # fmt: skip
        line = next(number for number, (fen, _) in enumerate(batch.lines) if fen >= REFUNDED_FEN_MIN)
        self._till.refund(given.index, packed, line, reason="minor", on=REFUNDED_ON)
        self._told.donors["donor-paid-back"] = (given.index, line)

    # -- close -----------------------------------------------------------------------------------------------------

    def _close(self) -> None:
        """What was recovered comes back, the row is published, the advance repaid, the period closed and corrected."""
        own, desk, offices = self._own, self._desk, self._offices
        desk.clock(PUBLISHED_ON)
        third, recovered = own.third_party_fen.value, own.recovered_fen.value
        desk.submit([offices.draft([OLD], {
            "amount": third, "from": "world/dlz/third-parties", "kind": "income", "purpose": "third-party",
            "ref": f"third-party-{PUBLISHED_ON}", "to": self._recovered,
        }, on=PUBLISHED_ON)])  # fmt: skip
        advance = own.advance_fen.value
        # Before the row is published, what leaves the account would tell what was paid out of it.
        early = offices.transfer(OLD, advance, self._claims, "own/insurer", "repay", on=PUBLISHED_ON)
        self._refusing.refused(early, "unpublished_payouts")
        desk.submit([self._balance([self._claims], on=PUBLISHED_ON)])
        back = third + recovered
        offices.hand_over(desk, (OLD, OLD), back, (self._recovered, self._claims), "recovered", on=PUBLISHED_ON)
        offices.hand_over(desk, (OLD, OLD), advance, (self._claims, "own/insurer"), "repay", on=PUBLISHED_ON)
        came = advance + own.premium_fen.value + back
        self._left = came - self._out - advance
        self._end_period(FIRST, self._claims, (came, self._out + advance), insurer=OLD, on=CLOSED_ON)

    def _end_period(self, period: str, account: str, moved: tuple[int, int], *, insurer: str, on: date) -> None:
        came, went = moved
        said: JsonValue = [{"account": account, "closing": came - went, "in": came, "opening": 0, "out": went}]
        self._desk.clock(on)
        close: Value = {"accounts": said, "county": self._own.county.code, "kind": "close", "period": period}
        self._desk.submit([
            self._offices.draft([insurer, "foundation"], close, on=on), self._balance([], on=on, by=insurer),
        ])  # fmt: skip

    # -- another insurer -------------------------------------------------------------------------------------------

    def _take_over(self) -> None:
        """New terms, the rest rolls over, and another insurer decides and pays; the closed period is corrected."""
        desk, offices = self._desk, self._offices
        desk.clock(CLOSED_ON)
        signers = ("foundation", "insurer", "platform", "successor")
        (terms,) = desk.submit([Draft(signers, {**self._script.agreed_later, "at": str(CLOSED_ON)})])
        account = f"{self._claims}/{NEW}"
        offices.hand_over(desk, (OLD, NEW), self._left, (self._claims, account), "rollover", on=TAKEN_OVER_ON)
        self._correct()
        index = self._cover(LATER, CORRECTED_ON, ENDED_ON, insurer=NEW, terms=terms, premium=0)
        policy = Policy(
            index=index, first_day=CORRECTED_ON, insurer=NEW, terms=self._script.agreed_later, terms_index=terms,
            claims=account, paid=f"{self._paid}/{NEW}",
        )  # fmt: skip
        claims = self._casework(policy)
        plain = plain_cases(
            self._own.later_residuals_fen.value, people=range(50, 360), period=LATER, first=date(2020, 8, 3),
            number=101,
        )  # fmt: skip
        threads = [claims.steps(case) for case in plain[1:]]
        for _ in work_through(desk, [*threads, claims.not_by(OLD, plain[0])]):
            pass
        desk.clock(LATER_PUBLISHED_ON)
        desk.submit([self._balance([account], on=LATER_PUBLISHED_ON, by=NEW)])
        paid = self._worth(*self._own.later_residuals_fen.value)
        self._end_period(LATER, account, (self._left, paid), insurer=NEW, on=ENDED_ON)
        self._say_on_time()

    def _say_on_time(self) -> None:
        """How much of what the first insurer had to do within the year it did in time: one decision was late."""
        # Each claim is decided and paid; one objection is answered.
        due = 2 * (len(self._own.residuals_fen.value) + len((LATE, DISPUTED))) + 1
        met, of = due - 1, f"{OLD}/{ENDED_ON.year}"
        counted: JsonValue = [f"{self._offices.programme}/{of}/{name}" for name in ("duties_in_time", "duties_due")]
        say = partial(self._offices.figure, "foundation", on=ENDED_ON, basis="invented")
        self._desk.submit([
            say(f"{of}/duties_due", due, unit="duties"),
            say(f"{of}/duties_in_time", met, unit="duties"),
            say(f"{of}/on_time_bp", met * 10_000 // due, unit="bp", of=counted),
        ])

    def _correct(self) -> None:
        """Somebody was on the roster of the closed period twice: that is said, and the register changed."""
        desk, offices, register = self._desk, self._offices, self._register
        desk.clock(CORRECTED_ON)
        leave: dict[str, str] = {"reason": "registered_twice"}
        self._refusing.refused(register.leave([TWICE], FIRST, on=CORRECTED_ON, **leave), reason="period_closed")
        roster, _ = self._told.line_of(self._own.county.code, FIRST, TWICE)
        desk.submit([
            offices.record(["county"], "correction", "one person stands on this roster twice", on=CORRECTED_ON,
                           of=roster),
            register.leave([TWICE], FIRST, on=CORRECTED_ON, concerns=FIRST, **leave),
        ])  # fmt: skip

    def _balance(self, publish: Sequence[str], *, on: date, by: str = OLD) -> Draft:
        return Draft((by,), {"at": str(on), "kind": "balance", "publish": [*publish]})
