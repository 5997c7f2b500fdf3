"""The checkpoint that a replay is held against, and who vouches for it.

A head that too few vouch for is a finding, and the leaves below it are judged all the same: an auditor wants to know
what else is wrong. Only a head that no log of the policy signed is no log's at all.
"""

from dataclasses import dataclass, field, replace

from verifier.audit.finding import Finding, log_finding, rule_of
from verifier.errors import CannotTell, VerifyError
from verifier.log.cosignature import open_cosignature
from verifier.log.note import parse_note
from verifier.log.policy import CosignedCheckpoint, Policy, Witness, is_quorum, open_checkpoint
from verifier.primitives.amounts import plain
from verifier.receipts.pins import Pins, believe_checkpoint


@dataclass(frozen=True, slots=True)
class Vouching:
    """The head, where the log signed it, and what is wrong with it or cannot be told of it."""

    cosigned: CosignedCheckpoint | None
    findings: list[Finding] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    ended: bool = False


def open_vouched(signed: bytes, *, policy: Policy, pins: Pins) -> Vouching:
    """Open a signed checkpoint; where the policy does not believe it, say of each cosignature what is wrong.

    One that the policy's file itself names as the `ended` of a range needs nobody to vouch for it.
    """
    bare = replace(policy, quorum=None, witnesses=())
    try:
        believed = believe_checkpoint(signed, policy=bare, pins=pins, what="checkpoint")
    except VerifyError as error:
        vouching = _by_policy(signed, policy)
        if vouching.cosigned is None:
            vouching = Vouching(None)  # what the pins say of it is the same, or tells more
        if isinstance(error, CannotTell):
            vouching.unknown.append(str(error))
        else:
            rule = rule_of(error) if vouching.cosigned is None else "pins"
            vouching.findings.append(log_finding(rule, str(error)))
        return vouching
    return _by_policy(signed, policy) if believed.ended is None else Vouching(believed.opened, ended=True)


def _by_policy(signed: bytes, policy: Policy) -> Vouching:
    """What the policy says of a checkpoint."""
    try:
        return Vouching(open_checkpoint(signed, policy=policy, what="checkpoint"))
    except VerifyError:
        pass  # judged line by line below
    try:
        opened = open_checkpoint(signed, policy=replace(policy, quorum=None, witnesses=()), what="checkpoint")
    except VerifyError as error:
        return Vouching(None, [log_finding(rule_of(error), str(error))])
    vouching = _each(signed, policy, opened)
    _judge_quorum(policy, vouching)
    return vouching


def _each(signed: bytes, policy: Policy, opened: CosignedCheckpoint) -> Vouching:
    """Each cosignature for itself."""
    note = parse_note(signed, what="checkpoint")
    cosigned: list[tuple[Witness, int]] = []
    unchecked: list[Witness] = []
    findings = []
    for witness in policy.witnesses:
        try:
            cosignature = open_cosignature(note, key=witness.key, checkpoint=opened.checkpoint, what="checkpoint")
        except CannotTell:
            unchecked.append(witness)
        except VerifyError as error:
            finding = log_finding("cosignature", str(error), signers=(str(witness.key),), party=_name(witness.name))
            findings.append(finding)
        else:
            if cosignature is not None:
                cosigned.append((witness, cosignature.time_unix_s))
    return Vouching(replace(opened, cosigned=tuple(cosigned), unchecked=tuple(unchecked)), findings)


def _judge_quorum(policy: Policy, vouching: Vouching) -> None:
    """Say that too few vouch, or that nobody here can tell."""
    assert vouching.cosigned is not None
    names = [witness.name for witness, _ in vouching.cosigned.cosigned]
    if is_quorum(policy, names):
        return
    unchecked = [witness.name for witness in vouching.cosigned.unchecked]
    wanted = "none" if policy.quorum is None else _name(policy.quorum)
    said = f"checkpoint: quorum {wanted} is not reached by {len(names)} of {len(policy.witnesses)} witnesses"
    evidence = f"{said}: {', '.join(map(_name, names)) or 'nobody'}"
    if is_quorum(policy, names + unchecked):
        vouching.unknown.append(f"{evidence}, and {len(unchecked)} ML-DSA cosignatures cannot be checked here")
    else:
        vouching.findings.append(log_finding("quorum", evidence))


def _name(name: bytes) -> str:
    """A policy's name as text; names are bytes, and need not be UTF-8."""
    return plain(name.decode("utf-8", errors="backslashreplace"))
