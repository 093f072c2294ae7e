"""Why a pipeline's inputs wait for its persisted queue: gauges for the health report, set once it has lasted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import trio

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL, FAILING, UNREADABLE = "queue_full", "queue_failing", "queue_unreadable"
HELD_S = 3.0  # what is over before that is nobody's concern


class Hold:
    """One wait, which tells when it has lasted."""

    def __init__(self, gauges: dict[str, int], name: str) -> None:
        self._gauges, self._name = gauges, name
        self._since = trio.current_time()
        self._is_shown = False

    def show(self) -> None:
        """Set the gauge if it is time for that; called again and again while the wait lasts."""
        if not self._is_shown and trio.current_time() - self._since >= HELD_S:
            self._is_shown = True
            self._add(1)

    def end(self) -> None:
        """Take back what was shown."""
        if self._is_shown:
            self._add(-1)

    def _add(self, amount: int) -> None:
        self._gauges[self._name] = self._gauges.get(self._name, 0) + amount


class Holds:
    """The waits of one worker's part of a pipeline."""

    def __init__(self, gauges: dict[str, int]) -> None:
        self._gauges = gauges

    @contextmanager
    def held(self, name: str) -> Iterator[Hold]:
        """Count as a wait what happens in the block."""
        hold = Hold(self._gauges, name)
        try:
            yield hold
        finally:
            hold.end()
