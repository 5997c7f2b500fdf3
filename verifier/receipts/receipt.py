"""A receipt checked offline: the checks of docs/formats/receipt.md, in their order, and what then is so.

Nothing in a receipt is trusted before it is proven, and what a prover leaves out never makes a verdict better: it ends
in `ProofError` where something contradicts, in `CannotTell` where something is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from verifier.entries.lines import Line as BatchLine
from verifier.entries.lines import Lines, line_offset
from verifier.errors import CannotTell, FormatError, ProofError
from verifier.log.policy import CosignedCheckpoint, Policy, Witness
from verifier.log.tree import verify_multiproof
from verifier.log.trie import verify_absent, verify_no_exit, verify_present
from verifier.primitives.hashes import commitment_hash, leaf_hash, row_hash, trie_key
from verifier.primitives.parse import encode_json
from verifier.receipts.cover import judge_cover, open_body
from verifier.receipts.freshness import check_age, quorum_number, quorum_time
from verifier.receipts.lateness import judge_notice, judgement_day
from verifier.receipts.pins import NO_PINS, Ended, Pins, believe_checkpoint, check_genesis
from verifier.receipts.receipt_file import Receipt, ShownNone, ShownRow, parse_receipt
from verifier.receipts.register import row_name
from verifier.receipts.shown import Charter, Leaf, Trusted, open_leaves
from verifier.receipts.trail import Balance, Judged, Part, Step, carry, judge
from verifier.receipts.verdict import Caution, Cover, Hop, Line, Moment, Named, Notice, Piece, Verdict
from verifier.rules.moves import Move

__all__ = ["parse_receipt", "verify_receipt"]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A receipt whose leaves were proven and read: checks 1 to 5 are behind it."""

    receipt: Receipt
    believed: CosignedCheckpoint
    leaves: Mapping[int, Leaf]
    charter: Charter
    ended: Ended | None  # the range whose last root this is, where the log goes on under other keys
    balance: Leaf | None  # the newest one, where it is shown

    def leaf(self, index: int, *, what: str) -> Leaf:
        """A leaf that something in the receipt names."""
        if index not in self.leaves:
            raise ProofError(f"receipt: {what} is in leaf {index}, which is not shown")
        return self.leaves[index]

    def moment(self, index: int) -> Moment:
        """The index of a leaf, with its time where it is shown."""
        return Moment(index, self.leaves[index].stamp.time_unix_ms if index in self.leaves else None)


def verify_receipt(
    data: bytes,
    policy: Policy,
    *,
    pins: Pins = NO_PINS,
    now: int | None = None,
    max_age_seconds: int | None = None,
) -> Verdict:
    """Check a receipt (docs/formats/receipt.md) by a policy and say what it proves. Amounts are in minor units (fen).

    `pins` are what the policy's file knows of the log beside its keys. `now` is the time in POSIX seconds, where there
    is a clock; with `max_age_seconds` what the receipt says must not be older than that.

    Raises:
        FormatError, SignatureError, ProofError, Rejected: a check failed; the message names it.
        Stale: nothing failed, but something newer is known or asked for.
        CannotTell: nothing failed, but something that the answer needs is not shown, or unknown.
    """
    receipt = parse_receipt(data)
    opened = _open(receipt, policy, pins)
    vouched = quorum_time(opened.believed, policy=policy)
    as_of = opened.moment(opened.leaves[opened.believed.checkpoint.size - 1].stamp.index)
    line: Line | None = None
    hops: tuple[Hop, ...] = ()
    pieces: tuple[Piece, ...] = ()
    unit: str | None = None
    cover: Cover | None = None
    named: Named | None = None
    cautions = _cautions(opened, now=now, vouched=vouched)
    if receipt.subject == "entry":
        named = _judge_entry(opened)
        cautions += _flags(opened.leaves[named.at.index])
        if opened.receipt.rows and opened.balance is not None:
            as_of = opened.moment(opened.balance.stamp.index)
    else:
        line = _open_line(opened)
        _verify_maps(opened)
        if opened.balance is not None:
            as_of = opened.moment(opened.balance.stamp.index)
            if line.entry.index > as_of.index:
                cautions += ((Caution.LINE_SINCE, str(line.entry.index)),)
        if receipt.subject == "donation":
            hops, pieces = _judge_donation(opened, line)
            cautions += _refunds(opened, line, hops)
        else:
            cover = _judge_cover(opened, line)
            cautions += () if cover.policy is not None else ((Caution.NO_COVER, cover.period),)
        unit = _unit(opened, line.programme, pieces)
    check_age(as_of, vouched=vouched, now=now, max_age_seconds=max_age_seconds)
    return Verdict(
        subject=receipt.subject,
        origin=opened.believed.checkpoint.origin,
        size=opened.believed.checkpoint.size,
        leaves=tuple(opened.leaves),
        witnesses=len(policy.witnesses),
        cosigned=tuple((_name(witness), time) for witness, time in opened.believed.cosigned),
        quorum=quorum_number(policy),
        pinned=opened.ended is not None,
        vouched_unix_s=vouched,
        as_of=as_of,
        unit=unit,
        line=line,
        hops=hops,
        pieces=pieces,
        cover=cover,
        entry=named,
        cautions=cautions,
    )


# -- checks 1 to 5 ---------------------------------------------------------------------------------------------------


def _open(receipt: Receipt, policy: Policy, pins: Pins) -> _Opened:
    found = believe_checkpoint(receipt.checkpoint, policy=policy, pins=pins, what="checkpoint")
    believed, ended = found.opened, found.ended
    size = believed.checkpoint.size
    if size - 1 not in receipt.leaves:
        raise ProofError(f"receipt: expected the last leaf, {size - 1}, among the leaves that are shown")
    hashes = {index: leaf_hash(leaf) for index, leaf in receipt.leaves.items()}
    verify_multiproof(leaves=hashes, size=size, path=receipt.proof, root=believed.checkpoint.root)
    trusted = Trusted([log.key for log in policy.logs], {witness.key for witness in policy.witnesses})
    if ended is not None:
        trusted = Trusted([ended.key], None)
    leaves, charter = open_leaves(receipt.leaves, origin=believed.checkpoint.origin, size=size, trusted=trusted)
    first = leaves[0].entry.text_hash if 0 in leaves else None
    check_genesis(first, origin=believed.checkpoint.origin, pins=pins)
    newest = leaves[size - 1].stamp.balance
    if (receipt.rows or receipt.none) and newest not in leaves:
        raise ProofError(f"receipt: rows are shown, but not the newest balance, which is in leaf {newest}")
    balance = None if newest is None else leaves.get(newest)
    if balance is not None and not balance.stamp.roots:
        raise ProofError(f"receipt: leaf {newest} is named as the newest balance and is none")
    return _Opened(receipt, believed, leaves, charter, ended, balance)


# -- checks 6 and 7 --------------------------------------------------------------------------------------------------


def _open_line(opened: _Opened) -> Line:
    """The line that the receipt is about: its place in the batch of its entry, and what it committed to."""
    shown = opened.receipt.line
    assert shown is not None
    leaf = opened.leaf(shown.entry, what="the line")
    value, what = leaf.entry.value, f"line {shown.index} of leaf {shown.entry}"
    if opened.receipt.subject == "donation":
        if value["kind"] != "donation":
            raise ProofError(f"{what}: expected a donation, got a {value['kind']}")
        amount = shown.opening.get("amount")
        if not isinstance(amount, int) or isinstance(amount, bool) or amount < 1:
            raise FormatError(f"{what}: expected an opening with an amount of 1 or more")
    else:
        if value["kind"] != "enrolment" or value["op"] != "add":
            raise ProofError(f"{what}: expected an enrolment that adds, got a {value['kind']}")
        amount = 1
    opening = encode_json(shown.opening, what=f"{what}: opening")
    commitment = commitment_hash(salt=shown.salt, opening=opening)
    lines = Lines(bytes.fromhex(value["lines"]["root"]), value["lines"]["count"], value["lines"]["total"])
    offset = line_offset(BatchLine(amount, commitment), index=shown.index, path=shown.path, lines=lines, what=what)
    return Line(
        entry=opened.moment(shown.entry),
        programme=value["programme"],
        index=shown.index,
        count=lines.count,
        amount=amount,
        offset=offset,
        commitment=commitment,
        opening=shown.opening,
    )


def _verify_maps(opened: _Opened) -> None:
    """Verify every row and absence against the roots of the newest balance."""
    for row in opened.receipt.rows:
        assert opened.balance is not None
        _verify_row(row, root=opened.balance.stamp.roots[row.map_name])
    for none in opened.receipt.none:
        assert opened.balance is not None
        _verify_none(none, root=opened.balance.stamp.roots["exits"])


def _verify_row(row: ShownRow, *, root: bytes) -> None:
    what = f"map {row.map_name}: {row.name}"
    name = row_name(row.name, what=what) if row.map_name == "register" else row.name.encode("utf-8")
    key = trie_key(map_name=row.map_name, row_name=name)
    if row.row is None:
        verify_absent(row.proof, key=key, root=root, what=what)
    elif row.proof is None:
        raise ProofError(f"{what}: expected a proof of the row, got none")
    else:
        value = row_hash(salt=row.salt, row=encode_json(row.row, what=what))
        verify_present(row.proof, key=key, value=value, root=root, what=what)


def _verify_none(none: ShownNone, *, root: bytes) -> None:
    verify_no_exit(
        account=none.account,
        start=none.start,
        end=none.end,
        predecessor=none.predecessor,
        opening=none.opening,
        successor=none.successor,
        root=root,
        what=f"map exits: {none.account} [{none.start}, {none.end})",
    )


# -- check 8 ---------------------------------------------------------------------------------------------------------


def _judge_donation(opened: _Opened, line: Line) -> tuple[tuple[Hop, ...], tuple[Piece, ...]]:
    """Carry the gift along the moves that are shown, and judge each part of it where it rests."""
    if opened.receipt.bodies:
        raise ProofError("receipt: a receipt for a donation opens no sealed entry")
    leaf = opened.leaves[line.entry.index]
    moves = [(at, move) for at in opened.leaves if at >= line.entry.index for move in opened.leaves[at].stamp.moves]
    value, first = leaf.entry.value, moves[0][1] if leaf.stamp.moves else None
    if not isinstance(first, Move) or (first.account, first.to) != (value["from"], value["to"]):
        raise ProofError(f"leaf {line.entry.index}: expected a first move from {value['from']} to {value['to']}")
    start = first.to_pos + line.offset
    gift = Part(value["to"], start, start + line.amount, line.entry.index)
    parts, steps = carry(gift, moves=moves[1:])
    balance = None
    if opened.balance is not None:
        rows = {(row.map_name, row.name): row.row for row in opened.receipt.rows}
        untouched = tuple((none.account, none.start, none.end) for none in opened.receipt.none)
        balance = Balance(opened.balance.stamp.index, rows, untouched)
    judged = [one for part in parts for one in judge(part, balance=balance)]
    pieces = _pieces(opened, judged)
    if sum(piece.amount for piece in pieces) != line.amount:
        raise ProofError(f"receipt: the pieces do not add up to the gift of {line.amount}")
    steps = [Step(line.entry.index, value["from"], value["to"], line.amount), *steps]
    return _hops(opened, steps), pieces


def _hops(opened: _Opened, steps: list[Step]) -> tuple[Hop, ...]:
    """The steps in order, those of one leaf between the same two accounts in one."""
    amounts: dict[tuple[int, str, str], int] = {}
    for step in steps:
        key = (step.index, step.source, step.to)
        amounts[key] = amounts.get(key, 0) + step.amount
    hops = []
    for (index, source, to), amount in amounts.items():
        value = opened.leaves[index].entry.value
        hops.append(Hop(opened.moment(index), value["kind"], value.get("purpose"), source, to, amount))
    return tuple(hops)


def _pieces(opened: _Opened, judged: list[Judged]) -> tuple[Piece, ...]:
    """What was judged, in order, neighbours with the same answer in one."""
    pieces: list[Piece] = []
    for one in judged:
        amount = one.part.end - one.part.start
        piece = Piece(one.part.account, amount, one.state, opened.moment(one.as_of))
        last = pieces[-1] if pieces else None
        if last is not None and (last.account, last.state, last.as_of) == (piece.account, piece.state, piece.as_of):
            pieces[-1] = Piece(piece.account, last.amount + amount, piece.state, piece.as_of)
        else:
            pieces.append(piece)
    return tuple(pieces)


def _unit(opened: _Opened, programme: str, pieces: tuple[Piece, ...]) -> str | None:
    """The unit of the programme, which has one for ever: its terms say it, or the row of an account it rests in.

    A row of any other account that a prover puts beside may be in another unit, and says nothing about this line.
    """
    for leaf in opened.leaves.values():
        if leaf.entry.kind == "terms" and leaf.entry.value["programme"] == programme:
            return str(leaf.entry.value["unit"])
    resting = {piece.account for piece in pieces}
    for row in opened.receipt.rows:
        if row.map_name == "accounts" and row.row is not None and row.name in resting:
            return str(row.row["unit"])
    return None


def _refunds(opened: _Opened, line: Line, hops: tuple[Hop, ...]) -> tuple[tuple[Caution, str], ...]:
    """What refunds among the leaves say: which gave back this gift out of other money, which took a piece of it.

    A refund out of other money may take a piece of the gift with it, where that lies at the head of what pays it back.
    """
    found: list[tuple[Caution, str]] = []
    for index, leaf in opened.leaves.items():
        if leaf.entry.kind != "refund":
            continue
        value = leaf.entry.value
        own = (value["donation"], value["line"]["index"]) == (line.entry.index, line.index)
        given = sum(hop.amount for hop in hops if hop.at.index == index)
        if own and given < line.amount:
            found.append((Caution.REFUNDED, str(index)))
        elif given and not own:
            found.append((Caution.OTHER_REFUND, str(index)))
    return tuple(found)


# -- check 9, and receipts for an entry ------------------------------------------------------------------------------


def _judge_cover(opened: _Opened, line: Line) -> Cover:
    """Read the member's row and what is shown beside it."""
    rows = [row for row in opened.receipt.rows if row.name == line.commitment.hex()]
    if len(rows) != len(opened.receipt.rows):
        raise ProofError("receipt: a row of the register is another person's")
    if not rows or opened.balance is None:
        raise CannotTell("receipt: the row of the register is not shown, so nobody can tell what was claimed")
    return judge_cover(
        line,
        row=rows[0].row,
        leaves=opened.leaves,
        bodies=opened.receipt.bodies,
        balance=opened.balance,
    )


def _flags(leaf: Leaf) -> tuple[tuple[Caution, str], ...]:
    """The figures that a notice says and the books do not support."""
    return tuple(
        (Caution.FLAGGED, f"{name}: {'?' if difference is None else f'{difference:+d}'}")
        for name, difference in leaf.stamp.flags
    )


def _judge_entry(opened: _Opened) -> Named:
    index = opened.receipt.entry
    assert index is not None
    leaf = opened.leaf(index, what="the entry")
    others = opened.receipt.bodies.keys() - {index}
    if others:
        raise ProofError(f"receipt: the body of leaf {min(others)} is opened, which the receipt is not about")
    body = None
    if index in opened.receipt.bodies:
        body = open_body(leaf, opened.receipt.bodies[index])
    return Named(
        opened.moment(index), leaf.signers, leaf.entry.text_hash, leaf.entry.value, body, _notices(opened, leaf)
    )


def _notices(opened: _Opened, leaf: Leaf) -> tuple[Notice, ...]:
    """What the entry obliges a party to publish, as the register has it."""
    _verify_maps(opened)
    index, rows = leaf.stamp.index, opened.receipt.rows
    for row in rows:
        if row.name != f"notices/{index}":
            raise ProofError(f"receipt: {row.name} of the register is not about leaf {index}")
    if not rows or rows[0].row is None:
        return ()
    assert opened.balance is not None
    on = judgement_day(opened.leaves, programme=leaf.entry.value.get("programme", ""), balance=opened.balance)
    return tuple(judge_notice(duty, on=on) for duty in rows[0].row["duties"])


# -- what should be read with it -------------------------------------------------------------------------------------


def _cautions(opened: _Opened, *, now: int | None, vouched: int | None) -> tuple[tuple[Caution, str], ...]:
    found: list[tuple[Caution, str]] = []
    if opened.ended is not None:
        found.append((Caution.RANGE_ENDED, str(opened.ended.root.size)))
    elif len(opened.believed.cosigned) < opened.charter.quorum:
        found.append((Caution.QUORUM_BELOW_CHARTER, f"{len(opened.believed.cosigned)} of {opened.charter.quorum}"))
    if now is not None and vouched is not None and vouched > now:
        found.append((Caution.AHEAD_OF_CLOCK, str(vouched - now)))
    return tuple(found)


def _name(witness: Witness) -> str:
    return witness.name.decode("utf-8", errors="replace")
