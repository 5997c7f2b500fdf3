"""Figures: what the books hold under a name, whether it may be told, and how exact a number is that is said."""

from collections.abc import Iterable, Sequence

from ledger.errors import Rejected
from ledger.parts import Precision
from ledger.rules.common import account
from ledger.rules.context import Context
from ledger.terms import newest

# Figures that count payouts, and so could show a single one between two publications.
OF_PAYOUTS = ("claims_paid", "on_its_way", "paid", "person_times_paid")
VAGUE = 10  # what is said of about so much, or just under it, is at least so many units
_OF_MONEY = ("assigned", "on_its_way", "paid", "premium", "raised")


def is_of_payouts(metric: str) -> bool:
    """Whether a figure counts payouts."""
    return metric.rpartition("/")[2] in OF_PAYOUTS


def held(context: Context, programme: str, metric: str) -> int:
    """Return the figure of this name in the programme's books.

    Raises:
        Rejected: figure_not_supported.
    """
    row = context.state.get("figure", metric)
    if row is None or metric.partition("/")[0] != programme:
        raise Rejected("figure_not_supported", f"the books of {programme} hold no figure {metric}")
    value: int = row["value"]
    return value


def held_share(context: Context, programme: str, metric: str, of: Sequence[str]) -> int:
    """Return the share of one figure in another, in basis points, rounded down; `metric` is what it is called.

    Raises:
        Rejected: figure_not_supported.
    """
    named = metric.partition("/")[0] == programme and metric.endswith("_bp")
    if not named or context.state.get("figure", metric) is not None:
        raise Rejected("figure_not_supported", f"{metric}: a share of two figures has a name of {programme} that ends "
                       "in _bp, and that no figure of the books has")
    part, whole = (held(context, programme, name) for name in of)
    if whole <= 0:
        raise Rejected("figure_not_supported", f"{metric}: {of[1]} is {whole}, there is no share of it")
    return part * 10_000 // whole


def may_be_told(context: Context, programme: str, metrics: Iterable[str]) -> None:
    """Figures of payouts show no single one: all are in published rows, and k people or nobody settled since the last.

    Raises:
        Rejected: unpublished_payouts or too_few_payouts.
    """
    if not any(is_of_payouts(metric) for metric in metrics):
        return
    for (_table, name), row in context.state.scan("paying"):
        if account(context, name)["programme"] == programme:
            raise Rejected("unpublished_payouts", f"{name} has {row['payouts']} payouts since its last published row")
    least, settling = newest(context.state, programme)["k"], context.state.get("settling", programme)
    if settling is not None and settling["members"] < least:
        raise Rejected("too_few_payouts", f"{programme}: payouts to {settling['members']} members were settled since "
                       f"such a figure was said, at least {least} are needed so that no single one shows")


def unit_of(context: Context, programme: str, metric: str) -> str:
    """Return the unit of a figure of the books: what counts nothing else counts itself."""
    counted = metric.rpartition("/")[2]
    if counted in _OF_MONEY:
        return str(context.state.get("programme", programme)["unit"].lower())
    if counted.startswith("duties_"):
        return "duties"
    return {"claims_paid": "cases", "person_times_paid": "person_times"}.get(counted, counted)


def supports(books: int, said: int, precision: Precision | None) -> bool:
    """Whether the number in the books is what is said of it, as exactly as that claims to be."""
    if precision is None:
        return books == said
    unit = precision.unit
    stepped = precision.kind in ("at_least", "rounded")
    if abs(said) < unit * (1 if stepped else VAGUE):
        return False
    if precision.kind == "about":
        return abs(books - said) <= unit
    if precision.kind == "just_under":
        return said - unit < books <= said
    if said % unit:
        return False
    return said <= books < said + unit if precision.kind == "at_least" else 2 * abs(books - said) <= unit
