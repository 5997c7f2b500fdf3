"""`mingzhang run`: run a node."""

import argparse

from node.commands.common import add_node, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `run`."""
    add_node(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the node until it is told to end."""
    from node.service import serve

    config = load(arguments)
    serve(config)
    return 0
