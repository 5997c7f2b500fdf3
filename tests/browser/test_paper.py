"""A receipt on paper: its codes, the sheet they are printed on, and reading them from pictures of it."""

import base64
import json
from pathlib import Path

import pytest

from tests.browser import paper
from tests.fuzz.worlds import sample
from tests.support.write_vectors import VECTORS

CASES = {path.stem: json.loads(path.read_bytes()) for path in sorted((VECTORS / "paper" / "join").glob("*.json"))}
PHOTOGRAPH = Path(__file__).with_name("photograph.js").read_text(encoding="utf-8")
A4 = {"width": 794, "height": 1123}  # in CSS pixels
DPI_288 = 3

_JOIN = """async (parts) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  try {
    return mingzhang.parse.formatBase64(await mingzhang.paper.joinParts(parts.map(bytes)));
  } catch (error) {
    if (error instanceof mingzhang.errors.FormatError) return { error: error.message };
    throw error;
  }
}"""
_SPLIT = """async (receipt) => {
  const bytes = Uint8Array.from(atob(receipt), (character) => character.charCodeAt(0));
  return (await mingzhang.paper.splitReceipt(bytes)).map(mingzhang.parse.formatBase64);
}"""


def text_of(data):
    return base64.b64encode(data).decode()


# -- the format -------------------------------------------------------------------------------------------------------


def test_each_vector_has_the_outcome_that_it_states_for_both_readers(opened):
    tab = opened()
    wrong = {}
    for name, case in CASES.items():
        parts = case["in"]["parts_b64"]
        wanted = case["out"]["receipt_b64"] if "out" in case else None
        said = tab.page.evaluate(_JOIN, parts)
        other = paper.join([base64.b64decode(part) for part in parts])
        if (said if isinstance(said, str) else None) != wanted or (other and text_of(other)) != wanted:
            wrong[name] = said, other
    assert wrong == {}
    assert sum("out" in case for case in CASES.values()) >= 3 and len(CASES) > 20


@pytest.mark.parametrize("name", sample().receipts)
def test_what_the_page_splits_each_reader_joins(opened, name):
    tab, receipt = opened(), sample().receipts[name]
    parts = tab.page.evaluate(_SPLIT, text_of(receipt))
    assert paper.join([base64.b64decode(part) for part in parts]) == receipt
    assert tab.page.evaluate(_JOIN, parts[::-1]) == text_of(receipt)
    assert len(parts) == -(-sum(len(base64.b64decode(part)) - 14 for part in parts) // 983)


# -- sheets and pictures ----------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path, sample_policy):
    """A folder with the sample receipts and the policy."""
    (tmp_path / "trust.policy").write_bytes(sample_policy)
    for name, receipt in sample().receipts.items():
        (tmp_path / f"{name}.receipt").write_bytes(receipt)
    return tmp_path


@pytest.fixture
def sheet(opened, files):
    """Takes the sheet of a receipt, as it is printed, as a picture."""

    def take(name, locale="en-GB"):
        tab = opened(locale=locale, scale=DPI_288)
        tab.page.set_viewport_size(A4)
        tab.check(files / f"{name}.receipt", files / "trust.policy")
        tab.page.get_by_role("button", name="Put it on paper").click()
        tab.page.emulate_media(media="print")
        picture = files / f"{name}.png"
        tab.page.evaluate("document.body.style.padding = '10mm'; scrollTo(0, 0)")
        tab.page.screenshot(path=picture, full_page=True)
        return picture

    return take


@pytest.fixture
def photograph(chromium):
    """Gives a picture as a camera or a scanner gives it back."""
    page = chromium.new_page()
    page.add_script_tag(content=PHOTOGRAPH)

    def take(picture, name, **how):
        taken = picture.with_name(f"{name}.jpeg")
        taken.write_bytes(base64.b64decode(page.evaluate("([png, how]) => photograph(png, how)",
                                                         [text_of(picture.read_bytes()), how])))  # fmt: skip
        return taken

    yield take
    page.close()


def choose(tab, *pictures):
    """Choose pictures and wait until they are read."""
    tab.page.set_input_files("#receipt-file", list(pictures))
    tab.page.wait_for_selector("#form:not([aria-busy])")
    return tab.page.inner_text("#receipt-chosen")


def judge(tab, files):
    tab.page.set_input_files("#policy-file", files / "trust.policy")
    tab.page.click("button.primary")
    tab.page.wait_for_selector("#answer")
    return tab.outcome()


SQUARE = [[0.02, 0.02], [0.98, 0.02], [0.98, 0.98], [0.02, 0.98]]
PICTURES = {
    "scan of 150 dpi": {"width": 1240, "height": 1754, "corners": [[0.02, 0.03], [0.97, 0.02], [0.98, 0.97],
                                                                     [0.03, 0.98]], "blur": 0.5},
    "upside down": {"width": 1654, "height": 2339, "corners": SQUARE[2:] + SQUARE[:2], "blur": 0.7},
    "on its side": {"width": 2339, "height": 1654, "corners": SQUARE[1:] + SQUARE[:1], "blur": 0.7},
    "turned by ten degrees": {"width": 1800, "height": 2400, "corners": [[0.2, 0.02], [0.98, 0.15], [0.8, 0.97],
                                                                           [0.02, 0.84]], "blur": 1},
    "photo from aslant in uneven light": {"width": 2100, "height": 2800, "corners": [
        [0.12, 0.09], [0.88, 0.07], [0.96, 0.93], [0.05, 0.9]], "shade": 0.4, "noise": 20, "blur": 0.9},
    "photo of few pixels": {"width": 1500, "height": 2000, "corners": [[0.14, 0.05], [0.92, 0.04], [0.95, 0.97],
                                                                        [0.05, 0.95]], "noise": 10, "blur": 0.6},
}  # fmt: skip


@pytest.mark.parametrize("how", PICTURES)
def test_a_sheet_is_read_from_one_picture_of_all_of_it(opened, files, sheet, photograph, how):
    taken = photograph(sheet("gift"), "taken", **PICTURES[how])
    tab = opened()
    assert choose(tab, taken) == "All 6 codes read; the last picture was taken.jpeg."
    assert judge(tab, files) == "valid"


def test_what_is_read_from_paper_says_what_the_file_says(opened, files, sheet):
    tab = opened()
    choose(tab, sheet("member"))
    judge(tab, files)
    read = tab.page.inner_text("#result").replace("member.png", "member.receipt")
    tab.page.click("text=Check another")
    tab.check(files / "member.receipt", files / "trust.policy")
    lines = [set(text.split("\n")) for text in (read, tab.page.inner_text("#result"))]
    assert all("Checked in" in line or "judged by" in line for line in lines[0] ^ lines[1])


def test_what_is_still_missing_is_said_picture_by_picture(opened, files, sheet, photograph):
    whole = sheet("transfer")  # three codes, two of them in the first row
    half = {"width": 1240, "height": 877, "corners": [[0, 0], [1, 0], [1, 2], [0, 2]]}
    top, other = photograph(whole, "top", **half), photograph(sheet("report"), "other", **half)
    tab = opened()
    assert choose(tab, top) == "2 of 3 codes read; add a picture of code 3."
    tab.page.click("button.primary")
    assert tab.page.inner_text("#status") == "Choose or paste a receipt first."
    assert choose(tab, top) == "2 of 3 codes read; add a picture of code 3."
    aside = "other.jpeg shows another receipt: what was read before is set aside. "
    assert choose(tab, other) == f"{aside}2 of 3 codes read; add a picture of code 3."
    assert choose(tab, top, whole) == "All 3 codes read; the last picture was transfer.png."
    assert judge(tab, files) == "valid"


@pytest.mark.parametrize("name, content, said", [
    ("torn.png", b"\x89PNG\r\n\x1a\n", "torn.png cannot be opened here"),
    ("scan.pdf", b"%PDF-1.7\n", "scan.pdf is a PDF"),
    ("photo.heic", b"\x00\x00\x00\x18ftypheic", "photo.heic cannot be opened here"),
])  # fmt: skip
def test_what_is_no_picture_that_can_be_read_is_named(opened, tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    assert said in choose(opened(), tmp_path / name)


def test_a_picture_without_a_code_of_ours_is_named(opened, files, chromium):
    page = chromium.new_page()
    page.set_content("<h1>Good day</h1>")
    page.screenshot(path=files / "letter.png")
    page.close()
    assert "No code of a receipt could be read in letter.png" in choose(opened(), files / "letter.png")


def test_codes_of_another_kind_are_passed_over(opened, files, sheet):
    """Whatever a code says that is no part of a receipt: an address, a table number."""
    tab = opened(scale=DPI_288)
    picture = sheet("transfer")
    tab.page.evaluate("""async (png) => {
      const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height + 600);
      const context = canvas.getContext("2d");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(bitmap, 0, 0);
      context.fillStyle = "#000";
      for (const [y, row] of mingzhang.codes.modulesOf(new TextEncoder().encode("table 7")).entries()) {
        for (const [x, isDark] of row.entries()) {
          if (isDark) context.fillRect(100 + 12 * x, bitmap.height + 100 + 12 * y, 12, 12);
        }
      }
      const data = new DataTransfer();
      data.items.add(new File([await canvas.convertToBlob()], "two.png", { type: "image/png" }));
      const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true });
      document.getElementById("receipt-drop").dispatchEvent(drop);
    }""", text_of(picture.read_bytes()))
    tab.page.locator("#receipt-chosen").filter(has_text="All 3 codes read").wait_for()


@pytest.mark.parametrize("locale, said", [
    ("en-GB", ["Receipt for a gift of 3.00 yuan", "Valid", "These words prove nothing", "To check: open the page"]),
    ("zh-CN", ["一笔 3.00 元捐款的凭证", "有效", "纸上的文字不是证明", "怎样查验"]),
])
def test_the_sheet_says_what_it_is_and_how_to_check_it(opened, files, locale, said):
    tab = opened(locale=locale)
    tab.check(files / "gift.receipt", files / "trust.policy")
    tab.page.locator(".again button").first.click()
    text = tab.page.inner_text("#sheet")
    assert all(one in text for one in said)
    assert tab.page.evaluate("document.activeElement.id") == "sheet"
    tab.page.emulate_media(media="print")
    assert not any(tab.page.is_visible(name) for name in ("header", "footer", ".again"))
    assert len(pages(tab.page.pdf(prefer_css_page_size=True))) == 1, "six codes and the words fit on one page"


def pages(pdf):
    """The objects of a PDF that are its pages."""
    return [part for part in pdf.split(b"endobj") if b"/Type /Page\n" in part or b"/Type /Page " in part]


def test_what_is_refused_is_not_put_on_paper(opened, files):
    receipt = json.loads((files / "gift.receipt").read_bytes())
    receipt["proof"] = receipt["proof"][1:]
    (files / "forged.receipt").write_text(json.dumps(receipt, sort_keys=True, separators=(",", ":"),
                                                     ensure_ascii=False) + "\n", encoding="utf-8")  # fmt: skip
    tab = opened()
    tab.check(files / "forged.receipt", files / "trust.policy")
    assert tab.outcome() == "invalid"
    assert tab.page.get_by_role("button", name="Put it on paper").count() == 0


def test_reading_a_sheet_takes_a_few_seconds_at_most(opened, sheet):
    tab = opened()
    picture = sheet("member")
    started = tab.page.evaluate("performance.now()")
    choose(tab, picture)
    assert tab.page.evaluate("performance.now()") - started < 30_000, "on a busy machine"
