"""The command `mingzhang`: which subcommand, and how its end is told."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

# A subcommand's module is imported when it is called: a node that is started again waits for no other's imports.
COMMANDS = (
    ("demo", "play a whole programme, a node for each party, on this machine"),
    ("init", "make keys, store and configuration of a new node"),
    ("run", "run a node"),
    ("status", "ask a node whether it is in step"),
    ("submit", "hand an entry in at a node"),
    ("export", "write the final log into one file, for an auditor"),
    ("receipt", "make a receipt for a donor, a beneficiary, or about any entry"),
    ("cose", "at the operator: make a signed COSE receipt of an entry, for SCITT tools"),
    ("terms", "check a programme's terms, work them out for a case, try worked examples"),
    ("figure", "hold numbers that are said beside the entries that they are about"),
    ("calendar", "print the working days of a year as a calendar entry has them"),
)

OK = 0
FAILED = 1

_EPILOG = """\
exit status:
  0  done
  1  refused or failed; stderr says what and what to do next
  2  the command line could not be understood
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    if not __debug__:
        print("mingzhang: Python runs with -O, which leaves checks out\n  Start it without -O.", file=sys.stderr)
        return FAILED
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(given)
    chosen = parser.parse_args(given)
    from ledger.errors import LedgerError

    try:
        status: int = importlib.import_module(f"node.commands.{chosen.command}").run(chosen)
        return status
    except LedgerError as error:
        print(f"mingzhang {chosen.command}: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever reads has seen enough; what is left to write goes nowhere, so that the process ends in silence.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The parser; the arguments of a subcommand are known only where it is the one that is called."""
    parser = argparse.ArgumentParser(
        prog="mingzhang", description="Open books for charity insurance: a ledger that several parties keep together.",
        epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, purpose in COMMANDS:
        subparser = subparsers.add_parser(
            name, help=purpose, description=purpose[0].upper() + purpose[1:] + ".", epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        if name in given:
            importlib.import_module(f"node.commands.{name}").add_arguments(subparser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
