"""The final log of a node for who exports it or signs about it: of the node that runs, or of its store."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

from ledger.tile import Tile, format_tile_path
from node.blobs import EntryFiles
from node.config import Config
from node.errors import NodeError
from node.export import ExportedLog
from node.ports import file_path
from node.service import FILES, STORE, load_token
from node.store_lmdb import LmdbStore
from node.views import Moment, Views

_TIMEOUT_S = 60
_NOTHING_FINAL = "Ask again when `mingzhang status` shows final leaves."


class _NoAnswerError(NodeError):
    """The node that runs does not answer, or not to the end."""


@contextmanager
def log_of(config: Config) -> Iterator[ExportedLog]:
    """The log of the node: as it answers, or else as its store has it, which no other process has open then.

    What it gives raises NodeError where the node has nothing final, ends while it is read, or has lost something.
    """
    running = _Running(config)
    try:
        running.checkpoint()
    except _NoAnswerError:
        pass
    else:
        yield running
        return
    reserve = config.limits.disk_reserve_bytes
    with LmdbStore.open(config.node.data / STORE, origin=config.node.origin, reserve_bytes=reserve) as store:
        views = Views(store, cosigner_name=config.node.cosigner_name)
        with views.moment() as moment:
            yield _Stopped(moment, EntryFiles(config.node.data / FILES, reserve_bytes=reserve))


class _Running:
    """A node that runs, asked at the address it listens on."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._token = load_token(config.credentials.token)

    def checkpoint(self) -> bytes:
        """The newest final checkpoint."""
        note = self._ask("/checkpoint")
        if note is None:
            raise NodeError("nothing is final here yet", next_step=_NOTHING_FINAL)
        return note

    def tile(self, tile: Tile) -> bytes:
        """A tile or bundle of the final log."""
        path = f"/{format_tile_path(tile)}"
        content = self._ask(path)
        if content is None:
            raise NodeError(f"{self._config.node.name} has no {path}, which is below its final head",
                            next_step="Another program may listen on its address: look at node.listen in node.toml.")
        return content

    def file(self, kind: str, name: bytes) -> bytes | None:
        """What an entry names; None where this node does not hold it."""
        return self._ask(file_path(kind, name))

    def _ask(self, path: str) -> bytes | None:
        request = urllib.request.Request(f"http://{self._config.node.listen}{path}")
        request.add_header("authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as answer:
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404:
                    return None
                next_step = "Ask `mingzhang status` and look at the node's log."
                if error.code in (401, 403):
                    next_step = "Look at credentials.token in node.toml: it is the node's own."
                raise NodeError(f"the node answers {error.code} for {path}", next_step=next_step) from None
        except (OSError, HTTPException) as error:
            raise _NoAnswerError(f"{self._config.node.name} does not answer to the end: {error}",
                                 next_step="Look whether it runs, then begin again.") from None


class _Stopped:
    """A node that does not run: its store and its files."""

    def __init__(self, moment: Moment, files: EntryFiles) -> None:
        self._moment = moment
        self._files = files

    def checkpoint(self) -> bytes:
        """The newest final checkpoint."""
        note = self._moment.checkpoint()
        if note is None:
            raise NodeError("nothing is final here yet", next_step="Start the node: mingzhang run --node DIR")
        return note

    def tile(self, tile: Tile) -> bytes:
        """A tile or bundle of the final log."""
        content = self._moment.tile(tile)
        assert content is not None, f"{tile} is below the final head"
        return content

    def file(self, kind: str, name: bytes) -> bytes | None:
        """What an entry names; None where this node does not hold it."""
        return self._files.get(kind, name)
