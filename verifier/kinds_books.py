"""Statements about the books: `balance`, `figure`, `reconciliation`."""

from verifier.act import Act
from verifier.books import PAYING
from verifier.errors import Rejected

COUNTING_PAYOUTS = ("paid", "claims_paid", "person_times_paid", "on_its_way")


def balance(act: Act) -> None:
    """Ask for a trial balance, and publish accounts that pay where enough members stand behind their payouts."""
    for name in act.value["publish"]:
        row = act.need_account(name)
        if row["class"] not in PAYING:
            raise Rejected("not_paying", f"account {name} is not of a class that pays")
        paying = act.rows.get(f"paying {name}") or {"members": 0}
        terms = act.newest_terms(row["programme"])
        if paying["members"] < terms["k"]:
            raise Rejected(
                "too_few_payouts",
                f"account {name} paid {paying['members']} members since its last published row, "
                f"the terms ask for {terms['k']}",
            )
    for name in act.value["publish"]:
        row = act.books.account(name)
        published = {"at": act.index, "in": row["in"], "next_out": row["next_out"], "out": row["out"]}
        act.rows.put(f"published {name}", published)
        act.rows.remove(f"paying {name}")
        for member, _ in list(act.rows.group(f"payee {name}")):
            act.rows.remove(f"payee {name} {member}")


def figure(act: Act) -> None:
    """Publish a number that the books hold."""
    value, metric = act.value, act.value["metric"]
    row = act.rows.get(f"figure {metric}")
    if row is None or metric.partition("/")[0] != act.programme:
        raise Rejected("figure_not_supported", f"the books hold no figure {metric} of {act.programme}")
    of_payouts = metric.rpartition("/")[2] in COUNTING_PAYOUTS
    settling = act.rows.get(f"settling {act.programme}")
    if of_payouts:
        for account, _ in act.rows.group("paying"):
            if act.books.account(account)["programme"] == act.programme:
                raise Rejected("unpublished_payouts", f"account {account} paid since its last published row")
        least = act.newest_terms(act.programme)["k"]
        if settling and settling["members"] < least:
            raise Rejected(
                "too_few_payouts",
                f"{settling['members']} members of {act.programme} were settled since a figure said it, "
                f"the terms ask for {least}",
            )
    if row["value"] != value["value"]:
        raise Rejected("figure_not_supported", f"figure {metric} is {row['value']}, the entry says {value['value']}")
    if of_payouts and settling:
        act.rows.remove(f"settling {act.programme}")
        for person, _ in list(act.rows.group(f"settled {act.programme}")):
            act.rows.remove(f"settled {act.programme} {person}")


def reconciliation(act: Act) -> None:
    """The statement of a bank agrees with the ledger's accounts there and what is named beside."""
    value = act.value
    there = list(act.rows.group(f"place {value['place']}"))
    accounts = [(act.books.account(name), programme) for name, programme in there]
    accounts = [(row, programme) for row, programme in accounts if row["unit"] == value["unit"]]
    if act.programme not in [programme for _, programme in accounts]:
        raise Rejected("place_unknown", f"no account of {act.programme} in {value['unit']} lies at {value['place']}")
    if not set(act.signers) <= {row["holder"] for row, _ in accounts}:
        raise Rejected("wrong_signers", f"only holders of accounts at {value['place']} sign, got {list(act.signers)}")
    for name, _ in there:
        if act.books.account(name)["unit"] == value["unit"]:
            act.need_told(name)
    held = sum(row["in"] - row["out"] for row, _ in accounts)
    expected = held + value["outside"] + sum(item["amount"] for item in value["items"])
    if value["statement"] != expected:
        raise Rejected(
            "does_not_reconcile",
            f"ledger {held}, outside {value['outside']} and items add up to {expected}, "
            f"the statement says {value['statement']}",
        )
