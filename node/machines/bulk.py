"""Files in bulk: many of the files that entries name, in one request or one answer.

    name     u8 kind (1 batch, 2 tags, 3 body) || 32 bytes
    names    name, name, …                                                  at most 1,024 of them
    files    name || u32 length || content, one file after another          at most 1,024 of them

Who packs files takes them in the order in which they were named, and stops before the one with which they would be
longer than 4 MiB; the first always goes. Nothing here judges a content: whoever stores it holds it to its name.
"""

from collections.abc import Iterable, Iterator

from ledger.errors import FormatError
from node.ports import FileName, NamedFile, WritableBlobs

FILES_MAX = 1_024
FILES_BYTES_MAX = 4 << 20  # of all contents, where there is more than one
ANSWER_BYTES_MAX = 100 << 20  # one file alone may be longer: the largest batch has 96 MB

_CODES = {"batch": 1, "tags": 2, "body": 3}
_KINDS = {code: kind for kind, code in _CODES.items()}
_NAME_BYTES = 33
_LENGTH_BYTES = 4

NAMES_BYTES_MAX = FILES_MAX * _NAME_BYTES


def encode_names(names: Iterable[FileName]) -> bytes:
    """Encode the names of files."""
    return b"".join(_encode_name(kind, name) for kind, name in names)


def decode_names(data: bytes) -> list[FileName]:
    """Decode the names of files.

    Raises:
        FormatError: cut off, a kind that is none, or too many.
    """
    if len(data) % _NAME_BYTES:
        raise FormatError(f"file names: expected a multiple of {_NAME_BYTES} bytes, got {len(data)}")
    _check_count(len(data) // _NAME_BYTES)
    return [_decode_name(data[at : at + _NAME_BYTES]) for at in range(0, len(data), _NAME_BYTES)]


def encode_files(files: Iterable[NamedFile]) -> bytes:
    """Encode files with their names."""
    return b"".join(
        _encode_name(kind, name) + len(content).to_bytes(_LENGTH_BYTES, "big") + content
        for kind, name, content in files
    )


def decode_files(data: bytes) -> list[NamedFile]:
    """Decode files with their names; the contents are not held to them.

    Raises:
        FormatError: cut off, a kind that is none, or too many.
    """
    files: list[NamedFile] = []
    at = 0
    while at < len(data):
        end = at + _NAME_BYTES
        start = end + _LENGTH_BYTES
        if start > len(data):
            raise FormatError(f"files: expected at least {start} bytes, got {len(data)}")
        kind, name = _decode_name(data[at:end])
        at = start + int.from_bytes(data[end:start], "big")
        if at > len(data):
            raise FormatError(f"files: expected at least {at} bytes, got {len(data)}")
        files.append(NamedFile(kind, name, data[start:at]))
        _check_count(len(files))
    return files


def pack(blobs: WritableBlobs, names: Iterable[FileName]) -> list[NamedFile]:
    """Of the files `names` as many as go into one answer, in this order; those that are not here are left out.

    Raises:
        DamagedError: a content is not what its name says.
        StoreError: a file cannot be read.
    """
    found = ((name, blobs.get(*name)) for name in names)
    return next(packages(NamedFile(*name, content) for name, content in found if content is not None), [])


def packages(files: Iterable[NamedFile]) -> Iterator[list[NamedFile]]:
    """Files in their order, as many together as go into one request or answer."""
    package: list[NamedFile] = []
    room = FILES_BYTES_MAX
    for file in files:
        if package and (len(package) == FILES_MAX or len(file.content) > room):
            yield package
            package, room = [], FILES_BYTES_MAX
        package.append(file)
        room -= len(file.content)
    if package:
        yield package


def _check_count(count: int) -> None:
    if count > FILES_MAX:
        raise FormatError(f"files: expected at most {FILES_MAX}, got {count}")


def _encode_name(kind: str, name: bytes) -> bytes:
    return _CODES[kind].to_bytes(1, "big") + name


def _decode_name(data: bytes) -> FileName:
    kind = _KINDS.get(data[0])
    if kind is None:
        raise FormatError(f"files: expected kind 1, 2 or 3, got {data[0]}")
    return FileName(kind, data[1:])
