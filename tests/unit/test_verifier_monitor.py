"""The monitor: what it says of honest, lying, silent, slow and hostile nodes, and what it keeps."""

import json
import socket
import threading
import time
from contextlib import ExitStack

import pytest

from tests.support.receipts import ReceiptWorld
from tests.support.shown_log import ShownLog, raw, serve
from tests.support.world import ORIGIN, PARTIES, START_UNIX_MS
from verifier.cli import main
from verifier.commands import monitor, web
from verifier.commands.watch_folder import open_folder
from verifier.commands.web import Web
from verifier.errors import FormatError
from verifier.monitor.alarm import WEIGHTS
from verifier.monitor.round import witness_path

COSIGNED_UNIX_S = START_UNIX_MS // 1000 + 3600
NOW = COSIGNED_UNIX_S + 60
NOTICES = [{"above": 100, "by": "foundation", "days": 3, "id": "moved", "on": "transfer"},
           {"by": "county", "id": "end", "months": 1, "on": "drive_end"},
           {"by": "foundation", "id": "report", "on": "year", "year_day": "03-31"}]  # fmt: skip


@pytest.fixture
def clock(monkeypatch):
    """The monitor's clock, which a test sets."""
    at = {"now": NOW}
    monkeypatch.setattr(monitor, "_now", lambda: at["now"])
    return at


def small_world(*, gift: int = 300) -> ReceiptWorld:
    world = ReceiptWorld().begin()
    world.give(gift)
    world.balance()
    return world


@pytest.fixture
def log():
    return ShownLog(small_world(), time_unix_s=COSIGNED_UNIX_S)


@pytest.fixture
def liar():
    """The same keys, another history of the same length."""
    return ShownLog(small_world(gift=301), time_unix_s=COSIGNED_UNIX_S)


class Watch:
    """A monitor at the command line, over servers that a test made."""

    def __init__(self, capsys, place, policy):
        self.capsys, self.place, self.policy, self.state = capsys, place, place / "trust.policy", place / "state"
        self.policy.write_bytes(policy)

    def __call__(self, *urls, options=()):
        """Exit status, the alarms as (name, about), and the whole answer."""
        status = main(["monitor", "--policy", str(self.policy), "--state", str(self.state), "--once", "--json",
                       *map(str, options), *urls])  # fmt: skip
        out, err = self.capsys.readouterr()
        assert status != 2, err
        told = json.loads(out)
        return status, {(alarm["name"], alarm["about"]) for alarm in told["alarms"]}, told

    def usage(self, *arguments):
        status = main(["monitor", "--policy", str(self.policy), "--state", str(self.state), "--once", *arguments])
        return status, self.capsys.readouterr().err

    def evidence(self):
        return sorted(self.state.glob("evidence/*"))


@pytest.fixture
def watch(capsys, tmp_path, log, clock):
    return Watch(capsys, tmp_path, log.world.policy())


def test_nothing_to_report(watch, log):
    with serve(log.answer) as one, serve(log.answer) as other:
        status, alarms, told = watch(one, other)
        assert (status, alarms, told["size"]) == (0, set(), len(log.world.leaves))
        asked = len(log.asked)
        assert watch(one, other)[0] == 0
    assert len(log.asked) == asked + 4, "what was read before is not read again"


def test_what_people_read(log, clock, capsys, tmp_path, liar):
    (tmp_path / "policy").write_bytes(log.world.policy())
    arguments = ["monitor", "--policy", str(tmp_path / "policy"), "--state", str(tmp_path / "state"), "--once"]
    with serve(log.answer) as one, serve(liar.answer) as other:
        assert main([*arguments, one]) == 0
        assert capsys.readouterr() == (f"ok    head          {ORIGIN}, size {len(log.world.leaves)}\n", "")
        clock["now"] += 1000
        assert main([*arguments, one, other]) == 1
    err = capsys.readouterr().err
    assert f"cannot tell  silent county: county has cosigned nothing for {1060} s, 600 are allowed\n" in err
    assert f"failed  split_view {ORIGIN}: heads of sizes" in err
    assert "failed  evidence is kept: " in err and "until it is moved away" in err


def test_the_log_grows(watch, log, clock):
    with serve(log.answer) as url:
        assert watch(url)[0] == 0
        log.world.give(5)
        log.cosign(COSIGNED_UNIX_S + 300)
        clock["now"] += 300
        status, _, told = watch(url)
    assert (status, told["size"]) == (0, len(log.world.leaves))


# -- split views ------------------------------------------------------------------------------------------------------


def check_evidence(watch, capsys, *, sizes):
    (file,) = watch.evidence()
    assert main(["evidence", str(file), "--policy", str(watch.policy), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sizes"] == sizes and told["log_keys"] and told["cosigned_both"] == list(PARTIES)
    assert main(["evidence", str(file), "--policy", str(watch.policy)]) == 0
    assert f"cosigned both {', '.join(PARTIES)}" in capsys.readouterr().out
    return file


def test_two_roots_at_one_size(watch, log, liar, clock, capsys):
    size = len(log.world.leaves)
    with serve(log.answer) as one, serve(liar.answer) as other:
        status, alarms, _ = watch(one, other)
        assert status == 1 and ("split_view", ORIGIN) in alarms
        file = check_evidence(watch, capsys, sizes=[size, size])
        before = file.read_bytes()
        clock["now"] += 1
        assert watch(one, other)[0] == 1
    assert [file.read_bytes() for file in watch.evidence()] == [before]
    assert b'"growth":null' in before


def test_a_longer_history_that_is_another(watch, log, liar, capsys):
    liar.world.give(5)
    liar.cosign(COSIGNED_UNIX_S)
    size = len(log.world.leaves)
    with serve(log.answer) as one, serve(liar.answer) as other:
        status, alarms, told = watch(one, other)
        assert status == 1 and ("split_view", ORIGIN) in alarms and told["size"] == size
    check_evidence(watch, capsys, sizes=[size, size + 1])


def test_the_same_node_tells_another_history_later_and_goes_back(watch, log, liar, capsys):
    shown = [log]
    liar.world.give(5)
    liar.cosign(COSIGNED_UNIX_S)
    with serve(lambda path: shown[0].answer(path)) as url:
        assert watch(url)[0] == 0
        shown[0] = liar
        assert watch(url)[0] == 1
        shown[0] = log
        status, alarms, told = watch(url)
    assert (status, alarms) == (1, set()), "evidence that is kept stays an alarm"
    assert told["size"] == len(log.world.leaves) and len(told["evidence"]) == 1
    check_evidence(watch, capsys, sizes=[len(log.world.leaves), len(log.world.leaves) + 1])


def test_a_shorter_history_that_is_another(watch, log, liar, capsys):
    log.world.give(5)
    log.cosign(COSIGNED_UNIX_S)
    with serve(log.answer) as one, serve(liar.answer) as other:
        assert watch(one)[0] == 0
        status, alarms, told = watch(other, one)
    size = len(log.world.leaves)
    assert status == 1 and ("split_view", ORIGIN) in alarms and told["size"] == size
    check_evidence(watch, capsys, sizes=[size - 1, size])


def test_a_view_that_is_shown_to_witnesses_alone(watch, log, liar):
    """Without the quorum: the log's signature under both heads is enough."""
    liar.cosign(COSIGNED_UNIX_S, cosigners=("county",))
    log.instead[witness_path(ORIGIN)] = liar.answer("checkpoint")
    with serve(log.answer) as url:
        status, alarms, _ = watch(url)
    assert status == 1 and ("split_view", ORIGIN) in alarms and len(watch.evidence()) == 1


def test_an_older_head_is_no_misbehaviour(watch, log, clock):
    shorter = ShownLog(log.world, time_unix_s=COSIGNED_UNIX_S)
    log.world.give(5)
    log.cosign(COSIGNED_UNIX_S)
    with serve(log.answer) as one, serve(shorter.answer) as other:
        assert watch(one, other)[0] == 0
        clock["now"] += 1000
        log.cosign(clock["now"])
        status, alarms, told = watch(one, other)
    assert (status, alarms) == (3, {("behind", other)}) and told["size"] == len(log.world.leaves)


def test_nobody_proves_it(watch, log):
    with serve(log.answer) as url:
        assert watch(url)[0] == 0
        size = len(log.world.leaves)
        log.world.give(5)
        log.cosign(COSIGNED_UNIX_S)
        log.instead[f"tile/0/000.p/{size + 1}"] = None
        status, alarms, told = watch(url)
    assert (status, alarms, told["size"]) == (3, {("unproven", url)}, size) and not watch.evidence()


@pytest.mark.parametrize("part", ["root", "path"])
def test_evidence_that_was_changed(watch, log, liar, capsys, part):
    liar.world.give(5)
    liar.cosign(COSIGNED_UNIX_S)
    with serve(log.answer) as one, serve(liar.answer) as other:
        watch(one, other)
    value = json.loads(watch.evidence()[0].read_bytes())
    if part == "root":
        value["growth"]["root"] = "A" * 43 + "="
    else:
        value["growth"]["path"].pop()
    changed = watch.place / "changed"
    changed.write_bytes(json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode() + b"\n")
    assert main(["evidence", str(changed), "--policy", str(watch.policy)]) == 1
    assert capsys.readouterr().err.startswith("failed  ")


@pytest.mark.parametrize(("change", "says"), [
    pytest.param(lambda value: value["heads"].reverse(), "the smaller head first", id="order"),
    pytest.param(lambda value: value.update(growth=None), "nothing proves a contradiction", id="no-growth"),
    pytest.param(lambda value: value["heads"].__setitem__(0, value["heads"][1]), "no growth between two", id="one"),
    pytest.param(lambda value: value.update(kind="other"), "expected mingzhang evidence/v1 of a split_view", id="kind"),
    pytest.param(lambda value: value.update(more=1), "unknown members [more]", id="member"),
    pytest.param(lambda value: value["heads"].pop(), "expected 2 items", id="heads"),
    pytest.param(lambda value: value["heads"][0].update(note="x"), "expected a text, an empty line", id="note"),
    pytest.param(lambda value: value["heads"][1].update(where="x" * 301), "at most 300 characters", id="where"),
])  # fmt: skip
def test_what_is_no_evidence(watch, log, liar, capsys, change, says):
    liar.world.give(5)
    liar.cosign(COSIGNED_UNIX_S)
    with serve(log.answer) as one, serve(liar.answer) as other:
        watch(one, other)
    value = json.loads(watch.evidence()[0].read_bytes())
    change(value)
    changed = watch.place / "changed"
    changed.write_bytes(json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode() + b"\n")
    assert main(["evidence", str(changed), "--policy", str(watch.policy)]) == 1
    assert says in capsys.readouterr().err


# -- silence, clocks --------------------------------------------------------------------------------------------------


def test_one_organisation_is_silent(watch, log, clock):
    with serve(log.answer) as url:
        assert watch(url)[0] == 0
        clock["now"] += 700
        log.cosign(clock["now"], cosigners=PARTIES[1:])
        status, alarms, _ = watch(url)
    assert (status, alarms) == (3, {("silent", PARTIES[0])})


def test_one_that_was_never_heard(watch, log):
    log.cosign(COSIGNED_UNIX_S, cosigners=PARTIES[1:])
    with serve(log.answer) as url:
        assert watch(url)[:2] == (3, {("silent", PARTIES[0])})


def test_all_are_silent_and_the_limit_is_an_option(watch, log, clock):
    clock["now"] += 1000
    with serve(log.answer) as url:
        status, alarms, _ = watch(url)
        assert (status, alarms) == (3, {("behind", url), *(("silent", name) for name in PARTIES)})
        assert watch(url, options=("--silence", 2000))[0] == 0


def test_a_clock_that_runs_ahead_hides_no_silence(watch, log, clock):
    log.cosign(COSIGNED_UNIX_S + 10_000)
    with serve(log.answer) as url:
        status, alarms, _ = watch(url)
        assert (status, alarms) == (3, {("clock", name) for name in PARTIES})
        clock["now"] += 700
        assert {("silent", name) for name in PARTIES} <= watch(url)[1]


@pytest.mark.parametrize("ahead", [10_000, 2**62])
def test_a_clock_that_was_far_ahead_and_was_put_right(watch, log, clock, ahead):
    log.cosign(COSIGNED_UNIX_S + ahead)
    with serve(log.answer) as url:
        assert {name for name, _ in watch(url)[1]} == {"clock"}
        clock["now"] += 1000
        log.cosign(clock["now"])
        assert watch(url)[:2] == (0, set())


def test_this_clock_was_set_back(watch, log, clock):
    with serve(log.answer) as url:
        assert watch(url)[0] == 0
        clock["now"] -= 5000
        status, alarms, _ = watch(url)
    assert (status, alarms) == (3, {("clock", name) for name in PARTIES})


# -- late publication -------------------------------------------------------------------------------------------------


def test_no_trial_balance_for_too_long(watch, log, clock):
    clock["now"] += 90_000
    log.cosign(clock["now"])
    with serve(log.answer) as url:
        status, alarms, told = watch(url)
        assert (status, alarms) == (1, {("balance_late", ORIGIN)})
        assert "the newest is leaf" in told["alarms"][0]["message"]
        assert watch(url, options=("--balance", 200_000))[0] == 0


def test_no_trial_balance_at_all(watch, clock):
    log = ShownLog(ReceiptWorld().begin(), time_unix_s=COSIGNED_UNIX_S)
    clock["now"] += 90_000
    log.cosign(clock["now"])
    with serve(log.answer) as url:
        status, alarms, told = watch(url)
    assert (status, alarms) == (1, {("balance_late", ORIGIN)}) and "there is no trial balance" in str(told)


def test_an_old_head_says_nothing_of_the_balance(watch, log, clock):
    clock["now"] += 90_000
    with serve(log.answer) as url:
        assert ("balance_late", ORIGIN) not in watch(url)[1]


def noticed_world(days: int) -> ReceiptWorld:
    """A transfer that must be told of within three days, a drive that ended, and a balance some days later."""
    world = ReceiptWorld()
    world.charter()
    world.terms(notices=NOTICES)
    world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
    world.give(500)
    world.settle(300)
    world.settle(50)  # too small to be told of
    world.time_unix_ms += days * 86_400_000
    world.balance()
    return world


@pytest.mark.parametrize(("days", "late"), [(3, False), (4, True)])
def test_a_duty_to_publish(watch, clock, days, late):
    world = noticed_world(days)
    clock["now"] = world.time_unix_ms // 1000 + 60
    log = ShownLog(world, time_unix_s=clock["now"])
    with serve(log.answer) as url:
        status, alarms, told = watch(url)
        names = {about.partition(" ")[0] for name, about in alarms if name == "duty_overdue"}
        assert (status, names) == ((1, {"foundation"}) if late else (0, set())), told
        receipts = [path for path in log.asked if path.endswith("/receipt")]
        assert len(receipts) == 2, "the terms and the large transfer, and no other entry"
        assert watch(url)[:2] == (status, alarms)
        assert len([path for path in log.asked if path.endswith("/receipt")]) == 2, "judged once a balance"


def test_a_node_that_leaves_the_register_out(watch, clock):
    world = noticed_world(4)
    clock["now"] = world.time_unix_ms // 1000 + 60
    log = ShownLog(world, time_unix_s=clock["now"])
    for index in range(len(world.leaves)):
        log.instead[f"entries/{index}/receipt"] = bare(world, index)
    with serve(log.answer) as url:
        status, alarms, told = watch(url)
        assert status == 3 and {name for name, _ in alarms} == {"unproven"}
        assert "leaves the register out" in str(told)
        log.instead.clear()
        status, alarms, _ = watch(url)
    assert status == 1 and {name for name, _ in alarms} == {"duty_overdue"}, "asked again"


def bare(world, index):
    value = json.loads(world.entry_receipt(index))
    value["rows"] = []
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode() + b"\n"


def test_a_figure_is_old(watch, log, clock):
    log.world.enrol(4)
    log.world.act("figure", "county", basis="derived", metric="dlz/2018/persons", programme="dlz", value=4)
    log.cosign(COSIGNED_UNIX_S)
    with serve(log.answer) as url:
        assert watch(url)[0] == 0
        clock["now"] += 50_000
        log.cosign(clock["now"])
        assert watch(url, options=("--figure", 10_000))[:2] == (1, {("figure_late", "dlz")})


# -- hostile answers --------------------------------------------------------------------------------------------------


def plain(body, *, status=b"200 OK", more=b""):
    return raw(b"HTTP/1.1 " + status + b"\r\n" + more + b"Content-Length: %d\r\n\r\n" % len(body) + body)


HOSTILE = {
    "huge": plain(b"x" * (256 * 1024 + 1)),
    "endless": raw(b"HTTP/1.1 200 OK\r\n\r\n", then=b"x" * 65536, times=10_000),
    "endless-header": raw(b"HTTP/1.1 200 OK\r\n", then=b"X-More: " + b"x" * 60_000 + b"\r\n", times=10_000),
    "slow-body": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", then=b"x", times=1000, every_s=0.05),
    "slow-body-to-the-end": raw(b"HTTP/1.1 200 OK\r\n\r\n", then=b"x", times=300, every_s=0.05),
    "slow-header": raw(b"HTTP/1.1 200 OK\r\nX: ", then=b"x", times=1000, every_s=0.05),
    "silent": raw(b"", then=b"", times=30, every_s=0.1),
    "cut-off": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nledger"),
    "no-http": raw(b"ledger.example/test\n5\n"),
    "chunks-of-nonsense": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n"),
    "gzip": plain(b"x", more=b"Content-Encoding: gzip\r\n"),
    "redirect-to-a-file": plain(b"", status=b"302 Found", more=b"Location: file:///etc/passwd\r\n"),
    "redirect-to-a-node": plain(b"", status=b"301 Moved", more=b"Location: http://127.0.0.1:1/\r\n"),
    "status-500": plain(b"", status=b"500 Oh"),
    "no-note": plain(b"hello\n"),
    "no-text": plain(b"\xff\xfe\n\n"),
    "empty": plain(b""),
}


SAYS = {
    "huge": "expected at most 262144 bytes, the node sends more",
    "endless": "expected at most 262144 bytes, the node sends more",
    "endless-header": "HTTPException",
    "slow-body": "no whole answer within",
    "slow-body-to-the-end": "no whole answer within",
    "slow-header": "no whole answer within",
    "silent": "no whole answer within",
    "cut-off": "the answer is cut off after 6 bytes",
    "no-http": "BadStatusLine",
    "chunks-of-nonsense": "IncompleteRead",
    "gzip": "expected a plain answer, got one encoded as 'gzip'",
    "redirect-to-a-file": "expected the status 200, got 302",
    "redirect-to-a-node": "expected the status 200, got 301",
    "status-500": "expected the status 200, got 500",
    "no-note": "expected a text, an empty line and signature lines",
    "no-text": "expected UTF-8",
    "empty": "expected a text, an empty line and signature lines",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_node_is_named_and_nobody_waits(watch, log, monkeypatch, name):
    monkeypatch.setattr(monitor, "Web", lambda url, **named: Web(url, request_s=0.7, **named))
    with serve(log.answer) as good, serve(lambda _: HOSTILE[name]) as bad:
        began = time.monotonic()
        status, alarms, told = watch(good, bad)
        assert time.monotonic() - began < 5
    assert status == 3 and alarms <= {("unreachable", bad), ("refused", bad)} and alarms
    assert {alarm["name"] for alarm in told["alarms"] if SAYS[name] in alarm["message"]}, told["alarms"]
    assert told["size"] == len(log.world.leaves)


@pytest.mark.parametrize("name", ["slow-body", "endless", "no-note", "status-500"])
def test_hostile_tiles_do_not_keep_an_honest_node_from_being_read(watch, log, monkeypatch, name):
    monkeypatch.setattr(monitor, "Web", lambda url, **named: Web(url, request_s=0.7, round_s=1.5, **named))
    bad_log = ShownLog(log.world, time_unix_s=COSIGNED_UNIX_S)

    def bad(path):
        return HOSTILE[name] if path.startswith(("tile/", "entries/")) else bad_log.answer(path)

    with serve(bad) as one, serve(log.answer) as other:
        assert watch(one, other)[:2] == (0, set())


def test_nobody_can_be_reached(watch, log):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    status, alarms, told = watch(url)
    assert status == 3 and {("unreachable", url), ("unproven", ORIGIN)} <= alarms and told["size"] is None


def test_a_head_of_another_log_and_one_that_is_not_final(watch, log):
    other = ShownLog(small_world(), time_unix_s=COSIGNED_UNIX_S, cosigners=PARTIES[:2])
    foreign = log.answer("checkpoint").replace(b"ledger.example/test\n", b"ledger.example/other\n", 1)
    with serve(other.answer) as one, serve(lambda path: foreign) as two, serve(log.answer) as three:
        status, alarms, _ = watch(one, two, three)
    assert (status, alarms) == (3, {("refused", one), ("refused", two)})


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_a_state_that_was_damaged_or_is_of_another_log(watch, log):
    with serve(log.answer) as url:
        assert watch(url)[0] == 0
        state = watch.state / "state.json"
        good = state.read_bytes()
        for bad, says in ((good[:-2], "ends with LF"), (good.replace(b"monitor/v1", b"monitor/v2"), "the format"),
                          (good.replace(b'"origin":"ledger', b'"origin":"Ledger'), "what was kept of"),
                          (good.replace(b'"told":[]', b'"told":[1]'), "told: expected a string"),
                          (good.replace(b"\\n\\n", b"\\n", 1), "empty line"), (b"\n", "expected JSON")):  # fmt: skip
            state.write_bytes(bad)
            status, err = watch.usage(url)
            assert status == 2 and says in err and "Keep the file" in err
            assert state.read_bytes() == bad
        state.write_bytes(good)
        assert watch(url)[0] == 0
    assert sorted(path.name for path in watch.state.iterdir()) == ["lock", "state.json"]


def test_a_second_monitor_on_the_same_directory(watch, log):
    with serve(log.answer) as url, ExitStack() as stack:
        watch.state.mkdir()
        stack.enter_context(open_folder(watch.state))
        status, err = watch.usage(url)
    assert status == 2 and "another monitor uses this directory" in err


@pytest.mark.parametrize(("arguments", "says"), [
    (("ftp://node.example",), "expected http://"), (("http://u:p@node.example",), "expected http://"),
    (("http://node.example/?x=1",), "expected http://"), (("file:///etc/passwd",), "expected http://"),
    (("http://node.example:99999",), "URL: "), (("http://node.example", "--every", "soon"), "--every: "),
    (("http://node.example", "--silence", "-1"), "--silence: "), (("http://node.example", "--figure", "x"), "--figure"),
    (("http://node.example", "--balance", "1.5"), "--balance: "), (("http://node.example", "--webhook", "x"), "URL: "),
])  # fmt: skip
def test_usage(watch, arguments, says):
    status, err = watch.usage(*arguments)
    assert status == 2 and says in err


def test_a_policy_of_no_log_or_of_two(watch):
    policy = watch.policy.read_bytes()
    rest = policy.partition(b"\n")[2]
    watch.policy.write_bytes(rest)
    assert watch.usage("http://node.example")[0] == 2
    key = "ledger.example/charity+ecc0a8f6+Acyjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB"
    watch.policy.write_bytes(f"log {key}\n".encode() + policy)
    status, err = watch.usage("http://node.example")
    assert status == 2 and "got those of 2" in err


# -- metrics, webhook -------------------------------------------------------------------------------------------------


def test_metrics(watch, log, tmp_path, clock):
    file = tmp_path / "metrics.prom"
    with serve(log.answer) as url:
        watch(url, options=("--metrics", file))
        text = file.read_text()
        clock["now"] += 1000
        watch(url, options=("--metrics", file))
    assert f"mingzhang_monitor_tree_size {len(log.world.leaves)}\n" in text
    assert f'mingzhang_monitor_node_up{{node="{url}"}} 1\n' in text
    assert f'mingzhang_monitor_cosigned_unix_seconds{{party="county"}} {COSIGNED_UNIX_S}\n' in text
    assert 'mingzhang_monitor_alarms{name="silent",weight="unknown"} 0\n' in text
    assert 'mingzhang_monitor_alarms{name="silent",weight="unknown"} 4\n' in file.read_text()
    for name in WEIGHTS:
        assert f'mingzhang_monitor_alarms{{name="{name}",' in text
    assert "mingzhang_monitor_head_fresh 1\n" in text and "mingzhang_monitor_head_fresh 0\n" in file.read_text()
    values = [line.rpartition(" ")[2] for line in text.split("\n")[:-1] if not line.startswith("#")]
    assert values and all(value.isdecimal() for value in values)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_alarms_are_posted_when_they_change(watch, log, clock):
    posted = []

    def take(body):
        posted.append(json.loads(body))
        return b""

    with serve(log.answer) as url, serve(take) as hook:
        options = ("--webhook", f"{hook}/alarms?key=secret")
        assert watch(url, options=options)[0] == 0 and posted == []
        clock["now"] += 1000
        watch(url, options=options)
        watch(url, options=options)
        assert len(posted) == 1 and {alarm["name"] for alarm in posted[0]["alarms"]} == {"silent", "behind"}
        log.cosign(clock["now"])
        watch(url, options=options)
    assert len(posted) == 2 and posted[1]["alarms"] == [] and "silent county" in posted[1]["over"]


def test_a_webhook_that_fails_is_asked_again(watch, log, clock, capsys):
    answers = [None, b""]
    with serve(log.answer) as url, serve(lambda _: answers.pop(0)) as hook:
        clock["now"] += 1000
        for _ in range(3):
            watch(url, options=("--webhook", f"{hook}/secret"))
    assert answers == []


def test_a_webhook_that_hangs_holds_no_watch_up(log, clock, monkeypatch, tmp_path):
    """Rounds go on while it hangs; nothing of its URL but the host is told."""
    rounds = threading.Semaphore(0)
    monkeypatch.setattr(monitor.time, "sleep", lambda _: rounds.release())
    calls = []

    def pause(_):
        calls.append(time.monotonic())
        if len(calls) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(monitor, "time", type("Time", (), {"sleep": staticmethod(pause)}))
    (tmp_path / "policy").write_bytes(log.world.policy())
    clock["now"] += 1000
    with serve(log.answer) as url, serve(lambda _: raw(b"", then=b"", times=20, every_s=0.1)) as hook:
        began = time.monotonic()
        status = main(["monitor", "--policy", str(tmp_path / "policy"), "--state", str(tmp_path / "state"), url,
                       "--webhook", hook, "--every", "1"])  # fmt: skip
        assert time.monotonic() - began < 1.5
    assert status == 3 and len(calls) == 5


def test_no_redirect_and_no_proxy(monkeypatch, log):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serve(log.answer) as url:
        assert Web(url).read("checkpoint")
    with pytest.raises(FormatError, match="expected http"):
        Web("javascript:alert")
    assert web.REQUEST_S_MAX * 2 < web.ROUND_S_MAX
