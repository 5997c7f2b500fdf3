"""A claim at work: its row, the terms it follows, and what every body about it has to respect."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from verifier.entries.members import rules
from verifier.errors import Rejected
from verifier.rules.act import Act
from verifier.rules.rows import number
from verifier.terms.clauses import resolve


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim of leaf `index`, seen by the entry at work."""

    act: Act
    index: int
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"claim {number(self.index)}")

    @property
    def row(self) -> Any:
        """The row of the claim as it is now."""
        return self.act.rows.get(self.key)

    @property
    def terms(self) -> Any:
        """The terms of the day of admission, which hold for the claim to its end."""
        return self.act.rows.get(f"terms {number(self.row['terms'])}")

    @property
    def cover(self) -> Any:
        """The row of the cover that the claim is under."""
        return self.act.rows.get(f"cover {number(self.row['cover'])}")

    @property
    def decision(self) -> Any:
        """The row of the newest decision, or None."""
        index = self.row["decision"]
        return None if index is None else self.act.rows.get(f"decision {number(index)}")

    @property
    def person(self) -> str:
        """Whom the claim is about, the same for all memberships."""
        return self.act.person_of(self.row["member"])

    @property
    def today(self) -> str:
        """The log's day in the zone of the terms."""
        return self.act.log_day(self.terms["zone"])

    def change(self, **members: Any) -> None:
        """Set some members of the row."""
        self.act.rows.change(self.key, members)

    def need_signers(self, *requirements: str) -> None:
        """Those sign whom the terms state for this body, or else the table; of insurers only that of the cover."""
        self.act.need_signers(*requirements, terms=self.terms, insurer=self.row["insurer"])

    def need_own_village(self) -> None:
        """Officers with a village deal with the claims of its people alone."""
        self.act.need_place(self.act.rows.get(f"member {self.row['member']}")["place"])

    def need_state(self, step: str) -> None:
        """The claim is in a state from which this step may be taken, by the table and, but for payouts, the terms."""
        allowed = rules()["claim_states"][step]["from"]
        life = self.terms.get("life")
        if life is not None and step != "payout":
            allowed = [state for state in allowed if state in life.get(step, ())]
        if self.row["state"] not in allowed:
            raise Rejected(
                "state_wrong",
                f"{step}: the claim of leaf {self.index} is {self.row['state']}, expected [{', '.join(allowed)}]",
            )

    def need_officers(self, party: str, *, others: Iterable[str], amount: int | None = None) -> None:
        """Where the terms ask for officers, one of the party signs, or two for a decision of a large `amount`.

        `others` are the officers who may not do this, because of what they did before.
        """
        rule = self.terms.get("officers")
        if rule is None:
            return
        own = [officer for officer in self.act.officers if officer.partition("/")[0] == party]
        if not own:
            raise Rejected("officer_missing", f"expected the signature of an officer of {party}, got none")
        if amount is not None:
            two_above = resolve(self.terms, rule["two_above"])
            if two_above is None:
                raise Rejected("terms_incomplete", "the terms do not say above which amount two officers sign")
            if amount > two_above and len(own) < 2:
                raise Rejected(
                    "officer_missing", f"expected two officers of {party} for more than {two_above} minor units, got 1"
                )
        same = sorted(set(self.act.officers) & set(others))
        if same:
            raise Rejected("same_officer", f"{', '.join(same)} signed what another officer is to judge or pay")


def need_claim(act: Act, *signers: str, step: str) -> Claim:
    """The claim that a body names, after its signers and its state were judged."""
    claim = Claim(act, act.value["claim"])
    if claim.row is None or claim.row["programme"] != act.programme:
        raise Rejected("claim_unknown", f"leaf {claim.index} is no claim of {act.programme}")
    claim.need_signers(*signers)
    claim.need_own_village()
    claim.need_state(step)
    act.touch_member(claim.row["member"])
    return claim
