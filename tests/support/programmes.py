"""The demos of 一元民生 and 雪中送炭 in one process, small enough for a test."""

from functools import cache
from random import Random

from msgspec.structs import replace

from node.demo.desk import MemoryDesk
from node.demo.snow.play import Play as SnowPlay
from node.demo.snow.script import Script as SnowScript
from node.demo.snow.script import load_script as load_snow
from node.demo.yymz.play import Play as YymzPlay
from node.demo.yymz.script import load_script as load_yymz
from tests.support.fake_random import FakeRandom

ORIGIN = "ledger.example/demo"
TAG_KEY = bytes(32)
SCALE = 100


@cache
def play_yymz(scale: int = SCALE, *, seed: int = 1) -> tuple[MemoryDesk, YymzPlay, list[str]]:
    """Play every `scale`-th claim; the desk, the play, and the names of the steps."""
    script, random = load_yymz(), FakeRandom(seed)
    names = {party: own.key_name for party, own in script.parties.items()}
    desk = MemoryDesk(key_names=names, origin=ORIGIN, random=random)
    play = YymzPlay(script, desk, scale=scale, seeded=Random(seed), random=random, tag_key=TAG_KEY)
    return desk, play, list(play.run())


def small_snow() -> SnowScript:
    """The script with a tenth of the households, and of those who are paid."""
    script = load_snow()

    def tenth(figure):
        return replace(figure, value=figure.value // 10)

    return replace(
        script, households=tenth(script.households), by_illness=tenth(script.by_illness),
        paid_of_illness=tenth(script.paid_of_illness), claim_days=replace(script.claim_days, value=6),
    )  # fmt: skip


@cache
def play_snow(*, seed: int = 1) -> tuple[MemoryDesk, SnowPlay, list[str]]:
    """Play the small script; the desk, the play, and the names of the steps."""
    script, random = small_snow(), FakeRandom(seed)
    names = {party: own.key_name for party, own in script.parties.items()}
    desk = MemoryDesk(key_names=names, origin=ORIGIN, random=random, officers=script.officers)
    play = SnowPlay(script, desk, seeded=Random(seed), random=random, tag_key=TAG_KEY)
    return desk, play, list(play.run())
