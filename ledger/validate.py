"""Validation: the common checks of every entry, then its kind's rules. The first that fails is the reason.

Source: docs/formats/kinds.md, "Order of checks for every entry".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ledger.bodies import Body, parse_body
from ledger.charter import Signatory, signatories
from ledger.commitment import body_hash
from ledger.entry import SignedEntry, parse_entry, verify_signatures
from ledger.errors import FormatError, Missing, ProofError, Rejected
from ledger.keys import VerifierKey, parse_vkey
from ledger.kinds import Charter, Dated, Sealed
from ledger.rules import claims, cover, decisions, governance, money, payouts, records, statements
from ledger.rules.context import Blobs, Context
from ledger.state import State, index_of

VALID_DAYS_MAX = 30
AHEAD_DAYS_MAX = 1  # east of Greenwich a day begins earlier than in UTC

RULES: dict[str, Callable[[Context], None]] = {
    "agreement": governance.agreement, "balance": statements.trial_balance, "brought_forward": money.brought_forward,
    "calendar": governance.calendar, "correction": records.correction,
    "charter": governance.charter, "close": money.close, "cover": cover.cover, "donation": money.donation,
    "drive": records.record, "enrolment": cover.enrolment, "fact": records.record, "figure": statements.figure,
    "income": money.income, "notice": records.notice, "pledge": records.record, "receive": money.receive,
    "reconciliation": statements.reconciliation, "refund": money.refund, "return": money.sent_back,
    "spend": money.transfer, "terms": governance.terms, "transfer": money.transfer,
    "answer": claims.answer, "bounce": payouts.bounce, "claim": claims.claim, "complete": claims.complete,
    "confirm": payouts.confirm, "decision": decisions.decision, "objection": claims.objection,
    "payout": payouts.payout, "recovery": payouts.recovery, "request": claims.request, "withdraw": claims.withdraw,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """An entry whose form and signatures were judged before it got its place, under these keys of its signers."""

    note: bytes
    signed: SignedEntry
    keys: tuple[VerifierKey, ...]
    parties: tuple[str, ...]


def check_entry(state: State, note: bytes, signed: SignedEntry) -> CheckedEntry:
    """Verify the signatures of a parsed entry by the keys that its signers have now.

    Raises:
        SignatureError, Rejected: as `validate`, for what does not depend on the entry's place.
    """
    found = signers_of(state, signed)
    keys = tuple(one.key for one in found)
    verify_signatures(signed, keys)
    return CheckedEntry(note, signed, keys, tuple(one.party for one in found))


def validate(
    state: State, entry: bytes | CheckedEntry, *, origin: str, time_unix_ms: int, blobs: Blobs
) -> Context:
    """Judge an entry against the state before it. Writes nothing.

    What was checked before is not checked again, unless a signer has another key by now.

    Raises:
        FormatError, SignatureError, ProofError, Rejected: the first check that fails.
        Missing: a file that the entry names is not held, so there is no verdict yet.
    """
    signed = entry.signed if isinstance(entry, CheckedEntry) else parse_entry(entry, origin=origin)
    index = state.size
    _check_place(signed, index)
    found = signers_of(state, signed)
    keys = tuple(one.key for one in found)
    if not isinstance(entry, CheckedEntry) or entry.keys != keys:
        verify_signatures(signed, keys)
    known = index_of(state, signed.text_hash)
    if known is not None:
        raise Rejected("exists", f"the same text is leaf {known}")
    today = datetime.fromtimestamp(time_unix_ms // 1000, UTC).date()
    _check_days(signed, today)
    _check_ref(state, signed)
    officers = frozenset(f"{one.party}/{one.officer}" for one in found if one.officer is not None)
    parties = frozenset(one.party for one in found)
    context = Context(state, index, time_unix_ms, signed, None, parties, officers, blobs)
    if isinstance(signed.entry, Sealed):
        context.body = _body(signed.entry, blobs)
        if context.body.nonce == signed.entry.nonce:
            raise FormatError("body: expected a nonce of its own, got that of its entry, which is public")
        _check_ahead(context.body.at, today)
    RULES[context.kind](context)
    return context


def _check_place(signed: SignedEntry, index: int) -> None:
    if (index == 0) != isinstance(signed.entry, Charter):
        raise Rejected("charter_first", f"leaf 0 is the charter and no other is; leaf {index} got a "
                       f"{signed.entry.kind}")


def signers_of(state: State, signed: SignedEntry) -> list[Signatory]:
    """Return who signs an entry and with which keys, in the order of its signers; of a charter by its own.

    Raises:
        Rejected: signer_unknown.
    """
    in_charter = signatories(signed.entry) if isinstance(signed.entry, Charter) else None
    found = []
    for signer in signed.entry.signers:
        signatory = _known_signer(state, signer) if in_charter is None else in_charter.get(signer)
        if signatory is None:
            raise Rejected("signer_unknown", f"{signer!r} is the entry key of no party and no officer")
        found.append(signatory)
    return found


def _known_signer(state: State, signer: str) -> Signatory | None:
    if " " in signer:  # two parts of a row's key, and no name of a key
        return None
    party = state.get("key", signer)
    if party is not None:
        return Signatory(parse_vkey(state.get("party", party)["key"]), party)
    officer = state.get("officer", signer)
    return None if officer is None else Signatory(parse_vkey(officer["key"]), officer["party"], officer["name"])


def _check_days(signed: SignedEntry, today: date) -> None:
    until = signed.entry.valid_until
    if until < today:
        raise Rejected("expired", f"the entry was valid until {until}, its stamp would say {today}")
    if until > today + timedelta(days=VALID_DAYS_MAX):
        raise Rejected("valid_too_long", f"valid until {until}: expected at most {VALID_DAYS_MAX} days after {today}")
    if isinstance(signed.entry, Dated):
        _check_ahead(signed.entry.at, today)


def _check_ahead(at: date, today: date) -> None:
    if at > today + timedelta(days=AHEAD_DAYS_MAX):
        raise Rejected("at_in_future", f"at {at}: expected at most {AHEAD_DAYS_MAX} day after {today}")


def _check_ref(state: State, signed: SignedEntry) -> None:
    ref = signed.value.get("ref")
    for signer in signed.entry.signers:
        used = state.get("ref", signer, signed.entry.kind, ref) if isinstance(ref, str) else None
        if used is not None:
            raise Rejected("ref_used", f"{signer} used ref {ref} for a {signed.entry.kind} in leaf {used}")


def _body(entry: Sealed, blobs: Blobs) -> Body:
    data = blobs.body(bytes.fromhex(entry.body))
    if data is None:
        raise Missing(f"body {entry.body} is not held here yet; fetch it from a party that has it")
    if body_hash(data).hex() != entry.body:
        raise ProofError(f"body {entry.body}: its hash is {body_hash(data).hex()}")
    return parse_body(data)
