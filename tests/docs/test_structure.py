"""Links lead somewhere, names name something, and documents have the parts that they promise."""

import ast
import pydoc
import re

import pytest

from tests.support.documents import DOCUMENTS, FENCE, READMES, first_column, shell_lines, spans
from tests.support.sources import PACKAGES, ROOT, modules, text

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FILES = (".md", ".json", ".toml", ".py", ".txt")


def anchors(document: str) -> set[str]:
    """The anchors of a document's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", document, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    for target in _LINK.findall(FENCE.sub("", text(name))):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = ((ROOT / name).parent / path).resolve() if path else ROOT / name
        assert there.exists(), target
        assert there.is_relative_to(ROOT.resolve()), target
        assert not anchor or anchor in anchors(there.read_text("utf-8")), target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_are_there(name):
    """But for what `make page` builds."""
    for span in spans(text(name)) - {"verifier/page/dist/", "verifier/page/dist/mingzhang-verify.html"}:
        if re.fullmatch(r"(?:benchmarks|docs|ledger|node|requirements|tests|verifier)/[\w./-]*", span):
            assert (ROOT / span).exists(), span


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.startswith(("docs/ARCHITECTURE", "docs/adr/"))])
def test_names_name_something(name):
    methods = {f"{node.name}.{child.name}" for tree in modules(*PACKAGES).values() for node in ast.walk(tree)
               if isinstance(node, ast.ClassDef) for child in node.body
               if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)}
    for span in spans(text(name)):
        if re.fullmatch(r"(?:ledger|node|verifier)(?:\.\w+)+", span) and not span.endswith(_FILES):
            assert pydoc.locate(span) is not None, span
        if re.fullmatch(r"[A-Z]\w+\._?[a-z]\w+", span):
            assert span in methods, span


def test_every_format_has_its_line():
    index = text("docs/formats/README.md")
    for path in sorted((ROOT / "docs/formats").iterdir()):
        assert path.name == "README.md" or f"({path.name})" in index, path.name


def test_decisions_are_numbered_and_whole():
    paths = sorted((ROOT / "docs/adr").glob("*.md"))
    assert [path.name[:4] for path in paths] == [f"{number:04d}" for number in range(1, len(paths) + 1)]
    for path in paths:
        decision = path.read_text("utf-8")
        assert decision.startswith(f"# {int(path.name[:4])}. "), path.name
        assert re.findall(r"^## (.+)$", decision, re.MULTILINE) == [
            "Context", "Options", "Choice", "What it costs"], path.name  # fmt: skip


def test_the_changelog_has_its_three_parts():
    headings = re.findall(r"^#+ (.+)$", text("docs/CHANGELOG.md"), re.MULTILINE)
    assert headings[:5] == ["Changelog", "Unreleased", "Incompatible", "Added", "Fixed"]


def test_both_readmes_have_the_same_parts():
    one, other = ([len(marks) for marks in re.findall(r"^(#+) ", FENCE.sub("", text(name)), re.MULTILINE)]
                  for name in READMES)  # fmt: skip
    assert one == other
    one, other = (shell_lines(text(name)) for name in READMES)
    assert one == other
    one, other = (sorted(_LINK.findall(text(name)))[:-1] for name in READMES)
    assert [link for link in one if "README" not in link] == [link for link in other if "README" not in link]


@pytest.mark.parametrize("name, language", [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_the_readme_shows_what_the_demo_prints(name, language):
    """The lines of the report; the transcript is of a play of the same sums with fewer persons."""
    printed = text(f"tests/transcripts/demo-report-invested-is-gifts.{language}.txt").split("\n")
    report = next(body for fence, body in FENCE.findall(text(name)) if fence == "text")
    assert [line for line in report.split("\n") if line not in printed] == []


def test_words_of_the_glossary_stand_once_in_both_languages():
    glossary = text("docs/glossary.md")
    words = [word for word in first_column(glossary) if word != "English"]
    assert len(words) == len(set(words)) > 50
    for line in glossary.split("\n"):
        if line.startswith("| ") and not line.startswith(("| ---", "| English")):
            _, english, chinese, meaning, _ = (cell.strip() for cell in line.split("|"))
            assert english and meaning and re.search("[\u4e00-\u9fff]", chinese), line


def test_the_picture_stands_alone():
    """No script and no address in it, and colours for a dark page."""
    picture = text("docs/picture/mingzhang.svg")
    assert not re.search(r"<script|<image|href|url\(|@import", picture)
    assert "prefers-color-scheme: dark" in picture
    for name in READMES:
        assert "](docs/picture/mingzhang.svg)" in text(name)
