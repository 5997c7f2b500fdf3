"""Replay: every leaf judged again from the first on, by the rules and nothing else.

`Replay` holds the state after the leaves so far. It judges an entry in the order of docs/formats/kinds.md, carries out
its effects, and computes the whole stamp; a leaf stands when the stamp is the same, byte for byte. What is refused
leaves the state exactly as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from verifier.entries.entry import STAMP_BYTES_MAX, Entry, parse_body, parse_entry, split_leaf, verify_entry
from verifier.entries.members import DAY_MS, day_number
from verifier.entries.signatories import Signatory, charter_signatories, open_key
from verifier.entries.stamp import Mismatch, check_place, check_stamp, format_stamp, parse_stamp
from verifier.errors import CannotTell, FormatError, ProofError, Rejected
from verifier.log.keys import VerifierKey
from verifier.primitives.hashes import body_hash, effect_hash
from verifier.primitives.parse import INTEGER_MAX, encode_json
from verifier.rules.act import Act, Blobs
from verifier.rules.balance import MakeMap, TrialBalance, memory_map
from verifier.rules.books import Books
from verifier.rules.kinds import BODIES, KINDS
from verifier.rules.reading import ReadLeaf
from verifier.rules.rows import Rows

RULES = 1
VALID_DAYS_MAX = 30


@dataclass(frozen=True, slots=True)
class Head:
    """What the stamps so far leave behind; `skimmed` is the time of the last leaf that was only skimmed."""

    size: int = 0
    balance: int | None = None
    time_unix_ms: int = 0
    skimmed: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A leaf that stands: its entry, the members that count (of the body, where it is sealed), and what it moved."""

    index: int
    entry: Entry
    value: Mapping[str, Any]
    moves: tuple[dict[str, Any], ...]
    stamp: Mapping[str, Any]


class Replay:
    """The state of the log `origin` after the leaves that were applied.

    >>> replay = Replay("ledger.example/dlz")
    >>> replay.size, replay.row("account fund/dlz")
    (0, None)

    `rows` and `make_map` say where the state is held, in memory if nothing else is said. Rows that hold the state after
    a leaf already come with the `head` that was there.
    """

    def __init__(
        self, origin: str, *, rows: Rows | None = None, make_map: MakeMap = memory_map, head: Head | None = None
    ) -> None:
        self._origin = origin
        self._rows = Rows() if rows is None else rows
        self._balance = TrialBalance(self._rows, make_map)
        self._head = Head()
        self._known_signers: dict[str, Signatory] = {}
        if head is not None:
            self._head = head
            self._balance.rebuild()

    @property
    def size(self) -> int:
        """How many leaves were applied."""
        return self._head.size

    @property
    def head(self) -> Head:
        """What the stamps so far leave behind."""
        return self._head

    @property
    def rows(self) -> Rows:
        """The state rows, to be read."""
        return self._rows

    def state_root(self) -> bytes:
        """The root over all state rows."""
        return self._rows.root()

    def row(self, key: str) -> Any:
        """The state row under `key`, or None."""
        return self._rows.get(key)

    def apply(self, leaf: bytes, blobs: Blobs, *, read: ReadLeaf | None = None) -> Taken:
        """Judge the next leaf of the log and take it in; `read` is what was read of these bytes ahead of their turn.

        Raises:
            FormatError, SignatureError, ProofError, Rejected: the entry may not stand in the log here.
            Mismatch: its stamp says something else than follows.
            CannotTell: a batch, tag file or body that it needs is not to be had, or its rules are unknown.
        """
        what = f"leaf {self.size}"
        line, note = split_leaf(leaf, what=what)
        said = parse_stamp(line, what=f"{what}: stamp")["time_unix_ms"] if read is None else read.time_unix_ms
        time_unix_ms = self._check_time(said, index=self.size)
        return self._sequence(note, time_unix_ms=time_unix_ms, blobs=blobs, line=line, read=read)

    def put_right(self, leaf: bytes, blobs: Blobs, *, read: ReadLeaf | None = None) -> Taken:
        """Take in the next leaf, whose stamp is wrong, as if it had the right one; only its time is believed.

        Raises:
            FormatError, SignatureError, ProofError, Rejected, CannotTell: as in `apply`, but for the stamp.
        """
        line, note = split_leaf(leaf, what=f"leaf {self.size}")
        try:
            time_unix_ms: int = parse_stamp(line, what="stamp")["time_unix_ms"]
        except FormatError:
            time_unix_ms = self._head.time_unix_ms
        return self._sequence(note, time_unix_ms=time_unix_ms, blobs=blobs, read=read)

    def leave_out(self) -> None:
        """Pass over the next leaf, whose entry may not stand in the log: nothing follows from it."""
        self._head = replace(self._head, size=self.size + 1)

    def skim(self, leaf: bytes, *, index: int) -> None:
        """Judge what can be judged of a leaf when the state before it is not known: form, order, time, signatures.

        Raises:
            FormatError, SignatureError, Rejected, Mismatch: as in `apply`.
        """
        what = f"leaf {index}"
        line, note = split_leaf(leaf, what=what)
        stamp = parse_stamp(line, what=f"{what}: stamp")
        check_place(stamp, index=index)
        time_unix_ms = self._check_time(stamp["time_unix_ms"], index=index)
        self._head = replace(self._head, skimmed=time_unix_ms)
        entry = parse_entry(note, origin=self._origin, what=what)
        self._check_signers(entry, what=what)
        self._check_days(entry, today=time_unix_ms // DAY_MS, what=what)

    def cosigners(self) -> list[str]:
        """The cosigner keys of the parties, as the charter has them."""
        return [party["cosigner"] for _, party in self._rows.group("party")]

    def sequence(self, note: bytes, *, time_unix_ms: int, blobs: Blobs) -> bytes:
        """Take an entry in as the next leaf; give the stamp line, without LF, that it gets at this time.

        Raises:
            FormatError: as for the entry, or the time is below that of the leaf before.
            SignatureError, ProofError, Rejected, CannotTell: as in `apply`.
        """
        if not self._head.time_unix_ms <= time_unix_ms <= INTEGER_MAX:
            raise FormatError(f"leaf {self.size}: expected a time from {self._head.time_unix_ms}, got {time_unix_ms}")
        taken = self._sequence(note, time_unix_ms=time_unix_ms, blobs=blobs)
        return format_stamp(dict(taken.stamp), what="stamp")

    def _sequence(
        self,
        note: bytes,
        *,
        time_unix_ms: int,
        blobs: Blobs,
        line: bytes | None = None,
        read: ReadLeaf | None = None,
    ) -> Taken:
        """Judge an entry, carry it out, compare the line of its stamp if any, and only then let the state be."""
        try:
            taken = self._carry_out(note, time_unix_ms=time_unix_ms, blobs=blobs, read=read)
            stamp = dict(taken.stamp)
            right = _format(stamp)
            if line is not None and line != right:
                check_stamp(parse_stamp(line, what=f"leaf {self.size}: stamp"), expected=stamp)
        except BaseException:
            self._balance.note(self._rows.changed())
            self._rows.undo()
            raise
        self._balance.note(self._rows.changed())
        self._rows.keep()
        if stamp["balance"] == stamp["index"]:
            self._balance.settle()
        self._balance.catch_up()
        self._head = Head(stamp["index"] + 1, stamp["balance"], time_unix_ms)
        return taken

    def _check_time(self, time_unix_ms: int, *, index: int) -> int:
        """The time of a stamp, which is not below that of the leaf before."""
        before = max(self._head.time_unix_ms, self._head.skimmed)
        if time_unix_ms < before:
            raise Mismatch(index=index, member="time_unix_ms", expected=f"at least {before}", got=str(time_unix_ms))
        return time_unix_ms

    def _carry_out(self, note: bytes, *, time_unix_ms: int, blobs: Blobs, read: ReadLeaf | None) -> Taken:
        index = self.size
        what = f"leaf {index}"
        entry = parse_entry(note, origin=self._origin, what=what) if read is None else read.entry
        if (index == 0) != (entry.kind == "charter"):
            raise Rejected("charter_first", f"{what}: expected a charter at index 0 and nowhere else, got {entry.kind}")
        signed = self._check_signers(entry, what=what, verified=None if read is None else read.keys)
        known = self._rows.get(f"text {entry.text_hash.hex()}")
        if known is not None:
            raise Rejected("exists", f"{what}: this entry is leaf {known}")
        today = time_unix_ms // DAY_MS
        self._check_days(entry, today=today, what=what)
        self._use_ref(entry, what=what)
        self._rows.put(f"text {entry.text_hash.hex()}", index)
        body = None if read is None else read.body
        act = self._act(entry, signed, time_unix_ms=time_unix_ms, blobs=blobs, body=body)
        (BODIES if act.sealed else KINDS)[act.value["kind"]](act)
        act.step_salts()
        stamp = self._stamp(entry, act, time_unix_ms=time_unix_ms)
        return Taken(index, entry, act.value, tuple(act.books.moves), stamp)

    def _check_signers(
        self, entry: Entry, *, what: str, verified: tuple[VerifierKey, ...] | None = None
    ) -> list[Signatory]:
        """Check that parties or their officers signed, exactly those whom the entry names; give who they are.

        `verified` are keys for which, in order, the lines of this entry were verified ahead of its turn.
        """
        known = charter_signatories(entry.value) if entry.kind == "charter" else self._signatories(entry)
        found = []
        for signer in entry.value["signers"]:
            if signer not in known:
                raise Rejected("signer_unknown", f"{what}: {signer} is the entry key of no party and no officer")
            found.append(known[signer])
        keys = tuple(one.key for one in found)
        if keys != verified:
            verify_entry(entry, keys=keys, what=what)
        return found

    def _signatories(self, entry: Entry) -> dict[str, Signatory]:
        """Those of the entry's signers whose keys stand in the charter, which no later entry changes."""
        found = {}
        for signer in entry.value["signers"]:
            known = self._known_signers.get(signer) or self._find_signatory(signer)
            if known is not None:
                found[signer] = self._known_signers[signer] = known
        return found

    def _find_signatory(self, signer: str) -> Signatory | None:
        party, officer = self._rows.get(f"key {signer}"), self._rows.get(f"officer {signer}")
        if party is not None:
            return Signatory(open_key(self._rows.get(f"party {party}")["key"]), party)
        if officer is None:
            return None
        return Signatory(open_key(officer["key"]), officer["party"], officer["name"], officer["place"])

    def _check_days(self, entry: Entry, *, today: int, what: str) -> None:
        valid_until = day_number(entry.value["valid_until"])
        if valid_until < today:
            raise Rejected("expired", f"{what}: the entry was valid until {entry.value['valid_until']}")
        if valid_until > today + VALID_DAYS_MAX:
            raise Rejected(
                "valid_too_long", f"{what}: {entry.value['valid_until']} is more than {VALID_DAYS_MAX} days ahead"
            )
        if "at" in entry.value:
            _check_at(entry.value["at"], today=today, what=what)

    def _use_ref(self, entry: Entry, *, what: str) -> None:
        ref = entry.value.get("ref")
        if ref is None:
            return
        for signer in entry.value["signers"]:
            key = f"ref {signer} {entry.kind} {ref}"
            used = self._rows.get(key)
            if used is not None:
                raise Rejected("ref_used", f"{what}: {signer} used the ref {ref} for a {entry.kind} in leaf {used}")
            self._rows.put(key, self.size)

    def _act(
        self, entry: Entry, signed: list[Signatory], *, time_unix_ms: int, blobs: Blobs, body: dict[str, Any] | None
    ) -> Act:
        """The entry at work; for a sealed one, its body, which may have been read ahead."""
        value, sealed = entry.value, entry.kind == "sealed"
        if sealed:
            value = self._open(entry, blobs=blobs) if body is None else body
            self._check_body(entry, value, today=time_unix_ms // DAY_MS)
        return Act(
            self._rows,
            Books(self._rows, self.size, public=not sealed),
            blobs,
            self.size,
            value,
            entry.value.get("programme", ""),
            tuple(sorted({one.party for one in signed})),
            sealed,
            time_unix_ms,
            entry.text_hash.hex(),
            officers=tuple(sorted({f"{one.party}/{one.officer}" for one in signed if one.officer is not None})),
            places=tuple(sorted({one.place for one in signed if one.place is not None})),
        )

    def _open(self, entry: Entry, *, blobs: Blobs) -> dict[str, Any]:
        what, name = f"leaf {self.size}: body", entry.value["body"]
        data = blobs.body(bytes.fromhex(name))
        if data is None:
            raise CannotTell(f"{what}: {name} is not to be had")
        if body_hash(data).hex() != name:
            raise ProofError(f"{what}: expected {name}, got {body_hash(data).hex()}")
        return parse_body(data, what=what)

    def _check_body(self, entry: Entry, body: dict[str, Any], *, today: int) -> None:
        what = f"leaf {self.size}: body"
        if body["nonce"] == entry.value["nonce"]:
            raise FormatError(f"{what}: expected a nonce of its own, got that of its entry, which is public")
        _check_at(body["at"], today=today, what=what)

    def _stamp(self, entry: Entry, act: Act, *, time_unix_ms: int) -> dict[str, Any]:
        """The stamp of the entry, after its effects."""
        is_balance = entry.kind == "balance"
        stamp: dict[str, Any] = {
            "balance": self.size if is_balance else self._head.balance,
            "charter": 0,
            "index": self.size,
            "rules": RULES,
            "time_unix_ms": time_unix_ms,
        }
        moves = act.books.moves
        if act.sealed:
            encoded = encode_json(list(moves), what="moves")
            stamp["effect"] = effect_hash(body_nonce=bytes.fromhex(act.nonce), moves=encoded).hex()
        elif moves:
            stamp["moves"] = moves
        if is_balance:
            roots = self._balance.update(self._rows.changed())
            stamp |= {name: root.hex() for name, root in roots.items()}
        if act.flags:
            stamp["flags"] = act.flags
        if entry.kind == "close":
            stamp["state"] = self._rows.root().hex()
        return stamp


def _format(stamp: dict[str, Any]) -> bytes:
    """The line of a stamp, which may not be too long."""
    line = format_stamp(stamp, what="stamp")
    if len(line) > STAMP_BYTES_MAX:
        raise Rejected(
            "too_many_segments",
            f"leaf {stamp['index']}: the stamp would have {len(line)} bytes, {STAMP_BYTES_MAX} are allowed",
        )
    return line


def _check_at(at: str, *, today: int, what: str) -> None:
    if day_number(at) > today + 1:
        raise Rejected("at_in_future", f"{what}: {at} is more than a day ahead of the stamp's time")
