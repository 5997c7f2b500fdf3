"""How long does the page take to check a receipt in Chromium, beside the command on the same receipts?

The page is built from its sources and opened offline, as whoever keeps the file would. *Button to answer* is what a
person waits for in a tab that was just opened: the first check there, and the answer drawn. *Check* is the same reader
again and again, once the browser has compiled it, and *signatures alone* what WebCrypto takes for them. Peer: the
verifier in Python. Limit: PyNaCl verifies as many signatures as the receipt has, and does nothing else.
"""

import base64
import os
import shutil
import statistics
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.elsewhere import Elsewhere, Side, repeat, seconds_on_core, take_turns
from benchmarks.measure import Comparison, Options, Result, Table, question_of
from benchmarks.receipt_log import ReceiptLog
from benchmarks.signatures import verify_all
from verifier.log.policy import parse_policy
from verifier.page.build import build
from verifier.receipts.receipt import verify_receipt

LEAVES = 1_000
ROUNDS = 9
REPEATS = 10
HOUR_S = 3_600
SIGNATURE_BYTES = 64

BUTTON = "page: button to answer, new tab"
CHECK = "page: check"
SIGNATURES = "page: signatures alone"
PEER = "peer: verifier in Python"
LIMIT = "limit: PyNaCl verifies its signatures"

# What a tab keeps for the rounds: the receipt, the policy, and the signatures with their keys.
_KEEP = """([receipt, policy, parts, now]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const signed = parts.map((part) => part.map(bytes));
  globalThis.kept = { receipt: bytes(receipt), policy: bytes(policy), signed, now };
}"""
_CHECK = """async (times) => {
  for (; times > 0; times -= 1) {
    const { outcome, message } = await mingzhang.judge(kept.receipt, kept.policy, { now: kept.now });
    if (outcome !== "valid") throw new Error(`${outcome}: ${message}`);
  }
}"""
_VERIFY = """async (times) => {
  for (; times > 0; times -= 1) {
    for (const [key, signature, message] of kept.signed) {
      const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      const verified = await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
      if (!verified) throw new Error("a signature does not verify");
    }
  }
}"""
# The answer is there when the frame after it was asked for.
_PRESS = """async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  document.querySelector("button.primary").click();
  while (document.querySelector("#answer") === null) await frame();
  await frame();
  const outcome = document.querySelector("#answer").className;
  if (!outcome.includes("outcome-valid")) throw new Error(outcome);
}"""


class NoBrowser(Exception):
    """The page cannot be measured; the message says what is missing, and how to get it."""


def run(options: Options) -> Result:
    """Measure."""
    result = Result(question_of(__doc__))
    page = options.directory / "page.html"
    page.write_text(build(), "utf-8")
    with closing(ReceiptLog(options.directory)) as log:
        samples = {kind: Sample(builder(), log) for kind, builder in log.grow(LEAVES).builders().items()}
    rounds = options.pick(ROUNDS, 1)
    try:
        with chromium() as browser:
            tabs = Tabs(browser, page, options.directory)
            result.comparisons += [_compare(kind, one, tabs, rounds=rounds) for kind, one in samples.items()]
            result.tables.append(tabs.table(browser.version))
    except NoBrowser as error:
        result.comparisons += [_compare(kind, one, None, rounds=rounds) for kind, one in samples.items()]
        result.notes.append(str(error))
    return result


class Sample:
    """A receipt with what is needed to check it; `parts` are its signatures."""

    def __init__(self, receipt: bytes, log: ReceiptLog) -> None:
        self.receipt, self.policy = receipt, log.policy_text
        self.parts = log.parts(receipt)
        vouched = verify_receipt(receipt, log.policy).vouched_unix_s
        assert vouched is not None, "a quorum cosigned it"
        self.now = vouched + HOUR_S

    def check(self) -> None:
        """Check it with the verifier in Python, from the bytes of both files, as the page does."""
        verify_receipt(self.receipt, parse_policy(self.policy, what="policy"), now=self.now)


class Tabs:
    """Opens the page in tabs of their own, and remembers how long that took."""

    def __init__(self, browser: Any, page: Path, directory: Path) -> None:
        self._browser, self._page = browser, page
        self._receipt, self._policy = directory / "sample.receipt", directory / "trust.policy"
        self._devtools = browser.new_browser_cdp_session()
        self._seconds: list[float] = []
        self._processes: list[int] = []
        self._chosen: Any = None

    def open(self) -> Any:
        """A tab with the page, ready to be used."""
        tab = self._browser.new_context(offline=True).new_page()
        started = perf_counter()
        tab.goto(self._page.as_uri())
        self._seconds.append(perf_counter() - started)
        return tab

    def choose(self, sample: Sample) -> None:
        """Open a tab in place of the last and choose the files there, so that the button can be pressed."""
        self._receipt.write_bytes(sample.receipt)
        self._policy.write_bytes(sample.policy)
        if self._chosen is not None:
            self._chosen.context.close()
        self._chosen = self.open()
        for field, file in (("receipt", self._receipt), ("policy", self._policy)):
            self._chosen.set_input_files(f"#{field}-file", file)
            self._chosen.locator(f"#{field}-chosen:not(:empty)").wait_for()
        found = self._devtools.send("SystemInfo.getProcessInfo")["processInfo"]
        self._processes = [process["id"] for process in found]

    def keep(self, sample: Sample) -> Any:
        """A new tab that holds the sample, to check it often."""
        tab = self.open()
        parts = [[_b64(public), _b64(signed[:SIGNATURE_BYTES]), _b64(signed[SIGNATURE_BYTES:])]
                 for signed, public in sample.parts]
        tab.evaluate(_KEEP, [_b64(sample.receipt), _b64(sample.policy), parts, sample.now])
        return tab

    def pressing(self) -> Elsewhere:
        """A side that presses the button in the tab where files were chosen, and waits for the answer."""
        return Elsewhere(lambda: (1, self._on_core(lambda: self._chosen.evaluate(_PRESS))))

    def checking(self, kept: Any) -> Elsewhere:
        """A side that checks the receipt that a tab holds."""
        return self._repeating(kept, _CHECK)

    def verifying(self, kept: Any) -> Elsewhere:
        """A side that verifies the signatures that a tab holds."""
        return self._repeating(kept, _VERIFY)

    def _repeating(self, tab: Any, script: str) -> Elsewhere:
        return Elsewhere(lambda: (REPEATS, self._on_core(lambda: tab.evaluate(script, REPEATS))))

    def _on_core(self, work: Callable[[], object]) -> float:
        """Seconds that the browser's processes are on a core while `work` is done there."""
        before = self._clocks()
        work()
        return sum(seconds - before[process] for process, seconds in self._clocks().items() if process in before)

    def _clocks(self) -> dict[int, float]:
        """How long each process has been on a core; one that ended in the meantime had nothing to do with the page."""
        clocks: dict[int, float] = {}
        for process in self._processes:
            with suppress(OSError):
                clocks[process] = seconds_on_core(process)
        return clocks

    def table(self, version: str) -> Table:
        """What was opened, and how long that took."""
        row = (version, self._page.stat().st_size, len(self._seconds), statistics.median(self._seconds) * 1e3)
        return Table("the page", ("Chromium", "bytes of the page", "tabs opened", "ms to open, median"), [row])


def _compare(kind: str, sample: Sample, tabs: Tabs | None, *, rounds: int) -> Comparison:
    """Check one receipt in the page and by the command's reader; by the latter alone where there are no tabs."""
    sides: dict[str, Side] = {
        PEER: repeat(sample.check, times=REPEATS),
        LIMIT: repeat(lambda: verify_all(sample.parts), times=REPEATS),
    }
    title, what = f"{kind}, {LEAVES:,} leaves", f"page: {kind}"
    if tabs is None:
        return Comparison(title, "receipt", take_turns(sides, rounds=rounds, what=what), limit=LIMIT, peer=PEER)
    choose, kept = tabs.choose, tabs.keep(sample)
    sides = {BUTTON: tabs.pressing(), CHECK: tabs.checking(kept), SIGNATURES: tabs.verifying(kept), **sides}
    times = take_turns(sides, rounds=rounds, what=what, before=lambda: choose(sample))
    kept.context.close()
    return Comparison(title, "receipt", times, limit=LIMIT, peer=PEER)


@contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium, running.

    Raises:
        NoBrowser: it is not installed, or what drives it is not.
    """
    found = shutil.which("chromium")
    if found is None:
        raise NoBrowser("Chromium is not installed, and the page left out: sudo apt install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser("Playwright is not installed, and the page left out: `make browser` installs it") from None
    # Chromium's own sandbox refuses to run as root, which build machines often are.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
