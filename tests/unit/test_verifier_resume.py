"""A replay that is interrupted, goes on, and says the same; read ahead by several processes, it says the same too."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from functools import partial
from pathlib import Path

import pytest

from tests.support.receipts import ReceiptWorld
from tests.unit.test_archive import written
from tests.unit.test_verifier_audit import node_serving
from verifier.audit import audit, row_file
from verifier.audit.ahead import Reader
from verifier.audit.audit import Watch, audit_log
from verifier.audit.desk_file import FILE, FileDesk, _check, open_desk
from verifier.audit.row_file import StateFileError
from verifier.audit.workers import processes_for, read_ahead
from verifier.cli import main
from verifier.errors import FormatError
from verifier.log.policy import parse_policy
from verifier.rules import balance
from verifier.sources.source import open_source

ROOT = Path(__file__).parents[2]
LEAVES = 1100
HALF = 500
CHANGED = 700


def grow(world, leaves):
    """Notices, and now and then a gift, until the log has so many leaves."""
    while len(world.leaves) < leaves:
        if len(world.leaves) % 100:
            world.act("notice", "foundation", document="00" * 32, programme="dlz", text="words")
        else:
            world.give(3, 4)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Archives of a log of five bundles with all kinds of rows: as it was halfway, whole, and with a leaf changed."""
    place = tmp_path_factory.mktemp("resume")
    world = ReceiptWorld().begin()
    world.give(300, 7)
    world.settle(300)
    world.premium(200)
    _, members = world.enrol(4)
    cover = world.insure(4)
    for member in members[:3]:
        world.pay_out(cover, member, 100)
    world.balance("claims/dlz/kb")
    grow(world, HALF)
    (place / "half").write_bytes(written(world)[0])
    world.balance()
    world.give(5)
    grow(world, LEAVES)
    (place / "log").write_bytes(written(world)[0])
    sound = world.leaves[CHANGED]
    world.leaves[CHANGED] = sound[:-30] + b"A" * 27 + sound[-3:]
    (place / "forged").write_bytes(written(world)[0])
    world.leaves[CHANGED] = sound.replace(b'"rules":1', b'"rules":2')
    (place / "changed").write_bytes(written(world)[0])
    (place / "policy").write_bytes(world.policy())
    return place


def run(place, name, desk=None, **more):
    """The verdict on an archive, with state in a directory where one is given."""
    policy = parse_policy((place / "policy").read_bytes(), what="policy")
    return audit_log(open_source(str(place / name)), policy=policy, desk=desk, **more)


def seen(verdict):
    return (verdict.outcome, verdict.replayed, verdict.state_root, verdict.findings, verdict.unknown)


class Interrupted(Exception):
    """The test pulls the plug."""


def stop_at(leaves, done, size):
    if done >= leaves:
        raise Interrupted


@pytest.fixture(scope="module")
def told(place):
    """What is said of each log without any interruption."""
    return {name: seen(run(place, name)) for name in ("log", "changed")}


@pytest.mark.parametrize(("name", "leaves", "stood"), [
    ("log", 1, 0), ("log", 512, 512), ("log", 600, 512), ("log", 1024, 1024), ("changed", 1024, 512),
])  # fmt: skip
def test_a_replay_that_was_interrupted_says_the_same(place, tmp_path, monkeypatch, told, name, leaves, stood):
    """Before the first save, right behind one, and behind the leaf that does not stand."""
    monkeypatch.setattr(audit, "SAVE_BUNDLES", 2)
    desk = FileDesk(tmp_path, lasting=True)
    with pytest.raises(Interrupted):
        run(place, name, desk, progress=partial(stop_at, leaves))
    desk.close()
    again = FileDesk(tmp_path, lasting=True)
    first = []
    verdict = run(place, name, again, progress=lambda done, size: first.append(done))
    again.close()
    assert seen(verdict) == told[name]
    assert first[0] == min(stood + 256, LEAVES), "it went on where it stood"


def test_maps_that_catch_up_early_are_the_same(place, tmp_path, monkeypatch, told):
    """However many changed rows are held until a balance; and with rows that go to the file in the middle of a leaf."""
    monkeypatch.setattr(balance, "CHANGED_MAX", 0)
    monkeypatch.setattr(row_file, "RECENT_ROWS_MAX", 2)
    desk = FileDesk(tmp_path, lasting=False)
    assert seen(run(place, "log", desk)) == told["log"]
    desk.close()


def test_a_log_that_grew_is_judged_from_where_it_was(place, tmp_path, told):
    """The state of yesterday, the checkpoint of today, which covers all that was replayed then."""
    desk = FileDesk(tmp_path, lasting=True)
    assert run(place, "half", desk).outcome == "valid"
    desk.close()
    desk = FileDesk(tmp_path, lasting=True)
    first = []
    verdict = run(place, "log", desk, progress=lambda done, size: first.append(done))
    desk.close()
    assert seen(verdict) == told["log"] and first[0] == 512


def test_a_log_that_shrank_is_not_replayed_over_a_longer_one(place, tmp_path):
    desk = FileDesk(tmp_path, lasting=True)
    run(place, "log", desk)
    with pytest.raises(StateFileError, match="1100 leaves were replayed, the checkpoint has 500\n  A log does"):
        run(place, "half", desk)
    desk.close()


def test_leaves_that_were_replayed_may_not_change_behind(place, tmp_path):
    """What was judged before is not read again; the root says that it is not what the checkpoint covers."""
    world = ReceiptWorld(seed=1).begin()
    grow(world, 600)
    (tmp_path / "other").write_bytes(written(world)[0])
    (tmp_path / "policy").write_bytes(world.policy())
    (tmp_path / "state").mkdir()
    desk = FileDesk(tmp_path / "state", lasting=True)
    assert run(place, "half", desk).outcome == "valid"
    verdict = run(tmp_path, "other", desk)
    desk.close()
    assert verdict.outcome == "invalid" and "root" in [finding.rule for finding in verdict.findings]


def change_position(directory, *, fits=True, **members):
    """Note another position, whose check fits it or not."""
    with sqlite3.connect(directory / FILE) as database:
        value = json.loads(database.execute("SELECT value FROM position").fetchone()[0]) | members
        if fits:
            value["check"] = _check({name: value[name] for name in value if name not in ("check", "digest")})
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
        database.execute("UPDATE position SET value = ?", (text.encode(),))
    database.close()


@pytest.mark.parametrize(("members", "message"), [
    pytest.param({"origin": "ledger.example/other"}, "it is of the log ledger.example/other", id="another-log"),
    pytest.param({"format": "v0"}, "expected 'mingzhang replay state/v2', got 'v0'", id="another-format"),
    pytest.param({"peaks": []}, "expected 6 peaks for 500 leaves, got 0", id="peaks"),
    pytest.param({"digest": "00" * 32}, "its rows are not those that were written", id="digest"),
    pytest.param({"close": [499, "00" * 32]}, "the last close says 0000", id="root-of-the-close"),
    pytest.param({"size": 0}, "expected an integer from 1", id="size"),
])  # fmt: skip
def test_a_state_file_that_was_changed_is_refused(place, tmp_path, members, message):
    desk = FileDesk(tmp_path, lasting=True)
    run(place, "half", desk)
    desk.close()
    change_position(tmp_path, **members)
    desk = FileDesk(tmp_path, lasting=True)
    with pytest.raises(StateFileError, match=message):
        run(place, "log", desk)
    desk.close()


@pytest.mark.parametrize("members", [
    pytest.param({"balance": 3}, id="balance"),
    pytest.param({"peaks": ["00" * 32] * 6}, id="peaks"),
    pytest.param({"time_unix_ms": 0}, id="time"),
    pytest.param({"notes": [[], 0, 0, 0, 0]}, id="notes"),
    pytest.param({"close": [3, "00" * 32]}, id="close"),
    pytest.param({"size": 498}, id="size-of-as-many-peaks"),
])  # fmt: skip
def test_a_position_that_a_disk_changed_is_refused(place, tmp_path, members):
    """None of these is held against the rows; each would end in a verdict about another log."""
    with open_desk(tmp_path, lasting=True) as desk:
        run(place, "half", desk)
    change_position(tmp_path, fits=False, **members)
    message = "(?s)position: it is not what was written.*begin again"
    with open_desk(tmp_path, lasting=True) as desk, pytest.raises(StateFileError, match=message):
        run(place, "log", desk)


def test_rows_whose_position_is_lost_are_refused(place, tmp_path):
    """They would be what a log begins with, and its first leaf would be there already."""
    with open_desk(tmp_path, lasting=True) as desk:
        run(place, "half", desk)
    with sqlite3.connect(tmp_path / FILE) as database:
        database.execute("DELETE FROM position")
    database.close()
    with open_desk(tmp_path, lasting=True) as desk, pytest.raises(StateFileError, match="its rows are not those"):
        run(place, "log", desk)


@pytest.mark.parametrize("files", [24, 32, 40, 64, 96])
def test_a_disk_that_is_full_at_whatever_moment_is_named(place, tmp_path, files):
    """In units of 1,024 bytes, as the shell counts them."""
    command = f"ulimit -f {files}; exec {sys.executable} -m verifier.cli replay log --policy policy --resume "
    done = subprocess.run(["bash", "-c", command + str(tmp_path)], cwd=place, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)  # fmt: skip
    assert done.returncode == 2 and f"mingzhang-verify: state file {tmp_path / FILE}: " in done.stderr


def test_a_killed_process_goes_on(place, tmp_path, told):
    """kill -9 in the middle of a replay at the command line, twice, then to the end."""
    script = ("import sys, time; from verifier import cli; from verifier.audit import audit; audit.SAVE_BUNDLES = 1\n"
              "take = audit._Audit._save\n"
              "def slow(self): take(self); time.sleep(0.1)\n"
              "audit._Audit._save = slow; sys.exit(cli.main(sys.argv[1:]))")  # fmt: skip
    command = [sys.executable, "-c", script, "replay", str(place / "log"), "--policy", str(place / "policy"),
               "--resume", str(tmp_path / "state"), "--json"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    sizes = []
    for least in (1, 500):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
            until = time.monotonic() + 30
            while (size := stood(tmp_path / "state")) < least and process.poll() is None:
                assert time.monotonic() < until
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        sizes.append(size)
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    said = json.loads(done.stdout)
    assert 0 < sizes[0] < sizes[1] < said["replayed"]
    assert (said["outcome"], said["replayed"], said["state_root"]) == ("valid", LEAVES, told["log"][2].hex())


def stood(directory):
    """Where a replay stood when it was last saved, as another process sees it; 0 before."""
    try:
        database = sqlite3.connect(f"file:{directory / FILE}?mode=ro&nolock=1&immutable=1", uri=True)
    except sqlite3.Error:
        return 0
    try:
        found = database.execute("SELECT value FROM position").fetchone()
        return json.loads(found[0])["size"] if found else 0
    except (sqlite3.Error, ValueError):
        return 0
    finally:
        database.close()


def test_what_a_watch_learns_goes_on_with_the_replay(place, tmp_path, monkeypatch):
    monkeypatch.setattr(audit, "SAVE_BUNDLES", 2)

    class Count(Watch):
        leaves = 0

        def taken(self, taken):
            self.leaves += 1

        def notes(self):
            return [self.leaves]

        def remember(self, notes):
            [self.leaves] = notes

    desk = FileDesk(tmp_path, lasting=True)
    with pytest.raises(Interrupted):
        run(place, "log", desk, watch=Count(), progress=partial(stop_at, 800))
    desk.close()
    desk, watch = FileDesk(tmp_path, lasting=True), Count()
    run(place, "log", desk, watch=watch)
    desk.close()
    assert watch.leaves == LEAVES


@pytest.mark.parametrize("name", ["log", "changed"])
def test_read_ahead_by_processes_says_the_same(place, told, name):
    assert seen(run(place, name, read_bundles=partial(read_ahead, processes=2))) == told[name]


@pytest.mark.parametrize("more", [{}, {"read_bundles": partial(read_ahead, processes=1)}], ids=["in-turn", "ahead"])
def test_a_forged_signature_is_found_by_whoever_reads(place, more):
    """Far behind the charter, where signatures are checked ahead of the leaf's turn."""
    finding, *_ = run(place, "forged", **more).findings
    assert (finding.rule, finding.index) == ("signature", CHANGED)
    assert finding.signers[0].startswith("platform.example+")


def test_a_bundle_that_cannot_be_read_ahead_is_told_in_its_turn(place, tmp_path):
    data = (place / "log").read_bytes()
    at = data.index(b"tile/entries/002") + 512
    (tmp_path / "torn").write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    (tmp_path / "policy").write_bytes((place / "policy").read_bytes())
    for more in ({}, {"read_bundles": partial(read_ahead, processes=2)}):
        verdict = run(tmp_path, "torn", **more)
        assert [finding.rule for finding in verdict.findings] == ["format"]
        assert verdict.replayed == 2 * 256


def test_processes_that_read_ahead_end_with_the_replay(place):
    bundles = read_ahead(Reader(open_source(str(place / "log")), "ledger.example/test", {}), [(1, 256)] * 40,
                         processes=2)  # fmt: skip
    assert next(bundles).leaves
    bundles.close()
    with pytest.raises(FormatError):
        list(read_ahead(Reader(_Broken(), "ledger.example/test", {}), [(0, 256)], processes=1))


class _Broken:
    """A source whose bundles are torn."""

    def read(self, path):
        return b"\xff"


def test_few_bundles_are_read_by_one_process():
    assert [processes_for(bundles) for bundles in (0, 1, 15)] == [1, 1, 1]
    assert 1 <= processes_for(10_000) <= (os.cpu_count() or 1)


def test_the_command_says_where_it_cannot_go_on(place, tmp_path, capsys):
    (tmp_path / FILE).write_bytes(b"no database" * 500)
    status = main(["replay", str(place / "log"), "--policy", str(place / "policy"), "--resume", str(tmp_path)])
    assert status == 2 and "delete this one to begin again" in capsys.readouterr().err


@pytest.mark.parametrize(("token", "outcome"), [("open", "valid"), (None, "cannot_tell")])
def test_processes_that_read_ahead_ask_a_node_with_the_token(place, tmp_path, token, outcome):
    """Each opens the node anew; bodies and tag files come to who shows the token."""
    with tarfile.open(place / "log") as tar:
        tar.extractall(tmp_path, filter="data")
    policy = parse_policy((place / "policy").read_bytes(), what="policy")
    with node_serving(tmp_path, token="open") as url:
        verdict = audit_log(open_source(f"{url}/log", token=token), policy=policy,
                            read_bundles=partial(read_ahead, processes=2))  # fmt: skip
    assert verdict.outcome == outcome and verdict.read == LEAVES
