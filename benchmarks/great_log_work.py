"""Years of work: one programme in eight counties, signed in waves of six hours, most of it steps of claims.

    a wave     what is public: a batch of gifts or persons, and what follows a batch of gifts (settlement and premium,
               sent and received); now and then a spend, an income, a notice, a fact, a correction, a refund, a figure,
               a reconciliation, a trial balance that publishes what was paid; in a new year calendar, roster and cover
               then the steps of claims whose turn has come, and as many new claims as there is room for

Most claims are filed, decided on up to three benefits (benchmarks/cases.py), paid and confirmed within days. Some lack
papers, some wait for weeks, are refused and objected to, or taken back; some payouts bounce and are paid again, of some
a part comes back. Everything follows from the seed.
"""

from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import accumulate
from random import Random
from typing import Any

from benchmarks.cases import BENEFITS, CASE_TERMS
from benchmarks.workload import Composer
from ledger.batch import Batch, LineProof
from ledger.commitment import commit
from ledger.decision import person_of
from ledger.state import State
from node.machines.sequencer import ENTRIES_MAX
from tests.support.world import digest

WAVE_MS = 6 * 60 * 60 * 1000
COUNTIES = tuple(f"c{number:02d}" for number in range(1, 9))
LARGE_LINES = 100_000  # in a large batch
SMALL_SHARE = 0.6  # of all lines that are in the usual batches, one a wave; large ones carry the rest

_FOUNDING_LINES = 100
_FOUNDING_GIFT = 10**11  # each: enough for all claims of a long log
_FOUNDING_PREMIUM = 10**12
_ROSTER = 50  # persons with whom a county begins a year
_GIFTS_FEN = (1, 100, 300, 500, 1_000, 2_000, 5_000, 10_000)
_REFUND_LINES_MAX = 4_000  # gifts in batches up to here are given back: the whole tree is built for a proof

_FACT_WAVES, _FIGURE_WAVES, _BALANCE_WAVES, _SPEND_WAVES, _INCOME_WAVES = 3, 4, 4, 2, 8
_TAGGED_WAVES, _RECONCILIATION_WAVES, _REFUND_WAVES, _CORRECTION_WAVES, _PERSONS_WAVES = 8, 10, 10, 10, 4

# In a hundred of those who could.
_INCOMPLETE, _WITHDRAWN, _REFUSED, _OBJECTED, _BOUNCED, _RECOVERED, _WAITING, _RETURNED = 10, 1, 4, 30, 2, 1, 3, 2

GREAT_TERMS: dict[str, Any] = {**CASE_TERMS, "refusals": ["fraud", "not_covered"]}

Job = Callable[[], object]


@dataclass(slots=True)
class Roster:
    """The persons of a county in a year, by batch; `cover` once there is one."""

    county: str
    year: int
    cover: int | None = None
    batches: list[tuple[int, int]] = field(default_factory=list)  # number of the batch, persons in it

    @property
    def period(self) -> str:
        """The period's name: a cover counts the persons of a period."""
        return f"{self.county}-{self.year}"


class Years(Composer):
    """The programme at work until its log has so many leaves, and their batches so many lines in all."""

    def __init__(self, *, leaves: int, lines: int, seed: int = 0) -> None:
        super().__init__(seed)
        assert lines >= leaves, "a great log has more lines than leaves"
        self.kinds: Counter[str] = Counter()
        self.lines = 0
        self._leaves_wanted, self._lines_wanted = leaves, lines
        self._random = Random(seed)
        self._wave = 0
        self._due: defaultdict[int, list[Job]] = defaultdict(list)
        self._waiting: deque[Job] = deque()
        self._decided: set[str] = set()  # persons of whom a claim was decided in this wave
        self._first: list[Job] = []  # of the next wave: what must find the books as the last wave left them
        self._rosters: list[Roster] = []
        self._year = self._today.year
        self._founding = self._found()

    def compose(self, kind: str, signers: str, **members: Any) -> bytes:
        """Sign an entry, and count its kind."""
        if kind != "sealed":
            self.kinds[kind] += 1
        return super().compose(kind, signers, **members)

    def compose_sealed(self, kind: str, signers: str, programme: str = "dlz", **members: Any) -> bytes:
        """Sign a sealed entry, and count the kind of its body."""
        self.kinds[kind] += 1
        return super().compose_sealed(kind, signers, programme, **members)

    def wave(self, state: State) -> list[bytes]:
        """Sign the next wave on the state that the waves before it left; nothing once the log is long enough."""
        self.state = state
        self._decided.clear()
        room = min(ENTRIES_MAX, self._leaves_wanted - self.size)
        self.time_unix_ms += WAVE_MS
        jobs = next(self._founding, None)
        if jobs is None:
            jobs = self._usual(room)
        for job in jobs[:room]:
            job()
        self._wave += 1
        return self.hand_over()

    @property
    def _today(self) -> date:
        return datetime.fromtimestamp(self.time_unix_ms / 1000, UTC).date()

    def _in(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    def _every(self, waves: int) -> bool:
        return self._wave % waves == 0

    def _next(self, job: Job, *, waves: int = 1) -> None:
        """Do something so many waves later."""
        self._due[self._wave + waves].append(job)

    def _later(self, job: Job) -> None:
        """Do something within a day, or now and then within weeks."""
        self._next(job, waves=self._random.randint(60, 90) if self._in(_WAITING) else self._random.randint(1, 3))

    # -- waves ----------------------------------------------------------------------------------------------------

    def _found(self) -> Iterator[list[Job]]:
        """The first waves: parties, terms, counties, persons, money."""
        yield [self.charter]  # comes alone
        yield [
            partial(self._calendar, self._year),
            partial(self.act, "terms", "foundation insurer platform", **GREAT_TERMS),
            *(partial(self.act, "agreement", "county foundation", county=county, document="22" * 32, programme="dlz")
              for county in COUNTIES),
            *self._new_year(),
        ]  # fmt: skip
        yield [*self._due.pop(self._wave), partial(self._give, [_FOUNDING_GIFT] * _FOUNDING_LINES)]
        yield [partial(self._transfer, "platform/dlz/gifts", "fund/dlz", _FOUNDING_GIFT * _FOUNDING_LINES, "settlement",
                       by="platform", to="foundation")]  # fmt: skip
        yield self._due.pop(self._wave)
        yield [partial(self._premium, county, _FOUNDING_PREMIUM) for county in COUNTIES]
        yield self._due.pop(self._wave)

    def _usual(self, room: int) -> list[Job]:
        """All that is done in a wave of `room` entries."""
        first, self._first = [*self._first, *self._told()], []
        public = [*self._batches(room), *self._public()]
        self._waiting.extend(self._due.pop(self._wave, ()))
        free = max(0, room - len(first) - len(public))
        steps = [self._waiting.popleft() for _ in range(min(free, len(self._waiting)))]
        mixed = [*public, *steps, *[self._claim] * (free - len(steps))]
        if self.size + room < self._leaves_wanted:
            self._random.shuffle(mixed)
            return [*first, *mixed]
        return [*mixed, *first]  # in the last wave the batches that are still wanted come before all else

    def _batches(self, room: int) -> list[Job]:
        """The batches of a wave: as many lines as its leaves are to have, the large ones where enough have gathered."""
        due = self._lines_wanted * (self.size + room) // self._leaves_wanted - self.lines
        usual = self._lines_wanted * room // self._leaves_wanted * SMALL_SHARE
        count = max(1, int(usual * self._random.uniform(0.2, 1.8)))
        large = max(0, due - count) // LARGE_LINES
        if self.size + room == self._leaves_wanted:
            count = due - large * LARGE_LINES
        return [partial(self._batch, number) for number in (*[LARGE_LINES] * large, count) if number]

    def _batch(self, count: int) -> None:
        """Gifts, or in every fourth wave persons."""
        insured = self._insured()
        if self._every(_PERSONS_WAVES) and insured:
            self._enrol(self._random.choice(insured), count)
            return
        amounts = self._random.choices(_GIFTS_FEN, k=count)
        tags = {"tags": self.tags(*(f"trade/{self.batches}/{at}" for at in range(count)))} if self._every(
            _TAGGED_WAVES) else {}  # fmt: skip
        donation, left = self._give(amounts, **tags), sum(amounts)
        if self._every(_REFUND_WAVES) and 1 < count <= _REFUND_LINES_MAX:
            line = self._random.randrange(count)
            data = next(reversed(self.files.batches.values()))
            self._first.append(partial(self._refund, donation, Batch(data).prove_line(line)))
            left -= amounts[line]
        self._next(partial(self._settle, left), waves=2)

    def _told(self) -> list[Job]:
        """What is said of the books as the last wave left them."""
        jobs: list[Job] = []
        if self._every(_FIGURE_WAVES):
            metric = f"dlz/{self._random.choice(self._insured()).period}/persons"
            jobs.append(partial(self.act, "figure", "foundation", basis="derived", metric=metric, programme="dlz",
                                unit="persons", value=self.state.get("figure", metric)["value"]))
        if self._every(_RECONCILIATION_WAVES):
            gifts = self.state.get("account", "platform/dlz/gifts")
            jobs.append(partial(self.act, "reconciliation", "platform", document="33" * 32, items=[], outside=0,
                                place="alipay", programme="dlz", statement=gifts["in"] - gifts["out"], unit="CNY"))
        return jobs

    def _public(self) -> list[Job]:
        """What is done in public besides money that follows gifts."""
        jobs: list[Job] = [partial(self._say, "notice", "foundation")]
        if self._today.year != self._year:
            self._year = self._today.year
            jobs += [partial(self._calendar, self._year), *self._new_year()]
        if self._every(_FACT_WAVES):
            county, value = self._random.choice(COUNTIES), self._random.randrange(100_000)
            jobs.append(partial(self._say, "fact", "county", county=county, name="households", value=value))
        if self._every(_SPEND_WAVES):
            jobs.append(partial(self._move, "spend", "fund/dlz/other", "spent/dlz/management", "management"))
        if self._every(_INCOME_WAVES):
            jobs.append(partial(self._move, "income", "world/dlz/bank", "fund/dlz/other", "interest"))
        if self._every(_CORRECTION_WAVES):
            jobs.append(partial(self._say, "correction", "platform", of=self._random.randrange(self.size)))
            jobs.append(partial(self._say, "pledge", "foundation", amount=self._random.randint(1, 10**8)))
        if self._every(_BALANCE_WAVES):
            jobs.append(self._balance)
        return jobs

    # -- public entries -------------------------------------------------------------------------------------------

    def _calendar(self, year: int) -> None:
        days = [date(year, 1, 1), *(date(year, 10, day) for day in range(1, 8))]
        days_off = [day.isoformat() for day in days if day.weekday() < 5]
        self.act("calendar", " ".join(sorted(self.keys)), days_off=days_off, document="33" * 32, name="cn",
                 work_days=[], year=year)

    def _new_year(self) -> list[Job]:
        """Each county enrols persons, who are insured in the next wave."""
        rosters = [Roster(county, self._year) for county in COUNTIES]
        self._rosters += rosters
        for roster in rosters:
            self._next(partial(self._cover, roster))
        return [partial(self._enrol, roster, _ROSTER) for roster in rosters]

    def _insured(self) -> list[Roster]:
        """The newest rosters with a cover: this year's, or those of the year before as long as there are no others."""
        return [roster for roster in self._rosters if roster.cover is not None][-len(COUNTIES) :]

    def _enrol(self, roster: Roster, count: int) -> None:
        """Persons on a roster: the same ones in each year, as far as they are as many."""
        first = sum(persons for _batch, persons in roster.batches)
        tags = self.tags(*(f"person/{roster.county}/{first + at}" for at in range(count)))
        self.act("enrolment", "county", county=roster.county, lines=self.batch([1] * count), op="add",
                 period=roster.period, programme="dlz", tags=tags)
        roster.batches.append((self.batches, count))
        self.lines += count

    def _cover(self, roster: Roster) -> None:
        persons = sum(count for _batch, count in roster.batches)
        roster.cover = self.act(
            "cover", "foundation insurer", county=roster.county, document="44" * 32, first_day=f"{roster.year}-01-01",
            last_day=f"{roster.year}-12-31", period=roster.period, persons=persons, premium=0, programme="dlz",
            terms=2,
        )  # fmt: skip

    def _give(self, amounts: list[int], **members: Any) -> int:
        self.lines += len(amounts)
        return self.give(*amounts, **members)

    def _refund(self, donation: int, proof: LineProof) -> None:
        line = {"amount": proof.line.amount, "commitment": proof.line.commitment.hex(), "index": proof.index,
                "path": [[sibling.hex(), total] for sibling, total in proof.path]}
        self.act("refund", "platform", donation=donation, line=line, programme="dlz", reason="by_mistake")

    def _settle(self, amount: int) -> None:
        """Gifts go to the fund, and later as much as becomes claims money of them to a county."""
        self._transfer("platform/dlz/gifts", "fund/dlz", amount, "settlement", by="platform", to="foundation")
        if amount >= 10:
            county, back = self._random.choice(COUNTIES), self._in(_RETURNED)
            self._next(partial(self._premium, county, amount // 10 * 9, back=back), waves=3)

    def _premium(self, county: str, amount: int, *, back: bool = False) -> None:
        self._transfer("fund/dlz/claims", f"claims/dlz/{county}", amount, "premium", by="foundation", to="insurer",
                       back=back)  # fmt: skip

    def _transfer(self, source: str, target: str, amount: int, purpose: str, *, by: str, to: str, back: bool = False
                  ) -> None:  # fmt: skip
        """Money is sent, and in the next wave it arrives, or is sent back."""
        sent = self.send(source, target, amount, purpose, by=by)
        end = partial(self.receive, by=by, kind="return") if back else partial(self.receive, by=to)
        self._next(partial(end, sent, amount))

    def _move(self, kind: str, source: str, target: str, purpose: str) -> None:
        self.act(kind, "foundation", amount=self._random.randint(100, 10_000), programme="dlz", purpose=purpose,
                 ref=f"M{self.count}", to=target, **{"from": source})

    def _say(self, kind: str, signer: str, **members: Any) -> None:
        self.act(kind, signer, document="77" * 32, programme="dlz", text=f"{kind} of wave {self._wave}", **members)

    def _balance(self) -> None:
        """A trial balance; it publishes the accounts from which enough persons were paid."""
        names = [f"claims/dlz/{county}" for county in COUNTIES]
        paying = {name: self.state.get("paying", name) or {"members": 0} for name in names}
        publish = [name for name in names if paying[name]["members"] >= GREAT_TERMS["k"]]
        self.act("balance", "foundation", publish=publish)

    # -- claims ---------------------------------------------------------------------------------------------------

    def _claim(self) -> None:
        """A person on a roster files, mostly with all papers."""
        roster = self._random.choice(self._insured())
        assert roster.cover is not None
        last = min(self._today, date(roster.year, 12, 31))
        admitted = max(date(roster.year, 1, 1), last - timedelta(self._random.randint(1, 40)))
        days = min(self._random.randint(0, 30), (last - admitted).days)
        bill = self._random.randint(400_000, 9_000_000)
        complete = not self._in(_INCOMPLETE)
        claim = self.file_claim(
            roster.cover, self._member(roster), bill - bill // 3, admitted=admitted.isoformat(),
            benefits=list(BENEFITS[: self._random.randint(1, len(BENEFITS))]), bill=bill, complete=complete,
            documents=[digest(self.seed, "paper", self.size, at).hex() for at in range(2)],
            facts={"discharged_on": (admitted + timedelta(days)).isoformat(), "group": "low_income"},
            prior=[{"amount": bill // 3, "payer": "basic"}],
        )  # fmt: skip
        if self._in(_WITHDRAWN):
            self._later(partial(self.seal, "withdraw", "county", claim=claim))
        elif complete:
            self._later(partial(self._decide, claim, roster.county))
        else:
            self._later(partial(self._request, claim, roster.county))

    def _member(self, roster: Roster) -> str:
        """Anybody on a roster, by commitment, as hex."""
        ends = list(accumulate(count for _batch, count in roster.batches))
        at = self._random.randrange(ends[-1])
        place = bisect_right(ends, at)
        batch, count = roster.batches[place]
        line = at - ends[place] + count
        return commit(self.salt_of(batch, line), self.opening_of(batch, line, 1)).hex()

    def _request(self, claim: int, county: str) -> None:
        self.seal("request", "insurer", claim=claim, missing=["discharge_record"])
        self._later(partial(self._complete, claim, county))

    def _complete(self, claim: int, county: str) -> None:
        self.seal("complete", "county insurer", claim=claim, documents=[digest(self.seed, "paper", self.size).hex()])
        self._later(partial(self._decide, claim, county))

    def _decide(self, claim: int, county: str) -> None:
        """What the terms pay, or nothing; that is objected to now and then.

        Caps count what a person had before: of the same person only one claim is decided in a wave.
        """
        person = person_of(self.state, self.state.get("claim", claim)["member"])
        if person in self._decided:
            self._next(partial(self._decide, claim, county))
            self._claim()
            return
        self._decided.add(person)
        benefits = [] if self._in(_REFUSED) else self.benefits(claim, {})
        if any(one["amount"] for one in benefits):
            self._later(partial(self._pay, self.decide(claim, benefits=benefits), county))
            return
        whole = {"benefits": benefits} if benefits else {}
        refusal = self.decide(claim, 0, result="refuse", **whole)
        if self._in(_OBJECTED):
            self._later(partial(self._object, claim, refusal))

    def _object(self, claim: int, refusal: int) -> None:
        objection = self.seal("objection", "county", about=refusal, claim=claim, document="88" * 32)
        self._later(partial(self.seal, "answer", "insurer", claim=claim, document="99" * 32, objection=objection,
                            result="stands"))

    def _pay(self, decision: int, county: str, **again: int) -> None:
        amount = self.state.get("decision", decision)["amount"]
        ends = {"from": f"claims/dlz/{county}", "to": f"paid/dlz/{county}"}
        payout = self.pay(decision, amount, payee=digest(self.seed, "payee", decision).hex(), **ends, **again)
        if self._in(_BOUNCED):
            self._later(partial(self._bounce, decision, payout, county))
        else:
            self._later(partial(self._arrive, payout, amount, county))

    def _bounce(self, decision: int, payout: int, county: str) -> None:
        self.seal("bounce", "insurer", payout=payout, reason="account_closed")
        self._later(partial(self._pay, decision, county, again=payout))

    def _arrive(self, payout: int, amount: int, county: str) -> None:
        self.confirm(payout)
        if self._in(_RECOVERED):
            self._later(partial(self.recover, payout, amount // 10, to=f"recovered/dlz/{county}"))
