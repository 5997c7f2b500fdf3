"""`mingzhang export` around the archive: a file that is whole or not there, errors with a next step, bounded memory."""

import io
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.tile import TILE_WIDTH, Tile, decode_bundle, encode_bundle
from node.cli import main
from node.commands import export
from node.errors import NodeError
from node.export import ExportedLog, write_archive
from node.setup import Setup, create_node
from tests.support.receipts import ReceiptWorld
from tests.support.world_log import WorldLog


@pytest.fixture(scope="module")
def world() -> ReceiptWorld:
    world = ReceiptWorld().begin()
    for _ in range(300):
        world.balance()
    return world


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """The directory of a node; what it holds does not matter here."""
    create_node(tmp_path / "node", Setup(
        name="county", role="county", domain="county.example", origin="ledger.example/test", operator="platform",
        listen="127.0.0.1:1", url="http://127.0.0.1:1",
    ))  # fmt: skip
    return tmp_path / "node"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where archives go; nothing is there yet."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def run(monkeypatch: pytest.MonkeyPatch, node: Path, target: Path, log: ExportedLog) -> int:
    """Export `log` as if it were the node's."""

    @contextmanager
    def log_of(_: object) -> Iterator[ExportedLog]:
        yield log

    monkeypatch.setattr(export, "log_of", log_of)
    return main(["export", "--node", str(node), "--archive", str(target)])


class Failing(WorldLog):
    """A log that fails at its second bundle."""

    def __init__(self, world: ReceiptWorld, error: Exception) -> None:
        super().__init__(world)
        self._error = error

    def tile(self, tile: Tile) -> bytes:
        """A tile, or the error."""
        if tile.level is None and tile.index == 1:
            raise self._error
        return super().tile(tile)


class Unreadable(WorldLog):
    """A log with a leaf that says nothing this version could read."""

    def tile(self, tile: Tile) -> bytes:
        """A tile; the last leaf is another one."""
        content = super().tile(tile)
        if tile.level is not None or tile.index != 1:
            return content
        return encode_bundle([*decode_bundle(content, width=tile.width)[:-1], b"{}\nno entry"])


def test_the_archive_has_its_name_when_it_is_synced_and_not_before(monkeypatch, node, place, world):
    target = place / "log.archive"
    synced: list[tuple[int, bool]] = []
    sync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append((os.fstat(descriptor).st_ino, target.exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    assert run(monkeypatch, node, target, WorldLog(world)) == 0
    assert synced == [(target.stat().st_ino, False), (place.stat().st_ino, True)]
    assert [file.name for file in place.iterdir()] == ["log.archive"]


@pytest.mark.parametrize(("log", "told"), [
    pytest.param(lambda world: Failing(world, NodeError("it ended", next_step="Look whether it runs.")),
                 "it ended\n  Look whether it runs.\n", id="the node ends"),
    pytest.param(lambda world: Failing(world, OSError(28, "No space left")),
                 "not written: [Errno 28] No space left\n  Look at the disk, then export again.\n", id="full"),
    pytest.param(Unreadable, "the log here cannot be read: ", id="unreadable"),
])  # fmt: skip
def test_what_fails_in_the_middle_leaves_nothing_and_says_the_next_step(
    monkeypatch, node, place, world, capsys, log, told
):  # fmt: skip
    assert run(monkeypatch, node, place / "log.archive", log(world)) == 1
    error = capsys.readouterr().err
    assert told in error and error.split("\n")[-2].startswith("  "), error
    assert not list(place.iterdir())


def test_an_interrupt_leaves_nothing(monkeypatch, node, place, world):
    class Interrupted(WorldLog):
        def tile(self, tile: Tile) -> bytes:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(monkeypatch, node, place / "log.archive", Interrupted(world))
    assert not list(place.iterdir())


def test_what_another_export_has_begun_is_not_touched(monkeypatch, node, place, world, capsys):
    (place / "log.archive.part").write_bytes(b"begun")
    assert run(monkeypatch, node, place / "log.archive", WorldLog(world)) == 1
    assert capsys.readouterr().err == (
        f"mingzhang export: {place / 'log.archive.part'}: there is such a file already\n"
        "  Another export is under way, or one was cut off: then delete this file and export again.\n"
    )
    assert [(file.name, file.read_bytes()) for file in place.iterdir()] == [("log.archive.part", b"begun")]


def test_a_file_that_came_in_the_meantime_is_not_touched(monkeypatch, node, place, world, capsys):
    target = place / "log.archive"

    class Overtaken(WorldLog):
        def tile(self, tile: Tile) -> bytes:
            target.write_bytes(b"mine")
            return super().tile(tile)

    assert run(monkeypatch, node, target, Overtaken(world)) == 1
    assert "log.archive: there is such a file already\n  Name another one." in capsys.readouterr().err
    assert [(file.name, file.read_bytes()) for file in place.iterdir()] == [("log.archive", b"mine")]


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_shown_on_a_terminal_alone(monkeypatch, node, place, world, is_terminal):
    shown = io.StringIO()
    monkeypatch.setattr(
        export, "Console", lambda stderr: Console(file=shown, force_terminal=is_terminal, width=80) if stderr else None
    )
    assert run(monkeypatch, node, place / "log.archive", WorldLog(world)) == 0
    size = len(world.leaves)
    assert (f"{size}/{size}" in shown.getvalue()) is is_terminal
    assert bool(shown.getvalue()) is is_terminal


class Endless:
    """A log of `size` leaves, all alike but for the first."""

    def __init__(self, world: ReceiptWorld, *, size: int) -> None:
        self._first = world.leaves[0]
        self._bundle = encode_bundle([world.leaves[-1]] * TILE_WIDTH)
        self._note = sign_checkpoint(Checkpoint(world.log_key.name, size, bytes(32)), key=world.log_key)

    def checkpoint(self) -> bytes:
        """The head."""
        return self._note

    def tile(self, tile: Tile) -> bytes:
        """Fresh bytes each time, as a node gives."""
        if tile.level is not None:
            return bytes(32 * tile.width)
        leaves = decode_bundle(self._bundle, width=TILE_WIDTH)
        return encode_bundle([self._first, *leaves[1:]] if tile.index == 0 else leaves)

    def file(self, kind: str, name: bytes) -> bytes | None:
        """Nothing is named."""
        raise AssertionError(kind, name)


def peak_bytes(world: ReceiptWorld, *, bundles: int) -> int:
    """The most memory that an export of so many bundles takes at once."""
    log = Endless(world, size=bundles * TILE_WIDTH)
    with Path(os.devnull).open("wb") as out:
        tracemalloc.start()
        try:
            exported = write_archive(log, out, sealed=True)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert exported.bytes > bundles * TILE_WIDTH * 500
    return peak


def test_memory_does_not_grow_with_the_log(world):
    small, large = peak_bytes(world, bundles=2), peak_bytes(world, bundles=12)
    assert large < small + 100_000, "a bundle has over 128,000 bytes"
