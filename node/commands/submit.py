"""`mingzhang submit`: hand an entry in at a node, with the files that it names."""

import argparse
import json
import sys
from pathlib import Path

from ledger.batch import names_of
from ledger.commitment import body_hash
from ledger.entry import parse_entry
from ledger.kinds import Donation, Enrolment, Entry, batch_name_of
from node.commands.common import add_json, add_node, call, load
from node.errors import NodeError
from node.ports import file_path
from node.service import load_token


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `submit`."""
    add_node(parser)
    add_json(parser)
    parser.add_argument("--batch", type=Path, action="append", default=[], metavar="FILE", help="a batch it names")
    parser.add_argument("--tags", type=Path, action="append", default=[], metavar="FILE", help="a tag file it names")
    parser.add_argument("--body", type=Path, action="append", default=[], metavar="FILE", help="a sealed body it names")
    parser.add_argument(
        "--wait", choices=("received", "sequenced", "final"), default="final",
        help="which state to wait for (default: final); nobody acts outside the books before final",
    )  # fmt: skip
    parser.add_argument("entry", type=Path, metavar="ENTRY", help="the signed note")


def run(arguments: argparse.Namespace) -> int:
    """Hand the files and then the entry in; print where it stands."""
    config = load(arguments)
    token = load_token(config.credentials.token)
    try:
        note = arguments.entry.read_bytes()
        files = [(kind, path.read_bytes()) for kind in ("batch", "tags", "body") for path in getattr(arguments, kind)]
    except OSError as error:
        raise NodeError(f"{error.filename}: {error.strerror}") from None
    entry = parse_entry(note, origin=config.node.origin).entry
    for kind, content in files:
        address = _batch_address(content, entry) if kind == "batch" else body_hash(content)
        path = file_path(kind, address)
        status, answer = call(config, "PUT", path, body=content, media_type="application/octet-stream", token=token)
        if status != 204:
            raise NodeError(f"{kind} {address.hex()}: the node answers {status}: {answer['message']}")
    status, answer = call(config, "POST", f"/entries?wait={arguments.wait}&wait_s=30", body=note)
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, sort_keys=True))
    elif "state" not in answer:
        print(f"{arguments.entry}: {answer['message']}", file=sys.stderr)
    else:
        index = "" if answer["index"] is None else f" as leaf {answer['index']}"
        print(f"{answer['state']}{index}  {answer['text']}  {answer['message'] or ''}".rstrip())
    reached = ("received", "sequenced", "final")
    return 0 if answer.get("state") in reached[reached.index(arguments.wait) :] else 1


def _batch_address(content: bytes, entry: Entry) -> bytes:
    """The name by which the entry wants a batch; of one that it does not want, any."""
    names = list(names_of(content))
    wanted = batch_name_of(entry) if isinstance(entry, Donation | Enrolment) else None
    return wanted if wanted in names else names[0]
