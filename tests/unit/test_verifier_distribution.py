"""The verifier as it is installed: into an empty environment that has PyNaCl and its needs, and nothing else."""

import re
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.support.receipts import ReceiptWorld

VERIFIER = Path(__file__).parent.parent.parent / "verifier"
NEEDS = ("pynacl", "cffi", "pycparser")


def run(*arguments, cwd):
    done = subprocess.run([str(one) for one in arguments], cwd=cwd, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built by the backend that is installed here, without any network."""
    place = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "wheel")
    code, _, err = run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "-w", place, VERIFIER, cwd=place)
    assert code == 0, err
    return next(place.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory, wheel):
    """An environment with the wheel, and links to PyNaCl and what it needs."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False, symlinks=True)
    packages = next(place.glob("lib/python*/site-packages"))
    for name in NEEDS:
        found = distribution(name)
        for file in {Path(one).parts[0] for one in found.files or () if ".." not in Path(one).parts}:
            (packages / file).symlink_to(found.locate_file(file))
    python = place / "bin/python"
    pip = (sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--python", python, "install")
    code, _, err = run(*pip, "--no-index", wheel, cwd=place)
    assert code == 0, err
    return place


def test_it_needs_pynacl_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as files:
        metadata = next(name for name in files.namelist() if name.endswith(".dist-info/METADATA"))
        text = files.read(metadata).decode()
        roots = {name.split("/")[0] for name in files.namelist() if ".dist-info/" not in name}
    needs = re.findall(r"^Requires-Dist: (.*)$", text, re.MULTILINE)
    assert [need for need in needs if "extra ==" not in need] == ["pynacl"]
    assert roots == {"verifier"}


def test_the_command_works_where_nothing_else_is_installed(environment, tmp_path):
    command = environment / "bin/mingzhang-verify"
    code, out, err = run(command, "--help", cwd=tmp_path)
    assert (code, err) == (0, "") and out.startswith("usage: mingzhang-verify")
    world = ReceiptWorld().begin()
    gift = world.give(300)
    world.balance()
    (tmp_path / "gift.receipt").write_bytes(world.donation_receipt(gift, 0))
    (tmp_path / "trust.policy").write_bytes(world.policy())
    code, out, err = run(command, "receipt", "gift.receipt", "--policy", "trust.policy", cwd=tmp_path)
    assert (code, err) == (0, "") and "3.00 yuan  at rest in platform/dlz/gifts" in out


USER = """\
from pathlib import Path

from verifier import CannotTell, Replay, VerifyError, parse_pins, parse_policy, verify_receipt

data = Path("trust.policy").read_bytes()
policy = parse_policy(data, what="trust.policy")
pins = parse_pins(data, policy=policy, what="trust.policy")
try:
    verdict = verify_receipt(Path("gift.receipt").read_bytes(), policy, pins=pins)
    paid: int = sum(piece.amount for piece in verdict.pieces if piece.state == "paid")
except CannotTell as error:
    print("cannot tell", error)
except VerifyError as error:
    print("failed", error)
print(Replay("ledger.example/test").size)
"""


def test_a_program_of_a_user_is_checked_against_its_types(environment, tmp_path):
    (tmp_path / "user.py").write_text(USER)
    mypy = (sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", "--config-file", "")
    code, out, _ = run(*mypy, "--python-executable", environment / "bin/python", "user.py", cwd=tmp_path)
    assert (code, out) == (0, "Success: no issues found in 1 source file\n")
    (tmp_path / "user.py").write_text(USER.replace("paid: int", "paid: str"))
    code, out, _ = run(*mypy, "--python-executable", environment / "bin/python", "user.py", cwd=tmp_path)
    assert code == 1 and "Incompatible types in assignment" in out
