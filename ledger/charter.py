"""The charter's keys: whose they are, and that each is admitted and stands in one place only.

Source: docs/formats/kinds.md, `charter`.
"""

from dataclasses import dataclass

from msgspec import UNSET

from ledger import signature
from ledger.errors import FormatError
from ledger.keys import COSIGNATURE, ED25519, VerifierKey, parse_vkey, signer_name
from ledger.kinds import Charter
from ledger.parts import Officer, Party


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs with a key: a party, by its own key or by that of one of its officers."""

    key: VerifierKey
    party: str
    officer: str | None = None


def officers_of(party: Party) -> list[Officer]:
    """Return the officers of a party; most have none."""
    return [] if party.officers is UNSET else party.officers


def signatories(charter: Charter) -> dict[str, Signatory]:
    """Return everybody whose key stands in the charter, as `signers` name them."""
    found = []
    for party in charter.parties:
        found.append(Signatory(parse_vkey(party.key), party.name))
        found += [Signatory(parse_vkey(one.key), party.name, one.name) for one in officers_of(party)]
    return {signer_name(one.key): one for one in found}


def check_charter(charter: Charter, *, origin: str) -> None:
    """Check what can be wrong with a charter's form.

    Raises:
        FormatError: not epoch 1 under rules 1; parties or the officers of one not sorted and different; a key
            malformed, of the wrong type, or in two places; a log key under another name than the origin.
        SignatureError: a key that the signature rule does not admit.
    """
    if (charter.epoch.number, charter.rules) != (1, 1):
        raise FormatError(f"entry: charter: expected epoch 1 and rules 1, got {charter.epoch.number} and "
                          f"{charter.rules}")
    _check_names("parties", [party.name for party in charter.parties])
    log = _key(charter.epoch.log, ED25519)
    if log.name != origin:
        raise FormatError(f"entry: charter: expected a log key under the name {origin}, got {log.name}")
    keys = [log]
    for party in charter.parties:
        keys += [_key(party.key, ED25519), _key(party.cosigner, COSIGNATURE)]
        _check_names(f"officers of {party.name}", [officer.name for officer in officers_of(party)])
        keys += [_key(officer.key, ED25519) for officer in officers_of(party)]
    if len({key.public for key in keys}) != len(keys):
        raise FormatError("entry: charter: the same public key stands in two places")
    for key in keys:
        signature.admit_key(key.public, what=f"charter: key {key.name}")


def _check_names(what: str, names: list[str]) -> None:
    if names != sorted(set(names)):
        raise FormatError(f"entry: charter: expected {what} sorted by name and each once, got {names}")


def _key(text: str, algorithm: int) -> VerifierKey:
    key = parse_vkey(text)
    if key.algorithm != algorithm:
        raise FormatError(f"entry: charter: key {key.name}: expected type {algorithm:02x}, got {key.algorithm:02x}")
    return key
