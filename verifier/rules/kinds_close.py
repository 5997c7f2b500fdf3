"""Giving back and closing: `refund` and `close`."""

from typing import Any

from verifier.entries.lines import Line, Lines, line_offset
from verifier.errors import Rejected
from verifier.rules.act import Act
from verifier.rules.books import PAYING, SEGMENTS_MAX, Piece, class_of, walk
from verifier.rules.rows import number

RESTING_CLASSES = ("fund", "platform")


def refund(act: Act) -> None:
    """A gift goes back: its own positions while they are at rest, else as much from the account the terms name."""
    value, line = act.value, act.value["line"]
    given = act.rows.get(f"donation {number(value['donation'])}")
    if given is None or given["programme"] != act.programme:
        raise Rejected("donation_unknown", f"leaf {value['donation']} is no donation to {act.programme}")
    gift = _gift(act, given)
    key = f"refunded {number(value['donation'])} {number(line['index'])}"
    before = act.rows.get(key)
    if before is not None:
        raise Rejected("refund_twice", f"line {line['index']} of leaf {value['donation']} went back in leaf {before}")
    pieces = walk(act.rows, gift)
    at_rest = all(class_of(piece.account) in RESTING_CLASSES for piece in pieces)
    sources = {piece.account for piece in pieces} if at_rest else {_refund_account(act)}
    act.need_signers(*sorted({act.books.account(source)["holder"] for source in sources}))
    if at_rest and len(pieces) > SEGMENTS_MAX:
        raise Rejected("too_many_segments", f"expected at most {SEGMENTS_MAX} pieces of the gift, got {len(pieces)}")
    if at_rest:
        for piece in pieces:
            act.books.move_piece(piece, to=given["source"])
    else:
        act.books.move_head(source=sources.pop(), to=given["source"], amount=line["amount"])
    act.rows.put(key, act.index)
    act.add_figure(f"{act.programme}/raised", -line["amount"])
    act.add_assigned(act.programme)
    _count_back(act)


def close(act: Act) -> None:
    """A period of a county ends: what its accounts held, got and gave is stated and carried on."""
    value = act.value
    terms = act.need_terms(value["at"])
    key = f"period {act.programme} {value['period']} {value['county']}"
    period = act.rows.get(key)
    if period is None:
        raise Rejected("period_unknown", f"there is no cover of {value['county']} for {value['period']}")
    if period["closed"] is not None:
        raise Rejected("period_closed", f"{value['period']} of {value['county']} was closed by leaf {period['closed']}")
    act.need_signers("role:insurer", "role:foundation", terms=terms)
    accounts = [(said, act.need_account(said["account"])) for said in value["accounts"]]
    for said, _ in accounts:
        act.need_told(said["account"])
    for said, row in accounts:
        _check_closing(act, said, row)
    act.rows.put(key, {**period, "closed": act.index})
    for said, row in accounts:
        act.rows.put(f"closed {said['account']}", {"in": row["in"], "out": row["out"]})


def _gift(act: Act, given: Any) -> Piece:
    """The positions of the entry's line, as its path proves them."""
    said = act.value["line"]
    offset = line_offset(
        Line(said["amount"], bytes.fromhex(said["commitment"])),
        index=said["index"],
        path=[(bytes.fromhex(sibling), total) for sibling, total in said["path"]],
        lines=Lines(bytes.fromhex(given["root"]), given["count"], given["total"]),
        what=f"leaf {act.index}: line",
    )
    start = given["pos"] + offset
    return Piece(given["account"], start, start + said["amount"])


def _refund_account(act: Act) -> str:
    name: str | None = act.need_terms(act.value["at"]).get("refund_from")
    row = None if name is None else act.rows.get(f"account {name}")
    if name is None or row is None or row["programme"] != act.programme or row["class"] in (*PAYING, "transit"):
        raise Rejected("refund_account_missing", f"the terms of {act.programme} name no account that pays back gifts")
    return name


def _count_back(act: Act) -> None:
    """What left the claims share is no longer assigned to claims."""
    share = _claims_share(act)
    for move in act.books.moves:
        if share is not None and move.get("from") == share:
            act.add_figure(f"{act.programme}/assigned", -move["amount"])


def _claims_share(act: Act) -> str | None:
    try:
        name: str | None = act.need_terms(act.value["at"]).get("claims_share")
    except Rejected:
        return None  # the day lies before the first version: nothing says what is assigned
    return name


def _check_closing(act: Act, said: Any, row: Any) -> None:
    last = act.rows.get(f"closed {said['account']}") or {"in": 0, "out": 0}
    opening, came, went = last["in"] - last["out"], row["in"] - last["in"], row["out"] - last["out"]
    expected = {"closing": opening + came - went, "in": came, "opening": opening, "out": went}
    got = {member: said[member] for member in expected}
    if got != expected:
        raise Rejected(
            "close_differs", f"account {said['account']}: the books say {_sum(expected)}, the entry says {_sum(got)}"
        )


def _sum(row: Any) -> str:
    return f"{row['opening']} + {row['in']} - {row['out']} = {row['closing']}"
