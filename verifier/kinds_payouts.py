"""Money on its way to a person, all sealed: `payout`, `confirm`, `bounce`, `recovery`."""

from typing import Any

from verifier.act import Act
from verifier.books import PAYING, Piece
from verifier.errors import Rejected
from verifier.kinds_claims import need_state
from verifier.rows import number


def payout(act: Act) -> None:
    """Money leaves for what a decision gave, or leaves again after it came back."""
    value = act.value
    key = f"decision {number(value['decision'])}"
    decision = act.rows.get(key)
    if decision is None or decision["programme"] != act.programme:
        raise Rejected("decision_unknown", f"leaf {value['decision']} is no paying decision of {act.programme}")
    source = act.need_account(value["from"])
    act.need_account(value["to"])
    act.need_signers(source["holder"])
    claim = act.rows.get(f"claim {number(decision['claim'])}")
    need_state(act, claim)
    terms = act.need_terms(value["at"])
    act.need_flow(terms, kind="payout", purpose="payout", source=value["from"], to=value["to"])
    act.touch_member(claim["member"])
    if "again" in value:
        _pay_again(act)
    else:
        left = decision["amount"] - decision["paid_out"]
        if value["amount"] > left:
            raise Rejected("exceeds_decision", f"{left} minor units are left to pay, the payout says {value['amount']}")
        transit = act.open_transit(source=value["from"], to=value["to"], purpose="payout")
        act.books.move_head(source=value["from"], to=transit, amount=value["amount"])
        act.rows.change(key, {"paid_out": decision["paid_out"] + value["amount"]})
        if source["class"] in PAYING:
            _count_payout(act, value["from"], act.person_of(claim["member"]))
        act.add_figure(f"{act.programme}/on_its_way", value["amount"])
    act.rows.put(
        f"payout {number(act.index)}",
        {
            "account": value["from"],
            "amount": value["amount"],
            "claim": decision["claim"],
            "decision": value["decision"],
            "pos": None,
            "programme": act.programme,
            "recovered": 0,
            "state": "open",
            "to": value["to"],
        },
    )


def confirm(act: Act) -> None:
    """A payout has arrived."""
    row, claim = _need_payout(act)
    act.need_signers("role:insurer|county|platform")
    _need_open(act, row)
    amount, claim_key = row["amount"], f"claim {number(row['claim'])}"
    at = act.books.account(row["to"])["in"]
    transit = f"transit/{act.value['payout']}"
    act.books.move_head(source=transit, to=row["to"], amount=amount)
    act.close_transit_if_empty(transit)
    act.rows.change(_payout_key(act), {"pos": at, "state": "confirmed"})
    paid = claim["paid"] + amount
    state = "paid" if paid == claim["decided"] else claim["state"]
    act.rows.change(claim_key, {"confirmed": claim["confirmed"] + 1, "paid": paid, "state": state})
    act.add_figure(f"{act.programme}/on_its_way", -amount)
    _count_settled(act, claim["member"])
    for scope in _scopes(act, claim):
        act.add_figure(f"{scope}/paid", amount)
        if not claim["confirmed"]:
            act.add_figure(f"{scope}/claims_paid", 1)
            act.add_figure(f"{scope}/person_times_paid", 1)
    act.add_assigned(act.programme)


def bounce(act: Act) -> None:
    """A payout came back; it stays in transit until it is paid again from there."""
    row, _ = _need_payout(act)
    act.need_signers("role:insurer")
    _need_open(act, row)
    act.rows.change(_payout_key(act), {"state": "bounced"})


def recovery(act: Act) -> None:
    """Money comes back from a payee."""
    value = act.value
    row, claim = _need_payout(act)
    act.need_account(value["to"])
    act.need_signers(act.books.account(row["to"])["holder"])
    if row["state"] != "confirmed":
        raise Rejected("payout_not_confirmed", f"the payout of leaf {value['payout']} is {row['state']}")
    terms = act.need_terms(value["at"])
    act.need_flow(terms, kind="recovery", purpose="recovery", source=row["to"], to=value["to"])
    left = row["amount"] - row["recovered"]
    if value["amount"] > left:
        raise Rejected("exceeds_payout", f"{left} minor units can be recovered, the recovery says {value['amount']}")
    start = row["pos"] + row["recovered"]
    act.books.move_piece(Piece(row["to"], start, start + value["amount"]), to=value["to"])
    act.rows.change(_payout_key(act), {"recovered": row["recovered"] + value["amount"]})
    act.rows.change(f"claim {number(row['claim'])}", {"paid": claim["paid"] - value["amount"]})
    _count_settled(act, claim["member"])
    for scope in _scopes(act, claim):
        act.add_figure(f"{scope}/paid", -value["amount"])
    act.add_assigned(act.programme)


def _pay_again(act: Act) -> None:
    """Move a bounced payout from its transit account to this entry's own."""
    value = act.value
    key = f"payout {number(value['again'])}"
    bounced = act.rows.get(key)
    got = bounced and tuple(bounced[member] for member in ("account", "decision", "state", "amount"))
    if got != (value["from"], value["decision"], "bounced", value["amount"]):
        raise Rejected(
            "payout_not_bounced",
            f"leaf {value['again']} is no bounced payout of {value['amount']} minor units from {value['from']} "
            f"for this decision",
        )
    transit = act.open_transit(source=value["from"], to=value["to"], purpose="payout")
    act.books.move_head(source=f"transit/{value['again']}", to=transit, amount=value["amount"])
    act.close_transit_if_empty(f"transit/{value['again']}")
    act.rows.change(key, {"state": "again"})


def _count_payout(act: Act, account: str, person: str) -> None:
    """The person counts as paid from the account until its row is published."""
    key = f"payee {account} {person}"
    new = act.rows.get(key) is None
    if new:
        act.rows.put(key, act.index)
    row = act.rows.get(f"paying {account}") or {"members": 0, "payouts": 0}
    act.rows.put(f"paying {account}", {"members": row["members"] + new, "payouts": row["payouts"] + 1})


def _count_settled(act: Act, member: str) -> None:
    """The person's payout came or went back: it counts until a figure of payouts is said."""
    key = f"settled {act.programme} {act.person_of(member)}"
    if act.rows.get(key) is None:
        act.rows.put(key, act.index)
        row = act.rows.get(f"settling {act.programme}") or {"members": 0}
        act.rows.put(f"settling {act.programme}", {"members": row["members"] + 1})


def _payout_key(act: Act) -> str:
    return f"payout {number(act.value['payout'])}"


def _need_payout(act: Act) -> tuple[Any, Any]:
    """The payout that the body names, and its claim."""
    row = act.rows.get(_payout_key(act))
    if row is None or row["programme"] != act.programme:
        raise Rejected("payout_unknown", f"leaf {act.value['payout']} is no payout of {act.programme}")
    claim = act.rows.get(f"claim {number(row['claim'])}")
    act.touch_member(claim["member"])
    return row, claim


def _need_open(act: Act, row: Any) -> None:
    if row["state"] != "open":
        raise Rejected("payout_not_open", f"the payout of leaf {act.value['payout']} is {row['state']}")


def _scopes(act: Act, claim: Any) -> tuple[str, str]:
    """The prefixes of the figures of the programme, and of the period of the claim's cover."""
    cover = act.rows.get(f"cover {number(claim['cover'])}")
    return act.programme, f"{act.programme}/{cover['period']}"
