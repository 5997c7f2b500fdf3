"""Duties to publish, by the receipts that nodes give to everybody: which are overdue as of the newest trial balance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.errors import CannotTell, ProofError, VerifyError
from verifier.log.policy import Policy
from verifier.monitor.alarm import Alarm
from verifier.receipts.receipt import parse_receipt, verify_receipt
from verifier.receipts.verdict import Kept, Notice
from verifier.sources.source import Source


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """An entry with duties that may be open, as of which balance it was judged, and what was overdue then."""

    entry: int
    balance: int
    overdue: tuple[Alarm, ...]


def judge_entries(
    entries: Sequence[int],
    *,
    before: Sequence[JudgedEntry],
    balance: int,
    policy: Policy,
    sources: Mapping[str, Source],
) -> tuple[list[JudgedEntry], list[int], list[Alarm]]:
    """Judge the entries at the balance: those whose duties are open, those whose duties are over, what to look at.

    What was judged at this balance stands. An entry that no node shows is judged again the next time.
    """
    known = {judged.entry: judged for judged in before}
    open_, over, alarms = [], [], []
    for entry in entries:
        judged = known.get(entry)
        if entry < balance and (judged is None or judged.balance < balance):
            try:
                notices = _ask(entry, balance=balance, policy=policy, sources=sources)
            except CannotTell as error:
                alarms.append(Alarm("unproven", f"duties of leaf {entry}", str(error)))
            else:
                judged = JudgedEntry(entry, balance, tuple(_alarm(entry, one) for one in notices if _is_late(one)))
                if all(one.due is None for one in notices):
                    over.append(entry)
                    continue
        if judged is not None:
            open_.append(judged)
            alarms += judged.overdue
    return open_, over, alarms


def _ask(entry: int, *, balance: int, policy: Policy, sources: Mapping[str, Source]) -> tuple[Notice, ...]:
    """What an entry obliges to publish, by the first node that proves it.

    Raises:
        CannotTell: none does.
    """
    failed = []
    for where, source in sources.items():
        try:
            return _read(source, entry=entry, balance=balance, policy=policy)
        except (VerifyError, OSError) as error:
            failed.append(f"{where}: {error}")
    raise CannotTell(f"no node shows whether the duties of leaf {entry} are met: {'; '.join(failed)}")


def _read(source: Source, *, entry: int, balance: int, policy: Policy) -> tuple[Notice, ...]:
    data = source.read(f"entries/{entry}/receipt")
    if data is None:
        raise CannotTell(f"no receipt of leaf {entry}")
    verdict = verify_receipt(data, policy)
    if verdict.entry is None or verdict.entry.at.index != entry:
        raise ProofError(f"the receipt is not about leaf {entry}")
    # A node that leaves the row out says nothing; one that shows its absence proves that nothing is owed.
    if not parse_receipt(data).rows:
        raise CannotTell(f"the receipt of leaf {entry} leaves the register out")
    if verdict.as_of.index < balance:
        raise CannotTell(f"the receipt of leaf {entry} is as of leaf {verdict.as_of.index}, leaf {balance} is newer")
    return verdict.entry.notices


def _is_late(notice: Notice) -> bool:
    return notice.kept is Kept.LATE


def _alarm(entry: int, notice: Notice) -> Alarm:
    message = f"{notice.by} owes {notice.id} of leaf {entry} since {notice.due}: {notice.late} days as of {notice.on}"
    return Alarm("duty_overdue", f"{notice.by} {notice.id} {entry}", message)
