"""A key file gives the key that was meant, or none."""

import os
import stat
import traceback
from itertools import permutations
from pathlib import Path

import pytest

from ledger.errors import FormatError
from ledger.keys import COSIGNATURE, ED25519, format_skey
from ledger.note import open_note, sign_note
from node.errors import KeyFileError
from node.signer import SystemRandom, create_key, load_key
from tests.support.fake_random import FakeRandom

PARTIES = ("foundation.example", "insurer.example", "platform.example", "county.example")


def make(path: Path, name: str, *, algorithm: int = ED25519, seed: int = 1) -> Path:
    file = path / f"{name}.skey"
    create_key(file, name=name, algorithm=algorithm, random=FakeRandom(seed))
    return file


@pytest.mark.parametrize("algorithm", [ED25519, COSIGNATURE])
def test_a_created_key_loads_and_signs(tmp_path: Path, algorithm: int) -> None:
    made = create_key(tmp_path / "key", name="insurer.example", algorithm=algorithm, random=FakeRandom())
    loaded = load_key(tmp_path / "key", name="insurer.example", algorithm=algorithm, public=made.verifier.public)
    assert loaded == made
    if algorithm == ED25519:
        open_note(sign_note(b"text\n", loaded), [made.verifier])


@pytest.mark.parametrize("umask", [0o000, 0o700])
def test_a_key_file_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        file = make(tmp_path, "insurer.example")
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    file = make(tmp_path, "insurer.example")
    before = file.read_bytes()
    with pytest.raises(KeyFileError, match=r"insurer.example.skey: is there already; it was not touched"):
        make(tmp_path, "insurer.example", seed=2)
    assert file.read_bytes() == before


def test_a_key_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"nowhere/x.skey: cannot be written: No such file or directory"):
        make(tmp_path / "nowhere", "x")


def test_a_name_that_no_key_may_have_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"signing key"):
        create_key(tmp_path / "key", name="in+surer", algorithm=ED25519, random=FakeRandom())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("expected", "got"), list(permutations(PARTIES, 2)))
def test_F52_the_key_of_another_party_is_refused(tmp_path: Path, expected: str, got: str) -> None:
    file = make(tmp_path, got)
    with pytest.raises(KeyFileError, match=rf"{got}.skey: expected the key of {expected}, got one of {got}\n"):
        load_key(file, name=expected, algorithm=ED25519)


@pytest.mark.parametrize(("expected", "got"), [(ED25519, COSIGNATURE), (COSIGNATURE, ED25519)])
def test_F52_a_key_of_another_type_is_refused(tmp_path: Path, expected: int, got: int) -> None:
    file = make(tmp_path, "insurer.example", algorithm=got)
    with pytest.raises(KeyFileError, match=rf"expected a key of type {expected:02x}, got type {got:02x}"):
        load_key(file, name="insurer.example", algorithm=expected)


def test_F52_a_key_that_the_charter_does_not_name_is_refused(tmp_path: Path) -> None:
    file = make(tmp_path, "insurer.example", seed=1)
    (tmp_path / "other").mkdir()
    other = load_key(make(tmp_path / "other", "insurer.example", seed=2), name="insurer.example", algorithm=ED25519)
    with pytest.raises(KeyFileError, match=r"the charter has another key of insurer.example\n"):
        load_key(file, name="insurer.example", algorithm=ED25519, public=other.verifier.public)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o700, 0o660])
def test_F52_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = make(tmp_path, "insurer.example")
    file.chmod(mode)
    with pytest.raises(KeyFileError, match=rf"insurer.example.skey: expected mode 0600, got {mode:04o}"):
        load_key(file, name="insurer.example", algorithm=ED25519)


def test_F52_a_damaged_key_file_is_named_and_not_printed(tmp_path: Path) -> None:
    file = make(tmp_path, "insurer.example")
    line = file.read_text()
    secret = line.strip().split("+", 4)[4]
    for damaged in (line[:-5], line.replace("PRIVATE", "PUBLIC"), line + line, line[:30] + "é" + line[31:], ""):
        file.write_text(damaged)
        with pytest.raises(KeyFileError, match=r"insurer.example.skey: expected one line PRIVATE\+KEY") as caught:
            load_key(file, name="insurer.example", algorithm=ED25519)
        # Neither in the message nor in what a crash report would print.
        assert secret[:8] not in "".join(traceback.format_exception(caught.value))


def test_F52_a_missing_file_and_a_directory_are_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"gone.skey: No such file or directory\n"):
        load_key(tmp_path / "gone.skey", name="insurer.example", algorithm=ED25519)
    with pytest.raises(KeyFileError, match=r"Is a directory\n"):
        load_key(tmp_path, name="insurer.example", algorithm=ED25519)


def test_a_loaded_key_does_not_show_its_seed(tmp_path: Path) -> None:
    key = load_key(make(tmp_path, "insurer.example"), name="insurer.example", algorithm=ED25519)
    assert format_skey(key).split("+")[-1] not in repr(key)
    assert repr(key.seed) not in repr(key)


def test_the_systems_randomness_has_the_length_asked_for() -> None:
    drawn = {SystemRandom().random_bytes(32) for _ in range(4)}
    assert len(drawn) == 4
    assert {len(each) for each in drawn} == {32}
