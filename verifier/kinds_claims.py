"""The life of a claim, all sealed: `claim`, `request`, `complete`, `withdraw`, `decision`."""

from typing import Any

from verifier.act import Act
from verifier.errors import Rejected
from verifier.kinds_cover import need_open_period
from verifier.members import rules
from verifier.rows import number


def claim(act: Act) -> None:
    """A member claims under a cover."""
    value = act.value
    cover = act.rows.get(f"cover {number(value['cover'])}")
    if cover is None or cover["programme"] != act.programme:
        raise Rejected("cover_unknown", f"leaf {value['cover']} is no cover of {act.programme}")
    act.need_signers("role:county|platform")
    member = act.rows.get(f"member {value['member']}")
    members = ("programme", "period", "county")
    if member is None or any(member[part] != cover[part] for part in members):
        raise Rejected("member_unknown", f"{value['member']} is no member under the cover of leaf {value['cover']}")
    if member["removed"] is not None and member["removed"] <= value["admitted"]:
        raise Rejected("not_member_then", f"{value['member']} left on {member['removed']}")
    if not cover["first_day"] <= value["admitted"] <= cover["last_day"]:
        raise Rejected("outside_cover", f"the cover runs from {cover['first_day']} to {cover['last_day']}")
    need_open_period(act, period=cover["period"], county=cover["county"])
    residual = value["bill"] - sum(prior["amount"] for prior in value["prior"])
    if value["residual"] != residual:
        raise Rejected(
            "arithmetic_wrong", f"the bill less prior payers is {residual}, the claim says {value['residual']}"
        )
    act.use_tags("invoice -", value["invoices"], reason="invoice_used")
    act.rows.put(
        f"claim {number(act.index)}",
        {
            "admitted": value["admitted"],
            "confirmed": 0,
            "cover": value["cover"],
            "decided": 0,
            "decision": None,
            "member": value["member"],
            "paid": 0,
            "programme": act.programme,
            "residual": residual,
            "state": "complete" if value["complete"] else "claimed",
        },
    )
    act.rows.change(f"member {value['member']}", {"claims": [*member["claims"], act.index]})
    act.touch_member(value["member"])


def request(act: Act) -> None:
    """The insurer names the papers that are missing."""
    _step(act, "role:insurer")


def complete(act: Act) -> None:
    """The papers are there."""
    _step(act, "role:insurer")


def withdraw(act: Act) -> None:
    """The claim is taken back."""
    _step(act, "role:county|platform")


def decision(act: Act) -> None:
    """The insurer decides on a claim, by the terms of the day of admission."""
    value = act.value
    row = _need_claim(act, "role:insurer")
    terms = _terms_then(act, row)
    amount, key = value["amount"], f"decided {number(row['cover'])} {act.person_of(row['member'])}"
    decided = act.rows.get(key) or 0
    if value["result"] == "pay":
        payable = _payable(terms, row, decided)
        if amount != payable or amount < 1:
            raise Rejected("amount_wrong", f"the terms give {payable} minor units, the decision says {amount}")
        act.rows.put(key, decided + amount)
        act.rows.put(
            f"decision {number(act.index)}",
            {"amount": amount, "claim": value["claim"], "paid_out": 0, "programme": act.programme},
        )
        changes = {"decided": amount, "decision": act.index}
    elif amount:
        raise Rejected("amount_wrong", f"a refusal pays nothing, the decision says {amount}")
    else:
        changes = {}
    state = rules()["claim_states"]["decision"]["to"][value["result"]]
    act.rows.change(f"claim {number(value['claim'])}", {**changes, "state": state})


def need_state(act: Act, row: Any) -> None:
    """The claim is in a state from which this kind of body may lead on."""
    allowed = rules()["claim_states"][act.value["kind"]]["from"]
    if row["state"] not in allowed:
        raise Rejected("state_wrong", f"the claim is {row['state']}, expected one of {', '.join(allowed)}")


def _need_claim(act: Act, signers: str) -> Any:
    """The claim that the body names, after its signers and its state were judged."""
    index = act.value["claim"]
    row = act.rows.get(f"claim {number(index)}")
    if row is None or row["programme"] != act.programme:
        raise Rejected("claim_unknown", f"leaf {index} is no claim of {act.programme}")
    act.need_signers(signers)
    need_state(act, row)
    act.touch_member(row["member"])
    return row


def _step(act: Act, signers: str) -> None:
    _need_claim(act, signers)
    state = rules()["claim_states"][act.value["kind"]]["to"]
    act.rows.change(f"claim {number(act.value['claim'])}", {"state": state})


def _terms_then(act: Act, row: Any) -> Any:
    """The terms of the day of admission, which the decision must name."""
    programme = act.rows.get(f"programme {act.programme}")
    versions = [index for first_day, index in programme["versions"] if first_day <= row["admitted"]]
    if not versions or act.value["terms"] != versions[-1]:
        raise Rejected(
            "terms_wrong",
            f"leaf {act.value['terms']} does not hold the terms of {row['admitted']}, the day of admission",
        )
    return act.rows.get(f"terms {number(versions[-1])}")


def _payable(terms: Any, row: Any, decided: int) -> int:
    """What the terms give for a claim, when `decided` was given to the member under this cover before."""
    benefit = terms.get("benefit") or {}
    num, den, cap = (benefit.get(member) for member in ("num", "den", "cap"))
    if num is None or den is None or cap is None:
        raise Rejected("terms_incomplete", "the terms name no share or no cap of the benefit")
    return int(min(row["residual"] * num // den, cap - decided))
