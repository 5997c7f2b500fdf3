"""Money on its way to a person, all sealed: `payout`, `confirm`, `bounce`, `recovery`."""

from typing import Any

from verifier.errors import Rejected
from verifier.rules.act import Act
from verifier.rules.books import PAYING, Piece, class_of
from verifier.rules.claims import Claim
from verifier.rules.duties import meet_pay, reopen_pay
from verifier.rules.rows import number


def payout(act: Act) -> None:
    """Money leaves for what a decision gave, or leaves again after it came back."""
    value = act.value
    decision = act.rows.get(f"decision {number(value['decision'])}")
    if decision is None or decision["programme"] != act.programme or not decision["amount"]:
        raise Rejected("decision_unknown", f"leaf {value['decision']} is no paying decision of {act.programme}")
    claim = Claim(act, decision["claim"])
    newest = claim.row["decision"]
    if value["decision"] != newest:
        raise Rejected(
            "decision_superseded", f"leaf {newest} took the place of the decision of leaf {value['decision']}"
        )
    source = act.need_account(value["from"])
    act.need_account(value["to"])
    act.need_signers(source["holder"])
    claim.need_state("payout")
    claim.need_officers(source["holder"], others=decision["officers"])
    terms = act.need_terms(value["at"])
    county = claim.cover["county"]
    act.need_flow(terms, kind="payout", purpose="payout", source=value["from"], to=value["to"], county=county)
    act.touch_member(claim.row["member"])
    if "again" in value:
        _pay_again(claim)
    else:
        _pay(claim)
    said = ("amount", "decision", "part", "to")
    act.rows.put(
        f"payout {number(act.index)}",
        {
            **{part: value[part] for part in said},
            "account": value["from"],
            "claim": claim.index,
            "pos": None,
            "programme": act.programme,
            "recovered": 0,
            "recoveries": 0,
            "state": "open",
        },
    )


def confirm(act: Act) -> None:
    """A payout has arrived."""
    row, claim = _need_payout(act)
    claim.need_signers("role:insurer|county|platform")
    claim.need_own_village()
    _need_open(act, row)
    amount, before = row["amount"], claim.row
    at = act.books.account(row["to"])["in"]
    transit = f"transit/{act.value['payout']}"
    act.books.move_head(source=transit, to=row["to"], amount=amount)
    act.close_transit_if_empty(transit)
    act.rows.change(_payout_key(act), {"pos": at, "state": "confirmed"})
    paid = before["paid"] + amount
    state = "paid" if before["state"] == "decided" and paid >= before["amount"] else before["state"]
    claim.change(confirmed=before["confirmed"] + 1, paid=paid, state=state)
    act.add_figure(f"{act.programme}/on_its_way", -amount)
    _count_settled(claim)
    for scope in _scopes(claim):
        act.add_figure(f"{scope}/paid", amount)
        if not before["confirmed"]:
            act.add_figure(f"{scope}/claims_paid", 1)
            act.add_figure(f"{scope}/person_times_paid", 1)
    act.add_assigned(act.programme)


def bounce(act: Act) -> None:
    """A payout came back; it stays in transit until it is paid again from there."""
    row, claim = _need_payout(act)
    claim.need_signers("role:insurer")
    claim.need_own_village()
    _need_open(act, row)
    act.rows.change(_payout_key(act), {"state": "bounced"})
    claim.change(bounced=claim.row["bounced"] + row["amount"])
    reopen_pay(claim)


def recovery(act: Act) -> None:
    """Money comes back from a payee, or what bounced comes back whole."""
    value = act.value
    row, claim = _need_payout(act)
    act.need_account(value["to"])
    act.need_signers(act.books.account(row["to"])["holder"])
    if row["state"] not in ("bounced", "confirmed"):
        raise Rejected("payout_not_confirmed", f"the payout of leaf {value['payout']} is {row['state']}")
    terms = act.need_terms(value["at"])
    act.need_flow(terms, kind="recovery", purpose="recovery", source=row["to"], to=value["to"])
    _check_part(value["part"], row["recoveries"], what=f"recoveries of the payout of leaf {value['payout']}")
    if row["state"] == "bounced":
        _take_back(claim, row)
    else:
        _recover(claim, row)
    _count_settled(claim)
    act.add_assigned(act.programme)


def _pay(claim: Claim) -> None:
    """Move the next part of what was decided to this entry's own transit account."""
    act, value, row = claim.act, claim.act.value, claim.row
    _check_part(value["part"], row["payouts"], what=f"payouts of the claim of leaf {claim.index}")
    left = row["amount"] - row["paid_out"]
    if value["amount"] > left:
        raise Rejected("exceeds_decision", f"{left} minor units are left to pay, the payout says {value['amount']}")
    transit = act.open_transit(source=value["from"], to=value["to"], purpose="payout")
    act.books.move_head(source=value["from"], to=transit, amount=value["amount"])
    claim.change(paid_out=row["paid_out"] + value["amount"], payouts=row["payouts"] + 1)
    if class_of(value["from"]) in PAYING:
        _count_payout(act, value["from"], claim.person)
    act.add_figure(f"{act.programme}/on_its_way", value["amount"])
    meet_pay(claim)


def _pay_again(claim: Claim) -> None:
    """Move a bounced payout from its transit account to this entry's own."""
    act, value = claim.act, claim.act.value
    key = f"payout {number(value['again'])}"
    bounced = act.rows.get(key)
    got = bounced and tuple(bounced[member] for member in ("account", "claim", "state", "amount", "part"))
    if got != (value["from"], claim.index, "bounced", value["amount"], value["part"]):
        raise Rejected(
            "payout_not_bounced",
            f"leaf {value['again']} is no bounced payout, part {value['part']} of the claim of leaf {claim.index}, "
            f"of {value['amount']} minor units from {value['from']}",
        )
    if claim.row["paid_out"] > claim.row["amount"]:
        raise Rejected(
            "exceeds_decision",
            f"{claim.row['paid_out']} minor units were paid out, {claim.row['amount']} are decided now: "
            f"what bounced has to come back",
        )
    transit = act.open_transit(source=value["from"], to=value["to"], purpose="payout")
    act.books.move_head(source=f"transit/{value['again']}", to=transit, amount=value["amount"])
    act.close_transit_if_empty(f"transit/{value['again']}")
    act.rows.change(key, {"state": "again"})
    claim.change(bounced=claim.row["bounced"] - value["amount"])
    meet_pay(claim)


def _recover(claim: Claim, row: Any) -> None:
    """Take part of a confirmed payout from its own positions."""
    act, amount = claim.act, claim.act.value["amount"]
    left = row["amount"] - row["recovered"]
    if amount > left:
        raise Rejected("exceeds_payout", f"{left} minor units can be recovered, the recovery says {amount}")
    start = row["pos"] + row["recovered"]
    act.books.move_piece(Piece(row["to"], start, start + amount), to=act.value["to"])
    act.rows.change(_payout_key(act), {"recovered": row["recovered"] + amount, "recoveries": row["recoveries"] + 1})
    claim.change(paid=claim.row["paid"] - amount)
    for scope in _scopes(claim):
        act.add_figure(f"{scope}/paid", -amount)


def _take_back(claim: Claim, row: Any) -> None:
    """Take a bounced payout out of its transit account."""
    act, amount = claim.act, claim.act.value["amount"]
    if amount != row["amount"]:
        raise Rejected("amount_wrong", f"{row['amount']} minor units bounced, the recovery says {amount}")
    transit = f"transit/{act.value['payout']}"
    act.books.move_head(source=transit, to=act.value["to"], amount=amount)
    act.close_transit_if_empty(transit)
    act.rows.change(_payout_key(act), {"state": "returned"})
    claim.change(bounced=claim.row["bounced"] - amount, paid_out=claim.row["paid_out"] - amount)
    act.add_figure(f"{act.programme}/on_its_way", -amount)


def _check_part(part: int, before: int, *, what: str) -> None:
    """Parts are counted, so that whoever sends one again is told."""
    if part != before + 1:
        raise Rejected("part_wrong", f"there are {before} {what}, expected part {before + 1}, got {part}")


def _count_payout(act: Act, account: str, person: str) -> None:
    """The person counts as paid from the account until its row is published."""
    key = f"payee {account} {person}"
    new = act.rows.get(key) is None
    if new:
        act.rows.put(key, act.index)
    row = act.rows.get(f"paying {account}") or {"members": 0, "payouts": 0}
    act.rows.put(f"paying {account}", {"members": row["members"] + new, "payouts": row["payouts"] + 1})


def _count_settled(claim: Claim) -> None:
    """The person's payout came or went back: it counts until a figure of payouts is said."""
    act = claim.act
    key = f"settled {act.programme} {claim.person}"
    if act.rows.get(key) is None:
        act.rows.put(key, act.index)
        row = act.rows.get(f"settling {act.programme}") or {"members": 0}
        act.rows.put(f"settling {act.programme}", {"members": row["members"] + 1})


def _payout_key(act: Act) -> str:
    return f"payout {number(act.value['payout'])}"


def _need_payout(act: Act) -> tuple[Any, Claim]:
    """The payout that the body names, and its claim."""
    row = act.rows.get(_payout_key(act))
    if row is None or row["programme"] != act.programme:
        raise Rejected("payout_unknown", f"leaf {act.value['payout']} is no payout of {act.programme}")
    claim = Claim(act, row["claim"])
    act.touch_member(claim.row["member"])
    return row, claim


def _need_open(act: Act, row: Any) -> None:
    if row["state"] != "open":
        raise Rejected("payout_not_open", f"the payout of leaf {act.value['payout']} is {row['state']}")


def _scopes(claim: Claim) -> tuple[str, str]:
    """The prefixes of the figures of the programme, and of the period of the claim's cover."""
    programme = claim.act.programme
    return programme, f"{programme}/{claim.cover['period']}"
