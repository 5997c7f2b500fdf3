"""One decision worked through: the steps that the insurer signed, as every node worked them out again."""

from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.errors import ProofError
from ledger.kinds import Sealed
from node.demo.auditor import Audited
from node.demo.proven import entries_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """A decision on one claim: its leaf, the amount, who signed for the insurer, and its steps."""

    index: int
    amount: int
    officers: tuple[str, ...]
    steps: tuple[dict[str, Any], ...]


def largest_decision(audited: Audited, programme: str) -> Worked:
    """The decision of the largest amount, the earliest of them.

    Raises:
        ProofError: nothing was decided.
    """
    decided = [
        (int(index), row) for (_, index), row in audited.state.scan("decision") if row["programme"] == programme
    ]
    if not decided:
        raise ProofError(f"log: nothing was decided under {programme}")
    index, row = max(decided, key=lambda one: (one[1]["amount"], -one[0]))
    entry = entries_of(audited)[index]
    assert isinstance(entry, Sealed)  # a decision is sealed
    body = audited.blobs.body(bytes.fromhex(entry.body))
    assert body is not None  # the replay has read it
    steps = [step for benefit in msgspec.json.decode(body)["benefits"] for step in benefit["steps"]]
    return Worked(index=index, amount=row["amount"], officers=tuple(row["officers"]), steps=tuple(steps))
