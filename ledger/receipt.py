"""The receipt: one file that proves to one person, offline, what concerns them.

Leaves under one checkpoint with one multiproof, the person's line with its opening, and rows of the newest trial
balance under it. The builder trusts its own node; whoever reads the file trusts nothing in it.

Source: docs/formats/receipt.md.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ledger import trie
from ledger.balance import NOTICES, account_row_name, loader, stored_row
from ledger.batch import Batch, locate_line
from ledger.checkpoint import parse_checkpoint
from ledger.entry import parse_entry
from ledger.errors import FormatError, ProofError
from ledger.exits import prove_no_exit
from ledger.kinds import Donation, Enrolment, Entry, Sealed, batch_name_of, columns_of
from ledger.leaf import entry_of, stamp_of
from ledger.note import parse_note
from ledger.proof import prove_multi
from ledger.state import State
from ledger.strict import JsonValue, format_json
from ledger.terms import versions
from ledger.trail import Piece, walk

FORMAT = "mingzhang receipt/v1"
RECEIPT_BYTES_MAX = 65_536
FRAGMENTS_MAX = 64  # beyond this a trail would not fit into a receipt
# A piece in one of these has reached an end that needs no row to be believed.
_NO_ROW = ("out", "own", "premium", "spent", "world")


class Archive(Protocol):
    """What a node holds of its log."""

    def leaf(self, index: int) -> bytes:
        """The leaf at `index`."""

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""

    def batch(self, root: bytes) -> bytes | None:
        """A batch file."""

    def body(self, name: bytes) -> bytes | None:
        """A sealed body."""


@dataclass(slots=True)
class _Builder:
    """A receipt in the making, under one checkpoint."""

    archive: Archive
    state: State
    checkpoint: bytes
    size: int = field(init=False)
    balance: int | None = field(init=False)
    roots: dict[str, bytes] = field(init=False)
    leaves: dict[int, bytes] = field(init=False, default_factory=dict)
    parts: dict[str, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.size = parse_checkpoint(parse_note(self.checkpoint).text).size
        if self.size == 0:
            raise ProofError("receipt: the log is empty")
        self.parts = {"bodies": [], "none": [], "rows": []}
        last = stamp_of(self.show(self.size - 1))
        self.show(last.charter)
        self.balance = last.balance

    def show(self, index: int) -> bytes:
        """Put a leaf among those shown."""
        if not 0 <= index < self.size:
            raise ProofError(f"receipt: leaf {index} is not under the checkpoint of size {self.size} yet")
        self.leaves[index] = self.archive.leaf(index)
        return self.leaves[index]

    def entry(self, index: int) -> Entry:
        """Show a leaf and return its entry."""
        note = entry_of(self.show(index))
        origin = parse_checkpoint(parse_note(self.checkpoint).text).origin
        return parse_entry(note, origin=origin).entry

    def use_balance(self) -> None:
        """Show the newest trial balance; rows are proven against its roots."""
        if self.balance is None:
            raise ProofError("receipt: there is no trial balance under this checkpoint yet; sign a balance entry")
        stamp = stamp_of(self.show(self.balance))
        self.roots = {name: bytes.fromhex(str(getattr(stamp, name)))
                      for name in ("accounts", "exits", "figures", "published", "register")}

    def show_terms(self, programme: str) -> None:
        """Show the newest terms of the programme under the checkpoint: its unit, and the basis of its figures."""
        self.show(max(index for _first_day, index in versions(self.state, programme) if index < self.size))

    def line(self, entry: int, index: int, batch: Batch, salt: bytes, opening: Mapping[str, JsonValue]) -> None:
        """Show a line with its path and opening."""
        path = [[_b64(sibling), total] for sibling, total in batch.prove_line(index).path]
        self.parts["line"] = {"entry": entry, "index": index, "opening": dict(opening), "path": path,
                              "salt": _b64(salt)}

    def row(self, map_name: str, name: str, raw_name: bytes) -> Any:
        """Show a row of the trial balance once, or that there is none; return it."""
        for shown in self.parts["rows"]:
            if (shown["map"], shown["name"]) == (map_name, name):
                return shown["row"]
        root = self.roots[map_name]
        key = trie.trie_key(map_name, raw_name)
        proof = trie.prove(root, key, loader(self.state))
        row, salt = None, None
        if proof is not None and proof.leaf_key == key:
            row, salt = stored_row(self.state, key, proof.row_hash)
        self.parts["rows"].append({"map": map_name, "name": name, "proof": _proof(proof), "row": row,
                                   "salt": None if salt is None else _b64(salt)})
        return row

    def none(self, piece: Piece) -> None:
        """Show that no exit touches a piece."""
        proof = prove_no_exit(self.roots["exits"], piece.account, piece.start, piece.end, loader(self.state))
        opening = None if proof.opening is None else list(proof.opening)
        self.parts["none"].append({
            "account": piece.account, "opening": opening, "predecessor": _proof(proof.predecessor),
            "successor": _proof(proof.successor), "u": piece.start, "v": piece.end})

    def finish(self, subject: str) -> bytes:
        """Return the file."""
        indices = sorted(self.leaves)
        proof = prove_multi(indices=indices, size=self.size, nodes=self.archive.node)
        data = format_json({
            **self.parts, "bodies": sorted(self.parts["bodies"]), "checkpoint": self.checkpoint.decode(),
            "format": FORMAT,
            "leaves": [[index, self.leaves[index].decode()] for index in indices],
            "proof": [_b64(node) for node in proof], "subject": subject,
        }, what="receipt") + b"\n"
        if len(data) > RECEIPT_BYTES_MAX:
            raise FormatError(f"receipt: expected at most {RECEIPT_BYTES_MAX} bytes, got {len(data)}")
        return data


def donation_receipt(archive: Archive, state: State, checkpoint: bytes, *, entry: int, line: int, salt: bytes,
                     opening: Mapping[str, JsonValue]) -> bytes:
    """Prove to a donor where one gift went: each hop, and where its pieces rest as of the newest trial balance.

    Raises:
        ProofError: the donation is not under the checkpoint, there is no trial balance, or the trail has too many
            pieces.
        FormatError: the leaf is no donation, or the receipt would be too long.
    """
    builder = _Builder(archive, state, checkpoint)
    donation = builder.entry(entry)
    if not isinstance(donation, Donation):
        raise FormatError(f"receipt: expected a donation in leaf {entry}, got the kind {donation.kind}")
    builder.use_balance()
    builder.show_terms(donation.programme)
    refunded = state.get("refunded", entry, line)
    if refunded is not None and refunded < builder.size:
        builder.show(refunded)
    batch = _batch(archive, donation)
    builder.line(entry, line, batch, salt, opening)
    proof = batch.prove_line(line)
    offset = locate_line(amount=proof.line.amount, commitment=proof.line.commitment, index=line, count=batch.count,
                         total=batch.total, root=batch.root, path=proof.path)
    start = state.get("donation", entry)["pos"] + offset
    rests: list[Piece] = []
    for piece in walk(state, Piece(donation.to, start, start + proof.line.amount), through_exits=True,
                      below=builder.size, seen=builder.show):
        _join(rests, piece)
        if len(rests) > FRAGMENTS_MAX:
            raise ProofError(f"receipt: the trail has more than {FRAGMENTS_MAX} pieces")
    for piece in rests:
        _prove_rest(builder, piece)
    return builder.finish("donation")


def cover_receipt(archive: Archive, state: State, checkpoint: bytes, *, entry: int, line: int, salt: bytes,
                  opening: Mapping[str, JsonValue]) -> bytes:
    """Prove to a beneficiary that they are covered, and everything that stands on the register about them.

    Raises:
        ProofError: the enrolment is not under the checkpoint, or there is no trial balance.
        FormatError: the leaf is no enrolment that adds, or the receipt would be too long.
    """
    builder = _Builder(archive, state, checkpoint)
    enrolment = builder.entry(entry)
    if not isinstance(enrolment, Enrolment) or enrolment.op != "add":
        raise FormatError(f"receipt: leaf {entry} is no enrolment that adds persons")
    builder.use_balance()
    builder.show_terms(enrolment.programme)
    batch = _batch(archive, enrolment)
    builder.line(entry, line, batch, salt, opening)
    period = state.get("period", enrolment.programme, enrolment.period, enrolment.county)
    if period is not None and period["cover"] < builder.size:
        builder.show(period["cover"])
    commitment = batch.prove_line(line).line.commitment
    row = builder.row("register", commitment.hex(), commitment)
    for shown in [] if row is None else row["claims"]:
        claim = state.get("claim", shown["claim"])
        for index in (shown["claim"], claim["decision"]):
            if index is not None and index < builder.size:
                _show_body(builder, index)
        builder.show(claim["terms"])
        for index in {index for duty in shown["duties"] for index in duty["calendar"]}:
            builder.show(index)
    return builder.finish("cover")


def entry_receipt(archive: Archive, state: State, checkpoint: bytes, *, index: int) -> bytes:
    """Prove to anybody that one entry stands in the log, and what must be published because of it.

    Raises:
        ProofError: the entry is not under the checkpoint yet.
    """
    builder = _Builder(archive, state, checkpoint)
    builder.show(index)
    builder.parts["entry"] = index
    notices = state.get("notices", index)
    if notices is not None and builder.balance is not None and builder.balance > index:
        builder.use_balance()
        builder.show_terms(notices["programme"])
        name = f"{NOTICES}{index}"
        builder.row("register", name, name.encode())
    return builder.finish("entry")


def _prove_rest(builder: _Builder, piece: Piece) -> None:
    kind = piece.account.partition("/")[0]
    if kind in _NO_ROW:
        return
    if kind == "claims":
        builder.row("published", piece.account, piece.account.encode())
    else:
        row = builder.state.get("account", piece.account)
        name = piece.account if row is None else account_row_name(piece.account, row)
        builder.row("accounts", name, name.encode())
    builder.none(piece)


def _show_body(builder: _Builder, index: int) -> None:
    sealed = builder.entry(index)
    assert isinstance(sealed, Sealed)
    body = builder.archive.body(bytes.fromhex(sealed.body))
    if body is not None:
        builder.parts["bodies"].append([index, body.decode()])


def _join(rests: list[Piece], piece: Piece) -> None:
    """Add a piece, to the one before where the two are one interval."""
    if rests and rests[-1].account == piece.account and rests[-1].end == piece.start:
        rests[-1] = Piece(piece.account, rests[-1].start, piece.end)
    else:
        rests.append(piece)


def _batch(archive: Archive, entry: Donation | Enrolment) -> Batch:
    """The tree of an entry's lines; of a roster with columns that of the persons."""
    name = batch_name_of(entry)
    data = archive.batch(name)
    if data is None:
        raise ProofError(f"receipt: batch {name.hex()} is not held here")
    columns = len(columns_of(entry))
    return Batch.of_column(data, column=0, columns=1 + columns) if columns else Batch(data)


def _proof(proof: trie.TrieProof | None) -> Any:
    if proof is None:
        return None
    return {"key": _b64(proof.leaf_key), "path": [[bit, _b64(sibling)] for bit, sibling in proof.path],
            "value": _b64(proof.row_hash)}


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
