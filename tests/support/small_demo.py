"""The demo, small enough for a test: the same days, cases and amounts, with fewer persons and fewer gifts."""

from random import Random

from msgspec.structs import replace

from node.demo.desk import MemoryDesk
from node.demo.play import Play
from node.demo.script import Figure, ReadingName, Script, load_script
from node.demo.statement import Statement
from tests.support.fake_random import FakeRandom

ORIGIN = "ledger.example/demo"
TAG_KEY = bytes(32)


def few_cases(script: Script) -> Script:
    """The script with few claims, so that it plays on real nodes within seconds."""
    counts, totals = (12, 14), (9_600_000, 20_000_000)
    periods = tuple(
        replace(
            period, person_times_paid=replace(period.person_times_paid, value=count),
            paid_fen=replace(period.paid_fen, value=total),
        )
        for period, count, total in zip(script.periods, counts, totals, strict=True)
    )  # fmt: skip
    return replace(script, periods=periods)


def small_script(*, divisor: int) -> Script:
    """The script with the roster and the number of gifts divided."""
    script = load_script()

    def less(figure: Figure[int]) -> Figure[int]:
        return replace(figure, value=max(1, figure.value // divisor))

    roster = script.roster
    small = replace(
        roster,
        first=less(roster.first),
        late=less(roster.late),
        leaving=tuple(replace(change, count=less(change.count)) for change in roster.leaving),
        joining=tuple(replace(change, count=less(change.count)) for change in roster.joining),
    )
    periods = tuple(replace(period, gift_lines=less(period.gift_lines)) for period in script.periods)
    return replace(script, roster=small, periods=periods)


def play_in_memory(
    script: Script, *, reading: ReadingName = "invested_is_gifts", statement: Statement | None = None, seed: int = 1
) -> tuple[MemoryDesk, Play, list[str]]:
    """Play the whole script in one process; the desk, the play, and the names of the steps."""
    random = FakeRandom(seed)
    names = {party: own.key_name for party, own in script.parties.items()}
    desk = MemoryDesk(key_names=names, origin=ORIGIN, random=random, officers=script.officers)
    play = Play(script, desk, reading=reading, seeded=Random(seed), random=random, tag_key=TAG_KEY,
                statement=statement)
    return desk, play, list(play.run())
