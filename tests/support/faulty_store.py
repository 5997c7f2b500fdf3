"""A store whose Nth write fails, as disks do: with the write lost, or landed all the same (node.ports.Store)."""

from contextlib import AbstractContextManager

from node.errors import StoreError
from node.ports import NO_CHANGES, Changes, Snapshot, Store


class FaultyStore:
    """Passes everything on to `store` until write number `fail_at` (from 0). From then on every write is refused.

    `landed` says whether that write is on the disk although it was reported as failed.
    """

    def __init__(self, store: Store, *, fail_at: int, landed: bool) -> None:
        self._store = store
        self._fail_at = fail_at
        self._landed = landed
        self.writes = 0

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        return self._store.snapshot()

    def commit(
        self, changes: Changes, local: Changes = NO_CHANGES, *, expect_head: bytes | None, head: bytes
    ) -> None:
        failing = self._count()
        if not failing or self._landed:
            self._store.commit(changes, local, expect_head=expect_head, head=head)
        self._report(failing)

    def put_local(self, changes: Changes) -> None:
        failing = self._count()
        if not failing or self._landed:
            self._store.put_local(changes)
        self._report(failing)

    def _count(self) -> bool:
        if self.writes > self._fail_at:
            raise StoreError("faulty store: writing has ended")
        self.writes += 1
        return self.writes == self._fail_at + 1

    def _report(self, failing: bool) -> None:
        if failing:
            raise StoreError(f"faulty store: write {self._fail_at} failed")
