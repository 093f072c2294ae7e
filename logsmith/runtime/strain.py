"""Whether a worker has time to spare."""

from __future__ import annotations

import time

LOOK_EVERY_S = 0.2
HIGH = 0.8  # of the time


class Strain:
    """How much of the last moments the calling thread, a worker's only one that runs Python for long, was at work."""

    __slots__ = ("_cpu_s", "_is_high", "_looked_s")

    def __init__(self) -> None:
        self._looked_s, self._cpu_s = time.monotonic(), time.thread_time()
        self._is_high = False

    @property
    def is_high(self) -> bool:
        """Whether there was hardly any time left."""
        now_s = time.monotonic()
        if now_s - self._looked_s >= LOOK_EVERY_S:
            cpu_s = time.thread_time()
            self._is_high = cpu_s - self._cpu_s >= HIGH * (now_s - self._looked_s)
            self._looked_s, self._cpu_s = now_s, cpu_s
        return self._is_high
