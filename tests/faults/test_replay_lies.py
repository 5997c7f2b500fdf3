"""A dishonest operator, in league with every party, signs and cosigns lies: each is found, named and told.

Nothing in these logs is unsigned, and all that follows a lie is worked out from it. See tests/support/lies.py.
"""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

import pytest

from tests.support.league import stranger
from tests.support.lies import LIES, league, signers_in_story
from tests.support.verifier_play import Key
from tests.unit.test_verifier_audit import node_serving
from verifier.audit.audit import audit_log
from verifier.audit.finding import section_of
from verifier.cli import main
from verifier.entries.members import rules
from verifier.log.policy import parse_policy
from verifier.log.tree import root_hash
from verifier.primitives.amounts import plain
from verifier.primitives.hashes import leaf_hash
from verifier.reports.report_html import format_html
from verifier.reports.report_story import tell_report
from verifier.reports.report_text import format_text
from verifier.sources.source import Directory
from verifier.speech.words_rules import RULES

DOCS = Path(__file__).parents[2] / "docs" / "formats"
OPERATOR = "foundation"
BY_ENTRY, BY_STAMP = "invoice-claimed-twice", "split-rounded-up"


def replay(place, source, *more, needed=4, told=None):
    """Exit status and JSON report of a replay at the command line."""
    (place / "policy").write_bytes((told or league()).policy(needed))
    report = place / "report.json"
    status = main(["replay", str(source), "--policy", str(place / "policy"), "--report", str(report), *more])
    return status, json.loads(report.read_text("utf-8"))


def replayed(place, told, *, needed=4, **changes):
    """The same for a log of the league in a directory."""
    told.write(place / "log", **changes)
    return replay(place, place / "log", needed=needed, told=told)


@pytest.fixture(scope="module")
def sound():
    return league()


def test_the_log_without_a_lie_is_valid(sound, tmp_path):
    status, report = replayed(tmp_path, sound)
    assert (status, report["outcome"], report["findings"]) == (0, "valid", [])
    assert report["checked"]["judged"] == len(sound.leaves)


@pytest.mark.parametrize("name", LIES)
def test_each_lie_is_found_named_and_told(name, tmp_path, capsys):
    lie = LIES[name]
    told = league(lie)
    status, report = replayed(tmp_path, told)
    finding = report["findings"][0]
    parties = list(signers_in_story(lie.at if lie.found_at is None else lie.found_at) if lie.by is None else lie.by)
    assert (status, report["outcome"]) == (1, "invalid")
    assert (finding["rule"], finding["index"]) == (lie.rule, told.indices[lie.found_at or lie.at]), finding
    assert finding["parties"] == parties and len(finding["signers"]) == len(parties)
    assert re.search(lie.evidence, finding["evidence"]), finding["evidence"]
    assert finding["evidence"].startswith(f"leaf {finding['index']}: ")
    assert finding["stamped_by"] == (OPERATOR if lie.rule.startswith("stamp_") else None)
    # What is behind it was judged as well, and of the log as a whole nothing is wrong: it was cosigned as it is.
    assert report["checked"]["judged"] == report["checked"]["read"] == len(told.leaves)
    assert not [one for one in report["findings"] if one["index"] is None] and not report["unknown"]
    assert f"failed  {lie.rule} in leaf {finding['index']}" in capsys.readouterr().err
    check_told(report, finding)


def check_told(report, finding):
    """Text and page say the same in both languages."""
    for lang in ("en", "zh"):
        story = tell_report(report, lang=lang)
        text, page = format_text(story), format_html(story)
        said = [finding["rule"], RULES[lang][finding["rule"]], finding["section"], *finding["signers"]]
        said += [party for party in (*finding["parties"], finding["stamped_by"]) if party]
        said += [] if finding["index"] is None else [str(finding["index"])]
        said += [plain(finding["evidence"][:100])]
        for words in said:
            assert words in text, (lang, words)
            assert escape(words) in page, (lang, words)


# -- what is cosigned ------------------------------------------------------------------------------------------------


def only(report):
    """The one finding, which is about the log as a whole."""
    [finding] = report["findings"]
    assert finding["index"] is None
    check_told(report, finding)
    return finding


def test_a_root_of_other_leaves(sound, tmp_path):
    status, report = replayed(tmp_path, sound, checkpoint=sound.checkpoint(root=bytes(32)))
    finding = only(report)
    assert (status, finding["rule"]) == (1, "root")
    assert f"got {'00' * 32}" in finding["evidence"]
    assert report["checked"]["judged"] == len(sound.leaves)


def test_a_leaf_that_is_not_the_one_that_was_cosigned_is_named(sound, tmp_path):
    """Nothing is wrong with it by itself; the tiles of hashes say that another one stood there."""
    other = league()
    other.leaves[-1] = sound.leaves[-1].replace(b"1554076800000", b"1554076800001")
    status, report = replayed(tmp_path, other, checkpoint=sound.checkpoint())
    assert (status, only(report)["rule"]) == (1, "root")
    tile = next((tmp_path / "log" / "tile" / "0" / "000.p").iterdir())
    tile.write_bytes(b"".join(map(leaf_hash, sound.leaves)))
    status, report = replay(tmp_path, tmp_path / "log", told=sound)
    [finding] = report["findings"]
    assert (finding["rule"], finding["index"], finding["parties"]) == ("root", len(sound.leaves) - 1, ["platform"])
    assert finding["expected"] == leaf_hash(sound.leaves[-1]).hex() != finding["got"]
    check_told(report, finding)


def test_a_size_that_hides_the_last_leaf(sound, tmp_path):
    """The root is that of all leaves."""
    size = len(sound.leaves) - 1
    checkpoint = sound.checkpoint(size=size)
    sound.write(tmp_path / "log", checkpoint=checkpoint)
    bundle = next((tmp_path / "log" / "tile" / "entries" / "000.p").iterdir())
    data = bundle.read_bytes()[: -len(sound.leaves[-1]) - 2]
    bundle.with_name(str(size)).write_bytes(data)
    status, report = replay(tmp_path, tmp_path / "log", told=sound)
    assert (status, only(report)["rule"], report["checked"]["judged"]) == (1, "root", size)


def test_a_size_beyond_the_leaves(sound, tmp_path):
    """One leaf more is claimed than anybody gives: what is there cannot be told apart from a part of the log."""
    status, report = replayed(tmp_path, sound, checkpoint=sound.checkpoint(size=len(sound.leaves) + 1))
    assert (status, report["outcome"]) == (3, "cannot_tell")
    assert report["unknown"] == ["leaves from 0 on: the bundle is not to be had"]


def test_a_cosignature_that_is_none(sound, tmp_path):
    status, report = replayed(tmp_path, sound, checkpoint=sound.checkpoint(forged=["insurer"]), needed=4)
    finding = only(report)
    assert (status, finding["rule"], finding["parties"]) == (1, "cosignature", ["insurer"])
    assert "cosignature of insurer.example/node" in finding["evidence"]
    assert report["checked"]["judged"] == len(sound.leaves), "the leaves are judged all the same"


@pytest.mark.parametrize(
    ("by", "more"),
    [
        pytest.param(["county", "insurer", "platform"], [], id="three-of-five"),
        pytest.param(["county", "insurer", "platform"], [stranger()], id="and-one-by-nobody"),
        pytest.param(["county", "insurer", "platform", "platform"], [], id="and-one-organisation-twice"),
        pytest.param([], [stranger("a"), stranger("b"), stranger("c"), stranger("d")], id="four-by-nobody"),
    ],
)
def test_too_few_organisations(sound, tmp_path, by, more):
    status, report = replayed(tmp_path, sound, checkpoint=sound.checkpoint(by=by, more=more))
    finding = only(report)
    assert (status, finding["rule"]) == (1, "quorum")
    assert f"is not reached by {len(set(by))} of 5 witnesses: {', '.join(sorted(set(by))) or 'nobody'}" in (
        finding["evidence"])
    assert len(report["vouching"]["cosigned"]) == len(set(by))
    assert report["checked"]["judged"] == len(sound.leaves)


def test_a_policy_of_other_organisations(sound, tmp_path):
    """Two keys of one organisation are two witnesses to a policy that its author got from that organisation."""
    sound.write(tmp_path / "log")
    policy = sound.policy().replace(b"group parties 4", b"witness second %s\ngroup parties 4 second" % (
        stranger("insurer").vkey.encode()))
    verdict = audit_log(Directory(tmp_path / "log"), policy=parse_policy(policy, what="policy"))
    [finding] = verdict.findings
    assert (finding.rule, finding.index) == ("policy", 0)
    assert "only the policy has insurer.example/node+" in finding.evidence


# -- what the policy's file knows of old -----------------------------------------------------------------------------


def knowing(told, *lines, ended=False):
    """A policy's file with lines of ours; with `ended` the log's key is no longer one that counts."""
    policy = told.policy()
    if ended:
        policy = policy.replace(told.log.vkey.encode(), Key("play new log", name=told.log.name).vkey.encode())
    return policy + "".join(f"#mingzhang {line}\n" for line in lines).encode()


def root_at(told, size):
    return b64encode(root_hash(map(leaf_hash, told.leaves[:size]))).decode()


def pinned(place, told, policy, *more):
    """Exit status and findings of a replay by a policy's file."""
    told.policy = lambda _: policy
    try:
        status, report = replay(place, place / "log", *more, told=told)
    finally:
        del told.policy
    return status, [(one["rule"], one["index"]) for one in report["findings"]], report


@pytest.mark.parametrize("resumed", [False, True], ids=["anew", "going-on"])
def test_a_history_other_than_the_one_that_is_known(tmp_path, resumed):
    """All parties wrote the log anew from an early leaf on; whoever kept a root of the old one sees it."""
    old, new = league(), league(LIES["more-spent-than-there-is"])
    size, name = 12, old.log.name
    old.write(tmp_path / "log")
    more = ["--resume", str(tmp_path / "desk")] if resumed else []
    if resumed:
        assert replay(tmp_path, tmp_path / "log", *more, told=old)[0] == 0
    for root, expected in ((root_at(old, size), (0, [])), (root_at(new, size), (1, [("pins", None)]))):
        status, found, report = pinned(tmp_path, old, knowing(old, f"newest {name} {size} {root}"), *more)
        assert (status, found) == expected
    check_told(report, report["findings"][0])
    assert f"root at size {size}" in report["findings"][0]["evidence"]


def test_a_checkpoint_older_than_the_one_that_is_known(sound, tmp_path):
    sound.write(tmp_path / "log")
    line = f"newest {sound.log.name} {len(sound.leaves) + 1} {root_at(sound, 3)}"
    status, found, report = pinned(tmp_path, sound, knowing(sound, line))
    assert (status, found) == (3, []) and "the policy knows a checkpoint of size" in report["unknown"][0]


@pytest.mark.parametrize("right", [True, False])
def test_the_charter_with_which_the_log_began(sound, tmp_path, right):
    sound.write(tmp_path / "log")
    text = sound.leaves[0].partition(b"\n")[2].rpartition(b"\n\n")[0] + b"\n"
    hash_ = sha256(text).hexdigest() if right else "00" * 32
    status, found, _ = pinned(tmp_path, sound, knowing(sound, f"genesis {sound.log.name} {hash_}"))
    assert (status, found) == ((0, []) if right else (1, [("pins", 0)]))


def test_a_key_of_the_log_that_has_ended(sound, tmp_path):
    """It counts at the end of its range, whose root the policy's file names; beyond, and below, it does not."""
    sound.write(tmp_path / "log")
    size = len(sound.leaves)
    for end, expected in ((size, (0, [])), (size - 1, (1, [("signature", None)])), (size + 1, (3, []))):
        line = f"ended {sound.log.vkey} {end} {root_at(sound, end)}"
        status, found, report = pinned(tmp_path, sound, knowing(sound, line, ended=True))
        assert (status, found) == expected, report
        if end < size:
            assert "somebody uses a retired key" in report["findings"][0]["evidence"]


# -- what is kept back -----------------------------------------------------------------------------------------------


def named(told, label, member):
    """The name of a file that the entry at a line names."""
    value = told.value(told.indices[label])
    return bytes.fromhex(value[member]["root"] if member == "lines" else value[member])


@pytest.mark.parametrize(
    ("label", "member"),
    [
        pytest.param("wang", "body", id="body"),
        pytest.param("gift", "lines", id="batch"),
        pytest.param("roster", "tags", id="tag-file"),
    ],
)
@pytest.mark.parametrize("how", ["gone", "other-bytes"])
def test_what_is_kept_back_is_named_and_is_no_verdict(sound, tmp_path, label, member, how):
    name, index = named(sound, label, member), sound.indices[label]
    changes = {"without": [name]} if how == "gone" else {"instead": {name: b"\x00" * 40}}
    status, report = replayed(tmp_path, sound, **changes)
    [unknown] = report["unknown"]
    assert (status, report["outcome"], report["findings"]) == (3, "cannot_tell", [])
    assert unknown.startswith(f"leaf {index}: ") and name.hex() in unknown
    assert report["checked"]["judged"] == index and report["checked"]["read"] == len(sound.leaves)
    stop = report["stop"]
    assert (stop["index"], stop["parties"]) == (index, list(signers_in_story(label)))
    assert stop["kind"] == {"wang": "sealed", "gift": "donation", "roster": "enrolment"}[label], "as far as it was read"
    for lang in ("en", "zh"):
        story = tell_report(report, lang=lang)
        for words in (name.hex(), *stop["signers"], *stop["parties"]):
            assert words in format_text(story) and words in format_html(story)


def test_a_log_without_a_charter_says_what_that_means(tmp_path):
    told = league()
    del told.leaves[0]
    status, report = replayed(tmp_path, told)
    assert (status, report["findings"][0]["rule"], report["findings"][0]["index"]) == (1, "stamp_index", 0)
    assert [one["rule"] for one in report["findings"]] == ["stamp_index", "charter_first"]
    assert report["unknown"] == ["leaves from 0 on: without a charter nobody's key is known"]


def test_behind_what_is_kept_back_form_and_signatures_are_judged(tmp_path):
    told = league(LIES["signature-over-another-text"])
    _, report = replayed(tmp_path, told, without=[named(told, "gift", "lines")])
    assert [(one["rule"], one["index"]) for one in report["findings"]] == [("signature", told.indices["spend"])]
    assert report["findings"][0]["parties"] == ["foundation"] and report["unknown"]


# -- wherever it is read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [BY_ENTRY, BY_STAMP, "time-that-falls"])
def test_a_lie_is_found_wherever_the_log_is_read(name, tmp_path):
    told = league(LIES[name])
    expected = replayed(tmp_path, told)
    assert expected[1]["findings"][0]["rule"] == LIES[name].rule
    (tmp_path / "archive").write_bytes(told.archive())
    assert replay(tmp_path, tmp_path / "archive", told=told) == expected
    with node_serving(tmp_path / "log", token="open") as url:
        (tmp_path / "token").write_text("open")
        assert replay(tmp_path, f"{url}/log", "--token", str(tmp_path / "token"), told=told) == expected


@pytest.mark.parametrize("name", [BY_ENTRY, BY_STAMP])
def test_a_lie_is_found_by_a_replay_that_goes_on(name, tmp_path):
    """Up to the leaf before the lie first, then to the end, then once more."""
    told = league(LIES[name])
    expected = replayed(tmp_path, told)
    start = league(LIES[name])
    del start.leaves[expected[1]["findings"][0]["index"] :]
    start.write(tmp_path / "start")
    more = ["--resume", str(tmp_path / "desk")]
    assert replay(tmp_path, tmp_path / "start", *more, told=told)[0] == 0
    for _ in range(2):
        assert replay(tmp_path, tmp_path / "log", *more, told=told) == expected


# -- how it is told --------------------------------------------------------------------------------------------------


def test_each_reason_has_its_page_and_its_words():
    pages = {}
    for reason in rules()["reasons"]:
        page = pages.setdefault(section_of(reason), (DOCS / section_of(reason)).read_text("utf-8"))
        assert f"`{reason}`" in page, reason
        assert reason in RULES["en"] and reason in RULES["zh"]


def test_what_follows_from_a_lie_is_said_to_follow(tmp_path):
    """An enrolment that does not stand leaves a county without members: everything behind it says so."""
    _, report = replayed(tmp_path, league(LIES["signer-without-the-role"]))
    assert len(report["findings"]) > 10 and report["checked"]["left_out"] > 10
    text = format_text(tell_report(report, lang="en"))
    assert "some may follow from the first" in text and f"1 of {len(report['findings'])}" in text
