"""Files in bulk: their form, what goes into one answer, and how a node that follows fetches and passes on its own."""

from collections.abc import Iterable

import pytest

from ledger.commitment import body_hash
from ledger.entry import sign_entry
from ledger.errors import FormatError
from node.machines import bulk
from node.machines.bulk import FILES_MAX, decode_files, decode_names, encode_files, encode_names, pack, packages
from node.machines.events import Alarm, Answered, Ask, Effect, Ticked
from node.machines.outbox import RETRY_MS
from node.machines.replica import PAUSE_MS
from node.ports import FileName, NamedFile
from tests.simulation.world import OPERATOR, ORIGIN, MemoryFiles, entry_key
from tests.unit.test_machine_follower import LEAVES, Follower, Submitter

CONTENTS = (b"{}", b"[]", b"")
FILES = [NamedFile(kind, body_hash(content), content) for kind, content in zip(("batch", "tags", "body"), CONTENTS,
                                                                              strict=True)]  # fmt: skip
NAMES = [FileName(kind, name) for kind, name, _ in FILES]


def test_the_form() -> None:
    assert encode_names(NAMES[1:2]) == b"\x02" + body_hash(b"[]")
    assert encode_files(FILES[1:2]) == b"\x02" + body_hash(b"[]") + b"\x00\x00\x00\x02[]"
    assert decode_names(encode_names(NAMES)) == NAMES
    assert decode_files(encode_files(FILES)) == FILES
    assert (decode_names(b""), decode_files(b"")) == ([], [])


@pytest.mark.parametrize(("data", "message"), [
    pytest.param(encode_names(NAMES)[:-1], "expected a multiple of 33 bytes, got 98", id="cut-off"),
    pytest.param(b"\x00" + bytes(32), "expected kind 1, 2 or 3, got 0", id="kind-0"),
    pytest.param(b"\x04" + bytes(32), "expected kind 1, 2 or 3, got 4", id="kind-4"),
    pytest.param(encode_names(NAMES[:1] * (FILES_MAX + 1)), "expected at most 1024, got 1025", id="too-many"),
])  # fmt: skip
def test_names_of_another_form_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=f"^file.*: {message}$"):
        decode_names(data)


@pytest.mark.parametrize(("data", "message"), [
    pytest.param(encode_files(FILES[:1])[:-1], "expected at least 39 bytes, got 38", id="content-cut-off"),
    pytest.param(encode_files(FILES)[:40], "expected at least 76 bytes, got 40", id="header-cut-off"),
    pytest.param(b"\x01" + bytes(32) + b"\xff" * 4, "expected at least 4294967332 bytes, got 37", id="length"),
    pytest.param(b"\x00" + bytes(36), "expected kind 1, 2 or 3, got 0", id="kind"),
    pytest.param(encode_files(FILES[2:] * (FILES_MAX + 1)), "expected at most 1024, got 1025", id="too-many"),
])  # fmt: skip
def test_files_of_another_form_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=f"^files: {message}$"):
        decode_files(data)


@pytest.mark.parametrize(("sizes", "packed"), [
    ([], []), ([0], [1]), ([9, 1], [1, 1]), ([8, 0], [2]), ([3, 5, 1], [2, 1]), ([1, 8, 8], [1, 1, 1]),
    ([0, 0, 0, 0], [3, 1]),
])  # fmt: skip
def test_a_package_is_bounded_in_bytes_and_count_and_never_empty(
    sizes: list[int], packed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "FILES_BYTES_MAX", 8)
    monkeypatch.setattr(bulk, "FILES_MAX", 3)
    files = [NamedFile("body", bytes(32), bytes(size)) for size in sizes]
    found = list(packages(files))
    assert [len(package) for package in found] == packed
    assert [file for package in found for file in package] == files


def test_what_is_not_here_is_left_out_of_an_answer() -> None:
    held = MemoryFiles()
    held.put("body", b"", address=body_hash(b""))
    assert pack(held, NAMES) == FILES[2:]
    assert pack(held, NAMES[:2]) == []


# -- following ------------------------------------------------------------------------------------------------------


def body(number: int) -> NamedFile:
    content = b'{"number":%d}' % number
    return NamedFile("body", body_hash(content), content)


def sealed(number: int) -> bytes:
    return sign_entry(ORIGIN, {
        "body": body(number).name.hex(), "kind": "sealed", "nonce": f"{number:032x}", "programme": "test",
        "valid_until": "2019-03-20",
    }, [entry_key("county")])  # fmt: skip


class Fetching(Follower):
    """A follower that pulled leaves which name files."""

    def __init__(self, numbers: Iterable[int] = range(3)) -> None:
        super().__init__()
        self.effects = self.follow([*LEAVES, *(b"{}\n" + sealed(number) for number in numbers)])

    def answer(self, files: list[NamedFile], *, status: int = 200) -> list[Effect]:
        return self.step(Answered(("pull", "files"), status, encode_files(files)))

    def alarms(self) -> list[str]:
        return [effect.name for effect in self.effects if isinstance(effect, Alarm)]


def asked(effects: list[Effect]) -> list[int]:
    """The numbers of the bodies that are asked for."""
    names = {body(number).name: number for number in range(FILES_MAX + 3)}
    asks = [effect for effect in effects if isinstance(effect, Ask) and effect.path == "/files"]
    assert [(ask.party, ask.method) for ask in asks] == [(OPERATOR, "POST")] * len(asks)
    return [names[name] for ask in asks for _, name in decode_names(ask.body)]


def test_all_files_of_the_next_leaves_are_asked_for_at_once_and_come_before_the_replay() -> None:
    node = Fetching()
    assert asked(node.effects) == [0, 1, 2]
    assert node.node.tail.head.size == 0
    node.effects = node.answer([body(number) for number in range(3)])
    assert node.node.tail.head.size == len(LEAVES), "the leaves that name files have no stamp: the replay ends there"
    assert node.alarms() == ["invalid_leaf"]


def test_what_is_here_is_not_asked_for() -> None:
    node = Fetching([])
    node.files.put_many([body(1)])
    node.restart()
    assert asked(node.follow([b"{}\n" + sealed(number) for number in (0, 1, 0)])) == [0]


def test_what_did_not_fit_an_answer_is_asked_for_at_once_and_what_is_missing_after_a_pause() -> None:
    node = Fetching()
    assert asked(node.answer([body(1)])) == [0, 2]
    assert asked(node.answer([])) == []
    node.now += PAUSE_MS[0] - 1
    assert asked(node.step(Ticked())) == []
    node.now += 1
    assert asked(node.step(Ticked())) == [0, 2]
    assert asked(node.step(Ticked())) == [], "one question at a time"


def test_more_files_than_one_question_names_are_asked_for_in_turn() -> None:
    node = Fetching(range(FILES_MAX + 2))
    assert asked(node.effects) == list(range(FILES_MAX))
    assert asked(node.answer([body(number) for number in range(FILES_MAX)])) == [FILES_MAX, FILES_MAX + 1]


@pytest.mark.parametrize("answer", [
    pytest.param(encode_files([body(0), NamedFile("body", body(1).name, b"other")]), id="wrong-bytes"),
    pytest.param(encode_files([body(0), body(9)]), id="not-asked-for"),
    pytest.param(encode_files([body(0), NamedFile("tags", body(1).name, body(1).content)]), id="another-kind"),
    pytest.param(encode_files([body(0), body(1)])[:-1], id="cut-off"),
    pytest.param(encode_files([body(0)] * (FILES_MAX + 1)), id="too-many"),
    pytest.param(b"\xff" * 1000, id="garbage"),
])  # fmt: skip
def test_an_answer_with_anything_wrong_is_dropped_whole_and_asked_for_again_later(answer: bytes) -> None:
    node = Fetching()
    node.effects = node.step(Answered(("pull", "files"), 200, answer))
    assert node.alarms() == ["operator_garbage"]
    assert node.files.files == {}
    assert asked(node.effects) == []
    node.now += PAUSE_MS[0]
    assert asked(node.step(Ticked())) == [0, 1, 2]


@pytest.mark.parametrize("status", [0, 404, 503])
def test_an_operator_that_does_not_answer_is_asked_ever_more_seldom(status: int) -> None:
    node = Fetching()
    for pause in (50, 100, 200, 400, 800, 1600, 2000, 2000):
        assert asked(node.answer([body(0)], status=status)) == []
        node.now += pause - 1
        assert asked(node.step(Ticked())) == []
        node.now += 1
        assert asked(node.step(Ticked())) == [0, 1, 2]
    assert node.files.files == {}


# -- passing on -----------------------------------------------------------------------------------------------------


class Passing(Submitter):
    """A node that took in entries whose bodies it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.files.put_many([body(number) for number in range(3)])
        self.effects = self.submit(*(sealed(number) for number in range(3)))

    def sent(self) -> list[int]:
        """The numbers of the bodies that are on their way."""
        ask = self.forward(self.effects)
        assert (ask.party, ask.method, ask.path) == (OPERATOR, "PUT", "/files")
        return [[body(number) for number in range(3)].index(file) for file in decode_files(ask.body)]

    def answer(self, status: int) -> None:
        self.effects = self.step(Answered(("forward", "files"), status))


def test_files_go_to_the_operator_together_and_before_their_entries() -> None:
    node = Passing()
    assert node.sent() == [0, 1, 2]
    node.answer(204)
    assert node.forward(node.effects).path == "/entries?wait=sequenced"


def test_files_that_do_not_fit_one_request_go_one_request_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "FILES_BYTES_MAX", 2 * len(body(0).content))
    node = Passing()
    assert node.sent() == [0, 1]
    node.answer(204)
    assert node.sent() == [2]
    node.answer(204)
    assert node.forward(node.effects).path == "/entries?wait=sequenced"


@pytest.mark.parametrize("status", [0, 200, 400, 413, 503])
def test_files_that_the_operator_did_not_take_go_again_and_no_entry_before_them(status: int) -> None:
    node = Passing()
    node.answer(status)
    assert [effect for effect in node.effects if isinstance(effect, Ask) and effect.key[0] == "forward"] == []
    node.now += RETRY_MS
    node.effects = node.step(Ticked())
    assert node.sent() == [0, 1, 2]
