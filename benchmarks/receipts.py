"""How many receipts are verified a second, and how large is what proves them, in a short log and in a long one?

One operator's log grows; at each power of ten receipts of each kind are built from its store, as receipt_log.py does,
and checked by the verifier under a policy that needs three of four cosignatures: in one process, and in one for each
core. Limit: PyNaCl verifies as many signatures as the receipt has, and does nothing else.

Nobody else reads our receipts. Peers, on equal work, have the C2SP tlog-proofs that are cut out of them
(benchmarks/tlog_proofs.py).
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from functools import lru_cache, partial
from multiprocessing import get_context
from time import process_time

from benchmarks.elsewhere import Elsewhere, Side, repeat, take_turns
from benchmarks.measure import Comparison, Options, Result, Table, progress, question_of
from benchmarks.receipt_log import ReceiptLog, Receipts
from benchmarks.receipt_sizes import COUNTS, SIZES, count_parts, size_parts
from benchmarks.signatures import verify_all
from benchmarks.tlog_proofs import RATES, TlogProofs, rates
from verifier.log.policy import Policy, parse_policy
from verifier.receipts.receipt import verify_receipt

LEAVES_LEAST, LEAVES = 1_000, 100_000
ROUNDS = 9
REPEATS = 10
CHECK = "verifier: check"
LIMIT = "limit: PyNaCl verifies its signatures"
SPEEDS = ("one process", "a second of a core", "one process a core", "x limit", "x limit on a core")

Row = tuple[str | int | float, ...]


def run(options: Options) -> Result:
    """Measure."""
    result = Result(question_of(__doc__))
    shown: dict[tuple[str, int], bytes] = {}
    found: dict[tuple[str, int], Comparison] = {}
    single: list[Row] = []
    rounds = options.pick(ROUNDS, 1)
    with closing(ReceiptLog(options.directory)) as log, _verifiers() as verifiers:
        proofs = TlogProofs(log, options.directory)
        for size in _sizes(options):
            progress(f"receipts: {size:,} leaves")
            receipts = log.grow(size)
            for kind, build in receipts.builders().items():
                shown[kind, size] = build()
                found[kind, size] = _compare(kind, receipts, log, verifiers, rounds=rounds)
                result.comparisons.append(found[kind, size])
            alone = proofs.compare(receipts, rounds=rounds)
            result.comparisons += alone
            single += rates(alone, size=size)
    result.tables += [*_tables(shown, found), Table("single proofs", RATES, single)]
    result.notes += proofs.notes
    return result


def _sizes(options: Options) -> Iterator[int]:
    """The powers of ten up to the largest size that is asked for."""
    size, last = LEAVES_LEAST, options.pick(options.leaves or LEAVES, LEAVES_LEAST)
    while size <= last:
        yield size
        size *= 10


def _compare(kind: str, receipts: Receipts, log: ReceiptLog, verifiers: "_Verifiers", *, rounds: int) -> Comparison:
    """Build and check a receipt of one kind."""
    build = receipts.builders()[kind]
    receipt, policy = build(), log.policy
    parts = log.parts(receipt)
    sides: dict[str, Side] = {
        "ledger: build": repeat(build, times=REPEATS),
        CHECK: repeat(lambda: verify_receipt(receipt, policy), times=REPEATS),
        f"{CHECK}, {verifiers.count} processes": verifiers.side(receipt, log.policy_text),
        LIMIT: repeat(lambda: verify_all(parts), times=REPEATS),
    }
    times = take_turns(sides, rounds=rounds, what=f"receipt: {kind}")
    return Comparison(f"{kind}, {receipts.size:,} leaves", "receipt", times, limit=LIMIT)


def _tables(shown: dict[tuple[str, int], bytes], found: dict[tuple[str, int], Comparison]) -> list[Table]:
    """How fast receipts are checked, how large they are, what is in them: by kind, each in longer and longer logs."""
    kinds = list(dict.fromkeys(kind for kind, _ in shown))
    ordered = sorted(shown, key=lambda one: (kinds.index(one[0]), one[1]))
    speeds: list[Row] = [(*one, *_speeds(found[one])) for one in ordered]
    sizes: list[Row] = [(*one, *size_parts(shown[one])) for one in ordered]
    counts: list[Row] = [(*one, *count_parts(shown[one])) for one in ordered]
    first = ("receipt", "log")
    return [Table("receipts verified a second, by kind and by leaves in the log", (*first, *SPEEDS), speeds),
            Table("bytes of receipts", (*first, *SIZES), sizes), Table("what is in them", (*first, *COUNTS), counts)]


def _speeds(found: Comparison) -> Row:
    """In the order of `SPEEDS`."""
    all_cores = next(side for side in found.times if side.startswith(f"{CHECK}, "))
    on_core, ratio = found.cpu(CHECK), found.cpu_ratio(CHECK, LIMIT)
    assert on_core is not None and ratio is not None
    return (round(1 / found.clock(CHECK)), round(1 / on_core), round(1 / found.clock(all_cores)),
            found.ratio(CHECK, LIMIT), ratio)


# -- one process for each core ----------------------------------------------------------------------------------------


class _Verifiers:
    """Processes that check receipts at once."""

    def __init__(self, pool: ProcessPoolExecutor, count: int) -> None:
        self._pool, self.count = pool, count

    def side(self, receipt: bytes, policy: bytes) -> Elsewhere:
        """A side in which each of them checks the receipt many times."""
        return Elsewhere(partial(self._check, receipt, policy))

    def _check(self, receipt: bytes, policy: bytes) -> tuple[int, float]:
        waiting = [self._pool.submit(_check_often, receipt, policy) for _ in range(self.count)]
        return self.count * REPEATS, sum(one.result() for one in waiting)


@contextmanager
def _verifiers() -> Iterator[_Verifiers]:
    count = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield _Verifiers(pool, count)


def _check_often(receipt: bytes, policy_text: bytes) -> float:
    """In one of the processes: seconds on its core."""
    policy = _policy(policy_text)
    started = process_time()
    for _number in range(REPEATS):
        verify_receipt(receipt, policy)
    return process_time() - started


@lru_cache
def _policy(text: bytes) -> Policy:
    return parse_policy(text, what="policy")
