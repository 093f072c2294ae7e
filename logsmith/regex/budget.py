"""A time budget for matching: a pattern that runs away is interrupted where it is.

`re` looks for signals while it matches, so a timer whose handler raises stops it. The timer ticks a few times per budget and
is armed once for a slice of events, not for each match. Who matches puts the text into `budget.text` before, and None
after: at a tick the handler looks whether it is the same text as at the ticks before, and only then raises. A whole
program that matches many texts (a ruby filter's code) puts the exception it wants into `budget.program` instead, which
stands for all of its matches; it is raised again if the program goes on all the same. It works in the main thread, where
workers run filters; elsewhere nothing is armed.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from logsmith.regex.errors import RegexTimeoutError

TICKS = 4  # in a budget; a match is stopped between one budget and one and a quarter


class TimeUp(BaseException):
    """Raised into a program whose budget is up: no `except Exception` of the program's catches it."""


class Budget:
    """The budget of this process; there is one, since there is one main thread."""

    __slots__ = ("_last", "_match_ticks", "_run_ticks", "_ticks", "program", "text")

    def __init__(self) -> None:
        self.text: str | None = None  # what is matched now
        self.program: BaseException | None = None  # what is raised into the program that runs now
        self._last: str | BaseException | None = None
        self._ticks = self._match_ticks = self._run_ticks = 0

    @contextmanager
    def armed(self, match_s: float, run_s: float = 0.0) -> Iterator[None]:
        """Interrupt any one match or run of a program inside of the block that takes longer; 0 does not."""
        shortest = min((seconds for seconds in (match_s, run_s) if seconds > 0), default=0.0)
        if shortest <= 0 or threading.current_thread() is not threading.main_thread():
            yield
            return
        if signal.getsignal(signal.SIGALRM) != self._tick:
            signal.signal(signal.SIGALRM, self._tick)
        self._last, self._ticks = None, 0
        self._match_ticks = round(TICKS * match_s / shortest)
        self._run_ticks = round(TICKS * run_s / shortest)
        signal.setitimer(signal.ITIMER_REAL, shortest / TICKS, shortest / TICKS)
        try:
            yield
        finally:
            self.text = self.program = None
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _tick(self, _signal: int, _frame: FrameType | None) -> None:
        running = self.text if self.program is None else self.program
        if running is None or running is not self._last:
            self._last, self._ticks = running, 0
            return
        self._ticks += 1
        most = self._match_ticks if self.program is None else self._run_ticks
        if 0 < most <= self._ticks:
            self.text, self._ticks = None, 0
            if self.program is not None:
                raise self.program
            self._last = None
            raise RegexTimeoutError("a match took longer than its time budget")


budget = Budget()
