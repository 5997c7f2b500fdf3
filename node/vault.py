"""The vault: what opens commitments (salts, openings, private details, tag keys), encrypted under the holder's key.

    <directory>/check                   proves that a key file is this vault's
    <directory>/<kind>/<name>           one drawer: the records of one batch or body, written once
    <directory>/incoming/               what is being written; emptied at every start

    drawer    "mingzhang-vault1" || salt(32) || records || index || index_offset(8) || count(8)
    record    nonce(12) || AES-256-GCM of the content || tag(16), with the drawer's name and the record's number
    index     per record: offset(8) || bytes(4) || held(4): 1, or 0 once it is erased
    key       of a drawer: HKDF-SHA-256 of the vault's key, with the drawer's salt and name

Every drawer has its own key, so nonces drawn at random never meet. To erase one person, the record is marked and then
overwritten in its place, each step synced: no copy of it is left in any file here, in a log or in a free page. What the
disk itself or a backup still holds is for the operator: OPERATIONS.md, erasure.
"""

import base64
import os
import re
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count, zip_longest
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.errors import FormatError
from ledger.strict import base64_exact
from node.errors import AbsentError, DamagedError, KeyFileError, NodeError, StartError, StoreError
from node.files import check_room, create_file, make_directory, read_private, sync_directory
from node.ports import Random
from node.signer import write_secret

_MAGIC = b"mingzhang-vault1"
_SALT_BYTES = 32
_HEAD_BYTES = len(_MAGIC) + _SALT_BYTES
_NONCE_BYTES = 12
_TAG_BYTES = 16
_ENTRY = struct.Struct(">QII")
_FOOT = struct.Struct(">QQ")
_HELD = 1
_NONCES_AT_ONCE = 1024
_BUFFER_BYTES = 1 << 20
_INCOMING = "incoming"
_NAME = re.compile(r"[a-z0-9-]{1,32}/[a-z0-9-]{1,64}", re.ASCII)
_SECRET = "PRIVATE+VAULT+KEY+"


class _Entry(NamedTuple):
    """Where a record lies in its drawer."""

    offset: int
    content_bytes: int
    held: bool

    @property
    def record_bytes(self) -> int:
        return _NONCE_BYTES + self.content_bytes + _TAG_BYTES


def create_vault_key(path: Path, *, random: Random) -> None:
    """Make a new vault key in the new file `path`. Raises KeyFileError like node.signer.create_key."""
    write_secret(path, _SECRET + base64.b64encode(random.random_bytes(32)).decode())


class Vault:
    """Encrypted records in drawers. Any thread may use it; one process must own it."""

    def __init__(self, path: Path, *, key: bytes, random: Random, reserve_bytes: int | None) -> None:
        """Use `Vault.open`."""
        self._path = path
        self._key = key
        self._random = random
        self._reserve_bytes = reserve_bytes
        self._drafts = count()
        for draft in (path / _INCOMING).iterdir():
            draft.unlink()

    @classmethod
    def create(cls, path: Path, *, key_file: Path, random: Random) -> None:
        """Make an empty vault for the key in `key_file` in the new directory `path`.

        Raises:
            StartError: there is something in `path` already; it was not touched.
            KeyFileError: the key file cannot be used.
        """
        key = _load_key(key_file)
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise StartError(f"vault {path}: expected nothing there, got something")
        make_directory(path)
        make_directory(path / _INCOMING)
        nonce = random.random_bytes(_NONCE_BYTES)
        create_file(path / "check", nonce + AESGCM(key).encrypt(nonce, _MAGIC, b"check"), mode=0o600)

    @classmethod
    def open(cls, path: Path, *, key_file: Path, random: Random, reserve_bytes: int | None = None) -> "Vault":
        """Open the vault in `path` with the key in `key_file`. `reserve_bytes` is as in node.files.check_room.

        Raises:
            StartError: there is no vault.
            KeyFileError: the key file cannot be used, or is not this vault's.
        """
        key = _load_key(key_file)
        try:
            check = (path / "check").read_bytes()
        except OSError as error:
            raise StartError(
                f"vault {path}: check: {error.strerror}", next_step="A new node begins with: mingzhang init"
            ) from error
        try:
            AESGCM(key).decrypt(check[:_NONCE_BYTES], check[_NONCE_BYTES:], b"check")
        except (InvalidTag, ValueError):
            raise KeyFileError(
                f"key file {key_file}: is not the key of the vault {path}",
                next_step="Restore the right key file. Without it nothing in the vault can be read.",
            ) from None
        return cls(path, key=key, random=random, reserve_bytes=reserve_bytes)

    def put(self, name: str, records: Iterable[bytes]) -> None:
        """Write the drawer `name` ("kind/name") with `records`, numbered from 0; durable on return.

        The records are taken one by one and never held together. To put the same again is no error, so that a step
        that was interrupted can be repeated; an erased record does not come back.

        Raises:
            NodeError: the drawer is there with other records, or came up meanwhile. Nothing was written.
            StoreFullError: there is no room. Nothing was written.
            StoreError: the disk failed; the drawer counts as not written.
        """
        file = self._file(name)
        records = iter(records)
        if not file.exists():
            check_room(self._path, reserve_bytes=self._reserve_bytes)
            try:
                self._write(file, name, records)
            except FileExistsError:
                raise NodeError(f"vault {file}: was written by another thread meanwhile; put it again") from None
            except OSError as error:
                raise StoreError(
                    f"vault {file}: not written: {error.strerror}", next_step="Look at the disk, then try again."
                ) from error
            return
        if any(mine != theirs for mine, theirs in zip_longest(self.records(name), records)):
            raise NodeError(f"vault {file}: is there already with other records; a drawer is written once")
        sync_directory(file.parent)

    def get(self, name: str, number: int) -> bytes | None:
        """Record `number` of the drawer `name`; None if it was erased.

        Raises:
            AbsentError: there is no such drawer, or no such record in it.
            DamagedError: the drawer is not as it was written.
        """
        with self._drawer(name) as (descriptor, first, records):
            entry = self._entry(name, descriptor, first, records, number)
            return self._decrypt(name, descriptor, self._cipher(name, descriptor), entry, number)

    def records(self, name: str) -> Iterator[bytes | None]:
        """All records of the drawer `name` in order; None for each that was erased. Raises like `get`."""
        with self._drawer(name) as (descriptor, first, records):
            cipher = self._cipher(name, descriptor)
            for number in range(records):
                entry = self._entry(name, descriptor, first, records, number)
                yield self._decrypt(name, descriptor, cipher, entry, number)

    def erase(self, name: str, number: int) -> None:
        """Make record `number` of the drawer `name` unreadable for ever; durable on return. Again is no error.

        Raises:
            AbsentError: there is no such drawer, or no such record in it.
            StoreError: the disk failed; repeat until it succeeds.
        """
        with self._drawer(name, writable=True) as (descriptor, first, records):
            entry = self._entry(name, descriptor, first, records, number)
            erased = _ENTRY.pack(entry.offset, entry.content_bytes, 0)
            try:
                # The mark comes first: after a crash in between, the record is erased and not damaged, and the
                # caller, who had no answer, erases again.
                os.pwrite(descriptor, erased, first + number * _ENTRY.size)
                os.fsync(descriptor)
                os.pwrite(descriptor, bytes(entry.record_bytes), entry.offset)
                os.fsync(descriptor)
            except OSError as error:
                raise StoreError(
                    f"vault {self._file(name)}: record {number} may not be erased: {error.strerror}",
                    next_step="Look at the disk, then erase again until it succeeds.",
                ) from error

    def __contains__(self, name: str) -> bool:
        return self._file(name).exists()

    def _file(self, name: str) -> Path:
        assert _NAME.fullmatch(name), f"a drawer is named kind/name in a-z, 0-9 and -, got {name!r}"
        return self._path / name

    def _write(self, file: Path, name: str, records: Iterator[bytes]) -> None:
        make_directory(file.parent)
        draft = self._path / _INCOMING / str(next(self._drafts))
        salt = self._random.random_bytes(_SALT_BYTES)
        cipher = AESGCM(self._drawer_key(name, salt))
        index = bytearray()
        nonces = self._nonces()
        try:
            with draft.open("xb", buffering=_BUFFER_BYTES) as out:
                os.fchmod(out.fileno(), 0o600)
                offset = out.write(_MAGIC + salt)
                for number, content in enumerate(records):
                    nonce = next(nonces)
                    index += _ENTRY.pack(offset, len(content), _HELD)
                    offset += out.write(nonce + cipher.encrypt(nonce, content, _sealed_with(name, number)))
                out.write(index)
                out.write(_FOOT.pack(offset, len(index) // _ENTRY.size))
                out.flush()
                os.fsync(out.fileno())
            # A link, unlike a rename, never takes the place of a drawer that came up in between.
            os.link(draft, file)
        finally:
            draft.unlink(missing_ok=True)
        sync_directory(file.parent)

    def _nonces(self) -> Iterator[bytes]:
        while True:
            drawn = self._random.random_bytes(_NONCE_BYTES * _NONCES_AT_ONCE)
            for start in range(0, len(drawn), _NONCE_BYTES):
                yield drawn[start : start + _NONCE_BYTES]

    @contextmanager
    def _drawer(self, name: str, *, writable: bool = False) -> Iterator[tuple[int, int, int]]:
        """The open drawer, the offset of its index, and the number of its records."""
        file = self._file(name)
        try:
            descriptor = os.open(file, os.O_RDWR if writable else os.O_RDONLY)
        except FileNotFoundError:
            raise AbsentError(f"vault: this node holds no drawer {name}") from None
        try:
            size = os.fstat(descriptor).st_size
            if size < _HEAD_BYTES + _FOOT.size or os.pread(descriptor, len(_MAGIC), 0) != _MAGIC:
                raise self._damaged(name, f"expected a drawer, got {size} bytes of something else")
            first, records = _FOOT.unpack(os.pread(descriptor, _FOOT.size, size - _FOOT.size))
            if first < _HEAD_BYTES or first + records * _ENTRY.size + _FOOT.size != size:
                raise self._damaged(name, f"expected an index of {records} records at byte {first}, got {size} bytes")
            yield descriptor, first, records
        finally:
            os.close(descriptor)

    def _entry(self, name: str, descriptor: int, first: int, records: int, number: int) -> _Entry:
        if not 0 <= number < records:
            raise AbsentError(f"vault: drawer {name} has {records} records, none numbered {number}")
        packed = os.pread(descriptor, _ENTRY.size, first + number * _ENTRY.size)
        offset, content_bytes, held = _ENTRY.unpack(packed)
        entry = _Entry(offset, content_bytes, held == _HELD)
        if held > _HELD or offset < _HEAD_BYTES or offset + entry.record_bytes > first:
            raise self._damaged(name, f"the index leads record {number} out of the drawer")
        return entry

    def _decrypt(self, name: str, descriptor: int, cipher: AESGCM, entry: _Entry, number: int) -> bytes | None:
        if not entry.held:
            return None
        record = os.pread(descriptor, entry.record_bytes, entry.offset)
        try:
            return cipher.decrypt(record[:_NONCE_BYTES], record[_NONCE_BYTES:], _sealed_with(name, number))
        except InvalidTag:
            raise self._damaged(name, f"record {number} does not open") from None

    def _cipher(self, name: str, descriptor: int) -> AESGCM:
        return AESGCM(self._drawer_key(name, os.pread(descriptor, _SALT_BYTES, len(_MAGIC))))

    def _drawer_key(self, name: str, salt: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=salt, info=_MAGIC + b" " + name.encode()).derive(self._key)

    def _damaged(self, name: str, what: str) -> DamagedError:
        return DamagedError(
            f"vault {self._file(name)}: {what}",
            next_step="Keep the file, look at the disk, and restore the drawer from a backup.",
        )


def _sealed_with(name: str, number: int) -> bytes:
    """What a record is bound to: moved to another place it does not open."""
    return b"%b/%d" % (name.encode(), number)


def _load_key(path: Path) -> bytes:
    line = read_private(path).removesuffix(b"\n")
    try:
        text = line.decode("ascii")
        if not text.startswith(_SECRET):
            raise FormatError(f"expected it to begin with {_SECRET}")
        return base64_exact(text.removeprefix(_SECRET), what="vault key", size=32)
    except (FormatError, UnicodeDecodeError):
        # What the parser says could carry a part of the secret on, so it is not repeated.
        raise KeyFileError(
            f"key file {path}: expected one line {_SECRET} and 44 characters of base64, got something else",
            next_step="Restore the file from where the key is kept safe.",
        ) from None
