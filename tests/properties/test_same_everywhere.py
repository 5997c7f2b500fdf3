"""A history gives the same leaves in every process, whatever its hash seed, locale and time zone."""

import hashlib
import os
import subprocess
import sys

import pytest

from tests.support.histories import History
from tests.support.world import World


def digest_of_a_history():
    """The hash over all leaves of one random history."""
    world = World(7)
    History(world, 7).run(60)
    return hashlib.sha256(b"".join(world.leaves)).hexdigest()


@pytest.mark.parametrize("changed", [
    pytest.param({"PYTHONHASHSEED": "1"}, id="hash-seed-1"),
    pytest.param({"PYTHONHASHSEED": "4242"}, id="hash-seed-4242"),
    pytest.param({"TZ": "Asia/Shanghai", "LC_ALL": "C"}, id="shanghai-c-locale"),
    pytest.param({"TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, id="new-york-turkish"),
])
def test_leaves_do_not_depend_on_the_process(changed):
    command = "from tests.properties.test_same_everywhere import digest_of_a_history as d; print(d())"
    out = subprocess.run([sys.executable, "-c", command], env={**os.environ, **changed}, check=True,
                         capture_output=True, text=True)
    assert out.stdout.strip() == digest_of_a_history()
