"""Evidence of a split view at the command line."""

import argparse
from pathlib import Path

from verifier.commands.files import read_file, read_policy
from verifier.commands.screen import say, say_json
from verifier.monitor.evidence import EVIDENCE_BYTES_MAX, parse_evidence, verify_evidence
from verifier.speech.speech import Speech

SUMMARY = "check evidence of a split view"

DESCRIPTION = """\
Check offline that two signed heads of one log cannot both be true.
核对证据：同一账本的两个检查点不能同时成立。不联网。

FILE is what `monitor` keeps. Exit status 0 says that the evidence holds: the
log contradicts itself under its own signatures.

example:
  mingzhang-verify evidence watch/evidence/split-view-7.json --policy trust.policy
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `evidence` takes."""
    parser.add_argument("evidence", metavar="FILE", type=Path, help="a file from DIR/evidence of a monitor")


def run(options: argparse.Namespace) -> int:
    """Check one file."""
    policy = read_policy(options.policy)
    evidence = parse_evidence(read_file(options.evidence, most=EVIDENCE_BYTES_MAX), policy=policy)
    convicted = verify_evidence(evidence)
    keys = [str(key) for key in convicted.log_keys]
    if options.json:
        say_json({
            "cosigned_both": list(convicted.witnesses), "final": convicted.final, "log_keys": keys,
            "origin": convicted.origin, "outcome": "valid", "roots": list(convicted.roots),
            "sizes": list(convicted.sizes),
        })  # fmt: skip
        return 0
    words = Speech(options.lang, unit=None)
    for size, root in zip(convicted.sizes, convicted.roots, strict=True):
        say(f"ok    head          {words.say('evidence head', origin=convicted.origin, size=size, root=root.hex())}")
    growth = evidence.growth
    proven = words.say("one size") if growth is None else words.say("two sizes", root=growth.root.hex())
    signed = words.say("signed both", keys=words.say("pause").join(keys)) if keys else words.say("two epochs")
    say(f"ok    contradiction {proven}")
    say(f"ok    log           {signed}")
    say(f"      cosigned both {words.say('pause').join(convicted.witnesses) or words.say('nobody')}")
    say(words.say("evidence holds"))
    return 0
