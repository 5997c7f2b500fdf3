"""What a refusal says: where, what was expected, what came. Every message of the rules, seen in the tables of kinds.

`#` stands for a number, `*` for whatever the entry named.
"""

import re

from ledger.errors import LedgerError, Rejected
from ledger.sequence import sequence
from ledger.state import MemoryReader, State
from tests.support.verifier_play import DAY_MS, Play, standard
from tests.support.verifier_world import ORIGIN
from tests.tables.test_verifier_kinds import TABLES
from verifier.entries.members import day_number

MESSAGES = """
about_unknown: leaf # is neither claim # nor its newest decision
account_differs: * exists with holder * and unit *, opened by programme *
account_differs: *: only a transfer or payout opens a transit account
account_unknown: there is no account *
agreement_exists: county * has an agreement for *
agreement_missing: county * has no agreement for programme *
amount_wrong: a refusal pays 0, got #
amount_wrong: payout # bounced with # and comes back whole, got #
amount_wrong: the terms pay #, the decision to * says #
arithmetic_wrong: claim #, *: *
arithmetic_wrong: the bill less what was paid before, each payer once, is #, the claim says #
at_in_future: at *: expected at most 1 day after *
benefit_unknown: * is no benefit of terms version #, or is asked for twice
calendar_missing: deadlines.# may count working days; the terms name no calendar
charter_first: leaf 0 is the charter and no other is; leaf # got a *
claim_unknown: leaf # is no claim of programme *
close_differs: *: the books have opening, in, out, closing (#, #, #, #), got (#, #, #, #)
column_wrong: * is a figure of the books; a column has another name
cover_exists: * has a cover for * in *
cover_unknown: leaf # is no cover of programme *
cover_wrong: first day * lies behind the last day *
deadline_passed: claim #: * was due on *, it is *
decision_superseded: claim # was decided anew by leaf #
decision_unknown: leaf # is no decision to pay of *
does_not_reconcile: *: books, money outside and named items make #, the statement says #
donation_unknown: leaf # is no donation of programme *
duty_unknown: * due on * is met after *, and not before *; it is *
duty_unknown: leaf # started no duty * that is open and due on *
entry_unknown: a correction is about an entry before it, leaf # is none yet
exceeds_decision: claim # was decided down to # after # were paid out; what bounced comes back first, by a recovery
exceeds_decision: decision # has # left to pay, got #
exceeds_payout: payout # has # to recover, got #
exceeds_transit: transfer # has # on its way, got #
expired: the entry was valid until *, its stamp would say *
fact_missing: claim #, *: *
fact_missing: the premium of * by *: *
fact_reserved: the fact * follows from the claim itself and is not given
fact_wrong: claim #, *: *
figure_not_supported: *: a share of two figures has a name of * that ends in _bp, and that no figure of the books has
figure_not_supported: *: the books hold #, the figure says #
figure_not_supported: the books of * hold no figure *
flow_unknown: * to *: expected a * to leave what may pay, and to reach no account that pays
flow_unknown: * to *: expected accounts of programme * that are no transit accounts, got one of *
flow_unknown: terms version # of * have no * for * from * to *
grade_unknown: claim #, *: *
insufficient: * holds #, the move asks for #
invoice_missing: a bill of # comes with # invoices; invoices and a bill come together or not at all
invoice_missing: * pays for what is left of a bill, the claim has none
invoice_used: invoice #: its tag was used by leaf #
invoice_used: invoice #: its tag was used in this entry
kind_unknown: entry: * is none of *
life_wrong: life.*: expected *, got *
life_wrong: life.objection: expected decided and refused among its states; what is decided may be objected to
line_not_one: each line counts once in a column or not at all: expected 0 or 1
line_not_one: each line is one person: expected a total of #, got #
member_exists: line #: * is or was a member
member_unknown: * is no member under cover #
member_unknown: line #: * is no member of * now
not_member_then: the member was removed on *, admitted *
not_own_village: * signs for the people of *, the member is of *
not_paying: * is no account that pays; its row stands in every trial balance
objection_open: claim # has an open objection, leaf #
objection_unknown: leaf # is no open objection to claim #
officer_missing: a * is signed by # of the officers of *, got *
outside_cover: admitted *, the cover runs from * to *, the claim is of *
part_wrong: claim # was paid in # parts so far, got part #
part_wrong: payout # came back in # parts so far, got part #
party_unknown: * holds an account and is no party
payout_not_bounced: leaf # is no bounced payout of #, part #, for claim #
payout_not_confirmed: payout # is *
payout_not_open: payout # is *
payout_unknown: leaf # is no payout of programme *
period_closed: * was closed by leaf #
period_closed: period * of * in * was closed by leaf #; a correction says concerns: *
period_unknown: * has no cover for * in *
place_unknown: no account of * in * lies at *
position_left: [#, #) is not at rest in *
position_overflow: * would reach #, beyond 2^53-1
premium_wrong: * comes to #, the cover says #
reason_unknown: the terms of claim # know no refusal for *
ref_used: * used ref * for a * in leaf #
refund_account_missing: the gift has moved on, and the terms name no account of this programme in refund_from that *
refund_twice: line # of donation # was refunded already
request_made: claim # was asked once what is missing; the clock stops no second time
result_wrong: a decision to pay has no facts of its own, one to pay in part says which differ, got * with #
result_wrong: a review of what was decided is for good, got interim
result_wrong: a decision with a reason refuses and has no benefits, got * with #
reviews_wrong: the newest decision on claim # is leaf #, the review is of #
risk_wrong: risk *: expected payouts to leave an account of class *, got *
roster_differs: the roster of * has # persons, the cover says #
same_officer: * signed before what this * is about
signer_unknown: * is the entry key of no party and no officer
signers_wrong: signed_by.*: terms may state signers of *
signers_wrong: signed_by.*: expected role:insurer among its requirements, got *
signers_wrong: signed_by.*: expected a requirement that an insurer does not meet, got *
split_wrong: *: three different accounts of these terms, num < den, no ring, and the shares as they were: *
split_wrong: an account is split twice
split_wrong: the split of * is missing; a split stays
state_wrong: claim # is *; a * needs it *
stay_crosses_year: claim #, *: *
steps_wrong: claim #: *: expected * #, got #
steps_wrong: claim #: expected the benefits *, got *
tag_used: line #: this person is enrolled for * already
tag_used: trade #: its tag was used by leaf #
tag_used: trade #: its tag was used in this entry
terms_incomplete: claim #, *: *
terms_incomplete: the terms do not state above which amount two officers sign
terms_missing: leaf # is no version of the terms of *
terms_missing: no terms of programme * hold on *
terms_wrong: claim # stands under the terms in leaf #, the decision names leaf #
too_few_payouts: *: payouts to # members since its last publication, at least # are needed so that *
too_few_payouts: *: payouts to # members were settled since such a figure was said, at least # are needed so that *
transfer_unknown: leaf # is no transfer with money on its way
unit_differs: * is counted in *, got *
unit_differs: programme * counts in *, got *
unpublished_payouts: * has # payouts since its last published row
unpublished_payouts: * has # payouts since its last published row; publish it with a balance first
unpublished_payouts: *: payouts to # members were settled since a figure of payouts was said; say one first
valid_too_long: valid until *: expected at most 30 days after *
version_wrong: expected k of at least #, and `unique` as before, got k #, *
version_wrong: expected version # with a first day after *, got # from *
wrong_origin: this log is *, the entry begins with *
wrong_signers: * due on * is the duty of *, got *
wrong_signers: * is signed by *, got *
"""


def pattern(line):
    """A message as a regular expression."""
    return re.escape(line).replace(r"\*", ".+").replace(r"\#", "-?[0-9]+")


def test_every_refusal_says_where_what_was_expected_and_what_came(monkeypatch):
    lines = MESSAGES.strip().splitlines()
    seen, unknown = set(), set()
    verifier_outcome = Play.outcome
    states = {}

    def outcome(play, note):
        state, _ = states.setdefault(id(play), (State(MemoryReader()), play))  # kept, so that no id comes twice
        try:
            sequence(state, note, origin=ORIGIN, time_unix_ms=day_number(play.day) * DAY_MS, blobs=play.blobs)
        except Rejected as error:
            fitting = {line for line in lines if re.fullmatch(pattern(line), str(error))}
            seen.update(fitting)
            unknown.update(set() if fitting else {str(error)})
        except LedgerError:
            pass  # a form, a proof or a file: their messages are with the tests of entries and sequences
        return verifier_outcome(play, note)

    monkeypatch.setattr(Play, "outcome", outcome)
    for before, table in TABLES.values():
        play = standard()
        play(before)
        play(table)
    assert not unknown
    assert set(lines) == seen
