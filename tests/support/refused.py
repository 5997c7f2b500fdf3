"""An entry that must be refused: for exactly one reason, and without a trace."""

from collections.abc import Callable

import pytest

from ledger.errors import Rejected
from tests.support.world import World


def refused(world: World, reason: str, act: Callable[[], object], *, match: str | None = None) -> None:
    """Act, expect `reason` and a message that fits `match`, and find the state as it was."""
    before = world.state.changes()
    with pytest.raises(Rejected, match=match) as caught:
        act()
    assert caught.value.reason == reason, caught.value
    assert world.state.changes() == before
