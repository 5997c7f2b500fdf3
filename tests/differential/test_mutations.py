"""Entries with one thing changed, re-signed: ledger and verifier refuse them for the same reason, or both take them."""

import json
import os
import random

import pytest

from ledger.errors import FormatError, LedgerError, Missing, ProofError, Rejected, SignatureError
from ledger.sequence import sequence, state_root
from ledger.state import MemoryReader, State
from tests.support.verifier_play import DAY_MS, Play, canonical, standard
from tests.support.verifier_world import ORIGIN, PARTIES, VALUES
from tests.tables.test_verifier_kinds import TABLES
from verifier.entries.members import day_number, rules

SEEDS = int(os.environ.get("MINGZHANG_SEEDS", "2"))  # `make fuzz` runs thousands
OUTCOMES = ((FormatError, "format"), (SignatureError, "signature"), (ProofError, "proof"), (Missing, "cannot-tell"))
WORDS = (
    "fund/dlz",
    "transit/4",
    "claims/dlz/kangbao",
    "paid/dlz/kangbao",
    "own/insurer",
    "kangbao",
    "p1",
    "dlz",
    "add",
)
STRANGE = (
    None, True, False, 0, 1, -1, 2, 3, 4, 7, 300, 800, 2**53 - 1, 1 - 2**53, "", "a", "A", "x" * 24, "x" * 25, "ä",
    "a b", "a\n", "\x7f", "2019-03-01", "2019-03-02", "2019-03-05", "2018-12-31", "2019-02-29", "0" * 32, "0" * 64,
    "F" * 64, [], {}, [0], ["a"], [[]], {"a": 1}, "fund/{county}", "fund/" + "/".join(["x" * 24] * 3), "fund",
    "funds/x", "claims/" + "x" * 24 + "/" + "y" * 20 + "/{county}", *WORDS, *VALUES.values(),
)  # fmt: skip


class Twins:
    """A play whose every entry both sides judge."""

    def __init__(self, seed, play):
        self.draw = random.Random(seed)
        self.state = State(MemoryReader())
        self.play = play
        for leaf in self.play.leaves:
            self.judge_by_ledger(leaf.partition(b"\n")[2])

    def judge(self, note):
        """What both sides say to an entry; it has effects on both if they take it."""
        said = self.play.outcome(note)
        got = self.judge_by_ledger(note)
        assert got == said, f"ledger: {got}; verifier: {self.play.why}\n{note.decode()}"
        if said == "ok":
            assert state_root(self.state) == self.play.replay.state_root(), note.decode()
        return said

    def judge_by_ledger(self, note):
        time_unix_ms = day_number(self.play.day) * DAY_MS
        try:
            sequence(self.state, note, origin=ORIGIN, time_unix_ms=time_unix_ms, blobs=self.play.blobs)
        except Rejected as error:
            return error.reason
        except LedgerError as error:
            return next(name for kind, name in OUTCOMES if isinstance(error, kind))
        return "ok"

    def mutated(self, note):
        """The same entry, or its body, with one thing changed somewhere in it."""
        value = json.loads(note.split(b"\n")[1])
        names = {key.signer: name for name, key in self.play.keys.items()}
        by = [names.get(signer, "stranger") for signer in value.pop("signers")]
        body = self.play.blobs.files.get(bytes.fromhex(value.get("body", "")))
        if body is not None and self.draw.random() < 0.8:
            body = json.loads(body)
            self.change(body)
            value["body"] = self.play.blobs.add(canonical(body))
        else:
            self.change(value)
        if self.draw.random() < 0.1:
            by = self.draw.sample(sorted(self.play.keys), self.draw.randint(1, 3))
        return self.play.sign(value, by)

    def change(self, value):
        """Change one thing in a JSON object, or somewhere below it."""
        containers = [value]
        for one in containers:
            below = one.values() if isinstance(one, dict) else one
            containers.extend(item for item in below if isinstance(item, dict | list) and item)
        target = self.draw.choice(containers)
        keys = sorted(target) if isinstance(target, dict) else range(len(target))
        key = self.draw.choice(list(keys))
        how = self.draw.random()
        if how < 0.1:
            del target[key]
        elif how < 0.2 and isinstance(target, dict):
            target[self.draw.choice(["again", "amount", "colour", "concerns", "reason", "ref", "tags"])] = (
                self.strange()
            )
        elif how < 0.25 and isinstance(target, list):
            target.append(target[key])
        elif how < 0.4 and isinstance(target[key], int):
            target[key] = int(target[key]) + self.draw.choice((-1, 1))
        else:
            target[key] = self.strange()

    def strange(self):
        """A value that may or may not fit where it is put."""
        others = sorted(rules()["kinds"].keys() | rules()["bodies"].keys())
        return json.loads(json.dumps(self.draw.choice((*STRANGE, self.draw.choice(others)))))


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", TABLES)
def test_a_changed_entry_comes_out_the_same(name, seed):
    twins = Twins(f"{name} {seed}", standard())
    refused = 0
    for row in "".join(TABLES[name]).splitlines():
        words = row.partition(" # ")[0].split()
        if not words:
            continue
        label = words.pop(0)[:-1] if words[0].endswith(":") else None
        by, kind, *members, _ = words
        try:
            note = twins.play.entry(by.split("+"), kind, members)
        except KeyError:
            continue  # it names a leaf that a change made impossible
        for _ in range(6):
            refused += twins.judge(twins.mutated(note)) != "ok"
        if twins.judge(note) == "ok" and label:
            twins.play.indices[label] = len(twins.play.leaves) - 1
    assert refused > 0


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_changed_charter_comes_out_the_same(seed):
    twins = Twins(seed, Play())
    note = twins.play.entry(list(PARTIES), "charter", [])
    outcomes = [twins.judge(twins.mutated(note)) for _ in range(80)]
    assert set(outcomes) > {"format"}
