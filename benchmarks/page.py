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
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.elsewhere import repeat
from benchmarks.measure import Comparison, Options, Result, Table, Times, interleave, question_of
from benchmarks.receipt_log import ReceiptLog
from benchmarks.signatures import verify_all
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
    page.write_text(build())
    with closing(ReceiptLog(options.directory)) as log:
        receipts = {kind: build() for kind, build in log.grow(LEAVES).builders().items()}
        samples = {kind: Sample(receipt, log) for kind, receipt in receipts.items()}
    rounds = options.pick(ROUNDS, 1)
    try:
        with _chromium() as browser:
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
        self.receipt, self.policy_text, self.policy = receipt, log.policy_text, log.policy
        vouched = verify_receipt(receipt, self.policy).vouched_unix_s
        assert vouched is not None, "a quorum cosigned it"
        self.now = vouched + HOUR_S
        self.parts = log.parts(receipt)


class Tabs:
    """Opens the page in tabs of their own, and remembers how long that took."""

    def __init__(self, browser: Any, page: Path, directory: Path) -> None:
        self._browser, self._page = browser, page
        self._receipt, self._policy = directory / "sample.receipt", directory / "trust.policy"
        self._seconds: list[float] = []
        self._chosen: Any = None

    def open(self) -> Any:
        """A tab with the page, ready to be used."""
        tab = self._browser.new_context(offline=True).new_page()
        started = perf_counter()
        tab.goto(self._page.as_uri())
        self._seconds.append(perf_counter() - started)
        return tab

    def choose(self, sample: Sample) -> Any:
        """A new tab in place of the last, where files were chosen, and the button was not pressed yet."""
        self._receipt.write_bytes(sample.receipt)
        self._policy.write_bytes(sample.policy_text)
        if self._chosen is not None:
            self._chosen.context.close()
        tab = self._chosen = self.open()
        for field, file in (("receipt", self._receipt), ("policy", self._policy)):
            tab.set_input_files(f"#{field}-file", file)
            tab.locator(f"#{field}-chosen:not(:empty)").wait_for()
        return tab

    def keep(self, sample: Sample) -> Any:
        """A new tab that holds the sample, to check it often."""
        tab = self.open()
        parts = [[_b64(public), _b64(signed[:SIGNATURE_BYTES]), _b64(signed[SIGNATURE_BYTES:])]
                 for signed, public in sample.parts]
        tab.evaluate(_KEEP, [_b64(sample.receipt), _b64(sample.policy_text), parts, sample.now])
        return tab

    def table(self, version: str) -> Table:
        """What was opened, and how long that took."""
        row = (version, self._page.stat().st_size, len(self._seconds), statistics.median(self._seconds) * 1e3)
        return Table("the page", ("Chromium", "bytes of the page", "tabs opened", "ms to open, median"), [row])


def _compare(kind: str, sample: Sample, tabs: Tabs | None, *, rounds: int) -> Comparison:
    """Check one receipt in the page and by the command's reader; by the latter alone where there are no tabs."""
    sides: dict[str, Callable[[Any], int]] = {
        PEER: repeat(lambda: verify_receipt(sample.receipt, sample.policy, now=sample.now), times=REPEATS),
        LIMIT: repeat(lambda: verify_all(sample.parts), times=REPEATS),
    }
    title = f"{kind}, {LEAVES:,} leaves"
    if tabs is None:
        return Comparison(title, "receipt", _turns(sides, kind, rounds, lambda: None), limit=LIMIT, peer=PEER)
    kept, choose = tabs.keep(sample), tabs.choose
    sides = {BUTTON: _press, CHECK: _often(kept, _CHECK), SIGNATURES: _often(kept, _VERIFY), **sides}
    times = _turns(sides, kind, rounds, lambda: choose(sample))
    kept.context.close()
    # The browser's processes do not say how long they were on a core.
    times |= {side: Times(times[side].clock) for side in (BUTTON, CHECK, SIGNATURES)}
    return Comparison(title, "receipt", times, limit=LIMIT, peer=PEER)


def _turns(
    sides: Mapping[str, Callable[[Any], int]], kind: str, rounds: int, prepare: Callable[[], Any]
) -> dict[str, Times]:
    return interleave(sides, prepare=lambda _: prepare(), rounds=rounds, what=f"page: {kind}")


def _press(tab: Any) -> int:
    """Press the button, wait for the answer. The tab is of no more use then."""
    tab.evaluate(_PRESS)
    return 1


def _often(tab: Any, script: str) -> Callable[[Any], int]:
    """A side that has a tab do something many times."""

    def side(_: Any) -> int:
        tab.evaluate(script, REPEATS)
        return REPEATS

    return side


@contextmanager
def _chromium() -> Iterator[Any]:
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
