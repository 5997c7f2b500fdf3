"""A configuration is taken whole or refused with its key named."""

from pathlib import Path

import msgspec
import pytest

from node.config import CONFIG_FILE, ClockSection, Config, LimitsSection, load_config, write_config
from node.errors import ConfigError

GOOD = """
[node]
name = "foundation"
role = "foundation"
domain = "foundation.example"
origin = "ledger.example/charity"
operator = "platform"
listen = "127.0.0.1:8401"
url = "https://foundation.example/node"
data = "data"

[keys]
entry = "keys/entry.skey"
cosigner = "keys/cosigner.skey"
vault = "/etc/mingzhang/vault.key"

[peers]
insurer = "https://insurer.example"
"county.north" = "http://127.0.0.1:8404"

[credentials]
token = "keys/token"
tokens = "tokens.json"
"""


def load(directory: Path, text: str) -> Config:
    (directory / CONFIG_FILE).write_text(text)
    return load_config(directory / CONFIG_FILE)


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load(tmp_path, GOOD)
    assert config.node.data == tmp_path / "data"
    assert config.keys.entry == tmp_path / "keys" / "entry.skey"
    assert config.keys.vault == Path("/etc/mingzhang/vault.key")
    assert config.credentials.tokens == tmp_path / "tokens.json"
    monkeypatch.chdir(tmp_path)
    assert load_config(Path(CONFIG_FILE)) == config


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD)
    assert config.keys.log is None
    assert config.clock is None
    assert config.limits == LimitsSection()
    assert config.peers == {"insurer": "https://insurer.example", "county.north": "http://127.0.0.1:8404"}
    assert config.node.host_port == ("127.0.0.1", 8401)
    alone = load(tmp_path, GOOD.split("[peers]")[0] + '[credentials]\ntoken = "a"\ntokens = "t"')
    assert alone.peers == {}


def test_a_written_configuration_is_read_back_equal(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD + '[limits]\nbody_bytes_max = 5\n[clock]\nfile = "时钟 \\"1\\".json"\n')
    (tmp_path / CONFIG_FILE).rename(tmp_path / "first.toml")
    write_config(tmp_path / CONFIG_FILE, config)
    assert load_config(tmp_path / CONFIG_FILE) == config
    assert config.clock == ClockSection(file=tmp_path / '时钟 "1".json')
    assert str(tmp_path) not in (tmp_path / CONFIG_FILE).read_text()


def test_a_configuration_is_not_overwritten_and_not_written_when_bad(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD)
    before = (tmp_path / CONFIG_FILE).read_bytes()
    with pytest.raises(ConfigError, match=r"node.toml: is there already; it was not touched"):
        write_config(tmp_path / CONFIG_FILE, config)
    assert (tmp_path / CONFIG_FILE).read_bytes() == before
    bad = msgspec.structs.replace(config, peers={"insurer": "insurer.example"})
    with pytest.raises(ConfigError, match=r"new.toml: peers.insurer: expected an http or https URL"):
        write_config(tmp_path / "new.toml", bad)
    assert not (tmp_path / "new.toml").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param('name = "foundation"', "name = 7", "node.name: expected str, got int", id="type"),
        pytest.param('name = "foundation"', "", "node: table missing required field name", id="missing"),
        pytest.param("[keys]", "[keys]\nentri = 1", "keys: table contains unknown field entri", id="unknown-key"),
        pytest.param("[keys]", "[clocks]\n[keys]", "table contains unknown field clocks", id="unknown-table"),
        pytest.param('name = "foundation"', 'name = "Foundation"', "node.name: expected a name of", id="upper-case"),
        pytest.param('role = "foundation"', 'role = ""', "node.role: expected a name of", id="empty-role"),
        pytest.param("ledger.example/charity", "https://a+b", "node.origin: expected a URL without", id="origin"),
        pytest.param("127.0.0.1:8401", "8401", "node.listen: expected HOST:PORT", id="no-host"),
        pytest.param("127.0.0.1:8401", "a:65536", "node.listen: expected HOST:PORT", id="port"),
        pytest.param("127.0.0.1:8401", "a:08401", "node.listen: expected HOST:PORT", id="leading-zero"),
        pytest.param("127.0.0.1:8401", "a:٣", "node.listen: expected HOST:PORT", id="arabic-digit"),
        pytest.param("https://foundation.example", "ftp://a", "node.url: expected an http or https URL", id="url"),
        pytest.param('insurer = "https', 'foundation = "https', "peers: expected the other parties", id="self"),
        pytest.param('insurer = "https', '"in surer" = "https', "peers: expected a name of", id="peer-name"),
        pytest.param('insurer = "https://', 'insurer = "', "peers.insurer: expected an http or https", id="peer-url"),
        pytest.param('data = "data"', 'data = ["data"]', "node.data: expected str, got list", id="path-type"),
        pytest.param('data = "data"', 'data = "da\\nta"', "node.data: expected a path without control", id="path"),
        pytest.param("[keys]", "[limits]\nbody_bytes_max = 0\n[keys]", "limits.body_bytes_max: expected an", id="zero"),
        pytest.param("[keys]", "[limits]\nbody_bytes_max = true\n[keys]", "limits.body_bytes_max: ", id="true"),
        pytest.param("keys/cosigner.skey", "keys/entry.skey", "keys: expected a file of its own for each", id="twice"),
        pytest.param("[keys]", "[keys", "expected TOML in UTF-8: ", id="not-toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError, match=rf"{CONFIG_FILE}: {message}"):
        load(tmp_path, GOOD.replace(old, new, 1))


def test_a_missing_file_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"node.toml: No such file or directory\n.*mingzhang init"):
        load_config(tmp_path / CONFIG_FILE)
    (tmp_path / CONFIG_FILE).write_bytes(b"\xff\xfe[node]")
    with pytest.raises(ConfigError, match=r"expected TOML in UTF-8"):
        load_config(tmp_path / CONFIG_FILE)
