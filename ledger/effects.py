"""What an entry does: kind -> moves and rows. The only writer of State, with books.py for its accounts.

A kind's effect runs after its rules have passed; what can still refuse here is the arithmetic of the books. At the end
`finish` steps the salts of all rows that the entry touched. Source: docs/formats/kinds.md, state.md.
"""

from collections.abc import Callable

from msgspec import UNSET

from ledger import balance
from ledger.bodies import Bounce, Claim, Complete, Confirm, Decision, Payout, Recovery, Request, Withdraw
from ledger.books import PAYING, Books, check_position
from ledger.keys import parse_vkey, signer_name
from ledger.kinds import (
    Agreement,
    Balance,
    Charter,
    Close,
    Cover,
    Donation,
    Enrolment,
    MoneyMove,
    Receive,
    Refund,
    Terms,
)
from ledger.rules.claims import next_state, programme_of
from ledger.rules.context import Context
from ledger.rules.money import refund_legs
from ledger.state import Row, State, mark
from ledger.terms import COUNTY, in_county, newest, terms_on, versions
from ledger.trie import next_salt

_ZERO_SALT = "00" * 32


class Effects:
    """The effects of one entry, as they come about: its moves, and the salted rows that it touched."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.state: State = context.state
        self.books = Books(context.state, index=context.index)
        self.roots: dict[str, str] = {}  # the stamp's roots, of a balance
        self.programme: str | None = getattr(context.entry, "programme", None)
        self._figures: dict[str, None] = {}
        self._members: dict[str, None] = {}

    def figure(self, name: str, change: int) -> None:
        """Change a figure; a change of 0 touches it."""
        row = self.state.get("figure", name) or {"salt": _ZERO_SALT, "value": 0}
        row["value"] += change
        check_position(name, row["value"])
        self.state.put("figure", name, row=row)
        self._figures[name] = None

    def touch_member(self, commitment: str) -> Row:
        """Return the member's row; its place in the register changes."""
        self._members[commitment] = None
        return self.state.get("member", commitment)

    def finish(self) -> None:
        """Count what was assigned to claims, and step the salt of every row that was touched."""
        self._count_assigned()
        nonce = self.context.nonce
        for name in self.books.touched:
            gone = self.books.gone.get(name)
            if gone is None:
                gone = self._step("account", name, nonce)
            mark(self.state, "accounts", name, row_name=balance.account_row_name(name, gone))
        for name in self._figures:
            self._step("figure", name, nonce)
            mark(self.state, "figures", name)
        for commitment in self._members:
            self._step("member", commitment, nonce)
            mark(self.state, "register", commitment)

    def _count_assigned(self) -> None:
        """Whatever arrives in the claims share of the entry's programme is assigned, but for what was sent back."""
        if self.programme is None or self.context.kind == "return" or not self.books.credits:
            return
        share = newest(self.state, self.programme).get("claims_share")
        for name, amount in self.books.credits:
            if name == share:
                self.figure(f"{self.programme}/assigned", amount)

    def _step(self, table: str, name: str, nonce: bytes) -> Row:
        row = self.state.get(table, name)
        row["salt"] = next_salt(bytes.fromhex(row["salt"]), nonce).hex()
        self.state.put(table, name, row=row)
        return row


def charter(work: Effects) -> None:
    """Rows of the parties and their keys."""
    for party in work.context.the(Charter).parties:
        row = {"cosigner": party.cosigner, "key": party.key, "roles": party.roles}
        work.state.put("party", party.name, row=row)
        work.state.put("key", signer_name(parse_vkey(party.key)), row=party.name)


def terms(work: Effects) -> None:
    """A new version; accounts that do not exist open."""
    entry = work.context.the(Terms)
    known = versions(work.state, entry.programme)
    work.state.put("terms", work.context.index, row=work.context.signed.value)
    work.state.put("programme", entry.programme, row={
        "unit": entry.unit, "versions": [*known, (entry.first_day.isoformat(), work.context.index)]})
    _open_accounts(work, entry.programme, county=None)
    counties = work.state.scan("agreed", entry.programme)
    agreed = sorted((index, county) for (_table, _programme, county), index in counties)
    for _index, county in agreed:
        _open_accounts(work, entry.programme, county=county)


def agreement(work: Effects) -> None:
    """The county's accounts open."""
    entry = work.context.the(Agreement)
    work.state.put("agreed", entry.programme, entry.county, row=work.context.index)
    _open_accounts(work, entry.programme, county=entry.county)


def donation(work: Effects) -> None:
    """Gifts come in."""
    entry, index = work.context.the(Donation), work.context.index
    work.books.move(entry.from_, entry.to, entry.lines.total, public=True)
    first = work.books.moves[0]
    work.state.put("donation", index, row={
        "account": entry.to, "count": entry.lines.count, "pos": first["to_pos"], "programme": entry.programme,
        "root": entry.lines.root, "source": entry.from_, "total": entry.lines.total})
    work.figure(f"{entry.programme}/raised", entry.lines.total)
    if entry.tags is not UNSET:
        for tag in work.context.tag_file(entry.tags, count=entry.lines.count):
            work.state.put("tag", "trade", entry.programme, tag, row=index)


def transfer(work: Effects) -> None:
    """Money is on its way."""
    entry = work.context.the(MoneyMove)
    work.state.put("transfer", work.context.index, row={"programme": entry.programme, "purpose": entry.purpose})
    _send(work, entry.from_, entry.to, entry.amount, purpose=entry.purpose, public=True)
    work.figure(f"{entry.programme}/on_its_way", entry.amount)


def receive(work: Effects) -> None:
    """Money arrives at its destination."""
    _arrive(work, end="to")


def sent_back(work: Effects) -> None:
    """Money comes back to its source."""
    _arrive(work, end="source")


def money_move(work: Effects) -> None:
    """One move: income, spend, brought_forward."""
    entry = work.context.the(MoneyMove)
    work.books.move(entry.from_, entry.to, entry.amount, public=True)


def refund(work: Effects) -> None:
    """The gift goes back, piece by piece from where it rests, or whole from the account that the terms name."""
    entry = work.context.the(Refund)
    gift = work.state.get("donation", entry.donation)
    terms_row = terms_on(work.state, entry.programme, entry.at)
    share = None if terms_row is None else terms_row.get("claims_share")
    for leg in refund_legs(work.context, gift, entry):
        amount = leg.amount or entry.line.amount
        if leg.amount:
            work.books.move_targeted(leg.account, gift["source"], leg.start, leg.end, public=True)
        else:
            work.books.move(leg.account, gift["source"], amount, public=True)
        if leg.account == share:
            work.figure(f"{entry.programme}/assigned", -amount)
    work.state.put("refunded", entry.donation, entry.line.index, row=work.context.index)
    work.figure(f"{entry.programme}/raised", -entry.line.amount)


def close(work: Effects) -> None:
    """The period is closed; the accounts run on."""
    entry = work.context.the(Close)
    key = ("period", entry.programme, entry.period, entry.county)
    work.state.put(*key, row={**work.state.get(*key), "closed": work.context.index})
    for said in entry.accounts:
        row = work.books.account(said.account)
        work.state.put("closed", said.account, row={"in": row["in"], "out": row["out"]})


def enrolment(work: Effects) -> None:
    """Members come, or go."""
    entry = work.context.the(Enrolment)
    commitments = work.context.commitments(entry.lines)
    scope = f"{entry.programme}/{entry.period}"
    if entry.op == "remove":
        for commitment in commitments:
            row = work.touch_member(commitment)
            if row["tag"] is not None:
                work.state.delete("tag", "person", scope, row["tag"])
            work.state.put("member", commitment, row={**row, "removed": entry.at.isoformat()})
        work.figure(f"{scope}/persons", -len(commitments))
        return
    tags: list[str | None] = [None] * len(commitments)
    if entry.tags is not UNSET:
        tags = [*work.context.tag_file(entry.tags, count=len(commitments))]
    for line, (commitment, tag) in enumerate(zip(commitments, tags, strict=True)):
        work.state.put("member", commitment, row={
            "claims": [], "county": entry.county, "index": work.context.index, "line": line, "period": entry.period,
            "programme": entry.programme, "removed": None, "salt": commitment, "tag": tag})
        if tag is not None:
            work.state.put("tag", "person", scope, tag, row=work.context.index)
    for name in (f"{scope}/persons", f"{scope}/person_times", f"{entry.programme}/person_times"):
        work.figure(name, len(commitments))


def cover(work: Effects) -> None:
    """A policy and its period."""
    entry, index = work.context.the(Cover), work.context.index
    work.state.put("cover", index, row={
        "county": entry.county, "first_day": entry.first_day.isoformat(), "last_day": entry.last_day.isoformat(),
        "period": entry.period, "programme": entry.programme})
    work.state.put("period", entry.programme, entry.period, entry.county, row={"closed": None, "cover": index})


def claim(work: Effects) -> None:
    """A claim on the register; its invoices are used."""
    body, index = work.context.the(Claim), work.context.index
    for tag in body.invoices:
        work.state.put("tag", "invoice", "-", tag, row=index)
    member = work.touch_member(body.member)
    work.state.put("member", body.member, row={**member, "claims": [*member["claims"], index]})
    work.state.put("claim", index, row={
        "admitted": body.admitted.isoformat(), "confirmed": 0, "cover": body.cover, "decided": 0, "decision": None,
        "member": body.member, "paid": 0, "programme": programme_of(work.context), "residual": body.residual,
        "state": "complete" if body.complete else "claimed"})


def claim_step(work: Effects) -> None:
    """A claim goes on to its next state: request, complete, withdraw."""
    body = work.context.body
    assert isinstance(body, Request | Complete | Withdraw)
    _change_claim(work, body.claim, state=next_state(body.kind))


def decision(work: Effects) -> None:
    """What the claim is worth."""
    body = work.context.the(Decision)
    row = work.state.get("claim", body.claim)
    if body.result == "refuse":
        _change_claim(work, body.claim, state=next_state("decision", result="refuse"))
        return
    _change_claim(work, body.claim, state=next_state("decision", result="pay"), decided=body.amount,
                  decision=work.context.index)
    before = work.state.get("decided", row["cover"], row["member"]) or 0
    work.state.put("decided", row["cover"], row["member"], row=before + body.amount)
    work.state.put("decision", work.context.index, row={
        "amount": body.amount, "claim": body.claim, "paid_out": 0, "programme": row["programme"]})


def payout(work: Effects) -> None:
    """Money on its way to a person."""
    body, index = work.context.the(Payout), work.context.index
    decided = work.state.get("decision", body.decision)
    member = work.state.get("claim", decided["claim"])["member"]
    work.touch_member(member)
    if body.again is UNSET:
        _send(work, body.from_, body.to, body.amount, purpose="payout", public=False)
        work.state.put("decision", body.decision, row={**decided, "paid_out": decided["paid_out"] + body.amount})
        work.figure(f"{decided['programme']}/on_its_way", body.amount)
        if work.books.account(body.from_)["class"] in PAYING:
            _count_payee(work, body.from_, member)
    else:
        first = work.state.get("payout", body.again)
        work.state.put("payout", body.again, row={**first, "state": "again"})
        _send(work, f"transit/{body.again}", body.to, body.amount, purpose="payout", public=False)
        work.books.close_transit(f"transit/{body.again}")
    work.state.put("payout", index, row={
        "account": body.from_, "amount": body.amount, "claim": decided["claim"], "decision": body.decision, "pos": None,
        "programme": decided["programme"], "recovered": 0, "state": "open", "to": body.to})


def confirm(work: Effects) -> None:
    """It arrived."""
    index = work.context.the(Confirm).payout
    row = work.state.get("payout", index)
    transit = f"transit/{index}"
    work.books.move(transit, row["to"], row["amount"], public=False)
    work.books.close_transit(transit)
    work.state.put("payout", index, row={**row, "pos": work.books.moves[0]["to_pos"], "state": "confirmed"})
    of_claim = work.state.get("claim", row["claim"])
    paid = of_claim["paid"] + row["amount"]
    state = "paid" if paid == of_claim["decided"] else of_claim["state"]
    _change_claim(work, row["claim"], confirmed=of_claim["confirmed"] + 1, paid=paid, state=state)
    work.figure(f"{row['programme']}/on_its_way", -row["amount"])
    _count_paid(work, row, row["amount"], first=of_claim["confirmed"] == 0)


def bounce(work: Effects) -> None:
    """It waits in its transit account."""
    index = work.context.the(Bounce).payout
    row = work.state.get("payout", index)
    work.state.put("payout", index, row={**row, "state": "bounced"})
    work.touch_member(work.state.get("claim", row["claim"])["member"])


def recovery(work: Effects) -> None:
    """The payout's own positions come back, from the lowest on."""
    body = work.context.the(Recovery)
    row = work.state.get("payout", body.payout)
    start = row["pos"] + row["recovered"]
    work.books.move_targeted(row["to"], body.to, start, start + body.amount, public=False)
    work.state.put("payout", body.payout, row={**row, "recovered": row["recovered"] + body.amount})
    _change_claim(work, row["claim"], paid=work.state.get("claim", row["claim"])["paid"] - body.amount)
    _count_paid(work, row, -body.amount, first=False)


def trial_balance(work: Effects) -> None:
    """Rows are published, tries brought up to date."""
    for name in work.context.the(Balance).publish:
        row = work.books.account(name)
        work.state.put("published", name, row={
            "at": work.context.index, "in": row["in"], "next_out": row["next_out"], "out": row["out"]})
        mark(work.state, "published", name)
        work.state.delete("paying", name)
        for (_table, _account, member), _index in list(work.state.scan("payee", name)):
            work.state.delete("payee", name, member)
    work.roots = balance.update(work.state, index=work.context.index)


def nothing(work: Effects) -> None:
    """Its place in the log is all: drive, fact, figure, notice, pledge, reconciliation."""


def _open_accounts(work: Effects, programme: str, *, county: str | None) -> None:
    """Open the accounts of the newest terms that do not exist: those of a county, or those of none."""
    terms_row = newest(work.state, programme)
    splits = {split["name"]: {part: split[part] for part in ("den", "num", "rest", "to")}
              for split in terms_row["splits"]}
    for account in terms_row["accounts"]:
        if (COUNTY in account["name"]) != (county is not None):
            continue
        name = account["name"] if county is None else in_county(account["name"], county)
        if work.state.get("account", name) is None:
            more = {"split": splits[name]} if name in splits else {}
            work.books.open(name, holder=account["holder"], unit=terms_row["unit"], place=account["place"],
                            programme=programme, **more)


def _send(work: Effects, source: str, target: str, amount: int, *, purpose: str, public: bool) -> None:
    """Open this entry's transit account and put money on its way through it."""
    row = work.books.account(source)
    transit = f"transit/{work.context.index}"
    sealed = {} if public else {"sealed": work.context.nonce.hex()}
    origin = row["source"] if row["class"] == "transit" else source  # paid again: the account that pays
    work.books.open(transit, holder=row["holder"], unit=row["unit"], place=row["place"], programme=row["programme"],
                    purpose=purpose, source=origin, to=target, **sealed)
    work.books.move(source, transit, amount, public=public)


def _arrive(work: Effects, *, end: str) -> None:
    entry = work.context.the(Receive)
    transit = f"transit/{entry.transfer}"
    row, sent = work.books.account(transit), work.state.get("transfer", entry.transfer)
    work.programme = sent["programme"]
    work.books.move(transit, row[end], entry.amount, public=True)
    work.books.close_transit(transit)
    work.figure(f"{sent['programme']}/on_its_way", -entry.amount)
    if end == "to" and sent["purpose"] == "premium":
        work.figure(f"{sent['programme']}/premium", entry.amount)


def _change_claim(work: Effects, index: int, **changes: object) -> None:
    row = work.state.get("claim", index)
    work.state.put("claim", index, row={**row, **changes})
    work.touch_member(row["member"])


def _count_payee(work: Effects, account: str, member: str) -> None:
    """Count payouts and different members since the account's last publication."""
    row = work.state.get("paying", account) or {"members": 0, "payouts": 0}
    new = work.state.get("payee", account, member) is None
    if new:
        work.state.put("payee", account, member, row=work.context.index)
    work.state.put("paying", account, row={"members": row["members"] + new, "payouts": row["payouts"] + 1})


def _count_paid(work: Effects, row: Row, amount: int, *, first: bool) -> None:
    """Change what was paid, in the programme and in the cover's period; a claim's first payout counts its case."""
    of_cover = work.state.get("cover", work.state.get("claim", row["claim"])["cover"])
    for scope in (row["programme"], f"{row['programme']}/{of_cover['period']}"):
        work.figure(f"{scope}/paid", amount)
        if first:
            work.figure(f"{scope}/claims_paid", 1)
            work.figure(f"{scope}/person_times_paid", 1)


EFFECTS: dict[str, Callable[[Effects], None]] = {
    "agreement": agreement, "balance": trial_balance, "brought_forward": money_move, "charter": charter, "close": close,
    "cover": cover, "donation": donation, "drive": nothing, "enrolment": enrolment, "fact": nothing, "figure": nothing,
    "income": money_move, "notice": nothing, "pledge": nothing, "receive": receive, "reconciliation": nothing,
    "refund": refund, "return": sent_back, "spend": money_move, "terms": terms, "transfer": transfer,
    "bounce": bounce, "claim": claim, "complete": claim_step, "confirm": confirm, "decision": decision,
    "payout": payout, "recovery": recovery, "request": claim_step, "withdraw": claim_step,
}  # fmt: skip
