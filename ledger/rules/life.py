"""The life of a claim: which claim a body is about, the state that it must be in, and the officers who sign."""

from typing import Any

from ledger.errors import Rejected
from ledger.formulas import resolve
from ledger.kinds import Sealed
from ledger.rules.common import signed_by
from ledger.rules.context import Context
from ledger.rules.table import TABLE
from ledger.state import Row

_STATES: dict[str, Any] = TABLE["claim_states"]
_RESERVED: dict[str, Any] = TABLE["reserved_facts"]


def programme_of(context: Context) -> str:
    """The programme that the sealed entry names."""
    sealed = context.entry
    assert isinstance(sealed, Sealed)
    return sealed.programme


def next_state(step: str, *, result: str | None = None) -> str:
    """The state that a kind of body, or a `review`, brings a claim to."""
    target = _STATES[step]["to"]
    return str(target if result is None else target[result])


def claim_step(context: Context, index: int, *, roles: tuple[str, ...], step: str) -> Row:
    """Return the claim in leaf `index`: of this programme, the right signers, in a state that `step` starts from.

    Raises:
        Rejected: claim_unknown, wrong_signers, not_own_village, state_wrong.
    """
    row = context.state.get("claim", index)
    if row is None or row["programme"] != programme_of(context):
        raise Rejected("claim_unknown", f"leaf {index} is no claim of programme {programme_of(context)}")
    signed_by(context, roles=roles, terms=context.state.get_terms(row["terms"]), insurer=row["insurer"])
    own_village(context, row["member"])
    check_state(context, row, index, step=step)
    return row


def own_village(context: Context, member: str) -> None:
    """Officers with a place sign for the people of that place alone. Rejected: not_own_village."""
    place = context.state.get("member", member)["place"]
    for signer in context.entry.signers:
        officer = context.state.get("officer", signer) if " " not in signer else None
        if officer is not None and officer["place"] not in (None, place):
            raise Rejected("not_own_village", f"{officer['name']} signs for the people of {officer['place']}, the "
                           f"member is of {place}")


def check_state(context: Context, row: Row, index: int, *, step: str) -> None:
    """The claim is in a state from which the table, and its terms' `life`, let `step` start.

    Terms limit no payouts: what was decided is paid.

    Raises:
        Rejected: state_wrong.
    """
    wanted = _STATES[step]["from"]
    life = context.state.get_terms(row["terms"]).get("life")
    if life is not None and step != "payout":
        wanted = [state for state in wanted if state in life.get(step, ())]
    if row["state"] not in wanted:
        raise Rejected("state_wrong", f"claim {index} is {row['state']}; a {step} needs it "
                       f"{' or '.join(wanted) or 'never, by its terms'}")


def not_reserved(facts: dict[str, Any]) -> None:
    """No fact has a name under which the log itself knows something. Rejected: fact_reserved."""
    for name in sorted(facts):
        if name in _RESERVED["names"] or name.endswith(_RESERVED["suffix"]):
            raise Rejected("fact_reserved", f"the fact {name} follows from the claim itself and is not given")


def officers_sign(context: Context, claim: Row, *, party: str, amount: int | None, others: list[str]) -> None:
    """Where the claim's terms ask for officers: enough of `party` sign, and none who signed what comes before.

    `amount` is that of a decision; `others` signed the claim or the decision that is acted on.

    Raises:
        Rejected: officer_missing, terms_incomplete, same_officer.
    """
    asked = context.state.get_terms(claim["terms"]).get("officers")
    if asked is None:
        return
    signed = sorted(officer for officer in context.officers if officer.partition("/")[0] == party)
    least = 1
    if signed and amount is not None:
        two_above = resolve(context.state.get_terms(claim["terms"]), asked["two_above"])
        if two_above is None:
            raise Rejected("terms_incomplete", "the terms do not state above which amount two officers sign")
        least = 2 if amount > two_above else 1
    if len(signed) < least:
        raise Rejected("officer_missing", f"a {context.kind} is signed by {least} of the officers of {party}, "
                       f"got {', '.join(signed) or 'none'}")
    same = sorted(context.officers & set(others))
    if same:
        raise Rejected("same_officer", f"{same[0]} signed before what this {context.kind} is about")


def others_review(context: Context, claim: Row) -> list[str]:
    """Officers who may not review the claim's newest decision or answer for it: those who made it, if terms say so."""
    asked = context.state.get_terms(claim["terms"]).get("officers")
    if asked is None or not asked["review"] or claim["decision"] is None:
        return []
    return list(context.state.get("decision", claim["decision"])["officers"])
