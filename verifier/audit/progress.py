"""How far a long piece of work is, and how long it will still take."""

BAR_CELLS = 30
_SECOND_NS = 1_000_000_000


class ProgressBar:
    """Lines for a terminal. Work that was done before `begin` is told as done, and says nothing about speed."""

    def __init__(self, now_ns: int) -> None:
        self._start_ns = now_ns
        self._first: int | None = None

    def line(self, done: int, size: int, *, now_ns: int) -> str:
        """The bar, how much is done, and the time that is left if it goes on as it went."""
        if self._first is None:
            self._first = done
        cells = BAR_CELLS if not size else done * BAR_CELLS // size
        bar = "#" * cells + "." * (BAR_CELLS - cells)
        went, left = done - self._first, size - done
        if went <= 0 or not left:
            return f"[{bar}] {done:,} of {size:,} leaves"
        seconds = (now_ns - self._start_ns) * left // went // _SECOND_NS
        return f"[{bar}] {done:,} of {size:,} leaves, {duration_text(seconds)} left"


def duration_text(seconds: int) -> str:
    """A duration for people: `3 h 05 min`, `4 min 10 s`, `8 s`."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minute:02d} min"
    return f"{minute} min {second:02d} s" if minute else f"{second} s"
