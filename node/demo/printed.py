"""Figures in print: those of the package beside those of the project's data, where it is there."""

from typing import Any, TypeVar

import msgspec

from ledger.errors import FormatError
from node.demo.script import PublishedFigure

T = TypeVar("T", bound=msgspec.Struct)


class _Totals(msgspec.Struct):
    """What is read of published_totals.json."""

    totals: list[dict[str, Any]]


def figures_in(totals: bytes, *, like: T) -> T:
    """The figures that `like` names, as the file published_totals.json has them, which is `totals`.

    Raises:
        FormatError: it is another file, or one of the figures is not in it.
    """
    members = PublishedFigure.__struct_fields__
    try:
        by_id = {total["id"]: total for total in msgspec.json.decode(totals, type=_Totals).totals}
        found = {}
        for name in like.__struct_fields__:
            total = by_id[getattr(like, name).id]
            found[name] = {member: value for member, value in total.items() if member in members}
            if isinstance(total["source"], list):
                found[name]["source"] = ", ".join(total["source"])
        return msgspec.convert(found, type(like))
    except (msgspec.DecodeError, KeyError) as error:
        raise FormatError(f"published totals: expected the figures of this programme: {error!r}") from None
