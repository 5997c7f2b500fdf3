"""An operator and parties in league: they sign, stamp and cosign what the rules forbid, and go on from there.

The log is played as in `verifier_play`; at the lines whose labels are given something else happens. Whoever tells a
lie here holds every key, works out all later stamps from the books as the lie left them, and lets every party cosign
the end. Only who derives everything again can see it.
"""

import json
from base64 import b64encode
from contextlib import ExitStack
from unittest.mock import patch

from tests.support.verifier_play import DAY_MS, Key, Play, canonical
from tests.support.verifier_world import ORIGIN
from verifier.entries.members import day_number
from verifier.log.tiles import WIDTH, Tile, tile_at, tile_path
from verifier.log.tree import root_hash
from verifier.primitives.hashes import leaf_hash

COSIGNED_UNIX_S = 1_556_668_800  # 2019-05-01
ORGANISATIONS_NEEDED = 4


class League(Play):
    """A log in which lies stand at the lines that `lies` names, each a function of the league and the line."""

    def __init__(self, lies=None):
        super().__init__()
        self.lies = dict(lies or {})
        self.keys["node"] = Key("node insurer", name="insurer.example/node")

    def play_row(self, text):
        """Play one line of a table, or what somebody would rather have there."""
        label = text.split()[0].removesuffix(":")
        lie = self.lies.pop(label, None)
        if lie is None:
            super().play_row(text)
            return
        self.indices[label] = len(self.leaves)
        lie(self, text)

    def outcome(self, note):
        """Put a leaf into the log without anybody who follows and would object."""
        self.put(note, self.stamp_of(note))
        self.why = "it was put into the log"
        return "ok"

    def stamp_of(self, note):
        """What the books of the league give as the stamp."""
        return self.replay.sequence(note, time_unix_ms=day_number(self.day) * DAY_MS, blobs=self.blobs)

    def put(self, note, stamp):
        """The next leaf, whatever it is."""
        self.leaves.append(stamp + b"\n" + note)

    def note_of(self, text):
        """The signed entry of a line of a table."""
        words = text.split()
        by, kind, *members, _ = words[words[0].endswith(":") :]
        return self.entry(by.split("+"), kind, members)

    def value(self, index):
        """What the signers of a leaf signed."""
        return json.loads(self.leaves[index].split(b"\n")[2])

    # -- what the world is shown --------------------------------------------------------------------------------

    def checkpoint(self, *, by=None, size=None, root=None, more=(), forged=()):
        """A checkpoint signed by the log and cosigned `by` some; `more` are further lines, `forged` sign at random."""
        root = root_hash(leaf_hash(leaf) for leaf in self.leaves) if root is None else root
        size = len(self.leaves) if size is None else size
        text = f"{ORIGIN}\n{size}\n{b64encode(root).decode()}\n".encode()
        lines = [self.log.line(text)]
        for name in self.cosigners if by is None else by:
            lines.append(cosignature(self.cosigners[name], b"other\n" if name in forged else text))
        lines += [cosignature(key, text) for key in more]
        return text + b"\n" + b"".join(lines)

    def policy(self, needed=ORGANISATIONS_NEEDED):
        """The policy that the auditor has from elsewhere."""
        lines = [f"log {self.log.vkey}", *(f"witness {name} {key.vkey}" for name, key in self.cosigners.items())]
        lines += [f"group parties {needed} {' '.join(self.cosigners)}", "quorum parties", ""]
        return "\n".join(lines).encode()

    def files(self, *, checkpoint=None, without=(), instead=None):
        """The log as files by path, in the order of an archive; `without` are hashes that are not to be had."""
        found = {"checkpoint": self.checkpoint() if checkpoint is None else checkpoint}
        size = len(self.leaves)
        hashes = [leaf_hash(leaf) for leaf in self.leaves]
        assert size < WIDTH, "one bundle is enough for a lie"
        found[tile_path(tile_at(level=0, index=0, size=size))] = b"".join(hashes)
        found[tile_path(Tile(None, 0, size))] = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in self.leaves)
        named = set()
        for leaf in self.leaves:
            named |= set(_names(json.loads(leaf.split(b"\n")[2])))
        changed = instead or {}
        for path in sorted(named):
            name = bytes.fromhex(path.partition("/")[2])
            if name in self.blobs.files and name not in without:
                found[path] = changed.get(name, self.blobs.files[name])
        return found

    def write(self, place, **changes):
        """Write the log as a directory."""
        for path, data in self.files(**changes).items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_bytes(data)

    def archive(self, **changes):
        """The log as an archive (docs/formats/archive.md)."""
        files = self.files(**changes)
        size, root = len(self.leaves), root_hash(map(leaf_hash, self.leaves)).hex()
        manifest = {"format": "mingzhang archive/v1", "origin": ORIGIN, "root": root, "sealed": True, "size": size}
        files = {"manifest.json": canonical(manifest) + b"\n", "policy": self.policy(), **files}
        return b"".join(_member(name, data) for name, data in files.items()) + bytes(1024)


def cosignature(key, text):
    """The line of a cosigner over the text of a checkpoint."""
    message = f"cosignature/v1\ntime {COSIGNED_UNIX_S}\n".encode() + text
    signed = key.id + COSIGNED_UNIX_S.to_bytes(8, "big") + key.secret.sign(message).signature
    return f"— {key.name} {b64encode(signed).decode()}\n".encode()


def stranger(name="stranger"):
    """A cosigner whom nobody knows, whatever it calls itself."""
    return Key(f"another node {name}", name=f"{name}.example/node", key_type=4)


# -- ways to lie ---------------------------------------------------------------------------------------------


def says(text, *checks):
    """Another line stands there, and these checks, (owner, name, what they do instead), are passed over."""

    def lie(league, _):
        with ExitStack() as stack:
            for owner, name, instead in checks:
                stack.enter_context(patch.object(owner, name, instead))
            note = league.note_of(text)
            league.put(note, league.stamp_of(note))

    return lie


def unseen(*checks):
    """The line stands there as it is, carried out with these checks or workings replaced."""

    def lie(league, text):
        says(text, *checks)(league, text)

    return lie


def stamped(change):
    """The operator writes another stamp: `change` is given the stamp's value and gives the one that is written."""

    def lie(league, text):
        note = league.note_of(text)
        league.put(note, canonical(change(json.loads(league.stamp_of(note)))))

    return lie


def written(change):
    """The entry is carried out as it is, and stands in the log in other bytes; `change` is given its note."""

    def lie(league, text):
        note = league.note_of(text)
        league.put(change(league, note), league.stamp_of(note))

    return lie


def signed_again(league, note, text):
    """The note of another text, signed by those who signed this one."""
    by = {line.split(b" ")[1].decode() for line in note.rpartition(b"\n\n")[2].splitlines()}
    keys = sorted((key for key in league.keys.values() if key.name in by), key=lambda key: key.signer)
    return text + b"\n" + b"".join(key.line(text) for key in keys)


def _names(value):
    """The paths of the files that an entry names."""
    if value["kind"] == "sealed":
        yield f"bodies/{value['body']}"
    if "lines" in value:
        yield f"batches/{value['lines']['root']}"
    if "tags" in value:
        yield f"tags/{value['tags']}"


def _member(name, data):
    """A plain file of an archive."""
    start = name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % len(data)
    start += b"00000000000\0"
    end = (b"0" + bytes(100) + b"ustar\x0000").ljust(512 - 156, b"\0")
    header = start + b"%06o\0 " % (sum(start) + 8 * 32 + sum(end)) + end
    return header + data + bytes(-len(data) % 512)
