"""The report of a replay: what somebody can file who was not there (docs/formats/report.md)."""

from dataclasses import asdict
from typing import Any

from verifier.audit.audit import AuditVerdict
from verifier.log.policy import Policy
from verifier.reports.survey import Survey, account_sums, county_sums, duty_sums, party_names, programme_sums
from verifier.rules.replay import RULES
from verifier.rules.rows import Rows

FORMAT = "mingzhang report/v1"


def make_report(verdict: AuditVerdict, *, policy: Policy, rows: Rows, survey: Survey) -> dict[str, Any]:
    """Everything that a report says, as JSON can hold it."""
    duties, late = duty_sums(rows, time_unix_ms=survey.time_unix_ms)
    return {
        "accounts": list(account_sums(rows)),
        "checked": {
            "counts": survey.counts,
            "judged": verdict.replayed,
            "left_out": verdict.left_out,
            "read": verdict.read,
            "rules": RULES,
            "sealed": survey.sealed,
            "sealed_unjudged": survey.sealed_unjudged,
            "state_root": None if verdict.state_root is None else verdict.state_root.hex(),
        },
        "counties": county_sums(rows),
        "duties": duties,
        "figures": {"flagged": survey.flagged, "more": survey.more, "said": [asdict(one) for one in survey.said]},
        "findings": [asdict(finding) for finding in verdict.findings],
        "format": FORMAT,
        "late": late,
        "log": _log(verdict),
        "more": verdict.more,
        "outcome": verdict.outcome,
        "parties": party_names(rows),
        "programmes": programme_sums(rows),
        "stop": None if verdict.stop is None else asdict(verdict.stop),
        "time_unix_ms": survey.time_unix_ms,
        "unknown": list(verdict.unknown),
        "vouching": _vouching(verdict, policy),
    }


def _log(verdict: AuditVerdict) -> dict[str, Any] | None:
    if verdict.checkpoint is None:
        return None
    return {
        "origin": verdict.checkpoint.origin,
        "root": verdict.checkpoint.root.hex(),
        "size": verdict.checkpoint.size,
    }


def _vouching(verdict: AuditVerdict, policy: Policy) -> dict[str, Any]:
    """Which organisations cosigned and when last, and how many the policy asks for."""
    cosigned = () if verdict.cosigned is None else verdict.cosigned.cosigned
    unchecked = () if verdict.cosigned is None else verdict.cosigned.unchecked
    group = next((group for group in policy.groups if group.name == policy.quorum), None)
    return {
        "cosigned": [[_name(witness.name), time_unix_s] for witness, time_unix_s in cosigned],
        "needed": None if group is None else group.needed,
        "quorum": None if policy.quorum is None else _name(policy.quorum),
        "unchecked": [_name(witness.name) for witness in unchecked],
        "witnesses": [_name(witness.name) for witness in policy.witnesses],
    }


def _name(name: bytes) -> str:
    """A policy's name as text; names are bytes, and need not be UTF-8."""
    return name.decode("utf-8", errors="backslashreplace")
