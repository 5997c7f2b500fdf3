"""Rules for what is said on record: pledges, drives, facts, corrections, and notices of what was to be published."""

from msgspec import UNSET

from ledger.duties import log_day
from ledger.errors import Rejected
from ledger.kinds import Correction, Notice, Record
from ledger.rules.common import signed_by, stated_signers
from ledger.rules.context import Context
from ledger.terms import newest, terms_at


def record(context: Context) -> None:
    """Said on record under terms that hold; any party may, unless the terms name who."""
    entry = context.signed.entry
    assert isinstance(entry, Record)
    terms = terms_at(context.state, entry.programme, entry.at)
    if stated_signers(context, terms) is not None:
        signed_by(context, terms=terms)


def correction(context: Context) -> None:
    """It is about an entry that is there."""
    record(context)
    of = context.the(Correction).of
    if of >= context.index:
        raise Rejected("entry_unknown", f"a correction is about an entry before it, leaf {of} is none yet")


def notice(context: Context) -> None:
    """The duty that it says it meets is open, and whose duty it is signs."""
    record(context)
    entry = context.the(Notice)
    if entry.meets is UNSET:
        return
    meets = entry.meets
    row = context.state.get("notices", meets.entry) or {"duties": []}
    found = [duty for duty in row["duties"] if (duty["id"], duty["due"]) == (meets.id, meets.due.isoformat())]
    if not found:
        raise Rejected("duty_unknown", f"leaf {meets.entry} started no duty {meets.id} that is open and due on "
                       f"{meets.due}")
    today = log_day(context.time_unix_ms, newest(context.state, row["programme"])["zone"]).isoformat()
    if today < found[0]["first"] or (found[0]["met"] is not None and today <= found[0]["met"]):
        raise Rejected("duty_unknown", f"{meets.id} due on {meets.due} is met after {found[0]['met']}, and not before "
                       f"{found[0]['first']}; it is {today}")
    if found[0]["by"] not in context.signers:
        raise Rejected("wrong_signers", f"{meets.id} due on {meets.due} is the duty of {found[0]['by']}, got "
                       f"{', '.join(sorted(context.signers))}")
