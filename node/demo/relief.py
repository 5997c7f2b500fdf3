"""The second programme: a bank statement as gifts, and its running balance held to the books row by row.

The account held money before its first row. That money is outside this ledger, and each reconciliation says so.
"""

from collections.abc import Iterable
from datetime import date

from ledger.errors import FormatError
from node.demo.contracts import OUTSIDE, STATEMENT_PLACE, Value, paper
from node.demo.desk import Desk, Draft
from node.demo.lines import pack_gifts
from node.demo.script import BankStatement
from node.demo.statement import Statement, credit_batches
from node.ports import Random


def import_statement(desk: Desk, own: BankStatement, statement: Statement, *, random: Random) -> list[int]:
    """Hand the credits in as gifts, one batch a day, and reconcile the balance that the statement ends with.

    Returns the leaf indices of the batches.

    Raises:
        Rejected: a rule refused an entry; `does_not_reconcile` where the statement holds a debit, which no entry
            stands for.
    """
    day = statement.rows[0].day
    desk.clock(day)
    desk.submit([Draft(("foundation",), _terms(own, at=day))])
    indices = []
    for batch in credit_batches(statement):
        packed = pack_gifts(((amount, {**opening}) for amount, opening in batch.lines), tag_key=None, random=random)
        desk.keep("foundation", packed.batch.root, packed.records)
        desk.clock(batch.day)
        gifts: Value = {
            **packed.members, "at": str(batch.day), "from": own.accounts.donors, "kind": "donation",
            "programme": own.id, "purpose": "gift", "to": own.accounts.fund,
        }  # fmt: skip
        indices += desk.submit([Draft(("foundation",), gifts, packed.files)])
    reconciliation: Value = {
        "at": str(desk.today), "document": paper(f"statement {statement.name}"), "items": [],
        "kind": "reconciliation", "outside": statement.opening_balance, "place": STATEMENT_PLACE,
        "programme": own.id, "statement": statement.closing_balance, "unit": own.currency,
    }  # fmt: skip
    balance: Value = {"at": str(desk.today), "kind": "balance", "publish": []}
    desk.submit([Draft(("foundation",), reconciliation), Draft(("foundation",), balance)])
    return indices


def verify_rows(statement: Statement, positions: Iterable[tuple[int, int]]) -> int:
    """Verify that each line ends where its row's running balance says; returns how many rows were compared.

    `positions` are (first position in the account, amount) of the lines, in the order of the log.

    Raises:
        FormatError: a row is missing, one too many, or its balance is another.
    """
    rows = statement.credit_rows
    lines = list(positions)
    if len(lines) != len(rows):
        raise FormatError(f"{statement.name}: expected a line for each of {len(rows)} credits, got {len(lines)}")
    for row, (position, amount) in zip(rows, lines, strict=True):
        reached = statement.opening_balance + position + amount
        if reached != row.balance:
            raise FormatError(f"{statement.name}: row {row.number}: expected the balance {row.balance}, the books "
                              f"come to {reached}")
    return len(rows)


def _terms(own: BankStatement, *, at: date) -> Value:
    """The terms: gifts come into one account, and nothing else is said."""
    accounts = own.accounts
    return {
        "accounts": [
            {"holder": "foundation", "name": accounts.donors, "place": OUTSIDE},
            {"holder": "foundation", "name": accounts.fund, "place": STATEMENT_PLACE},
        ],
        "at": str(at),
        "basis": {"accounts": "invented", "programme": own.name_en.basis},
        "deadlines": [],
        "document": paper(f"terms of {own.id}, version 1"),
        "first_day": str(at),
        "flows": [{"from": accounts.donors, "kind": "donation", "purpose": "gift", "to": accounts.fund}],
        "formulas": {},
        "k": 10,
        "kind": "terms",
        "notices": [],
        "programme": own.id,
        "readings": {},
        "refusals": [],
        "risk": "pool",
        "splits": [],
        "unit": own.currency,
        "version": 1,
        "zone": "+07:00",
    }
