"""The library's examples, in its README and its docstrings, run as they stand."""

import doctest
import importlib

import pytest

import verifier
from tests.support.documents import FENCE
from tests.support.receipts import ReceiptWorld
from tests.support.sources import text
from tests.unit.test_archive import written

OPTIONS = doctest.ELLIPSIS


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The files that the README names, in the folder where its examples run."""
    world = ReceiptWorld().begin()
    gift = world.give(300, 7)
    world.settle(300)
    world.premium(200)
    _, members = world.enrol(4)
    cover = world.insure(4)
    for member in members[:3]:
        world.pay_out(cover, member, 100)
    world.balance("claims/dlz/kb")
    (tmp_path / "donation.receipt").write_bytes(world.donation_receipt(gift, 0))
    (tmp_path / "log.archive").write_bytes(written(world)[0])
    (tmp_path / "trust.policy").write_bytes(world.policy())
    (tmp_path / "state").mkdir()
    monkeypatch.chdir(tmp_path)


def test_the_examples_of_the_readme_say_what_they_print(files):
    examples = "".join(body for language, body in FENCE.findall(text("verifier/README.md")) if language == "python")
    example = doctest.DocTestParser().get_doctest(examples, {}, "verifier/README.md", None, 0)
    failed = []
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    result = runner.run(example, out=failed.append)
    assert result.failed == 0, "".join(failed)
    assert result.attempted > 20


@pytest.mark.parametrize("name", ["verifier", "verifier.rules.replay", "verifier.audit.sample"])
def test_the_examples_of_docstrings_say_what_they_print(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=OPTIONS)
    assert result.failed == 0 and result.attempted > 0


def test_what_is_exported_is_there_and_says_what_it_is():
    assert list(verifier.__all__) == sorted(verifier.__all__)
    for name in verifier.__all__:
        assert getattr(verifier, name).__doc__, name
    assert {"Replay", "verify_receipt"} <= set(verifier.__all__)
