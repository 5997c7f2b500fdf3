"""A clock that tests set by hand (node.ports.Clock)."""


class FakeClock:
    """Stands still until it is moved; may be moved back, as a real one may."""

    def __init__(self, unix_ms: int = 1_551_400_000_000) -> None:
        self.now = unix_ms

    def unix_ms(self) -> int:
        return self.now

    def advance(self, milliseconds: int) -> None:
        self.now += milliseconds
