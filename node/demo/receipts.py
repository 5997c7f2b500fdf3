"""Receipts of the demo: for whom, where they come from, and what the separate program mingzhang-verify says of them.

The holder of the openings makes the link for a person: the platform for a donor, the county for somebody insured.
Whoever has the link fetches the receipt; no token is needed. One receipt is then changed by one byte, and refused.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.keys import parse_vkey
from ledger.policy import Group, Log, Policy, Witness, format_policy
from node.demo.asking import Asker
from node.demo.contracts import quorum_of
from node.demo.desk import Keys
from node.demo.supervisor import Site, Supervisor
from node.demo.told import Told

VERIFIER = "mingzhang-verify"
TAMPERED = "tampered"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a receipt is for: a name for the file, the party that holds the opening, and the line."""

    name: str
    holder: str
    entry: int
    line: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What mingzhang-verify said of a receipt: its answer as JSON, or where it refused, its message."""

    file: Path
    exit_status: int
    answer: dict[str, Any] | None
    message: str


def subjects(told: Told) -> Iterator[Subject]:
    """Some donors and some who are insured.

    Donors: small, paid out, held, given back at rest, given back after the money moved on. Insured: paid, bounced, no
    claim, removed; decided late, refused and reviewed.
    """
    first, last = told.gifts[0], told.gifts[-1]
    yield Subject("donor-smallest", "platform", first.index, first.smallest)
    yield Subject("donor-paid", "platform", first.index, first.largest)
    yield Subject("donor-held", "platform", last.index, last.largest)
    if told.refunded is not None:
        yield Subject("donor-refunded", "platform", *told.refunded)
    for name, (entry, line) in told.donors.items():
        yield Subject(name, "platform", entry, line)
    cases = told.claims.cases
    county = told.rosters[0].county
    bounced = next(case.claim for case in cases if case.bounce is not None)
    claimed = {(case.claim.period, case.claim.person) for case in cases}
    for name, period, person in (
        ("insured-paid", cases[0].claim.period, cases[0].claim.person),
        ("insured-bounced", bounced.period, bounced.person),
        ("insured-no-claim", *next(
            (roster.period, person) for roster in reversed(told.rosters) for person in roster.persons
            if roster.county == county and (roster.period, person) not in claimed
        )),
        ("insured-removed", told.rosters[0].period, 0),
    ):  # fmt: skip
        yield Subject(name, "county", *told.line_of(county, period, person))
    for name, (entry, line) in told.persons.items():
        yield Subject(name, "county", entry, line)


def policy_of(keys: Keys, sites: dict[str, Site], *, operator: str) -> Policy:
    """Whom the demo's receipts are to be trusted from: the log, and more than two thirds of its parties."""
    log = Log(parse_vkey(keys.log_vkey), sites[operator].url)
    witnesses = tuple(
        Witness(party, parse_vkey(own.cosigner_vkey), sites[party].url) for party, own in keys.parties.items()
    )  # fmt: skip
    return Policy((log,), witnesses, (Group("parties", quorum_of(len(keys.parties)), tuple(keys.parties)),), "parties")


def write_policy(path: Path, policy: Policy) -> None:
    """Write the policy file that everybody who checks a receipt needs."""
    path.write_bytes(format_policy(policy))


def fetch_receipts(supervisor: Supervisor, subjects: Iterable[Subject], directory: Path) -> list[Path]:
    """Fetch the receipt of each subject into `directory`.

    Raises:
        NodeError: a node does not make a link, or does not answer to it.
    """
    directory.mkdir(exist_ok=True)
    files = []
    for subject in subjects:
        with Asker(supervisor.sites[subject.holder]) as asker:
            link = asker.get(f"/openings/{subject.entry}/{subject.line}/link").decode().strip()
            receipt = asker.get(f"/receipts/{link}")
        files.append(directory / f"{subject.name}.receipt")
        files[-1].write_bytes(receipt)
    return files


def tamper(receipt: Path) -> Path:
    """Write beside a receipt one for another payment or person: a digit of the trade or id number is another."""
    value = json.loads(receipt.read_bytes())
    opening = value["line"]["opening"]
    number = "trade" if "trade" in opening else "id_number"
    opening[number] = opening[number][:-1] + ("0" if opening[number][-1] != "0" else "1")
    changed = receipt.with_name(f"{TAMPERED}.receipt")
    changed.write_text(
        json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", "utf-8"
    )
    return changed


def verifier_command() -> list[str]:
    """How to call the separate program: the one installed beside this Python."""
    program = Path(sys.executable).with_name(VERIFIER)
    return [str(program)] if program.exists() else [sys.executable, "-m", "verifier.cli"]


def verify(receipt: Path, *, policy: Path) -> Verdict:
    """Let mingzhang-verify judge a receipt."""
    command = [*verifier_command(), "receipt", str(receipt), "--policy", str(policy), "--json"]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    answer = json.loads(run.stdout) if run.returncode == 0 else None
    return Verdict(receipt, run.returncode, answer, run.stderr.strip())
