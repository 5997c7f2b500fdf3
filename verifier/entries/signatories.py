"""Who may sign an entry: the parties of a charter by their entry keys, and the officers of a party by their own.

An officer's key signs for the party: what a party may sign, each of its officers may (docs/formats/kinds.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from verifier.log.keys import VerifierKey, parse_vkey


@dataclass(frozen=True, slots=True)
class Signatory:
    """A key of the charter, its party and, where it is an officer's, the officer and the officer's village, if any."""

    key: VerifierKey
    party: str
    officer: str | None = None
    place: str | None = None


def charter_signatories(charter: Mapping[str, Any]) -> dict[str, Signatory]:
    """Everybody who may sign, by the name `<key name>+<key ID>` under which an entry has its signers.

    Its base64 may hold a `+` of its own, so the name comes of the key that was read, never of the text.
    """
    found = []
    for party in charter["parties"]:
        found.append(Signatory(open_key(party["key"]), party["name"]))
        for officer in party.get("officers", ()):
            found.append(Signatory(open_key(officer["key"]), party["name"], officer["name"], officer.get("place")))
    return {str(one.key): one for one in found}


@lru_cache(maxsize=1024)  # the few keys of a charter sign everything
def open_key(text: str) -> VerifierKey:
    """The key of a charter whose members were checked."""
    return parse_vkey(text.encode("utf-8"), what="entry key")
