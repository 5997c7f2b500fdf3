"""The answer to a receipt's question in one sentence, for somebody who reads nothing else of it."""

from verifier.primitives.amounts import plain
from verifier.receipts.verdict import Caution, Cover, Kept, Named, Piece, Verdict
from verifier.speech.speech import Speech


def tell_answer(speech: Speech, verdict: Verdict) -> str:
    """What became of the gift, whether the person is insured, or what the entry is."""
    if verdict.entry is not None:
        return _tell_entry(speech, verdict.entry)
    if verdict.cover is not None:
        return _tell_cover(speech, verdict.cover)
    pieces = _tell_pieces(speech, verdict.pieces)
    refunded = next((value for caution, value in verdict.cautions if caution is Caution.REFUNDED), None)
    if refunded is not None:
        return speech.say("gift given back", index=refunded, pieces=pieces)
    return speech.say("gift", pieces=pieces)


def _tell_pieces(speech: Speech, pieces: tuple[Piece, ...]) -> str:
    """How much of a gift is in which state, wherever it lies."""
    amounts: dict[str, int] = {}
    for piece in pieces:
        amounts[piece.state] = amounts.get(piece.state, 0) + piece.amount
    told = (speech.say(f"piece {state}", amount=speech.amount(amount)) for state, amount in amounts.items())
    return speech.say("between pieces").join(told)


def _tell_cover(speech: Speech, cover: Cover) -> str:
    claims = _tell_claims(speech, cover)
    if cover.removed is not None:
        return speech.say("member removed", day=plain(cover.removed), claims=claims)
    if cover.policy is None:
        return speech.say("member enrolled", county=cover.county, period=cover.period, claims=claims)
    return speech.say("member insured", first=cover.first_day, last=cover.last_day, claims=claims)


def _tell_claims(speech: Speech, cover: Cover) -> str:
    if not cover.claims:
        return speech.say("claims none")
    word = "claims one" if len(cover.claims) == 1 else "claims many"
    paid = speech.amount(sum(claim.paid for claim in cover.claims))
    told = speech.say(word, count=len(cover.claims), paid=paid)
    late = any(duty.kept is Kept.LATE for claim in cover.claims for duty in claim.duties)
    return speech.say("claims late", claims=told) if late else told


def _tell_entry(speech: Speech, entry: Named) -> str:
    return speech.say("entry stands", signers=speech.say("pause").join(entry.signers), time=speech.time(entry.at))
