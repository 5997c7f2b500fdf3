"""The least that anybody must do for an entry: verify its signatures, with PyNaCl and nothing around it."""

from collections.abc import Iterable

from nacl import bindings

from ledger.keys import signer_name
from ledger.note import parse_note
from tests.support.world import World

Part = tuple[bytes, bytes]  # signature || text, public key


def signed_parts(notes: Iterable[bytes], world: World) -> list[Part]:
    """Signature and text of each signature line, beside its key; taken apart beforehand."""
    keys = {signer_name(key.verifier): key.verifier.public for key in world.keys.values()}
    parts: list[Part] = []
    for note in notes:
        parsed = parse_note(note)
        parts += [(line.blob + parsed.text, keys[f"{line.name}+{line.key_id.hex()}"]) for line in parsed.signatures]
    return parts


def verify_all(parts: Iterable[Part]) -> None:
    """The bare loop. Raises BadSignatureError."""
    opened = bindings.crypto_sign_open
    for signed, public in parts:
        opened(signed, public)
