"""The till: gifts come in, are settled, and a gift is given back, whoever the gifts are for."""

from datetime import date

from ledger.strict import JsonValue
from node.demo.contracts import PLACES, Value, paper
from node.demo.desk import Desk, Draft
from node.demo.gifts import GiftBatch
from node.demo.lines import Packed, pack_gifts
from node.demo.office import Offices
from node.demo.script import Accounts
from node.demo.told import Given
from node.ports import Random


class Till:
    """The tills of platform and foundation."""

    def __init__(
        self, accounts: Accounts, *, desk: Desk, offices: Offices, random: Random, tag_key: bytes
    ) -> None:
        """`tag_key` is what all parties hold for the tags."""
        self._accounts = accounts
        self._desk = desk
        self._offices = offices
        self._random = random
        self._tag_key = tag_key

    def donate(self, batch: GiftBatch) -> tuple[Given, Packed]:
        """Hand in the gifts of a day; where they are in the log, and what they are made of."""
        packed = pack_gifts(
            ((fen, {**opening}) for fen, opening in batch.lines), tag_key=self._tag_key, random=self._random
        )
        self._desk.keep("platform", packed.batch.root, packed.records)
        value: Value = {
            **packed.members, "from": self._accounts.donors, "kind": "donation", "purpose": "gift",
            "to": self._accounts.gifts, "ref": f"gifts-{batch.day}",
        }  # fmt: skip
        draft = self._offices.draft(["platform"], value, on=batch.day, files=packed.files)
        (index,) = self._desk.submit([draft])
        amounts = [fen for fen, _ in batch.lines]
        return Given(index, amounts.index(min(amounts)), amounts.index(max(amounts))), packed

    def refund(self, donation: int, packed: Packed, line: int, *, reason: str, on: date) -> None:
        """Give a gift back: from where it rests, or once it moved on, from the account that the terms name."""
        proof = packed.batch.prove_line(line)
        told: JsonValue = {
            "amount": proof.line.amount,
            "commitment": proof.line.commitment.hex(),
            "index": proof.index,
            "path": [[sibling.hex(), total] for sibling, total in proof.path],
        }
        self._desk.clock(on)
        value: Value = {"donation": donation, "kind": "refund", "line": told, "reason": reason}
        self._desk.submit([self._offices.draft(["foundation"], value, on=on)])

    def reconciliation(self, party: str, statement: int, *, unit: str, on: date) -> Draft:
        """The bank's statement of a place, which equals the accounts that lie there."""
        place = PLACES[party]
        return self._offices.draft([party], {
            "document": paper(f"statement of {place}, {on}"), "items": [], "kind": "reconciliation", "outside": 0,
            "place": place, "statement": statement, "unit": unit,
        }, on=on)  # fmt: skip
