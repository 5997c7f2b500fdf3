"""The kinds of sealed body, one struct each: what a personal matter says behind its hash.

Canonical JSON of at most 16,384 bytes. Source: docs/formats/kinds.md, rules-1.json.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ledger.members import Account, Amount, Code, Count, Hash, Index, Nonce, Part, Text, Word, convert
from ledger.strict import parse_json

BODY_BYTES_MAX = 16_384


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
    """A bill, who paid of it before, and what is left."""

    admitted: date
    bill: Amount
    complete: bool
    concerns: Word | UnsetType = UNSET
    cover: Index
    documents: Annotated[list[Hash], Meta(max_length=100)]
    invoices: Annotated[list[Hash], Meta(min_length=1, max_length=100)]
    member: Hash
    prior: Annotated[list[Prior], Meta(max_length=20)]
    residual: Amount


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


class Decision(Body, frozen=True, kw_only=True):
    """What is paid, worked out step by step under the terms it names."""

    amount: Count
    claim: Index
    result: Literal["pay", "refuse"]
    steps: Annotated[list[Text], Meta(min_length=1, max_length=20)]
    terms: Index


class Payout(Body, frozen=True, kw_only=True):
    """Money on its way to a person; with `again`, out of a payout that bounced."""

    again: Index | UnsetType = UNSET
    amount: Amount
    decision: Index
    from_: Account = msgspec.field(name="from")
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
    """Too much was paid and comes back."""

    amount: Amount
    payout: Index
    reason: Code
    to: Account


BODIES: dict[str, type[Body]] = {
    "bounce": Bounce, "claim": Claim, "complete": Complete, "confirm": Confirm, "decision": Decision,
    "payout": Payout, "recovery": Recovery, "request": Request, "withdraw": Withdraw,
}  # fmt: skip


def parse_body(data: bytes) -> Body:
    """Parse a sealed body.

    Raises:
        FormatError: not canonical JSON of a body's form.
        Rejected: kind_unknown.
    """
    return convert(parse_json(data, what="body", size_max=BODY_BYTES_MAX), BODIES, what="body")
