"""The repository as text: its tracked files, its modules and what they import."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("ledger", "node", "verifier")


@cache
def modules(*folders: str) -> dict[str, ast.Module]:
    """Path below the root -> syntax tree, of every Python file in these folders."""
    found = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            found[str(path.relative_to(ROOT))] = ast.parse(path.read_text("utf-8"), str(path))
    assert found, f"no module in {folders}"
    return found


def imports(tree: ast.Module) -> Iterator[str]:
    """The modules that a module imports, dotted; `from a import b` gives both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are written in full"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_under(name: str, roots: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of `roots` or below one."""
    return any(name == root or name.startswith(f"{root}.") for root in roots)


@cache
def tracked() -> tuple[str, ...]:
    """The paths of all files in the repository, as Git knows them, or all outside ignored folders where it does not."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        names = [name for name in listed.decode().split("\0") if name]
    else:
        paths = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        names = [str(path) for path in paths if path.parts[0] not in (".venv", "demo", "dist")
                 and "__pycache__" not in path.parts]
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def text(name: str) -> str:
    """A file of the repository as text."""
    return (ROOT / name).read_text("utf-8")
