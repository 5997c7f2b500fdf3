"""Every byte of every sample receipt replaced: each mutant is refused or identical in meaning."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from tests.fuzz import worlds
from tests.fuzz.whole import is_true_of_an_entry
from verifier.errors import VerifyError
from verifier.receipts.receipt import verify_receipt
from verifier.receipts.verdict import Verdict

LETTERS = b'0129azAZ+/=",:{}[]\n'


def mutant(data: bytes, position: int, draw: random.Random) -> bytes:
    """The receipt with the byte at a position replaced: one bit of it turned, or another byte that such files have."""
    old = data[position]
    byte = draw.choice([old ^ 1 << draw.randrange(8), draw.choice(LETTERS.replace(bytes([old]), b""))])
    return data[:position] + bytes([byte]) + data[position + 1 :]


def judge_mutants(name: str, positions: Iterable[int], *, seed: str) -> Counter[str]:
    """Count the mutants of a sample receipt: `refused`, `identical`, `renamed` and, never, `other`."""
    data, draw, counts = worlds.sample().receipts[name], random.Random(seed), Counter[str]()
    whole = _whole(name)
    for position in positions:
        try:
            verdict = verify_receipt(mutant(data, position, draw), worlds.sample().policy)
        except VerifyError:
            counts["refused"] += 1
            continue
        counts[_compared(verdict, whole, data)] += 1
    return counts


def _compared(verdict: Verdict, whole: Verdict, data: bytes) -> str:
    if _is_same(verdict, whole):
        return "identical"
    # The number of the entry became that of another leaf in the receipt, of which it is a true receipt, too.
    renamed = verdict.entry is not None and whole.entry is not None and verdict.entry.at != whole.entry.at
    return "renamed" if renamed and is_true_of_an_entry(verdict, data) else "other"


def _is_same(verdict: Verdict, whole: Verdict) -> bool:
    vouched = (verdict.vouched_unix_s or 0) <= (whole.vouched_unix_s or 0)
    fewer = set(verdict.cosigned) <= set(whole.cosigned) and vouched
    return fewer and replace(verdict, cosigned=whole.cosigned, vouched_unix_s=whole.vouched_unix_s) == whole


@cache
def _whole(name: str) -> Verdict:
    return verify_receipt(worlds.sample().receipts[name], worlds.sample().policy)
