"""Progress of the demo: which step it is in, how long each took, and how long the rest may take.

On a terminal one line moves; elsewhere each step that is done is one line.
"""

import time
from collections.abc import Callable

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from node.demo.progress_words import SAID, step_in_words

# How long steps take beside each other, by the last words of their names: seconds on two cores.
_WEIGHTS = (
    ("roster", 4), ("gifts", 12), ("claims", 17), ("close", 3), ("bank statement", 0.3), ("copy of the log", 1),
    ("replay of the log", 6), ("receipts", 3), ("goes another way", 2), ("period ended", 2), ("another insurer", 3),
)  # fmt: skip
_OTHER_WEIGHT = 0.3
_BAR_WIDTH = 24
_TIMES_PER_SECOND = 5
# Before a twentieth is done, how long the rest takes is a guess and not said.
_TOLD_FROM = 0.05


def weight(step: str) -> float:
    """What a step weighs, by its name."""
    return next((seconds for name, seconds in _WEIGHTS if step.endswith(name)), _OTHER_WEIGHT)


class Steps:
    """The steps of the demo, shown as they pass."""

    def __init__(
        self,
        console: Console,
        names: list[str],
        *,
        detail: Callable[[], str],
        seconds: Callable[[str], float] = weight,
        language: str = "en",
    ) -> None:
        """`names` are all steps to come, each of which takes about `seconds`.

        `detail` says what is going on within one, such as the day it is.
        """
        self._console = console
        self._language = language
        self._weight = seconds
        self._total = sum(map(seconds, names))
        self._detail = detail
        self._began = self._step_began = time.monotonic()
        self._done = 0.0
        self._name: str | None = None
        self.seconds: dict[str, float] = {}
        self._live = Live(
            console=console, get_renderable=self.shown, refresh_per_second=_TIMES_PER_SECOND, transient=True
        )

    def __enter__(self) -> "Steps":
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def begin(self, name: str) -> None:
        """The step before is done, and `name` begins."""
        self.end()
        self._name, self._step_began = name, time.monotonic()

    def end(self) -> None:
        """The last step that began is done."""
        if self._name is not None:
            seconds = time.monotonic() - self._step_began
            self.seconds[self._name] = seconds
            self._done += self._weight(self._name)
            if not self._console.is_terminal:
                self._console.print(f"  {seconds:6.1f} s  {self._told()}")
        self._name = None

    def shown(self) -> RenderableType:
        """The line of a terminal, as it is now."""
        done = self._done
        if self._name is not None:
            done += min(time.monotonic() - self._step_began, self._weight(self._name))
        elapsed = time.monotonic() - self._began
        words, left = SAID[self._language], 0.0
        if done > _TOLD_FROM * self._total:
            left = elapsed * (self._total - done) / done
        times = words["left" if left else "elapsed"].format(elapsed=f"{elapsed:.0f}", left=f"{left:.0f}")
        line = Table.grid(padding=(0, 2))
        line.add_row(
            ProgressBar(total=self._total, completed=done, width=_BAR_WIDTH),
            Text(times), Text(self._told(), style="bold"), Text(self._detail(), style="dim"),
        )  # fmt: skip
        return line

    def _told(self) -> str:
        """The step that began, in the language of the report."""
        return "" if self._name is None else step_in_words(self._name, language=self._language)
