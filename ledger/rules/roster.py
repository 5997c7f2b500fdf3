"""The roster in an enrolment's batch: persons, and columns that count those of a household, of a school, …

Source: docs/formats/kinds.md, `enrolment`; batch.md, "Columns".
"""

from collections.abc import Iterator
from struct import Struct

from ledger.batch import Batch
from ledger.errors import FormatError, ProofError, Rejected
from ledger.kinds import Enrolment, columns_of
from ledger.rules.context import Context, check_batch

# What the books themselves count; a column of such a name would pass for it.
COUNTED = ("assigned", "claims_paid", "on_its_way", "paid", "person_times", "person_times_paid", "persons", "premium",
           "raised")


def roster(context: Context) -> Iterator[tuple[str, list[int]]]:
    """Yield each line's commitment, in hex, and its amounts: the person, then the columns."""
    entry = context.the(Enrolment)
    line = Struct(f">{1 + len(columns_of(entry))}Q32s")
    for *amounts, commitment in line.iter_unpack(context.batch_file()):
        yield commitment.hex(), amounts


def check_roster(context: Context) -> None:
    """Each line is one person, and in each column one or none; the columns are what the entry says of them.

    Raises:
        Missing: the file is not held here.
        FormatError: it is no batch file of so many columns.
        ProofError: a root, the count or a total is another.
        Rejected: line_not_one or column_wrong.
    """
    entry = context.the(Enrolment)
    columns = columns_of(entry)
    data = context.batch_file()
    persons, *trees = [Batch(data)] if not columns else [
        Batch.of_column(data, column=place, columns=1 + len(columns)) for place in range(1 + len(columns))]
    if columns and any(amounts[0] == 0 for _, amounts in roster(context)):
        raise FormatError(f"batch {entry.lines.root}: expected a person in each line, got 0")
    check_batch(persons, entry.lines)
    if persons.total != persons.count:
        raise Rejected("line_not_one", f"each line is one person: expected a total of {persons.count}, got "
                       f"{persons.total}")
    if columns and any(amount > 1 for _, amounts in roster(context) for amount in amounts):
        raise Rejected("line_not_one", "each line counts once in a column or not at all: expected 0 or 1")
    for column, tree in zip(columns, trees, strict=True):
        if (tree.root.hex(), tree.total) != (column.root, column.total):
            raise ProofError(f"batch {entry.lines.root}: column {column.name}: expected root {column.root}, total "
                             f"{column.total}, got root {tree.root.hex()}, total {tree.total}")
    for column in columns:
        if column.name in COUNTED or column.name.startswith("duties_"):
            raise Rejected("column_wrong", f"{column.name} is a figure of the books; a column has another name")
