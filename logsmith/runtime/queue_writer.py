"""The one task of a worker that writes to a pipeline's persisted queue: what comes while it commits shares the next commit.

Nothing is acknowledged that is not on disk, so whatever is wrong with the disk holds inputs back. A disk that is full: the
reserve is given up, what outputs have is noted, and batches are stored again as far as there is room. A file that
contradicts itself: it is rebuilt of what can be read, and the damaged one is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import trio

from logsmith.log import Logger, RateLimited
from logsmith.runtime.batches import Slice, routes_of
from logsmith.runtime.queue_holds import FAILING, FULL, UNREADABLE, Holds
from logsmith.runtime.queue_rebuilt import say_rebuilt
from logsmith.spool import SpoolError
from logsmith.spool.faults import DamagedFileError, DiskFullError, full_disk
from logsmith.spool.queue import Batch, PersistedQueue
from logsmith.spool.rebuild import Rebuilt, rebuild

QUIET_S = 0.2  # after which the cursors of outputs are written even if no batch comes
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 5.0
LAST_TRIES_S = 30.0
SAME_COMPLAINT_EVERY_S = 60.0
LOOK_AGAIN_S = 5.0
CRAMPED_PAUSE_S = 0.5  # between commits on a disk that is full
REBUILD_AGAIN_S = 300.0  # what is damaged again before that is no matter of one bad page
ROW_BYTES = 512  # what a batch takes besides its payload, at most

COMPLAINTS = {
    FAILING: "the persisted queue cannot be used, inputs wait",
    UNREADABLE: "the persisted queue cannot be read, trying again",
}
STRANDED = "give an output that id, or forget its events: logsmith queue drop NAME --yes"
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
    is_first: bool = True  # of the pipeline's workers: the one that speaks for all


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
        outputs: Sequence[str] = (),
    ) -> None:
        """`stored` is called with each batch that is on disk, in the order of their sequence numbers.

        `outputs` are those that there are, by the names of their cursors.
        """
        self._queue, self._settings, self._stored, self._outputs = queue, settings, stored, outputs
        self._thread = trio.CapacityLimiter(1)  # the file is for one thread at a time
        self._waiting: list[Waiting] = []
        self._delivered: dict[str, dict[int, int]] = {}  # events by sequence numbers
        self._counted: dict[str, int] = {}
        self._unfinished: dict[int, _Unfinished] = {}
        self._bytes = self._events = self._last = 0
        self._rebuilt: dict[Path, float] = {}  # when
        self._is_cramped = False  # the disk is full, and the reserve is given up
        self._gauges, self._holds = gauges, Holds(gauges)
        gauges["queue_max_bytes"] = settings.max_bytes
        self._wake = trio.lowlevel.ParkingLot()
        self._room = trio.lowlevel.ParkingLot()
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        self.failures = 0  # of writes, all told
        self.weight = 0  # of the batches that wait for the disk

    async def in_thread(self, call: Callable[[], T]) -> T:
        """Call a method of the queue where nothing else does at the same time."""
        return await trio.to_thread.run_sync(call, limiter=self._thread)

    async def insist(
        self, call: Callable[[], T], what: str = FAILING, *, passes: type[SpoolError] | tuple[()] = ()
    ) -> T:
        """Call a method of the queue, and again with growing pauses for as long as the disk fails.

        `what` is a wait's name; `passes` is an error that the caller sees to.
        """
        pause_s, hold = FIRST_PAUSE_S, None
        with ExitStack() as stack:
            while True:
                try:
                    return await self.in_thread(call)
                except passes:
                    raise
                except SpoolError as error:
                    failure = error
                hold = hold or stack.enter_context(self._holds.held(what))
                if not await self._mend(failure, what):
                    hold.show()
                    await trio.sleep(pause_s)
                    pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _mend(self, failure: SpoolError, what: str) -> bool:
        """Return whether something was done about a failure, so that it is worth the while to try again at once."""
        if isinstance(failure, DamagedFileError) and failure.path is not None:
            return await self._rebuild(failure.path, failure)
        self._complain(failure, what)
        if not isinstance(failure, DiskFullError) or self._is_cramped:
            return False
        self._is_cramped = True
        return await self.in_thread(self._queue.reserve.give_up)

    async def _rebuild(self, path: Path, failure: SpoolError) -> bool:
        """Have a file rebuilt that contradicts itself: this worker's, or one that it takes over."""
        now, last = trio.current_time(), self._rebuilt.get(path, float("-inf"))
        if path not in (self._settings.path, *self._settings.adopted) or now - last < REBUILD_AGAIN_S:
            self._complain(failure, FAILING)
            return False

        def replace() -> Rebuilt:
            self._queue.close()
            return rebuild(path, routes_of, self._last if path == self._settings.path else 0)

        try:
            report = await self.in_thread(replace)
        except SpoolError as error:
            self._complain(error, FAILING)
            return False
        self._rebuilt[path] = now
        say_rebuilt(path, report, failure)
        for one in report.lost:
            self.forget(one.sequence)
        return True

    async def load(self) -> None:
        """Learn what the file holds from before."""
        for one in await self.insist(self._queue.outline):
            self._note(one.sequence, _Unfinished(*one[1:]))
        self._is_cramped = not await self.insist(self._queue.keep_reserve)
        await self.insist(self._queue.was_changed_by_others)

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
        events = sum(fates.values())
        _add(self._counted, fates)
        self._delivered.setdefault(output, {})[sequence] = events
        unfinished = self._unfinished.get(sequence)
        if unfinished is not None:
            unfinished.routes -= 1
            self._lower(unfinished, unfinished.routed_events - events)
            if not unfinished.routes:
                self.forget(sequence)
        self._wake.unpark_all()

    def forget(self, sequence: int) -> None:
        """Note that a batch is not in the queue any more."""
        unfinished = self._unfinished.pop(sequence, None)
        if unfinished is not None:
            self._bytes -= unfinished.size
            self._lower(unfinished, 0)
            self._room.unpark_all()

    async def run(self) -> None:
        """Write what comes, until cancelled."""
        while True:
            if self._is_cramped:
                await self._live_cramped()
            while not self._waiting:
                with trio.move_on_after(
                    QUIET_S if self._delivered or self._counted else float("inf")
                ) as quiet:
                    await self._wake.park()
                if quiet.cancelled_caught:
                    break
            await self._commit()

    async def watch(self) -> None:
        """Notice what other processes do to the file, such as `logsmith queue drop`, until cancelled."""
        while True:
            await trio.sleep(LOOK_AGAIN_S)
            try:
                if await self.in_thread(self._queue.was_changed_by_others):
                    await self._look_again()
            except SpoolError:
                pass  # who needs the file complains

    async def finish(self) -> None:
        """Write the cursors that were not written yet; a crash before it repeats events, and loses none."""
        with trio.move_on_after(LAST_TRIES_S):
            while self._delivered or self._counted or (self._waiting and not self._is_cramped):
                await self._commit(0 if self._is_cramped else None)

    async def _commit(self, most: int | None = None) -> None:
        """Write what waits, no more than `most` batches of it; if the disk is full, all of it waits on.

        Nor more than what the reserve has room for, or one batch, if that is larger.
        """
        if most is None:
            most = max(1, self._fitting(self._queue.reserve.commit_bytes))
        waiting, self._waiting = self._waiting[:most], self._waiting[most:]
        delivered, self._delivered = self._delivered, {}
        counted, self._counted = self._counted, {}
        batches = [one.batch for one in waiting if one.batch.events]
        fates = dict(counted)
        for one in waiting:
            _add(fates, one.fates)
        write = partial(self._queue.append, batches, delivered=delivered, counted=fates)
        try:
            stored = iter(await self.insist(write, passes=DiskFullError))
        except (trio.Cancelled, DiskFullError) as failure:  # nothing of it is written
            for name, sequences in delivered.items():
                self._delivered.setdefault(name, {}).update(sequences)
            _add(self._counted, counted)
            if isinstance(failure, trio.Cancelled):  # what waited is acknowledged to nobody
                raise
            self._waiting = waiting + self._waiting
            await self._give_way(failure)
            return
        for one in waiting:
            self.weight -= one.batch.weight
            if one.batch.events:
                one.sequence, size = next(stored), len(one.batch.payload)
                routes = one.batch.routes
                self._note(
                    one.sequence, _Unfinished(size, one.batch.events, len(routes), sum(routes.values()))
                )
                self._stored(one)
            one.stored.set()

    async def _give_way(self, failure: SpoolError) -> None:
        """Give up the reserve on a disk that is full; if that is done already, wait a moment."""
        self._complain(failure, FAILING)
        if self._is_cramped or not await self.in_thread(self._queue.reserve.give_up):
            await trio.sleep(FIRST_PAUSE_S)
        self._is_cramped = True

    async def _live_cramped(self) -> None:
        """Note what outputs have, which makes room, and store what has room, until the reserve is there again."""
        with self._holds.held(FAILING) as hold:
            while self._is_cramped:
                hold.show()
                if self._delivered or self._counted:
                    await self._commit(0)
                room = await self._find_room()
                if room is None:
                    self._is_cramped = False
                    log.info("there is room for the persisted queue again", file=str(self._settings.path))
                elif fitting := self._fitting(room):
                    await self._commit(fitting)
                elif self._waiting:
                    self._complain(full_disk(self._settings.path), FAILING)
                await trio.sleep(CRAMPED_PAUSE_S)

    async def _find_room(self) -> int | None:
        try:
            return await self.in_thread(self._queue.find_room)
        except SpoolError as error:
            await self._mend(error, FAILING)
            return 0

    def _fitting(self, room: int) -> int:
        """Return how many of the batches that wait have room."""
        sums = accumulate(len(one.batch.payload) + ROW_BYTES for one in self._waiting)
        return sum(size <= room for size in sums)

    def _note(self, sequence: int, unfinished: _Unfinished) -> None:
        self._unfinished[sequence] = unfinished
        self._last = max(self._last, sequence)
        self._bytes += unfinished.size
        self._events += unfinished.waiting
        self._show()

    def _lower(self, unfinished: _Unfinished, routed_events: int) -> None:
        before = unfinished.waiting
        unfinished.routed_events = max(0, routed_events)
        self._events -= before - unfinished.waiting
        self._show()

    def _show(self) -> None:
        self._gauges["queue_bytes"], self._gauges["queue_events"] = self._bytes, self._events

    @property
    def _is_full(self) -> bool:
        most = self._settings
        return 0 < most.max_bytes <= self._bytes or 0 < most.max_events <= self._events

    async def _wait_for_room(self) -> None:
        if not self._is_full:
            return
        with self._holds.held(FULL) as hold:
            while self._is_full:
                hold.show()
                if self._complaints.passes(FULL) is not None:
                    await self._say_full()
                with trio.move_on_after(LOOK_AGAIN_S) as waited:
                    await self._room.park()
                if waited.cancelled_caught:  # `logsmith queue drop` may have made room
                    await self._look_again()

    async def _say_full(self) -> None:
        try:
            backlogs = await self.in_thread(self._queue.backlogs)
        except SpoolError:
            backlogs = {}  # it is looked at again in a minute
        waits_for = {name: one.events for name, one in backlogs.items() if one.events}
        facts: dict[str, object] = {"bytes": self._bytes, "events": self._events}
        facts |= {"max_bytes": self._settings.max_bytes, "waits_for": waits_for}
        if gone := sorted(set(waits_for) - set(self._outputs)):
            facts |= {"outputs_that_are_gone": gone, "hint": STRANDED}
        log.warning("the persisted queue is full, inputs wait for outputs", **facts)

    async def _look_again(self) -> None:
        there = {one.sequence: one for one in await self.insist(self._queue.outline)}
        for sequence, unfinished in list(self._unfinished.items()):
            if sequence not in there:
                self.forget(sequence)
            else:
                self._lower(unfinished, min(unfinished.routed_events, there[sequence].routed_events))

    def _complain(self, failure: SpoolError, what: str) -> None:
        self.failures += 1
        if self._complaints.passes(str(failure)) is not None:
            hint = {"hint": failure.hint} if failure.hint else {}
            log.error(COMPLAINTS[what], reason=str(failure), **hint)


@dataclass(slots=True)
class _Unfinished:
    """A batch that outputs still have to get: how many of them, and their events all told."""

    size: int
    events: int
    routes: int
    routed_events: int

    @property
    def waiting(self) -> int:
        """How many of its events still wait, each counted once; at most, where outputs got different ones."""
        return min(self.events, self.routed_events)


def _add(sums: dict[str, int], fates: Mapping[str, int]) -> None:
    for name, amount in fates.items():
        sums[name] = sums.get(name, 0) + amount
