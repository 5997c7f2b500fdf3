"""Heads that were seen in several places, held against each other and against the last one that was believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from verifier.errors import SignatureError, VerifyError
from verifier.monitor.alarm import Alarm
from verifier.monitor.evidence import Evidence, Seen, verify_evidence
from verifier.sources.growth import Growth, prove_growth
from verifier.sources.source import Source


@dataclass(slots=True)
class Compared:
    """The largest final head that continues what was believed, and what contradicts."""

    head: Seen | None
    evidence: list[Evidence] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)


def compare_heads(seen: Sequence[Seen], *, believed: Seen | None, sources: Mapping[str, Source]) -> Compared:
    """Compare the heads of one log. `sources` are those whom proofs are asked of, by where heads were seen.

    All heads of one history are a chain: each is held against the next larger one. A head that contradicts is put
    aside; the one that was believed before never is.
    """
    compared = Compared(None)
    best = _best([*seen, *([] if believed is None else [believed])])
    line = sorted(best.values(), key=lambda one: one.head.size)
    start = 0
    anchor = believed if believed is not None else next((one for one in line if one.head.final), None)
    if anchor is not None:
        text = anchor.head.checkpoint.text
        line.remove(best[text])
        start = sum(one.head.size < anchor.head.size for one in line)
        line.insert(start, best[text])
    # Up from what is believed, then down from it; where nothing is yet, from the smallest final head: what one liar
    # signed alone must not put aside what a quorum signed.
    kept = line[start : start + 1]
    for one in line[start + 1 :]:
        if _continues(kept[-1], one, sources=sources, compared=compared):
            kept.append(one)
    lowest = kept[:1]
    for one in reversed(line[:start]):
        if _continues(one, lowest[0], sources=sources, compared=compared):
            lowest = [one]
    final = [one for one in kept if one.head.final]
    compared.head = final[-1] if final else believed
    return compared


def _best(seen: Sequence[Seen]) -> dict[bytes, Seen]:
    """One of each head: a final one where there is one, of these the one that was cosigned last."""
    best: dict[bytes, Seen] = {}
    for one in sorted(seen, key=lambda one: (one.head.final, one.head.newest_unix_s or 0)):
        best[one.head.checkpoint.text] = one
    return best


def _continues(smaller: Seen, larger: Seen, *, sources: Mapping[str, Source], compared: Compared) -> bool:
    """Whether the larger head is proven to continue the smaller; if it contradicts, keep the evidence."""
    one, other = smaller.head, larger.head
    growth: Growth | None = None
    if one.size == 0 and other.size > 0:
        return True  # every log begins empty
    if one.size != other.size:
        growth = _prove(smaller, larger, sources=sources, compared=compared)
        if growth is None:
            return False
    if (other.root if growth is None else growth.root) == one.root:
        return True
    evidence = Evidence(smaller, larger, growth)
    origin = one.checkpoint.origin
    try:
        verify_evidence(evidence)
    except SignatureError as error:
        # Two epochs' keys: what a handover dropped was never final, and is nobody's lie.
        compared.alarms.append(Alarm("unproven", origin, f"{error}: shown by {smaller.where} and {larger.where}"))
        return False
    compared.evidence.append(evidence)
    message = f"heads of sizes {one.size} and {other.size}, shown by {smaller.where} and {larger.where}, contradict"
    compared.alarms.append(Alarm("split_view", origin, message))
    return False


def _prove(
    smaller: Seen, larger: Seen, *, sources: Mapping[str, Source], compared: Compared
) -> Growth | None:
    """With which root the larger tree begins, by the first source that proves it: first, who showed the larger head."""
    failed = []
    for where in sorted(sources, key=lambda where: (not larger.where.startswith(where), where)):
        try:
            return prove_growth(old=smaller.head.checkpoint, new=larger.head.checkpoint, source=sources[where])
        except (VerifyError, OSError) as error:
            failed.append(f"{where}: {error}")
    message = f"nobody proves that size {larger.head.size} continues size {smaller.head.size}: {'; '.join(failed)}"
    compared.alarms.append(Alarm("unproven", larger.where, message))
    return None
