"""The built page in Debian's Chromium: offline, watched for any request.

`make browser` installs what these tests need beside Chromium; without it, or without Chromium, they say so and skip.
"""

import base64
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.receipts import ReceiptWorld
from verifier.page.build import PACKAGE, main

VECTOR_OPS = Path(__file__).with_name("vector_ops.js")
NOW = 1_551_400_000  # 2019-03-01, some time after the checkpoints of the sample receipts
BATCH = 200
PATIENCE_MS = 120_000  # on a busy machine


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as `make page` builds it."""
    if not PACKAGE.is_dir():
        pytest.skip("what the page is built with is not installed: make page")
    path = tmp_path_factory.mktemp("page") / "page.html"
    assert main(["--out", str(path)]) == 0
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is not installed: sudo apt install chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="the requirements of `make browser` are not installed")
    # Chromium's own sandbox refuses to run as root, which build machines often are.
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample_policy() -> bytes:
    """The policy that believes the receipts of `tests.fuzz.worlds.sample`, as a file."""
    return ReceiptWorld(officers={"insurer/wu": None}).policy()


class Opened:
    """The page in a tab of its own, what it asked for, and what it complained about."""

    def __init__(self, browser: Any, path: Path, *, width: int, locale: str, scale: int) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale=locale,
            offline=True,
            device_scale_factor=scale,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.url = path.as_uri()
        self.page.goto(self.url)

    def check(self, receipt: Path, policy: Path) -> None:
        """Choose two files and press the button."""
        self.page.set_input_files("#receipt-file", receipt)
        self.page.set_input_files("#policy-file", policy)
        self.page.click("button.primary")
        self.page.wait_for_selector("#answer")

    def outcome(self) -> str:
        """Which of the four answers is shown."""
        return str(self.page.locator("#answer").get_attribute("class")).split("outcome-")[1]

    def judge(self, receipts: list[bytes], policy: bytes) -> list[dict[str, Any]]:
        """What the page says about each receipt, without showing it."""
        answers: list[dict[str, Any]] = []
        for start in range(0, len(receipts), BATCH):
            some = [base64.b64encode(receipt).decode() for receipt in receipts[start : start + BATCH]]
            answers += self.page.evaluate(_JUDGE, [some, base64.b64encode(policy).decode(), NOW])
        return answers


_JUDGE = """async ([receipts, policy, now]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const answers = [];
  for (const receipt of receipts) answers.push(await mingzhang.judge(bytes(receipt), bytes(policy), { now }));
  return answers;
}"""


@pytest.fixture
def opened(chromium: Any, built: Path) -> Iterator[Callable[..., Opened]]:
    """Opens the page; at the end nothing may have been asked for and nothing complained about."""
    tabs: list[Opened] = []

    def open_page(*, width: int = 1280, locale: str = "en-GB", scale: int = 1) -> Opened:
        tabs.append(Opened(chromium, built, width=width, locale=locale, scale=scale))
        return tabs[-1]

    yield open_page
    for tab in tabs:
        tab.context.close()
        assert tab.requests == [tab.url], "the page asked for more than itself"
        assert tab.complaints == []
