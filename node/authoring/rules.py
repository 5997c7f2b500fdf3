"""Rules: the formula that an example's rule names, or several that are worked out one after another on one bill."""

import re
from typing import Any

from ledger.formulas import PAYING_KINDS, Outcome
from ledger.strict import shown
from node.authoring.clauses import Terms
from node.authoring.synonyms import RULES
from node.errors import NodeError

_JOINED = re.compile(r"[,;&+|，；、]|\band\b")


def formulas_of(terms: Terms, rule: Any) -> tuple[str, ...]:
    """The formulas that a rule names: its own name, one of RULES, or an array or text of several that pay.

    Raises:
        NodeError: the terms have no such formula.
    """
    known = terms["formulas"]
    if not isinstance(rule, str | list):
        raise NodeError(f"rule: expected the name of a formula, got {shown(rule)}")
    parts = rule if isinstance(rule, list) else [rule] if rule in known else _JOINED.split(str(rule))
    names = [str(part).strip() for part in parts]
    found = tuple(one for name in names for one in ((name,) if name in known else RULES.get(name, (name,))))
    wrong = next((one for one in found if one not in known), None)
    if not found or wrong is not None:
        # What an alias stands for is not what the author wrote.
        told = next((name for name in names if name not in known), str(rule))
        raise no_formula(terms, told)
    several = [one for one in found if known[one]["kind"] not in PAYING_KINDS]
    if len(found) > 1 and (several or len(set(found)) < len(found)):
        raise NodeError(f"rule: expected one formula, or several different ones that pay, got {', '.join(found)}")
    return found


def no_formula(terms: Terms, name: str) -> NodeError:
    """The error of a formula that terms do not have."""
    return NodeError(f"terms of {terms['programme']}, version {terms['version']}: no formula {name}",
                     next_step=f"It has {', '.join(sorted(terms['formulas']))}.")


def together(outcomes: dict[str, Outcome]) -> Outcome:
    """What several benefits on one bill come to: each under its name, and `payable` for all of them."""
    amounts: dict[str, Any] = {name: one.results["payable"] for name, one in outcomes.items()}
    stopped = next((one for one in outcomes.values() if one.open), None)
    total = None if stopped else sum(amounts.values())
    reasons = [one.reason for one in outcomes.values() if one.reason]
    return Outcome({**amounts, "payable": total}, stopped.reason if stopped else None if total else reasons[-1],
                   [step for one in outcomes.values() for step in one.steps], stopped.about if stopped else None,
                   tuple(name for one in outcomes.values() for name in one.assumed))
