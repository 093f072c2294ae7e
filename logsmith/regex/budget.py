"""A time budget for matching: a pattern that runs away is interrupted where it is.

`re` looks for signals while it matches, so a timer whose handler raises stops it. The timer ticks a few times per budget and
is armed once for a slice of events, not for each match. Who matches has a watch, one for each limit: `budget.watch(1.0)`. It
puts what it matches into `watch.text` before, and None after: at a tick the handler looks whether that is the same as at
the ticks before, and only then raises. Several matches of one event may count as one, with the event for their text. The
ticks are of the clock's time, but a match that has had less than half of it from the processor has not run away: the
machine was busy with others, or stood still.

A whole program that matches many texts (a ruby filter's code) puts the exception it wants into `budget.program` instead,
which stands for all of its matches; it is raised again if the program goes on all the same. It works in the main thread,
where workers run filters; elsewhere nothing is armed. Slices may overlap where filters wait for something: the timer runs
until the last of them is over. A part of a program may have less time than the whole: `budget.within(0.2, wanted)`.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from logsmith.regex.errors import RegexTimeoutError

TICKS = 4  # in the shortest budget; a match is stopped between one budget and one and a quarter
LEAST_SHARE = 0.5  # of the time, that a match must have had from the processor to be stopped
SOONEST_S = 0.000001  # a timer set to nothing never rings; one set anew all the time rings only if it is soon
AGAIN_S = 0.2  # where an exception is lost, or what catches it goes on all the same
LONGEST_MATCH_S = 1.0  # where no setting says how long a match may take


class TimeUp(BaseException):
    """Raised into a program whose budget is up: no `except Exception` of the program's catches it."""


class Watch:
    """Who matches with the same limit: `text` is what is matched now, None between matches."""

    __slots__ = ("limit_s", "text")

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s  # 0 is never
        self.text: object = None


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A part of a program: until when it may run, and what is raised into it then."""

    program: BaseException | None
    until: float
    wanted: BaseException


class Budget:
    """The budget of this process; there is one, since there is one main thread."""

    __slots__ = (
        *("_armed", "_interval_s", "_is_installed", "_last", "_run_s", "_seen_s", "_ticks", "_watches"),
        *("_next_tick", "_parts"),
        "program",
    )

    def __init__(self) -> None:
        self.program: BaseException | None = None  # what is raised into the program that runs now
        self._watches: dict[float, Watch] = {}
        self._armed: list[tuple[float, float]] = []  # the shortest limit and that of programs, of each slice
        self._is_installed = False
        self._last: object = None
        self._ticks = 0
        self._interval_s = self._run_s = 0.0
        self._seen_s = 0.0  # of the processor's time, when what runs was first seen
        self._parts: list[_Part] = []
        self._next_tick = 0.0  # when the timer would tick if no part had less time

    def watch(self, limit_s: float) -> Watch:
        """Return the watch of everyone whose matches may take so many seconds."""
        return self._watches.setdefault(limit_s, Watch(limit_s))

    @contextmanager
    def armed(self, match_s: float, run_s: float = 0.0) -> Iterator[None]:
        """Interrupt any one match or run of a program inside of the block that takes longer than its limit.

        `match_s` is the shortest limit of those who match, `run_s` that of programs; 0 is none.
        """
        shortest = min(match_s, run_s) if match_s > 0 and run_s > 0 else max(match_s, run_s)
        if shortest <= 0 or threading.current_thread() is not threading.main_thread():
            yield
            return
        if not self._is_installed:
            signal.signal(signal.SIGALRM, self._tick)
            self._is_installed = True
        own = (shortest, run_s)
        self._armed.append(own)
        self._start()
        try:
            yield
        finally:
            self._armed.remove(own)
            self._start()

    @contextmanager
    def within(self, limit_s: float, wanted: BaseException) -> Iterator[None]:
        """Raise an exception into a part of a program that takes longer than its limit, where a timer runs at all."""
        now = time.monotonic()
        if not self._armed or threading.current_thread() is not threading.main_thread():
            yield
            return
        if not self._running_parts():
            self._next_tick = now + signal.getitimer(signal.ITIMER_REAL)[0]
        try:
            self._parts.append(_Part(self.program, now + limit_s, wanted))
            self._wait(now)
            yield
        finally:
            self.end_part(wanted)

    def end_part(self, wanted: BaseException) -> None:
        """Forget the part into which an exception was to be raised: it may have been, before `within` could."""
        self._parts = [part for part in self._parts if part.wanted is not wanted]
        if self._armed:
            self._wait(time.monotonic())

    def _running_parts(self) -> list[_Part]:
        """Return the parts of the program that runs now, never those of one that is over or waits for it."""
        return [part for part in self._parts if part.program is self.program]

    def _wait(self, now: float) -> None:
        """Set the timer to what comes first: the next tick, or the end of a part of the program."""
        first = min([self._next_tick, *[part.until for part in self._running_parts()]])
        signal.setitimer(signal.ITIMER_REAL, max(first - now, SOONEST_S), self._interval_s)

    def _look_at_parts(self) -> bool:
        """Raise what the part of the program wants that has no time left; return whether a tick is due."""
        now = time.monotonic()
        over = [part.wanted for part in self._running_parts() if part.until <= now]
        is_tick = self._next_tick <= now
        if is_tick:
            self._next_tick = now + self._interval_s
        if over:
            signal.setitimer(signal.ITIMER_REAL, AGAIN_S, self._interval_s)
            raise over[0]
        self._wait(now)
        return is_tick

    def _start(self) -> None:
        """Let the timer tick as often as the slices now at work want it, or stop it after the last."""
        self._last, self._ticks = None, 0
        if not self._armed:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._forget()
            return
        self._interval_s = min([shortest for shortest, _ in self._armed]) / TICKS
        self._run_s = min([run_s for _, run_s in self._armed if run_s > 0], default=0.0)
        signal.setitimer(signal.ITIMER_REAL, self._interval_s, self._interval_s)

    def _forget(self) -> None:
        self.program, self._parts = None, []
        for watch in self._watches.values():
            watch.text = None

    def _tick(self, _signal: int, _frame: FrameType | None) -> None:
        if self._running_parts() and not self._look_at_parts():
            return
        running, limit_s = self._running()
        if running is None or running is not self._last:
            self._last, self._ticks, self._seen_s = running, 0, time.thread_time()
            return
        self._ticks += 1
        if not self._armed or not self._is_up(limit_s):
            return
        # where an exception is lost, in a callback of the garbage collector say, the next one is not
        self._ticks, self._seen_s = 0, time.thread_time()
        if self.program is not None:
            raise self.program
        raise RegexTimeoutError("a match took longer than its time budget")

    def _is_up(self, limit_s: float) -> bool:
        used_s = time.thread_time() - self._seen_s
        if self._ticks < round(
            limit_s / self._interval_s
        ):  # of a long call of C's, all ticks but one are lost
            return self.program is not None and used_s >= limit_s
        return self.program is not None or used_s >= limit_s * LEAST_SHARE

    def _running(self) -> tuple[object, float]:
        """Return what runs now and may be interrupted, and after how long."""
        if self.program is not None:
            return (self.program, self._run_s) if self._run_s > 0 else (None, 0.0)
        for watch in self._watches.values():
            if watch.text is not None and watch.limit_s > 0:
                return watch.text, watch.limit_s
        return None, 0.0


budget = Budget()
match_watch = budget.watch(LONGEST_MATCH_S)
