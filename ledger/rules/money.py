"""Rules for money in public: gifts, transfers, refunds, closes."""

from collections.abc import Sequence

from msgspec import UNSET

from ledger.batch import Batch, locate_line
from ledger.books import PAYING, SEGMENTS_MAX, balance
from ledger.errors import Rejected
from ledger.kinds import Close, Donation, MoneyMove, Receive, Refund
from ledger.rules.common import account, flow, signed_by, told
from ledger.rules.context import Context, check_batch
from ledger.rules.tags import unused_tags
from ledger.state import Row
from ledger.terms import terms_at
from ledger.trail import Piece, walk

# A gift whose pieces rest in these classes is given back from where it rests.
REFUND_CLASSES = ("fund", "platform")


def donation(context: Context) -> None:
    """Gifts as the terms let them in, signed by who received them, no trade number twice."""
    entry = context.the(Donation)
    _money(context, entry, holders=("to",))
    check_batch(Batch(context.batch_file()), entry.lines)
    if entry.tags is not UNSET:
        tags = context.tag_file(entry.tags, count=entry.lines.count)
        unused_tags(context, tags, id_type="trade", scope=entry.programme)


def transfer(context: Context) -> None:
    """Signed by the holder of the account that money leaves."""
    _money(context, context.the(MoneyMove), holders=("from",))


def income(context: Context) -> None:
    """Signed by the holder of the account that money reaches."""
    _money(context, context.the(MoneyMove), holders=("to",))


def brought_forward(context: Context) -> None:
    """What was there before this ledger: the holder's word and an auditor's."""
    _money(context, context.the(MoneyMove), holders=("to",), roles=("auditor",))


def receive(context: Context) -> None:
    """The other end signs what came."""
    _arrival(context, end="to")


def sent_back(context: Context) -> None:
    """The sender signs what came back."""
    _arrival(context, end="source")


def refund(context: Context) -> None:
    """A line of a donation, proven, once; signed by whoever holds the accounts that it is paid from."""
    entry = context.the(Refund)
    line = entry.line
    gift = context.state.get("donation", entry.donation)
    if gift is None or gift["programme"] != entry.programme:
        raise Rejected("donation_unknown", f"leaf {entry.donation} is no donation of programme {entry.programme}")
    locate_refund(gift, entry)
    if context.state.get("refunded", entry.donation, line.index) is not None:
        raise Rejected("refund_twice", f"line {line.index} of donation {entry.donation} was refunded already")
    legs = refund_legs(context, gift, entry)
    signed_by(context, holders={str(account(context, leg.account)["holder"]) for leg in legs})
    if len(legs) > SEGMENTS_MAX:
        raise Rejected("too_many_segments", f"the gift rests in {len(legs)} pieces, at most {SEGMENTS_MAX} can "
                       "be taken")


def locate_refund(gift: Row, entry: Refund) -> int:
    """Verify the line's proof and return its offset in the donation. ProofError: it does not lead to the root."""
    line = entry.line
    return locate_line(
        amount=line.amount, commitment=bytes.fromhex(line.commitment), index=line.index, count=gift["count"],
        total=gift["total"], root=bytes.fromhex(gift["root"]),
        path=[(bytes.fromhex(sibling), total) for sibling, total in line.path],
    )


def refund_legs(context: Context, gift: Row, entry: Refund) -> Sequence[Piece]:
    """Where the refund is paid from: the resting pieces, or where any has moved on, the head of the terms' account.

    A head leg has start and end 0.

    Raises:
        Rejected: terms_missing or refund_account_missing.
    """
    start = gift["pos"] + locate_refund(gift, entry)
    pieces = list(walk(context.state, Piece(gift["account"], start, start + entry.line.amount)))
    if all(account(context, piece.account)["class"] in REFUND_CLASSES for piece in pieces):
        return pieces
    payer = terms_at(context.state, entry.programme, entry.at).get("refund_from")
    row = None if payer is None else context.state.get("account", payer)
    if row is None or row["programme"] != entry.programme or row["class"] in (*PAYING, "transit"):
        raise Rejected("refund_account_missing", "the gift has moved on, and the terms name no account of this "
                       "programme in refund_from that may pay it back")
    return [Piece(payer, 0, 0)]


def close(context: Context) -> None:
    """opening + in - out = closing for each account, and what pays has a published row."""
    entry = context.the(Close)
    terms = terms_at(context.state, entry.programme, entry.at)
    period = context.state.get("period", entry.programme, entry.period, entry.county)
    if period is None:
        raise Rejected("period_unknown", f"{entry.programme} has no cover for {entry.period} in {entry.county}")
    if period["closed"] is not None:
        raise Rejected("period_closed", f"{entry.period} was closed by leaf {period['closed']}")
    signed_by(context, roles=("insurer", "foundation"), terms=terms)
    rows = [account(context, said.account) for said in entry.accounts]
    for said, row in zip(entry.accounts, rows, strict=True):
        told(context, said.account, row)
    for said, row in zip(entry.accounts, rows, strict=True):
        last = context.state.get("closed", said.account) or {"in": 0, "out": 0}
        books = (last["in"] - last["out"], row["in"] - last["in"], row["out"] - last["out"], balance(row))
        if books != (said.opening, said.in_, said.out, said.closing):
            raise Rejected("close_differs", f"{said.account}: the books have opening, in, out, closing {books}, got "
                           f"{(said.opening, said.in_, said.out, said.closing)}")


def _money(context: Context, entry: Donation | MoneyMove, *, holders: Sequence[str], roles: Sequence[str] = ()) -> None:
    """Terms, accounts, signers, flow."""
    terms = terms_at(context.state, entry.programme, entry.at)
    ends = {"from": account(context, entry.from_), "to": account(context, entry.to)}
    signed_by(context, holders=[ends[end]["holder"] for end in holders], roles=roles)
    flow(context, terms, kind=entry.kind, purpose=entry.purpose, source=entry.from_, target=entry.to)


def _arrival(context: Context, *, end: str) -> None:
    """An open transfer, the party at its end, and no more than is left of it."""
    entry = context.the(Receive)
    transit = context.state.get("account", f"transit/{entry.transfer}")
    if transit is None or context.state.get("transfer", entry.transfer) is None:
        raise Rejected("transfer_unknown", f"leaf {entry.transfer} is no transfer with money on its way")
    signed_by(context, holders=[account(context, transit[end])["holder"]])
    if entry.amount > balance(transit):
        raise Rejected("exceeds_transit", f"transfer {entry.transfer} has {balance(transit)} on its way, got "
                       f"{entry.amount}")
