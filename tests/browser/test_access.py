"""What axe-core, a judge of accessibility, finds on each screen: nothing (WCAG 2.2 A and AA, and best practices)."""

import json

import pytest

from tests.browser.test_page import LOCALES, check
from tests.fuzz.worlds import sample
from tests.support.receipts import encode
from verifier.page.build import HERE

AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = ("start", "gift", "member", "member who waits", "claim", "report", "forged", "incomplete", "sheet")
WIDTHS = (390, 1280)

_RUN = """async () => (await axe.run()).violations.map(
  ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`)"""


@pytest.fixture
def files(tmp_path, sample_policy):
    """A folder with the sample receipts, two that do not pass, and the policy."""
    forged, incomplete = (json.loads(sample().receipts["gift"]) for _ in range(2))
    forged["line"]["opening"]["label"] = "mine"
    incomplete["none"] = []
    for name, receipt in {**sample().receipts, "forged": encode(forged), "incomplete": encode(incomplete)}.items():
        (tmp_path / f"{name}.receipt").write_bytes(receipt)
    (tmp_path / "trust.policy").write_bytes(sample_policy)
    return tmp_path


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nobody_is_kept_out(opened, files, width, locale):
    found = {}
    for screen in SCREENS:
        tab = opened(width=width, locale=locale)
        if screen != "start":
            check(tab, files, "gift" if screen == "sheet" else screen)
            tab.page.evaluate("document.querySelectorAll('#result details').forEach((part) => { part.open = true; })")
        if screen == "sheet":
            tab.page.locator(".again button").first.click()
            tab.page.wait_for_selector("#sheet")
        tab.page.evaluate(f"{AXE.read_text(encoding='utf-8')}; 0")
        found[screen] = tab.page.evaluate(_RUN)
    assert {screen: said for screen, said in found.items() if said} == {}
