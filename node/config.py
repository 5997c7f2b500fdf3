"""The configuration of a node: one TOML file, `node.toml`. Paths in it are relative to the file.

    [node]
    name = "foundation"                     # the party, as the charter names it
    role = "foundation"
    domain = "foundation.example"           # what the party's keys are named after
    origin = "ledger.example/charity"       # the log
    operator = "platform"                   # the party that operates it
    genesis = "<64 hex>"                    # text hash of the charter, once the parties have signed it
    listen = "127.0.0.1:8401"
    url = "https://foundation.example"      # where others reach this node
    data = "data"

    [keys]
    entry = "keys/entry.skey"
    cosigner = "keys/cosigner.skey"
    log = "keys/log.skey"                   # the operator's alone
    vault = "keys/vault.key"

    [peers]                                 # the other parties' nodes
    insurer = "https://insurer.example"

    [credentials]
    token = "keys/token"                    # what this node shows to the others
    tokens = "tokens"                       # whose tokens it accepts

    [limits]                                # each with a default
    disk_reserve_bytes = 1073741824         # without it: the larger of 1 GiB and a tenth of the disk

    [clock]                                 # for a demo alone: the file that sets the time
    file = "clock.json"

A key that is not of this form is refused, so that a misspelt one is not passed over.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from node.errors import ConfigError
from node.files import create_file

CONFIG_FILE = "node.toml"

_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?", re.ASCII)
_ORIGIN = re.compile(r"[a-z0-9][a-z0-9.:/_-]{0,254}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LISTEN = re.compile(r"(\[[0-9a-f:]+\]|[a-z0-9.-]+):(0|[1-9][0-9]{0,4})", re.ASCII)
_URL = re.compile(r"https?://[a-z0-9.\[\]:-]+(/[A-Za-z0-9._~/-]*)?", re.ASCII)
_MESSAGE = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<where>.*)`)?", re.DOTALL)


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of the file."""


class NodeSection(_Section, frozen=True):
    """Who this node is and where it lives."""

    name: str
    role: str
    domain: str
    origin: str
    operator: str
    listen: str
    url: str
    data: Path
    genesis: str | None = None

    @property
    def cosigner_name(self) -> str:
        """The name of this party's cosigner key in epoch 1: a cosigner key serves one epoch, and its name too."""
        return f"{self.domain}/cosigner/1"

    @property
    def host_port(self) -> tuple[str, int]:
        """`listen`, as a socket takes it."""
        host, port = self.listen.rsplit(":", 1)
        return host.strip("[]"), int(port)


class KeysSection(_Section, frozen=True):
    """Key files. `log` is there at the operator of an epoch and nowhere else."""

    entry: Path
    cosigner: Path
    vault: Path
    log: Path | None = None


class CredentialsSection(_Section, frozen=True):
    """The file with this node's own token, and the file with the tokens of parties and auditors."""

    token: Path
    tokens: Path


class LimitsSection(_Section, frozen=True):
    """What this node takes at once. Each limit protects the others' requests from one client's."""

    body_bytes_max: int = 64 << 20  # the largest batch, 1,000,000 lines of 40 bytes, and its entry
    waiting_entries_max: int = 10_000  # received and not yet sequenced; beyond it 503 with Retry-After
    disk_reserve_bytes: int | None = None


class ClockSection(_Section, frozen=True):
    """The file that sets the time of a demo."""

    file: Path


class Config(_Section, frozen=True):
    """The whole file, every path made absolute."""

    node: NodeSection
    keys: KeysSection
    credentials: CredentialsSection
    peers: dict[str, str] = {}
    limits: LimitsSection = LimitsSection()
    clock: ClockSection | None = None


def load_config(path: Path) -> Config:
    """Load and check the configuration in `path`.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or has a key too many, too few or out of range. The message
            names the file, the key, what was expected and what came.
    """
    try:
        table = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}", next_step="Name the node's directory with --node, or run mingzhang init."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected TOML in UTF-8: {error}") from error
    directory = path.absolute().parent

    def to_path(_: type, value: Any) -> Any:
        # Path is the only type here that msgspec does not know itself; it turns a TypeError into its own error.
        if not isinstance(value, str):
            raise TypeError(f"Expected str, got {type(value).__name__}")
        return directory / value

    try:
        config = msgspec.convert(table, Config, dec_hook=to_path)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_described(str(error))}") from error
    check_config(config, path=path)
    return config


def write_config(path: Path, config: Config) -> None:
    """Write `config` to the new file `path`, with paths below its directory made relative to it.

    Raises:
        ConfigError: a value is out of range, or there is such a file already.
    """
    check_config(config, path=path)
    directory = path.absolute().parent

    def from_path(value: Any) -> Any:
        absolute = directory / value
        return str(absolute.relative_to(directory) if absolute.is_relative_to(directory) else absolute)

    table = msgspec.to_builtins(config, enc_hook=from_path)
    sections = []
    for section, values in table.items():
        # A JSON string without escapes beyond \" and \\ is a TOML string too; check_config has refused the rest.
        lines = [f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()]
        sections.append(f"[{section}]\n{''.join(lines)}")
    try:
        create_file(path, "\n".join(sections).encode())
    except FileExistsError:
        raise ConfigError(f"{path}: is there already; it was not touched") from None


def _described(message: str) -> str:
    """msgspec's message as ours: the key first, then what was expected and what came."""
    parts = _MESSAGE.fullmatch(message)
    assert parts is not None
    what = parts["what"].replace("`", "").replace("Expected", "expected").replace("Object", "table")
    return f"{parts['where']}: {what}" if parts["where"] else what


def check_config(config: Config, *, path: Path) -> None:
    """Judge what types do not say. Raises ConfigError."""
    node = config.node

    def expect(good: object, key: str, expected: str, got: object) -> None:
        if not good:
            raise ConfigError(f"{path}: {key}: expected {expected}, got {got!r}")

    name = "a name of a-z, 0-9, . and -"
    address = "an http or https URL without query"
    expect(_NAME.fullmatch(node.name), "node.name", name, node.name)
    expect(_NAME.fullmatch(node.role), "node.role", name, node.role)
    expect(_ORIGIN.fullmatch(node.domain), "node.domain", "a URL without scheme", node.domain)
    expect(_NAME.fullmatch(node.operator), "node.operator", name, node.operator)
    genesis = node.genesis
    expect(genesis is None or _HASH.fullmatch(genesis), "node.genesis", "64 lowercase hex digits", genesis)
    expect(_ORIGIN.fullmatch(node.origin), "node.origin", "a URL without scheme", node.origin)
    expect(
        _LISTEN.fullmatch(node.listen) and node.host_port[1] <= 65535, "node.listen", "HOST:PORT in ASCII", node.listen
    )
    expect(_URL.fullmatch(node.url), "node.url", address, node.url)
    for peer, url in config.peers.items():
        expect(_NAME.fullmatch(peer), "peers", name, peer)
        expect(peer != node.name, "peers", "the other parties", peer)
        expect(_URL.fullmatch(url), f"peers.{peer}", address, url)
    for limit in LimitsSection.__struct_fields__:
        value = getattr(config.limits, limit)
        expect(value is None or 0 < value < 2**53, f"limits.{limit}", "an integer of 1 or more", value)
    files = (
        *((f"keys.{key}", getattr(config.keys, key)) for key in KeysSection.__struct_fields__),
        ("node.data", node.data),
        ("credentials.token", config.credentials.token),
        ("credentials.tokens", config.credentials.tokens),
        ("clock.file", config.clock and config.clock.file),
    )
    for key, file in files:
        expect(file is None or str(file).isprintable(), key, "a path without control characters", str(file))
    keys = [file for key, file in files if key.startswith("keys.") and file is not None]
    expect(len(set(keys)) == len(keys), "keys", "a file of its own for each key", sorted(map(str, keys)))
