"""What `mingzhang-verify` says where a check fails: in which language, what to do next, colours on a terminal."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.receipts import Forger, ReceiptWorld, encode
from verifier.cli import main

COMMANDS = ("receipt", "replay", "consistency", "sample", "monitor", "evidence", "cose")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Receipts that hold, that do not, and that leave something out; policies."""
    place = tmp_path_factory.mktemp("files")
    world = ReceiptWorld().begin()
    gift = world.give(300)
    world.settle(300)
    world.balance()
    data = world.donation_receipt(gift, 0)
    forger = Forger(world, data)
    (place / "good").write_bytes(data)
    (place / "torn").write_bytes(data[:-40])
    (place / "other").write_bytes(data.replace(b'"amount":300', b'"amount":301'))
    (place / "cut").write_bytes(encode({**forger.copy(), "rows": []}))
    (place / "policy").write_bytes(world.policy())
    (place / "strangers").write_bytes(ReceiptWorld(seed=1).policy())
    world.give(5)
    world.balance()
    newest = " ".join(world.checkpoint().decode().split("\n")[:3])
    (place / "newest").write_bytes(world.policy() + f"#mingzhang newest {newest}\n".encode())
    (place / "slip").write_bytes(world.policy() + f"#mingzhang newset {newest}\n".encode())
    return place


def run(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    return status, *capsys.readouterr()


@pytest.mark.parametrize(("name", "policy", "status", "says", "reason"), [
    ("torn", "policy", 1, ("Not valid: this is no such file", "无效：这不是此类文件"), "failed format"),
    ("good", "strangers", 1, ("Not valid: it is not signed by", "无效：签名的不是"), "failed signature"),
    ("other", "policy", 1, ("Not valid: what it says is not", "无效：所述内容与"), "failed proof"),
    ("good", "newest", 3, ("Cannot tell: it is out of date", "无法判断：已过时"), "stale"),
    ("cut", "policy", 3, ("Cannot tell: nothing is wrong", "无法判断：没有发现错误"), "unknown"),
])  # fmt: skip
def test_why_and_what_to_do_next(capsys, files, name, policy, status, says, reason):
    """The sentence and the next step in the reader's language, between them what exactly was found."""
    for lang, said, after in zip(("en", "zh"), says, ("Next: ", "下一步："), strict=True):
        got, out, err = run(capsys, "receipt", files / name, "--policy", files / policy, "--lang", lang)
        lines = err.split("\n")
        assert (got, out) == (status, "")
        assert lines[0].startswith(f"{'failed' if status == 1 else 'cannot tell'}  {said}")
        assert lines[1].startswith("        ") and lines[-2].startswith(f"        {after}")
    got, out, err = run(capsys, "receipt", files / name, "--policy", files / policy, "--json")
    told = json.loads(out)
    assert (got, told["outcome"], told["reason"]) == (status, "invalid" if status == 1 else "cannot_tell", reason)
    assert told["message"] in err and err.count("\n") == 1


@pytest.mark.parametrize(("lang", "says"), [("en", "Nothing was checked"), ("zh", "未作任何核对")])
def test_what_cannot_be_read(capsys, files, lang, says):
    for name, policy in (("nowhere", "policy"), ("good", "slip")):
        status, out, err = run(capsys, "receipt", files / name, "--policy", files / policy, "--lang", lang)
        assert (status, out) == (2, "") and err.startswith("mingzhang-verify: ")
        assert says in err and "mingzhang-verify receipt --help" in err


@pytest.mark.parametrize(("arguments", "command"), [((), ""), (("receipt",), " receipt"), (("cose", "x"), " cose")])
def test_a_command_line_that_is_not_understood(capsys, arguments, command):
    """Which language is asked for is not known yet: both say where the example stands."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    out, err = capsys.readouterr()
    assert left.value.code == 2 and out == ""
    assert f"Next: `mingzhang-verify{command} --help`" in err and f"见 `mingzhang-verify{command} --help`" in err


def test_colours_are_for_a_terminal(capsys, files, monkeypatch):
    arguments = ("receipt", files / "good", "--policy")
    assert "\x1b" not in run(capsys, *arguments, files / "policy")[1]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert run(capsys, *arguments, files / "policy")[1].startswith("\x1b[32mok\x1b[0m    line")
    assert run(capsys, *arguments, files / "strangers")[2].startswith("\x1b[31mfailed\x1b[0m  Not valid")
    assert run(capsys, *arguments, files / "newest")[2].startswith("\x1b[33mcannot tell\x1b[0m  Cannot")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run(capsys, *arguments, files / "policy")[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_language_an_answer_for_programs_and_an_example(capsys, command):
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    out = capsys.readouterr().out
    assert left.value.code == 0 and "--lang" in out and "--json" in out
    assert f"\n  mingzhang-verify {command} " in out


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_reader_that_leaves_early_changes_no_verdict(files, more):
    """As `head -1` does: the pipe is closed before anything is read."""
    command = [sys.executable, "-m", "verifier.cli", "receipt", str(files / "good"), "--policy", str(files / "policy")]
    for policy, status in (("policy", 0), ("newest", 3)):
        read, write = os.pipe()
        os.close(read)
        command[-1] = str(files / policy)
        done = subprocess.run([*command, *more], stdout=write, stderr=subprocess.PIPE, text=True, check=False)
        os.close(write)
        assert done.returncode == status and "roken" not in done.stderr
