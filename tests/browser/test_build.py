"""The build: one file, the same each time, that names its own script and style and may load nothing."""

import base64
import hashlib
import re

import pytest

from verifier.page import build as builder
from verifier.page.build import PACKAGE, BuildError, build, main

pytestmark = pytest.mark.skipif(not PACKAGE.is_dir(), reason="what the page is built with is not installed: make page")


def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def between(page, start, end):
    (found,) = re.findall(f"{re.escape(start)}(.*?){re.escape(end)}", page, re.DOTALL)
    return found


def test_the_same_sources_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        assert main(["--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes() == build().encode()


def test_nothing_may_be_loaded_but_what_is_in_it():
    page = build()
    policy = between(page, 'http-equiv="Content-Security-Policy" content="', '"')
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src {digest(between(page, '<script>', '</script>'))};" in policy
    assert f"style-src {digest(between(page, '<style>', '</style>'))};" in policy
    assert "unsafe" not in policy and "http" not in policy and "connect-src" not in policy
    # The name of the vector format, which nothing asks for, and who wrote the package, in its licence.
    assert set(re.findall(r"https?://[^\"' )]+", page)) == {"http://www.w3.org/2000/svg", "https://paulmillr.com"}


# Ways out of a page that its rule does not close: to go to another address, or to open a direct line. A name of one's
# own, after `const`, is none.
REACHING = re.compile(r"(?<!const )\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTC\w+|Worker|eval|"
                      r"Function|location|navigation|open|href|submit)\b\s*[(.=]|\bnew Function\b")  # fmt: skip


def reaching(code):
    """What a source calls that could reach beyond the page; texts and comments are no calls."""
    return REACHING.findall(re.sub(r'"(?:\\.|[^"\\\n])*"|//[^\n]*', "", code))


def test_no_source_ever_sends_or_leaves():
    sources = [*builder.SOURCES.glob("*.js"), PACKAGE / "index.js", PACKAGE / "decode.js"]
    found = {source.name: reaching(source.read_text(encoding="utf-8")) for source in sources}
    assert found and {name for name, calls in found.items() if calls} == set()


@pytest.mark.parametrize("line", ["location.href = there;", "window.open(there);", "await fetch(there);",
                                  "new RTCPeerConnection();", 'form.submit(); // "text"'])  # fmt: skip
def test_a_way_out_would_be_seen(line):
    assert reaching(f'const text = "fetch()"; // open()\n{line}\n')


def test_a_policy_is_built_in(tmp_path):
    trusted = tmp_path / "trust.policy"
    trusted.write_bytes(b"quorum none\n")
    assert main(["--policy", str(trusted), "--out", str(tmp_path / "page")]) == 0
    text = (tmp_path / "page").read_text(encoding="utf-8")
    assert base64.b64encode(b"quorum none\n").decode() in text
    assert text != build()


@pytest.mark.parametrize("line, match", [
    pytest.param('import * as all from "./parse.js";\n', "expected one import or export a line", id="import-all"),
    pytest.param('import {\n  h,\n} from "./dom.js";\n', "expected one import or export", id="import-of-many-lines"),
    pytest.param("export default 1;\n", "expected one import or export a line", id="export-default"),
    pytest.param('const end = "</script>";\n', "it would end itself", id="end-of-script"),
    pytest.param('import { render } from "./app.js";\n', "import each other: app -> app", id="circle"),
])  # fmt: skip
def test_a_source_that_cannot_be_put_together_is_refused(tmp_path, monkeypatch, line, match):
    for source in builder.SOURCES.iterdir():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    with (tmp_path / "app.js").open("a", encoding="utf-8") as file:
        file.write(line)
    monkeypatch.setattr(builder, "SOURCES", tmp_path)
    with pytest.raises(BuildError, match=match):
        build()


def test_a_file_that_is_not_there_is_said(tmp_path, capsys):
    assert main(["--policy", str(tmp_path / "none.policy")]) == 1
    assert capsys.readouterr().err.startswith("build: ")
