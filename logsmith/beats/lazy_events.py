"""The events of a window, made when they are asked for: a slice of them, made and filtered, fits the processor's caches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from logsmith.beats.shaping import Shaping
    from logsmith.event import Event
    from logsmith.lumberjack import Window


class LazyEvents(Sequence["Event"]):
    """The events of a window of which each document is one. Asked for twice, they are made twice."""

    def __init__(
        self, window: Window, shaping: Shaping, timed: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """`timed` notes how long it takes to make a slice."""
        self._window, self._shaping, self._timed = window, shaping, timed
        self.first: Event | None = None  # that was made

    def __len__(self) -> int:
        return len(self._window.events)

    @overload
    def __getitem__(self, at: int) -> Event: ...
    @overload
    def __getitem__(self, at: slice) -> list[Event]: ...

    def __getitem__(self, at: int | slice) -> Event | list[Event]:
        documents = self._window.events[at] if isinstance(at, slice) else [self._window.events[at]]
        with self._timed():
            events = self._shaping.events_of(replace(self._window, events=documents))
        if self.first is None and events:
            self.first = events[0]
        return events if isinstance(at, slice) else events[0]

    def __iter__(self) -> Iterator[Event]:
        return iter(self[:])
