"""What a receipt proves to a person who is enrolled: the policy, and everything that stands on the register."""

from collections.abc import Mapping
from typing import Any

from verifier.entries.entry import parse_body
from verifier.errors import ProofError
from verifier.primitives.hashes import body_hash
from verifier.receipts.lateness import judge_duty, judgement_day
from verifier.receipts.shown import Leaf
from verifier.receipts.verdict import Claim, Cover, Duty, Line
from verifier.receipts.worked import check_decision


def judge_cover(
    line: Line,
    *,
    row: Mapping[str, Any] | None,
    leaves: Mapping[int, Leaf],
    bodies: Mapping[int, bytes],
    balance: Leaf,
) -> Cover:
    """Read the member's row of the register, proven at leaf `balance`, and the bodies that the receipt opens.

    No row: nothing was claimed under this membership, and it was not removed.

    Raises:
        ProofError: a claim of the row is not shown or no sealed entry of the programme, a body is another entry's or
            about somebody else, a policy that is shown is another roster's, a due day or a decision is not what
            follows from what is shown.
        CannotTell: the terms are not shown by whose zone the day is judged, or have a formula that is not known.
        FormatError, Rejected: a body is not what it must be.
    """
    enrolment = leaves[line.entry.index].entry.value
    listed: list[Any] = [] if row is None else row["claims"]
    claims = {claim["claim"]: claim for claim in listed}
    for index in claims:
        _check_sealed(leaves, index, programme=line.programme)
        if not line.entry.index < index < balance.stamp.index:
            raise ProofError(f"receipt: claim {index} of the register is not between the enrolment and the balance")
    opened = {index: _open(leaves, index, body, line=line) for index, body in bodies.items()}
    about = _about(opened, claims=claims.keys(), member=line.commitment.hex())
    policy = _policy(enrolment, leaves)
    return Cover(
        county=enrolment["county"],
        period=enrolment["period"],
        removed=None if row is None else row.get("removed"),
        policy=None if policy is None else policy.stamp.index,
        first_day=None if policy is None else policy.entry.value["first_day"],
        last_day=None if policy is None else policy.entry.value["last_day"],
        claims=tuple(
            _claim(
                one,
                {at: body for at, body in opened.items() if about[at] == one["claim"]},
                leaves=leaves,
                policy=policy,
                programme=line.programme,
                balance=balance,
            )
            for one in listed
        ),
    )


def _claim(
    row: Mapping[str, Any],
    bodies: Mapping[int, dict[str, Any]],
    *,
    leaves: Mapping[int, Leaf],
    policy: Leaf | None,
    programme: str,
    balance: Leaf,
) -> Claim:
    """A claim of the register, its duties judged and its decisions worked out again where they can be."""
    index = row["claim"]
    duties: tuple[Duty, ...] = ()
    if row["duties"]:
        on = judgement_day(leaves, programme=programme, balance=balance)
        what = f"claim {index}"
        duties = tuple(
            judge_duty(duty, leaves=leaves, on=on, what=f"{what}: duty {duty['id']}") for duty in row["duties"]
        )
    decisions = {at: body for at, body in bodies.items() if body["kind"] == "decision"}
    known = [at for at in decisions if at < balance.stamp.index]
    if known and row["decision"] != max(known):
        raise ProofError(
            f"claim {index}: the register's newest decision is {row['decision']}, the newest shown is {max(known)}"
        )
    terms = _terms(decisions, leaves, programme=programme)
    worked = []
    claim = bodies.get(index)
    if claim is not None and terms is not None and policy is not None:
        if claim["cover"] != policy.stamp.index:
            raise ProofError(f"claim {index}: it is under the cover of leaf {claim['cover']}, another one is shown")
        if terms["first_day"] > claim["admitted"]:
            raise ProofError(f"claim {index}: the terms of {terms['first_day']} do not hold on {claim['admitted']}")
        for at, decision in decisions.items():
            check_decision(
                decision, claim=claim, terms=terms, cover=policy.entry.value, what=f"decision of leaf {at}"
            )
            worked.append(at)
    return Claim(
        index=index,
        state=row["state"],
        paid=row["paid"],
        objection=row["objection"],
        duties=duties,
        bodies=tuple(bodies.items()),
        terms=terms,
        worked=tuple(worked),
    )


def _terms(
    decisions: Mapping[int, Mapping[str, Any]], leaves: Mapping[int, Leaf], *, programme: str
) -> dict[str, Any] | None:
    """The terms that the decisions on a claim name, where they are shown: all name the same."""
    named = sorted({decision["terms"] for decision in decisions.values()})
    if len(named) > 1:
        raise ProofError(f"receipt: decisions on one claim name the terms of the leaves {named}")
    if not named or named[0] not in leaves:
        return None
    value = leaves[named[0]].entry.value
    if value["kind"] != "terms" or value["programme"] != programme:
        raise ProofError(f"receipt: expected terms of {programme} in leaf {named[0]}, which a decision names")
    return value


def open_body(leaf: Leaf, data: bytes) -> dict[str, Any]:
    """The body of a sealed entry, once it is proven to be the one that was signed."""
    what = f"body of leaf {leaf.stamp.index}"
    if leaf.entry.kind != "sealed":
        raise ProofError(f"{what}: expected a sealed entry, got a {leaf.entry.kind}")
    if body_hash(data).hex() != leaf.entry.value["body"]:
        raise ProofError(f"{what}: expected {leaf.entry.value['body']}, got {body_hash(data).hex()}")
    return parse_body(data, what=what)


def _open(leaves: Mapping[int, Leaf], index: int, data: bytes, *, line: Line) -> dict[str, Any]:
    _check_sealed(leaves, index, programme=line.programme)
    return open_body(leaves[index], data)


def _check_sealed(leaves: Mapping[int, Leaf], index: int, *, programme: str) -> None:
    if index not in leaves:
        raise ProofError(f"receipt: leaf {index} is about the member and is not shown")
    value = leaves[index].entry.value
    if value["kind"] != "sealed" or value["programme"] != programme:
        raise ProofError(f"receipt: expected leaf {index} to be a sealed entry of the programme {programme}")


def _about(opened: Mapping[int, dict[str, Any]], *, claims: Any, member: str) -> dict[int, int]:
    """The claim of the member that each body is about.

    Bodies name what they are about: a claim its member, the steps of a claim the claim, a payout its decision, and
    what follows a payout the payout. Each link must be opened too, and be older.
    """
    about: dict[int, int] = {}
    for index in sorted(opened):
        body = opened[index]
        if body["kind"] == "claim":
            claim = index if body["member"] == member else None
        elif "claim" in body:
            claim = body["claim"]
        else:
            claim = about.get(body["decision"] if body["kind"] == "payout" else body["payout"])
        if claim is None or claim not in claims:
            raise ProofError(f"receipt: the body of leaf {index} is about somebody else")
        about[index] = claim
    return about


def _policy(enrolment: Mapping[str, Any], leaves: Mapping[int, Leaf]) -> Leaf | None:
    """The cover of the enrolment's programme, county and period, where it is shown."""
    found = None
    for index, leaf in leaves.items():
        if leaf.entry.kind != "cover":
            continue
        differing = [name for name in ("programme", "county", "period") if leaf.entry.value[name] != enrolment[name]]
        if differing:
            raise ProofError(
                f"receipt: the policy in leaf {index} is for another {differing[0]} than the enrolment, "
                f"{leaf.entry.value[differing[0]]} and not {enrolment[differing[0]]}"
            )
        found = leaf
    return found
