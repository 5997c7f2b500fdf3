"""The least that anybody must do for a great log: bare loops over the bytes of its archive, each a process of its own.

    hashes        SHA-256 of every leaf, body, tag file and line, and of every node of the tree and of the sum trees
    signatures    PyNaCl verifies every signature line of every entry

Neither parses what it can do without, keeps a state, or judges a rule. `python -m benchmarks.great_log_loops LOOP
ARCHIVE` prints what it counted as JSON.
"""

import json
import sys
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from nacl.bindings import crypto_sign_open

_BLOCK_BYTES = 512
_LINE_BYTES = 40
_KEY_ID_BYTES = 4
_SUM_NODE = b"\x01" + bytes(2 * _LINE_BYTES)  # two hashes and two totals


def files_of(archive: Path) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each file of an archive, in order (docs/formats/archive.md)."""
    with archive.open("rb") as file:
        while any(header := file.read(_BLOCK_BYTES)):
            size = int(header[124:135], 8)
            yield header[:100].rstrip(b"\0"), file.read(size)
            file.read(-size % _BLOCK_BYTES)


def leaves_of(bundle: bytes) -> Iterator[bytes]:
    """The leaves of a bundle."""
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        yield bundle[at + 2 : end]
        at = end


def hash_all(archive: Path) -> dict[str, int]:
    """Hash as many bytes in as many calls as there must be; the tree of leaves leads to the checkpoint's root.

    A sum tree is hashed over the bytes of its lines, and over as many nodes as it has.
    """
    peaks: list[bytes] = []
    count = lines = 0
    checkpoint = b""
    for name, content in files_of(archive):
        if name.startswith(b"tile/entries/"):
            for leaf in leaves_of(content):
                node, left = sha256(b"\x00" + leaf).digest(), count
                while left & 1:
                    node = sha256(b"\x01" + peaks.pop() + node).digest()
                    left >>= 1
                peaks.append(node)
                count += 1
        elif name.startswith((b"bodies/", b"tags/")):
            sha256(b"\x03" + content).digest()
        elif name.startswith(b"batches/"):
            for at in range(0, len(content), _LINE_BYTES):
                sha256(b"\x00" + content[at : at + _LINE_BYTES]).digest()
            for _ in range(len(content) // _LINE_BYTES - 1):
                sha256(_SUM_NODE).digest()
            lines += len(content) // _LINE_BYTES
        elif name == b"checkpoint":
            checkpoint = content
    root = peaks.pop()
    while peaks:
        root = sha256(b"\x01" + peaks.pop() + root).digest()
    assert root == b64decode(checkpoint.split(b"\n")[2]), "the leaves do not lead to the root of the checkpoint"
    return {"leaves": count, "lines": lines}


def verify_all(archive: Path) -> dict[str, int]:
    """Verify every signature, by keys of the charter. Raises BadSignatureError."""
    keys: dict[bytes, bytes] = {}
    signatures = 0
    for name, content in files_of(archive):
        if not name.startswith(b"tile/entries/"):
            continue
        for leaf in leaves_of(content):
            text, _, signed = leaf[leaf.index(b"\n") + 1 :].partition(b"\n\n")
            text += b"\n"
            keys = keys or _keys_of(text)
            for line in signed.splitlines():
                blob = b64decode(line[line.rindex(b" ") + 1 :])
                crypto_sign_open(blob[_KEY_ID_BYTES:] + text, keys[blob[:_KEY_ID_BYTES]])
                signatures += 1
    return {"signatures": signatures}


def _keys_of(charter: bytes) -> dict[bytes, bytes]:
    """The parties' keys by key ID, as the text of a charter has them."""
    vkeys = [party["key"].split("+", 2) for party in json.loads(charter.split(b"\n")[1])["parties"]]
    return {bytes.fromhex(key_id): b64decode(key)[1:] for _name, key_id, key in vkeys}


_LOOPS = {"hashes": hash_all, "signatures": verify_all}

if __name__ == "__main__":
    print(json.dumps(_LOOPS[sys.argv[1]](Path(sys.argv[2]))))
