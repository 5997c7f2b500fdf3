"""The making of a node: directory, keys, token, store, configuration. Done once; never over something that is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ledger.keys import COSIGNATURE, ED25519
from node.config import (
    CONFIG_FILE,
    ClockSection,
    Config,
    CredentialsSection,
    KeysSection,
    LimitsSection,
    NodeSection,
    check_config,
    write_config,
)
from node.errors import StartError
from node.files import create_file, make_directory
from node.http.auth import PARTY, token_line
from node.ports import Random
from node.service import STORE, VAULT
from node.signer import SystemRandom, create_key, write_secret
from node.store_lmdb import LmdbStore
from node.vault import Vault, create_vault_key

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Setup:
    """What a new node is to be."""

    name: str
    role: str
    domain: str
    origin: str
    operator: str
    listen: str
    url: str
    peers: Mapping[str, str] = field(default_factory=dict)
    clock: Path | None = None
    limits: LimitsSection = field(default_factory=LimitsSection)


@dataclass(frozen=True, slots=True)
class Made:
    """What others need of a node that was made: its public keys as vkeys, and the line that admits its token."""

    key: str
    cosigner: str
    log: str | None
    token_line: str


def create_node(directory: Path, setup: Setup, *, random: Random | None = None) -> Made:
    """Make a node in `directory`, which must be empty or not there.

    Its own token is admitted at once; the lines of the others are added to its file `tokens` by hand.

    Raises:
        StartError: something is in `directory` already; it was not touched.
        ConfigError: a value of `setup` is out of range.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise StartError(
            f"{directory}: expected nothing there, got something",
            next_step="A node is made once. Run the one that is there, or name another directory with --node.",
        )
    directory = directory.absolute()
    random = SystemRandom() if random is None else random
    node = NodeSection(
        name=setup.name, role=setup.role, domain=setup.domain, origin=setup.origin, operator=setup.operator,
        listen=setup.listen, url=setup.url, data=directory / "data",
    )  # fmt: skip
    folder = directory / "keys"
    operates = setup.name == setup.operator
    keys = KeysSection(
        entry=folder / "entry.skey", cosigner=folder / "cosigner.skey", vault=folder / "vault.key",
        log=folder / "log.skey" if operates else None,
    )  # fmt: skip
    credentials = CredentialsSection(token=folder / "token", tokens=directory / "tokens")
    config = Config(
        node=node, keys=keys, credentials=credentials, peers=dict(setup.peers), limits=setup.limits,
        clock=None if setup.clock is None else ClockSection(file=setup.clock.absolute()),
    )  # fmt: skip
    check_config(config, path=directory / CONFIG_FILE)
    for path in (directory, folder, node.data):
        make_directory(path)
    entry = create_key(keys.entry, name=setup.domain, algorithm=ED25519, random=random)
    cosigner = create_key(keys.cosigner, name=node.cosigner_name, algorithm=COSIGNATURE, random=random)
    log = None if keys.log is None else create_key(keys.log, name=setup.origin, algorithm=ED25519, random=random)
    create_vault_key(keys.vault, random=random)
    token = random.random_bytes(TOKEN_BYTES).hex()
    write_secret(credentials.token, token)
    line = token_line(PARTY, setup.name, token)
    create_file(credentials.tokens, f"{line}\n".encode(), mode=0o600)
    Vault.create(node.data / VAULT, key_file=keys.vault, random=random)
    LmdbStore.create(node.data / STORE, origin=setup.origin, random=random)
    # The configuration comes last: a node that was begun and not finished cannot be run.
    write_config(directory / CONFIG_FILE, config)
    return Made(entry.verifier.vkey, cosigner.verifier.vkey, None if log is None else log.verifier.vkey, line)
