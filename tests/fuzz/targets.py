"""Every target: what is tried, where it begins, and how inputs are changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests.fuzz import documents, outside, proofs, texts, whole, worlds
from tests.fuzz.edits import RandomDraw, canonical, edit
from tests.fuzz.oracle import Check
from tests.fuzz.seeds import seeds
from verifier.errors import VerifyError
from verifier.primitives.parse import parse_json

INPUT_BYTES_MAX = 4096
EDITS_MAX = 4
PROGRAM_BYTES_MAX = 512


@dataclass(frozen=True, slots=True)
class Target:
    """A check with its first inputs; with `lines`, lines of JSON in an input are edited as values, too."""

    check: Check
    seeds: Callable[[], tuple[bytes, ...]]
    lines: bool = False
    bytes_max: int = INPUT_BYTES_MAX

    @property
    def is_program(self) -> bool:
        """Whether an input says what is done to samples, and is no sample itself."""
        return self.bytes_max < PROGRAM_BYTES_MAX and len(self.seeds()[0]) == 1

    @property
    def about(self) -> str:
        """What is tried, in a sentence."""
        return (self.check.__doc__ or "").partition("\n")[0]


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "json": Target(texts.check_json, lambda: seeds("data", "strict.parse_json"), lines=True),
        "vkey": Target(texts.check_vkey, lambda: seeds("text", "keys.parse_vkey")),
        "note": Target(texts.check_note, lambda: seeds("note", "note.parse", "note.open")),
        "policy": Target(texts.check_policy, lambda: seeds("policy", "policy.parse", "policy.evaluate")),
        "checkpoint": Target(texts.check_checkpoint, lambda: seeds("text", "checkpoint.parse")),
        "cosigned": Target(texts.check_cosigned, texts.cosigned_seeds),
        "tlog-proof": Target(texts.check_tlog_proof, lambda: seeds("proof", "tlog_proof.parse", "tlog_proof.verify")),
        "tile-path": Target(texts.check_tile_path, lambda: seeds("path", "tile.path"), bytes_max=100),
        "bundle": Target(texts.check_bundle, texts.bundle_seeds),
        "batch": Target(texts.check_batch, texts.batch_seeds, bytes_max=1024),
        "entry": Target(documents.check_entry, documents.entry_seeds, lines=True),
        "body": Target(documents.check_body, documents.body_seeds, lines=True),
        "stamp": Target(documents.check_stamp, documents.stamp_seeds, lines=True),
        "leaf": Target(documents.check_leaf, documents.leaf_seeds, lines=True),
        "register-row": Target(documents.check_row, documents.row_seeds, lines=True),
        "receipt-file": Target(
            documents.check_receipt_file, lambda: tuple(worlds.sample().receipts.values()), lines=True, bytes_max=16_384
        ),
        "evidence": Target(documents.check_evidence, documents.evidence_seeds, lines=True),
        "cbor": Target(texts.check_cbor, lambda: seeds("cbor", "cose/cbor.parse")),
        "cose": Target(texts.check_cose, lambda: seeds("receipt", "cose/receipt.open")),
        "tree": Target(proofs.check_tree, lambda: whole.programs(8), bytes_max=128),
        "sum-tree": Target(proofs.check_sum_tree, lambda: whole.programs(8), bytes_max=256),
        "trie": Target(proofs.check_trie, lambda: whole.programs(8), bytes_max=128),
        "exits": Target(proofs.check_no_exit, lambda: whole.programs(8), bytes_max=128),
        "receipt": Target(whole.check_receipt, lambda: whole.programs(11), bytes_max=128),
        "receipt-collusion": Target(whole.check_colluding_receipt, lambda: whole.programs(11), bytes_max=128),
        "replay": Target(whole.check_replay, lambda: whole.programs(64), bytes_max=128),
        "terms": Target(whole.check_terms, lambda: whole.programs(2), bytes_max=128),
        "state": Target(outside.check_state, lambda: whole.programs(1), bytes_max=64),
        "memory": Target(outside.check_memory, outside.memory_seeds, lines=True),
        "http": Target(outside.check_http, outside.http_seeds),
        "answers": Target(outside.check_answers, lambda: whole.programs(2), bytes_max=64),
        "continues": Target(outside.check_continues, lambda: whole.programs(8), bytes_max=64),
        "sample": Target(outside.check_sample, outside.sample_seeds, bytes_max=256),
        "archive": Target(whole.check_edited_archive, lambda: whole.programs(4), bytes_max=128),
    }
)


def mutate_lines(data: bytes, seed: int) -> bytes | None:
    """The input with a line of JSON changed and in canonical form again; None where it has no such line."""
    draw, lines, values = RandomDraw(seed), data.split(b"\n"), {}
    for at, line in enumerate(lines):
        try:
            values[at] = parse_json(line, what="line")
        except VerifyError:
            continue
    if not values:
        return None
    at = list(values)[draw.below(len(values))]
    value = values[at]
    for _ in range(1 + draw.below(EDITS_MAX)):
        value = edit(value, draw)
    lines[at] = canonical(value)
    return b"\n".join(lines)
