"""`mingzhang status`: ask a node whether it is in step."""

import argparse
import json
import sys

from node.commands.common import add_json, add_node, call, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `status`."""
    add_node(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the node's status; 1 where people must look at something."""
    config = load(arguments)
    _, status = call(config, "GET", "/status")
    if arguments.json:
        print(json.dumps(status, ensure_ascii=False, sort_keys=True))
    else:
        print(f"{status['party']}  {status['origin']}, epoch {status['epoch']}, operator {status['operator']}")
        print(f"  final      {status['final_size']} leaves")
        print(f"  sequenced  {status['size']} leaves, root {status['root']}")
        print(f"  waiting    {status['waiting']} entries")
        for name, message in status["alarms"].items():
            print(f"  ALARM      {name}: {message}", file=sys.stderr)
    return 1 if status["alarms"] or not status["writing"] else 0
