"""`mingzhang cose`: at the operator, a COSE receipt of a leaf, signed with the log's key."""

import argparse
import json
from pathlib import Path

from ledger.keys import ED25519
from node.commands.common import add_json, add_node, load
from node.cose import sign_cose
from node.errors import NodeError
from node.exported_log import log_of
from node.files import sync_directory, write_files
from node.signer import load_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cose`."""
    add_node(parser)
    add_json(parser)
    parser.add_argument("--entry", type=int, required=True, metavar="INDEX", help="the leaf that the receipt is about")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the receipt goes, and the leaf "
                        "as FILE.leaf; neither is there yet")


def run(arguments: argparse.Namespace) -> int:
    """Sign and write the receipt, with its leaf beside it."""
    config = load(arguments)
    node, key_file = config.node, config.keys.log
    if key_file is None:
        raise NodeError(f"{node.name} has no log key: the operator signs", next_step=f"Ask {node.operator} for it.")
    key = load_key(key_file, name=node.origin, algorithm=ED25519)
    genesis = None if node.genesis is None else bytes.fromhex(node.genesis)
    with log_of(config) as log:
        made = sign_cose(log, index=arguments.entry, key=key, genesis=genesis)
    out: Path = arguments.out
    leaf = out.with_name(f"{out.name}.leaf")
    try:
        write_files([(leaf, made.leaf), (out, made.receipt)], mode=0o644)
        sync_directory(out.absolute().parent)
    except FileExistsError as error:
        raise NodeError(f"{error.filename}: there is such a file already", next_step="Name another one.") from None
    except OSError as error:
        raise NodeError(f"{out}: not written: {error}", next_step="Look at the disk, then ask again.") from None
    if arguments.json:
        said = {"bytes": len(made.receipt), "file": str(out), "index": made.index, "leaf": str(leaf),
                "root": made.root.hex(), "size": made.size}  # fmt: skip
        print(json.dumps(said, sort_keys=True))
    else:
        print(f"{out}: leaf {made.index} of {made.size}, signed by {key.name}; the leaf: {leaf}")
    return 0
