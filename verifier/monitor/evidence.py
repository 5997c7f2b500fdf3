"""Evidence of a split view (docs/formats/evidence.md): two heads of one log that cannot both be true. Canonical JSON.

    {"format":"mingzhang evidence/v1","growth":{"path":[hash,…],"root":hash} or null,
     "heads":[{"note":signed note,"seen_unix_s":n,"where":text},…],"kind":"split_view"}

Two heads, the smaller first. At one size they have two roots. At two sizes `growth` proves, against the root of the
larger, that its tree begins with another root than the smaller head says. `seen_unix_s` and `where` are hearsay.
"""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from verifier.errors import FormatError, ProofError, SignatureError
from verifier.log.head import Head, open_head
from verifier.log.keys import VerifierKey
from verifier.log.note import NOTE_BYTES_MAX
from verifier.log.policy import Policy
from verifier.log.tlog_proof import PATH_HASHES_MAX
from verifier.log.tree import verify_consistency
from verifier.primitives.expect import (
    expect_any_object,
    expect_array,
    expect_base64,
    expect_integer,
    expect_object,
    expect_string,
)
from verifier.primitives.parse import encode_json, parse_json, shown
from verifier.sources.growth import Growth

FORMAT = "mingzhang evidence/v1"
SPLIT_VIEW = "split_view"
EVIDENCE_BYTES_MAX = 4 * NOTE_BYTES_MAX
WHERE_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True)
class Seen:
    """A head, where it was seen and when, by the clock of whoever saw it."""

    head: Head
    where: str
    seen_unix_s: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two heads that cannot both be true; `growth` where their sizes differ."""

    smaller: Seen
    larger: Seen
    growth: Growth | None


@dataclass(frozen=True, slots=True)
class Convicted:
    """Who signed both heads: keys of the log, and witnesses by the policy's names. `final`: the quorum signed both."""

    origin: str
    sizes: tuple[int, int]
    roots: tuple[bytes, bytes]
    log_keys: tuple[VerifierKey, ...]
    witnesses: tuple[str, ...]
    final: bool


def verify_evidence(evidence: Evidence) -> Convicted:
    """Verify that the two heads, whose signatures were verified, contradict each other; say who signed both.

    Raises:
        ProofError: they do not, or the path does not prove it.
        SignatureError: no key of the log signed both, nor did the quorum: a handover may have dropped one of them.
    """
    smaller, larger = evidence.smaller.head, evidence.larger.head
    if smaller.checkpoint.origin != larger.checkpoint.origin:
        raise ProofError("evidence: the heads are of two logs")
    begins = larger.root
    if evidence.growth is not None:
        begins, path = evidence.growth.root, evidence.growth.path
        sizes = {"old_size": smaller.size, "new_size": larger.size}
        verify_consistency(**sizes, old_root=begins, new_root=larger.root, path=path)
    elif smaller.size != larger.size:
        raise ProofError(f"evidence: sizes {smaller.size} and {larger.size} differ, and nothing proves a contradiction")
    if begins == smaller.root:
        raise ProofError(f"evidence: the head of size {larger.size} continues that of size {smaller.size}")
    both = tuple(key for key in smaller.log_keys if key in larger.log_keys)
    final = smaller.final and larger.final
    if not both and not final:
        raise SignatureError("evidence: the heads are signed by two keys of the log, and not both by the quorum")
    cosigned = {witness for witness, _ in larger.cosigned}
    names = tuple(sorted(_text(witness.name) for witness, _ in smaller.cosigned if witness in cosigned))
    origin = smaller.checkpoint.origin
    return Convicted(origin, (smaller.size, larger.size), (smaller.root, larger.root), both, names, final)


def evidence_name(evidence: Evidence) -> str:
    """A name that is the same for the same two heads, whoever cosigned them when."""
    texts = b"\n".join(seen.head.checkpoint.text for seen in (evidence.smaller, evidence.larger))
    return f"split-view-{evidence.smaller.head.size}-{evidence.larger.head.size}-{sha256(texts).hexdigest()[:16]}.json"


def format_evidence(evidence: Evidence) -> bytes:
    """Format evidence as its file."""
    growth = None
    if evidence.growth is not None:
        path = [_base64(hash_) for hash_ in evidence.growth.path]
        growth = {"path": path, "root": _base64(evidence.growth.root)}
    value: Any = {
        "format": FORMAT,
        "growth": growth,
        "heads": [_head(evidence.smaller), _head(evidence.larger)],
        "kind": SPLIT_VIEW,
    }
    return encode_json(value, what="evidence") + b"\n"


def parse_evidence(data: bytes, *, policy: Policy) -> Evidence:
    """Parse evidence and verify the signatures on its heads.

    Raises:
        FormatError: not of the form above.
        SignatureError: a head is not signed by a log of the policy, or a line by a known key does not verify.
    """
    if len(data) > EVIDENCE_BYTES_MAX or not data.endswith(b"\n"):
        raise FormatError(f"evidence: expected one line of at most {EVIDENCE_BYTES_MAX} bytes that ends with LF")
    value = expect_any_object(
        parse_json(data[:-1], what="evidence", bytes_max=EVIDENCE_BYTES_MAX), what="evidence"
    )
    if (value.get("format"), value.get("kind")) != (FORMAT, SPLIT_VIEW):
        raise FormatError(f"evidence: expected {FORMAT} of a {SPLIT_VIEW}, got {shown(str(value.get('format')))}")
    expect_object(value, ("format", "growth", "heads", "kind"), what="evidence")
    heads = expect_array(value["heads"], length=2, what="evidence: heads")
    smaller, larger = (_seen(one, policy=policy, what=f"evidence: head {at}") for at, one in enumerate(heads))
    if smaller.head.size > larger.head.size:
        raise FormatError("evidence: expected the smaller head first")
    growth = None if value["growth"] is None else _growth(value["growth"])
    if growth is not None and smaller.head.size == larger.head.size:
        raise FormatError("evidence: expected no growth between two heads of one size")
    return Evidence(smaller, larger, growth)


def _seen(value: Any, *, policy: Policy, what: str) -> Seen:
    found = expect_object(value, ("note", "seen_unix_s", "where"), what=what)
    note = expect_string(found["note"], what=f"{what}: note").encode("utf-8")
    where = expect_string(found["where"], what=f"{what}: where")
    if len(where) > WHERE_CHARACTERS_MAX:
        raise FormatError(f"{what}: where: expected at most {WHERE_CHARACTERS_MAX} characters, got {len(where)}")
    origin = note.partition(b"\n")[0].decode("utf-8")
    head = open_head(note, policy=policy, what=what, origin=origin)
    return Seen(head, where, expect_integer(found["seen_unix_s"], what=f"{what}: seen_unix_s"))


def _growth(value: Any) -> Growth:
    found = expect_object(value, ("path", "root"), what="evidence: growth")
    path = expect_array(found["path"], most=PATH_HASHES_MAX, what="evidence: path")
    hashes = tuple(expect_base64(hash_, what="evidence: path") for hash_ in path)
    return Growth(expect_base64(found["root"], what="evidence: root"), hashes)


def _head(seen: Seen) -> Any:
    return {
        "note": seen.head.note.decode("utf-8"),
        "seen_unix_s": seen.seen_unix_s,
        "where": seen.where[:WHERE_CHARACTERS_MAX],
    }


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _text(name: bytes) -> str:
    return name.decode("utf-8", errors="replace")
