"""Random terms, whole or with one thing changed, as entries: ledger and verifier take or refuse them alike."""

import os
from collections import Counter
from copy import deepcopy
from datetime import date, timedelta

import pytest

from tests.differential.test_mutations import Twins
from tests.differential.test_terms import Drawing
from tests.support.verifier_play import Play, digest
from tests.support.verifier_world import PARTIES, TERMS

SEEDS = int(os.environ.get("MINGZHANG_SEEDS", "6"))  # `make fuzz` runs thousands
ENTRIES = 60  # of each seed

HOLDERS = ("foundation", "insurer", "platform")
NOTICES = (
    {"by": "foundation", "id": "progress", "months": 3, "on": "drive"},
    {"by": "foundation", "id": "end", "months": 6, "on": "drive_end"},
    {"by": "insurer", "id": "year", "on": "year", "year_day": "03-31"},
    {"above": 5, "by": "foundation", "days": 5, "id": "large", "on": "transfer"},
)
# What a change may put somewhere, beyond what `Twins` has: values that fit one place of terms and not another.
PLACES = (
    "complete", "decision", "claim", "objection", "open", "pay", "year", "drive", "02-29", "fund/dlz", "working_day",
    "age", "per_head", "r0", {"days": 1}, {"by": "a", "readings": []},
)  # fmt: skip


class TermsTwins(Twins):
    """A log that has a charter, and terms that are drawn for it."""

    def __init__(self, seed):
        play = Play()
        assert play.outcome(play.entry(list(PARTIES), "charter", [])) == "ok"
        super().__init__(seed, play)
        self.drawing = Drawing(seed)
        self.versions = self.entries = 0

    def terms(self):
        """The next version of the terms; of the programme, its accounts and shares stay as they are."""
        drawn = self.drawing.terms()
        for formula in drawn["formulas"].values():
            if "split" in formula:
                formula["split"] = "fund/dlz"
            if formula["kind"] == "deadline":
                formula["duty"] = drawn["deadlines"][0]["id"]
        for deadline in drawn["deadlines"]:
            deadline["starts"] = "objection" if deadline["id"] == "answer" else "complete"
        notices = self.draw.sample(NOTICES, self.draw.randrange(len(NOTICES) + 1))
        self.entries += 1
        return deepcopy({
            **TERMS, **drawn, "at": self.play.day, "calendar": "cn", "eligibility": "age", "kind": "terms",
            "first_day": (date(2019, 1, 1) + timedelta(days=self.versions)).isoformat(),
            "nonce": digest(f"terms {self.entries}")[:32], "notices": notices,
            "premium": {"fact": "persons", "formula": "per_head"}, "splits": TERMS["splits"],
            "valid_until": self.play.day, "version": self.versions + 1,
        })  # fmt: skip

    def strange(self):
        return deepcopy(self.draw.choice(PLACES)) if self.draw.random() < 0.5 else super().strange()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_terms_with_one_thing_changed_come_out_the_same(seed):
    twins = TermsTwins(seed)
    outcomes = Counter()
    for at in range(ENTRIES):
        value = twins.terms()
        if at % 6:
            # Most changes are to fall on the parts that are worked out.
            parts = ("deadlines", "formulas", "notices", "premium")
            twins.change(value if at % 6 == 1 else {part: value[part] for part in parts})
        outcome = twins.judge(twins.play.sign(value, HOLDERS))
        outcomes[outcome] += 1
        twins.versions += outcome == "ok"
        assert outcome == "ok" or at % 6, twins.play.why
    assert outcomes["format"] > ENTRIES // 6
