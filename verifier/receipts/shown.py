"""The leaves that a receipt shows: their stamps, the charter that they name, and who signed each entry.

That a leaf stands in the log says that the consortium found it right (its cosigners replay what they sign). So stamps
are read here, not computed again; `replay` does that with the whole log.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from verifier.entries.entry import Entry, parse_entry, split_leaf, verify_entry
from verifier.entries.signatories import Signatory, charter_signatories
from verifier.entries.stamp import parse_flags
from verifier.errors import CannotTell, FormatError, ProofError, SignatureError
from verifier.log.keys import VerifierKey, parse_vkey
from verifier.primitives.expect import expect_any_object, expect_integer, expect_object, expect_string
from verifier.primitives.parse import parse_hex, parse_json
from verifier.rules.moves import Move, Split, parse_moves

RULES = 1
ROOTS = ("accounts", "exits", "figures", "published", "register")

_ALWAYS = ("balance", "charter", "index", "rules", "time_unix_ms")
_SOMETIMES = ("effect", "flags", "moves", "state", *ROOTS)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the sequencer's line says; `roots` are those of a trial balance, `flags` those of a notice, else empty.

    A flag is a figure that the notice says and by how much it differs, None where the books may not tell.
    """

    index: int
    balance: int | None
    charter: int
    time_unix_ms: int
    moves: tuple[Move | Split, ...]
    sealed: bool
    closes: bool
    flags: tuple[tuple[str, int | None], ...]
    roots: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf that is shown; `signers` are parties or `<party>/<officer>`, in the order of their signatures."""

    stamp: Stamp
    entry: Entry
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Charter:
    """Parties and officers as an entry names its signers, and how many of the parties must cosign."""

    signatories: Mapping[str, Signatory]
    quorum: int


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whom the charter in force must name: one of these as the log's key, and just these cosigners; None: whichever."""

    logs: Sequence[VerifierKey]
    cosigners: Set[VerifierKey] | None


def open_leaves(
    leaves: Mapping[int, bytes], *, origin: str, size: int, trusted: Trusted
) -> tuple[dict[int, Leaf], Charter]:
    """Read leaves that were proven to stand in the log `origin`, the last one among them.

    Raises:
        FormatError, SignatureError, ProofError, Rejected: a stamp or an entry is not what it must be, or the charter
            names other keys than `trusted`.
        CannotTell: a stamp follows rules that this verifier does not know.
    """
    split = {index: split_leaf(data, what=f"leaf {index}") for index, data in leaves.items()}
    stamps = {index: _parse_stamp(line, index=index) for index, (line, _) in split.items()}
    charter_index = stamps[size - 1].charter
    if charter_index not in split:
        raise ProofError(f"leaf {size - 1} names the charter in leaf {charter_index}, which is not shown")
    for index, stamp in stamps.items():
        if stamp.charter != charter_index:
            raise ProofError(f"leaf {index}: expected the charter in leaf {charter_index}, got {stamp.charter}")
    charter = _open_charter(split[charter_index][1], index=charter_index, origin=origin, trusted=trusted)
    opened = {}
    for index, (_, note) in split.items():
        entry = parse_entry(note, origin=origin, what=f"leaf {index}")
        opened[index] = Leaf(stamps[index], entry, _verify_signers(entry, charter=charter, what=f"leaf {index}"))
        _check_fits(opened[index])
    return opened, charter


def _parse_stamp(line: bytes, *, index: int) -> Stamp:
    what = f"leaf {index}: stamp"
    value = expect_any_object(parse_json(line, what=what), what=what)
    rules = expect_integer(value.get("rules"), what=f"{what}: rules")
    if rules != RULES:
        raise CannotTell(f"{what}: this verifier knows rules version {RULES}, the leaf follows version {rules}")
    expect_object(value, _ALWAYS, optional=_SOMETIMES, what=what)
    if expect_integer(value["index"], what=f"{what}: index") != index:
        raise ProofError(f"{what}: expected the index {index}, got {value['index']}")
    charter = expect_integer(value["charter"], most=index, what=f"{what}: charter")
    balance = value["balance"]
    if balance is not None:
        expect_integer(balance, most=index, what=f"{what}: balance")
    time = expect_integer(value["time_unix_ms"], what=f"{what}: time_unix_ms")
    hashes = {
        name: _parse_hash(value[name], what=f"{what}: {name}") for name in (*ROOTS, "effect", "state") if name in value
    }
    moves = parse_moves(value["moves"], what=f"{what}: moves") if "moves" in value else ()
    roots = {name: hashes[name] for name in ROOTS if name in hashes}
    flags = parse_flags(value["flags"], what=f"{what}: flags") if "flags" in value else ()
    return Stamp(index, balance, charter, time, moves, "effect" in hashes, "state" in hashes, flags, roots)


def _parse_hash(value: object, *, what: str) -> bytes:
    return parse_hex(expect_string(value, what=what).encode("utf-8"), what=what, length=32)


def _open_charter(note: bytes, *, index: int, origin: str, trusted: Trusted) -> Charter:
    """The charter, which names the log's key and the cosigners' keys that the policy trusts, and no others."""
    what = f"leaf {index}: charter"
    value = parse_entry(note, origin=origin, what=what).value
    if value["kind"] != "charter":
        raise ProofError(f"{what}: expected a charter, got the kind {value['kind']}")
    log = parse_vkey(value["epoch"]["log"].encode("utf-8"), what=f"{what}: log")
    if log not in trusted.logs:
        raise SignatureError(f"{what}: its log key {log} is not in the policy")
    cosigners = {parse_vkey(party["cosigner"].encode("utf-8"), what=what) for party in value["parties"]}
    if trusted.cosigners is not None and cosigners != trusted.cosigners:
        raise SignatureError(
            f"{what}: expected the cosigners [{_names(trusted.cosigners)}] of the policy, got [{_names(cosigners)}]"
        )
    return Charter(charter_signatories(value), value["quorum"])


def _names(keys: Iterable[VerifierKey]) -> str:
    return ", ".join(sorted(map(str, keys)))


def _verify_signers(entry: Entry, *, charter: Charter, what: str) -> tuple[str, ...]:
    """Verify that exactly those whom the entry names signed it, each a party or an officer; give who they are."""
    unknown = [signer for signer in entry.value["signers"] if signer not in charter.signatories]
    if unknown:
        raise SignatureError(f"{what}: {unknown[0]} is the entry key of no party and no officer in the charter")
    signed = [charter.signatories[signer] for signer in entry.value["signers"]]
    verify_entry(entry, keys=[one.key for one in signed], what=what)
    return tuple(one.party if one.officer is None else f"{one.party}/{one.officer}" for one in signed)


def _check_fits(leaf: Leaf) -> None:
    """Check that the stamp has what goes with the kind of its entry."""
    stamp, kind = leaf.stamp, leaf.entry.kind
    what = f"leaf {stamp.index}: stamp"
    if stamp.sealed != (kind == "sealed") or (stamp.sealed and stamp.moves):
        raise FormatError(f"{what}: a sealed leaf has an effect and no moves, and no other has an effect")
    if len(stamp.roots) != (len(ROOTS) if kind == "balance" else 0):
        raise FormatError(f"{what}: a balance has the five roots, and nothing else has any")
    if (stamp.balance == stamp.index) != (kind == "balance"):
        raise ProofError(f"{what}: expected its own index as the balance exactly in a balance, got {stamp.balance}")
    if stamp.closes != (kind == "close"):
        raise FormatError(f"{what}: a close has the root of the state, and nothing else has it")
    if stamp.flags and kind != "notice":
        raise FormatError(f"{what}: only a notice has flags, and this is a {kind}")
