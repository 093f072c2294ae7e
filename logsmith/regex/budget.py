"""A time budget for matching: a pattern that runs away is interrupted where it is.

`re` looks for signals while it matches, so a timer whose handler raises stops it. The timer ticks a few times per budget and
is armed once for a slice of events, not for each match. Who matches puts the text into `budget.text` before, and None
after: at a tick the handler looks whether it is the same text as at the ticks before, and only then raises. It works in
the main thread, where workers run filters; elsewhere nothing is armed.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from logsmith.regex.errors import RegexTimeoutError

TICKS = 4  # in a budget; a match is stopped between one budget and one and a quarter


class Budget:
    """The budget of this process; there is one, since there is one main thread."""

    __slots__ = ("_last", "_ticks", "text")

    def __init__(self) -> None:
        self.text: str | None = None  # what is matched now
        self._last: str | None = None
        self._ticks = 0

    @contextmanager
    def armed(self, seconds: float) -> Iterator[None]:
        """Interrupt any one match inside of the block that takes longer; 0 does not."""
        if seconds <= 0 or threading.current_thread() is not threading.main_thread():
            yield
            return
        if signal.getsignal(signal.SIGALRM) != self._tick:
            signal.signal(signal.SIGALRM, self._tick)
        self._last, self._ticks = None, 0
        signal.setitimer(signal.ITIMER_REAL, seconds / TICKS, seconds / TICKS)
        try:
            yield
        finally:
            self.text = None
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _tick(self, _signal: int, _frame: FrameType | None) -> None:
        text = self.text
        if text is None or text is not self._last:
            self._last, self._ticks = text, 0
            return
        self._ticks += 1
        if self._ticks >= TICKS:
            self.text = self._last = None
            raise RegexTimeoutError("a match took longer than its time budget")


budget = Budget()
