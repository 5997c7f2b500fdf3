"""Targets over what takes a whole log: receipts judged, entries replayed, terms worked out, an archive.

The input says which sample is taken and which lies are told about it (`edits.py`). In `check_receipt` nothing is
repaired, so only what was true may come out. In `check_colluding_receipt` and `check_replay` everybody who signs or
cosigns is in league with whoever lies: signatures and roots fit whatever is said, and the verifier still has to answer.
"""

import pickle
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest import mock

from tests.fuzz import worlds
from tests.fuzz.edits import BytesDraw, canonical, edit, fold, unfold
from tests.fuzz.oracle import check_printable
from tests.fuzz.seeds import inputs
from tests.fuzz.texts import check_archive
from tests.support.vector_ops_verifier_entries import CaseBlobs
from tests.support.vector_terms import TERMS
from verifier.entries.entry import parse_body
from verifier.entries.lines import Line, parse_batch, sum_root
from verifier.entries.members import check_members
from verifier.entries.shapes import check_shape
from verifier.errors import FormatError, VerifyError
from verifier.primitives.hashes import body_hash
from verifier.primitives.parse import parse_json
from verifier.receipts.receipt import verify_receipt
from verifier.receipts.verdict import Verdict
from verifier.receipts.worked import check_decision
from verifier.rules.replay import Replay
from verifier.speech.explain import explain_receipt
from verifier.terms.formulas import KINDS, evaluate

LIES = (0, 1, 1, 1, 1, 2, 2, 3, 5)
BLOCKS_MAX = 8
FOLLOWING = 3  # leaves that are replayed behind the one that was changed

_HASHED = ("verify_multiproof", "verify_present", "verify_absent", "verify_no_exit")


def check_receipt(data: bytes) -> Any:
    """A receipt in which anything was changed: refused, or what it proves is what the whole one proves."""
    draw = BytesDraw(data)
    name, value = _chosen(draw)
    policy = worlds.sample().policy
    verdict = verify_receipt(_encode(fold(_lies(value, draw))), policy)
    assert meaning(verdict) == _meaning_of(name), "a receipt that says something else"
    assert is_true_of_an_entry(verdict, worlds.sample().receipts[name]), "an entry that is not in the log"
    _explain(verdict)
    return verdict


def check_colluding_receipt(data: bytes) -> Any:
    """A receipt of a log whose parties sign whatever a prover wants: an answer, in words that can be printed."""
    draw = BytesDraw(data)
    _, value = _chosen(draw)
    value = fold(_reseal(_lies(value, draw)))
    with nothing_is_proven():
        verdict = verify_receipt(_encode(value), worlds.sample().policy)
        _explain(verdict)
        return verdict


def check_replay(data: bytes) -> Any:
    """A leaf of a log in which anything was changed, signed by whoever must, and those behind it.

    What is refused leaves the state as it was; what is accepted leaves the sum of all accounts of a unit at 0.
    """
    draw = BytesDraw(data)
    case, states = _replayed()
    at = draw.below(len(states))
    replay = pickle.loads(states[at])
    document = unfold({"files": _files(case, at), "leaf": case["leaves"][at]})
    document = _lies(document, draw)
    if not isinstance(document, dict) or not isinstance(document.get("leaf"), list):
        raise FormatError("input: no leaf")
    files = _renamed(document)
    leaf = fold(document["leaf"])
    if not isinstance(leaf, str):
        raise FormatError("input: no text of a leaf")
    blobs = CaseBlobs({**case["blobs"], **files})
    answers = []
    with nothing_is_signed(), mock.patch("verifier.rules.replay.check_stamp"):
        for one in [leaf, *case["leaves"][at + 1 : at + 1 + FOLLOWING]]:
            before = replay.state_root()
            try:
                taken = replay.apply(one.encode("utf-8", errors="surrogatepass"), blobs)
            except VerifyError as error:
                check_printable(str(error))
                assert replay.state_root() == before, "a leaf that was refused left a trace"
                if not answers:
                    raise
                answers.append(str(error))
            else:
                _check_sums(replay)
                answers.append(repr(taken.moves))
    return answers


def check_terms(data: bytes) -> Any:
    """Terms, a claim and a decision in which anything was changed: every formula, and the decision worked out again."""
    draw = BytesDraw(data)
    document = _lies(_CASE, draw)
    if not isinstance(document, dict) or document.keys() != _CASE.keys():
        raise FormatError("input: other members")
    parts = {name: parse_json(canonical(value), what=name) for name, value in document.items()}
    claim, cover, decision, facts, terms, used = (parts[name] for name in sorted(_CASE))
    for value in (terms, cover):
        _check_kind(value, ("terms", "cover"))
        check_members(value, entry=True, what="entry")
        check_shape(value, origin="ledger.example/dlz", what="entry")
    for value in (claim, decision):
        parse_body(canonical(value), what="body")
        _check_kind(value, ("claim", "decision"))
    if not isinstance(used, dict) or not all(type(amount) is int for amount in used.values()):
        raise FormatError("used: expected amounts")
    if not isinstance(facts, dict):
        raise FormatError("facts: expected an object")
    outcomes = []
    for name in terms["formulas"]:
        try:
            outcome = evaluate(terms, name, facts={**claim["facts"], **facts}, used=used)
            outcomes.append(repr(outcome))
        except VerifyError as error:
            check_printable(str(error))
            outcomes.append(str(error))
    try:
        check_decision(decision, claim=claim, terms=terms, cover=cover, what="decision")
    except VerifyError as error:
        check_printable(str(error))
        outcomes.append(str(error))
    return outcomes


def check_edited_archive(data: bytes) -> Any:
    """An archive with bytes changed and blocks moved; a header may fit what it then says."""
    draw, block = BytesDraw(data), 512
    archive = bytearray(worlds.archive())
    for _ in range(draw.below(BLOCKS_MAX)):
        blocks = max(len(archive) // block, 1)
        at, to = block * draw.below(blocks), block * draw.below(blocks)
        match draw.below(6):
            case 0:
                archive[at + draw.below(block) : at + block] = b""
            case 1:
                archive[at : at + block] = archive[to : to + block]
            case 2:
                archive[to:to] = archive[at : at + block]
            case 3:
                archive[at : at + 124 + 11] = archive[at : at + 124] + b"%011o" % (draw.below(65536) * draw.below(256))
                _fit(archive, at)
            case 4:
                archive[at + draw.below(block) :][:1] = bytes([draw.below(256)])
                place = at + draw.below(block)
                archive[place : place + 1] = bytes([draw.below(256)])
                _fit(archive, at)
            case _:
                place = at + draw.below(block)
                archive[place : place + 1] = bytes([draw.below(256)])
    return check_archive(bytes(archive))


def programs(samples: int) -> tuple[bytes, ...]:
    """Inputs that choose each sample and change nothing, and one that changes a little."""
    return (*(bytes([at]) for at in range(samples)), bytes(range(40)), bytes(range(255, 215, -1)))


def meaning(verdict: Verdict) -> Any:
    """What a receipt says of the person and the money, apart from who vouches for it and what else it tells."""
    cover = verdict.cover
    claims = cover and [(one.index, one.state, one.paid, one.duties, one.objection) for one in cover.claims]
    return verdict.subject, verdict.line, verdict.hops, verdict.pieces, cover and cover.removed, claims


def is_true_of_an_entry(verdict: Verdict, receipt: bytes) -> bool:
    """Whether a verdict about an entry says what stands in that leaf of a receipt, not only in the one it was for."""
    if verdict.entry is None:
        return True
    value = parse_json(receipt[:-1], what="receipt")
    assert isinstance(value, dict)
    leaves = dict(value["leaves"])
    text = leaves[verdict.entry.at.index].split("\n")[2]
    return canonical(verdict.entry.value).decode() == text


@cache
def _meaning_of(name: str) -> Any:
    return meaning(verify_receipt(worlds.sample().receipts[name], worlds.sample().policy))


# -- lies ------------------------------------------------------------------------------------------------------------


@cache
def _unfolded() -> tuple[tuple[str, bytes], ...]:
    return tuple(
        (name, pickle.dumps(unfold(parse_json(data[:-1], what="receipt"))))
        for name, data in worlds.sample().receipts.items()
    )


def _chosen(draw: BytesDraw) -> tuple[str, Any]:
    name, value = _unfolded()[draw.below(len(_unfolded()))]
    return name, pickle.loads(value)


def _lies(value: Any, draw: BytesDraw) -> Any:
    """The value with lies told about it; most often one, since two are refused twice as soon."""
    value = pickle.loads(pickle.dumps(value))
    for _ in range(LIES[draw.below(len(LIES))]):
        value = edit(value, draw)
    return value


def _encode(value: Any) -> bytes:
    return canonical(value) + b"\n"


def _reseal(value: Any) -> Any:
    """The receipt with each sealed entry naming the body that is shown for it, whatever that now says."""
    if isinstance(value, dict) and isinstance(value.get("bodies"), list) and isinstance(value.get("leaves"), list):
        for body in value["bodies"]:
            if isinstance(body, list) and len(body) == 2 and isinstance(body[1], str):
                for leaf in value["leaves"]:
                    if isinstance(leaf, list) and leaf[:1] == body[:1]:
                        _name_body(leaf, body_hash(body[1].encode("utf-8", errors="surrogatepass")).hex())
    return value


def _name_body(leaf: list[Any], name: str) -> None:
    for lines in leaf[1:]:
        for line in lines if isinstance(lines, list) else ():
            if isinstance(line, dict) and "body" in line:
                line["body"] = name


def _fit(archive: bytearray, at: int) -> None:
    """Set the checksum of a header to what follows from it."""
    header = archive[at : at + 512]
    header[148:156] = b" " * 8
    archive[at + 148 : at + 156] = b"%06o\0 " % sum(header)


# -- what everybody is in league with --------------------------------------------------------------------------------


@contextmanager
def nothing_is_signed() -> Iterator[None]:
    """Every entry counts as signed by whom it names."""
    with mock.patch("verifier.entries.entry.verify_signers"):
        yield


@contextmanager
def nothing_is_proven() -> Iterator[None]:
    """What a receipt shows counts as standing under its checkpoint."""
    with ExitStack() as stack:
        stack.enter_context(nothing_is_signed())
        for name in _HASHED:
            stack.enter_context(mock.patch(f"verifier.receipts.receipt.{name}"))
        yield


def _explain(verdict: Verdict) -> None:
    for lang in ("en", "zh"):
        check_printable(explain_receipt(verdict, lang=lang))


# -- a log, and the state before each of its leaves ------------------------------------------------------------------


@cache
def _replayed() -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """The vector that has every kind of entry, and the state before each leaf."""
    case = max(inputs("log.replay", good=True), key=lambda given: len(given["leaves"]))
    replay, blobs, states = Replay(case["origin"]), CaseBlobs(case["blobs"]), []
    for leaf in case["leaves"]:
        states.append(pickle.dumps(replay))
        replay.apply(leaf.encode(), blobs)
    return case, tuple(states)


def _files(case: dict[str, Any], at: int) -> dict[str, Any]:
    """The files that a leaf names, in a form that can be edited: a body as text, a batch as amounts and commitments."""
    found: dict[str, Any] = {}
    for name, data in case["blobs"].items():
        if name in case["leaves"][at]:
            raw = bytes.fromhex(data)
            if raw[:1] == b"{":
                found[name] = parse_json(raw, what="body")
                continue
            try:
                found[name] = [[line.amount, line.commitment.hex()] for line in parse_batch(raw, what="batch")]
            except VerifyError:
                found[name] = data
    return found


def _renamed(document: dict[str, Any]) -> dict[str, str]:
    """The edited files under the names that they have now, which the entry then uses."""
    found: dict[str, str] = {}
    files = document.get("files")
    for name, value in (files.items() if isinstance(files, dict) else ()):
        if isinstance(value, dict):
            data = canonical(value)
            new = {"body": body_hash(data).hex()}
        elif isinstance(value, list):
            try:
                lines = [Line(amount, bytes.fromhex(commitment)) for amount, commitment in value]
                data, sums = b"".join(line.encode() for line in lines), sum_root(lines)
            except (ValueError, TypeError, OverflowError, AttributeError, IndexError):
                continue
            new = {"root": sums.root.hex()}
        else:
            continue
        found[next(iter(new.values()))] = data.hex()
        _rename(document["leaf"], name, new)
    return found


def _rename(value: Any, old: str, new: dict[str, str]) -> None:
    """Set the members that held the old name of a file."""
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _rename(item, old, new)
    if isinstance(value, dict):
        for member, name in new.items():
            if value.get(member) == old:
                value[member] = name


def _check_sums(replay: Replay) -> None:
    sums: dict[str, int] = {}
    for _, row in replay.rows.scan("account"):
        sums[row["unit"]] = sums.get(row["unit"], 0) + row["in"] - row["out"]
    assert not any(sums.values()), f"money came or went: {sums}"


# -- terms, and a claim under them -----------------------------------------------------------------------------------

_COMMON = {"nonce": "00" * 16, "signers": ["foundation.example+1a2b3c4d"], "valid_until": "2019-03-31"}
_TERMS = {**TERMS, **_COMMON, "at": "2019-01-01", "kind": "terms"}
_COVER = {**_COMMON, "at": "2019-01-01", "county": "kb", "document": "1a" * 32, "first_day": "2019-01-01",
          "kind": "cover", "last_day": "2019-12-31", "period": "2019", "persons": 5, "premium": 5000,
          "programme": "dlz", "terms": 1}  # fmt: skip
_CLAIM = {
    "admitted": "2019-03-01", "at": "2019-03-05", "benefits": ["inpatient", "surgery"], "bill": 900_000,
    "claimed": 500_000, "complete": True, "cover": 2, "documents": [], "facts": {
        "basic_paid": 100_000, "bill": 900_000, "born_on": "1970-02-28", "cause": "accident", "gift": 1000,
        "grade": "一级", "nights": 9, "persons": 5, "spent": 4000, "other_paid": 5, "own_expense": 700_000,
        "accident_on": "2019-02-01", "discharged_on": "2019-03-04"},
    "invoices": [], "kind": "claim", "member": "2b" * 32, "nonce": "01" * 16,
    "prior": [{"amount": 5, "payer": "basic"}], "residual": 500_000,
}  # fmt: skip
_DECISION = {
    "amount": 250_000, "at": "2019-03-09", "benefits": [{"amount": 250_000, "benefit": "inpatient", "steps": [
        {"clause": "caps.0", "in": [500_000, 1, 7], "name": "year", "op": "cap", "out": 250_000}]}], "claim": 5,
    "kind": "decision", "nonce": "02" * 16, "result": "pay", "terms": 1,
}  # fmt: skip
# What only a what-if may say: a claim states texts, integers, true and false.
_FACTS = {
    "admitted_on": "2019-03-01", "amount": 5000, "born": "1970-02-28", "carried_over": 7, "complete_on": "2019-03-02",
    "gift": 1000, "households": ["a", "b"], "invested": 9000, "paid": 100, "policy_first_day": "2019-01-01",
    "purchases": [{"category": "rice", "market_value": 900}], "purchases_earlier": [], "residual": 500_000,
    "split": None, "subsidy_used_earlier": 3, "weights": [1, 2],
}  # fmt: skip
_CASE = {"claim": _CLAIM, "cover": _COVER, "decision": _DECISION, "facts": _FACTS, "terms": _TERMS, "used": {"year": 5}}


def _check_kind(value: Any, kinds: tuple[str, ...]) -> None:
    if not isinstance(value, dict) or value.get("kind") not in kinds:
        raise FormatError(f"input: expected a kind of {', '.join(kinds)}")


assert set(KINDS) == {formula["kind"] for formula in TERMS["formulas"].values()}, "a formula of every kind"
