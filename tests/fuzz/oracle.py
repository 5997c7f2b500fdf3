"""What every input has to satisfy: an answer, one of those that the verifier promises, in bounded time and memory.

Only what `verifier.errors` names may come out (and, of a file that holds a whole log, `ArchiveError`), with a message
that can be printed: no control character or change of direction gets from the input to a terminal. What is accepted is
accepted again, with the same outcome. Whether the outcome is right is the target's own check.
"""

import resource
import struct
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from verifier.errors import CannotTell, VerifyError
from verifier.sources.archive import ArchiveError

CPU_SECONDS_MAX = 0.5  # for one input, measured by coverage, on a busy machine
COUNTS = struct.Struct("=4Q")  # inputs, and how many of them had each answer; what a run keeps in a file
GROWTH_KB_MAX = 64 * 1024  # by which one input may raise the most memory that the process ever had

_NOT_PRINTED = frozenset(
    [
        *(chr(code) for code in range(0x20) if code != 0x0A),
        *(chr(code) for code in range(0x7F, 0xA0)),
        *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff",
    ]
)

Check = Callable[[bytes], Any]


class Answer(StrEnum):
    """What became of an input."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANNOT_TELL = "cannot tell"


class FoundError(AssertionError):
    """An input for which the verifier does not keep its promise."""


def judge(check: Check, data: bytes) -> Answer:
    """Give what became of an input.

    Raises:
        FoundError: it took too much time or memory, its outcome changes, or it was refused in words that cannot be
            printed; whatever else the check raises is a defect, too, and passes through.
    """
    memory, started = _memory_kb(), time.process_time()
    answer = _answer(check, data)
    seconds, growth = time.process_time() - started, _memory_kb() - memory
    if growth > GROWTH_KB_MAX:  # which takes its time, too
        raise FoundError(f"expected at most {GROWTH_KB_MAX} kB more memory, got {growth} kB more")
    if seconds > CPU_SECONDS_MAX:
        raise FoundError(f"expected an answer within {CPU_SECONDS_MAX} s, got one after {seconds:.2f} s")
    return answer


def check_printable(text: str) -> None:
    """Check that a text can be shown on a terminal as it is.

    Raises:
        FoundError: it has a control character, or one that changes the direction of writing.
    """
    bad = next((character for character in text if character in _NOT_PRINTED), None)
    if bad is not None:
        raise FoundError(f"expected a text that can be printed, got {bad!a} in {text!a}")


def _answer(check: Check, data: bytes) -> Answer:
    try:
        outcome = check(data)
    except CannotTell as error:
        check_printable(str(error))
        return Answer.CANNOT_TELL
    except (VerifyError, ArchiveError) as error:
        check_printable(str(error))
        return Answer.REFUSED
    if check(data) != outcome:
        raise FoundError("expected the same outcome for the same input, got another")
    return Answer.ACCEPTED


def _memory_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
