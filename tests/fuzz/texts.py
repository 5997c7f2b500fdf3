"""Targets over lines of text: canonical JSON, keys, notes, policies, checkpoints, proofs, paths, and the batch files.

Each check gives something to compare when an input is accepted, after it wrote the input again from what was read:
it must come out byte for byte.
"""

from base64 import b64encode
from functools import cache
from typing import Any

from tests.fuzz.oracle import check_printable
from tests.fuzz.seeds import inputs, raw, seeds
from verifier.entries.lines import COLUMNS_MAX, parse_batch, parse_column, sum_batch, sum_root, verify_batch
from verifier.errors import SignatureError
from verifier.log.checkpoint import parse_checkpoint
from verifier.log.keys import VerifierKey, parse_vkey
from verifier.log.note import parse_note, verify_signers
from verifier.log.policy import Policy, is_quorum, open_checkpoint, parse_policy
from verifier.log.tiles import parse_bundle, parse_tile, parse_tile_path, tile_path
from verifier.log.tlog_proof import parse_tlog_proof
from verifier.primitives.hashes import columns_hash
from verifier.primitives.parse import encode_json, parse_json
from verifier.scitt.cbor import encode_cbor, parse_cbor
from verifier.scitt.cose import open_cose, parse_cose
from verifier.sources.archive import Archive


def check_json(data: bytes) -> Any:
    """Canonical JSON."""
    value = parse_json(data, what="input")
    assert encode_json(value, what="input") == data
    return value


def check_vkey(data: bytes) -> Any:
    """A verifier key."""
    key = parse_vkey(data, what="input")
    assert f"{key}+".encode() + b64encode(bytes([key.type]) + key.public) == data
    return key


def check_note(data: bytes) -> Any:
    """A signed note."""
    note = parse_note(data, what="input")
    lines = [f"— {line.name} ".encode() + b64encode(line.key_id + line.signature) for line in note.lines]
    assert b"\n".join([note.text, *lines, b""]) == data
    try:
        verify_signers(note, keys=_signers(), what="input")
    except SignatureError as error:
        check_printable(str(error))
    return note


def check_policy(data: bytes) -> Any:
    """A trust policy: all its witnesses reach its quorum, none of them only where it asks for none."""
    policy = parse_policy(data, what="input")
    assert is_quorum(policy, [witness.name for witness in policy.witnesses])
    assert is_quorum(policy, []) == (policy.quorum is None)
    assert len({witness.key.public for witness in policy.witnesses}) == len(policy.witnesses)
    return policy


def check_checkpoint(data: bytes) -> Any:
    """The text of a checkpoint."""
    checkpoint = parse_checkpoint(data, what="input")
    head = [checkpoint.origin, str(checkpoint.size), b64encode(checkpoint.root).decode(), *checkpoint.extensions]
    assert "".join(f"{line}\n" for line in head).encode() == data == checkpoint.text
    return checkpoint


def check_cosigned(data: bytes) -> Any:
    """A cosigned checkpoint under every policy of the vectors: nobody signed another text, each witness counts once."""
    found = []
    for policy in _policies():
        try:
            opened = open_checkpoint(data, policy=policy, what="input")
        except Exception as error:  # the last one is raised where no policy takes it
            last = error
            continue
        names = [witness.name for witness, _ in opened.cosigned]
        assert len(set(names)) == len(names) and is_quorum(policy, names)
        assert opened.checkpoint.text in _signed_texts(), "a text that nobody signed"
        found.append(opened)
    if not found:
        raise last
    return found


def check_tlog_proof(data: bytes) -> Any:
    """A proof of one leaf, with its checkpoint."""
    proof = parse_tlog_proof(data, what="input")
    lines = [] if proof.extra is None else [b"extra " + b64encode(proof.extra)]
    lines += [b"index %d" % proof.index, *map(b64encode, proof.path)]
    assert b"\n".join([b"c2sp.org/tlog-proof@v1", *lines, b"", proof.checkpoint]) == data
    return proof


def check_tile_path(data: bytes) -> Any:
    """The path of a tile."""
    tile = parse_tile_path(data, what="input")
    assert tile_path(tile).encode() == data
    return tile


def check_bundle(data: bytes) -> Any:
    """A bundle of leaves, its width in the first byte; the same bytes as a tile of hashes."""
    width, data = data[0] if data else 0, data[1:]
    if len(data) == 32 * width:
        assert b"".join(parse_tile(data, width=width, what="input")) == data
    leaves = parse_bundle(data, width=width, what="input")
    assert b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves) == data
    return leaves


def check_batch(data: bytes) -> Any:
    """A batch file, with as many columns as the first byte says."""
    columns, data = data[0] % COLUMNS_MAX + 1 if data else 1, data[1:]
    if columns == 1:
        found = [parse_batch(data, what="input")]
        assert b"".join(line.encode() for line in found[0]) == data
        verify_batch(data, lines=sum_root(found[0]), what="input")
    else:
        found = [parse_column(data, column=at, columns=columns, what="input") for at in range(columns)]
        rows = zip(*found, strict=True)
        again = [b"".join(line.encode()[:8] for line in row) + row[0].commitment for row in rows]
        assert b"".join(again) == data
    sums = [sum_root(lines) for lines in found]
    named = sum_batch(sums[0].root if columns == 1 else columns_hash([one.root for one in sums]), data)
    assert named == data and list(named.sums) == sums
    return sums


def check_cbor(data: bytes) -> Any:
    """CBOR in its deterministic form."""
    value = parse_cbor(data, what="input")
    assert encode_cbor(value) == data
    return repr(value)  # in which True is not 1


def check_cose(data: bytes) -> Any:
    """A COSE receipt, opened with every leaf and policy of the vectors: nobody signed another head."""
    receipt, found = parse_cose(data, what="input"), []
    for leaf, policy in _cose_openers():
        try:
            opened = open_cose(receipt, leaf=leaf, policy=policy, what="input")
        except Exception as error:
            last = error
            continue
        assert opened.believed.checkpoint.text in _signed_texts(), "a head that nobody signed"
        found.append(opened)
    if not found:
        raise last
    return found


class Held:
    """The bytes of an archive in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read_at(self, at: int, size: int) -> bytes:
        """Up to `size` bytes from byte `at` on."""
        return self._data[at : at + size]


def check_archive(data: bytes) -> Any:
    """An archive: every file that it says it holds can be read, and nothing else."""
    archive = Archive(Held(data), what="input")
    assert archive.read("policy") is not None and archive.read("checkpoint") is not None
    assert archive.read("tile/entries/x999/000") is None and archive.read("../policy") is None
    return archive.size, archive.sealed


@cache
def _signers() -> tuple[VerifierKey, ...]:
    given = next(inputs("note.open", good=True))
    return tuple(parse_vkey(text.encode(), what="vkey") for text in given["vkeys"])


def bundle_seeds() -> tuple[bytes, ...]:
    """Bundles behind their widths."""
    return tuple(bytes([given["width"] & 255]) + raw(given, "data") for given in inputs("tile.bundle_decode"))


def batch_seeds() -> tuple[bytes, ...]:
    """Batches behind the number of their columns less one."""
    plain = [b"\x00" + raw(given, "data") for given in inputs("batch.root")]
    return (*plain, *(bytes([given["columns"] - 1 & 255]) + raw(given, "data") for given in inputs("batch.column")))


def cosigned_seeds() -> tuple[bytes, ...]:
    """Checkpoints of all vectors, and what stands in their proofs."""
    return seeds("note", "policy.verify_checkpoint", "checkpoint.open")


@cache
def _policies() -> tuple[Policy, ...]:
    given = inputs("policy.verify_checkpoint", "tlog_proof.verify", good=True)
    texts = dict.fromkeys(one["policy"] for one in given)
    return tuple(parse_policy(text.encode(), what="policy") for text in texts)


@cache
def _cose_openers() -> tuple[tuple[bytes, Policy], ...]:
    given = [(given["leaf"].encode(), given["policy"].encode()) for given in inputs("cose/receipt.open", good=True)]
    return tuple((leaf, parse_policy(policy, what="policy")) for leaf, policy in dict.fromkeys(given))


@cache
def _signed_texts() -> frozenset[bytes]:
    """What logs and cosigners of the good vectors signed: nobody else has their keys."""
    notes = [raw(given, "note") for given in inputs("policy.verify_checkpoint", "checkpoint.open", good=True)]
    notes += [parse_cose(raw(given, "receipt"), what="vector").checkpoint or b"" for given in inputs(
        "cose/receipt.open", good=True)]  # fmt: skip
    notes += [raw(given, "proof").partition(b"\n\n")[2] for given in inputs("tlog_proof.verify", good=True)]
    return frozenset(parse_note(note, what="vector").text for note in notes if note)
