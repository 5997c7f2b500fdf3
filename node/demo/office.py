"""Offices: drafts that any programme of the demo hands in, under its id and on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.strict import JsonValue
from node.demo.contracts import paper
from node.demo.desk import Desk, Draft, File, seal
from node.ports import Random

Value = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Offices:
    """The offices of one programme."""

    programme: str
    random: Random

    def draft(
        self, parties: Sequence[str], value: Mapping[str, JsonValue], *, on: date, files: tuple[File, ...] = ()
    ) -> Draft:
        """A draft about the programme."""
        return Draft(tuple(parties), {**value, "at": str(on), "programme": self.programme}, files)

    def sealed(self, party: str, body: Mapping[str, JsonValue], *, on: date) -> Draft:
        """A draft about one person."""
        return self.signed([party], body, on=on)

    def signed(self, parties: Sequence[str], body: Mapping[str, JsonValue], *, on: date) -> Draft:
        """The same, signed by several."""
        return seal(tuple(parties), programme=self.programme, body={**body, "at": str(on)}, random=self.random)

    def record(self, parties: Sequence[str], kind: str, text: str, *, on: date, **more: JsonValue) -> Draft:
        """A paper that is put on record: a fact, a pledge, a notice."""
        return self.draft(parties, {"document": paper(text), "kind": kind, "text": text, **more}, on=on)

    def transfer(self, party: str, amount: int, source: str, target: str, purpose: str, *, on: date) -> Draft:
        """Money that leaves; `ref` is the bank's, one for each way and day."""
        last = (target if purpose != "premium" else source).rpartition("/")[2]
        return self.draft([party], {
            "amount": amount, "from": source, "kind": "transfer", "purpose": purpose, "to": target,
            "ref": f"{purpose}-{last}-{target.rpartition('/')[2]}-{on}",
        }, on=on)  # fmt: skip

    def receipt(self, party: str, transfer: int, amount: int, *, on: date, by: str = "bank") -> Draft:
        """Money that arrived, with what shows it."""
        slip: JsonValue = {"by": by, "digest": paper(f"{by} line of {on}, {amount} fen")}
        return Draft((party,), {
            "amount": amount, "at": str(on), "evidence": slip, "kind": "receive", "transfer": transfer,
        })  # fmt: skip

    def hand_over(
        self, desk: Desk, parties: tuple[str, str], amount: int, accounts: tuple[str, str], purpose: str, *, on: date
    ) -> None:
        """Money from one party to another, sent and received on the same day."""
        desk.clock(on)
        (sent,) = desk.submit([self.transfer(parties[0], amount, *accounts, purpose, on=on)])
        desk.submit([self.receipt(parties[1], sent, amount, on=on)])

    def confirmation(self, party: str, payout: int, *, on: date) -> Draft:
        """A payout that arrived, by the bank's line."""
        slip: JsonValue = {"by": "bank", "digest": paper(f"bank line of payout {payout}")}
        return self.sealed(party, {"evidence": slip, "kind": "confirm", "payout": payout}, on=on)

    def figure(
        self, party: str, metric: str, value: int, *, on: date, basis: str, unit: str, **more: JsonValue
    ) -> Draft:
        """A figure that is said in public; `metric` is its name behind the programme."""
        return self.draft([party], {
            "basis": basis, "kind": "figure", "metric": f"{self.programme}/{metric}", "unit": unit, "value": value,
            **more,
        }, on=on)  # fmt: skip

    @staticmethod
    def balance(party: str, *, on: date) -> Draft:
        """A trial balance that publishes no row."""
        return Draft((party,), {"at": str(on), "kind": "balance", "publish": []})
