"""A small consortium in memory: four parties with keys, one programme, and a log that grows entry by entry.

`World.act` composes, signs and sequences an entry; time stands still unless a test moves it. Everything is drawn from
the seed, so that the same test makes the same log everywhere.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from ledger.batch import Batch, Line, encode_lines
from ledger.commitment import body_hash, commit
from ledger.decision import work_out
from ledger.entry import sign_entry
from ledger.errors import Rejected
from ledger.keys import COSIGNATURE, ED25519, SigningKey
from ledger.sequence import sequence
from ledger.state import MemoryReader, State
from ledger.strict import format_json

ORIGIN = "ledger.example/test"
PARTIES = ("county", "foundation", "insurer", "platform")
DAY = "2018-03-01"
START_UNIX_MS = int(datetime(2018, 3, 1, 12, tzinfo=UTC).timestamp() * 1000)

TERMS: dict[str, Any] = {
    "accounts": [
        {"holder": "platform", "name": "world/dlz/donors", "place": "outside"},
        {"holder": "foundation", "name": "world/dlz/bank", "place": "outside"},
        {"holder": "insurer", "name": "own/insurer", "place": "insurer-own"},
        {"holder": "platform", "name": "platform/dlz/gifts", "place": "alipay"},
        {"holder": "foundation", "name": "fund/dlz", "place": "bank-f"},
        {"holder": "foundation", "name": "fund/dlz/claims", "place": "bank-f"},
        {"holder": "foundation", "name": "fund/dlz/other", "place": "bank-f"},
        {"holder": "foundation", "name": "spent/dlz/management", "place": "outside"},
        {"holder": "insurer", "name": "claims/dlz/{county}", "place": "bank-i"},
        {"holder": "insurer", "name": "recovered/dlz/{county}", "place": "bank-i"},
        {"holder": "insurer", "name": "paid/dlz/{county}", "place": "outside"},
    ],
    "basis": {"ratio": "assumed"}, "claims_share": "fund/dlz/claims", "deadlines": [], "document": "11" * 32,
    "first_day": "2018-01-01",
    "flows": [
        {"from": "world/dlz/donors", "kind": "donation", "purpose": "gifts", "to": "platform/dlz/gifts"},
        {"from": "platform/dlz/gifts", "kind": "transfer", "purpose": "settlement", "to": "fund/dlz"},
        {"from": "fund/dlz/claims", "kind": "transfer", "purpose": "premium", "to": "claims/dlz/{county}"},
        {"from": "claims/dlz/{county}", "kind": "transfer", "purpose": "rollover", "to": "fund/dlz/claims"},
        {"from": "fund/dlz/other", "kind": "spend", "purpose": "management", "to": "spent/dlz/management"},
        {"from": "world/dlz/bank", "kind": "income", "purpose": "interest", "to": "fund/dlz/other"},
        {"from": "claims/dlz/{county}", "kind": "payout", "purpose": "payout", "to": "paid/dlz/{county}"},
        {"from": "paid/dlz/{county}", "kind": "recovery", "purpose": "recovery", "to": "recovered/dlz/{county}"},
    ],
    "formulas": {"inpatient": {
        "base": {"fact": "residual"}, "caps": [{"amount": 1_000_000, "per": "policy"}], "conditions": [],
        "deductible": 0, "kind": "indemnity", "overlap": False, "ratio_bp": 5000, "rounding": "down"}},
    "k": 3, "notices": [], "programme": "dlz", "readings": {"claims_share_base": "invested_is_gifts"},
    "refund_from": "fund/dlz/other", "refusals": ["fraud"], "risk": "pool",
    "splits": [{"den": 10, "name": "fund/dlz", "num": 9, "rest": "fund/dlz/other", "to": "fund/dlz/claims"}],
    "unit": "CNY", "version": 1, "zone": "+08:00",
}  # fmt: skip


def digest(*parts: object) -> bytes:
    """32 bytes that follow from the parts."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).digest()


class Files:
    """The content-addressed files of a test."""

    def __init__(self) -> None:
        self.batches: dict[bytes, bytes] = {}
        self.tag_files: dict[bytes, bytes] = {}
        self.bodies: dict[bytes, bytes] = {}

    def batch(self, root: bytes) -> bytes | None:
        """The batch file of this root."""
        return self.batches.get(root)

    def tags(self, name: bytes) -> bytes | None:
        """The tag file of this hash."""
        return self.tag_files.get(name)

    def body(self, name: bytes) -> bytes | None:
        """The sealed body of this hash."""
        return self.bodies.get(name)


class World:
    """Four parties, a growing log, and its state."""

    def __init__(self, seed: int = 0, *, officers: dict[str, str | None] | None = None) -> None:
        """`officers` are named `<party>/<name>`, each with a village or None."""
        self.seed = seed
        self.officers = officers or {}
        self.count = 0
        self.time_unix_ms = START_UNIX_MS
        self.files = Files()
        self.reader = MemoryReader()
        self.state = State(self.reader)
        self.leaves: list[bytes] = []
        self.keys = {name: SigningKey(f"{name}.example", ED25519, digest(seed, name)) for name in PARTIES}
        self.cosigners = {
            name: SigningKey(f"{name}.example/node/1", COSIGNATURE, digest(seed, name, "node")) for name in PARTIES
        }
        for officer in self.officers:
            party, _, name = officer.partition("/")
            self.keys[officer] = SigningKey(f"{name}.{party}.example", ED25519, digest(seed, officer))
        self.log_key = SigningKey(ORIGIN, ED25519, digest(seed, "log"))

    def nonce(self) -> str:
        """A fresh nonce."""
        self.count += 1
        return digest(self.seed, "nonce", self.count)[:16].hex()

    def compose(self, kind: str, signers: str, **members: Any) -> bytes:
        """Sign an entry of `kind` by the parties named in `signers`, one word each."""
        until = datetime.fromtimestamp(self.time_unix_ms / 1000, UTC).date().isoformat()
        value = {"kind": kind, "nonce": self.nonce(), "valid_until": until, **members}
        if kind != "sealed":
            value.setdefault("at", until)
        return sign_entry(ORIGIN, value, [self.keys[name] for name in signers.split()])

    def append(self, note: bytes) -> int:
        """Sequence a signed entry and return its leaf index."""
        leaf = sequence(self.state, note, origin=ORIGIN, time_unix_ms=self.time_unix_ms, blobs=self.files)
        self.leaves.append(leaf)
        return len(self.leaves) - 1

    def act(self, kind: str, signers: str, **members: Any) -> int:
        """Compose, sign and sequence an entry."""
        return self.append(self.compose(kind, signers, **members))

    def seal(self, kind: str, signers: str, **members: Any) -> int:
        """Compose, sign and sequence a sealed entry with a body of `kind`; signers are parties and officers."""
        return self.append(self.compose_sealed(kind, signers, **members))

    def compose_sealed(self, kind: str, signers: str, programme: str = "dlz", **members: Any) -> bytes:
        """Sign a sealed entry; its body is put among the files."""
        today = datetime.fromtimestamp(self.time_unix_ms / 1000, UTC).date().isoformat()
        body = format_json({"at": today, "kind": kind, "nonce": self.nonce(), **members})
        self.files.bodies[body_hash(body)] = body
        return self.compose("sealed", signers, body=body_hash(body).hex(), programme=programme)

    def batch(self, amounts: list[int], *, label: str = "line") -> dict[str, Any]:
        """Put a batch of lines among the files and return the entry's `lines`."""
        self.count += 1
        return self.batch_of([
            Line(amount, commit(digest(label, self.count, at), {"at": at, "label": label}))
            for at, amount in enumerate(amounts)
        ])

    def batch_of(self, lines: list[Line]) -> dict[str, Any]:
        """Put a batch of these lines among the files and return the entry's `lines`."""
        data = encode_lines(lines)
        batch = Batch(data)
        self.files.batches[batch.root] = data
        return {"count": batch.count, "root": batch.root.hex(), "total": batch.total}

    def tags(self, *names: object) -> str:
        """Put a tag file among the files and return its name."""
        data = b"".join(digest("tag", name) for name in names)
        self.files.tag_files[body_hash(data)] = data
        return body_hash(data).hex()

    # -- the usual beginning --------------------------------------------------------------------------------------

    def charter(self, **members: Any) -> int:
        """The first leaf."""
        parties = [{"cosigner": self.cosigners[name].verifier.vkey, "key": self.keys[name].verifier.vkey, "name": name,
                    "roles": [name], **self._officers_of(name)} for name in PARTIES]
        epoch = {"log": self.log_key.verifier.vkey, "number": 1, "operator": "platform"}
        whole = {"epoch": epoch, "parties": parties, "quorum": 3, "rules": 1, **members}
        return self.act("charter", " ".join(PARTIES), **whole)

    def _officers_of(self, party: str) -> dict[str, Any]:
        found = [
            {"key": self.keys[officer].verifier.vkey, "name": officer.partition("/")[2],
             **({} if place is None else {"place": place})}
            for officer, place in sorted(self.officers.items()) if officer.partition("/")[0] == party
        ]
        return {"officers": found} if found else {}

    def terms(self, **changes: Any) -> int:
        """Terms of the programme dlz."""
        return self.act("terms", "foundation insurer platform", **{**TERMS, **changes})

    def begin(self) -> "World":
        """Charter, terms, and an agreement with county kb."""
        self.charter()
        self.terms()
        self.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
        return self

    def give(self, *amounts: int, **members: Any) -> int:
        """A donation of these gifts."""
        whole = {"from": "world/dlz/donors", "lines": self.batch(list(amounts)), "programme": "dlz", "purpose": "gifts",
                 "to": "platform/dlz/gifts", **members}
        return self.act("donation", "platform", **whole)

    def send(self, source: str, target: str, amount: int, purpose: str, *, by: str, **members: Any) -> int:
        """A transfer."""
        whole = {"amount": amount, "from": source, "programme": "dlz", "purpose": purpose, "ref": f"R{self.count}",
                 "to": target, **members}
        return self.act("transfer", by, **whole)

    def receive(self, transfer: int, amount: int, *, by: str, kind: str = "receive") -> int:
        """The other end of a transfer."""
        evidence = {"by": "counterparty", "digest": "33" * 32}
        return self.act(kind, by, amount=amount, evidence=evidence, transfer=transfer)

    def settle(self, amount: int) -> int:
        """Gifts go from the platform to the fund and through its split."""
        sent = self.send("platform/dlz/gifts", "fund/dlz", amount, "settlement", by="platform")
        return self.receive(sent, amount, by="foundation")

    def premium(self, amount: int) -> int:
        """Money goes to the account that pays in county kb."""
        sent = self.send("fund/dlz/claims", "claims/dlz/kb", amount, "premium", by="foundation")
        return self.receive(sent, amount, by="insurer")

    def enrol(self, persons: int, period: str = "2018", **members: Any) -> tuple[int, list[str]]:
        """Put persons on the roster and return the leaf and their commitments."""
        lines = self.batch([1] * persons, label=f"person/{period}")
        data = self.files.batches[bytes.fromhex(lines["root"])]
        index = self.act("enrolment", "county", county="kb", lines=lines, op="add", period=period, programme="dlz",
                         **members)
        return index, [data[at + 8 : at + 40].hex() for at in range(0, len(data), 40)]

    def insure(self, persons: int, period: str = "2018", *, terms: int = 1) -> int:
        """A cover for a year."""
        return self.act("cover", "foundation insurer", county="kb", document="44" * 32, first_day=f"{period}-01-01",
                        last_day=f"{period}-12-31", period=period, persons=persons, premium=0, programme="dlz",
                        terms=terms)

    def file_claim(self, cover: int, member: str, residual: int, /, **members: Any) -> int:
        """A claim with all its papers, signed by both sides; with `complete` false by the county alone."""
        self.count += 1
        whole = {"admitted": DAY, "benefits": ["inpatient"], "bill": residual + 100, "claimed": residual,
                 "complete": True, "cover": cover, "documents": [], "facts": {},
                 "invoices": [digest("invoice", self.count).hex()], "member": member,
                 "prior": [{"amount": 100, "payer": "basic"}], "residual": residual, **members}
        signers = whole.pop("signers", "county insurer" if whole["complete"] else "county")
        return self.seal("claim", signers, **whole)

    def decide(self, claim: int, amount: int | None = None, *, result: str = "pay", **members: Any) -> int:
        """A decision as the terms work it out, or for another amount; a refusal for a reason."""
        row = self.state.get("claim", claim) or {"terms": 1}
        whole: dict[str, Any] = {"benefits": [], "claim": claim, "result": result, "terms": row["terms"], **members}
        if result == "refuse" and "benefits" not in members:
            whole.setdefault("reason", "fraud")
        elif "benefits" not in members:
            whole["benefits"] = self.benefits(claim, whole.get("facts", {}))
        whole["amount"] = sum(one["amount"] for one in whole["benefits"]) if amount is None else amount
        return self.seal("decision", whole.pop("signers", "insurer"), **whole)

    def benefits(self, claim: int, facts: dict[str, Any]) -> list[dict[str, Any]]:
        """What the terms pay for a claim, step by step; nothing where there is no such claim or the terms leave it."""
        if self.state.get("claim", claim) is None:
            return []
        try:
            return work_out(self.state, claim, facts=facts)
        except Rejected:
            return []

    def pay(self, decision: int, amount: int, **members: Any) -> int:
        """A payout, the next of its claim; with `again` the one that bounced."""
        again = self.state.get("payout", members.get("again", 0))
        decided = self.state.get("decision", decision)
        claim = {"payouts": 0} if decided is None else self.state.get("claim", decided["claim"])
        part = claim["payouts"] + 1 if again is None else again["part"]
        whole = {"amount": amount, "decision": decision, "from": "claims/dlz/kb", "part": part, "payee": "55" * 32,
                 "to": "paid/dlz/kb", **members}
        return self.seal("payout", whole.pop("signers", "insurer"), **whole)

    def recover(self, payout: int, amount: int, **members: Any) -> int:
        """Some of a payout comes back, as its next part."""
        row = self.state.get("payout", payout) or {"recoveries": 0}
        whole = {"amount": amount, "part": row["recoveries"] + 1, "payout": payout, "reason": "too_much",
                 "to": "recovered/dlz/kb", **members}
        return self.seal("recovery", "insurer", **whole)

    def confirm(self, payout: int) -> int:
        """A payout arrived."""
        return self.seal("confirm", "insurer", evidence={"by": "bank", "digest": "66" * 32}, payout=payout)

    def pay_out(self, cover: int, member: str, residual: int) -> int:
        """Claim, decision, payout, confirmation; returns the payout's leaf index."""
        paid = self.pay(self.decide(self.file_claim(cover, member, residual)), residual // 2)
        self.confirm(paid)
        return paid
