"""One connection: a reader that takes windows ahead, and a loop that delivers and acknowledges them in order.

The reader goes on to the end of a window it has begun, since the client's write has a time limit; between windows it
pauses while as many are parked as a client pipelines, or while the byte budget of all connections is used up. There are
two clocks: between windows a silent client is closed after `idle_s`, inside of one after `window_s`.

A window is delivered in slices, one after another, so that its events are objects for a few MiB of it at a time.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import trio
from trio.abc import Stream

from logsmith.beats.budget import Unfinished
from logsmith.beats.lazy_events import LazyEvents
from logsmith.errors import LogsmithError
from logsmith.lumberjack import END_OF_STREAM, UNDONE, Connection, Limits, Window
from logsmith.net.tlsstream import receive_much

if TYPE_CHECKING:
    from logsmith.beats.budget import ByteBudget
    from logsmith.beats.shaping import Shaping
    from logsmith.event import Event
    from logsmith.lumberjack.connection import Signal

CHUNK = 64 * 1024
SLICE_BYTES = 8 * 1024 * 1024
EVENT_BYTES = 4096  # what an event costs besides its text
KEEPALIVE = b"2A\0\0\0\0"
MOST_TOLD = "the memory for unfinished windows is used up, and this client held most of it for longest"


class SlowClientError(LogsmithError):
    """A client took too long; the text says with what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long things may take, in seconds, and how far a client may be ahead."""

    idle_s: float | None = 60.0  # None: for ever
    window_s: float = 60.0  # from the first byte of a window to its last
    keepalive_s: float = 5.0
    write_s: float = 30.0
    parked_windows: int = 3  # a client that pipelines two has three on the wire


class Session:
    """The life of one connection on a stream; `run` returns when it is over."""

    def __init__(self, stream: Stream, budget: ByteBudget, pace: Pace, limits: Limits) -> None:
        self._stream, self._budget, self._pace = stream, budget, pace
        self._connection = Connection(limits, step_bytes=SLICE_BYTES)
        self._reading = trio.CancelScope()
        self._has_news = trio.Event()
        self._has_room = trio.Event()
        self._has_ended = self._is_delivering = False
        self._counted = 0  # bytes of the parked windows, in the budget
        self._unfinished = Unfinished(self._evict)
        self._inflated = 0  # bytes of the window that is delivered, in the budget
        self._is_evicted = False
        self._receiving = trio.CancelScope()
        self._window_began = self._last_active = 0.0
        self.windows = self.events = 0

    def stop_reading(self) -> None:
        """Take no further window; what is complete is delivered and acknowledged, then the connection ends."""
        self._reading.cancel()

    async def run(self, shaping: Shaping, send: Callable[[Sequence[Event]], Awaitable[None]]) -> None:
        """Serve the connection to its end; raises ProtocolError or SlowClientError, in a group."""
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._read)
                await self._deliver_windows(shaping, send)
                nursery.cancel_scope.cancel()
        except* (trio.BrokenResourceError, trio.ClosedResourceError):
            pass  # the peer is gone; it will send again what it was not told
        finally:
            self._budget.free(self._counted)
            self._note_inflated(0)
            self._budget.note_unfinished(self._unfinished, 0, trio.current_time())
            # whoever still knows this session, such as an error's frames, shall not hold what its client sent
            self._connection.discard()
            self._unfinished = Unfinished(lambda: None)

    def _evict(self) -> None:
        self._is_evicted = True
        self._receiving.cancel()
        self._has_room.set()

    async def _read(self) -> None:
        with self._reading:
            self._last_active = self._window_began = trio.current_time()
            is_open = True
            while is_open:
                await self._wait_turn()
                is_open = await self._read_chunk()
            return
        self._has_ended = True
        self._has_news.set()

    async def _read_chunk(self) -> bool:
        """Return whether more may come; what came is not held a second time while its windows wait."""
        connection, data = self._connection, await self._receive()
        seen, was_inside = connection.windows_seen, connection.is_mid_window
        connection.receive_data(data)
        self._last_active = trio.current_time()
        if not was_inside or connection.windows_seen != seen:
            self._window_began = self._last_active
        self._count()
        self._has_news.set()
        return bool(data)

    async def _wait_turn(self) -> None:
        while self._is_far_ahead and not self._is_evicted:
            self._has_room = trio.Event()
            await self._has_room.wait()
            self._window_began = trio.current_time()  # one that came in part has its time from now on
        if not self._connection.is_mid_window:
            await self._budget.wait_room()

    @property
    def _is_far_ahead(self) -> bool:
        """Whether the client's whole windows go first.

        Who has begun another window may be one further ahead, and not more: a client may be in the middle of one
        whenever we look.
        """
        connection, most = self._connection, max(1, self._pace.parked_windows)  # else nothing is read
        parked = connection.parked_windows
        if connection.is_full:
            return True
        if not connection.is_mid_window:
            return parked >= most
        return parked > most or (parked > 0 and not self._budget.has_room)

    async def _receive(self) -> bytes:
        while True:
            if self._is_evicted:
                raise SlowClientError(MOST_TOLD)
            with trio.CancelScope(deadline=self._deadline()) as self._receiving:
                return await receive_much(self._stream, CHUNK)
            if self._is_evicted:
                continue
            if trio.current_time() >= self._deadline():
                inside = self._connection.is_mid_window
                raise SlowClientError(
                    "its window was not complete in time" if inside else "it was idle for too long"
                )

    def _deadline(self) -> float:
        pace = self._pace
        if self._connection.is_mid_window:
            return self._window_began + pace.window_s
        if pace.idle_s is None:
            return float("inf")
        return (trio.current_time() if self._is_delivering else self._last_active) + pace.idle_s

    def _count(self) -> None:
        unfinished = self._connection.unfinished_bytes
        if unfinished != self._unfinished.count and not self._is_evicted:
            self._budget.note_unfinished(self._unfinished, unfinished, trio.current_time())
        held, self._counted = self._counted, self._connection.buffered_bytes
        if self._counted >= held:
            self._budget.add(self._counted - held)
        else:
            self._budget.free(held - self._counted)

    async def _deliver_windows(
        self, shaping: Shaping, send: Callable[[Sequence[Event]], Awaitable[None]]
    ) -> None:
        while True:
            window = await self._next_window()
            if isinstance(window, Window):
                self._has_room.set()
                await self._deliver(window, shaping, send)
            elif window is END_OF_STREAM or self._has_ended:
                return
            else:
                self._has_room.set()
                self._has_news = trio.Event()
                await self._has_news.wait()

    async def _deliver(
        self, window: Window, shaping: Shaping, send: Callable[[Sequence[Event]], Awaitable[None]]
    ) -> None:
        size = window.size + EVENT_BYTES * len(window.events)
        self._note_inflated(size)
        self._is_delivering = True
        done = trio.Event()

        async def send_window() -> None:
            for part in _slices(window):
                if size > SLICE_BYTES:
                    await self._budget.wait_calm()
                events = self._shaped(part, shaping)
                self.events += len(events)
                if events:
                    await send(events)
                if isinstance(events, LazyEvents) and events.first is not None:
                    shaping.note_use(events.first)
            done.set()

        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(send_window)
                await self._keep_alive(window.keepalive(), done)
        finally:
            self._note_inflated(0)
        with self._write_limit():
            await self._stream.send_all(window.ack())
        self.windows += 1
        self._is_delivering = False
        self._last_active = trio.current_time()

    def _shaped(self, window: Window, shaping: Shaping) -> Sequence[Event]:
        if shaping.is_plain:
            return LazyEvents(window, shaping, self._timed)
        with self._timed():
            return shaping.events_of(window)

    async def _next_window(self) -> Window | Signal:
        budget = self._budget
        while not budget.can_deliver and self._connection.parked_windows:
            async with self._signs_of_life():
                await budget.wait_delivery()  # several waited: who comes first may leave no room
        window = self._inflate()
        if window is UNDONE:
            async with self._signs_of_life(), budget.large:
                while window is UNDONE:
                    await budget.wait_calm()
                    window = self._inflate()
        return window

    def _inflate(self) -> Window | Signal:
        with self._timed():
            window = self._connection.next_window()
        self._count()
        if window is UNDONE:
            self._note_inflated(self._connection.buffered_bytes)
        return window

    def _note_inflated(self, count: int) -> None:
        before, self._inflated = self._inflated, count
        self._budget.change_delivered(count - before)

    @asynccontextmanager
    async def _signs_of_life(self) -> AsyncIterator[None]:
        """Tell the client that we live, while its window waits."""
        self._is_delivering = True
        done = trio.Event()
        frame = KEEPALIVE if self._connection.takes_keepalives else None
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._keep_alive, frame, done)
            yield
            done.set()
        self._is_delivering = False
        self._last_active = trio.current_time()

    async def _keep_alive(self, frame: bytes | None, done: trio.Event) -> None:
        while True:
            with trio.move_on_after(self._pace.keepalive_s):
                await done.wait()
            if done.is_set():
                return
            if frame is not None:
                with self._write_limit():
                    await self._stream.send_all(frame)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._budget.note_work(time.perf_counter() - began)

    @contextmanager
    def _write_limit(self) -> Iterator[None]:
        with trio.move_on_after(self._pace.write_s) as scope:
            yield
        if scope.cancelled_caught:
            raise SlowClientError("it does not read what it is sent")


def _slices(window: Window) -> Iterator[Window]:
    """Yield a window in parts of some MiB, or of one event that is larger."""
    events, start, size = window.events, 0, 0
    if window.size <= SLICE_BYTES:  # nearly always
        yield window
        return
    for number, event in enumerate(events):
        size += len(event)
        if size > SLICE_BYTES and number > start:
            yield replace(window, events=events[start:number])
            start, size = number, len(event)
    yield replace(window, events=events[start:]) if start else window
