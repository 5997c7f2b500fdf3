"""Every setting, reason, kind, route, alarm and status is documented, and no other."""

import ast
import inspect
import json
import re
from typing import get_args, get_type_hints

import pytest

from node.config import Config
from node.http.app import create_app
from tests.support.documents import first_column, section, spans
from tests.support.sources import modules, text

OPERATIONS = "docs/OPERATIONS.md"
TABLE = json.loads(text("docs/formats/rules-1.json"))


def settings() -> set[str]:
    """Every key of node.toml, dotted; a table of free names has NAME."""
    found = set()
    for name, hint in get_type_hints(Config).items():
        structs = [kind for kind in (hint, *get_args(hint)) if hasattr(kind, "__struct_fields__")]
        found |= {f"{name}.{field}" for kind in structs for field in kind.__struct_fields__} or {f"{name}.NAME"}
    return found


def test_settings():
    documented = first_column(section(OPERATIONS, "## 4. node.toml"))[1:]
    assert {span for cell in documented for span in spans(cell)} == settings()


def test_sections_of_the_file_stand_in_its_example():
    example = text("node/config.py").split('"""')[1]
    assert set(re.findall(r"^    \[(\w+)\]", example, re.MULTILINE)) == {name.split(".")[0] for name in settings()}


@pytest.mark.parametrize("reason", TABLE["reasons"])
def test_reason_is_decided_somewhere(reason):
    assert f"`{reason}`" in text("docs/formats/kinds.md") + text("docs/formats/books.md")


def test_reasons():
    documented = first_column(section(OPERATIONS, "### Reasons of the rules"))[1:]
    assert {span for cell in documented for span in spans(cell)} == set(TABLE["reasons"])


@pytest.mark.parametrize("kind", sorted([*TABLE["kinds"], *TABLE["bodies"]]))
def test_kind_is_documented(kind):
    assert f"`{kind}`" in text("docs/formats/kinds.md")


class Anything:
    """Stands in for what routes use only when they are called."""

    def __init__(self, **members: object) -> None:
        self.__dict__.update(members)

    def __getattr__(self, _: str) -> "Anything":
        return Anything()


def routes() -> set[str]:
    """Method and path of every route of a node's application; HEAD goes with GET."""
    config = Anything(node=Anything(name="county", origin="ledger.example/test"))
    others = [name for name in inspect.signature(create_app).parameters if name != "config"]
    app = create_app(config, **{name: Anything() for name in others})
    found = {"GET /openapi.json"}
    for path, methods in app.openapi()["paths"].items():
        place = re.sub(r"^/[0-9a-f]{64}/", "/{origin hash}/", path)
        found |= {f"{method.upper()} {place}" for method in methods.keys() - {"head"}}
    return found


# GET and HEAD of one function share an operation id; the paths are right all the same.
def test_routes():
    documented = first_column(section("docs/ARCHITECTURE.md", "## 7. HTTP"))[1:]
    assert {span for cell in documented for span in spans(cell)} == routes()


def alarms() -> set[str]:
    """The names of all alarms; where a party's name is in one, NAME."""
    found = set()
    for tree in modules("node").values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Alarm":
                name = node.args[0]
                choices = [name.body, name.orelse] if isinstance(name, ast.IfExp) else [name]
                found |= {re.sub(r"\{\w+\}", "NAME", ast.unparse(one).removeprefix("f").strip("'")) for one in choices}
    return found


def test_alarms():
    documented = first_column(section(OPERATIONS, "### Alarms"))[1:]
    assert {span for cell in documented for span in spans(cell)} == alarms()


def statuses() -> set[int]:
    """The statuses that the code writes into answers."""
    answers = ("HttpError", "Reply", "Response", "_json", "_refuse")
    found = set()
    for tree in modules("node/http", "node/machines").values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in answers:
                numbers = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant)]
                found |= {number for number in numbers if type(number) is int and 200 <= number < 600}
    return found


def test_statuses():
    documented = first_column(section(OPERATIONS, "### HTTP statuses"))[1:]
    assert statuses() == {int(number) for cell in documented for number in cell.split(", ")}
