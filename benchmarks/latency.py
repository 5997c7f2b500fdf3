"""How long from handing an entry in to its being sequenced, and to its being final, with four real nodes on loopback?

Four processes with their own stores share this machine's cores; three of the four must cosign. Entries are notices,
handed in one at a time, at the operator's node and at another's, first alone, then while every 100 ms a bundle of ten
notices goes to the operator. What is timed is an HTTP request that is answered once the entry stands where it was asked
to.

Limit: a request to the same node that reads nothing.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from benchmarks.measure import Comparison, Options, Result, Table, Times, progress, question_of, spread
from ledger.errors import LedgerError
from tests.support.cluster import OPERATOR, Cluster, Process, notice, terms

ENTRIES = 60
OTHER = "county"
LOAD_PERIOD_S = 0.1
LOAD_ENTRIES = 10  # in each bundle: 100 a second
LIMIT = "limit: an HTTP request"


def run(options: Options) -> Result:
    """Measure."""
    count = options.pick(ENTRIES, 2)
    cluster = Cluster(options.directory)
    try:
        cluster.start()
        operator = cluster.nodes[OPERATOR]
        for entry in (cluster.charter(), terms(operator)):
            status, answer = operator.post(entry)
            if (status, answer["state"]) != (200, "final"):
                raise LedgerError(f"the operator answered {status}: {answer}")
        alone = _rounds(cluster, count=count, what="alone")
        with _load(operator, seconds=count * 2) as sent:
            under = _rounds(cluster, count=count, what="under load")
    finally:
        cluster.stop()
    per_second = LOAD_ENTRIES / LOAD_PERIOD_S
    rows: list[tuple[str | int | float, ...]] = [
        (f"{what}, {side}", *(value * 1e3 for value in spread(times.clock, 0.5, 0.99)))
        for what, taken in (("alone", alone), ("under load", under)) for side, times in taken.items()
    ]
    return Result(
        question_of(__doc__),
        [Comparison("alone", "entry", alone, limit=LIMIT),
         Comparison(f"under a load of {per_second:.0f} entries a second", "entry", under, limit=LIMIT)],
        [Table("latency", ("what", "p50 ms", "p99 ms"), rows)],
        [f"{sent[0]:,} entries were handed in as load; {count} were timed for each line"],
    )  # fmt: skip


def _rounds(cluster: Cluster, *, count: int, what: str) -> dict[str, Times]:
    """Hand entries in, each kind of question in turn; the seconds until each answer."""
    taken: dict[str, list[float]] = {}
    with httpx.Client(timeout=40, trust_env=False) as client:
        asks = list(_asks(cluster, client))
        for number in range(count + 1):
            progress(f"latency, {what}: round {number} of {count}")
            for name, ask in asks:
                seconds = ask(number)
                if number:
                    taken.setdefault(name, []).append(seconds)
    return {name: Times(seconds) for name, seconds in taken.items()}


def _asks(cluster: Cluster, client: httpx.Client) -> Iterator[tuple[str, Callable[[int], float]]]:
    for party, where in ((OPERATOR, "the operator's node"), (OTHER, "another node")):
        for state in ("sequenced", "final"):
            yield f"{state}, at {where}", _ask(client, cluster.nodes[party], state)
    url = f"http://127.0.0.1:{cluster.nodes[OPERATOR].port}/healthz"

    def plain(_: int) -> float:
        start = time.perf_counter()
        client.get(url).raise_for_status()
        return time.perf_counter() - start

    yield LIMIT, plain


def _ask(client: httpx.Client, node: Process, state: str) -> Callable[[int], float]:
    url = f"http://127.0.0.1:{node.port}/entries?wait={state}&wait_s=20"

    def ask(number: int) -> float:
        entry = notice(node, text=f"{state} {number}")
        start = time.perf_counter()
        answer = client.post(url, content=entry, headers={"content-type": "text/plain"})
        seconds = time.perf_counter() - start
        stands = answer.json().get("state")
        if answer.status_code != 200 or stands not in (state, "final"):
            raise LedgerError(f"{node.party} answered {answer.status_code}: {answer.text}")
        return seconds

    return ask


@contextmanager
def _load(node: Process, *, seconds: int) -> Iterator[list[int]]:
    """Hand bundles in, one each period, while the block runs; the list holds how many entries were taken."""
    sent = [0]
    stopping = threading.Event()
    bundles = iter([_bundle(node, number) for number in range(int(seconds / LOAD_PERIOD_S))])

    def work() -> None:
        with httpx.Client(timeout=40, trust_env=False) as client:
            for bundle in bundles:
                due = time.monotonic() + LOAD_PERIOD_S
                answer = client.post(f"http://127.0.0.1:{node.port}/entries", content=bundle,
                                     headers={"content-type": "application/octet-stream"})
                sent[0] += len(answer.json()) if answer.status_code == 200 else 0
                if stopping.wait(max(0.0, due - time.monotonic())):
                    return

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield sent
    finally:
        stopping.set()
        thread.join()


def _bundle(node: Process, number: int) -> bytes:
    notes = [notice(node, text=f"load {number} {place}") for place in range(LOAD_ENTRIES)]
    return b"".join(len(note).to_bytes(2, "big") + note for note in notes)
