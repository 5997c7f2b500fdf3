"""Evidence of a split view at the command line."""

import argparse
from pathlib import Path

from verifier.commands.files import print_json, read_file, read_policy
from verifier.monitor.evidence import EVIDENCE_BYTES_MAX, parse_evidence, verify_evidence

SUMMARY = "check evidence of a split view"

DESCRIPTION = """\
Check offline that two signed heads of one log cannot both be true.

FILE is what `monitor` keeps. Exit status 0 says that the evidence holds: the
log contradicts itself under its own signatures.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `evidence` takes."""
    parser.add_argument("evidence", metavar="FILE", type=Path)


def run(options: argparse.Namespace) -> int:
    """Check one file."""
    policy = read_policy(options.policy)
    evidence = parse_evidence(read_file(options.evidence, most=EVIDENCE_BYTES_MAX), policy=policy)
    convicted = verify_evidence(evidence)
    keys = [str(key) for key in convicted.log_keys]
    if options.json:
        print_json({
            "cosigned_both": list(convicted.witnesses), "final": convicted.final, "log_keys": keys,
            "origin": convicted.origin, "outcome": "valid", "roots": list(convicted.roots),
            "sizes": list(convicted.sizes),
        })  # fmt: skip
        return 0
    for size, root in zip(convicted.sizes, convicted.roots, strict=True):
        print(f"ok    head          {convicted.origin}, size {size}, root {root.hex()}")
    growth = evidence.growth
    proven = "one size, two roots" if growth is None else f"the larger begins with {growth.root.hex()}"
    print(f"ok    contradiction {proven}")
    print(f"ok    log           both signed by {', '.join(keys) or 'no one key: two epochs, both final'}")
    print(f"      cosigned both {', '.join(convicted.witnesses) or 'nobody'}")
    return 0
