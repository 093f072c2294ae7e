"""Whether a worker has time to spare."""

from __future__ import annotations

import time
from pathlib import Path

LOOK_EVERY_S = 0.2
HIGH = 0.85  # of the time
SCHEDULER = Path(
    "/proc/thread-self/schedstat"
)  # nanoseconds at work, nanoseconds in line for a processor, turns


class Strain:
    """How much of the last moments the calling thread, a worker's only one that runs Python for long, had work to do.

    Time that it waits for a processor, since others have them, counts as well.
    """

    __slots__ = ("_busy_s", "_is_high", "_looked_s")

    def __init__(self) -> None:
        self._looked_s, self._busy_s = time.monotonic(), busy_s()
        self._is_high = False

    @property
    def is_high(self) -> bool:
        """Whether there was hardly any time left."""
        now_s = time.monotonic()
        if now_s - self._looked_s >= LOOK_EVERY_S:
            sum_s = busy_s()
            self._is_high = sum_s - self._busy_s >= HIGH * (now_s - self._looked_s)
            self._looked_s, self._busy_s = now_s, sum_s
        return self._is_high


def busy_s() -> float:
    """Return how long this thread has had work to do; where the system does not tell of waits, without them."""
    try:
        at_work, in_line, _ = SCHEDULER.read_text().split()
    except (OSError, ValueError):
        return time.thread_time()
    return (int(at_work) + int(in_line)) / 1e9
