"""The one task of a worker that writes to a pipeline's persisted queue: what comes while it commits shares the next commit."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import trio

from logsmith.log import Logger, RateLimited
from logsmith.runtime.batches import Slice, pack_row, read_row, unpack
from logsmith.spool import SpoolError
from logsmith.spool.queue import Batch, PersistedQueue

if TYPE_CHECKING:
    from logsmith.spool.queue import StoredBatch

QUIET_S = 0.2  # after which the cursors of outputs are written even if no batch comes
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
SAME_COMPLAINT_EVERY_S = 60.0
LOOK_AGAIN_S = 5.0
ADOPT_AT_ONCE = 8  # batches
NAMED, ADOPTED = (
    "named ",
    "adopted ",
)  # fates that are none: names of a file, and of those that were taken over

NO_FATES: Mapping[str, int] = {}

T = TypeVar("T")

log = Logger("logstash.queue")


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """Where a worker's part of a pipeline's queue is, and how large it may grow; 0 is no limit."""

    path: Path
    max_bytes: int = 0
    max_events: int = 0
    drain: bool = False
    adopted: Sequence[Path] = ()  # files of workers that there are no more


@dataclass(slots=True)
class Waiting:
    """A batch on its way to the disk, and what outputs get of it; `sequence` is its number once `stored` is set."""

    batch: Batch
    slices: Sequence[Slice]
    fates: Mapping[str, int]
    stored: trio.Event = field(default_factory=trio.Event)
    sequence: int = 0


class QueueWriter:
    """Appends batches and moves cursors; a disk that is full or fails holds senders back, and nothing else."""

    def __init__(
        self,
        queue: PersistedQueue,
        settings: QueueSettings,
        stored: Callable[[Waiting], None],
        gauges: dict[str, int],
    ) -> None:
        """`stored` is called with each batch that is on disk, in the order of their sequence numbers."""
        self._queue, self._settings, self._stored = queue, settings, stored
        self._thread = trio.CapacityLimiter(1)  # the file is for one thread at a time
        self._waiting: list[Waiting] = []
        self._delivered: dict[str, list[int]] = {}
        self._counted: dict[str, int] = {}
        self._unfinished: dict[int, _Unfinished] = {}
        self._bytes = self._events = 0
        self._gauges = gauges
        gauges["queue_max_bytes"] = settings.max_bytes
        self._wake = trio.lowlevel.ParkingLot()
        self._room = trio.lowlevel.ParkingLot()
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        self.failures = 0  # of writes, all told
        self.weight = 0  # of the batches that wait for the disk

    async def in_thread(self, call: Callable[[], T]) -> T:
        """Call a method of the queue where nothing else does at the same time."""
        return await trio.to_thread.run_sync(call, limiter=self._thread)

    async def insist(self, call: Callable[[], T]) -> T:
        """Call a method of the queue, and again with growing pauses for as long as the disk fails."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return await self.in_thread(call)
            except SpoolError as error:
                self._complain(str(error))
            await trio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def load(self) -> None:
        """Learn what the file holds from before."""
        for sequence, size, events, routes in await self.insist(self._queue.outline):
            self._note(sequence, _Unfinished(size, events, routes))

    async def fates(self) -> dict[str, int]:
        """Return the sums that are on disk."""
        return await self.insist(self._queue.fates)

    @property
    def waiting_bytes(self) -> int:
        """The payload of all batches that an output still has to get."""
        return self._bytes

    @property
    def waiting_events(self) -> int:
        """The events of all batches that an output still has to get."""
        return self._events

    async def append(
        self, batch: Batch, slices: Sequence[Slice] = (), fates: Mapping[str, int] = NO_FATES
    ) -> int:
        """Store a batch and count fates; returns the sequence number when it is on disk, however long that takes."""
        await self._wait_for_room()
        waiting = Waiting(batch, slices, fates)
        self._waiting.append(waiting)
        self.weight += batch.weight
        self._wake.unpark_all()
        await waiting.stored.wait()
        return waiting.sequence

    def delivered(self, output: str, sequence: int, fates: Mapping[str, int]) -> None:
        """Note that an output has its part of a batch; the cursor moves with one of the next commits."""
        _add(self._counted, fates)
        self._delivered.setdefault(output, []).append(sequence)
        unfinished = self._unfinished.get(sequence)
        if unfinished is not None:
            unfinished.routes -= 1
            if not unfinished.routes:
                self.forget(sequence)
        self._wake.unpark_all()

    def forget(self, sequence: int) -> None:
        """Note that a batch is not in the queue any more."""
        unfinished = self._unfinished.pop(sequence, None)
        if unfinished is not None:
            self._bytes -= unfinished.size
            self._events -= unfinished.events
            self._show()
            self._room.unpark_all()

    async def run(self) -> None:
        """Write what comes, until cancelled."""
        while True:
            while not self._waiting:
                with trio.move_on_after(
                    QUIET_S if self._delivered or self._counted else float("inf")
                ) as quiet:
                    await self._wake.park()
                if quiet.cancelled_caught:
                    break
            await self._commit()

    async def finish(self) -> None:
        """Write the cursors that were not written yet; a crash before it repeats events, and loses none."""
        if self._delivered or self._counted or self._waiting:
            with trio.move_on_after(LONGEST_PAUSE_S):
                await self._commit()

    async def _commit(self) -> None:
        waiting, self._waiting = self._waiting, []
        delivered, self._delivered = self._delivered, {}
        counted, self._counted = self._counted, {}
        batches = [one.batch for one in waiting if one.batch.events]
        fates = dict(counted)
        for one in waiting:
            _add(fates, one.fates)
        write = partial(self._queue.append, batches, delivered=delivered, counted=fates)
        try:
            stored = iter(await self.insist(write))
        except trio.Cancelled:  # nothing of it is written: `finish` shall find what outputs have
            for name, sequences in delivered.items():
                self._delivered.setdefault(name, []).extend(sequences)
            _add(self._counted, counted)
            raise
        for one in waiting:
            self.weight -= one.batch.weight
            if one.batch.events:
                one.sequence, size = next(stored), len(one.batch.payload)
                self._note(one.sequence, _Unfinished(size, one.batch.events, len(one.batch.routes)))
                self._stored(one)
            one.stored.set()

    def _note(self, sequence: int, unfinished: _Unfinished) -> None:
        self._unfinished[sequence] = unfinished
        self._bytes += unfinished.size
        self._events += unfinished.events
        self._show()

    def _show(self) -> None:
        self._gauges["queue_bytes"], self._gauges["queue_events"] = self._bytes, self._events

    async def _wait_for_room(self) -> None:
        most = self._settings
        while 0 < most.max_bytes <= self._bytes or 0 < most.max_events <= self._events:
            if self._complaints.passes("full") is not None:
                facts = {"bytes": self._bytes, "events": self._events, "max_bytes": most.max_bytes}
                log.warning("the persisted queue is full, inputs wait for outputs", **facts)
            with trio.move_on_after(LOOK_AGAIN_S) as waited:
                await self._room.park()
            if waited.cancelled_caught:  # `logsmith queue drop` may have made room
                await self._look_again()

    async def _look_again(self) -> None:
        there = {row[0] for row in await self.insist(self._queue.outline)}
        for sequence in [one for one in self._unfinished if one not in there]:
            self.forget(sequence)

    def _complain(self, reason: str) -> None:
        self.failures += 1
        if self._complaints.passes(reason) is not None:
            log.error("the persisted queue cannot be used, inputs wait", reason=reason)


@dataclass(slots=True)
class _Unfinished:
    """A batch that outputs still have to get: how many of them."""

    size: int
    events: int
    routes: int


def _add(sums: dict[str, int], fates: Mapping[str, int]) -> None:
    for name, amount in fates.items():
        sums[name] = sums.get(name, 0) + amount


async def adopt(path: Path, writer: QueueWriter) -> None:
    """Take over the batches of a worker that is no more, and remove its file; what is damaged in it stays there."""
    left = PersistedQueue(path)
    name = await _named(left, writer)
    moved = 0
    for cursor in await writer.insist(lambda: list(left.backlogs())):
        while True:
            batches, damages = await writer.insist(partial(left.read, cursor, limit=ADOPT_AT_ONCE))
            if not batches and not damages:
                break
            moved += await _move(batches, cursor, left, writer)
    damages = await writer.insist(left.damages)
    fates = await writer.insist(left.fates)
    left.close()
    if not damages:
        if not await writer.insist(partial(_are_taken_over, name, path)):
            fates[f"{ADOPTED}{name}"] = fates.pop(f"{NAMED}{name}")
            await writer.append(Batch(b"", 0, {}), fates=fates)
        await trio.to_thread.run_sync(_remove, path)
    facts = {"file": str(path), "events": moved, "damaged_batches": len(damages)}
    log.info("took over the queue of a worker that is no more", **facts)


async def _named(left: PersistedQueue, writer: QueueWriter) -> str:
    """Return the name that a file has among its fates, so that they are taken over once; it gets one if it has none."""
    for fate in await writer.insist(left.fates):
        if fate.startswith(NAMED):
            return fate.removeprefix(NAMED)
    name = uuid.uuid4().hex
    await writer.insist(partial(left.append, [], counted={f"{NAMED}{name}": 1}))
    return name


def _are_taken_over(name: str, path: Path) -> bool:
    """Return whether a file's sums are in another one already: then a kill came before the file was removed.

    That may be the file of any worker, since the next start may deal the files out in another way.
    """
    others = [one for one in path.parent.glob(f"*{path.suffix}") if one != path]
    for one in others:
        with closing(PersistedQueue(one)) as other:
            if f"{ADOPTED}{name}" in other.fates():
                return True
    return False


async def _move(
    batches: Sequence[StoredBatch], cursor: str, left: PersistedQueue, writer: QueueWriter
) -> int:
    """Store one output's part of batches and take it out of the other file; returns how many events that were.

    Each file's sums add up after each commit: a kill between two leaves events that are routed twice, and are counted so.
    """
    moved = 0
    for batch in batches:
        try:
            events = unpack(read_row(batch.payload), [cursor])[cursor]
        except SpoolError as error:
            await writer.insist(partial(left.set_aside, batch.sequence, str(error)))
            continue
        await writer.append(pack_row([(cursor, events)]), fates={f"routed {cursor}": len(events)})
        moved += len(events)
    done = {cursor: [batch.sequence for batch in batches]}
    await writer.insist(partial(left.append, [], delivered=done, counted={f"routed {cursor}": -moved}))
    return moved


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
