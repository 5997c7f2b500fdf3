"""A finding: which rule is broken, in which leaf, who signed its entry or stamped it, and the evidence in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from verifier.entries.entry import split_leaf
from verifier.entries.stamp import Mismatch, check_place, mismatches, parse_stamp
from verifier.errors import FormatError, ProofError, Rejected, SignatureError, VerifyError
from verifier.log.note import parse_note
from verifier.primitives.amounts import plain
from verifier.primitives.parse import parse_json
from verifier.rules.act import Blobs

_CLASSES = MappingProxyType({FormatError: "format", SignatureError: "signature", ProofError: "proof"})
_BOOKS = ("insufficient", "position_left", "position_overflow")

# Where a rule that is no reason of the tables is written down.
_PAGES: Mapping[str, str] = MappingProxyType(
    {
        "cosignature": "cosignature.md",
        "format": "entry.md",
        "pins": "pins.md",
        "policy": "policy.md",
        "proof": "batch.md",
        "quorum": "policy.md",
        "root": "merkle.md",
        "signature": "signature.md",
        "stamp_accounts": "trial-balance.md",
        "stamp_exits": "trial-balance.md",
        "stamp_figures": "trial-balance.md",
        "stamp_flags": "kinds.md",
        "stamp_moves": "books.md",
        "stamp_published": "trial-balance.md",
        "stamp_register": "trial-balance.md",
        "stamp_state": "state.md",
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong.

    `section` is the page of docs/formats that has the rule; `kind` is that of the entry, of a sealed one the body's
    where it was read. `signers` are who signed, as the lines say, and `parties` who they are by the charter, None where
    it does not know them. `stamped_by` is the operator, where what is wrong is not the entry but what was written
    around it. `expected` and `got` stand for themselves where two values differ; `evidence` says it in any case.
    """

    rule: str
    section: str
    index: int | None
    kind: str | None
    signers: tuple[str, ...]
    parties: tuple[str | None, ...]
    stamped_by: str | None
    expected: str | None
    got: str | None
    evidence: str


def log_finding(
    rule: str,
    evidence: str,
    *,
    index: int | None = None,
    signers: tuple[str, ...] = (),
    party: str | None = None,
    expected: str | None = None,
    got: str | None = None,
) -> Finding:
    """A finding about the log as a whole, or about what somebody vouched for."""
    parties = (party,) * len(signers)
    return Finding(rule, section_of(rule), index, None, signers, parties, None, expected, got, evidence)


def rule_of(error: VerifyError) -> str:
    """The name of the rule that an error says was broken."""
    if isinstance(error, Rejected):
        return error.reason
    if isinstance(error, Mismatch):
        return f"stamp_{error.member}"
    return _CLASSES[type(error)]


def evidence_of(error: VerifyError, *, index: int) -> str:
    """What an error says about a leaf: where, what was expected, what came; the rule is named beside it."""
    text = str(error).removeprefix(f"{rule_of(error)}: ")
    return text if text.startswith(f"leaf {index}: ") else f"leaf {index}: {text}"


def stamp_errors(leaf: bytes, *, index: int) -> list[tuple[str, VerifyError]]:
    """What is wrong with the form or the place of a leaf's stamp, by rule, whatever its entry is."""
    try:
        line, _ = split_leaf(leaf, what=f"leaf {index}")
    except FormatError:
        return []  # there is no saying which of the two is too long
    try:
        check_place(parse_stamp(line, what=f"leaf {index}: stamp"), index=index)
    except FormatError as error:
        return [("stamp_format", error)]
    except Mismatch as error:
        return [(rule_of(error), error)]
    return []


def stamp_differences(leaf: bytes, expected: Mapping[str, Any]) -> list[tuple[str, VerifyError]]:
    """What else a stamp says than follows from the log, member by member; of its place `stamp_errors` tells."""
    try:
        got = parse_stamp(split_leaf(leaf, what="leaf")[0], what="stamp")
    except FormatError:
        return []
    found = mismatches(got, expected=expected)
    return [(rule_of(one), one) for one in found if one.member != "index"]


def section_of(rule: str) -> str:
    """The page of docs/formats where a rule is written down."""
    if rule in _BOOKS:
        return "books.md"
    return _PAGES.get(rule, "entry.md" if rule.startswith("stamp_") else "kinds.md")


def signers_of(leaf: bytes) -> tuple[str, ...]:
    """Who signed the entry of a leaf, as its signature lines say; empty where it has none that can be read."""
    try:
        note = parse_note(leaf.partition(b"\n")[2], what="entry")
    except FormatError:
        return ()
    return tuple(plain(f"{line.name}+{line.key_id.hex()}") for line in note.lines)


def kind_of(leaf: bytes, blobs: Blobs) -> str | None:
    """The kind of the entry of a leaf, of a sealed one that of its body, as far as they can be read."""
    try:
        text = parse_note(leaf.partition(b"\n")[2], what="entry").text
        value: Any = parse_json(text.split(b"\n")[1], what="entry")
        kind = plain(str(value["kind"]))
        body = blobs.body(bytes.fromhex(value["body"])) if kind == "sealed" else None
        opened: Any = {"kind": kind} if body is None else parse_json(body, what="body")
        return plain(str(opened["kind"]))
    except (VerifyError, LookupError, TypeError, ValueError):
        return None
