"""Refusing: what the demo hands in so that a rule refuses it, each time for the reason that it expects."""

from node.demo.desk import Desk, Draft, is_refused
from node.demo.told import Told
from node.errors import NodeError


class PlayError(NodeError):
    """The play did not go as written: a mistake of the demo, or a rule that let something pass."""


class Refusing:
    """Hands in what must be refused, and keeps the reasons."""

    def __init__(self, desk: Desk, told: Told) -> None:
        self._desk = desk
        self._told = told

    def refused(self, draft: Draft, reason: str) -> None:
        """Hand in a draft that a rule must refuse for `reason`.

        Raises:
            PlayError: it was taken, or refused for another reason.
        """
        if not is_refused(self._desk, draft, reason=reason):
            raise PlayError(f"{draft.value['kind']}: expected to be refused as {reason}, it was not")
        self._told.refused.append(reason)

    def once(self, draft: Draft, reason: str) -> None:
        """The same, but only the first time for this reason."""
        if reason not in self._told.refused:
            self.refused(draft, reason)
