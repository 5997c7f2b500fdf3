"""What the log says of a county that joined later: what came into its accounts, what left them, what is left."""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.kinds import Close, Correction, Entry, MoneyMove, Refund
from node.demo.auditor import Audited
from node.demo.proven import TrialBalance, entries_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCounty:
    """A county apart: amounts in fen, by what they were for."""

    county: str
    advance: int
    repaid: int
    premium: int
    paid: int  # less what was recovered
    recovered: int
    third_party: int
    rolled_over: int
    left: int
    paid_back: int  # to donors, after their money had moved on
    corrections: int


def read_other(audited: Audited, programme: str) -> OtherCounty | None:
    """Read the county that was closed after the first; None where there is none.

    Raises:
        ProofError: the newest trial balance does not hold a row that is needed.
    """
    entries, rows = entries_of(audited), TrialBalance(audited)
    counties = list(dict.fromkeys(entry.county for entry in entries if isinstance(entry, Close)))
    if audited.earlier is None or len(counties) < 2:
        return None
    county, since = counties[1], audited.earlier.state.size
    paying, recovered = f"claims/{programme}/{county}", f"recovered/{programme}/{county}"
    came, _ = rows.account(recovered)
    third_party = _moved(entries, recovered, "third-party")
    return OtherCounty(
        county=county,
        advance=_moved(entries, paying, "advance"),
        repaid=_moved(entries, paying, "repay"),
        premium=_moved(entries, paying, "premium"),
        paid=sum(into - out for into, out in map(rows.account, _below(audited, f"paid/{programme}/{county}"))),
        recovered=came - third_party,
        third_party=third_party,
        rolled_over=_moved(entries, paying, "rollover"),
        left=sum(into - out for into, out in map(rows.account, _below(audited, paying))),
        paid_back=sum(entry.line.amount for entry in entries[since:] if isinstance(entry, Refund)),
        corrections=sum(isinstance(entry, Correction) for entry in entries),
    )


def _moved(entries: list[Entry], account: str, purpose: str) -> int:
    """What was sent for a purpose into an account or out of it."""
    return sum(
        entry.amount for entry in entries
        if isinstance(entry, MoneyMove) and entry.purpose == purpose and account in (entry.from_, entry.to)
    )


def _below(audited: Audited, name: str) -> Iterator[str]:
    """An account, and those whose names go on behind it."""
    for (_, account), _row in audited.state.scan("account"):
        if account == name or account.startswith(f"{name}/"):
            yield account
