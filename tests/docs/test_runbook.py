"""The runbook's session, word for word: four parties, one log, on this machine."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.cluster import free_ports
from tests.support.sources import ROOT, text

SESSION_S_MAX = 120
PORTS = (8401, 8402, 8403, 8404)
# The commands as an installation would give them, from this working tree.
PROGRAMS = {"mingzhang": "-m node.cli", "mingzhang-verify": "-m verifier.cli", "python": ""}


def test_four_parties_as_the_runbook_says(tmp_path: Path):
    runbook = text("docs/OPERATIONS.md")
    section = runbook[runbook.index("## 2.") : runbook.index("## 3.")]
    blocks = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    script = "set -eu\ntrap 'kill $(jobs -p); wait' EXIT\n" + "\n".join(blocks)
    for port, free in zip(PORTS, free_ports(len(PORTS)), strict=True):
        script = script.replace(f":{port}", f":{free}")
    binaries = tmp_path / "bin"
    binaries.mkdir()
    for name, module in PROGRAMS.items():
        (binaries / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        (binaries / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    session = subprocess.Popen(
        ["bash", "-c", script], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        output, _ = session.communicate(timeout=SESSION_S_MAX)
    except subprocess.TimeoutExpired:
        os.killpg(session.pid, signal.SIGKILL)
        output, _ = session.communicate()
    logs = "".join(path.read_text() for path in tmp_path.glob("*/node.log"))
    assert session.returncode == 0, output + logs
    assert re.search(r"^final as leaf 0  [0-9a-f]{64}", output, re.MULTILINE), output
    assert "final      1 leaves" in output
    assert re.search(r"^ok +cosignatures", output, re.MULTILINE), output
    assert "leaves        replayed: 1" in output
