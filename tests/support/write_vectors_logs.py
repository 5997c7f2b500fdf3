"""Vectors of body, stamp, leaf and log. The logs are made by tests/support/log_samples.py and judged from outside."""

import hashlib
import json
from typing import Any

from tests.reference import rfc6962
from tests.support import log_samples
from tests.support.vector_entries import BODIES, DIGEST, body_value, canonical, entry_value, signed_entry
from tests.support.write_vectors import Area
from tests.support.write_vectors_entries import EntryArea

STAMP: dict[str, Any] = {"balance": None, "charter": 0, "index": 7, "rules": 1, "time_unix_ms": 1551400000123}
HASH = "5e" * 32
STEP = {"clause": "base", "in": [800], "name": "residual", "op": "base", "out": 800}
MOVE = {"amount": 500, "from": "fund/dlz/claims", "from_pos": 0, "to": "transit/7", "to_pos": 0}
SPLIT = {"amount": 10, "den": 10, "num": 9, "pos": 0, "rest": "fund/dlz/other", "rest_pos": 0, "split": "fund/dlz",
         "to": "fund/dlz/claims", "to_pos": 0}


def write() -> None:
    _bodies(EntryArea("body"))
    _stamps(Area("stamp"))
    _leaves(Area("leaf"))
    _logs(EntryArea("log"))


def _bodies(area: EntryArea) -> None:
    def good(case: str, about: str, value: dict[str, Any]) -> None:
        data = canonical(value)
        area.good(case, about, "parse", {"body": data},
                  {"kind": value["kind"], "hash_hex": hashlib.sha256(b"\x03" + data.encode()).hexdigest()})

    for kind in BODIES:
        good(f"good-{kind}", "a sample of its kind", body_value(kind))
    good("payout-again", "a payout made again names the one that bounced", body_value("payout", again=9))
    good("claim-of-a-closed-period", "it says which period it concerns", body_value("claim", concerns="2018"))
    good("claim-without-bill", "a benefit may need none", body_value("claim", bill=0, claimed=0, invoices=[], prior=[],
                                                                     residual=0))
    good("claim-of-ten-benefits", "at most 10", body_value("claim", benefits=[f"b{at}" for at in range(10)]))
    good("claim-of-fifty-facts", "at most 50", body_value("claim", facts={f"f{at:02d}": at for at in range(50)}))
    good("decision-to-refuse", "an amount of 0 may be decided",
         body_value("decision", amount=0, benefits=[], reason="fraud", result="refuse"))
    good("decision-in-part", "facts that differ from the claim's",
         body_value("decision", facts={"days": 2}, result="part"))
    good("decision-that-reviews", "it names the decision before it", body_value("decision", reviews=8))
    for case, about, value in (
        ("kind-of-entry", "a transfer is public, never a body", {**entry_value("transfer"), "at": "2019-03-01"}),
        ("kind-sealed", "a body holds no other", body_value("withdraw", kind="sealed")),
        ("kind-unknown", "a kind that no table has", body_value("withdraw", kind="appeal")),
    ):
        area.rejected(case, about, "parse", {"body": canonical(value)}, "kind_unknown")
    for case, about, value in (
        ("signers-in-body", "the sealed entry names its signers", body_value("withdraw", signers=[])),
        ("valid-until-in-body", "the sealed entry has it", body_value("withdraw", valid_until="2019-03-31")),
        ("nonce-missing", "the nonce hides the effect", body_value("withdraw", nonce=None)),
        ("at-missing", "the day stands in the body", body_value("withdraw", at=None)),
        ("member-unknown", "no other member", body_value("withdraw", colour="red")),
        ("member-missing", "every member", body_value("confirm", evidence=None)),
        ("complete-as-number", "1 is no true", body_value("claim", complete=1)),
        ("complete-as-string", "a string is no true", body_value("claim", complete="true")),
        ("bill-negative", "0 or more", body_value("claim", bill=-1)),
        ("benefits-none", "a claim is for a benefit", body_value("claim", benefits=[])),
        ("benefits-11", "at most 10", body_value("claim", benefits=[f"b{at}" for at in range(11)])),
        ("facts-51", "at most 50", body_value("claim", facts={f"f{at:02d}": at for at in range(51)})),
        ("fact-null", "null is absent, and so left out", body_value("claim", facts={"days": None})),
        ("fact-negative", "0 or more", body_value("claim", facts={"days": -1})),
        ("fact-of-many", "one value", body_value("claim", facts={"days": [3]})),
        ("fact-empty", "1 to 100 characters", body_value("claim", facts={"cause": ""})),
        ("fact-101-characters", "1 to 100 characters", body_value("claim", facts={"cause": "折" * 101})),
        ("fact-name-41", "a name has at most 40 characters", body_value("claim", facts={"d" * 41: 1})),
        ("invoices-101", "at most 100", body_value("claim", invoices=[DIGEST] * 101)),
        ("prior-21", "at most 20", body_value("claim", prior=[{"amount": 1, "payer": "basic"}] * 21)),
        ("steps-in-words", "a step is arithmetic", _decided(["800 × 1/2 = 400"])),
        ("steps-41", "at most 40", _decided([STEP] * 41)),
        ("step-without-out", "something comes out", _decided([{"clause": "base", "in": [], "op": "base"}])),
        ("step-negative", "0 or more", _decided([{**STEP, "out": -1}])),
        ("step-true", "true is no 1", _decided([{**STEP, "out": True}])),
        ("step-in-31", "at most 30", _decided([{**STEP, "in": [1] * 31}])),
        ("step-clause-in-capitals", "a place in a formula", _decided([{**STEP, "clause": "Base"}])),
        ("facts-none", "1 to 50, or left out", body_value("decision", facts={})),
        ("part-zero", "parts are counted from 1", body_value("payout", part=0)),
        ("answer-unknown", "it stands, or is reviewed", body_value("answer", result="perhaps")),
        ("missing-none", "a request names what is missing", body_value("request", missing=[])),
        ("result-unknown", "pay or refuse", body_value("decision", result="maybe")),
        ("again-null", "a missing member is left out", {**body_value("payout"), "again": None}),
        ("payout-zero", "money on its way is some", body_value("payout", amount=0)),
        ("payout-negative", "nothing is paid backwards", body_value("payout", amount=-1)),
        ("evidence-by-counterparty", "a payee, an agent or a bank",
         body_value("confirm", evidence={"by": "counterparty", "digest": DIGEST})),
        ("16385-bytes", "at most 16,384 bytes", body_value("claim", documents=[HASH] * 100, invoices=[HASH] * 100,
                                                           concerns="a" * 4000)),
    ):
        area.bad(case, about, "parse", {"body": canonical(value)})
    text = canonical(body_value("withdraw"))
    for case, about, body in (
        ("line-feed-behind", "a body ends with its object", text + "\n"),
        ("member-twice", "the last would win in some readers", text.replace('"claim":7', '"claim":7,"claim":8')),
        ("member-twice-escaped", "\\u0063laim is claim", text.replace('"claim":7', '"claim":7,"\\u0063laim":8')),
        ("members-unsorted", "in the order of their bytes", json.dumps(
            dict(reversed(body_value("withdraw").items())), separators=(",", ":"))),
        ("number-float", "7.0 is no integer", text.replace('"claim":7', '"claim":7.0')),
        ("number-exponent", "no exponent", text.replace('"claim":7', '"claim":7e0')),
        ("number-true", "true is no 1", text.replace('"claim":7', '"claim":true')),
        ("number-as-string", '"7" is no number', text.replace('"claim":7', '"claim":"7"')),
        ("space", "no white space", text.replace('"claim":7', '"claim": 7')),
        ("array", "an object", "[]"),
        ("nothing", "an object", ""),
        ("depth-500", "too deep", "[" * 500 + "]" * 500),
    ):
        area.bad(case, about, "parse", {"body": body})
    for case, about, data in (
        ("bom", "no byte order mark", b"\xef\xbb\xbf" + text.encode()),
        ("utf-16", "UTF-8 only", text.encode("utf-16-le")),
        ("nul-behind", "one value", text.encode() + b"\0"),
        ("surrogate-raw", "half a pair has no UTF-8", text.encode().replace(b"withdraw", b"\xed\xa0\x80")),
    ):
        area.bad(case, about, "parse", {"body_hex": data.hex()})


def _decided(steps: list[Any]) -> dict[str, Any]:
    """A decision on one benefit that was worked out in these steps."""
    return body_value("decision", benefits=[{"amount": 400, "benefit": "inpatient", "steps": steps}])


def _stamps(area: Area) -> None:
    def good(case: str, about: str, **members: Any) -> None:
        area.good(case, about, "parse", {"stamp": canonical({**STAMP, **members})},
                  {"time_unix_ms": {**STAMP, **members}["time_unix_ms"]})

    good("plain", "an entry that moved nothing, before the first balance")
    good("moves", "a move and a split behind it", moves=[MOVE, SPLIT])
    good("effect", "a sealed entry", effect=HASH, balance=3)
    good("roots", "a balance", balance=7, accounts=HASH, exits=HASH, figures=HASH, published=HASH, register=HASH)
    good("state", "a close", state=HASH)
    good("flags", "a notice that says other figures than the books", flags=[["dlz/raised", -300], ["dlz/none", None]])
    good("time-zero", "1970 has begun", time_unix_ms=0)
    good("time-largest", "2^53-1", time_unix_ms=2**53 - 1)
    text = canonical(STAMP)
    for case, about, stamp in (
        ("flags-none", "left out where there are none", canonical({**STAMP, "flags": []})),
        ("flag-without-difference", "a figure and a difference", canonical({**STAMP, "flags": [["dlz/raised"]]})),
        ("flag-of-no-figure", "a figure's name", canonical({**STAMP, "flags": [["raised", 1]]})),
        ("time-missing", "every stamp has its time", text.replace(',"time_unix_ms":1551400000123', "")),
        ("time-negative", "0 or more", text.replace("1551400000123", "-1")),
        ("time-null", "an integer", text.replace("1551400000123", "null")),
        ("time-true", "true is no 1", text.replace("1551400000123", "true")),
        ("time-as-string", "an integer", text.replace("1551400000123", '"1551400000123"')),
        ("time-float", "an integer", text.replace("1551400000123", "1551400000123.0")),
        ("time-exponent", "an integer", text.replace("1551400000123", "1e12")),
        ("time-two-to-the-53", "at most 2^53-1", text.replace("1551400000123", "9007199254740992")),
        ("member-twice", "once", text.replace('"index":7', '"index":7,"index":8')),
        ("members-unsorted", "in the order of their bytes", json.dumps(
            dict(sorted(STAMP.items(), reverse=True)), separators=(",", ":"))),
        ("space", "no white space", text.replace('"index":7', '"index": 7')),
        ("line-feed-behind", "the leaf has it, not the stamp", text + "\n"),
        ("index-minus-zero", "-0 is another spelling of 0", text.replace('"charter":0', '"charter":-0')),
        ("array", "an object", "[]"),
        ("nothing", "an object", ""),
        ("depth-500", "too deep", "[" * 500 + "]" * 500),
    ):
        area.bad(case, about, "parse", {"stamp": stamp})


def _leaves(area: Area) -> None:
    stamp, entry = canonical(STAMP), signed_entry("drive")
    time = STAMP["time_unix_ms"]
    area.good("stamp-and-entry", "a line of stamp, then the note", "split", {"leaf": f"{stamp}\n{entry}"},
              {"time_unix_ms": time, "entry": entry})
    area.good("entry-is-not-judged", "what follows the stamp is the entry, whatever it is", "split",
              {"leaf": f"{stamp}\n\nno note"}, {"time_unix_ms": time, "entry": "\nno note"})
    area.good("entry-empty", "nothing follows the stamp", "split", {"leaf": f"{stamp}\n"},
              {"time_unix_ms": time, "entry": ""})
    full = f"{stamp}\n" + "a" * (65_535 - len(stamp) - 1)
    area.good("65535-bytes", "the largest leaf", "split", {"leaf": full},
              {"time_unix_ms": time, "entry": full.partition("\n")[2]})
    long_stamp = canonical({**STAMP, "moves": [MOVE] * 220})
    assert len(long_stamp) > 16_384
    for case, about, leaf in (
        ("65536-bytes", "at most 65,535", f"{full}a"),
        ("stamp-16385-bytes", "a stamp has at most 16,384", f"{long_stamp}\n{entry}"),
        ("no-line-feed", "the stamp ends in LF", stamp),
        ("entry-alone", "the stamp comes first", entry),
        ("stamp-behind", "the stamp comes first", f"{entry}{stamp}\n"),
        ("crlf", "LF alone", f"{stamp}\r\n{entry}"),
        ("empty-line-first", "the stamp is the first line", f"\n{stamp}\n{entry}"),
        ("nothing", "a stamp and an entry", ""),
    ):
        area.bad(case, about, "split", {"leaf": leaf})


def _logs(area: EntryArea) -> None:
    for name, about, log in log_samples.good_logs():
        root = rfc6962.root([rfc6962.leaf(leaf) for leaf in log.leaves]).hex()
        area.good(name, about, "replay", log.case(),
                  {"size": len(log.leaves), "root_hex": root, "state_root_hex": log.state_root.hex()})
    for name, about, log, error in log_samples.bad_logs():
        if error in ("format", "signature", "proof"):
            area.bad(name, about, "replay", log.case(), error)
        else:
            area.rejected(name, about, "replay", log.case(), error)
