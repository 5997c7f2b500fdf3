"""A replay's state in a directory: rows, and where the replay stood (verifier/audit/row_file.py).

    <directory>/state.sqlite

Position: {"balance","check","close":[index, root]|null,"digest","format","notes":[…],"origin","peaks":[hash,…],"size",
"time_unix_ms"}. When the file is opened again its rows are held against the digest that was noted with them, and where
the replay stood right behind a `close` also against the root that this leaf says, which the quorum cosigned. `check` is
the SHA-256 of the other members without the digest: a disk that forgets forgets there, too.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from verifier.audit.desk import Desk, Stand
from verifier.audit.row_file import FileRows, StateFileError
from verifier.errors import FormatError
from verifier.log.checkpoint import Checkpoint
from verifier.primitives.expect import expect_any_object, expect_array, expect_integer, expect_object, expect_string
from verifier.primitives.parse import encode_json, parse_hex, shown
from verifier.rules.balance import Map
from verifier.rules.replay import Head

FILE = "state.sqlite"
FORMAT = "mingzhang replay state/v2"

DIGEST_BYTES = 32

_NEXT = (
    "Look at the disk and its room; then name another directory, or delete this one to begin again from the first leaf."
)
_MEMBERS = ("balance", "check", "close", "digest", "format", "notes", "origin", "peaks", "size", "time_unix_ms")


class FileDesk(Desk):
    """State in a directory that is there. With `lasting` it outlives this run."""

    def __init__(self, directory: Path, *, lasting: bool) -> None:
        self._path = directory.joinpath(FILE)
        self._rows = FileRows(self._path, lasting=lasting)
        self.rows = self._rows

    def make_map(self, name: str) -> Map:
        """An empty map of the trial balance."""
        return self._rows.make_map(name)

    def open(self, checkpoint: Checkpoint) -> Stand | None:
        """Where the replay stood, its rows verified; None where it begins.

        Raises:
            StateFileError: the rows are not those that were noted, or of another log, or of more leaves than this
                checkpoint has.
        """
        position = self._rows.position
        if position is None:
            # Where the position alone is lost, what is left of the rows would be taken for the beginning of a log.
            self._rows.verify(digest=bytes(DIGEST_BYTES), root=None)
            return None
        try:
            digest, stand = _parse(position, what=f"state file {self._path}: position")
        except FormatError as error:
            raise StateFileError(f"{error}\n  {_NEXT}") from None
        if stand.origin != checkpoint.origin:
            raise StateFileError(
                f"state file {self._path}: it is of the log {stand.origin}, the checkpoint of {checkpoint.origin}\n"
                "  Name another directory."
            )
        if stand.head.size > checkpoint.size:
            raise StateFileError(
                f"state file {self._path}: {stand.head.size} leaves were replayed, the checkpoint has "
                f"{checkpoint.size}\n  A log does not shrink: keep this checkpoint and the newer one, they may be "
                "evidence. To replay the older one name another directory."
            )
        root = None
        if stand.close is not None and stand.close[0] + 1 == stand.head.size:
            root = bytes.fromhex(stand.close[1])
        self._rows.verify(digest=digest, root=root)
        return stand

    def save(self, stand: Stand) -> None:
        """Note where the replay stands, durable with its rows."""
        position = {
            "balance": stand.head.balance,
            "close": None if stand.close is None else list(stand.close),
            "format": FORMAT,
            "notes": stand.notes,
            "origin": stand.origin,
            "peaks": [peak.hex() for peak in stand.peaks],
            "size": stand.head.size,
            "time_unix_ms": stand.head.time_unix_ms,
        }
        self._rows.save({**position, "check": _check(position)})

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()


@contextmanager
def open_desk(directory: Path, *, lasting: bool) -> Iterator[FileDesk]:
    """State in a directory, let go of at the end.

    Raises:
        StateFileError: SQLite finds that the file is damaged, or that there is no room for it, at whatever moment.
    """
    desk = FileDesk(directory, lasting=lasting)
    try:
        yield desk
    except sqlite3.Error as error:
        raise StateFileError(f"state file {directory.joinpath(FILE)}: {error}\n  {_NEXT}") from None
    finally:
        desk.close()


def _parse(position: Any, *, what: str) -> tuple[bytes, Stand]:
    """The digest and the stand of a position that was noted."""
    value = expect_any_object(position, what=what)
    if value.get("format") != FORMAT:
        raise FormatError(f"{what}: expected {FORMAT!r}, got {shown(str(value.get('format')))}")
    expect_object(value, _MEMBERS, what=what)
    if value["check"] != _check({name: item for name, item in value.items() if name not in ("check", "digest")}):
        raise FormatError(f"{what}: it is not what was written")
    size = expect_integer(value["size"], least=1, what=f"{what}: size")
    peaks = tuple(_hash(peak, what=f"{what}: peaks") for peak in expect_array(value["peaks"], what=what))
    if len(peaks) != size.bit_count():
        raise FormatError(f"{what}: expected {size.bit_count()} peaks for {size} leaves, got {len(peaks)}")
    close = None
    if value["close"] is not None:
        index, root = expect_array(value["close"], length=2, what=f"{what}: close")
        close = expect_integer(index, what=f"{what}: close"), _hash(root, what=f"{what}: close").hex()
    balance = None if value["balance"] is None else expect_integer(value["balance"], what=f"{what}: balance")
    head = Head(size, balance, expect_integer(value["time_unix_ms"], what=f"{what}: time"))
    origin = expect_string(value["origin"], what=f"{what}: origin")
    notes = expect_array(value["notes"], what=f"{what}: notes")
    return _hash(value["digest"], what=f"{what}: digest"), Stand(origin, head, peaks, close, notes)


def _check(position: dict[str, Any]) -> str:
    """What a position says of itself."""
    return sha256(encode_json(position, what="position")).hexdigest()


def _hash(value: object, *, what: str) -> bytes:
    return parse_hex(expect_string(value, what=what).encode("utf-8"), what=what, length=32)
