"""Money that moves in the open: `donation`, `transfer`, `receive`, `return`, `income`, `spend`, `brought_forward`."""

from typing import Any

from verifier.errors import Rejected
from verifier.rules.act import Act
from verifier.rules.notices import start_transfer
from verifier.rules.rows import number


def donation(act: Act) -> None:
    """A batch of gifts comes in as one head move."""
    value, total = act.value, act.value["lines"]["total"]
    _check_way(act, "donation", "to")
    lines = act.need_lines()
    act.use_tags(f"trade {act.programme}", act.need_tags(len(lines)), reason="tag_used")
    at = act.books.account(value["to"])["in"]
    act.books.move_head(source=value["from"], to=value["to"], amount=total)
    act.rows.put(
        f"donation {number(act.index)}",
        {
            "account": value["to"],
            "count": value["lines"]["count"],
            "pos": at,
            "programme": act.programme,
            "root": value["lines"]["root"],
            "source": value["from"],
            "total": total,
        },
    )
    act.add_figure(f"{act.programme}/raised", total)
    act.add_assigned(act.programme)


def transfer(act: Act) -> None:
    """Money leaves its holder and is in transit until the other end signs."""
    value = act.value
    terms = _check_way(act, "transfer", "from")
    transit = act.open_transit(source=value["from"], to=value["to"], purpose=value["purpose"])
    act.rows.put(f"transfer {number(act.index)}", {"programme": act.programme, "purpose": value["purpose"]})
    act.books.move_head(source=value["from"], to=transit, amount=value["amount"])
    act.add_figure(f"{act.programme}/on_its_way", value["amount"])
    act.add_assigned(act.programme)
    start_transfer(act, terms)


def receive(act: Act) -> None:
    """The other end signs that a transfer arrived, whole or in part."""
    programme, purpose = _arrive(act, "to")
    if purpose == "premium":
        act.add_figure(f"{programme}/premium", act.value["amount"])
    act.add_assigned(programme)


def return_(act: Act) -> None:
    """A transfer, or what is left of it, goes back to where it came from."""
    _arrive(act, "source")


def income(act: Act) -> None:
    """Money that came in and is no gift."""
    _check_way(act, "income", "to")
    _move(act)


def spend(act: Act) -> None:
    """Money that is spent."""
    _check_way(act, "spend", "from")
    _move(act)


def brought_forward(act: Act) -> None:
    """Books from before the ledger, with an auditor's signature."""
    _check_way(act, "brought_forward", "to", "role:auditor")
    _move(act)


def _check_way(act: Act, kind: str, signs: str, *others: str) -> Any:
    """Terms, both accounts, signers, flow: the holder of the account that member `signs` names must sign.

    Gives the terms.
    """
    value = act.value
    terms = act.need_terms(value["at"])
    accounts = {member: act.need_account(value[member]) for member in ("from", "to")}
    act.need_signers(accounts[signs]["holder"], *others)
    act.need_flow(terms, kind=kind, purpose=value["purpose"], source=value["from"], to=value["to"])
    return terms


def _move(act: Act) -> None:
    act.books.move_head(source=act.value["from"], to=act.value["to"], amount=act.value["amount"])
    act.add_assigned(act.programme)


def _arrive(act: Act, end: str) -> tuple[str, str]:
    """Take from a transfer's transit account to its destination `to` or its `source`; its programme and purpose."""
    value = act.value
    key, transit = f"transfer {number(value['transfer'])}", f"transit/{value['transfer']}"
    opened: Any = act.rows.get(key)
    if opened is None:
        raise Rejected("transfer_unknown", f"leaf {value['transfer']} is no open transfer")
    row = act.books.account(transit)
    act.need_signers(act.books.account(row[end])["holder"])
    left = row["in"] - row["out"]
    if value["amount"] > left:
        raise Rejected("exceeds_transit", f"{transit} has {left} minor units left, the entry says {value['amount']}")
    act.books.move_head(source=transit, to=row[end], amount=value["amount"])
    if act.close_transit_if_empty(transit):
        act.rows.remove(key)
    act.add_figure(f"{opened['programme']}/on_its_way", -value["amount"])
    return opened["programme"], opened["purpose"]
