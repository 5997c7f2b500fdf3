"""The charter's keys: whose they are, and that each is admitted and stands in one place only.

Source: docs/formats/kinds.md, `charter`.
"""

from ledger import signature
from ledger.errors import FormatError
from ledger.keys import COSIGNATURE, ED25519, VerifierKey, parse_vkey
from ledger.kinds import Charter


def entry_keys(charter: Charter) -> dict[str, VerifierKey]:
    """Return each party's entry key by the party's name."""
    return {party.name: parse_vkey(party.key) for party in charter.parties}


def check_charter(charter: Charter, *, origin: str) -> None:
    """Check what can be wrong with a charter's form.

    Raises:
        FormatError: not epoch 1 under rules 1; parties not sorted and different; a key malformed, of the wrong type, or
            in two places; a log key under another name than the origin.
        SignatureError: a key that the signature rule does not admit.
    """
    if (charter.epoch.number, charter.rules) != (1, 1):
        raise FormatError(f"entry: charter: expected epoch 1 and rules 1, got {charter.epoch.number} and "
                          f"{charter.rules}")
    names = [party.name for party in charter.parties]
    if names != sorted(set(names)):
        raise FormatError(f"entry: charter: expected parties sorted by name and each once, got {names}")
    log = _key(charter.epoch.log, ED25519)
    if log.name != origin:
        raise FormatError(f"entry: charter: expected a log key under the name {origin}, got {log.name}")
    keys = [log]
    for party in charter.parties:
        keys += [_key(party.key, ED25519), _key(party.cosigner, COSIGNATURE)]
    if len({key.public for key in keys}) != len(keys):
        raise FormatError("entry: charter: the same public key stands in two places")
    for key in keys:
        signature.admit_key(key.public, what=f"charter: key {key.name}")


def _key(text: str, algorithm: int) -> VerifierKey:
    key = parse_vkey(text)
    if key.algorithm != algorithm:
        raise FormatError(f"entry: charter: key {key.name}: expected type {algorithm:02x}, got {key.algorithm:02x}")
    return key
