"""`mingzhang receipt`: fetch a receipt from a running node, with the link to give to the person."""

import argparse
import json
from pathlib import Path

from node.commands.common import add_json, add_node, call, fetch, load
from node.errors import NodeError
from node.service import load_token


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `receipt`."""
    add_node(parser)
    add_json(parser)
    parser.add_argument("--entry", type=int, required=True, metavar="INDEX", help="the leaf of the donation, enrolment "
                        "or other entry")
    parser.add_argument("--line", type=int, metavar="N", help="the line in its batch; without it, the entry itself")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the receipt goes")


def run(arguments: argparse.Namespace) -> int:
    """Write the receipt; print the link."""
    config = load(arguments)
    link = None
    path = f"/entries/{arguments.entry}/receipt"
    if arguments.line is not None:
        token = load_token(config.credentials.token)
        status, answer = call(config, "GET", f"/openings/{arguments.entry}/{arguments.line}/link", token=token)
        if status != 200:
            raise NodeError(f"leaf {arguments.entry}, line {arguments.line}: {answer['message']}",
                            next_step="Ask at the node of the party that handed the batch in: it holds the openings.")
        link = str(answer["message"])
        path = f"/receipts/{link}"
    receipt = fetch(config, path)
    arguments.out.write_bytes(receipt)
    said = {"bytes": len(receipt), "file": str(arguments.out), "link": link}
    if arguments.json:
        print(json.dumps(said, sort_keys=True))
    else:
        print(f"{arguments.out}: {len(receipt)} bytes" + ("" if link is None else f"; the person's link: {path}"))
    return 0
