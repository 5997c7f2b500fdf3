"""Every command, option and make target is documented, and those that are documented are there."""

import argparse
import importlib
import re
from pathlib import PurePosixPath

import pytest

from node.cli import COMMANDS
from tests.support.documents import DOCUMENTS, FENCE, READMES, section, shell_lines, spans
from tests.support.sources import text
from verifier.cli import _parser as verifier_parser

NODE = [name for name, _ in COMMANDS]


def options(parser: argparse.ArgumentParser) -> set[str]:
    """The options of a parser and of those below it, help left out."""
    own = {option for action in parser._actions for option in action.option_strings}
    below = [inner for action in parser._actions if isinstance(action, argparse._SubParsersAction)
             for inner in action.choices.values()]
    return own.union(*map(options, below)) - {"-h", "--help"}


def node_options(command: str) -> set[str]:
    """The options of a subcommand of `mingzhang`."""
    parser = argparse.ArgumentParser()
    importlib.import_module(f"node.commands.{command}").add_arguments(parser)
    return options(parser)


def verifier_options() -> dict[str, set[str]]:
    """The subcommands of `mingzhang-verify` and their options."""
    actions = verifier_parser()._actions
    choices = next(action for action in actions if isinstance(action, argparse._SubParsersAction)).choices
    return {name: options(parser) for name, parser in choices.items()}


def known() -> dict[tuple[str, str], set[str]]:
    """(program, subcommand) -> options."""
    found = {("mingzhang", name): node_options(name) for name in NODE}
    return found | {("mingzhang-verify", name): those for name, those in verifier_options().items()}


@pytest.mark.parametrize(("program", "command"), sorted(known()))
def test_command_and_its_options_are_documented(program, command):
    documented = section("docs/OPERATIONS.md", "## 3. Commands")
    assert any(span.split(" ")[:2] == [program, command] for span in spans(documented))
    assert known()[program, command] <= {span.split(" ")[0] for span in spans(documented)}


def test_documented_commands_and_options_exist():
    commands = known()
    for name in DOCUMENTS:
        for line in [*shell_lines(text(name)), *spans(text(name))]:
            for program, command, rest in re.findall(
                r"(?:^|[\s(/])(mingzhang(?:-verify)?) ([a-z]+)\b([^;|>&]*)", line
            ):  # fmt: skip
                assert (program, command) in commands, f"{name}: {line}"
                for option in re.findall(r"(?<= )--[a-z-]+", rest):
                    assert option in commands[program, command], f"{name}: {line}"


def make_targets() -> set[str]:
    """The targets that a person calls."""
    phony = re.search(r"^\.PHONY: (.+)$", text("Makefile"), re.MULTILINE)
    assert phony is not None
    return set(phony[1].split())


def test_make_targets_are_documented():
    assert {f"make {target}" for target in make_targets()} <= spans(section("docs/OPERATIONS.md", "## 3. Commands"))


def test_documented_make_targets_exist():
    files = {f".venv/{file}" for file in re.findall(r"^\$\(VENV\)/(\w+):", text("Makefile"), re.MULTILINE)}
    for name in DOCUMENTS:
        for line in [*shell_lines(text(name)), *spans(text(name))]:
            for target in re.findall(r"(?:^|[;&(]\s*)make ([^\s;|)]+)", line):
                assert target in make_targets() | files, f"{name}: make {target}"


@pytest.mark.parametrize("name", READMES)
def test_each_line_to_paste_is_a_command_of_ours(name):
    """A make target, one of our two programs, or the way there."""
    lines = [line for language, body in FENCE.findall(text(name)) if language == "sh"
             for line in body.split("\n") if line]  # fmt: skip
    assert lines
    for line in lines:
        program, _, rest = line.partition(" ")
        if program == "make":
            assert rest.split(" ")[0] in make_targets(), line
        elif PurePosixPath(program).name in ("mingzhang", "mingzhang-verify"):
            assert (PurePosixPath(program).name, rest.split(" ")[0]) in known(), line
        else:
            assert line == "sudo apt install git make python3-venv" or line.startswith(("git clone ", "cd ")), line


@pytest.mark.parametrize("name", READMES)
def test_the_readme_names_what_a_bare_system_lacks(name):
    assert "sudo apt install git make python3-venv" in shell_lines(text(name))
