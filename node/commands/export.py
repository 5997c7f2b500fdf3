"""`mingzhang export`: the node's final log in one file, for an auditor."""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ledger.errors import FormatError, Rejected
from node.commands.common import add_json, add_node, load
from node.errors import NodeError
from node.export import Exported, write_archive
from node.exported_log import log_of
from node.files import new_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `export`."""
    add_node(parser)
    add_json(parser)
    parser.add_argument("--archive", type=Path, required=True, metavar="FILE", help="where the archive goes; there is "
                        "no such file yet")
    parser.add_argument("--public", action="store_true", help="leave out bodies of sealed entries and tag files: what "
                        "is to be published")


def run(arguments: argparse.Namespace) -> int:
    """Write the archive; it has its name only when it is whole."""
    config = load(arguments)
    target: Path = arguments.archive
    console = Console(stderr=True)
    columns = (TextColumn("leaves"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with (
            log_of(config) as log, new_file(target) as out,
            Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar,
        ):  # fmt: skip
            task = bar.add_task("leaves", total=None)
            exported = write_archive(
                log, out, sealed=not arguments.public, tell=lambda done, of: bar.update(task, completed=done, total=of)
            )  # fmt: skip
    except FileExistsError as error:
        next_step = "Name another one."
        if error.filename != str(target):
            next_step = "Another export is under way, or one was cut off: then delete this file and export again."
        raise NodeError(f"{error.filename}: there is such a file already", next_step=next_step) from None
    except OSError as error:
        raise NodeError(f"{target}: not written: {error}", next_step="Look at the disk, then export again.") from None
    except (FormatError, Rejected) as error:
        raise NodeError(f"{target}: not written: the log here cannot be read: {error}",
                        next_step="Look at the disk of this node, and export at another party's.") from None
    _say(exported, target, as_json=arguments.json)
    return 0


def _say(exported: Exported, target: Path, *, as_json: bool) -> None:
    if as_json:
        said = {"bytes": exported.bytes, "file": str(target), "files": exported.files, "missing": exported.missing,
                "root": exported.root, "size": exported.size}  # fmt: skip
        print(json.dumps(said, sort_keys=True))
        return
    print(f"{target}: {exported.size} leaves, root {exported.root}, {exported.files} files, {exported.bytes} bytes")
    for folder, count in exported.missing.items():
        if count:
            print(f"  {count} of {folder} are not held here: a replay cannot tell what they would say", file=sys.stderr)
