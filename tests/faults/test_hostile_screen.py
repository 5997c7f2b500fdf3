"""P9 at the verifier's command line: streams that are closed, full or narrow, a disk without room, a signal."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.hostile_http import answering
from tests.support.receipts import ReceiptWorld
from tests.unit.test_archive import written

ROOT = Path(__file__).parents[2]
COMMANDS = ("receipt", "replay", "consistency", "sample", "monitor", "evidence", "cose")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A receipt, an archive, and the policy that believes both."""
    place = tmp_path_factory.mktemp("files")
    world = ReceiptWorld().begin()
    gift = world.give(300, 7)
    world.balance()
    (place / "receipt").write_bytes(world.donation_receipt(gift, 0))
    (place / "archive").write_bytes(written(world)[0])
    (place / "policy").write_bytes(world.policy())
    return place


def shell(files, script, **environment):
    """Run a script in which $V is the verifier; its status and what it said."""
    verifier = f"{sys.executable} -m verifier.cli"
    named = {"V": verifier, "R": f"{verifier} receipt --policy policy receipt",
             "P": f"{verifier} replay --policy policy", "PYTHONPATH": str(ROOT)}  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(["bash", "-c", script], cwd=files, env=kept | named | environment, capture_output=True,
                          timeout=60, check=False)  # fmt: skip
    said = (done.stdout + done.stderr).decode("utf-8", errors="replace")
    assert "Traceback" not in said and "Exception ignored" not in said, said
    return done.returncode, said


@pytest.mark.parametrize(("script", "status"), [
    pytest.param("$R >/dev/full", 2, id="an-answer-without-room"),
    pytest.param("$R --json >/dev/full", 2, id="an-answer-for-programs-without-room"),
    pytest.param("$P archive >/dev/full", 2, id="a-verdict-without-room"),
    pytest.param("$P nowhere 2>/dev/full", 2, id="an-error-without-room"),
    pytest.param("$P nowhere >/dev/full 2>/dev/full", 2, id="nothing-has-room"),
    pytest.param("$R >&-", 0, id="closed-output"),
    pytest.param("$R >&- 2>&-", 0, id="both-closed"),
    pytest.param("$P archive --resume state-a >&- 2>&- <&-", 0, id="all-closed-and-a-file-that-is-written"),
    pytest.param("$P nowhere 2>&-", 2, id="closed-errors"),
])  # fmt: skip
def test_P9_streams_that_take_nothing(files, script, status):
    assert shell(files, script)[0] == status


def test_P9_a_console_that_knows_no_letter_but_ascii(files):
    status, said = shell(files, "$R --lang zh", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert status == 0 and "????" in said


@pytest.mark.parametrize("columns", ["0", "1", "-1", "x", "9" * 30])
def test_P9_a_console_of_any_width(files, columns):
    assert shell(files, "$V receipt --help", COLUMNS=columns)[0] == 0
    status, said = shell(files, "$V monitor", COLUMNS=columns)
    assert status == 2 and "required" in said


@pytest.mark.parametrize("script", [
    pytest.param("ulimit -f 0; $P archive --report r.html", id="no-room-for-a-temporary-state"),
    pytest.param("ulimit -f 4; $P archive --resume state-b", id="no-room-for-a-lasting-state"),
    pytest.param("$P archive --report /dev/full/r.html", id="a-report-below-a-file"),
    pytest.param("$P archive --resume policy", id="a-state-that-is-a-file"),
    pytest.param("ulimit -f 0; $V monitor --once --state watch --policy policy http://127.0.0.1:1",
                 id="no-room-for-a-memory"),
    pytest.param("$R --tlog-proof /dev/full", id="no-room-for-a-proof"),
    pytest.param("$R --cose nowhere/x", id="no-place-for-a-cose-receipt"),
    pytest.param("$V receipt --policy /dev/zero receipt", id="a-policy-without-end"),
    pytest.param("$V receipt --policy . receipt", id="a-policy-that-is-a-directory"),
    pytest.param("$P $'nowhere\\x1b[2J\\xff'", id="a-name-that-acts-on-a-terminal"),
    pytest.param("mkfifo pipe-$$; $P pipe-$$", id="an-archive-that-is-a-pipe"),
])  # fmt: skip
def test_P9_what_cannot_be_read_or_written_is_2_and_says_what(files, script):
    status, said = shell(files, script)
    assert status == 2 and "mingzhang-verify: " in said and "\x1b" not in said
    assert not list(files.glob(".*.new")), "nothing half written stays"


def test_a_report_that_has_no_room_is_named(files):
    """The state lies in memory's own file system; only the report does not fit."""
    status, said = shell(files, "ln -s /dev/full .r.html.new; $P archive --report r.html")
    assert status == 2 and "r.html: not written: No space left on device" in said


def test_pipes_are_files(files):
    assert shell(files, "cat receipt | $V receipt --policy <(cat policy) /dev/stdin")[0] == 0


def test_an_interrupt_is_a_sentence(files):
    def hold(connection):
        time.sleep(30)

    with answering(hold) as url:
        command = [sys.executable, "-m", "verifier.cli", "replay", "--policy", "policy", url]
        child = subprocess.Popen(command, cwd=files, env={**os.environ, "PYTHONPATH": str(ROOT)},
                                 stderr=subprocess.PIPE)  # fmt: skip
        time.sleep(3)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=20)
    assert (child.returncode, said) == (130, b"mingzhang-verify: interrupted\n")
