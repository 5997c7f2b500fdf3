"""Build the page: one HTML file with everything in it, which no rule of its own lets load anything.

    python verifier/page/build.py [--policy FILE] [--out FILE]

The same sources give the same bytes. Each module of `src/` becomes a function that gives what it exports; modules are
written in the subset of JavaScript that `_IMPORT`, `_EXPORT` and `_EXPORTS` read, and another form is refused. One
package is built in, `qr`, which `make page` installs as package-lock.json has it, by its hash.
"""

import argparse
import base64
import hashlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "src"
RULES = HERE.parent / "rules-1.json"
PACKAGE = HERE / "node_modules" / "qr"
OUT = HERE / "dist" / "mingzhang-verify.html"

_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_EXPORTS = re.compile(r"^export \{ ([\w, ]+) \};\n", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)

# Of the package: lines that are comment alone, but for its own notice; a second name for what is exported already.
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?!!)(?:[^*]|\*(?!/))*\*/|//[^\n]*)\n", re.MULTILINE)
_DEFAULT = re.compile(r"^export default \w+;\n", re.MULTILINE)

# Nothing may be loaded, sent or framed; the one script and the one style are named by their hashes.
_POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


class BuildError(Exception):
    """The sources are not what this program can put together."""


def build(*, trusted: bytes | None = None) -> str:
    """The page as one text; `trusted` is the policy file that is built in, if any."""
    script = _bundle(trusted)
    style = (SOURCES / "style.css").read_text(encoding="utf-8")
    for name, text in (("script", script), ("style", style)):
        if f"</{name}" in text:
            raise BuildError(f"{name}: it would end itself with </{name}")
    policy = _POLICY.format(script=_digest(script), style=_digest(style))
    page = (SOURCES / "page.html").read_text(encoding="utf-8")
    for mark, text in (("{{policy}}", policy), ("{{style}}", style), ("{{script}}", script)):
        if page.count(mark) != 1:
            raise BuildError(f"page.html: expected {mark} once")
        page = page.replace(mark, text)
    return page


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _bundle(trusted: bytes | None) -> str:
    """All modules that the page needs, each behind those that it imports."""
    written = {
        "rules": f"export const RULES = Object.freeze({RULES.read_text(encoding='utf-8').strip()});\n",
        "trusted": "export const TRUSTED = "
        + ("null" if trusted is None else f'"{base64.b64encode(trusted).decode()}"') + ";\n",
        **_package(),
    }  # fmt: skip
    done: dict[str, str] = {}
    _add("app", written, done, waiting=())
    return '"use strict";\n' + "\n".join(done.values())


def _package() -> dict[str, str]:
    """The two modules of the package, with its licence, in the subset that modules are written in."""
    if not PACKAGE.is_dir():
        raise BuildError(f"{PACKAGE.name}: the package is not installed, `make page` does it (npm ci --ignore-scripts)")
    licence = (PACKAGE / "LICENSE-MIT").read_text(encoding="utf-8")
    texts = {}
    for name, file in (("qr", "index.js"), ("qr_decode", "decode.js")):
        source = (PACKAGE / file).read_text(encoding="utf-8").replace("'./index.js'", '"./qr.js"')
        texts[name] = _DEFAULT.sub("", _COMMENT.sub("", source))
    return {**texts, "qr": f"/*!\n{licence}*/\n{texts['qr']}"}


def _add(name: str, written: dict[str, str], done: dict[str, str], *, waiting: tuple[str, ...]) -> None:
    if name in waiting:
        raise BuildError(f"modules import each other: {' -> '.join([*waiting, name])}")
    if name in done:
        return
    source = written[name] if name in written else (SOURCES / f"{name}.js").read_text(encoding="utf-8")
    for _, imported in _IMPORT.findall(source):
        _add(imported, written, done, waiting=(*waiting, name))
    exported = _EXPORT.findall(source)
    for listed in _EXPORTS.findall(source):
        exported += [re.sub(r"(\w+) as (\w+)", r"\2: \1", one) for one in listed.strip(", ").split(", ")]
    body = _EXPORT.sub("", _EXPORTS.sub("", _IMPORT.sub(_destructured, source)))
    found = _LEFT_OVER.search(body)
    if found is not None:
        raise BuildError(f"{name}.js: expected one import or export a line, got {found[0]!r}")
    done[name] = f"const module_{name} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();\n"


def _destructured(found: re.Match[str]) -> str:
    return f"const {{ {found[1].replace(' as ', ': ')} }} = module_{found[2]};\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the page into a file."""
    parser = argparse.ArgumentParser(description="Build the page that checks receipts in a browser.")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="a trust policy to build into the page")
    parser.add_argument("--out", type=Path, metavar="FILE", default=OUT, help=f"where (default: {OUT.name} in dist/)")
    options = parser.parse_args(arguments)
    try:
        page = build(trusted=None if options.policy is None else options.policy.read_bytes())
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_bytes(page.encode())
    except (BuildError, OSError) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    print(f"{options.out.name}: {len(page.encode()):,} bytes, SHA-256 {hashlib.sha256(page.encode()).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
