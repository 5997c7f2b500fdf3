"""Standalone verifier of Mingzhang ledgers: an independent reader of `docs/formats/`, offline.

It needs the standard library and PyNaCl, and shares no code with the programs that write a ledger. Beside the command
`mingzhang-verify` it is a library; README.md has examples.

    parse_policy        whom to trust (docs/formats/policy.md)
    parse_pins          what the same file knows of the log beside its keys (docs/formats/pins.md)
    verify_receipt      check one person's receipt; raises, or gives what it proves
    open_source         a node, a directory or an archive
    audit_log           replay a whole log; gives a verdict that names what is wrong
    Replay              the state of a log, leaf by leaf
    draw_units          the units of a monetary unit sample

>>> parse_policy(b"quorum none\\n", what="policy").quorum is None
True
>>> verify_receipt(b"{}", parse_policy(b"quorum none\\n", what="policy"), now=0)
Traceback (most recent call last):
    ...
verifier.errors.FormatError: receipt: expected one line that ends with LF
"""

from verifier.audit.audit import AuditVerdict, Watch, audit_log
from verifier.audit.finding import Finding
from verifier.audit.sample import draw_units
from verifier.errors import CannotTell, FormatError, ProofError, Rejected, SignatureError, VerifyError
from verifier.log.policy import Policy, parse_policy
from verifier.receipts.freshness import Stale
from verifier.receipts.pins import Pins, parse_pins
from verifier.receipts.receipt import verify_receipt
from verifier.receipts.verdict import Caution, State, Verdict
from verifier.rules.replay import Replay, Taken
from verifier.sources.source import Source, open_source

__all__ = (
    "AuditVerdict",
    "CannotTell",
    "Caution",
    "Finding",
    "FormatError",
    "Pins",
    "Policy",
    "ProofError",
    "Rejected",
    "Replay",
    "SignatureError",
    "Source",
    "Stale",
    "State",
    "Taken",
    "Verdict",
    "VerifyError",
    "Watch",
    "audit_log",
    "draw_units",
    "open_source",
    "parse_pins",
    "parse_policy",
    "verify_receipt",
)
