"""Key files: one signing key each, as one skey line (ledger.keys), readable by its owner alone.

Who signs takes the loaded key to ledger.note.sign_text or ledger.cosignature.cosign. A key file is written once and
never changed: another key is another file, and for a cosigner another name (docs/formats/cosignature.md).
"""

import os
from pathlib import Path

from ledger.errors import FormatError
from ledger.keys import SEED_BYTES, SigningKey, format_skey, parse_skey
from node.errors import KeyFileError
from node.files import create_file, read_private
from node.ports import Random


class SystemRandom:
    """The randomness of the operating system (node.ports.Random)."""

    def random_bytes(self, count: int) -> bytes:
        """`count` fresh bytes."""
        return os.urandom(count)


def load_key(path: Path, *, name: str, algorithm: int, public: bytes | None = None) -> SigningKey:
    """Load the signing key in `path`, which must be `name`'s, of type `algorithm`.

    `public` is the key that the charter has for it; None before there is a charter.

    Raises:
        KeyFileError: the file is missing, readable by others or damaged, or holds another key. The message names
            the file and no secret.
    """
    content = read_private(path)
    try:
        key = parse_skey(content.decode("ascii").removesuffix("\n"))
    except (FormatError, UnicodeDecodeError):
        # What the parser says could carry a part of the secret on, so it is not repeated.
        raise KeyFileError(
            f"key file {path}: expected one line PRIVATE+KEY+NAME+ID+KEY, got something else or a damaged key",
            next_step="Restore the file from where the key is kept safe.",
        ) from None
    if key.name != name:
        raise KeyFileError(
            f"key file {path}: expected the key of {name}, got one of {key.name}",
            next_step="Set the file or the name in node.toml right. One party never signs with another's key.",
        )
    if key.algorithm != algorithm:
        raise KeyFileError(
            f"key file {path}: expected a key of type {algorithm:02x}, got type {key.algorithm:02x}",
            next_step="Entry and log keys have type 01, cosigner keys 04. Set the files in node.toml right.",
        )
    if public is not None and key.verifier.public != public:
        raise KeyFileError(
            f"key file {path}: the charter has another key of {name}",
            next_step="Restore the key that the charter names, or have the new one admitted by the parties.",
        )
    return key


def create_key(path: Path, *, name: str, algorithm: int, random: Random) -> SigningKey:
    """Make a new key of `name` and write it to the new file `path`, durable on return.

    Raises:
        KeyFileError: there is such a file already, or it cannot be written. No key was made.
        FormatError: `name` cannot be the name of a key.
    """
    key = SigningKey(name, algorithm, random.random_bytes(SEED_BYTES))
    write_secret(path, format_skey(key))
    return key


def write_secret(path: Path, line: str) -> None:
    """Write one secret line to the new file `path`, for its owner alone, durable on return.

    Raises:
        KeyFileError: there is such a file already, or it cannot be written.
    """
    try:
        create_file(path, line.encode("ascii") + b"\n", mode=0o600)
    except FileExistsError:
        raise KeyFileError(
            f"key file {path}: is there already; it was not touched",
            next_step="A key that is overwritten is lost. Move the file away if it is no longer used.",
        ) from None
    except OSError as error:
        raise KeyFileError(f"key file {path}: cannot be written: {error.strerror}") from None
