"""The habits of this repository that a program can look for (docs/ARCHITECTURE.md, "Habits")."""

import ast
import re
import sys
import tomllib
from pathlib import PurePath

import pytest

from tests.support.sources import PACKAGES, modules, text, tracked

LINES_MAX = 400
# Longer, and to be parted; until then it may only shrink.
LONGER = {"node/demo/play.py": 409}

# Python's own parsers are generous: int(" 1_0 ") is 10, b64decode skips junk, splitlines splits at U+2028, json.loads
# keeps the last of two equal members. These two modules know the one spelling of each value; no other calls them.
PARSERS = {"ledger/strict.py", "verifier/primitives/parse.py"}
GENEROUS = ("b64decode", "decodebytes", "float", "fromhex", "int", "isdecimal", "isdigit", "json.load", "json.loads",
            "literal_eval", "splitlines", "unhexlify", "urlsafe_b64decode")  # fmt: skip

KEY = "a key of a state row, which this code wrote"
HASH = "lowercase hex already, by the type of the struct, shape or row that it stands in"
MATCHED = "matched a pattern of ASCII digits just before"
OWN = "our own file, shipped beside the code"
# Where a call stands all the same, and why what it reads cannot be spelled otherwise.
ALLOWED = {
    ("ledger/balance.py", "fromhex"): HASH,
    ("ledger/balance.py", "int"): KEY,
    ("ledger/books.py", "int"): KEY,
    ("ledger/duties.py", "int"): "an offset or a day, by the type of the struct that it stood in",
    ("ledger/effects/duties.py", "int"): KEY,
    ("ledger/effects/notices.py", "int"): KEY,
    ("ledger/effects/work.py", "fromhex"): HASH,
    ("ledger/kinds.py", "fromhex"): HASH,
    ("ledger/receipt.py", "fromhex"): HASH,
    ("ledger/rules/context.py", "fromhex"): HASH,
    ("ledger/rules/money.py", "fromhex"): HASH,
    ("ledger/rules/table.py", "json.loads"): OWN,
    ("ledger/sequence.py", "fromhex"): HASH,
    ("ledger/stamp.py", "int"): MATCHED,
    ("ledger/state.py", "int"): "an integer of a row, for the type checker",
    ("ledger/tile.py", "int"): MATCHED,
    ("ledger/trail.py", "int"): KEY,
    ("ledger/validate.py", "fromhex"): HASH,
}

# Where `/` joins the parts of a path.
PATHS = {"verifier/cli.py", "verifier/page/build.py", "verifier/sources/source.py"}


def docstrings(tree: ast.Module, path: str) -> list[str]:
    """Public modules, classes and functions without a docstring; methods of private classes are private."""
    missing = [path] if tree.body and not ast.get_docstring(tree) else []
    waiting: list[tuple[str, list[ast.stmt]]] = [("", tree.body)]
    while waiting:
        prefix, body = waiting.pop()
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
                if not ast.get_docstring(node):
                    missing.append(f"{path}:{node.lineno} {prefix}{node.name}")
                if isinstance(node, ast.ClassDef):
                    waiting.append((f"{node.name}.", node.body))
    return missing


def generous_calls(tree: ast.Module) -> set[str]:
    """Which of Python's generous parsers a module calls, or hands on to `map`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = [node.func, *node.args] if ast.unparse(node.func) in ("map", "partial") else [node.func]
            for function in named:
                if isinstance(function, ast.Name | ast.Attribute):
                    name = ast.unparse(function)
                    last = name.rpartition(".")[2]
                    found |= {last} & set(GENEROUS) | {name} & set(GENEROUS)
    return found


@pytest.mark.parametrize("path", sorted(modules(*PACKAGES)))
def test_a_file_is_one_noun(path):
    lines = text(path).count("\n")
    assert lines <= LONGER.get(path, LINES_MAX), f"{path} has {lines} lines; it is usually two nouns"


def test_no_parser_but_the_strict_one():
    found = {(path, name) for path, tree in modules("ledger").items() if path not in PARSERS
             for name in generous_calls(tree)}
    assert found == set(ALLOWED)


def test_no_parser_but_the_strict_one_in_the_verifier():
    """There, hex and integers of rows and of shapes that were judged may be read plainly; all else is parse.py's."""
    for path, tree in modules("verifier").items():
        if path not in PARSERS:
            assert generous_calls(tree) <= {"fromhex", "int"}, path


def test_no_generous_parser_of_text_at_the_edges():
    """The commands and the demo may read answers of our own node and programs, and files of our own, plainly."""
    for path, tree in modules("node").items():
        banned = {"b64decode", "decodebytes", "literal_eval", "unhexlify", "urlsafe_b64decode"}
        if not path.startswith(("node/commands/", "node/demo/")):
            banned |= {"float", "json.load", "json.loads", "splitlines"}
        assert not generous_calls(tree) & banned, path


def test_the_core_prints_and_logs_nothing():
    for path, tree in modules("ledger").items():
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & {"print", "logging", "warnings"}, path


def test_the_core_knows_no_fraction():
    """Money is an integer of minor units: no float, and no division that makes one."""
    for path, tree in modules("ledger", "verifier").items():
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"{path}:{node.lineno}"
            if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div) and path not in PATHS:
                raise AssertionError(f"{path}:{node.lineno}: use //, or say where the fraction goes")


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_public_says_what_it_is(package):
    assert [missing for path, tree in modules(package).items() for missing in docstrings(tree, path)] == []


def test_no_module_is_named_like_a_standard_one():
    """But for `node/http` and the calendars, which are only ever imported by their full names."""
    clashes = {path for path in modules(*PACKAGES)
               if {*PurePath(path).with_suffix("").parts[1:]} & sys.stdlib_module_names}
    assert {path for path in clashes if not path.startswith("node/http/") and PurePath(path).name != "calendar.py"} == (
        set())


# -- all files --------------------------------------------------------------------------------------------------------

# Written so that the patterns do not find themselves.
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
MACHINE = re.compile(r"(?<![\w.\-/])/(?:work|root|home|tmp|Users|mnt)(?:/|\b)")
REGISTRY = re.compile(r"py[p]i\.|python[h]osted|npm[j]s\.|--(?:extra-)?index[-]url|--find[-]links|proxy\.golang[.]org")
SOURCES = (".py", ".md", ".toml", ".in", ".txt", ".svg", "")


def sources() -> list[str]:
    """The files that people write."""
    return [name for name in tracked() if PurePath(name).suffix in SOURCES]


@pytest.mark.parametrize(("pattern", "what"), [
    pytest.param(UNFINISHED, "something unfinished; open an issue, or do it", id="unfinished"),
    pytest.param(MACHINE, "a path of one machine", id="machine"),
    pytest.param(REGISTRY, "the address of a package registry", id="registry"),
])  # fmt: skip
def test_no_file_holds(pattern, what):
    found = []
    for name in sources():
        for number, line in enumerate(text(name).split("\n"), 1):
            if pattern.search(line):
                found.append(f"{name}:{number}: {what}: {line.strip()[:80]}")
    assert found == []


def test_text_files_end_with_one_line_feed_and_no_space():
    for name in sources():
        content = text(name)
        assert "\r" not in content, name
        assert not content or content.endswith("\n"), name
        assert not content.endswith("\n\n"), name
        if name.endswith((".py", ".toml", ".in")):
            assert not [line for line in content.split("\n") if line != line.rstrip()], name


# -- requirements -----------------------------------------------------------------------------------------------------

_LOCKED = re.compile(r"([a-z0-9][a-z0-9.-]*)(?:\[[a-z,]+\])?==[^\s;]+(?: ; [^\\]+)? \\")
_HASH_LINE = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def locked(name: str) -> set[str]:
    """The names that a locked file pins. Every line is a pinned name or a hash."""
    names: set[str] = set()
    hashes: dict[str, int] = {}
    current = ""
    for line in text(f"requirements/{name}.txt").removesuffix("\n").split("\n"):
        pinned = _LOCKED.fullmatch(line)
        if pinned:
            current = pinned[1]
            names.add(current)
            hashes.setdefault(current, 0)
        else:
            assert _HASH_LINE.fullmatch(line), f"requirements/{name}.txt: neither NAME==VERSION nor a hash: {line!r}"
            hashes[current] += 1
    assert all(hashes.values()), f"requirements/{name}.txt: a name without a hash"
    return names


def wanted(name: str) -> set[str]:
    """The names that people wrote into the file that is locked."""
    lines = [line for line in text(f"requirements/{name}.in").split("\n") if line and not line.startswith("#")]
    included = [wanted(line.removeprefix("-r ").removesuffix(".in")) for line in lines if line.startswith("-r ")]
    return {line for line in lines if not line.startswith("-")}.union(*included)


@pytest.mark.parametrize("name", ["node", "test", "browser"])
def test_requirements_are_locked(name):
    assert wanted(name) <= locked(name)


def test_what_the_packages_need_is_locked():
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert set(project["dependencies"]) <= wanted("node")
    verifier = tomllib.loads(text("verifier/pyproject.toml"))["project"]
    assert verifier["dependencies"] == ["pynacl"]
