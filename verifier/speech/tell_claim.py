"""A claim in words: what stands on the register, the duties and whether they were kept, what was decided and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from verifier.primitives.amounts import plain
from verifier.receipts.verdict import Claim, Duty, Kept, Notice
from verifier.speech.speech import Speech
from verifier.speech.tell_step import tell_step


def tell_claim(speech: Speech, claim: Claim) -> Iterator[str]:
    """A claim of a member, line by line."""
    state = speech.known("claim state", plain(claim.state))
    yield speech.say("claim", index=claim.index, state=state, paid=speech.amount(claim.paid))
    if claim.objection is not None:
        yield "  " + speech.say("objection open", index=claim.objection)
    for duty in claim.duties:
        yield "  " + tell_duty(speech, duty)
    for index, body in claim.bodies:
        yield from ("  " + line for line in _tell_body(speech, claim, index, body))


def tell_duty(speech: Speech, duty: Duty) -> str:
    """Whether a duty was kept, and whose it is."""
    word = f"duty {duty.kept}"
    if duty.kept is Kept.MET and duty.due is None:
        word = "duty met without day"
    elif duty.at_least:
        word += " at least"
    text = speech.say(
        word,
        by=speech.known("party", plain(duty.by)),
        duty=speech.known("duty to", plain(duty.id)),
        due=duty.due,
        met=duty.met,
        on=duty.on,
        late=speech.days(duty.late, duty.unit),
    )
    if duty.days is None or duty.due is None:
        return text
    return text + speech.say("duty counted", days=speech.days(duty.days, duty.unit), starts=duty.starts)


def tell_notice(speech: Speech, notice: Notice) -> str:
    """What an entry obliges a party to publish."""
    return speech.say(
        f"notice {notice.kept}",
        by=speech.known("party", plain(notice.by)),
        id=speech.known("publication", plain(notice.id)),
        due=notice.due,
        late=speech.days(notice.late, "calendar_day"),
        number=notice.number,
        on=notice.on,
    )


def _tell_body(speech: Speech, claim: Claim, index: int, body: Mapping[str, Any]) -> Iterator[str]:
    if body["kind"] == "claim":
        prior = sum(one["amount"] for one in body["prior"])
        amounts = {"bill": body["bill"], "prior": prior, "residual": body["residual"]}
        shown = {name: speech.amount(amount) for name, amount in amounts.items()}
        payers = _payers(speech, body["prior"])
        yield speech.say("claim body", index=index, admitted=body["admitted"], payers=payers, **shown)
        yield from _facts(speech, "facts claimed", body["facts"])
    elif body["kind"] == "decision":
        yield from _tell_decision(speech, claim, index, body)
    else:
        kind = speech.known("kind", body["kind"])
        yield speech.say("other body", index=index, at=body["at"], kind=kind)


def _tell_decision(speech: Speech, claim: Claim, index: int, body: Mapping[str, Any]) -> Iterator[str]:
    result, amount = speech.known("result", body["result"]), speech.amount(body["amount"])
    yield speech.say("decision body", index=index, result=result, amount=amount)
    if "reason" in body:
        yield "  " + speech.say("because", reason=speech.known("reason", body["reason"]))
    yield from _facts(speech, "facts decided", body.get("facts", {}))
    for benefit in body["benefits"]:
        name = speech.known("benefit", benefit["benefit"])
        yield "  " + speech.say("benefit", name=name, amount=speech.amount(benefit["amount"]))
        if "reason" in benefit:
            yield "    " + speech.say("because", reason=speech.known("reason", benefit["reason"]))
        for step in benefit["steps"]:
            yield "    " + tell_step(speech, step, benefit=benefit["benefit"], terms=claim.terms)
    worked = "worked reason" if "reason" in body else "worked"
    yield "  " + speech.say(worked if index in claim.worked else "not worked", terms=body["terms"])


def _facts(speech: Speech, word: str, facts: Mapping[str, Any]) -> Iterator[str]:
    if facts:
        told = (f"{speech.known('fact', name)} {_value(speech, value)}" for name, value in facts.items())
        yield "  " + speech.say(word, facts=speech.say("pause").join(told))


def _value(speech: Speech, value: Any) -> str:
    if isinstance(value, bool):
        return speech.say("yes" if value else "no")
    return plain(str(value))


def _payers(speech: Speech, prior: list[dict[str, Any]]) -> str:
    """Who paid before, and how much."""
    said = [
        speech.say("payer", name=speech.known("payer", one["payer"]), amount=speech.amount(one["amount"]))
        for one in prior
    ]
    return speech.say("pause").join(said) or speech.say("nobody")
