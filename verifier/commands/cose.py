"""COSE receipts at the command line: cut out of a receipt that was checked, and checked themselves."""

import argparse
from pathlib import Path

from verifier.commands.files import UnreadableError, read_file, read_policy
from verifier.commands.screen import say, say_json
from verifier.entries.entry import LEAF_BYTES_MAX
from verifier.log.head import open_head
from verifier.log.policy import Policy
from verifier.log.signature import SIGNATURE_BYTES
from verifier.primitives.hashes import leaf_hash
from verifier.receipts.cut import inclusion_path
from verifier.receipts.receipt_file import Receipt
from verifier.scitt.cose import COSE_BYTES_MAX, format_cose, open_cose, parse_cose, signed_bytes
from verifier.speech.speech import Speech

SUMMARY = "check a COSE receipt of a leaf"

DESCRIPTION = """\
Check offline that a leaf stands in the log, by a COSE receipt of inclusion.
凭 COSE 凭证核对一个条目是否在账本中。不联网。

COSE and LEAF are the files that `receipt --cose` writes. What counts is the
cosigned checkpoint in the receipt; where the log signed for COSE readers, too,
that signature must hold.

example:
  mingzhang-verify receipt gift.receipt --policy trust.policy --cose gift.cose
  mingzhang-verify cose gift.cose --leaf gift.cose.leaf --policy trust.policy
"""


def add_export(parser: argparse.ArgumentParser) -> None:
    """Add the options of `receipt` that export one."""
    parser.add_argument(
        "--cose", metavar="FILE", type=Path,
        help="write a COSE receipt (RFC 9942) of that leaf to FILE, the leaf to FILE.leaf, and to FILE.tbs what the "
        "log's key signs where no signature is given",
    )  # fmt: skip
    parser.add_argument(
        "--cose-signature", metavar="FILE", type=Path, help="the log's raw signature of FILE.tbs, 64 bytes"
    )


def export(options: argparse.Namespace, *, receipt: Receipt, policy: Policy, origin: str) -> None:
    """Write the COSE receipt of the leaf that a checked receipt is about, where that is asked for.

    Raises:
        UnreadableError: a signature is given and no file, or the log has one leaf.
        SignatureError: the signature that is given is not the log's.
    """
    if options.cose is None:
        if options.cose_signature is not None:
            raise UnreadableError("--cose-signature: expected --cose FILE beside it")
        return
    head = open_head(receipt.checkpoint, policy=policy, what="checkpoint", origin=origin)
    if head.size < 2:
        raise UnreadableError("--cose: a log of one leaf has no COSE receipt (RFC 9942, section 5.2); ask again later")
    index, leaf = receipt.subject_index, receipt.leaves[receipt.subject_index]
    leaves = {at: leaf_hash(shown) for at, shown in receipt.leaves.items()}
    path = inclusion_path(leaves=leaves, index=index, size=head.size, path=receipt.proof)
    given = options.cose_signature
    signature = b"" if given is None else read_file(given, most=SIGNATURE_BYTES)
    data = format_cose(head, index=index, path=path, signature=signature)
    parsed = parse_cose(data, what="COSE receipt")
    open_cose(parsed, leaf=leaf, policy=policy, what="COSE receipt")
    options.cose.write_bytes(data)
    Path(f"{options.cose}.leaf").write_bytes(leaf)
    if not signature:
        to_sign = signed_bytes(protected=parsed.protected, root=head.root)
        Path(f"{options.cose}.tbs").write_bytes(to_sign)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `cose` takes."""
    parser.add_argument("receipt", metavar="COSE", type=Path, help="a COSE receipt of inclusion")
    parser.add_argument("--leaf", metavar="FILE", type=Path, required=True, help="the leaf, as the log holds it")


def run(options: argparse.Namespace) -> int:
    """Check one receipt."""
    policy = read_policy(options.policy)
    receipt = parse_cose(read_file(options.receipt, most=COSE_BYTES_MAX), what="COSE receipt")
    leaf = read_file(options.leaf, most=LEAF_BYTES_MAX)
    opened = open_cose(receipt, leaf=leaf, policy=policy, what="COSE receipt")
    head, cosigned = opened.believed.checkpoint, opened.believed.cosigned
    signed = None if opened.signed_by is None else str(opened.signed_by)
    if options.json:
        names = [witness.name.decode("utf-8", errors="replace") for witness, _ in cosigned]
        say_json({
            "cosigned": names, "index": opened.index, "origin": head.origin, "outcome": "valid", "signed": signed,
            "size": head.size,
        })  # fmt: skip
        return 0
    words = Speech(options.lang, unit=None)
    counts = {"count": len(cosigned), "witnesses": len(policy.witnesses)}
    say(f"ok    inclusion     {words.say('check inclusion', index=opened.index, size=head.size)}")
    say(f"ok    checkpoint    {words.say('check checkpoint', origin=head.origin, size=head.size)}")
    say(f"ok    cosignatures  {words.say('check cosigned', **counts)}")
    if signed is None:
        say(f"      COSE          {words.say('COSE unsigned')}")
    else:
        say(f"ok    COSE          {words.say('COSE signed', key=signed)}")
    return 0
