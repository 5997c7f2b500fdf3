"""The effects of one entry as they come about: its moves, and the salted rows that it touches.

Source: docs/formats/state.md, "Salts".
"""

from ledger import balance
from ledger.books import Books, check_position
from ledger.rules.context import Context
from ledger.state import Row, State, mark
from ledger.terms import newest
from ledger.trie import next_salt

_ZERO_SALT = "00" * 32


class Effects:
    """The effects of one entry, as they come about: its moves, and the salted rows that it touched."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.state: State = context.state
        self.books = Books(context.state, index=context.index)
        self.roots: dict[str, str] = {}  # the stamp's roots, of a balance
        self.flags: list[tuple[str, int | None]] = []  # figures that a notice tells otherwise than the books
        self.programme: str | None = getattr(context.entry, "programme", None)
        self._figures: dict[str, None] = {}
        self._members: dict[str, None] = {}
        self._notices: dict[int, None] = {}

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

    def touch_notices(self, index: int) -> None:
        """The duties of notices that leaf `index` started change in the register."""
        self._notices[index] = None

    def finish(self) -> None:
        """Count what was assigned to claims, and step the salt of every row that was touched."""
        self._count_assigned()
        self.step_salts()

    def step_salts(self) -> None:
        """Step the salt of every row that was touched. A balance does so before its roots, and touches none after."""
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
        for index in self._notices:
            self._step("notices", index, nonce)
            mark(self.state, "register", f"{balance.NOTICES}{index}")
        self._figures, self._members, self._notices = {}, {}, {}

    def _count_assigned(self) -> None:
        """Whatever arrives in the claims share of the entry's programme is assigned, but for what was sent back."""
        if self.programme is None or self.context.kind == "return" or not self.books.credits:
            return
        share = newest(self.state, self.programme).get("claims_share")
        for name, amount in self.books.credits:
            if name == share:
                self.figure(f"{self.programme}/assigned", amount)

    def _step(self, table: str, name: str | int, nonce: bytes) -> Row:
        row = self.state.get(table, name)
        row["salt"] = next_salt(bytes.fromhex(row["salt"]), nonce).hex()
        self.state.put(table, name, row=row)
        return row


def send(work: Effects, source: str, target: str, amount: int, *, purpose: str, public: bool) -> None:
    """Open this entry's transit account and put money on its way through it."""
    row = work.books.account(source)
    transit = f"transit/{work.context.index}"
    sealed = {} if public else {"sealed": work.context.nonce.hex()}
    origin = row["source"] if row["class"] == "transit" else source  # paid again: the account that pays
    work.books.open(transit, holder=row["holder"], unit=row["unit"], place=row["place"], programme=row["programme"],
                    purpose=purpose, source=origin, to=target, **sealed)
    work.books.move(source, transit, amount, public=public)
