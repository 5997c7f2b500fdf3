"""The demo on real nodes, small: they are killed as it plays, and what comes out is as if nothing had happened."""

import io
import os
import signal
import threading
from pathlib import Path

import pytest
from rich.console import Console

from ledger.errors import ProofError, SignatureError
from node.demo.auditor import audit
from node.demo.dlz import Data, DlzProduction, read_data
from node.demo.log_copy import LogCopy
from node.demo.readout import LogReader
from node.demo.receipts import policy_of
from node.demo.script import load_published
from node.demo.stage import LOG_COPY, RECEIPTS, build, clear, perform
from node.errors import StartError
from node.store_files import owned
from tests.support.small_demo import few_cases, small_script

SCRIPT = few_cases(small_script(divisor=100))
KILL_EVERY_S = 2.5


def test_nodes_that_are_killed_come_back_and_nothing_is_lost(tmp_path):
    directory = tmp_path / "demo"
    production = DlzProduction(
        reading="invested_is_gifts", script=SCRIPT, data=Data(load_published(), "published.json", None)
    )
    supervisor, tag_key = build(directory, production)
    out = io.StringIO()
    ended = threading.Event()
    killed: list[str] = []

    def kill() -> None:
        for party in supervisor.sites:
            if ended.wait(KILL_EVERY_S):
                return
            os.kill(supervisor.process_ids()[party], signal.SIGKILL)
            killed.append(party)

    killer = threading.Thread(target=kill)
    try:
        supervisor.start()
        killer.start()
        outcome = perform(supervisor, production, directory=directory, tag_key=tag_key, console=Console(file=out))
    finally:
        ended.set()
        killer.join()
        supervisor.stop()
    assert len(killed) == outcome.restarts == 5

    # Whatever died on the way, the log holds each entry once: the figures follow from the script alone.
    read = LogReader(outcome.audited).programme(SCRIPT.programme.id, SCRIPT.accounts)
    assert read.figures["paid"].value == 29_600_000
    assert read.figures["person_times_paid"].value == 26
    assert read.held == 241_704_000 - 29_600_000
    assert read.sum_of_all == 0
    assert len(outcome.refused) == 13 and {"invoice_used", "too_few_payouts"} < set(outcome.refused)
    assert [step.rpartition(" s  ")[2] for step in out.getvalue().splitlines()] == list(outcome.seconds)

    assert outcome.is_as_it_should_be
    assert {verdict.file.stem for verdict in outcome.verdicts} == {
        "donor-smallest", "donor-paid", "donor-held", "donor-refunded", "donor-paid-back",
        "insured-paid", "insured-bounced", "insured-no-claim", "insured-removed", "insured-late", "insured-reviewed",
    }  # fmt: skip
    (late,) = [verdict.answer for verdict in outcome.verdicts if verdict.file.stem == "insured-late"]
    (claim,) = late["cover"]["claims"]
    assert {duty["id"]: (duty["kept"], duty["late"]) for duty in claim["duties"]} == {
        "decide": ("met late", 3), "pay": ("met", 0),
    }  # fmt: skip
    states = {
        verdict.file.stem: {piece["state"] for piece in verdict.answer["pieces"]} for verdict in outcome.verdicts
        if verdict.answer["subject"] == "donation"
    }
    assert states["donor-refunded"] == {"given back"}
    assert "not yet paid" in states["donor-held"]
    assert outcome.tampered.exit_status == 1 and outcome.tampered.message.startswith("failed  line ")
    assert len(list((directory / RECEIPTS).iterdir())) == 12

    # The copy of the log is held to the checkpoint: one byte in a leaf, or a log key of another, and it is refused.
    copy = LogCopy(directory / LOG_COPY)
    policy = policy_of(supervisor.keys, supervisor.sites, operator=production.operator)
    bundle = next(path for path in (copy.directory / "tile" / "entries").rglob("*") if path.is_file())
    content = bundle.read_bytes()
    bundle.write_bytes(content.replace(b'"kind":"drive"', b'"kind":"fact" ', 1))
    with pytest.raises(ProofError, match=r"^log: \d+ leaves lead to [0-9a-f]{64}, the checkpoint says [0-9a-f]{64}$"):
        audit(copy, policy)
    bundle.write_bytes(content)
    note = copy.checkpoint.decode().split("\n")
    (copy.directory / "checkpoint").write_text("\n".join([*note[:5], *note[7:]]))
    with pytest.raises(SignatureError, match=r"^checkpoint: \d of 5 witnesses cosigned"):
        audit(copy, policy)


@pytest.mark.parametrize("left, again, message", [
    pytest.param("node.toml", True, "expected a demo or nothing there, got something else", id="no-demo"),
    pytest.param("clock.json", False, "there is a demo already", id="a-demo"),
])
def test_only_a_demo_is_ever_removed(tmp_path, left, again, message):
    (tmp_path / left).touch()
    with pytest.raises(StartError, match=message):
        clear(tmp_path, again=again)
    assert (tmp_path / left).exists()


def test_a_demo_whose_nodes_run_is_not_removed(tmp_path):
    (tmp_path / "clock.json").touch()
    store = tmp_path / "insurer" / "data" / "store"
    store.mkdir(parents=True)
    (store / "identity").touch()
    with owned(store) as owner:
        with pytest.raises(StartError, match="another process owns it"):
            clear(tmp_path, again=True)
        os.close(owner)
    assert store.exists()
    clear(tmp_path, again=True)
    assert not tmp_path.exists()


def test_a_demo_is_removed_to_start_over(tmp_path):
    directory = tmp_path / "demo"
    clear(directory, again=False)
    directory.mkdir()
    clear(directory, again=False)
    (directory / "clock.json").touch()
    clear(directory, again=True)
    assert not directory.exists()


def test_without_data_the_package_s_own_figures_are_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("MINGZHANG_DATA", str(tmp_path))
    data = read_data(SCRIPT)
    assert (data.source, data.statement) == ("node/demo/published.json", None)
    assert data.published.paid.value == 167_700_000


DATA = Path(os.environ.get("MINGZHANG_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.mark.skipif(not DATA.is_dir(), reason="MINGZHANG_DATA is not on this machine")
def test_with_data_its_figures_and_its_statement_are_taken(monkeypatch):
    monkeypatch.setenv("MINGZHANG_DATA", str(DATA))
    data = read_data(SCRIPT)
    assert data.source == "published_totals.json"
    assert data.statement is not None and len(data.statement.rows) == 2_493
