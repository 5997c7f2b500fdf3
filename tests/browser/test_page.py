"""The page as people meet it: what it answers, in which words, on which screens, and that it keeps to itself."""

import json
import os
import re
import socket
from pathlib import Path

import pytest

from tests.browser.test_receipts import story
from tests.support.receipts import encode
from verifier.page.build import main

WIDTHS = (360, 1280)
LOCALES = ("en-GB", "zh-CN")
# Where pictures of the page are left to be looked at.
PICTURES = os.environ.get("MINGZHANG_PICTURES")


@pytest.fixture
def files(tmp_path):
    """A folder with the sample receipts, some that should not pass, and the policy."""
    world, samples = story()
    (tmp_path / "trust.policy").write_bytes(world.policy())
    value = json.loads(samples["donation-0"])
    value["line"]["opening"]["label"] = "mine"
    samples = samples | {"forged": encode(value), "noise": b"hello"}
    value = json.loads(samples["donation-0"])
    value["none"] = []
    samples["incomplete"] = encode(value)
    for name, receipt in samples.items():
        (tmp_path / f"{name}.receipt").write_bytes(receipt)
    return tmp_path


def check(tab, files, name):
    tab.check(files / f"{name}.receipt", files / "trust.policy")
    return tab.page.inner_text("#result")


# -- the answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, outcome, said", [
    ("donation-0", "valid", "Every check passed"),
    ("forged", "invalid", "the path does not lead to the root"),
    ("incomplete", "cannot-tell", "nothing shows that [0, 200) was not taken out of the middle"),
    ("noise", "unreadable", "This is no receipt"),
])  # fmt: skip
def test_one_of_four_answers_comes_first(opened, files, name, outcome, said):
    tab = opened()
    text = check(tab, files, name)
    assert tab.outcome() == outcome and said in text
    assert tab.page.locator("#result > section").first.get_attribute("id") == "answer"
    assert tab.page.evaluate("document.activeElement.id") == "answer", "who cannot see is told at once"
    assert tab.page.inner_text("#spoken").startswith(tab.page.inner_text("#outcome"))
    assert (tab.page.locator("#result .card").count() > 0) is (outcome == "valid"), "nothing unproven is shown"


@pytest.mark.parametrize("name, said", [
    ("donation-0", "Of 3.00 yuan given: 2.00 yuan paid out, 0.70 yuan held for claims, 0.20 yuan spent, "
                   "0.10 yuan at rest."),
    ("cover-5", "Covered from 2018-01-01 to 2018-12-31. Taken off the roster on 2018-03-01. "
                "Nothing was claimed under this membership."),
    ("entry", "Transfer of money, signed by platform."),
])  # fmt: skip
def test_the_answer_stands_in_one_sentence_before_all_else(opened, files, name, said):
    tab = opened()
    check(tab, files, name)
    assert tab.page.inner_text("#answer .summary") == said


def test_times_are_those_of_the_programme(opened, files):
    """Its zone is in its terms; a receipt without terms says UTC."""
    tab = opened(locale="zh-CN")
    assert "北京时间 2018-" in check(tab, files, "donation-0")
    tab.page.click("text=查验另一份")
    assert "UTC 2018-" in check(tab, files, "entry")


def test_is_this_your_payment_comes_before_anything_else(opened, files):
    tab = opened()
    check(tab, files, "donation-0")
    assert tab.page.locator("#result .card h2").first.inner_text() == "Is this your payment?"
    tab.page.get_by_role("button", name="No", exact=True).click()
    assert "somebody else's gift" in tab.page.inner_text(".told")


def test_a_trail_shows_each_part_with_its_amount_and_what_it_rests_on(opened, files):
    tab = opened()
    check(tab, files, "donation-0")
    rows = [re.sub(r"\s+", " ", row) for row in tab.page.locator(".trail li").all_inner_texts()]
    ends = [row for row in rows if re.match(r"[✓○−■]", row)]
    assert [re.search(r"[\d.]+ yuan", row)[0] for row in ends] == ["2.00 yuan", "0.70 yuan", "0.20 yuan", "0.10 yuan"]
    assert ["Paid out" in ends[0], "Held for claims" in ends[1], "Spent" in ends[2], "At rest" in ends[3]] == [True] * 4
    assert "90% of what arrives" in tab.page.inner_text(".trail")
    widths = tab.page.evaluate(
        "[...document.querySelectorAll('.trail li:first-child rect')].map((band) => +band.getAttribute('width'))")
    assert len(widths) == 4 and widths == sorted(widths, reverse=True), "bands are as wide as their amounts"
    tab.page.click("text=All parts as a table")
    assert tab.page.inner_text("tfoot").split() == ["3.00", "yuan", "In", "all"]


def test_a_cover_says_the_claims_the_steps_and_that_there_is_nothing_else(opened, files):
    tab = opened()
    text = check(tab, files, "cover-0")
    assert "From 2018-01-01 to 2018-12-31" in text and "1.00 yuan × 50% = 0.50 yuan" in text
    assert "Worked out again on this device" in text and "Nothing else stands under this membership" in text
    tab.page.click("text=Check another")
    assert "Nothing was claimed under this membership, and it was not removed." in check(tab, files, "cover-7")
    tab.page.click("text=Check another")
    assert "Taken off the roster on 2018-03-01" in check(tab, files, "cover-5")


def test_a_receipt_that_is_too_old_for_the_reader_is_no_answer(opened, files):
    tab = opened()
    tab.page.select_option("#age", "31")
    assert "seconds old, at most 2678400" in check(tab, files, "donation-0")
    assert tab.outcome() == "cannot-tell"


@pytest.mark.parametrize("lacks, said", [
    ("Object.defineProperty(crypto, 'subtle', { value: undefined })", "This browser cannot check signatures"),
    ("SubtleCrypto.prototype.importKey = async () => { throw new DOMException('', 'NotSupportedError'); }",
     "this browser cannot check signatures of type Ed25519"),
])  # fmt: skip
def test_a_browser_that_cannot_check_says_so(chromium, built, files, lacks, said):
    page = chromium.new_page(locale="en-GB")
    page.add_init_script(lacks)
    page.goto(built.as_uri())
    page.set_input_files("#receipt-file", files / "donation-0.receipt")
    page.set_input_files("#policy-file", files / "trust.policy")
    page.click("button.primary")
    page.wait_for_selector("#answer.outcome-cannot-tell")
    assert said in page.inner_text("#answer")
    page.close()


def test_a_trust_file_that_cannot_be_read_is_named(opened, files):
    (files / "trust.policy").write_bytes(b"trust everybody\n")
    tab = opened()
    assert "policy line 1: expected log, witness, group or quorum" in check(tab, files, "donation-0")
    assert tab.outcome() == "unreadable"


# -- ways in ----------------------------------------------------------------------------------------------------------


def test_pasted_text_is_as_good_as_a_file(opened, files):
    tab = opened()
    for name, file in (("receipt", "donation-0.receipt"), ("policy", "trust.policy")):
        tab.page.locator(f"#{name}-drop + details summary").click()
        tab.page.fill(f"#{name}-text", (files / file).read_text(encoding="utf-8").rstrip("\n") + "  ")
    tab.page.click("button.primary")
    tab.page.wait_for_selector("#answer")
    assert tab.outcome() == "valid"


def test_both_files_may_be_dropped_at_once(opened, files):
    tab = opened()
    texts = [(files / name).read_text(encoding="utf-8") for name in ("trust.policy", "donation-0.receipt")]
    tab.page.evaluate("""(texts) => {
      const data = new DataTransfer();
      for (const [at, text] of texts.entries()) data.items.add(new File([text], `${at}.txt`));
      const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true });
      document.getElementById("receipt-drop").dispatchEvent(drop);
    }""", texts)
    tab.page.locator("#receipt-chosen").filter(has_text="1.txt").wait_for()
    tab.page.click("button.primary")
    tab.page.wait_for_selector("#answer")
    assert tab.outcome() == "valid"


def test_what_is_missing_is_said(opened, files):
    tab = opened()
    tab.page.click("button.primary")
    assert tab.page.inner_text("#status") == "Choose or paste a receipt first."
    tab.page.set_input_files("#receipt-file", files / "donation-0.receipt")
    tab.page.click("button.primary")
    assert tab.page.inner_text("#status") == "Choose or paste the trust file, too."


def test_a_policy_may_be_built_in(chromium, files):
    path = files / "page.html"
    assert main(["--policy", str(files / "trust.policy"), "--out", str(path)]) == 0
    page = chromium.new_page(locale="en-GB")
    page.goto(path.as_uri())
    page.locator("#policy-chosen").filter(has_text="ledger.example/test").wait_for()
    page.set_input_files("#receipt-file", files / "donation-0.receipt")
    page.click("button.primary")
    page.wait_for_selector("#answer.outcome-valid")
    assert "the built-in trust file" in page.inner_text("#answer")
    page.close()


# -- keeping to itself ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guarded", [True, False], ids=["as it is", "without its own rule"])
def test_no_connection_of_any_kind_can_be_made(chromium, built, tmp_path, guarded):
    """Even a script that ran in the page could not send what is in it anywhere; but for its rule it could."""
    text = built.read_text(encoding="utf-8")
    copy = tmp_path / "page.html"
    copy.write_text(text if guarded else text.replace("Content-Security-Policy", "nothing"), encoding="utf-8")
    page = chromium.new_page()
    page.goto(copy.as_uri())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        violations = page.evaluate(_SEND, f"127.0.0.1:{listener.getsockname()[1]}")
        arrived = received(listener)
    page.close()
    wanted = ["connect-src", "connect-src", "connect-src", "frame-src", "img-src", "script-src-elem"]
    assert (b"/secret" in arrived, violations) == (not guarded, wanted if guarded else [])
    # Chromium may open a line for a frame before it refuses it; nothing is said on it.
    assert not guarded or arrived == b""


def received(listener):
    """All that was sent to a listener so far."""
    found = b""
    listener.settimeout(0.5)
    while True:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            return found
        with connection:
            connection.settimeout(0.5)
            try:
                found += connection.recv(1000)
            except TimeoutError:
                continue


_SEND = """async (there) => {
  const violations = [];
  document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
  for (const tag of ["img", "script", "iframe"]) {
    const element = document.createElement(tag);
    element.src = `http://${there}/secret`;
    document.body.append(element);
  }
  navigator.sendBeacon(`http://${there}/secret`, "secret");
  new WebSocket(`ws://${there}/secret`).onerror = () => {};
  fetch(`http://${there}/secret`).catch(() => {});
  await new Promise((done) => setTimeout(done, 500));
  return violations.sort();
}"""


# -- people -----------------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_sentences_with_the_same_gaps(opened):
    words = opened().page.evaluate("mingzhang.words")
    gaps = {lang: {name: sorted(re.findall(r"\{\w+\}", text)) for name, text in words[lang].items()} for lang in words}
    optional = re.compile(r"(fact|payer|reason|benefit|publication|part|party|who|opening) ")
    for ours, theirs in (("en", "zh"), ("zh", "en")):
        missing = {name for name in gaps[ours] if name not in gaps[theirs] and not optional.match(name)}
        assert missing == set(), f"in {ours} and not in {theirs}"
    assert {name for name in gaps["en"] if gaps["zh"].get(name, gaps["en"][name]) != gaps["en"][name]} == set()


def test_the_language_is_the_readers_and_can_be_changed(opened, files):
    tab = opened(locale="zh-CN")
    assert tab.page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "这是您的付款吗？" in check(tab, files, "donation-0")
    tab.page.click("text=English")
    assert "Is this your payment?" in tab.page.inner_text("#result")
    assert tab.page.title() == "Check a receipt · Mingzhang"
    assert tab.page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [None, "donation-2", "cover-0", "cover-4", "entry", "forged"])
def test_every_screen_holds_the_page(opened, files, tmp_path, name, width, locale):
    tab = opened(width=width, locale=locale)
    if name is not None:
        check(tab, files, name)
        tab.page.evaluate("document.querySelectorAll('#result details').forEach((part) => { part.open = true; })")
    folder = Path(PICTURES) if PICTURES else tmp_path
    picture = tab.page.screenshot(path=folder / f"{name or 'start'}-{width}-{locale}.png", full_page=True)
    assert len(picture) > 10_000
    assert tab.page.evaluate("document.documentElement.scrollWidth") == width, "nothing sticks out sideways"
    text = tab.page.inner_text("body")
    assert "undefined" not in text and "NaN" not in text and not re.search(r"\{\w+\}", text.replace("{bodies…}", ""))
    assert pale_texts(tab.page) == []
    assert unnamed(tab.page) == []


def pale_texts(page):
    """Texts whose contrast with what is behind them is below 4.5 to 1 (WCAG 2.2, AA)."""
    return page.evaluate("""() => {
      const parse = (color) => color.match(/[\\d.]+/g).map(Number);
      const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
      const behind = (element) => {
        for (let at = element; at !== null; at = at.parentElement) {
          const color = parse(getComputedStyle(at).backgroundColor);
          if (color[3] === undefined || color[3] > 0.6) return color;
        }
        return [255, 255, 255];
      };
      const found = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        const isText = walker.currentNode.data.trim() && !["SCRIPT", "STYLE"].includes(element.tagName);
        if (!isText || !element.checkVisibility()) continue;
        const [front, back] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
        const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
        if (contrast < 4.5) found.push([walker.currentNode.data.trim(), contrast]);
      }
      return found;
    }""")


def unnamed(page):
    """What can be used and has no name for a screen reader; and landmarks and headings that are missing or skipped."""
    return page.evaluate("""() => {
      const found = [];
      for (const element of document.querySelectorAll("button, input, select, textarea, summary, [role=region]")) {
        const labels = [...element.labels ?? []].map((label) => label.textContent).join("");
        const name = element.getAttribute("aria-label") || labels || element.textContent;
        if (!name.trim()) found.push(element.outerHTML.slice(0, 80));
      }
      for (const name of ["header", "main", "footer"]) {
        if (document.querySelectorAll(name).length !== 1) found.push(name);
      }
      if ([...document.querySelectorAll("h1")].filter((one) => one.checkVisibility()).length !== 1) found.push("h1");
      let level = 1;
      for (const heading of document.querySelectorAll("main h1, main h2, main h3, main h4")) {
        if (heading.checkVisibility() && +heading.tagName[1] > level + 1) found.push(heading.textContent);
        if (heading.checkVisibility()) level = +heading.tagName[1];
      }
      return found;
    }""")


def test_it_can_be_used_with_the_keyboard_alone(opened, files):
    tab = opened()
    tab.page.set_input_files("#receipt-file", files / "donation-0.receipt")
    tab.page.set_input_files("#policy-file", files / "trust.policy")
    reached = []
    for _ in range(20):
        tab.page.keyboard.press("Tab")
        reached.append(tab.page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        if reached[-1] == "Check":
            break
    assert {"Skip to the content", "English", "receipt-file", "policy-file", "age", "Check"} <= set(reached)
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_selector("#answer.outcome-valid")


def test_on_paper_only_the_answer_is_left(opened, files):
    tab = opened()
    check(tab, files, "donation-0")
    tab.page.emulate_media(media="print")
    assert not any(tab.page.is_visible(name) for name in ("#form", ".languages", ".answers", ".again"))
    assert tab.page.is_visible("#answer") and tab.page.is_visible(".trail")
    assert tab.page.pdf().startswith(b"%PDF")


def test_one_receipt_takes_less_than_a_second(opened, files):
    tab = opened()
    (took,) = re.findall(r"Checked in (\d+) ms", check(tab, files, "donation-2"))
    assert float(took) < 1000
