"""The command `mingzhang-verify`: what it prints, and its exit status."""

import json

import pytest

from ledger.tile import encode_bundle
from tests.support.receipts import Forger, ReceiptWorld, encode
from verifier.cli import main
from verifier.errors import ProofError
from verifier.log.checkpoint import Checkpoint
from verifier.log.policy import parse_policy
from verifier.log.tlog_proof import open_tlog_proof, parse_tlog_proof
from verifier.primitives.hashes import EMPTY_HASH, leaf_hash
from verifier.sources.consistency import verify_continues
from verifier.sources.source import Directory

COMMANDS = ("receipt", "replay", "consistency")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A log with receipts, on disk."""
    place = tmp_path_factory.mktemp("log")
    world = ReceiptWorld().begin()
    gift = world.give(300, 7)
    world.settle(300)
    world.premium(200)
    enrolment, members = world.enrol(4)
    cover = world.insure(4)
    (place / "older").write_bytes(world.checkpoint())
    for member in members[:3]:
        world.pay_out(cover, member, 100)
    world.balance("claims/dlz/kb")
    (place / "donation").write_bytes(world.donation_receipt(gift, 0))
    (place / "cover").write_bytes(world.cover_receipt(enrolment, 0))
    (place / "nothing").write_bytes(world.cover_receipt(enrolment, 3))
    (place / "entry").write_bytes(world.entry_receipt(gift))
    forger = Forger(world, (place / "donation").read_bytes())
    (place / "unproven").write_bytes(encode({**forger.copy(), "rows": []}))
    (place / "forged").write_bytes(encode({**forger.copy(), "none": forger.value["none"][:-1], "leaves": []}))
    (place / "policy").write_bytes(world.policy())
    (place / "stricter").write_bytes(world.policy("all"))
    (place / "no-policy").write_bytes(b"trust everybody\n")
    log = place / "log"
    for folder in ("tile/entries", "batches", "bodies", "tags"):
        (log / folder).mkdir(parents=True)
    (log / "checkpoint").write_bytes(world.checkpoint())
    (log / f"tile/entries/000.p/{len(world.leaves)}").parent.mkdir()
    (log / f"tile/entries/000.p/{len(world.leaves)}").write_bytes(encode_bundle(world.leaves))
    for folder, blobs in (("batches", world.files.batches), ("bodies", world.files.bodies)):
        for name, data in blobs.items():
            (log / folder / name.hex()).write_bytes(data)
    return place


def run(capsys, *arguments):
    """Exit status, standard output and standard error."""
    status = main([str(argument) for argument in arguments])
    return status, *capsys.readouterr()


def receipt(capsys, files, name, *more):
    return run(capsys, "receipt", files / name, "--policy", files / "policy", *more)


def test_a_gift(capsys, files):
    status, out, err = receipt(capsys, files, "donation")
    lines = out.split("\n")
    assert (status, err) == (0, "")
    assert lines[0] == "ok    line          3.00 yuan, is this your payment? at 2018-03-01 08:00:00, label line"
    assert lines[1] == (
        "      answer        1.50 yuan has been paid out in benefits; 0.50 yuan waits to be paid out in benefits; "
        "1.00 yuan has not been used yet."
    )
    assert [line[:20].split()[1] for line in lines[2:8]] == [
        "place", "inclusion", "signatures", "balance", "checkpoint", "cosignatures"
    ]  # fmt: skip
    assert lines[7] == "ok    cosignatures  4 of 4 witnesses, quorum needs 3"
    assert "First in, first out is this ledger's rule of attribution" in out
    assert "           1.50 yuan  paid: left claims/dlz/kb in payouts" in out
    assert "           0.30 yuan  at rest in fund/dlz/other" in out
    assert "           3.00 yuan  in all" in out
    assert "As of the trial balance in leaf" in out


def test_a_gift_in_chinese(capsys, files):
    status, out, _ = receipt(capsys, files, "donation", "--lang", "zh")
    assert status == 0 and out.startswith("ok    line          3.00 元，这是您的付款吗？")
    assert "\n      answer        1.50 元已用于赔付；0.50 元正等待用于赔付；1.00 元尚未动用。\n" in out
    assert "1.50 元  已赔付" in out and "先进先出是本账本的归属规则" in out


def test_a_member(capsys, files):
    status, out, _ = receipt(capsys, files, "cover")
    assert status == 0 and "ok    line          is this you?" in out
    assert "Covered from 2018-01-01 to 2018-12-31" in out
    assert " paid so far\n" in out and "worked out again here by the terms in leaf 1" in out
    status, out, _ = receipt(capsys, files, "nothing")
    assert status == 0 and "Nothing was claimed under this membership and it was not removed." in out


def test_an_entry(capsys, files):
    status, out, _ = receipt(capsys, files, "entry")
    assert status == 0 and out.startswith("ok    entry         donation, signed by platform, text hash ")


def test_json(capsys, files):
    status, out, _ = receipt(capsys, files, "donation", "--json")
    told = json.loads(out)
    assert status == 0 and told["outcome"] == "valid" and out.isascii()
    assert sum(piece["amount"] for piece in told["pieces"]) == told["line"]["amount"] == 300
    assert {piece["state"] for piece in told["pieces"]} >= {"paid", "at rest"}
    assert told["checks"][0][0] == "line" and told["answer"].startswith("1.50 yuan has been paid out")


@pytest.mark.parametrize(("name", "policy", "more", "status", "says"), [
    pytest.param("forged", "policy", (), 1, "        receipt: expected the last leaf", id="invalid"),
    pytest.param("policy", "policy", (), 1, "failed  Not valid: this is no such file", id="no-receipt"),
    pytest.param("nowhere", "policy", (), 2, "mingzhang-verify: ", id="no-file"),
    pytest.param("donation", "no-policy", (), 2, "no-policy: line 1", id="no-policy"),
    pytest.param("donation", "policy", ("--max-age", "1.5"), 2, "--max-age", id="days"),
    pytest.param("donation", "policy", ("--now", "2018-02-30T00:00:00Z"), 2, "--now", id="no-such-day"),
    pytest.param("donation", "policy", ("--now", "2018-03-05"), 2, "--now", id="no-time"),
    pytest.param("unproven", "policy", (), 3, "cannot tell  ", id="incomplete"),
    pytest.param("donation", "policy", ("--max-age", "3", "--now", "2018-03-05T12:00:00Z"), 3, "seconds", id="stale"),
    pytest.param("donation", "policy", ("--max-age", "3", "--now", "2018-03-04T12:00:00Z"), 0, "", id="fresh"),
])  # fmt: skip
def test_exit_status(capsys, files, name, policy, more, status, says):
    got, out, err = run(capsys, "receipt", files / name, "--policy", files / policy, *more)
    assert got == status
    assert says in err if status else not err
    assert bool(out) == (status == 0)


def test_usage_errors_have_status_2(capsys):
    for arguments in ([], ["receipt"], ["receipt", "x", "--policy", "y", "--lang", "fr"]):
        with pytest.raises(SystemExit) as left:
            main(arguments)
        assert left.value.code == 2
    capsys.readouterr()


@pytest.mark.parametrize("command", COMMANDS)
def test_help(capsys, command):
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    out = capsys.readouterr().out
    assert left.value.code == 0 and out.startswith(f"usage: mingzhang-verify {command} [-h] --policy FILE")
    for status in ("0  every check passed", "1  a check failed", "2  the command line", "3  cannot tell"):
        assert status in out


def test_the_tlog_proof_of_a_receipt(capsys, files, tmp_path):
    proof = tmp_path / "leaf.tlog-proof"
    status, *_ = receipt(capsys, files, "donation", "--tlog-proof", proof)
    assert status == 0
    leaf = (tmp_path / "leaf.tlog-proof.leaf").read_bytes()
    assert b'"kind":"donation"' in leaf
    policy = parse_policy((files / "policy").read_bytes(), what="policy")
    parsed = parse_tlog_proof(proof.read_bytes(), what="proof")
    open_tlog_proof(parsed, leaf=leaf_hash(leaf), policy=policy, what="proof")


def test_what_a_console_cannot_show_is_replaced(files, tmp_path, monkeypatch):
    for encoding in ("ascii", "cp1252"):
        with (tmp_path / encoding).open("w", encoding=encoding) as stream:
            monkeypatch.setattr("sys.stdout", stream)
            assert main(["receipt", str(files / "donation"), "--policy", str(files / "policy"), "--lang", "zh"]) == 0
        assert b"3.00 ?" in (tmp_path / encoding).read_bytes()


# -- replay and consistency -------------------------------------------------------------------------------------------


def test_replay(capsys, files):
    status, out, err = run(capsys, "replay", files / "log", "--policy", files / "policy")
    assert (status, err) == (0, "") and "ok    leaves" in out
    status, out, _ = run(capsys, "replay", files / "log", "--policy", files / "policy", "--json")
    assert status == 0 and json.loads(out)["outcome"] == "valid"


def test_replay_without_bodies_cannot_tell(capsys, files, tmp_path):
    for name in ("checkpoint", "tile", "batches"):
        (tmp_path / name).symlink_to(files / "log" / name)
    status, _, err = run(capsys, "replay", tmp_path, "--policy", files / "policy")
    assert status == 3 and err.startswith("cannot tell  ")


def test_replay_by_a_stricter_policy_and_of_no_log(capsys, files):
    status, _, err = run(capsys, "replay", files / "log", "--policy", files / "stricter")
    assert (status, err) == (0, "")
    status, _, err = run(capsys, "replay", files / "donation", "--policy", files / "policy")
    assert status == 2 and "expected the plain header of manifest.json" in err


def test_replay_of_a_log_in_which_a_leaf_was_changed(capsys, files, tmp_path):
    for name in ("checkpoint", "batches", "bodies"):
        (tmp_path / name).symlink_to(files / "log" / name)
    (bundle,) = (files / "log/tile/entries/000.p").iterdir()
    (tmp_path / "tile/entries/000.p").mkdir(parents=True)
    data = bundle.read_bytes().replace(b'"amount":300,"from":"platform', b'"amount":299,"from":"platform')
    (tmp_path / "tile/entries/000.p" / bundle.name).write_bytes(data)
    status, out, err = run(capsys, "replay", tmp_path, "--policy", files / "policy")
    assert status == 1 and "ok    leaves" not in out
    assert "failed  " in err and "failed  root in log" in err
    status, out, _ = run(capsys, "replay", tmp_path, "--policy", files / "policy", "--json")
    assert status == 1 and json.loads(out)["outcome"] == "invalid" and json.loads(out)["findings"]


def test_progress_is_shown_to_people(capsys, files, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    status, _, err = run(capsys, "replay", files / "log", "--policy", files / "policy")
    assert status == 0 and " leaves\n" in err


def test_a_node_that_cannot_be_reached(capsys, files, tmp_path):
    (tmp_path / "token").write_bytes(b"secret\n")
    trust = ("--policy", files / "policy", "--token", tmp_path / "token")
    status, _, err = run(capsys, "replay", "http://127.0.0.1:1", *trust)
    assert status == 2 and err.startswith("mingzhang-verify: ") and "secret" not in err
    status, _, err = run(capsys, "replay", "ftp://127.0.0.1", *trust)
    assert status == 2 and "expected http:// or https://" in err


def test_consistency(capsys, files):
    old, new, trust = files / "older", files / "log/checkpoint", ("--policy", files / "policy")
    status, out, err = run(capsys, "consistency", old, new, files / "log", *trust)
    assert (status, err) == (0, "") and out.startswith("ok    consistency   ledger.example/test: size ")
    status, _, err = run(capsys, "consistency", new, old, files / "log", *trust)
    assert status == 1 and "the older checkpoint has" in err


def test_consistency_in_json(capsys, files):
    old, new, log = files / "older", files / "log/checkpoint", files / "log"
    status, out, _ = run(capsys, "consistency", old, new, log, "--policy", files / "policy", "--json")
    assert status == 0 and json.loads(out)["outcome"] == "valid"


def test_consistency_of_two_views(capsys, files, tmp_path):
    other = ReceiptWorld().begin()
    other.give(5)
    (tmp_path / "fork").write_bytes(other.checkpoint())
    trust = ("--policy", files / "policy")
    status, _, err = run(capsys, "consistency", tmp_path / "fork", files / "log/checkpoint", files / "log", *trust)
    assert status == 1 and "keep both checkpoints" in err
    status, _, err = run(capsys, "consistency", files / "older", files / "log/checkpoint", tmp_path, *trust)
    assert status == 3 and "the source has neither" in err


def test_checkpoints_of_two_logs(files):
    one, other = Checkpoint("one", 0, EMPTY_HASH, (), b""), Checkpoint("other", 0, EMPTY_HASH, (), b"")
    with pytest.raises(ProofError, match="of two logs, one and other"):
        verify_continues(old=one, new=other, source=Directory(files / "log"))
    verify_continues(old=one, new=one, source=Directory(files / "log"))
