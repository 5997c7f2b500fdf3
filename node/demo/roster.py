"""Rosters with openings and columns: who is enrolled, what opens each line, and what else is counted of each.

A plain roster has one line a person. With columns the same line also says whether the person counts in each of them,
such as the first of a household, so that households are the total of that column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.batch import Batch, Line, batch_name, encode_columns, encode_lines
from ledger.commitment import SALT_BYTES, body_hash, commit, tag
from ledger.strict import JsonValue
from node.demo.desk import File
from node.openings import Opening, format_record
from node.ports import Random


@dataclass(frozen=True, slots=True)
class Enrollee:
    """One person to enrol: what the person can compare, and the columns in which the person counts."""

    opening: dict[str, JsonValue]
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Roster:
    """Persons ready to be enrolled: members of the entry, files, what opens the lines, and their commitments."""

    members: dict[str, JsonValue]
    files: tuple[File, ...]
    root: bytes
    records: list[bytes]
    commitments: list[bytes]


@dataclass(slots=True)
class KeptRoster:
    """What an office keeps of a roster: who stands in each line, their commitments, and its leaf once it has one."""

    order: Sequence[int]
    commitments: Sequence[bytes]
    index: int = -1


def pack_roster(
    persons: Sequence[Enrollee], *, columns: Sequence[str] = (), tag_key: bytes, random: Random
) -> Roster:
    """Pack persons in the order given, each tagged by the id number; `columns` are sorted by name."""
    records, commitments, tags = [], [], bytearray()
    for person in persons:
        salt = random.random_bytes(SALT_BYTES)
        commitments.append(commit(salt, person.opening))
        records.append(format_record(Opening(person.opening, salt)))
        tags += tag(tag_key, "person", str(person.opening["id_number"]))
    tag_file = File("tags", body_hash(bytes(tags)), bytes(tags))
    members: dict[str, JsonValue] = {"tags": tag_file.address.hex()}
    if columns:
        rows = [
            ([1, *(int(name in person.columns) for name in columns)], commitment)
            for person, commitment in zip(persons, commitments, strict=True)
        ]
        width = len(columns) + 1
        data = encode_columns(rows, columns=width)
        batch, *others = [Batch.of_column(data, column=column, columns=width) for column in range(width)]
        members["columns"] = [
            {"name": name, "root": other.root.hex(), "total": other.total}
            for name, other in zip(columns, others, strict=True)
        ]
    else:
        data = encode_lines([Line(1, commitment) for commitment in commitments])
        batch, others = Batch(data), []
    name = batch_name([tree.root for tree in (batch, *others)])
    members["lines"] = {"count": batch.count, "root": batch.root.hex(), "total": batch.total}
    return Roster(members, (File("batch", name, data), tag_file), batch.root, records, commitments)
