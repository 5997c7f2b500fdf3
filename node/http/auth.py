"""Credentials: who may read what is not public, by bearer token.

The file holds one line a token: what its bearer is (`party` or `auditor`), the bearer's name, and the SHA-256 of the
token in hex. So the file tells nobody a token, and a party can hand its own line to the others:

    party insurer 5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5
    auditor pruefer 8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a

Blank lines and lines that begin with # are skipped.
"""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request

from ledger.errors import FormatError
from ledger.strict import hex_exact
from node.errors import ConfigError
from node.http.errors import HttpError

PARTY = "party"
AUDITOR = "auditor"
_SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Credential:
    """What the bearer of a token is, and its name."""

    role: str
    name: str
    digest: bytes


class Credentials:
    """The tokens that this node accepts."""

    def __init__(self, credentials: Collection[Credential]) -> None:
        self._credentials = tuple(credentials)

    @classmethod
    def load(cls, path: Path) -> "Credentials":
        """Load the file `path`.

        Raises:
            ConfigError: it cannot be read, or a line is not of the form above; the message names file and line.
        """
        try:
            lines = path.read_text("utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: {error}", next_step="Set credentials.tokens in node.toml right.") from None
        return cls([_parse(line, where=f"{path} line {number}") for number, line in enumerate(lines, 1)
                    if line.strip() and not line.startswith("#")])

    def require(self, request: Request, *roles: str) -> Credential:
        """The credential that `request` shows, which must be one of `roles`.

        Raises:
            HttpError: 401 without a known token, 403 with one of another role.
        """
        header = request.headers.get("authorization", "")
        token = header[len(_SCHEME) :] if header.lower().startswith(_SCHEME) else ""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        found: Credential | None = None
        for credential in self._credentials:
            # Every one is compared, each in constant time: how long it takes tells nothing about any token.
            if hmac.compare_digest(credential.digest, digest):
                found = credential
        if found is None:
            raise HttpError(401, "unauthorized", where="authorization", message="a bearer token of a party or auditor")
        if found.role not in roles:
            expected = " or ".join(roles)
            raise HttpError(403, "forbidden", where="authorization", message=f"expected a token of a {expected}")
        return found


def token_line(role: str, name: str, token: str) -> str:
    """The line that makes a node accept `token`."""
    return f"{role} {name} {hashlib.sha256(token.encode()).hexdigest()}"


def _parse(line: str, *, where: str) -> Credential:
    match line.split(" "):
        case [("party" | "auditor") as role, name, digest]:
            try:
                return Credential(role, name, hex_exact(digest, what=where, size=32))
            except FormatError as error:
                raise ConfigError(str(error)) from None
        case _:
            raise ConfigError(f"{where}: expected party|auditor NAME SHA256, got {len(line)} other characters")
