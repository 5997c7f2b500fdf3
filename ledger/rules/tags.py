"""Tags: equal things are equal inside the consortium, and are used once."""

from collections.abc import Iterable

from ledger.errors import Rejected
from ledger.rules.context import Context


def unused_tags(context: Context, tags: Iterable[str], *, id_type: str, scope: str, reason: str = "tag_used") -> None:
    """No tag was used before in this scope, nor stands here twice. Rejected: `reason`."""
    seen: set[str] = set()
    for line, tag in enumerate(tags):
        used = context.state.get("tag", id_type, scope, tag)
        if used is not None or tag in seen:
            where = "in this entry" if used is None else f"by leaf {used}"
            raise Rejected(reason, f"{id_type} {line}: its tag was used {where}")
        seen.add(tag)
