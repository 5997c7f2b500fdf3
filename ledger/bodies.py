"""The kinds of sealed body, one struct each: what a personal matter says behind its hash.

Canonical JSON of at most 16,384 bytes. Source: docs/formats/kinds.md, rules-1.json.
"""

from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ledger.formulas.structs import FactValue, Name
from ledger.members import Account, Amount, Code, Count, Hash, Index, Nonce, Part, Word, convert
from ledger.strict import parse_json

BODY_BYTES_MAX = 16_384

Facts: TypeAlias = Annotated[dict[Name, FactValue], Meta(max_length=50)]
Path: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z0-9_.]{1,60}\Z")]


class Prior(Part, frozen=True):
    """What an earlier payer bore of a bill."""

    amount: Count
    payer: Code


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members that every sealed body has."""

    at: date
    kind: Code
    nonce: Nonce


class Claim(Body, frozen=True, kw_only=True):
    """A case: the benefits asked for, what is known, and of a bill who paid before and what is left."""

    admitted: date
    benefits: Annotated[list[Name], Meta(min_length=1, max_length=10)]
    bill: Count
    claimed: Count
    complete: bool
    concerns: Word | UnsetType = UNSET
    cover: Index
    documents: Annotated[list[Hash], Meta(max_length=100)]
    facts: Facts
    invoices: Annotated[list[Hash], Meta(max_length=100)]
    member: Hash
    prior: Annotated[list[Prior], Meta(max_length=20)]
    residual: Count


class Request(Body, frozen=True, kw_only=True):
    """Papers that are missing: the clock stops."""

    claim: Index
    missing: Annotated[list[Code], Meta(min_length=1, max_length=20)]


class Complete(Body, frozen=True, kw_only=True):
    """The papers are complete."""

    claim: Index
    documents: Annotated[list[Hash], Meta(max_length=100)]


class Withdraw(Body, frozen=True, kw_only=True):
    """The claim is taken back."""

    claim: Index


class Objection(Body, frozen=True, kw_only=True):
    """The side of the member does not agree with how a claim goes, or with what was decided."""

    about: Index
    claim: Index
    document: Hash


class Answer(Body, frozen=True, kw_only=True):
    """What was decided stands, or is looked at again."""

    claim: Index
    document: Hash
    objection: Index
    result: Literal["review", "stands"]


class Step(Part, frozen=True):
    """One step of a formula: the place in it, what went in, what it is about, what came out."""

    clause: Path
    in_: Annotated[list[Count], Meta(max_length=30)] = msgspec.field(name="in")
    op: Code
    out: Count
    name: Code | UnsetType = UNSET


class DecidedBenefit(Part, frozen=True):
    """What one benefit comes to, and how."""

    amount: Count
    benefit: Name
    steps: Annotated[list[Step], Meta(max_length=40)]
    reason: Code | UnsetType = UNSET


class Decision(Body, frozen=True, kw_only=True):
    """What the whole claim is worth, worked out step by step under the terms it names; with `reviews`, once more."""

    amount: Count
    benefits: Annotated[list[DecidedBenefit], Meta(max_length=10)]
    claim: Index
    facts: Annotated[Facts, Meta(min_length=1)] | UnsetType = UNSET
    reason: Code | UnsetType = UNSET
    result: Literal["interim", "part", "pay", "refuse"]
    reviews: Index | UnsetType = UNSET
    terms: Index


class Payout(Body, frozen=True, kw_only=True):
    """Money on its way to a person, the claim's payout number `part`; with `again`, out of a payout that bounced."""

    again: Index | UnsetType = UNSET
    amount: Amount
    decision: Index
    from_: Account = msgspec.field(name="from")
    part: Amount
    payee: Hash
    to: Account


class PayeeEvidence(Part, frozen=True):
    """What shows that the money arrived."""

    by: Literal["agent", "bank", "payee"]
    digest: Hash


class Confirm(Body, frozen=True, kw_only=True):
    """A payout arrived."""

    evidence: PayeeEvidence
    payout: Index


class Bounce(Body, frozen=True, kw_only=True):
    """A payout did not arrive and waits in its transit account."""

    payout: Index
    reason: Code


class Recovery(Body, frozen=True, kw_only=True):
    """Too much was paid and comes back, for the time `part`."""

    amount: Amount
    part: Amount
    payout: Index
    reason: Code
    to: Account


BODIES: dict[str, type[Body]] = {
    "answer": Answer, "bounce": Bounce, "claim": Claim, "complete": Complete, "confirm": Confirm,
    "decision": Decision, "objection": Objection, "payout": Payout, "recovery": Recovery, "request": Request,
    "withdraw": Withdraw,
}  # fmt: skip


def parse_body(data: bytes) -> Body:
    """Parse a sealed body.

    Raises:
        FormatError: not canonical JSON of a body's form.
        Rejected: kind_unknown.
    """
    return convert(parse_json(data, what="body", size_max=BODY_BYTES_MAX), BODIES, what="body")
