"""The figures that the foundation says in public: what each comes to by the script, and where it comes from.

The ledger takes a figure entry only when its books hold the same number. The basis says what a source prints, and so
depends on what "invested" is read as: the gifts, or the premium.
"""

from dataclasses import dataclass

from ledger.strict import JsonValue
from node.demo.basis import Basis
from node.demo.script import ReadingName, Script


@dataclass(frozen=True, slots=True)
class _Said:
    """A figure by its name behind the programme."""

    name: str
    value: int
    basis: Basis
    read: bool = False  # whether it stands under the reading


def figures_of(script: Script, reading: ReadingName, number: int) -> list[dict[str, JsonValue]]:
    """The members of the figure entries at the publication of period `number`: its own, then those so far."""
    period, inflows = script.periods[number], script.readings[reading].periods
    roster = script.roster
    last = number == len(script.periods) - 1
    gone = len(roster.left) if number == 0 else 0
    members = [len(roster.members(place)) for place in range(number + 1)]
    counts = [said.person_times_paid.value for said in script.periods[: number + 1]]
    paid = [said.paid_fen.value for said in script.periods[: number + 1]]
    gifts = sum(inflow.gifts_fen.value for inflow in inflows[: number + 1])
    premium = sum(inflow.premium_fen.value for inflow in inflows[: number + 1])
    # What a source prints is printed for both periods together; the parts are assumed, or follow from what is.
    first = inflows[0].gifts_fen.basis
    printed: Basis = "published" if last else first
    derived: Basis = "derived" if last else first
    of_gifts, of_premium = (printed, derived) if reading == "invested_is_gifts" else (derived, printed)
    said = [
        _Said(f"{period.id}/person_times", members[-1], "published" if last else roster.first.basis),
        _Said(f"{period.id}/persons", members[-1] - gone, "published" if last else roster.leaving[0].count.basis),
        _Said(f"{period.id}/person_times_paid", counts[-1], period.person_times_paid.basis),
        _Said(f"{period.id}/paid", paid[-1], period.paid_fen.basis),
        _Said("person_times", sum(members), "published" if last else roster.first.basis),
        _Said("raised", gifts, of_gifts, read=True),
        _Said("assigned", premium, derived, read=True),
        _Said("premium", premium, of_premium, read=True),
        _Said("person_times_paid", sum(counts), "published" if last else period.person_times_paid.basis),
        _Said("paid", sum(paid), "published" if last else period.paid_fen.basis),
    ]
    return [
        {
            "basis": figure.basis,
            "metric": f"{script.programme.id}/{figure.name}",
            "programme": script.programme.id,
            "value": figure.value,
            **({"reading": reading} if figure.read else {}),
        }
        for figure in said
    ]
