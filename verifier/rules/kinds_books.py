"""Statements about the books: `balance`, `figure`, `reconciliation`."""

from verifier.errors import Rejected
from verifier.rules.act import Act
from verifier.rules.books import PAYING
from verifier.rules.duties import count_duties
from verifier.rules.figures import is_of_payouts, is_within, need_figure, need_tellable, settle
from verifier.rules.notices import count_late

BASIS_POINTS = 10_000

_IN_MONEY = ("raised", "assigned", "premium", "on_its_way", "paid")
_UNITS = {"claims_paid": "cases", "person_times": "person_times", "person_times_paid": "person_times"}


def balance(act: Act) -> None:
    """Ask for a trial balance, and publish accounts that pay where enough members stand behind their payouts.

    What is past its due day by now is counted.
    """
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
    count_late(act)
    count_duties(act)
    for name in act.value["publish"]:
        row = act.books.account(name)
        published = {"at": act.index, "in": row["in"], "next_out": row["next_out"], "out": row["out"]}
        act.rows.put(f"published {name}", published)
        act.rows.remove(f"paying {name}")
        for member, _ in list(act.rows.group(f"payee {name}")):
            act.rows.remove(f"payee {name} {member}")


def figure(act: Act) -> None:
    """Publish a number that the books hold, or the share that one of their numbers is of another."""
    value, metric = act.value, act.value["metric"]
    act.need_signers("any")
    named = value.get("of", [metric])
    held = _share(act) if "of" in value else need_figure(act, metric)
    of_payouts = any(is_of_payouts(name) for name in named)
    if of_payouts:
        need_tellable(act)
    if value.get("unit") not in (None, _unit(act)):
        raise Rejected("unit_differs", f"figure {metric} is in {_unit(act)}, the entry says {value['unit']}")
    if not is_within(value["value"], held, precision=value.get("precision")):
        raise Rejected("figure_not_supported", f"figure {metric} is {held}, the entry says {value['value']}")
    if of_payouts:
        settle(act)


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


def _share(act: Act) -> int:
    """How many ten thousandths the first of two figures is of the second."""
    metric, (first, second) = act.value["metric"], act.value["of"]
    if (
        metric.partition("/")[0] != act.programme
        or not metric.endswith("_bp")
        or act.rows.get(f"figure {metric}") is not None
    ):
        raise Rejected(
            "figure_not_supported",
            f"expected a name of {act.programme} that ends in _bp and is no figure of the books, got {metric}",
        )
    part, whole = need_figure(act, first), need_figure(act, second)
    if whole <= 0:
        raise Rejected("figure_not_supported", f"figure {second} is {whole}: nothing is a share of it")
    return part * BASIS_POINTS // whole


def _unit(act: Act) -> str:
    """In what the entry's figure is counted."""
    name = act.value["metric"].rpartition("/")[2]
    if "of" in act.value:
        return "bp"
    if name in _IN_MONEY:
        return str(act.rows.get(f"programme {act.programme}")["unit"]).lower()
    return "duties" if name.startswith("duties_") else _UNITS.get(name, name)
