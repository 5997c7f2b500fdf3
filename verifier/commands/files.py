"""Files that a command reads and writes."""

import json
import os
from pathlib import Path
from typing import Any

from verifier.errors import FormatError, SignatureError
from verifier.log.policy import POLICY_BYTES_MAX, Policy, parse_policy
from verifier.receipts.pins import Pins, parse_pins


class UnreadableError(Exception):
    """The command line or a file could not be read."""


def read_file(path: Path, *, most: int) -> bytes:
    """A file, up to one byte beyond `most`: whoever parses it refuses the byte too many."""
    with path.open("rb") as file:
        return file.read(most + 1)


def read_policy(path: Path) -> Policy:
    """The trust policy in a file.

    Raises:
        UnreadableError: it is no policy.
    """
    try:
        return parse_policy(read_file(path, most=POLICY_BYTES_MAX), what=str(path))
    except (FormatError, SignatureError) as error:
        raise UnreadableError(str(error)) from None


def read_pins(path: Path, policy: Policy) -> Pins:
    """What the policy's file knows of the log beyond its keys.

    Raises:
        UnreadableError: a line of ours is of another form.
    """
    try:
        return parse_pins(read_file(path, most=POLICY_BYTES_MAX), policy=policy, what=str(path))
    except (FormatError, SignatureError) as error:
        raise UnreadableError(str(error)) from None


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it, after a power cut too, finds the old content or the new one."""
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        # A disk that is full says so without the name of the file.
        raise OSError(f"{path}: not written: {error.strerror}") from None
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def print_json(value: dict[str, Any]) -> None:
    """Print an answer for programs: ASCII, members sorted, bytes as hex."""
    print(json.dumps(value, default=_plain, ensure_ascii=True, sort_keys=True, indent=1))


def _plain(value: object) -> str:
    assert isinstance(value, bytes)
    return value.hex()
