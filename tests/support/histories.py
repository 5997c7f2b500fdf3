"""Random histories: honest, greedy and clumsy parties act on a world; what is refused is part of the history."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ledger.batch import Batch, Line
from ledger.errors import LedgerError
from tests.support.world import PARTIES, TERMS, World, digest

ACCOUNTS = (
    "world/dlz/donors", "world/dlz/bank", "own/insurer", "platform/dlz/gifts", "fund/dlz", "fund/dlz/claims",
    "fund/dlz/other", "spent/dlz/management", "claims/dlz/kb", "paid/dlz/kb", "recovered/dlz/kb", "claims/dlz/nowhere",
)  # fmt: skip
DAY_MS = 86_400_000

BENEFITS = ("allowance", "death", "inpatient")
RICH_TERMS: dict[str, Any] = {
    "calendar": "cn",
    "deadlines": [
        {"amount": amount, "conditions": [], "id": duty_id, "starts": starts,
         "tiers": [{"below": 1000, "days": 1, "including": True}, {"days": 4}], "unit": unit}
        for duty_id, starts, amount, unit in (
            ("open", "claim", "claimed_until_decided", "calendar_day"), ("pay", "complete", "decided", "working_day"),
            ("decide", "complete", "claimed_until_decided", "working_day"),
            ("answer", "objection", "claimed_until_decided", "working_day"))
    ],
    "formulas": {
        **TERMS["formulas"],
        "allowance": {
            "caps": [{"amount": 900, "per": "person"}, {"amount": 700, "per": "year"}], "conditions": [],
            "day_count": "nights", "kind": "per_diem", "overlap": True, "per_day": 100, "rounding": None},
        "death": {
            "amount": 5000, "caps": [{"amount": 6000, "per": "accident"}], "conditions": [
                {"fact": "cause", "reason": "cause_excluded", "values": ["accident"]}], "kind": "lump_sum",
            "overlap": False, "rounding": None},
    },
    "notices": [
        {"by": "foundation", "id": "yearly", "on": "year", "year_day": "03-31"},
        {"by": "platform", "id": "progress", "months": 1, "on": "drive"},
        {"by": "platform", "id": "result", "months": 1, "on": "drive_end"},
        {"above": 1000, "by": "foundation", "days": 2, "id": "sent", "on": "transfer"},
    ],
    "year": {"is": "calendar", "stay": "split"},
}  # fmt: skip


class History:
    """One random history. Every choice comes from the seed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.donations: list[int] = []
        self.transfers: list[int] = []
        self.members: list[str] = []
        self.covers: list[int] = []
        self.claims: list[int] = []
        self.payouts: list[int] = []
        self.notes: list[bytes] = []
        self.refused = 0

    def run(self, steps: int) -> "History":
        """Begin the programme and take `steps` random steps."""
        self.world.charter()
        self.world.terms(**self._rich())
        self.world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
        self.donations.append(self.world.give(90_000, 7, 10_000))
        self.world.settle(80_000)
        self.world.premium(self.random.choice((1000, 72_000)))
        self.members += self.world.enrol(8, place="south")[1]
        if self.random.random() < 0.9:
            self.covers.append(self.world.insure(8))
        for _ in range(steps):
            self.step()
        return self

    def step(self) -> None:
        """Let somebody act; a refusal is counted and changes nothing."""
        act = self.random.choice(_ACTS if self.random.random() < 0.995 else (History._close,))
        try:
            act(self)
        except LedgerError:
            self.refused += 1
        if self.random.random() < 0.02:
            self.world.time_unix_ms += self.random.choice((1, 1000, DAY_MS, 3 * DAY_MS, 40 * DAY_MS))

    # -- acts -----------------------------------------------------------------------------------------------------

    def _give(self) -> None:
        amounts = [self.random.choice((1, 2, 3, 10, 300, 9999)) for _ in range(self.random.randint(1, 6))]
        more: dict[str, Any] = {}
        if self.random.random() < 0.3:
            names = [self.random.randint(0, 60) for _ in amounts]
            more["tags"] = self.world.tags(*names[: len(names) - (self.random.random() < 0.05)])
        self.donations.append(self.world.give(*amounts, **more))

    def _settle(self) -> None:
        held = self._held("platform/dlz/gifts")
        self.transfers.append(self.world.send("platform/dlz/gifts", "fund/dlz", self._part(held), "settlement",
                                              by=self._by("platform")))

    def _premium(self) -> None:
        held = self._held("fund/dlz/claims")
        self.transfers.append(self.world.send("fund/dlz/claims", "claims/dlz/kb", self._part(held), "premium",
                                              by=self._by("foundation")))

    def _rollover(self) -> None:
        part = self._part(self._held("claims/dlz/kb"))
        self.transfers.append(self.world.send("claims/dlz/kb", "fund/dlz/claims", part, "rollover", by="insurer"))

    def _receive(self) -> None:
        transfer = self._one(self.transfers)
        row = self.world.state.get("account", f"transit/{transfer}") or {"in": 1, "out": 0, "to": "fund/dlz"}
        kind = self.random.choice(("receive", "receive", "receive", "return"))
        right = {"claims/dlz/kb": "insurer"}.get(row["to"], "foundation")
        if kind == "return":
            holders = {"platform/dlz/gifts": "platform", "claims/dlz/kb": "insurer"}
            right = holders.get(row.get("source", ""), "foundation")
        self.world.receive(transfer, self._part(row["in"] - row["out"]), by=self._by(right), kind=kind)

    def _spend(self) -> None:
        kind, source, target, purpose = self.random.choice((
            ("spend", "fund/dlz/other", "spent/dlz/management", "management"),
            ("income", "world/dlz/bank", "fund/dlz/other", "interest"),
            ("spend", self._one(ACCOUNTS), self._one(ACCOUNTS), "management"),
        ))  # fmt: skip
        self.world.act(kind, self._by("foundation"), amount=self._part(self._held(source)), programme="dlz",
                       purpose=purpose, ref=f"S{self.random.randint(0, 400)}", to=target, **{"from": source})

    def _refund(self) -> None:
        if not self.donations:
            self._give()
        donation = self._one(self.donations)
        lines = json.loads(self.world.leaves[donation].split(b"\n")[2])["lines"]
        batch = Batch(self.world.files.batches[bytes.fromhex(lines["root"])])
        proof = batch.prove_line(self.random.randrange(batch.count))
        line = {"amount": proof.line.amount + (self.random.random() < 0.05), "commitment": proof.line.commitment.hex(),
                "index": proof.index, "path": [[sibling.hex(), total] for sibling, total in proof.path]}
        self.world.act("refund", self.random.choice(("platform", "foundation", "foundation platform")),
                       donation=donation, line=line, programme="dlz", reason="double_charge")

    def _enrol(self) -> None:
        more: dict[str, Any] = {}
        count = self.random.randint(1, 8)
        if self.random.random() < 0.5:
            more["place"] = self.random.choice(("south", "north"))
        if self.random.random() < 0.5:
            more["tags"] = self.world.tags(*[f"p{self.random.randint(0, 200)}" for _ in range(count)])
        self.members += self.world.enrol(count, self._period(), **more)[1]

    def _leave(self) -> None:
        members = self.random.sample(self.members, min(len(self.members), self.random.randint(1, 2)))
        lines = self.world.batch_of([Line(1, bytes.fromhex(member)) for member in members])
        self.world.act("enrolment", "county", county="kb", lines=lines, op="remove", period=self._period(),
                       programme="dlz", reason="moved_away")

    def _insure(self) -> None:
        period = self._period()
        row = self.world.state.get("figure", f"dlz/{period}/persons") or {"value": 0}
        persons = row["value"] + (self.random.random() < 0.2)
        self.covers.append(self.world.insure(persons, period, terms=self.random.choice((1, 1, 1, 2))))

    def _claim(self) -> None:
        residual = self.random.choice((0, 1, 7, 100, 2001, 40_000))
        complete = self.random.random() < 0.7
        signers = self._by("county insurer" if complete else "county")
        more: dict[str, Any] = {"complete": complete, "facts": self._facts(), "signers": signers}
        more["benefits"] = self.random.sample(BENEFITS, self.random.choice((1, 1, 2, 3)))
        if self.random.random() < 0.2:
            more["admitted"] = self.random.choice(("2017-05-05", "2018-07-01", "2019-02-02"))
        if self.random.random() < 0.2:
            more["invoices"] = [digest("same", self.random.randint(0, 5)).hex()]
        if self.random.random() < 0.1:
            more["concerns"] = "2018"
        if self.random.random() < 0.05:
            more["bill"] = residual
        self.claims.append(self.world.file_claim(self._one(self.covers), self._one(self.members), residual, **more))

    def _claim_step(self) -> None:
        claim = self._one(self.claims)
        row = self._row(claim)
        kind = self.random.choice(("request", "complete", "withdraw", "objection", "objection", "answer"))
        right = {"complete": "county insurer", "objection": "platform", "withdraw": "county"}.get(kind, "insurer")
        more: dict[str, Any] = {
            "answer": {"document": "ab" * 32, "objection": row["objection"] or 0, "result": "stands"},
            "complete": {"documents": []}, "objection": {"about": row["decision"] or claim, "document": "ab" * 32},
            "request": {"missing": ["invoice"]}, "withdraw": {},
        }[kind]  # fmt: skip
        self.world.seal(kind, self._by(right), claim=claim, **more)

    def _decide(self) -> None:
        claim = self._one(self.claims)
        row = self._row(claim)
        result = self.random.choice(("pay", "pay", "pay", "part", "interim", "refuse"))
        more: dict[str, Any] = {"facts": self._facts()} if result == "part" or self.random.random() < 0.1 else {}
        if (row["decision"] is not None and row["state"] != "interim") is not (self.random.random() < 0.05):
            more["reviews"] = row["decision"] or claim
        if result == "refuse" and self.random.random() < 0.5:
            more["benefits"] = self.world.benefits(claim, more.get("facts", {}))
        if self.random.random() < 0.05:
            more["benefits"] = self.world.benefits(claim, self._facts())
        whole = sum(one["amount"] for one in self.world.benefits(claim, more.get("facts", {})))
        amount = 0 if result == "refuse" else whole
        if result == "interim":
            amount = self._part(max(1, whole))
        amount += self.random.random() < 0.05
        self.world.decide(claim, amount, result=result, signers=self._by("insurer"), **more)

    def _pay(self) -> None:
        decided = [claim for claim in self.claims if self._row(claim)["amount"]]
        claim = self._one(decided if decided and self.random.random() < 0.9 else self.claims)
        row = self._row(claim)
        more: dict[str, Any] = {}
        amount = self._part(max(1, row["amount"] - row["paid_out"]))
        bounced = [payout for payout in self.payouts if self._state_of(payout) == "bounced"]
        if bounced and self.random.random() < 0.4:
            more["again"] = self._one(bounced if self.random.random() < 0.8 else self.payouts)
            first = self.world.state.get("payout", more["again"])
            amount, row = first["amount"], self._row(first["claim"])
        if self.random.random() < 0.1:
            more["part"] = self.random.randint(1, 3)
        decision = row["decision"] or claim
        if self.random.random() < 0.05:
            decision = self.random.randrange(len(self.world.leaves))
        self.payouts.append(self.world.pay(decision, amount, signers=self._by("insurer"), **more))

    def _after_payout(self) -> None:
        payout = self._one(self.payouts)
        what = self.random.choice(("confirm", "confirm", "bounce", "recovery"))
        if what == "confirm":
            self.world.confirm(payout)
        elif what == "bounce":
            self.world.seal("bounce", "insurer", payout=payout, reason="closed_account")
        else:
            row = self.world.state.get("payout", payout) or {"amount": 1}
            self.world.recover(payout, self.random.choice((row["amount"], self.random.randint(1, 50))))

    def _calendar(self) -> None:
        """Some days off, some weekends worked, of this year or the next."""
        year = self._today().year + self.random.choice((0, 0, 1))
        first = date(year, 1, 1)
        days = sorted({first + timedelta(days=self.random.randrange(364)) for _ in range(self.random.randint(0, 90))})
        self.world.act("calendar", self._by(" ".join(PARTIES)), document="22" * 32, name=self._name("cn"), year=year,
                       days_off=[day.isoformat() for day in days if day.weekday() < 5],
                       work_days=[day.isoformat() for day in days if day.weekday() >= 5])

    def _drive(self) -> None:
        last = self._today() + timedelta(days=self.random.choice((10, 200, 500)))
        self.world.act("drive", self._by("platform"), document="22" * 32, first_day=self._today().isoformat(),
                       last_day=last.isoformat(), programme="dlz", text="a drive")

    def _notice(self) -> None:
        """Meet a duty that is open, or one that is not."""
        found = list(self.world.state.scan("notices"))
        (_table, entry), row = self.random.choice(found)
        duty = self.random.choice(row["duties"])
        meets = {"due": duty["due"] or "2018-01-01", "entry": int(entry), "id": duty["id"]}
        self.world.act("notice", self._by(duty["by"]), document="22" * 32, meets=meets, programme="dlz", text="told")

    def _balance(self) -> None:
        publish = self.random.choice(([], [], ["claims/dlz/kb"], ["fund/dlz/claims"], ["claims/dlz/nowhere"]))
        self.world.act("balance", self._by("county"), publish=publish)

    def _close(self) -> None:
        name = self.random.choice(("claims/dlz/kb", "fund/dlz/other"))
        row = self.world.state.get("account", name)
        last = self.world.state.get("closed", name) or {"in": 0, "out": 0}
        said = {"account": name, "closing": row["in"] - row["out"], "in": row["in"] - last["in"],
                "opening": last["in"] - last["out"], "out": row["out"] - last["out"] + (self.random.random() < 0.1)}
        self.world.act("close", "foundation insurer", accounts=[said], county="kb", period=self._period(),
                       programme="dlz")

    def _say(self) -> None:
        name = self.random.choice(("raised", "assigned", "premium", "paid", "on_its_way", "person_times", "nothing"))
        row = self.world.state.get("figure", f"dlz/{name}") or {"value": 0}
        self.world.act("figure", self._by("foundation"), basis="derived", metric=f"dlz/{name}", programme="dlz",
                       value=row["value"] + (self.random.random() < 0.2))

    def _reconcile(self) -> None:
        held = sum(self._held(name) for name in ("fund/dlz", "fund/dlz/claims", "fund/dlz/other"))
        self.world.act("reconciliation", self._by("foundation"), document="77" * 32, items=[], outside=5,
                       place=self.random.choice(("bank-f", "bank-x")), programme="dlz", unit="CNY",
                       statement=held + 5 + (self.random.random() < 0.2))

    def _new_terms(self) -> None:
        version = self.random.choice((1, 2, 3))
        more = self._rich() if self.random.random() < 0.8 else {}
        first_day = self.random.choice(("2018-01-01", "2018-03-02", "2018-09-09"))
        self.world.terms(**more, version=version, first_day=first_day)

    def _again(self) -> None:
        """Hand the same bytes in once more, or with one byte changed."""
        note = self.world.leaves[self.random.randrange(len(self.world.leaves))].partition(b"\n")[2]
        if self.random.random() < 0.5:
            at = self.random.randrange(len(note))
            note = note[:at] + bytes([note[at] ^ 1 << self.random.randrange(8)]) + note[at + 1 :]
        self.world.append(note)

    # -- choices --------------------------------------------------------------------------------------------------

    def _held(self, name: str) -> int:
        row = self.world.state.get("account", name) or {"in": 1, "out": 0}
        return max(1, abs(row["in"] - row["out"]))

    def _part(self, amount: int) -> int:
        return self.random.choice((amount, amount, max(1, amount // 2), max(1, amount // 3), amount + 1))

    def _period(self) -> str:
        return self.random.choice(("2018", "2018", "2018", "2019"))

    def _by(self, right: str) -> str:
        """Who signs: mostly who should, and where parties have officers, mostly one or two of these."""
        if self.random.random() >= 0.93:
            return self.random.choice(PARTIES)
        return " ".join(self._officers_for(party) for party in right.split())

    def _officers_for(self, party: str) -> str:
        staff = [name for name in self.world.officers if name.partition("/")[0] == party]
        if not staff or self.random.random() < 0.2:
            return party
        return " ".join(self.random.sample(staff, min(len(staff), self.random.choice((1, 1, 2)))))

    def _rich(self) -> dict[str, Any]:
        """Terms with much in them; officers sign where there are any."""
        return {**RICH_TERMS, "officers": {"review": True, "two_above": 900}} if self.world.officers else RICH_TERMS

    def _one(self, things: Any) -> Any:
        if things:
            return self.random.choice(things)
        if things is self.members:
            return "00" * 32
        return 0

    def _row(self, claim: int) -> Any:
        """The claim's row, or what stands for none."""
        none = {"amount": 0, "decision": None, "objection": None, "paid_out": 0, "state": "claimed"}
        return self.world.state.get("claim", claim) or none

    def _state_of(self, payout: int) -> str:
        return str(self.world.state.get("payout", payout)["state"])

    def _facts(self) -> dict[str, Any]:
        """Some of what the benefits ask for, now and then not of the right kind."""
        facts: dict[str, Any] = {"accident": self._name("fire-1"), "cause": self.random.choice(("accident", "illness")),
                                 "days": self.random.choice((0, 1, 5, 30, "three"))}
        if self.random.random() < 0.2:
            facts["discharged_on"] = self.random.choice(("2018-03-09", "2019-01-09", "soon"))
        return {name: value for name, value in facts.items() if self.random.random() < 0.9}

    def _name(self, right: str) -> str:
        return right if self.random.random() < 0.9 else "another"

    def _today(self) -> date:
        return datetime.fromtimestamp(self.world.time_unix_ms / 1000, UTC).date()


_ACTS = (
    History._give, History._give, History._give, History._settle, History._settle, History._premium, History._premium,
    History._rollover, History._receive, History._receive, History._receive, History._receive, History._spend,
    History._refund, History._refund, History._refund, History._enrol, History._leave, History._insure,
    *[History._claim] * 7, *[History._claim_step] * 3, *[History._decide] * 8, *[History._pay] * 6,
    *[History._after_payout] * 5, History._balance, History._balance, History._say, History._reconcile,
    History._new_terms, History._again, History._calendar, History._drive, History._notice,
)  # fmt: skip
