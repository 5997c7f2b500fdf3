"""Books of a node: its rows after the newest leaf.

A node that runs owns its store, so its leaves are asked for and replayed in memory, with the files beside the store. Of
a node that is stopped the store itself is read.
"""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.sequence import replay
from ledger.state import MemoryReader, State
from node.blobs import EntryFiles
from node.config import Config
from node.errors import NodeError
from node.machines.replica import parse_pulled
from node.service import FILES, STORE, load_token
from node.store_lmdb import LmdbStore

_TIMEOUT_S = 60


@contextmanager
def books_of(config: Config) -> Iterator[State]:
    """Open the books of the node that `config` configures.

    Raises:
        NodeError: the node answers, but not with its leaves; or its store is missing, damaged or in use.
        LedgerError: a leaf does not follow from those before it.
    """
    first = _pull(config, 0)
    if first is None:
        with (
            LmdbStore.open(config.node.data / STORE, origin=config.node.origin,
                           reserve_bytes=config.limits.disk_reserve_bytes) as store,
            store.snapshot() as snapshot,
        ):  # fmt: skip
            yield State(snapshot)
        return
    state = State(MemoryReader())
    files = EntryFiles(config.node.data / FILES, reserve_bytes=config.limits.disk_reserve_bytes)
    leaves = first
    while leaves:
        for leaf in leaves:
            replay(state, leaf, origin=config.node.origin, blobs=files)
        leaves = _pull(config, state.size) or []
    yield state


def _pull(config: Config, start: int) -> list[bytes] | None:
    """The leaves from `start` on, as many as one answer holds; None where no node runs. NodeError: another answer."""
    request = urllib.request.Request(f"http://{config.node.listen}/leaves?from={start}")
    request.add_header("authorization", f"Bearer {load_token(config.credentials.token)}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TIMEOUT_S) as response:
            return parse_pulled(response.read())[1]
    except urllib.error.HTTPError as error:
        with error:
            raise NodeError(f"{config.node.name} at {config.node.listen} answers {error.code} for its leaves",
                            next_step="Look at credentials.token in node.toml: it is the node's own.") from None
    except OSError:
        return None
