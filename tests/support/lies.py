"""A small sound log with every family of entries, and the lies that somebody could plant in it, each at one line.

A lie is what stands at the line, and what a replay must find first: rule, line, parties, and words of the evidence.
"""

import json
from copy import copy
from dataclasses import dataclass
from unittest.mock import patch

from tests.support import verifier_play
from tests.support.league import League, says, signed_again, stamped, unseen, written
from tests.support.verifier_play import canonical
from verifier.entries.signatories import Signatory
from verifier.rules import balance, books, duties, kinds_books, kinds_close, kinds_decisions, replay
from verifier.rules.act import Act
from verifier.rules.worth import work_out

SHORTEST = ("balance", "charter", "index", "rules", "time_unix_ms")
EVERYBODY = "auditor+county+foundation+insurer+platform"

STORY = f"""
    charter:    {EVERYBODY} charter ok
    terms:      foundation+insurer+platform terms ok
    agreement:  foundation+county agreement ok
    gift:       platform donation lines=7000,3005 ok
    settle:     platform transfer from=platform/dlz/gifts to=fund/dlz amount=10005 purpose=settlement ok
    settled:    foundation receive transfer=@settle amount=10003 ok
    rest:       foundation receive transfer=@settle amount=2 ok
    premium:    foundation transfer from=fund/dlz/claims to=claims/dlz/kangbao amount=6000 purpose=premium ref=E2E-2 ok
    arrived:    insurer receive transfer=@premium amount=6000 ok
    small:      platform donation lines=30,40 ok
    refund:     platform refund donation=@small line=1 ok
    spend:      foundation spend amount=5 ok
    roster:     county enrolment lines=wang,li,zhao tags=w,l,z ok
    cover:      foundation+insurer cover persons=3 terms=@terms ok
    wang:       county+insurer claim member=wang cover=@cover invoices=w1 ok
    li:         county/gao+insurer claim member=li cover=@cover invoices=l1 ok
    zhao:       county+insurer claim member=zhao cover=@cover invoices=z1 ok
    dwang:      insurer decision claim=@wang amount=800 ok
    dli:        insurer/wu decision claim=@li amount=800 ok
    pwang:      insurer payout decision=@dwang amount=800 ok
    pli:        insurer payout decision=@dli amount=800 ok
    cwang:      county confirm payout=@pwang ok
    cli:        county confirm payout=@pli ok
    before:     insurer balance publish=claims/dlz/kangbao ok
    raised:     foundation figure metric=dlz/raised value=10035 ok
    paid:       insurer figure metric=dlz/paid value=1600 ok
    notice:     platform notice says=dlz/raised:10040 ok
    statement:  insurer reconciliation place=insurer-bank statement=4400 ok
    late:       auditor balance day=2019-04-01 ok
    in_time:    insurer figure metric=dlz/insurer/2019/duties_in_time value=4 ok
    due:        auditor figure metric=dlz/insurer/2019/duties_due value=6 ok
    close:      foundation+insurer close accounts=$claims-4400 ok
    end:        platform notice ok
"""


@dataclass(frozen=True)
class Lie:
    """What stands at the line `at`, and what is found first: `rule`, the line, and words of the evidence.

    `by` are the parties that are named as signers; None means those of the line. `found_at` is another line where the
    lie shows first. `also` are lines that the league has to write otherwise because of it.
    """

    at: str
    plant: object
    rule: str
    evidence: str
    by: tuple[str | None, ...] | None = None
    found_at: str | None = None
    also: tuple[tuple[str, object], ...] = ()


def league(lie=None):
    """The log of the story, with a lie in it."""
    told = League({} if lie is None else {lie.at: lie.plant, **dict(lie.also)})
    told(STORY)
    return told


def signers_in_story(label):
    """The parties that sign a line of the story."""
    line = next(line.split() for line in STORY.splitlines() if line.split()[:1] == [f"{label}:"])
    return tuple(sorted(line[1].split("+")))


def _pass(*_, **__):
    """A check that checks nothing."""


def _json(change):
    """The entry with its JSON in other bytes, signed again by whom signed it."""

    def spelt(league, note):
        first, line = note.rpartition(b"\n\n")[0].split(b"\n")
        return signed_again(league, note, first + b"\n" + change(line) + b"\n")

    return written(spelt)


def _with(**members):
    """A stamp with these members instead."""
    return stamped(lambda stamp: {**stamp, **members})


def _without(member):
    """A stamp in which a member is missing."""
    return stamped(lambda stamp: {name: value for name, value in stamp.items() if name != member})


def _more(**amounts):
    """A stamp whose first move has more or less in these members."""

    def change(stamp):
        first, *rest = stamp["moves"]
        return {**stamp, "moves": [{**first, **{name: first[name] + by for name, by in amounts.items()}}, *rest]}

    return stamped(change)


def _other_signature(league, note):
    """A signature by the same key over another text."""
    key = next(key for key in league.keys.values() if key.name.encode() in note.rpartition(b"\n\n")[2])
    return note.rpartition(b"\n\n")[0] + b"\n\n" + key.line(b"another text\n")


def _signed_by_another(league, note):
    """A line under the name and ID of a key, signed with the secret of another."""
    text, _, line = note.rpartition(b"\n\n")
    name = line.split(b" ")[1].decode()
    forged = copy(next(key for key in league.keys.values() if key.name == name))
    forged.secret = league.keys["auditor"].secret
    return text + b"\n\n" + forged.line(text + b"\n")


def _signs_for(party, officer=None):
    """Whoever signs is taken for a party."""

    def check(self, entry, *, what, verified=None):
        return [Signatory(None, party, officer) for _ in entry.value["signers"]]

    return (replay.Replay, "_check_signers", check)


def _rounded_up(position, *, num, den):
    return -(-position * num // den)


def _due(claim, *, starts, days, unit):
    return {"calendar": [], "due": "2019-03-25", "provisional": False}


def _row_of(family, change):
    """A trial balance in which a family of rows says something else."""
    sound = balance.TrialBalance._value

    def value(self, of, row):
        return sound(self, of, change(row) if of == family else row)

    return unseen((balance.TrialBalance, "_value", value))


def _nobody_late(act):
    """The duties that are past their day are not counted."""


_TRUE = (kinds_books, "is_within", lambda value, held, *, precision: True)


def believing(text, key, members):
    """A line that stands by the books of the league, in which a row says something else for as long as it takes."""

    def lie(league, _):
        words = [str(league.indices[word[1:]]).zfill(16) if word.startswith("@") else word for word in key.split(" ")]
        rows, place = league.replay.rows, " ".join(words)
        true = {name: rows.get(place)[name] for name in members}
        rows.change(place, members)
        rows.keep()
        says(text)(league, text)
        rows.change(place, true)
        rows.keep()

    return lie


def forced(text):
    """A line that no books could carry: it stands there with a stamp that looks right."""

    def lie(league, _):
        stamp = {name: value for name, value in league.stamp().items() if name in SHORTEST}
        league.put(league.note_of(text), canonical({**stamp, "index": len(league.leaves)}))

    return lie


def _other_steps(claim, facts):
    """The right amount by steps that are not those of the terms."""
    return [{**benefit, "steps": benefit["steps"][:-1]} for benefit in work_out(claim, facts)]


def _dropped(league, text):
    """The leaf before is gone, and the stamps behind it are those that they were with it."""
    says(text)(league, text)
    del league.leaves[-2]
    league.indices["end"] -= 1


def _twice(league, text):
    """The leaf before stands there again, with a stamp of its place."""
    stamp, _, note = league.leaves[-2].partition(b"\n")
    league.put(note, canonical({**json.loads(stamp), "index": len(league.leaves)}))


def _batch(**changes):
    """A donation that says something else of its lines than they are."""

    def lie(league, _):
        add = league.blobs.add_batch
        with patch.object(league.blobs, "add_batch", lambda *given: {**add(*given), **changes}):
            note = league.note_of("platform donation lines=30,40 ok")
        with patch.object(Act, "need_columns", lambda act: [()]):
            league.put(note, league.stamp_of(note))

    return lie


LIES = {
    # -- encodings --------------------------------------------------------------------------------------------------
    "entry-with-a-blank": Lie("spend", _json(lambda line: line.replace(b",", b", ", 1)), "format", "canonical"),
    "entry-with-members-out-of-order": Lie("spend", _json(
        lambda line: b'{"kind":"spend",' + line[1:].replace(b'"kind":"spend",', b"")), "format", "expected"),
    "entry-with-an-exponent": Lie("spend", _json(lambda line: line.replace(b":5,", b":5e0,")), "format", "expected"),
    "entry-with-a-member-twice": Lie("spend", _json(
        lambda line: line.replace(b'{"amount":5', b'{"amount":5,"amount":5')), "format", "twice"),
    "entry-with-a-member-too-many": Lie("spend", _json(
        lambda line: line.replace(b'"to":', b'"tip":1,"to":')), "format", "tip"),
    "stamp-with-a-blank": Lie("spend", lambda league, text: league.put(
        note := league.note_of(text), league.stamp_of(note).replace(b",", b", ", 1)), "stamp_format", "canonical"),
    # -- signatures, roles, keys -------------------------------------------------------------------------------------
    "signature-over-another-text": Lie("spend", written(_other_signature), "signature", "spend|signature"),
    "signature-with-another-key": Lie("spend", written(_signed_by_another), "signature", "signature"),
    "signer-without-the-role": Lie("roster", says(
        "platform enrolment lines=wang,li,zhao tags=w,l,z ok", (Act, "need_signers", _pass)), "wrong_signers",
        r"expected signers for \[role:county\], got \[platform\]", by=("platform",)),
    "signer-alone-where-two-must": Lie("cover", says(
        "insurer cover persons=3 terms=@terms ok", (Act, "need_signers", _pass)), "wrong_signers", "role:foundation",
        by=("insurer",)),
    "key-that-was-never-admitted": Lie("dli", says(
        "ghost decision claim=@li amount=800 ok", _signs_for("insurer")), "signer_unknown", "ghost.example",
        by=(None,)),
    "key-of-a-node": Lie("dli", says(
        "node decision claim=@li amount=800 ok", _signs_for("insurer")), "signer_unknown", "insurer.example/node",
        by=(None,)),
    "charter-that-admits-a-key-later": Lie("end", forced(f"{EVERYBODY} charter ok"), "charter_first",
                                           "expected a charter at index 0", by=tuple(EVERYBODY.split("+"))),
    "officer-of-another-village": Lie("li", says(
        "county/chen+insurer claim member=li cover=@cover invoices=l1 ok", (Act, "need_place", _pass)),
        "not_own_village", "shuangmiao", by=("county/chen", "insurer")),
    # -- rules -------------------------------------------------------------------------------------------------------
    "invoice-claimed-twice": Lie("li", says(
        "county/gao+insurer claim member=li cover=@cover invoices=w1 ok", (Act, "use_tag", _pass)), "invoice_used",
        "was used by leaf", by=("county/gao", "insurer")),
    "more-spent-than-there-is": Lie("spend", believing(
        "foundation spend amount=5000 ok", "account fund/dlz/other", {"in": 9000}), "insufficient",
        "holds 1001 minor units, the move asks for 5000"),
    "more-paid-than-was-decided": Lie("end", believing(
        "insurer payout decision=@dli amount=100 ok", "claim @li", {"amount": 900, "state": "decided"}),
        "state_wrong", "paid", by=("insurer",)),
    "bank-that-does-not-agree": Lie("statement", believing(
        "insurer reconciliation place=insurer-bank statement=4500 ok", "account claims/dlz/kangbao", {"in": 6100}),
        "does_not_reconcile", "4400.*4500"),
    "entry-that-had-expired": Lie("spend", says(
        "foundation spend amount=5 valid_until=2019-02-01 ok", (replay.Replay, "_check_days", _pass)), "expired",
        "2019-02-01"),
    # -- claims and duties -------------------------------------------------------------------------------------------
    "decision-of-another-amount": Lie("end", says(
        "insurer decision claim=@zhao amount=801 ok", (kinds_decisions, "_check_benefits", _pass)), "amount_wrong",
        "the terms give 800 minor units, the decision pay says 801", by=("insurer",)),
    "decision-by-other-steps": Lie("end", says(
        "insurer decision claim=@zhao amount=800 ok", (kinds_decisions, "work_out", _other_steps),
        (verifier_play, "work_out", _other_steps)), "steps_wrong", "by other steps", by=("insurer",)),
    "due-day-that-is-later": Lie("zhao", unseen((duties, "_due", _due)), "stamp_register", "expected \"[0-9a-f]{64}\"",
                                   found_at="before"),
    "late-duty-not-counted": Lie("late", unseen((kinds_books, "count_duties", _nobody_late)), "stamp_figures",
                                 "expected \"[0-9a-f]{64}\"", also=(("due", says(
                                     "auditor figure metric=dlz/insurer/2019/duties_due value=4 ok")),)),
    "duty-said-to-be-in-time": Lie("in_time", says(
        "insurer figure metric=dlz/insurer/2019/duties_in_time value=6 ok", _TRUE), "figure_not_supported",
        "duties_in_time is 4, the entry says 6"),
    # -- money -------------------------------------------------------------------------------------------------------
    "move-of-less": Lie("premium", _more(amount=-1), "stamp_moves", r"moves\[0\].amount: expected 6000, got 5999"),
    "move-from-another-position": Lie("premium", _more(from_pos=1), "stamp_moves",
                                      r"moves\[0\].from_pos: expected 0, got 1"),
    "move-left-out": Lie("premium", _without("moves"), "stamp_moves", "got nothing"),
    "split-rounded-up": Lie("settled", unseen((books, "share_below", _rounded_up)), "stamp_moves",
                            r"moves\[1\].rest_pos: expected 1001, got 1000", found_at="rest"),
    "hidden-move-changed": Lie("pwang", _with(effect="00" * 32), "stamp_effect", "got \"0000"),
    # -- order and gaps ----------------------------------------------------------------------------------------------
    "index-skipped": Lie("spend", stamped(lambda stamp: {**stamp, "index": stamp["index"] + 1}), "stamp_index",
                         "expected 11, got 12"),
    "leaf-left-out": Lie("end", _dropped, "stamp_index", "expected 31, got 32", by=("platform",)),
    "leaf-twice": Lie("end", _twice, "exists", "this entry is leaf 30", by=("auditor",)),
    "time-that-falls": Lie("spend", stamped(lambda stamp: {**stamp, "time_unix_ms": stamp["time_unix_ms"] - 1}),
                           "stamp_time_unix_ms", "expected at least 1551398400000, got 1551398399999"),
    "trial-balance-named-that-is-none": Lie("raised", _with(balance=3), "stamp_balance", "expected 23, got 3"),
    # -- batches -----------------------------------------------------------------------------------------------------
    "batch-of-another-sum": Lie("end", _batch(total=71), "proof", "got 2 lines, total 70"),
    "batch-of-another-count": Lie("end", _batch(count=3), "proof", "got 2 lines, total 70"),
    # -- the five maps of a trial balance, and the state at a close ---------------------------------------------------
    "account-with-more-in-it": Lie("before", _row_of("account", lambda row: {**row, "in": row["in"] + 1}),
                                   "stamp_accounts", "accounts: expected"),
    "exit-hidden": Lie("before", _row_of("exit", lambda row: [row[0] + 1, row[1]]), "stamp_exits", "exits: expected"),
    "figure-changed": Lie("before", _row_of("figure", lambda row: {**row, "value": row["value"] + 1}),
                          "stamp_figures", "figures: expected"),
    "published-row-changed": Lie("before", _row_of("published", lambda row: {**row, "out": row["out"] + 1}),
                                 "stamp_published", "published: expected"),
    "register-row-hidden": Lie("before", _row_of("member", lambda row: {**row, "claims": []}),
                               "stamp_register", "register: expected"),
    "state-of-other-books": Lie("close", _with(state="00" * 32), "stamp_state", "state: expected"),
    # -- what is said of the books -----------------------------------------------------------------------------------
    "figure-too-high": Lie("raised", says("foundation figure metric=dlz/raised value=20000 ok", _TRUE),
                           "figure_not_supported", "dlz/raised is 10035, the entry says 20000"),
    "notice-not-flagged": Lie("notice", _without("flags"), "stamp_flags", r"flags.*got nothing"),
    "close-of-other-sums": Lie("close", says(
        "foundation+insurer close accounts=$claims-5200 ok", (kinds_close, "_check_closing", _pass)), "close_differs",
        r"the books say 0 \+ 6000 - 1600 = 4400, the entry says 0 \+ 6000 - 800 = 5200"),
}  # fmt: skip
