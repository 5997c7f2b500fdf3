"""A monetary unit sample at the command line."""

import argparse
import sys
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from verifier.audit.audit import audit_log
from verifier.audit.sample import COUNT_MAX, Gifts, Hit, Lines, draw_units, sample_account, sample_gifts
from verifier.commands.files import UnreadableError, read_pins, read_policy
from verifier.commands.replay import STATUS, add_source, desk_in, print_verdict, progress_of, read_by_all, source_of
from verifier.commands.screen import say, say_json
from verifier.errors import FormatError
from verifier.primitives.amounts import time_text
from verifier.primitives.parse import parse_decimal, parse_hex
from verifier.rules.rows import Rows
from verifier.speech.speech import Speech

SUMMARY = "draw a sample of money that everybody draws alike"

DESCRIPTION = """\
Replay a log, and draw monetary units from it: gifts, or the units that came
into an account.
抽取一个样本，任何人抽取的结果都相同。

The draw follows from the checkpoint's root and from NONCE, whose SHA-256 was
published before that root was known (docs/formats/sample.md). Names entry and
line of each hit.

example:
  mingzhang-verify sample log.archive --policy trust.policy \\
    --nonce 000102030405060708090a0b0c0d0e0f --count 20
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `sample`."""
    add_source(parser)
    parser.add_argument("--nonce", metavar="HEX", required=True, help="16 to 64 bytes in hex, committed to before")
    parser.add_argument("--count", metavar="K", required=True, help="how many units to draw")
    parser.add_argument("--account", metavar="A", help="draw from what came into this account (default: from gifts)")
    parser.add_argument("--programme", metavar="P", help="whose gifts, where the log has more than one programme")


def run(options: argparse.Namespace) -> int:
    """Replay, draw, and name what was hit."""
    nonce, count = _nonce(options.nonce), _count(options.count)
    source = source_of(options.source, token=options.token)
    policy, gifts = read_policy(options.policy), Gifts(nonce)
    pins = read_pins(options.policy, policy)
    with desk_in(None) as desk:
        verdict = audit_log(source, policy=policy, pins=pins, progress=progress_of(options), desk=desk,
                            read_bundles=read_by_all, watch=gifts)  # fmt: skip
        whole = verdict.checkpoint is not None and verdict.read == verdict.checkpoint.size
        if verdict.outcome == "invalid" or verdict.checkpoint is None or not whole or (
            options.account is not None and verdict.outcome != "valid"
        ):
            # A sample of a log that does not stand would look like one of a log that does.
            print_verdict(verdict, lang=options.lang)
            return STATUS[verdict.outcome]
        lines = Lines(source, verdict.checkpoint.size)
        total, programme = _population(options, gifts, desk.rows)
        try:
            units = draw_units(root=verdict.checkpoint.root, nonce=nonce, total=total, count=count)
        except FormatError as error:
            raise UnreadableError(str(error)) from None
        if options.account is None:
            hits = sample_gifts(units, programme=programme, gifts=gifts, lines=lines)
        else:
            hits = sample_account(units, account=options.account, rows=desk.rows, lines=lines)
    answer = {
        "commitment": sha256(nonce).hexdigest(),
        "committed": None if gifts.committed is None else list(gifts.committed),
        "hits": [asdict(hit) for hit in hits],
        "origin": verdict.checkpoint.origin,
        "population": options.account or f"gifts to {programme}",
        "root": verdict.checkpoint.root.hex(),
        "size": verdict.checkpoint.size,
        "total": total,
    }
    if options.json:
        say_json(answer)
    else:
        _print(answer, hits, words=Speech(options.lang, unit=None))
    return 3 if any(hit.gift is not None and hit.line is None for hit in hits) else 0


def _population(options: argparse.Namespace, gifts: Gifts, rows: Rows) -> tuple[int, str]:
    """How many units there are to draw from, and of gifts the programme."""
    if options.account is not None:
        row = rows.get(f"account {options.account}")
        if row is None:
            raise UnreadableError(f"--account: the log has no account {options.account}")
        return row["in"], ""
    programmes = gifts.programmes
    programme = options.programme or (programmes[0] if len(programmes) == 1 else None)
    if programme not in programmes:
        known = ", ".join(programmes) or "none"
        raise UnreadableError(f"--programme: expected one that was given to, of {known}; got {programme}")
    return gifts.total(programme), programme


def _print(answer: dict[str, Any], hits: list[Hit], *, words: Speech) -> None:
    head = {"origin": answer["origin"], "size": answer["size"], "root": answer["root"]}
    say(words.say("evidence head", **head))
    counts = {"count": len(hits), "total": f"{answer['total']:,}", "population": answer["population"]}
    say(words.say("drawn", **counts))
    if answer["committed"] is None:
        say(words.say("nonce unknown", commitment=answer["commitment"]))
    else:
        index, signers, time_unix_ms = answer["committed"]
        told = {"signers": words.say("pause").join(signers), "time": time_text(time_unix_ms // 1000)}
        say(words.say("nonce committed", index=index, **told))
    for hit in hits:
        told_hit = words.say("hit leaf", index=hit.index, kind=hit.kind or words.say("kind unread"))
        if hit.line is not None:
            line = {"line": hit.line, "amount": f"{hit.amount:,}", "commitment": hit.commitment}
            told_hit = words.say("hit line", gift=hit.gift, **line)
        say(f"{hit.unit:>20,}  {told_hit}")
        for account, position, index in hit.way:
            kind = f" ({hit.kind})" if index == hit.index and hit.kind is not None else ""
            say(f"{'':>22}{words.say('hit way', account=account, position=f'{position:,}', index=index)}{kind}")
        if hit.gift is not None and hit.line is None:
            say(f"cannot tell  {words.say('hit open', gift=hit.gift)}", to=sys.stderr)


def _nonce(text: str) -> bytes:
    try:
        return parse_hex(text.encode("utf-8", errors="replace"), what="--nonce")
    except FormatError as error:
        raise UnreadableError(str(error)) from None


def _count(text: str) -> int:
    try:
        return parse_decimal(text.encode("utf-8", errors="replace"), what="--count", most=COUNT_MAX)
    except FormatError as error:
        raise UnreadableError(str(error)) from None
