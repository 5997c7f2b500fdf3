"""Assumed: values that a what-if puts in place of clauses that the terms leave null."""

from collections.abc import Mapping

from ledger.formulas.check import formula_of
from ledger.formulas.clause import resolve
from ledger.state import Row
from ledger.strict import JsonValue


def fill(terms: Row, formula: Row, assumed: Mapping[str, JsonValue]) -> tuple[Row, tuple[str, ...]]:
    """Return the formula with the clauses filled that are null, and their names; `cap` is the first cap's amount.

    What the terms state is never replaced, and a name that is no clause of this formula is passed over.

    Raises:
        FormatError: a value is none that its clause may have.
    """
    if not assumed:
        return formula, ()
    filled, names = dict(formula), []
    for name, value in assumed.items():
        if value is None:
            continue
        if name == "cap" and formula.get("caps") and resolve(terms, formula["caps"][0]["amount"]) is None:
            filled["caps"] = [formula["caps"][0] | {"amount": value}, *formula["caps"][1:]]
        elif name in formula and resolve(terms, formula[name]) is None:
            filled[name] = value
        else:
            continue
        names.append(name)
    if names:
        formula_of(filled, what="assumed")
    return filled, tuple(names)
