"""What the benchmarks of receipts measure is really verified, by everybody who takes part; who cannot is left out."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.elsewhere import Elsewhere, repeat, seconds_on_core, take_turns
from benchmarks.measure import Comparison, Options, Times
from benchmarks.peers.go import SOURCE, NoPeer, build_go_peer, go_peer
from benchmarks.receipt_log import QUORUM, ReceiptLog, Receipts
from benchmarks.receipt_sizes import COUNTS, SIZES, count_parts, size_parts
from benchmarks.tlog_proofs import (
    GO,
    GO_WHOLE,
    PYMERKLE,
    Inclusion,
    TlogProofs,
    cut,
    rates,
    verify_pymerkle,
    verify_whole,
)
from ledger.merkle import leaf_hash
from tests.reference import rfc6962 as reference
from tests.support.world import PARTIES
from verifier.errors import ProofError, VerifyError
from verifier.page.build import build
from verifier.receipts.receipt import verify_receipt

LEAVES = 1_000
KINDS = ["donation", "cover, with a claim", "cover, nothing claimed", "entry: a donation", "entry: a drive"]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReceiptLog]:
    one = ReceiptLog(tmp_path_factory.mktemp("log"))
    yield one
    one.close()


@pytest.fixture(scope="module")
def receipts(log: ReceiptLog) -> Receipts:
    return log.grow(LEAVES)


@pytest.fixture(scope="module")
def proofs(log: ReceiptLog, receipts: Receipts, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return cut(receipts, policy=log.policy_text, directory=tmp_path_factory.mktemp("proofs"))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("go") is None:
        pytest.skip("Go is not installed")
    if subprocess.run(["go", "mod", "download"], cwd=SOURCE, capture_output=True).returncode:
        pytest.skip("Go is too old for the one module that its program needs, or cannot fetch it")
    return build_go_peer(tmp_path_factory.mktemp("go"))


def start(program: Path, log: ReceiptLog, *files: Path) -> tuple[float, float]:
    """Start the peer in Go; the seconds that it was on a core for whole proofs, and for inclusion alone."""
    keys = [log.stream.cosigners[name].verifier.vkey for name in PARTIES]
    with go_peer(
        program, log=log.stream.log_key.verifier.vkey, witnesses=keys, quorum=QUORUM, files=files
    ) as peer:
        return peer.verify("whole", times=3), peer.verify("inclusion", times=3)


def test_each_kind_of_receipt_passes_and_is_about_what_it_says(log: ReceiptLog, receipts: Receipts) -> None:
    verdicts = {kind: verify_receipt(build(), log.policy) for kind, build in receipts.builders().items()}
    assert list(verdicts) == KINDS
    assert [verdict.subject for verdict in verdicts.values()] == ["donation", "cover", "cover", "entry", "entry"]
    claims = [len(verdict.cover.claims) for verdict in verdicts.values() if verdict.cover is not None]
    assert claims == [1, 0]
    entries = [verdict.entry.value["kind"] for verdict in verdicts.values() if verdict.entry is not None]
    assert entries == ["donation", "drive"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_parts_of_a_receipt_are_all_of_it(log: ReceiptLog, receipts: Receipts, kind: str) -> None:
    receipt = receipts.builders()[kind]()
    sizes = dict(zip(SIZES, size_parts(receipt), strict=True))
    whole, deflated = sizes.pop("bytes"), sizes.pop("deflated")
    assert sum(sizes.values()) == whole == len(receipt)
    assert deflated < whole
    empty = {name for name, size in sizes.items() if size == 0}
    assert empty == {
        "donation": {"bodies"}, "cover, with a claim": set(), "cover, nothing claimed": {"bodies"},
    }.get(kind, {"bodies", "lines", "rows"})  # fmt: skip
    counts = dict(zip(COUNTS, count_parts(receipt), strict=True))
    assert counts["cosignatures"] == len(PARTIES)
    assert counts["signatures of leaves"] + len(PARTIES) + 1 == len(log.parts(receipt))
    # A hash is 44 characters of base64 with two quotes and a comma; brackets stand around all.
    assert sizes["multiproof"] == counts["hashes in the multiproof"] * 47 + 1


@pytest.mark.parametrize("size", range(1, 35))
def test_pymerkle_is_given_the_proof_that_it_would_have_made(size: int) -> None:
    leaves = [leaf_hash(b"leaf %d" % index) for index in range(size)]
    root = reference.root(leaves)
    for index, leaf in enumerate(leaves):
        proof = Inclusion(leaf, index, size, tuple(reference.path(index, leaves)), root)
        proof.verify()
        verify_pymerkle(leaf, root, proof.for_pymerkle(), index=index + 1, size=size)


def test_the_peer_in_go_verifies_what_we_verify(log: ReceiptLog, program: Path, proofs: list[Path]) -> None:
    for file in proofs:
        verify_whole(file.read_bytes(), Path(f"{file}.leaf").read_bytes(), log.policy)
    whole, inclusion = start(program, log, *proofs)
    assert whole > inclusion > 0


@pytest.mark.parametrize(("old", "new", "message"), [
    pytest.param(b"index 500\n", b"index 501\n", "invalid transparency proof", id="another-index"),
    pytest.param(b"platform.example/node/1 ", b"platform.example/node/1 A", "malformed note", id="no-base64"),
    pytest.param(b"\n1000\n", b"\n1001\n", "invalid signature for key", id="another-size"),
])  # fmt: skip
def test_the_peer_in_go_refuses_what_we_refuse(
    log: ReceiptLog, program: Path, proofs: list[Path], tmp_path: Path, old: bytes, new: bytes, message: str
) -> None:
    changed = tmp_path / "changed.tlog-proof"
    data, leaf = proofs[10].read_bytes(), Path(f"{proofs[10]}.leaf").read_bytes()
    assert data.count(old) == 1
    changed.write_bytes(data.replace(old, new))
    Path(f"{changed}.leaf").write_bytes(leaf)
    with pytest.raises(VerifyError):
        verify_whole(changed.read_bytes(), leaf, log.policy)
    with pytest.raises(RuntimeError, match=message):
        start(program, log, changed)


def test_the_peer_in_go_refuses_another_leaf_and_too_few_witnesses(
    log: ReceiptLog, program: Path, proofs: list[Path], tmp_path: Path
) -> None:
    changed = tmp_path / "changed.tlog-proof"
    changed.write_bytes(proofs[0].read_bytes())
    Path(f"{changed}.leaf").write_bytes(b"another leaf")
    with pytest.raises(ProofError):
        verify_whole(changed.read_bytes(), b"another leaf", log.policy)
    with pytest.raises(RuntimeError, match="invalid transparency proof"):
        start(program, log, changed)
    lines = proofs[0].read_bytes().splitlines(keepends=True)
    changed.write_bytes(b"".join(lines[:-2]))
    Path(f"{changed}.leaf").write_bytes(Path(f"{proofs[0]}.leaf").read_bytes())
    with pytest.raises(RuntimeError, match="expected 3 cosignatures, got 2"):
        start(program, log, changed)


def test_without_go_its_verifier_is_left_out_and_the_benchmark_says_so(
    log: ReceiptLog, receipts: Receipts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    measured = TlogProofs(log, tmp_path)
    found = measured.compare(receipts, rounds=1)
    assert measured.notes == ["Go is not installed, and its verifier left out: install Go 1.25 or later"]
    assert [comparison.peer for comparison in found] == [PYMERKLE, None]
    assert not {GO, GO_WHOLE} & {side for comparison in found for side in comparison.times}


@pytest.mark.parametrize(("script", "seconds", "message"), [
    pytest.param("echo too old >&2; exit 1", 60, "wants Go 1.25 or later and is left out: too old$", id="refuses"),
    pytest.param("exec sleep 60", 0.2, "did not build its verifier in 0.2 s, and it is left out$", id="does-not-end"),
])  # fmt: skip
def test_a_go_that_does_not_build_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, seconds: float, message: str
) -> None:
    (tmp_path / "go").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "go").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr("benchmarks.peers.go.BUILD_SECONDS", seconds)
    with pytest.raises(NoPeer, match=message):
        build_go_peer(tmp_path)


def test_without_chromium_the_page_is_left_out_and_the_benchmark_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    result = page.run(Options(tmp_path, quick=True))
    assert result.notes == ["Chromium is not installed, and the page left out: sudo apt install chromium"]
    assert result.tables == []
    assert [list(comparison.times) for comparison in result.comparisons] == [[page.PEER, page.LIMIT]] * len(KINDS)


def test_without_playwright_the_page_is_left_out_and_the_next_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"a folder/{name}")
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(page.NoBrowser, match=r"^Playwright is not installed, .* `make browser` installs it$"):
        page.chromium().__enter__()


def test_the_page_is_not_timed_on_a_receipt_that_does_not_pass(
    log: ReceiptLog, receipts: Receipts, tmp_path: Path
) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed: sudo apt install chromium")
    pytest.importorskip("playwright.sync_api", reason="the requirements of `make browser` are not installed")
    sample = page.Sample(receipts.builders()["entry: a drive"](), log)
    sample.receipt = sample.receipt.replace(b"drive of 2018", b"drive of 2019")
    sample.parts = [(bytes(64) + signed[64:], public) for signed, public in sample.parts]
    (tmp_path / "page.html").write_text(build(), "utf-8")
    with page.chromium() as browser:
        tabs = page.Tabs(browser, tmp_path / "page.html", tmp_path)
        tabs.choose(sample)
        kept = tabs.keep(sample)
        for side, message in ((tabs.pressing(), "outcome-invalid"), (tabs.checking(kept), "Error: invalid: "),
                              (tabs.verifying(kept), "a signature does not verify")):
            with pytest.raises(Exception, match=message):
                side(None)
    with pytest.raises(VerifyError):
        sample.check()


def test_rates_are_one_over_the_time_of_each_side_once() -> None:
    times = {"ours": Times([0.5, 0.25, 0.25], [0.125]), "limit": Times([0.1], [0.0625])}
    found = [Comparison(title, "proof", times, limit="limit") for title in ("beside one", "beside another")]
    assert rates(found, size=7) == [(7, "ours", 4, 8, 2.0), (7, "limit", 10, 16, 1.0)]


def test_a_side_elsewhere_has_its_own_time_on_a_core_and_the_first_round_does_not_count() -> None:
    told = iter([100.0, 6.0, 8.0])
    sides = {"there": Elsewhere(lambda: (2, next(told))), "here": repeat(lambda: None, times=3, units=5)}
    times = take_turns(sides, rounds=2, what="test")
    assert times["there"].cpu == [3, 4]
    assert sides["here"](None) == 15


def test_seconds_on_a_core_are_those_of_the_process_that_is_named() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        before, ours = seconds_on_core(busy.pid), time.process_time()
        while seconds_on_core(busy.pid) - before < 0.05:
            time.sleep(0.01)
        assert time.process_time() - ours < 0.05 < seconds_on_core(busy.pid)
        assert seconds_on_core(os.getpid()) == pytest.approx(time.process_time(), abs=0.01)
        busy.kill()
    with pytest.raises(OSError, match="Invalid argument"):
        seconds_on_core(busy.pid)
