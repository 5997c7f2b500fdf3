"""Every target with its seeds, its corpus and drawn changes, without atheris; what the oracle must notice; the page."""

import random
import resource
import time

import pytest

from tests.fuzz import measured, worlds
from tests.fuzz.edits import BytesDraw, RandomDraw, canonical, edit, fold, unfold
from tests.fuzz.keep import CORPUS, FILES_MAX, fewest, ways
from tests.fuzz.mutants import judge_mutants
from tests.fuzz.oracle import CPU_SECONDS_MAX, Answer, FoundError, check_printable, judge
from tests.fuzz.targets import TARGETS, mutate_lines
from tests.support.sources import tracked
from verifier.errors import CannotTell, FormatError
from verifier.sources.archive import ArchiveError

DRAWN = 60  # changed inputs of each target
PLANTED = 4000  # changed inputs until a planted defect is found at the latest
MUTANTS = 25  # bytes of each sample receipt


def corpus(name):
    return [path.read_bytes() for path in sorted((CORPUS / name).glob("*"))]


def drawn(name, count):
    """Changed seeds: other bytes, lines of JSON with other values, other lies."""
    target, draw = TARGETS[name], random.Random(name)
    seeds = [*target.seeds(), *corpus(name)]
    for number in range(count):
        data = draw.choice(seeds)
        if target.is_program:
            yield (data + draw.randbytes(20))[: draw.randrange(1, 40)] if number % 2 else draw.randbytes(20)
            continue
        changed = mutate_lines(data, number) if target.lines and number % 2 else None
        if changed is None:
            at = draw.randrange(len(data) + 1)
            changed = data[:at] + draw.randbytes(draw.randrange(3)) + data[at + draw.randrange(3) :]
        yield changed


@pytest.mark.parametrize("name", TARGETS)
def test_F46_any_bytes_get_an_answer(name):
    target = TARGETS[name]
    answers = {judge(target.check, data) for data in [*target.seeds(), *corpus(name), *drawn(name, DRAWN)]}
    assert Answer.ACCEPTED in answers and len(answers) > 1, "nothing is learnt where all inputs have one answer"


@pytest.mark.parametrize("name", worlds.sample().receipts)
def test_no_byte_of_a_receipt_can_be_changed(name):
    data = worlds.sample().receipts[name]
    positions = random.Random(name).sample(range(len(data)), MUTANTS)
    counts = judge_mutants(name, positions, seed=name)
    assert counts["other"] == 0 and counts["refused"] > MUTANTS - 5, counts


def test_the_corpus_is_small():
    sizes = [(name, len(corpus(name)), max(map(len, corpus(name)), default=0)) for name in TARGETS]
    assert all(0 < files <= FILES_MAX and size < 4096 for _, files, size in sizes), sizes
    folders = {name.split("/")[3] for name in tracked() if name.startswith("tests/fuzz/corpus/")}
    assert folders <= set(TARGETS), "a folder for no target"


def test_inputs_that_go_no_new_way_are_not_kept():
    target = TARGETS["tile-path"]
    inputs = [b"tile/0/001", b"tile/0/002", b"tile/0/000.p/7", b"x", b"y"]
    kept = fewest(target, inputs)
    assert 1 < len(kept) < len(inputs) and b"y" not in kept
    assert set().union(*(ways(target, data) for data in kept)) == set().union(*(ways(target, data) for data in inputs))


# -- defects that are planted ----------------------------------------------------------------------------------------


def every_line(note, witnesses):
    """What `policy._by_line` would be if each line of a witness counted."""
    named = {(one.key.name, one.key.key_id): one for one in witnesses}
    return [named[line.name, line.key_id] for line in note.lines if (line.name, line.key_id) in named]


def accept(*args, **named):
    """A check that was left out."""


def without_root(audit):
    """What `audit._Audit._conclude` would be if nobody compared the root."""
    audit._verdict.state_root = audit._replay.state_root()


def any_status(answer, deadline, *, what):
    """What `node._take` would be if every answer were one."""
    return answer.read(), "identity"


def the_first(*, root, nonce, total, count):
    """Units that nobody drew."""
    return tuple(range(count))


@pytest.mark.parametrize(("name", "place", "instead"), [
    pytest.param("answers", "verifier.audit.audit._Audit._conclude", without_root, id="a-root-that-nobody-compares"),
    pytest.param("continues", "verifier.sources.consistency._check_root", accept, id="hashes-of-another-log"),
    pytest.param("http", "verifier.sources.node._take", any_status, id="a-part-taken-for-the-whole"),
    pytest.param("memory", "verifier.monitor.memory._check_sizes", accept, id="leaves-that-nobody-read"),
    pytest.param("sample", "tests.fuzz.outside.draw_units", the_first, id="units-that-nobody-drew"),
    pytest.param("state", "verifier.audit.row_file.FileRows.verify", accept, id="rows-that-a-disk-changed"),
    pytest.param("cosigned", "verifier.log.policy._by_line", every_line, id="each-line-of-a-witness-counts"),
    pytest.param("exits", "verifier.log.trie._check_adjacent", accept, id="leaves-that-are-no-neighbours"),
    pytest.param("exits", "verifier.log.trie._check_opening", accept, id="an-exit-that-reaches-into-it"),
    pytest.param("note", "verifier.errors.VerifyError.__str__", Exception.__str__, id="a-name-on-the-terminal"),
    pytest.param("receipt", "verifier.receipts.receipt.verify_multiproof", accept, id="a-leaf-that-is-not-in-the-log"),
    pytest.param("receipt", "verifier.receipts.receipt.verify_present", accept, id="a-row-that-is-not-in-the-map"),
    pytest.param("replay", "verifier.rules.replay.Rows.undo", accept, id="a-refused-leaf-leaves-a-trace"),
    pytest.param("trie", "verifier.log.trie._check_search", accept, id="the-way-of-another-search"),
])  # fmt: skip
def test_a_planted_defect_is_found(monkeypatch, name, place, instead):
    check = TARGETS[name].check
    inputs = drawn(name, PLANTED)
    judge(check, TARGETS[name].seeds()[0])  # samples are made by the code as it is
    monkeypatch.setattr(place, instead)
    with pytest.raises(AssertionError):
        for data in inputs:
            judge(check, data)


# -- what the oracle notices -----------------------------------------------------------------------------------------


def refuse(error):
    def check(data):
        raise error

    return check


def test_what_is_refused_and_what_cannot_be_told():
    assert judge(refuse(FormatError("no")), b"") is Answer.REFUSED
    assert judge(refuse(CannotTell("no")), b"") is Answer.CANNOT_TELL
    assert judge(lambda data: 1, b"") is Answer.ACCEPTED


@pytest.mark.parametrize("error", [ValueError("no"), RecursionError(), StopIteration(), OverflowError(), KeyError("a")])
def test_any_other_error_is_a_defect(error):
    with pytest.raises(type(error)):
        judge(refuse(error), b"")


@pytest.mark.parametrize("text", ["\x1b[2J", "a\rb", "\x00", "\x9b", "\u202e", "\u2066", "\ufeff", "\u2028"])
def test_a_message_that_would_reach_the_terminal(text):
    with pytest.raises(FoundError, match="that can be printed, got"):
        check_printable(f"got {text}")
    for error in (ArchiveError(f"got {text}"), FormatError(f"got {text}")):
        assert judge(refuse(error), b"") is Answer.REFUSED, "which escapes what it quotes"
    check_printable("明账: two lines\nof words")


def test_another_outcome_for_the_same_input():
    answers = iter([1, 2])
    with pytest.raises(FoundError, match="same outcome"):
        judge(lambda data: next(answers), b"")


def test_an_input_that_takes_too_long():
    def check(data):
        end = time.process_time() + CPU_SECONDS_MAX
        while time.process_time() < end:
            pass

    with pytest.raises(FoundError, match=r"within 0\.5 s, got one after"):
        judge(check, b"")


def test_an_input_that_takes_too_much_memory():
    """What counts is the peak of the process, and this one may have had a high one before."""
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) + (100 << 20)
    with pytest.raises(FoundError, match="kB more memory"):
        judge(lambda data: len(bytearray(b"x") * more), b"")


# -- edits -----------------------------------------------------------------------------------------------------------


def test_a_document_is_opened_and_closed_again():
    value = {"leaf": '{"a":1}\norigin\n["x"]\n\n— name c2ln\n', "plain": "text", "list": [1, "a\nb"]}
    opened = unfold(value)
    assert opened["leaf"][0] == {"a": 1} and opened["leaf"][2] == ["x"] and fold(opened) == value


def test_edits_follow_from_their_bytes_and_leave_nothing_unreached():
    document = {"a": [1, 2, {"b": "text"}], "c": True, "d": None}
    made = {canonical(edit(unfold(document), RandomDraw(seed))) for seed in range(400)}
    assert len(made) > 100
    data = bytes(range(9, 60, 7))
    assert edit(unfold(document), BytesDraw(data)) == edit(unfold(document), BytesDraw(data))
    assert document == {"a": [1, 2, {"b": "text"}], "c": True, "d": None}


def test_a_line_of_json_is_changed_and_canonical_again():
    data = b'origin entry/v1\n{"amount":5,"at":"2019-03-01"}\n\nsigned'
    changed = {mutate_lines(data, seed) for seed in range(50)}
    assert len(changed) > 30 and all(one.startswith(b"origin entry/v1\n") and one.endswith(b"\n\nsigned")
                                     for one in changed)  # fmt: skip
    assert mutate_lines(b"no json here", 1) is None


# -- the page --------------------------------------------------------------------------------------------------------


def test_the_page_is_what_was_measured():
    assert measured.PAGE.read_text() == measured.page(measured.load()), "run `make evidence`; nobody writes it by hand"


def test_every_target_is_on_the_page():
    """Also one that was not measured yet, which is then said."""
    text = measured.PAGE.read_text()
    assert set(measured.load()["targets"]) <= set(TARGETS) and all(f"`{name}`" in text for name in TARGETS)
