"""The report of a replay: of a sound log, of one without bodies, of one with a leaf changed in every kind of place."""

import json
import re

import pytest

from node import export
from node.export import named_files
from tests.support.receipts import ReceiptWorld
from tests.support.world import ORIGIN
from tests.unit.test_archive import written
from tests.unit.test_verifier_receipt_duties import Story as LateInsurer
from verifier.audit.progress import ProgressBar, duration_text
from verifier.cli import main
from verifier.reports.report_story import Story, Table
from verifier.reports.report_text import format_text
from verifier.speech.words_report import WORDS


@pytest.fixture(scope="module")
def world():
    """A log with gifts, a payout to each of three members, a notice that says too much, and one that does not."""
    world = ReceiptWorld().begin()
    world.give(300, 7)
    world.settle(300)
    world.premium(200)
    _, members = world.enrol(4)
    cover = world.insure(4)
    for member in members[:3]:
        world.pay_out(cover, member, 100)
    world.file_claim(cover, members[3], 100)
    sent = world.send("fund/dlz/claims", "claims/dlz/kb", 60, "premium", by="foundation")
    world.receive(sent, 20, by="insurer")
    world.balance("claims/dlz/kb")
    said = {"document": "00" * 32, "programme": "dlz", "text": "all that came"}
    world.act("notice", "foundation", says=[{"metric": "dlz/raised", "value": 400}], **said)
    world.act("notice", "platform", says=[{"metric": "dlz/raised", "value": 307}], **said)
    world.act("figure", "foundation", basis="published", metric="dlz/raised", programme="dlz", value=307)
    return world


@pytest.fixture(scope="module")
def place(world, tmp_path_factory):
    place = tmp_path_factory.mktemp("report")
    (place / "log").write_bytes(written(world)[0])
    (place / "public").write_bytes(written(world, sealed=False)[0])
    (place / "policy").write_bytes(world.policy())
    return place


def report(place, name, lang="en"):
    """Exit status and the three reports on an archive."""
    names = [place / f"{name}.{lang}{suffix}" for suffix in (".json", ".txt", ".html")]
    options = [item for path in names for item in ("--report", str(path))]
    status = main(["replay", str(place / name), "--policy", str(place / "policy"), "--lang", lang, *options])
    value, text, page = (path.read_text("utf-8") for path in names)
    return status, json.loads(value), text, page


@pytest.fixture(scope="module")
def sound(place):
    return report(place, "log")


def test_who_vouches_and_what_was_checked(sound, world):
    status, value, text, _ = sound
    assert (status, value["outcome"], value["findings"], value["unknown"]) == (0, "valid", [], [])
    assert value["vouching"]["needed"] == 3 and len(value["vouching"]["cosigned"]) == 4
    assert value["checked"]["judged"] == value["checked"]["read"] == value["log"]["size"] == len(world.leaves)
    assert "Valid: every leaf was judged again and stands." in text
    assert "4 of 4 organisations cosigned this state of the log; the policy asks for 3." in text
    assert "Nothing was left out." in text


def test_sums_are_those_of_the_books(sound):
    _, value, text, _ = sound
    accounts = {one["name"]: one for one in value["accounts"]}
    claims = accounts["claims/dlz/kb"]
    assert (claims["in"], claims["out"], claims["balance"]) == (220, 150, 70)
    transit = accounts["transit (1)"]
    assert (transit["in"], transit["out"], transit["balance"]) == (60, 20, 40)
    assert sum(one["balance"] for one in value["accounts"]) == 0, "per unit all balances sum to 0"
    [county] = value["counties"]
    assert (county["county"], county["persons"], county["claims"], county["paid"]) == ("kb", 4, 4, 150)
    [programme] = value["programmes"]
    assert programme["figures"]["raised"] == 307 and programme["figures"]["paid"] == 150
    assert re.search(r"claims/dlz/kb +insurer +2\.20 yuan +1\.50 yuan +0\.70 yuan", text)


def test_duties_are_counted_by_party(tmp_path):
    """Three claims complete on Thursday the 1st, to be decided in three working days, of which the 2nd is none and
    Sunday the 4th is one: by Tuesday the 6th. One was decided on the 7th, two are late on the 9th; two are to be paid
    by the 11th, the third was in time; the answer hangs on a calendar that is not there."""
    story = LateInsurer()
    (tmp_path / "log").write_bytes(written(story.world)[0])
    (tmp_path / "policy").write_bytes(story.world.policy())
    _, value, text, _ = report(tmp_path, "log")
    counts = {one["party"]: {name: one[name] for name in ("in_time", "missed", "late", "open", "waiting")}
              for one in value["duties"]}  # fmt: skip
    assert counts == {
        "foundation": {"in_time": 0, "missed": 0, "late": 0, "open": 1, "waiting": 0},
        "insurer": {"in_time": 1, "missed": 3, "late": 2, "open": 2, "waiting": 1},
        "platform": {"in_time": 1, "missed": 0, "late": 0, "open": 1, "waiting": 0},
    }
    assert [(one["about"], one["id"], one["due"]) for one in value["late"]] == [
        (story.waiting, "decide", "2018-03-06"), (story.other, "decide", "2018-03-06")]  # fmt: skip
    assert re.search(r"insurer +dlz +1 +3 +2 +2 +1\n", text) and "Open and late on the day of the last leaf" in text


def test_a_notice_that_says_too_much_is_shown_with_how_much(sound):
    _, value, text, _ = sound
    flagged = [one for one in value["figures"]["said"] if one["flagged"]]
    assert [(one["metric"], one["value"], one["difference"]) for one in flagged] == [("dlz/raised", 400, 93)]
    assert [(one["kind"], one["flagged"]) for one in value["figures"]["said"]] == [
        ("notice", True), ("notice", False), ("figure", False)]  # fmt: skip
    section = text.partition("Notices that the books do not support\n")[2].partition("\n\n")[0]
    assert re.search(r"foundation +dlz/raised +4\.00 yuan +0\.93 yuan$", section)


def test_the_page_needs_nothing_and_does_nothing(sound):
    page = sound[3]
    assert page.startswith("<!doctype html>\n<html lang=\"en\">") and "default-src 'none'" in page
    assert not re.search(r"<(?:script|link|img|iframe|object|form|a)\b|https?:|url\(|@import|\bon\w+=", page)
    assert "width=device-width" in page and "@media print" in page
    tags = re.findall(r"<(/?)(\w+)", page)
    opened = [name for slash, name in tags if not slash and name not in ("meta", "html")]
    assert sorted(opened) == sorted(name for slash, name in tags if slash and name != "html")


def test_both_languages_have_the_same_words():
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    for word, sentence in WORDS["en"].items():
        assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", WORDS["zh"][word])), word


def test_the_report_in_chinese(place):
    status, _, text, page = report(place, "log", lang="zh")
    assert status == 0 and "有效：每一条记录都重新判定过，全部成立。" in text
    assert '<html lang="zh-CN">' in page and "按账户合计" in page


def test_without_bodies_the_report_says_what_is_missing_and_whom_to_ask(place):
    status, value, text, _ = report(place, "public")
    assert (status, value["outcome"], value["checked"]["state_root"]) == (3, "cannot_tell", None)
    assert value["checked"]["sealed"] == 0 and value["checked"]["sealed_unjudged"] > 10
    assert "sealed leaves among them: what they pay could not be seen." in text
    assert "Ask a party of the ledger for an auditor's token" in text
    assert [one["judged"] for one in value["figures"]["said"]] == [False, False, False]


def test_a_checkpoint_with_too_few_cosignatures(place, world, tmp_path):
    (tmp_path / "policy").write_bytes(world.policy("all"))
    log = (place / "log").read_bytes()
    start = log.index("— county".encode())
    line = log[start : log.index(b"\n", start)]
    (tmp_path / "log").write_bytes(log.replace(line, line[:-10] + b"AAAAAAAAA="))
    status, value, text, _ = report(tmp_path, "log")
    assert (status, [one["rule"] for one in value["findings"]]) == (1, ["cosignature", "quorum"])
    assert value["checked"]["judged"] == value["log"]["size"], "the leaves are judged all the same"
    assert "Ask each organisation for its own newest checkpoint" in text


def test_a_log_that_nobody_trusts(place, world, tmp_path):
    (tmp_path / "policy").write_bytes(world.policy().replace(b"log ledger.example/test+", b"log ledger.example/tesu+"))
    (tmp_path / "log").write_bytes((place / "log").read_bytes())
    status = main(["replay", str(tmp_path / "log"), "--policy", str(tmp_path / "policy")])
    assert status == 2
    other = ReceiptWorld(seed=9)
    (tmp_path / "policy").write_bytes(other.policy())
    status, value, text, _ = report(tmp_path, "log")
    assert (status, value["log"], value["checked"]["read"]) == (1, None, 0)
    assert "No checkpoint of a log that the policy trusts." in text
    assert "No leaf was judged." in text


def archive_with(world, monkeypatch, index, leaf):
    """The archive of a log whose leaf at an index is another; the files that the sound leaves name are in it."""
    names = {one: list(named_files(one, origin=ORIGIN)) for one in world.leaves}
    monkeypatch.setattr(export, "named_files", lambda one, origin: names.get(one, names[world.leaves[index]]))
    other = ReceiptWorld()
    other.__dict__ |= world.__dict__
    other.leaves = [*world.leaves[:index], leaf, *world.leaves[index + 1 :]]
    return written(other)[0]


def kinds(world):
    """The first leaf of each kind."""
    found = {}
    for index in range(len(world.leaves)):
        found.setdefault(world.entry(index)["kind"], index)
    return found


def test_one_leaf_changed_at_every_place(world, tmp_path, capsys, monkeypatch):
    """In the first leaf of each kind, each class of places: the finding names the rule, the entry and its signer."""
    (tmp_path / "policy").write_bytes(world.policy())
    classes = {
        "stamp-index": (rb'"index":(\d+)', rb'"index":9\1', "stamp_index"),
        "stamp-rules": (rb'"rules":1', b'"rules":2', "stamp_rules"),
        "stamp-charter": (rb'"charter":0', b'"charter":1', "stamp_charter"),
        "stamp-moves": (rb'"(?:to_)?pos":(\d+)', rb'"to_pos":9\1', "stamp_moves"),
        "stamp-effect": (rb'"effect":"(..)', lambda found: b'"effect":"' + bytes([found[1][0] ^ 1, found[1][1]]), None),
        "stamp-root": (rb'"accounts":"..', b'"accounts":"zz', None),
        "stamp-flags": (rb'"difference"|\["dlz/raised",93\]', b'["dlz/raised",92]', "stamp_flags"),
        "entry-nonce": (rb'"nonce":"(.)', lambda found: b'"nonce":"' + bytes([found[1][0] ^ 1]), "signature"),
        "entry-origin": (rb"ledger.example/test entry/v1", b"ledger.example/tesu entry/v1", "wrong_origin"),
        "entry-kind": (rb'"kind":"KIND"', b'"kind":"gift"', "kind_unknown"),
        "entry-signers": (rb'"signers":\["(\w)', b'"signers":["X', None),
        "entry-json": (rb'\{"a', b'{ "a', "format"),
        "signature": (rb" ([A-Za-z0-9+/]{8})([A-Za-z0-9+/]{40})", rb" \1" + b"A" * 40, "signature"),
    }  # fmt: skip
    seen = set()
    for kind, index in kinds(world).items():
        if kind == "charter":
            continue
        for name, (pattern, replacement, rule) in classes.items():
            leaf = world.leaves[index]
            stamp, separator, note = leaf.partition(b"\n")
            part = stamp if name.startswith("stamp") else note
            pattern = pattern.replace(b"KIND", kind.encode())
            if not re.search(pattern, part):
                continue
            other = re.sub(pattern, replacement, part, count=1)
            new = other + separator + note if name.startswith("stamp") else stamp + separator + other
            if new == leaf:
                continue
            (tmp_path / "log").write_bytes(archive_with(world, monkeypatch, index, new))
            status = main(["replay", str(tmp_path / "log"), "--policy", str(tmp_path / "policy"), "--json"])
            finding = json.loads(capsys.readouterr().out)["findings"][0]
            assert status == 1 and finding["index"] == index, (kind, name, finding)
            assert rule in (None, finding["rule"]), (kind, name, finding)
            assert any(".example" in signer for signer in finding["signers"]), (kind, name, finding)
            seen.add(name)
    assert seen == set(classes)


def test_text_of_the_log_cannot_act_in_a_report(world, tmp_path, monkeypatch):
    """A finding whose evidence holds what somebody wrote: markup and marks of direction are shown, never obeyed."""
    index = kinds(world)["notice"]
    new = world.leaves[index].replace(b'"kind":"notice"', '"kind":"<b>\u202e\u0007"'.encode())
    (tmp_path / "policy").write_bytes(world.policy())
    (tmp_path / "log").write_bytes(archive_with(world, monkeypatch, index, new))
    _, _, text, page = report(tmp_path, "log")
    assert "<b>" not in page and "\u202e" not in page + text and "\u0007" not in page + text


def test_a_report_has_a_known_ending(place, capsys):
    status = main(["replay", str(place / "log"), "--policy", str(place / "policy"), "--report", "verdict.pdf"])
    assert status == 2 and "--report verdict.pdf: expected a name that ends in .html" in capsys.readouterr().err


def test_wide_letters_line_up():
    table = Table(("县", "n"), (("康保", "1"), ("a", "22")), (1,))
    assert format_text(Story("zh", "题", "valid", "好", (table,))).endswith("县     n\n康保   1\na     22\n")


@pytest.mark.parametrize(("seconds", "text"), [(8, "8 s"), (250, "4 min 10 s"), (11_100, "3 h 05 min")])
def test_durations(seconds, text):
    assert duration_text(seconds) == text


def test_the_bar_tells_what_is_left_by_how_it_went():
    bar = ProgressBar(0)
    assert bar.line(100, 400, now_ns=0) == "[#######.......................] 100 of 400 leaves"
    assert bar.line(200, 400, now_ns=10 * 10**9).endswith("200 of 400 leaves, 20 s left")
    assert bar.line(400, 400, now_ns=0) == f"[{'#' * 30}] 400 of 400 leaves"
