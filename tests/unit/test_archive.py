"""An auditor's archive: written by node/export.py, read by the verifier, refused in every damaged form."""

import io
import tarfile

import pytest

from node.export import ExportedLog, write_archive
from tests.support.receipts import ReceiptWorld
from tests.support.world_log import WorldLog
from verifier.audit.audit import audit_log
from verifier.log.policy import parse_policy
from verifier.sources import archive as archives
from verifier.sources.archive import Archive, ArchiveError
from verifier.sources.source import DiskFile, open_source


class Memory:
    """The bytes of an archive in memory."""

    def __init__(self, data):
        self.data = data

    def read_at(self, at, size):
        return self.data[at : at + size]


@pytest.fixture(scope="module")
def world():
    world = ReceiptWorld().begin()
    world.give(300, 7)
    world.settle(300)
    world.premium(200)
    _, members = world.enrol(4)
    cover = world.insure(4)
    for member in members[:3]:
        world.pay_out(cover, member, 100)
    world.balance("claims/dlz/kb")
    return world


def written(world, *, sealed=True, without=()):
    """The archive of a world, and what the exporter says."""
    out = io.BytesIO()
    log: ExportedLog = WorldLog(world, without)
    exported = write_archive(log, out, sealed=sealed)
    return out.getvalue(), exported


@pytest.fixture(scope="module")
def data(world):
    return written(world)[0]


def verdict_of(world, data):
    return audit_log(Archive(Memory(data), what="archive"), policy=parse_policy(world.policy(), what="policy"))


def test_a_log_comes_back_as_it_was(world, data):
    verdict = verdict_of(world, data)
    assert (verdict.outcome, verdict.replayed) == ("valid", len(world.leaves))


def test_one_log_makes_one_archive(world, data):
    assert written(world)[0] == data


def test_any_tar_reads_it(data, tmp_path):
    """And what it unpacks is a directory that a replay reads."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        names = tar.getnames()
        tar.extractall(tmp_path, filter="data")
    assert names[:3] == ["manifest.json", "policy", "checkpoint"]
    assert any(name.startswith("bodies/") for name in names)
    assert open_source(str(tmp_path)).read("checkpoint") == Archive(Memory(data), what="archive").read("checkpoint")


def test_without_bodies_a_replay_cannot_tell(world):
    data, exported = written(world, sealed=False)
    verdict = verdict_of(world, data)
    assert verdict.outcome == "cannot_tell" and verdict.unknown[0].endswith("amounts and roots were not judged")
    assert exported.missing == {"batches": 0}
    assert not Archive(Memory(data), what="archive").sealed


def test_what_the_exporter_lacks_is_counted(world):
    data, exported = written(world, without=("body",))
    assert exported.missing["bodies"] > 3 and exported.missing["batches"] == 0
    assert verdict_of(world, data).outcome == "cannot_tell"


def blocks(data):
    """Where each header of an archive lies, and the name in it."""
    places, at = [], 0
    while data[at : at + 512] != bytes(512):
        header = data[at : at + 512]
        places.append((at, header[:100].rstrip(b"\0").decode()))
        at += 512 + -(-int(header[124:135], 8) // 512) * 512
    return places


def find(data, start):
    """The byte at which the first file begins whose name starts so."""
    return next(at for at, name in blocks(data) if name.startswith(start))


def with_header(data, at, change):
    """An archive whose header at byte `at` was changed, its checksum put right."""
    header = bytearray(data[at : at + 512])
    change(header)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return data[:at] + bytes(header) + data[at + 512 :]


def renamed(name):
    def change(header):
        header[:100] = name.ljust(100, b"\0")

    return change


def resized(size):
    def change(header):
        header[124:135] = b"%011o" % size

    return change


def typed(kind):
    def change(header):
        header[156:157] = kind

    return change


def moved(data, start):
    """An archive in which a file and the one behind it have changed places."""
    names = [at for at, _ in blocks(data)]
    first = find(data, start)
    second = names[names.index(first) + 1]
    third = names[names.index(first) + 2]
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def doubled(data, start):
    """An archive that holds a file twice."""
    names = [at for at, _ in blocks(data)]
    first = find(data, start)
    second = names[names.index(first) + 1]
    return data[:second] + data[first:second] + data[second:]


HOSTILE = {
    "absolute-path": (lambda data: with_header(data, find(data, "bodies/"), renamed(b"/etc/passwd")), "two block"),
    "way-up": (lambda data: with_header(data, find(data, "policy"), renamed(b"../policy")), "plain header of policy"),
    "way-up-inside": (lambda data: with_header(data, find(data, "bodies/"), renamed(b"bodies/../x")), "two block"),
    "symbolic-link": (lambda data: with_header(data, find(data, "checkpoint"), typed(b"2")), "header of checkpoint"),
    "hard-link": (lambda data: with_header(data, find(data, "bodies/"), typed(b"1")), "plain header of bodies/"),
    "directory": (lambda data: with_header(data, find(data, "batches/"), typed(b"5")), "plain header of batches/"),
    "extended-header": (lambda data: with_header(data, 0, typed(b"x")), "plain header of manifest.json"),
    "sparse-file": (lambda data: with_header(data, find(data, "tile/entries"), typed(b"S")), "header of tile/entries"),
    "bomb": (lambda data: with_header(data, find(data, "bodies/"), resized(8**11 - 1)), "got 8589934591"),
    "large-checkpoint": (lambda data: with_header(data, find(data, "checkpoint"), resized(1 << 20)), "to 262144 bytes"),
    "short-tile": (lambda data: with_header(data, find(data, "tile/0"), resized(32)), "bytes, got 32"),
    "size-with-a-sign": (lambda data: with_header(data, 0, lambda header: header.__setitem__(slice(124, 126), b"+0")),
                         "plain header"),
    "duplicate": (lambda data: doubled(data, "bodies/"), "each once and by name"),
    "second-checkpoint": (lambda data: doubled(data, "checkpoint"), "plain header of tile/0"),
    "other-order": (lambda data: moved(data, "bodies/"), "each once and by name"),
    "truncated": (lambda data: data[:-1600], "cut off at byte"),
    "truncated-in-a-header": (lambda data: data[: find(data, "bodies/") + 100], "cut off at byte"),
    "truncated-between-files": (lambda data: data[: find(data, "bodies/")], "cut off at byte"),
    "no-end": (lambda data: data[:-1024], "cut off at byte"),
    "half-an-end": (lambda data: data[:-512], "two blocks of NUL"),
    "something-behind": (lambda data: data + b"more", "nothing behind them"),
    "padding": (lambda data: data[: find(data, "policy") - 1] + b"x" + data[find(data, "policy") :], "padding of NUL"),
    "gzip": (lambda data: b"\x1f\x8b" + data, "this is gzip\n  Unpack it first"),
    "nothing": (lambda data: b"", "cut off at byte 0"),
    "other-checkpoint": (lambda data: data.replace(b'"size":', b'"siza":', 1), "manifest.json"),
    "size-of-another": (lambda data: _with_size(data, b"9"), "the manifest is of another one"),
    "true-is-no-size": (lambda data: _with_size(data, b"true"), "manifest.json: expected 'mingzhang archive/v1'"),
}  # fmt: skip


def _with_size(data, size):
    """An archive whose manifest says another size of the log."""
    length = int(data[124:135], 8)
    manifest = data[512 : 512 + length]
    said = manifest[: manifest.index(b'"size":') + 7] + size + b"}\n"
    changed = with_header(data, 0, resized(len(said)))
    return changed[:512] + said.ljust(512, b"\0") + data[1024:]


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_archive_is_refused(data, name):
    change, message = HOSTILE[name]
    hostile = change(data)
    assert hostile != data
    with pytest.raises(ArchiveError, match=message) as caught:
        Archive(Memory(hostile), what="a.archive")
    assert str(caught.value).startswith("a.archive: ")


def test_too_many_files_behind_a_bundle_are_refused(data, monkeypatch):
    monkeypatch.setattr(archives, "NAMED_FILES_MAX", 3)
    with pytest.raises(ArchiveError, match="expected at most 3 files behind a bundle"):
        Archive(Memory(data), what="archive")


@pytest.mark.parametrize("path", ["tile/entries/001", "tile/entries/000", "tile/entries/x", "bodies/" + "0" * 64, "x"])
def test_what_is_not_there_is_none(data, path):
    assert Archive(Memory(data), what="archive").read(path) is None


def test_an_archive_that_changed_meanwhile_is_refused(data):
    memory = Memory(data)
    archive = Archive(memory, what="archive")
    memory.data = data[: find(data, "tile/entries")]
    with pytest.raises(ArchiveError, match="cut off"):
        archive.read(next(name for _, name in blocks(data) if name.startswith("tile/entries")))


def test_a_source_is_opened_by_its_name(data, tmp_path):
    (tmp_path / "log.archive").write_bytes(data)
    assert isinstance(open_source(str(tmp_path / "log.archive")), Archive)
    assert DiskFile(tmp_path / "log.archive").read_at(0, 13) == b"manifest.json"
    with pytest.raises(OSError, match="there is no such file"):
        open_source(str(tmp_path / "none"))
