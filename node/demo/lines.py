"""Lines of the demo, ready to be handed in: the batch file, the tag file, and what opens each line.

What opens the lines rests in the vault of the party that handed them in, one record a line (node.openings).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.batch import LINE_BYTES, Batch, Line, encode_lines
from ledger.commitment import SALT_BYTES, body_hash, commit, tag
from ledger.strict import JsonValue
from node.demo.desk import File
from node.demo.people import Person, enrolment_opening
from node.openings import Opening as RecordedOpening
from node.openings import format_record
from node.ports import Random

Opening = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Packed:
    """Lines, and all that belongs to them. `records` open the lines; a removal has none, and no tags."""

    batch: Batch
    data: bytes
    tags: bytes | None
    records: list[bytes]

    @property
    def members(self) -> dict[str, JsonValue]:
        """The members of an entry that name the lines."""
        named: dict[str, JsonValue] = {
            "lines": {"count": self.batch.count, "root": self.batch.root.hex(), "total": self.batch.total}
        }
        return named if self.tags is None else {**named, "tags": body_hash(self.tags).hex()}

    @property
    def files(self) -> tuple[File, ...]:
        """The files that the entry names."""
        batch = File("batch", self.batch.root, self.data)
        return (batch,) if self.tags is None else (batch, File("tags", body_hash(self.tags), self.tags))

    def commitment(self, line: int) -> bytes:
        """The commitment in a line."""
        return self.data[(line + 1) * LINE_BYTES - 32 : (line + 1) * LINE_BYTES]


def pack_gifts(gifts: Iterable[tuple[int, Opening]], *, tag_key: bytes | None, random: Random) -> Packed:
    """Pack gifts (amount, opening). With a tag key each is tagged by its trade number, so that it counts once."""
    lines, records, tags = [], [], bytearray()
    for amount, opening in gifts:
        salt = random.random_bytes(SALT_BYTES)
        lines.append(Line(amount, commit(salt, opening)))
        records.append(format_record(RecordedOpening(opening, salt)))
        if tag_key is not None:
            tags += tag(tag_key, "trade", str(opening["trade"]))
    return _pack(lines, None if tag_key is None else bytes(tags), records)


def pack_persons(
    persons: Iterable[Person], *, county: str, period: str, tag_key: bytes, random: Random
) -> Packed:
    """Pack persons in the order given, each tagged by the id number, so that it is enrolled once in a period."""
    lines, records, tags = [], [], bytearray()
    for person in persons:
        opening: Opening = {**enrolment_opening(person, county=county, period=period)}
        salt = random.random_bytes(SALT_BYTES)
        lines.append(Line(1, commit(salt, opening)))
        records.append(format_record(RecordedOpening(opening, salt)))
        tags += tag(tag_key, "person", person.id_number)
    return _pack(lines, bytes(tags), records)


def pack_removals(commitments: Iterable[bytes]) -> Packed:
    """Pack the lines of members that leave: each repeats the line by which the member came."""
    return _pack([Line(1, commitment) for commitment in commitments], None, [])


def _pack(lines: list[Line], tags: bytes | None, records: list[bytes]) -> Packed:
    data = encode_lines(lines)
    return Packed(Batch(data), data, tags, records)
