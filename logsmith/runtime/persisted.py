"""Delivery over the persisted queue: `deliver` returns when the events are on disk; each output follows at its own pace.

An output that is away holds up nobody: what is stored for it waits in the file until the queue is full, and only then do
inputs wait. What was just stored stays in memory for outputs that keep up, as far as it may; the others read their batches
back. That costs time. So inputs wait a moment for an output whose memory is used up, and longer where it is this
worker's time that is short: then more to read back would make it shorter still.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from functools import partial
from typing import TYPE_CHECKING

import trio

from logsmith.log import Logger
from logsmith.runtime.adoption import adopt
from logsmith.runtime.batches import Slice, batches_for, read_row, rows_of, slices_of, unpack
from logsmith.runtime.cursors import name_outputs
from logsmith.runtime.delivery import DeadLetterBox, Lane, Share
from logsmith.runtime.queue_files import stranded_events
from logsmith.runtime.queue_holds import UNREADABLE
from logsmith.runtime.queue_writer import STRANDED, QueueSettings, QueueWriter, Waiting
from logsmith.runtime.strain import Strain
from logsmith.spool import SpoolError
from logsmith.spool.queue import PersistedQueue

if TYPE_CHECKING:
    from logsmith.event import Event
    from logsmith.plugins import Batch, Output
    from logsmith.spool.queue import Damage, StoredBatch

IN_MEMORY_BYTES = 12 << 20  # that events weigh, for each output: what is stored and not delivered
PATIENCE_S = 0.5  # with an output whose memory is used up, until it has to read back what follows
READ_AT_ONCE = 8  # batches
AHEAD_SENDS = 2  # of the largest send: how much a lane has waiting
LAST_SENDS_S = 2.0  # for what is being sent when a stop begins
LAST_WRITE_S = 2.0

log = Logger("logstash.queue")


class PersistedLane:
    """One output that reads from the queue: from memory while it keeps up, from the file when it does not."""

    def __init__(self, name: str, lane: Lane, queue: PersistedQueue, writer: QueueWriter) -> None:
        self.name, self.lane = name, lane
        self._queue, self._writer = queue, writer
        self._ready: deque[tuple[int, int, list[Batch]]] = deque()  # sequence, weight, batches
        self._weight = 0  # of all batches that are in memory
        self._full_since: float | None = None  # when inputs began to wait; None once there was room again
        self._taken = 0  # the last batch that was taken, from memory or from the file
        self._stored = 0  # the last batch that is known to be in the file
        self._is_behind = True  # there may be batches in the file that are not in memory
        self._open_sends = 0
        self._is_paused = False
        self._changed = trio.lowlevel.ParkingLot()

    def add(self, sequence: int, weight: int, batches: list[Batch]) -> None:
        """Take what was just stored, or nothing if it is to be read; in the order of sequence numbers."""
        if sequence <= self._taken:
            return  # the file was faster
        self._stored = sequence
        if not batches or self._is_behind or self._is_full:
            self._is_behind = True
        else:
            self._put(sequence, weight, batches)
        self._changed.unpark_all()

    async def wait_room(self, strain: Strain) -> None:
        """Wait until what comes next can stay in memory; not for long, unless the worker is under strain."""
        while not self._is_behind and self._weight + self._writer.weight >= IN_MEMORY_BYTES:
            now = trio.current_time()
            if self._full_since is None or strain.is_high:
                self._full_since = now
            left_s = self._full_since + PATIENCE_S - now
            if left_s <= 0:
                return
            with trio.move_on_after(left_s):
                await self._changed.park()

    async def run(self) -> None:
        """Pass on what is stored, in its order, until cancelled."""
        async with trio.open_nursery() as nursery:
            while True:
                while self._ready and self._has_room:
                    sequence, weight, batches = self._ready.popleft()
                    self._open_sends += 1
                    nursery.start_soon(self._follow, sequence, weight, self.lane.add(batches))
                if self._is_behind and not self._ready and not self._is_full:
                    await self._read()
                else:
                    await self._changed.park()

    async def wait_idle(self) -> None:
        """Wait until the output has everything."""
        while self._ready or self._is_behind or self._open_sends:
            await self._changed.park()

    async def pause(self) -> None:
        """Begin no further send, and wait for those that have begun."""
        self._is_paused = True
        while self._open_sends:
            await self._changed.park()

    @property
    def _has_room(self) -> bool:
        most = AHEAD_SENDS * self.lane.output.max_events
        return not self._is_paused and self.lane.waiting_events < most

    @property
    def _is_full(self) -> bool:
        return self._weight >= IN_MEMORY_BYTES

    def _put(self, sequence: int, weight: int, batches: list[Batch]) -> None:
        self._ready.append((sequence, weight, batches))
        self._weight += weight
        self._taken = sequence

    async def _follow(self, sequence: int, weight: int, share: Share) -> None:
        events = share.missing
        await share.done.wait()
        self._weight -= weight
        if self._weight < IN_MEMORY_BYTES // 2:
            self._full_since = None
        fates = {f"delivered {self.name}": events - share.buried, f"dead-lettered {self.name}": share.buried}
        self._writer.delivered(self.name, sequence, fates)
        self._open_sends -= 1
        self._changed.unpark_all()

    async def _read(self) -> None:
        """Take some batches from the file. It is caught up with if nothing is there that was stored before."""
        known = self._stored
        read = partial(self._queue.read, self.name, after=self._taken, limit=READ_AT_ONCE)
        batches, damages = await self._writer.insist(read, UNREADABLE)
        for damage in damages:
            self._report(damage)
        for batch in batches:
            if not self._is_full:
                await self._take(batch)
        if not batches and not damages:
            self._taken = max(self._taken, known)
            self._is_behind = self._stored > self._taken
            self._changed.unpark_all()

    async def _take(self, batch: StoredBatch) -> None:
        try:
            stored = read_row(batch.payload)
            events = unpack(stored, [self.name])[self.name]
        except SpoolError as error:
            set_aside = partial(self._queue.set_aside, batch.sequence, str(error))
            self._report(await self._writer.insist(set_aside))
        else:
            self._put(batch.sequence, sum(one.weight for one in stored), [events])

    def _report(self, damage: Damage) -> None:
        self._taken = max(self._taken, damage.sequence)
        self._writer.forget(damage.sequence)
        self.lane.output.metrics.count("damaged_batches")
        log.error("a damaged batch was set aside; its events are not delivered", **damage._asdict())


class PersistedDelivery:
    """All outputs of a pipeline behind its persisted queue."""

    def __init__(
        self,
        outputs: Sequence[Output],
        dead_letters: DeadLetterBox,
        settings: QueueSettings,
        gauges: dict[str, int] | None = None,
        *,
        are_plain: bool = False,
    ) -> None:
        """`gauges` is where the size of the queue is kept for the API; `are_plain`: no event has types that JSON loses."""
        self._outputs, self._names, self._are_plain = outputs, name_outputs(outputs), are_plain
        self._settings, self._has_adopted, self._strain = settings, trio.Event(), Strain()
        self._queue = PersistedQueue(settings.path)
        self._has_loaded = False
        self._writer = QueueWriter(
            self._queue, settings, self._stored, {} if gauges is None else gauges, self._names
        )
        self._lanes = [
            PersistedLane(name, Lane(output, dead_letters), self._queue, self._writer)
            for name, output in zip(self._names, outputs, strict=True)
        ]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the outputs, adopt what workers left that are no more, and run the lanes while the block lasts.

        If a stop comes while the file cannot be read, nothing runs.
        """
        with closing(self._queue):
            if not await self._load():
                yield
                return
            async with AsyncExitStack() as stack:
                for one in self._lanes:
                    await stack.enter_async_context(one.lane.output.open())
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._writer.run)
                    nursery.start_soon(self._writer.watch)
                    nursery.start_soon(self._adopt)
                    for one in self._lanes:
                        nursery.start_soon(one.run)
                        for _ in range(one.lane.output.concurrency):
                            nursery.start_soon(one.lane.run)
                    yield
                    nursery.cancel_scope.cancel()
                with trio.CancelScope(shield=True), trio.move_on_after(LAST_WRITE_S):
                    await self._writer.finish()  # the cursors of what was delivered; without, it comes again

    @property
    def kept_events(self) -> int | None:
        """How many events are on disk that an output still has to get."""
        return self._writer.waiting_events

    def take(self, routed: Sequence[list[Event]]) -> list[Slice]:
        """Make what will be stored and sent, while the events are in the processor's caches."""
        return slices_of(self._outputs, self._names, routed, are_plain=self._are_plain) if any(routed) else []

    async def deliver(self, slices: Sequence[Slice], fates: Mapping[str, int] | None = None) -> None:
        """Store what `take` returned, and the fates of all; returns when they are on disk."""
        for one in self._lanes:
            await one.wait_room(self._strain)
        sums = {name: amount for name, amount in (fates or {}).items() if amount}
        for row, parts in rows_of(slices):
            sums |= {f"routed {name}": events for name, events in row.routes.items()}
            await self._writer.append(row, parts, sums)
            sums = {}

    async def finish(self, *, is_stopping: bool) -> None:
        """Wait for the outputs when the inputs have ended; at a stop only for what is being sent, unless it drains."""
        if not self._has_loaded:
            return
        async with trio.open_nursery() as nursery:
            drains = self._settings.drain or any(one.lane.output.place.drains for one in self._lanes)
            if is_stopping and not drains:
                nursery.cancel_scope.deadline = trio.current_time() + LAST_SENDS_S
                for one in self._lanes:
                    nursery.start_soon(one.pause)
            else:
                await self._has_adopted.wait()
                for one in self._lanes:
                    nursery.start_soon(one.wait_idle)

    async def _load(self) -> bool:
        """Learn what the file holds; returns whether that was done before a stop."""
        stopping = next((one.place.stopping for one in self._outputs), None)
        async with trio.open_nursery() as nursery:
            if stopping is not None:
                nursery.start_soon(_cancel_after, stopping, nursery.cancel_scope)
            await self._writer.load()
            self._has_loaded = True
            nursery.cancel_scope.cancel()
        if self._has_loaded:
            await self._warn_of_stranded()
        return self._has_loaded

    async def _warn_of_stranded(self) -> None:
        """Say once for all workers what waits for outputs that there are not."""
        if not self._settings.is_first:
            return
        find = partial(stranded_events, self._settings.path.parent, self._names)
        if stranded := await self._writer.in_thread(find):
            log.warning(
                "events wait in the persisted queue for outputs that are gone; they are kept, and nobody gets them",
                events=sum(stranded.values()),
                outputs=stranded,
                hint=STRANDED,
            )

    async def _adopt(self) -> None:
        for path in self._settings.adopted:
            await adopt(path, self._writer)
        self._has_adopted.set()

    def _stored(self, waiting: Waiting) -> None:
        for number, one in enumerate(self._lanes):
            if one.name in waiting.batch.routes:
                weight = sum(part.weights[number] for part in waiting.slices)
                one.add(waiting.sequence, weight, batches_for(number, waiting.slices))


async def _cancel_after(event: trio.Event, scope: trio.CancelScope) -> None:
    await event.wait()
    scope.cancel()
