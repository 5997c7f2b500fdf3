"""The directory of a watch on a disk that is full, or broken, for a while."""

import json

import pytest

from tests.support.receipts import ReceiptWorld
from tests.support.shown_log import ShownLog, serve
from tests.support.world import ORIGIN, START_UNIX_MS
from verifier.cli import main
from verifier.commands import monitor, watch_folder
from verifier.commands.watch_folder import STATE_FILE, open_folder
from verifier.log.policy import parse_policy
from verifier.monitor.round import Answer, Limits, Memory, watch_round

COSIGNED_UNIX_S = START_UNIX_MS // 1000 + 3600
NOW = COSIGNED_UNIX_S + 60


def shown_log(gift):
    world = ReceiptWorld().begin()
    world.give(gift)
    world.balance()
    return ShownLog(world, time_unix_s=COSIGNED_UNIX_S)


@pytest.fixture
def log():
    return shown_log(300)


@pytest.fixture
def liar():
    """The same keys, another history of the same length."""
    return shown_log(301)


@pytest.fixture
def watch(capsys, tmp_path, log, monkeypatch):
    """Exit status and standard error of one round."""
    monkeypatch.setattr(monitor, "_now", lambda: NOW)
    (tmp_path / "policy").write_bytes(log.world.policy())

    def once(*arguments):
        trust = ("--policy", tmp_path / "policy", "--state", tmp_path / "state", "--once")
        status = main(["monitor", *map(str, trust), *map(str, arguments)])
        return status, capsys.readouterr().err

    return once


def test_a_full_disk_keeps_no_alarm_from_being_told(watch, log, liar, tmp_path, monkeypatch):
    posted = []

    def refuse(path, data):
        raise OSError(28, "No space left on device", str(path))

    def take(body):
        posted.append(json.loads(body))
        return b""

    with serve(log.answer) as one, serve(liar.answer) as other, serve(take) as hook:
        assert watch(one) == (0, "")
        before = (tmp_path / "state" / STATE_FILE).read_bytes()
        with monkeypatch.context() as disk:
            disk.setattr(watch_folder, "write_whole", refuse)
            status, err = watch(one)
            assert status == 2 and "No space left on device" in err and "the next round tries again" in err
            assert "不" not in err and "下一轮会重试" in watch(one, "--lang", "zh")[1]
            status, err = watch(one, other, "--webhook", hook, "--metrics", tmp_path / "metrics")
        assert status == 1 and f"failed  split_view {ORIGIN}: " in err and "No space left on device" in err
        assert [alarm["name"] for told in posted for alarm in told["alarms"]] == ["split_view"]
        assert (tmp_path / "state" / STATE_FILE).read_bytes() == before
        status, err = watch(one, other)
        assert status == 1 and "evidence is kept: " in err and "Next: copy the evidence to every party" in err


def test_a_watch_that_goes_on_says_what_changed(watch, log, tmp_path, monkeypatch, capsys):
    """Five rounds: the log stands still, an organisation's cosignature grows old, and the log grows."""
    now = [NOW, NOW, NOW + 1000, NOW + 1001, NOW + 1002]
    monkeypatch.setattr(monitor, "_now", lambda: now.pop(0))

    def pause(_):
        if not now:
            raise KeyboardInterrupt
        if len(now) == 1:
            log.world.give(5)
            log.cosign(NOW + 1000)

    monkeypatch.setattr(monitor, "time", type("Time", (), {"sleep": staticmethod(pause)}))
    with serve(log.answer) as url:
        main(["monitor", "--policy", str(tmp_path / "policy"), "--state", str(tmp_path / "state"), url])
    out, err = capsys.readouterr()
    size = len(log.world.leaves)
    assert out.split("\n")[:-1] == [f"ok    head          {ORIGIN}, size {at}" for at in (size - 1, size - 1, size)]
    assert err.count("silent county: county has cosigned nothing") == 1


def test_evidence_that_could_not_be_written_is_written_later(tmp_path, log, liar):
    """In a watch that goes on: the node that lied has taken it back by then."""
    policy = parse_policy(log.world.policy(), what="policy")

    def round_of(*shown):
        answers = [Answer(where, one.answer("checkpoint"), None, False) for where, one in shown]
        return watch_round(Memory(ORIGIN), answers=answers, sources={}, policy=policy,
                           limits=Limits(600, 93_600, None), now_unix_s=NOW)  # fmt: skip

    in_the_way = tmp_path / "evidence"
    with open_folder(tmp_path) as folder:
        in_the_way.write_bytes(b"")
        problem = folder.keep(round_of(("a", log), ("b", liar)))
        assert problem is not None and "evidence" in problem and not (tmp_path / STATE_FILE).exists()
        in_the_way.unlink()
        assert folder.keep(round_of(("a", log))) is None and len(folder.evidence_files()) == 1
        folder.evidence_files()[0].unlink()
        assert folder.keep(round_of(("a", log))) is None and folder.evidence_files() == [], "written once"
