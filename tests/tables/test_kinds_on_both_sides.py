"""Every kind and every reason once more: the ledger gives each line of the tables the outcome of the verifier."""

import pytest

from ledger.errors import FormatError, LedgerError, Missing, ProofError, Rejected, SignatureError
from ledger.sequence import sequence, state_root
from ledger.state import MemoryReader, State
from tests.support.verifier_play import DAY_MS, Play, standard
from tests.support.verifier_world import ORIGIN, PARTIES
from tests.tables.beginnings import CLAIMED
from tests.tables.test_verifier_kinds import TABLES
from verifier.entries.members import day_number

OUTCOMES = ((FormatError, "format"), (SignatureError, "signature"), (ProofError, "proof"), (Missing, "cannot-tell"))


@pytest.fixture
def both(monkeypatch):
    """Let the ledger judge whatever is played through the verifier."""
    verifier_outcome = Play.outcome
    states = {}

    def outcome(play, note):
        state = states.setdefault(id(play), (State(MemoryReader()), play))[0]
        said = verifier_outcome(play, note)
        assert ledger_outcome(state, note, play) == said, play.why
        if said == "ok":
            assert state_root(state) == play.replay.state_root()
        return said

    def ledger_outcome(state, note, play):
        try:
            leaf = sequence(state, note, origin=ORIGIN, time_unix_ms=day_number(play.day) * DAY_MS, blobs=play.blobs)
        except Rejected as error:
            return error.reason
        except LedgerError as error:
            return next(name for kind, name in OUTCOMES if isinstance(error, kind))
        assert leaf == play.leaves[-1]
        return "ok"

    monkeypatch.setattr(Play, "outcome", outcome)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_out_the_same(both, name):
    before, table = TABLES[name]
    play = standard()
    play(before)
    play(table)
    assert len(play.leaves) >= 3


def test_an_insurer_speaks_for_its_own_covers_alone(both):
    play = standard({**PARTIES, "platform": ["insurer", "platform"], "auditor": ["auditor", "insurer"]})
    play(CLAIMED)
    play("""
        county+auditor  claim    member=zhao cover=@cover invoices=z       wrong_signers
        auditor         request  claim=@wang                               wrong_signers
        insurer         request  claim=@wang                               ok
        county+auditor  complete claim=@wang                               wrong_signers
        platform+insurer complete claim=@wang                              ok
        platform        decision claim=@wang amount=800                    wrong_signers
        d: insurer      decision claim=@wang amount=800                    ok
        p: insurer      payout   decision=@d amount=800                    ok
        auditor         confirm  payout=@p                                 wrong_signers
        auditor         bounce   payout=@p                                 wrong_signers
        platform        confirm  payout=@p                                 ok        # as a platform
        platform+foundation  cover persons=0 terms=@terms period=p2        ok
    """)
    assert play.row(f"cover {len(play.leaves) - 1:016d}")["insurer"] == "platform"
