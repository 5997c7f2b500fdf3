"""`mingzhang init`: make keys, store and configuration of a new node."""

import argparse
import json
from pathlib import Path

from node.commands.common import add_json, add_node
from node.setup import Setup, create_node


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `init`."""
    add_node(parser)
    add_json(parser)
    parser.add_argument("--name", required=True, help="the party's name in the charter, such as foundation")
    parser.add_argument("--role", required=True, help="its role, such as foundation, insurer, platform, county")
    parser.add_argument("--domain", required=True, help="what its keys are named after, such as foundation.example")
    parser.add_argument("--origin", required=True, help="the log, such as ledger.example/charity")
    parser.add_argument("--operator", required=True, help="the party that operates the log")
    parser.add_argument("--listen", required=True, metavar="HOST:PORT", help="the address to listen on")
    parser.add_argument("--url", required=True, help="where the other parties reach this node")
    parser.add_argument(
        "--peer", action="append", default=[], type=_peer, metavar="NAME=URL", help="another party's node, each once"
    )
    parser.add_argument("--clock", type=Path, metavar="FILE", help="for a demo: the file that sets the time")


def run(arguments: argparse.Namespace) -> int:
    """Make the node, and print what the other parties need of it."""
    setup = Setup(
        name=arguments.name, role=arguments.role, domain=arguments.domain, origin=arguments.origin,
        operator=arguments.operator, listen=arguments.listen, url=arguments.url, peers=dict(arguments.peer),
        clock=arguments.clock,
    )  # fmt: skip
    made = create_node(arguments.node, setup)
    if arguments.json:
        print(json.dumps({"cosigner": made.cosigner, "key": made.key, "log": made.log, "name": setup.name,
                          "token": made.token_line}, sort_keys=True))
        return 0
    print(f"{arguments.node}: a node of {setup.name}. The keys in {arguments.node / 'keys'} leave it never.")
    print("For the charter:")
    print(f"  entry key     {made.key}\n  cosigner key  {made.cosigner}")
    if made.log is not None:
        print(f"  log key       {made.log}")
    print(f"For the file `tokens` of each other party's node:\n  {made.token_line}")
    return 0


def _peer(text: str) -> tuple[str, str]:
    name, equals, url = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"expected NAME=URL, got {text!r}")
    return name, url
