"""Wait before events go on: a fixed time, or as long as lay between them when they were made."""

from __future__ import annotations

import math
from collections.abc import Iterator

import trio

from logsmith.event import Event, Sprintf, Timestamp, to_f
from logsmith.plugins import NOT_NEGATIVE, Example, Filter, Problem, setting

NANOS = 1_000_000_000


class Sleep(Filter):
    time: Sprintf | None = setting(
        None,
        "How many seconds to wait; with `replay`, how many times as fast as it was, 1 if it is left out.",
    )
    every: float = setting(1, "Wait at each so many events; not with `replay`.", within=NOT_NEGATIVE)
    replay: bool = setting(
        False, "Wait as long as lies between the timestamps of an event and of the one before it."
    )

    examples = (
        Example(
            "waits before each event goes on",
            config='time => "%{pause}"',
            given={"pause": 0.001},
            expect=[{"pause": 0.001}],
        ),
        Example(
            "waits at every hundredth event only",
            config="time => 0.5 every => 100",
            given={"message": "first"},
            expect=[{"message": "first"}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._count = 0
        self._last: int | None = None  # the timestamp of the event before, in nanoseconds
        if self.replay:
            self.is_stateful = True  # type: ignore[misc]  # of this one: a replay needs the order of events
        elif self.time is None:
            hint = "add time => …: How many seconds to wait."
            yield Problem("sleep needs the setting 'time'", None, hint, "missing-setting")

    async def filter(self, event: Event) -> None:
        time = 1.0 if self.time is None else to_f(self.time.format(event))
        wait_s = self._gap(event, time) if self.replay else self._pause(time)
        if 0 < wait_s < math.inf:
            await trio.sleep(wait_s)

    def _pause(self, time: float) -> float:
        self._count += 1
        if self._count < self.every:
            return 0.0
        self._count = 0
        return time

    def _gap(self, event: Event, speed: float) -> float:
        stamp = event.top("@timestamp")
        if not isinstance(stamp, Timestamp):
            return 0.0
        last, self._last = self._last, stamp.nanos
        if last is None or speed == 0:
            return 0.0
        return (stamp.nanos - last) / NANOS / speed
