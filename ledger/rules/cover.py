"""Rules for rosters and policies."""

from msgspec import UNSET

from ledger.errors import Rejected
from ledger.formulas import evaluate
from ledger.kinds import Cover, Enrolment
from ledger.rules.common import agreed, has_role, period_open, signed_by
from ledger.rules.context import Context
from ledger.rules.roster import check_roster, roster
from ledger.state import Row
from ledger.terms import terms_at, versions

PERSONS = "persons"  # the fact of a premium that the cover itself states


def enrolment(context: Context) -> None:
    """Persons that are not members yet, or members that leave; the county signs."""
    entry = context.the(Enrolment)
    terms = terms_at(context.state, entry.programme, entry.at)
    agreed(context, entry.programme, entry.county)
    signed_by(context, roles=("county",), terms=terms)
    period_open(context, entry.programme, entry.period, entry.county, concerns=entry.concerns)
    check_roster(context)
    if entry.op == "add":
        _add(context, entry, person_scope(terms, entry.period))
    else:
        _remove(context, entry)


def cover(context: Context) -> None:
    """A policy for exactly the persons on the roster now."""
    entry = context.the(Cover)
    if entry.terms not in [index for _first_day, index in versions(context.state, entry.programme)]:
        raise Rejected("terms_missing", f"leaf {entry.terms} is no version of the terms of {entry.programme}")
    agreed(context, entry.programme, entry.county)
    terms = context.state.get_terms(entry.terms)
    signed_by(context, roles=("insurer", "foundation"), terms=terms)
    if context.state.get("period", entry.programme, entry.period, entry.county) is not None:
        raise Rejected("cover_exists", f"{entry.programme} has a cover for {entry.period} in {entry.county}")
    if entry.first_day > entry.last_day:
        raise Rejected("cover_wrong", f"first day {entry.first_day} lies behind the last day {entry.last_day}")
    figure = context.state.get("figure", f"{entry.programme}/{entry.period}/persons") or {"value": 0}
    if figure["value"] != entry.persons:
        raise Rejected("roster_differs", f"the roster of {entry.period} has {figure['value']} persons, the cover "
                       f"says {entry.persons}")
    if "premium" in terms:
        _check_premium(context, entry, terms)


def insurer_of(context: Context) -> str:
    """The insurer of a cover: the first by name of its signers with that role."""
    return min(party for party in context.signers if has_role(context, party, "insurer"))


def person_scope(terms: Row, period: str) -> str:
    """Within what a person is enrolled once: the period, of the programme or of all of them."""
    unique = terms.get("unique", {"person": "programme"})["person"]
    return f"{terms['programme'] if unique == 'programme' else '-'}/{period}"


def _check_premium(context: Context, entry: Cover, terms: Row) -> None:
    """The premium is what the terms' formula gives for the fact that they name."""
    fact, formula = terms["premium"]["fact"], terms["premium"]["formula"]
    known = context.state.get("fact", entry.programme, fact, entry.county)
    facts = {} if known is None else {fact: known["value"]}
    outcome = evaluate(terms, formula, facts={PERSONS: entry.persons} if fact == PERSONS else facts)
    if outcome.open:
        raise Rejected(str(outcome.reason), f"the premium of {entry.county} by {formula}: {outcome.about}")
    premium = outcome.results["premium"]
    if premium != entry.premium:
        raise Rejected("premium_wrong", f"{formula} comes to {premium}, the cover says {entry.premium}")


def _add(context: Context, entry: Enrolment, scope: str) -> None:
    lines = [commitment for commitment, _ in roster(context)]
    tags: list[str] | None = None
    if entry.tags is not UNSET:
        tags = context.tag_file(entry.tags, count=len(lines))
    seen: set[str] = set()
    for line, commitment in enumerate(lines):
        if commitment in seen or context.state.get("member", commitment) is not None:
            raise Rejected("member_exists", f"line {line}: {commitment} is or was a member")
        seen.add(commitment)
        if tags is not None:
            used = context.state.get("tag", "person", scope, tags[line])
            if used is not None or tags[line] in seen:
                raise Rejected("tag_used", f"line {line}: this person is enrolled for {entry.period} already")
            seen.add(tags[line])


def _remove(context: Context, entry: Enrolment) -> None:
    seen: set[str] = set()
    for line, (commitment, _) in enumerate(roster(context)):
        row = context.state.get("member", commitment)
        now = row is not None and row["removed"] is None
        place = (entry.programme, entry.period, entry.county)
        if not now or (row["programme"], row["period"], row["county"]) != place or commitment in seen:
            raise Rejected("member_unknown", f"line {line}: {commitment} is no member of {'/'.join(place)} now")
        seen.add(commitment)
