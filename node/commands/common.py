"""What the subcommands share: which node, and how to talk to it."""

import argparse
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from node.config import CONFIG_FILE, Config, load_config
from node.errors import NodeError

_TIMEOUT_S = 60


def add_node(parser: argparse.ArgumentParser) -> None:
    """The argument that names the node."""
    parser.add_argument("--node", type=Path, default=Path(), metavar="DIR", help="the node's directory (default: .)")


def add_json(parser: argparse.ArgumentParser) -> None:
    """The argument for programs."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def load(arguments: argparse.Namespace) -> Config:
    """The configuration of the node that --node names. Raises ConfigError."""
    return load_config(arguments.node / CONFIG_FILE)


def call(
    config: Config,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    media_type: str = "text/plain",
    token: str = "",
) -> tuple[int, Any]:
    """Ask the node itself, at the address it listens on; the status and the JSON of its answer.

    Raises:
        NodeError: the node does not answer.
    """
    request = urllib.request.Request(f"http://{config.node.listen}{path}", data=body, method=method)
    request.add_header("content-type", media_type)
    if token:
        request.add_header("authorization", f"Bearer {token}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TIMEOUT_S) as response:
            return response.status, _decode(response.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _decode(error.read())
    except OSError as error:
        raise _no_answer(config, error) from None


def fetch(config: Config, path: str) -> bytes:
    """Fetch a file from the node itself.

    Raises:
        NodeError: the node does not answer, or not with the file.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{config.node.listen}{path}", timeout=_TIMEOUT_S) as response:
            content: bytes = response.read()
            return content
    except urllib.error.HTTPError as error:
        with error:
            raise NodeError(f"the node answers {error.code}: {_decode(error.read())['message']}") from None
    except OSError as error:
        raise _no_answer(config, error) from None


def _no_answer(config: Config, error: OSError) -> NodeError:
    return NodeError(
        f"no answer from {config.node.name} at {config.node.listen}: {error}",
        next_step="Start it: mingzhang run --node DIR",
    )


def _decode(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return {"message": body.decode("utf-8", "replace").strip()}
