"""Random histories: honest, greedy and clumsy parties act on a world; what is refused is part of the history."""

import json
import random
from typing import Any

from ledger.batch import Batch, Line
from ledger.errors import LedgerError
from tests.support.world import PARTIES, World, digest

ACCOUNTS = (
    "world/dlz/donors", "world/dlz/bank", "own/insurer", "platform/dlz/gifts", "fund/dlz", "fund/dlz/claims",
    "fund/dlz/other", "spent/dlz/management", "claims/dlz/kb", "paid/dlz/kb", "recovered/dlz/kb", "claims/dlz/nowhere",
)  # fmt: skip
DAY_MS = 86_400_000


class History:
    """One random history. Every choice comes from the seed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.donations: list[int] = []
        self.transfers: list[int] = []
        self.members: list[str] = []
        self.covers: list[int] = []
        self.claims: list[tuple[int, int]] = []  # leaf, residual
        self.decisions: list[tuple[int, int]] = []  # leaf, amount
        self.payouts: list[int] = []
        self.notes: list[bytes] = []
        self.refused = 0

    def run(self, steps: int) -> "History":
        """Begin the programme and take `steps` random steps."""
        self.world.begin()
        self.donations.append(self.world.give(90_000, 7, 10_000))
        self.world.settle(80_000)
        self.world.premium(self.random.choice((1000, 72_000)))
        self.members += self.world.enrol(8)[1]
        if self.random.random() < 0.9:
            self.covers.append(self.world.insure(8))
        for _ in range(steps):
            self.step()
        return self

    def step(self) -> None:
        """Let somebody act; a refusal is counted and changes nothing."""
        act = self.random.choice(_ACTS)
        try:
            act(self)
        except LedgerError:
            self.refused += 1
        if self.random.random() < 0.02:
            self.world.time_unix_ms += self.random.choice((1, 1000, DAY_MS))

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
        residual = self.random.choice((1, 7, 100, 2001, 40_000))
        more: dict[str, Any] = {"complete": self.random.random() < 0.7}
        if self.random.random() < 0.2:
            more["admitted"] = self.random.choice(("2017-05-05", "2018-07-01", "2019-02-02"))
        if self.random.random() < 0.2:
            more["invoices"] = [digest("same", self.random.randint(0, 5)).hex()]
        if self.random.random() < 0.1:
            more["concerns"] = "2018"
        if self.random.random() < 0.05:
            more["bill"] = residual
        member = self._one(self.members)
        self.claims.append((self.world.file_claim(self._one(self.covers), member, residual, **more), residual))

    def _claim_step(self) -> None:
        claim, _residual = self._one(self.claims)
        kind = self.random.choice(("request", "complete", "withdraw"))
        more = {"request": {"missing": ["invoice"]}, "complete": {"documents": []}, "withdraw": {}}[kind]
        self.world.seal(kind, self._by("county" if kind == "withdraw" else "insurer"), claim=claim, **more)

    def _decide(self) -> None:
        claim, residual = self._one(self.claims)
        result = self.random.choice(("pay", "pay", "pay", "refuse"))
        amount = 0 if result == "refuse" else residual // 2 + self.random.choice((0, 0, 0, 1))
        decision = self.world.decide(claim, amount, result=result)
        if result == "pay":
            self.decisions.append((decision, amount))

    def _pay(self) -> None:
        decision, amount = self._one(self.decisions)
        more: dict[str, Any] = {}
        if self.random.random() < 0.2:
            more["again"] = self._one(self.payouts)
        part = amount if self.random.random() < 0.8 else self._part(amount)
        self.payouts.append(self.world.pay(decision, part, **more))

    def _after_payout(self) -> None:
        payout = self._one(self.payouts)
        what = self.random.choice(("confirm", "confirm", "bounce", "recovery"))
        if what == "confirm":
            self.world.confirm(payout)
        elif what == "bounce":
            self.world.seal("bounce", "insurer", payout=payout, reason="closed_account")
        else:
            self.world.seal("recovery", "insurer", amount=self.random.randint(1, 50), payout=payout, reason="too_much",
                            to="recovered/dlz/kb")

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
        self.world.terms(version=version, first_day=self.random.choice(("2018-01-01", "2018-03-02", "2018-09-09")))

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
        return right if self.random.random() < 0.93 else self.random.choice(PARTIES)

    def _one(self, things: Any) -> Any:
        if things:
            return self.random.choice(things)
        if things is self.members:
            return "00" * 32
        return [0, 0] if things is self.claims or things is self.decisions else 0


_ACTS = (
    History._give, History._give, History._give, History._settle, History._settle, History._premium, History._premium,
    History._rollover, History._receive, History._receive, History._receive, History._receive, History._spend,
    History._refund, History._refund, History._refund, History._enrol, History._leave, History._insure, History._claim,
    History._claim, History._claim, History._claim_step, History._decide, History._decide, History._decide,
    History._pay, History._pay, History._pay, History._after_payout, History._after_payout, History._after_payout,
    History._balance, History._close, History._say, History._reconcile, History._new_terms, History._again,
)  # fmt: skip
