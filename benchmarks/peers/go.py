"""The peer in Go (benchmarks/peers/tlog): built here, and asked over a pipe."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).parent / "tlog"
BUILD_SECONDS = 300  # the first time, its one module is fetched


class NoPeer(Exception):
    """It cannot take part; the message says why, and what would help."""


class GoPeer:
    """The running program."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def verify(self, what: str, *, times: int) -> float:
        """Have it verify all its proofs so often, `inclusion` or `whole`; seconds that it was on a core for that."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what} {times}\n")
        self._process.stdin.flush()
        return int(self._line()) / 1e9

    def wait(self) -> None:
        """Wait until it has verified each proof once."""
        assert self._line() == "ready\n"

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            assert self._process.stderr is not None
            raise RuntimeError(f"the peer in Go ended: {self._process.stderr.read().strip()}")
        return line


def build_go_peer(directory: Path) -> Path:
    """Build the program into `directory`.

    Raises:
        NoPeer: there is no Go, or it cannot build this.
    """
    go = shutil.which("go")
    if go is None:
        raise NoPeer("Go is not installed, and its verifier left out: install Go 1.25 or later")
    program = directory / "tlog"
    try:
        subprocess.run(
            [go, "build", "-buildvcs=false", "-mod=readonly", "-o", program, "."], cwd=SOURCE, capture_output=True,
            check=True, text=True, timeout=BUILD_SECONDS,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip()
        raise NoPeer(f"Go cannot build its verifier, which wants Go 1.25 or later and is left out: {said}") from None
    except subprocess.TimeoutExpired:
        raise NoPeer(f"Go did not build its verifier in {BUILD_SECONDS} s, and it is left out") from None
    return program


@contextmanager
def go_peer(
    program: Path, *, log: str, witnesses: Sequence[str], quorum: int, files: Sequence[Path]
) -> Iterator[GoPeer]:
    """The program with these keys and proofs, on one core: the others verify on one, too.

    Raises:
        RuntimeError: it does not accept one of the proofs.
    """
    arguments = ["-log", log, *(word for vkey in witnesses for word in ("-witness", vkey)), "-quorum", str(quorum)]
    process = subprocess.Popen(
        [program, *arguments, *files], env={"GOMAXPROCS": "1"}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with process:
        peer = GoPeer(process)
        peer.wait()
        yield peer
