"""`mingzhang run`: run a node."""

import argparse
import sys

from node.commands.common import add_node, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `run`."""
    add_node(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the node until it is told to end; the line at its end says that it was an orderly one."""
    from node.service import serve

    config = load(arguments)
    serve(config)
    print(f"{config.node.name}: ended, the store is closed", file=sys.stderr)
    return 0
