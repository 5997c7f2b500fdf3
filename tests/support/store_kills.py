"""Kill a writer again and again (F01). The acknowledgements are kept by this process, outside the one that is killed.

    python -m tests.support.store_kills STORE KILLS SEED
    kills 500  acked 31260  lost 0  duplicated 0

The writer is forked, not started anew, so that a kill takes milliseconds; this program has one thread and nothing open.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from node.store_lmdb import LmdbStore
from tests.support import store_history


def main(path: Path, kills: int, seed: int) -> None:
    """Let the writer run for a random time, kill it, judge what is there; `kills` times."""
    draw = random.Random(seed)
    acked = 0
    for _ in range(kills):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(writing, 1)
            os.close(reading)
            os.close(writing)
            store_history.main(path, 1_000_000)
            os._exit(1)
        os.close(writing)
        with os.fdopen(reading, "rb") as said:
            # Half of the kills come while the store opens, or right behind an acknowledgement.
            for _ in range(draw.choice((0, 1, draw.randrange(40)))):
                said.readline()
            time.sleep(draw.choice((0, draw.random() * 0.02)))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            assert os.WIFSIGNALED(status), f"the writer ended by itself with status {status}"
            acks = [int(line) for line in said.read().splitlines() if line.isdigit()]
        newest = max([acked, *acks])
        with LmdbStore.open(path, origin=store_history.ORIGIN, reserve_bytes=0) as store, store.snapshot() as rows:
            there = store_history.judge(rows)
        assert there >= newest, f"{newest} entries were acknowledged, {there} are there"
        acked = there
    print(f"kills {kills}  acked {acked}  lost 0  duplicated 0")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
