"""Terms as data: which version holds on a day, which ways money may go.

Source: docs/formats/kinds.md.
"""

import re
from datetime import date

from ledger.errors import Rejected
from ledger.members import WORD
from ledger.state import Row, State

COUNTY = "{county}"


def versions(state: State, programme: str) -> list[tuple[str, int]]:
    """Return (first day, leaf index) of each version of a programme's terms, oldest first."""
    row = state.get("programme", programme)
    return [] if row is None else [(first_day, index) for first_day, index in row["versions"]]


def terms_on(state: State, programme: str, day: date) -> Row | None:
    """Return the terms that hold on `day`, or None."""
    in_force = [index for first_day, index in versions(state, programme) if first_day <= day.isoformat()]
    return state.get_terms(in_force[-1]) if in_force else None


def terms_at(state: State, programme: str, day: date) -> Row:
    """Return the terms that hold on `day`.

    Raises:
        Rejected: terms_missing.
    """
    terms = terms_on(state, programme, day)
    if terms is None:
        raise Rejected("terms_missing", f"no terms of programme {programme} hold on {day}")
    return terms


def newest(state: State, programme: str) -> Row:
    """Return the newest version of a programme that has terms."""
    return state.get_terms(versions(state, programme)[-1][1])


def check_flow(terms: Row, *, kind: str, purpose: str, source: str, target: str, county: str | None = None) -> None:
    """Check that the terms know this way for money; with a county, that {county} in it is this one.

    Raises:
        Rejected: flow_unknown.
    """
    for flow in terms["flows"]:
        start, end = (name if county is None else in_county(name, county) for name in (flow["from"], flow["to"]))
        if (flow["kind"], flow["purpose"]) == (kind, purpose) and _fits(start, end, source, target):
            return
    raise Rejected("flow_unknown", f"terms version {terms['version']} of {terms['programme']} have no {kind} "
                   f"for {purpose} from {source} to {target}")


def in_county(pattern: str, county: str) -> str:
    """Put a county's word into an account pattern."""
    return pattern.replace(COUNTY, county)


def _fits(from_pattern: str, to_pattern: str, source: str, target: str) -> bool:
    """Whether one word in place of {county} turns both patterns into the two accounts."""
    joined = re.escape(f"{from_pattern} {to_pattern}").replace(re.escape(COUNTY), f"(?P<county>{WORD})", 1)
    joined = joined.replace(re.escape(COUNTY), "(?P=county)")
    return re.fullmatch(joined, f"{source} {target}") is not None
