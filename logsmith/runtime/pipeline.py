"""A pipeline at work in one process: inputs bring events, filters run in slices, outputs get them.

`send`, which each input calls, returns when the events are safe with every output they are routed to. There is no queue
between: what a client is not yet told is in its own hands still.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter, perf_counter_ns
from typing import TYPE_CHECKING, NamedTuple

import trio

from logsmith.log import Logger
from logsmith.metrics import Tally
from logsmith.regex import budget

if TYPE_CHECKING:
    from logsmith.compiler import CompiledPipeline
    from logsmith.event import Event
    from logsmith.plugins import Input
    from logsmith.runtime.batches import Slice
    from logsmith.runtime.delivery import Delivery
    from logsmith.runtime.persisted import PersistedDelivery

SLICE_S = 0.005  # how long filters may keep keepalives and other connections waiting
FIRST_SLICE = 100  # events, until it is known how long one takes
SMALLEST_SLICE, LARGEST_SLICE = 10, 300  # more gains nothing, and would not fit the caches of all processors
RESTART_PAUSE_S = 1.0
FLUSH_EVERY_S = 5.0
CLOSING_S = 4.0  # of the time for a stop, kept for outputs to close
LOST_EVENTS = "lost_events"  # a counter of the pipeline

log = Logger("logstash.javapipeline")


class Fates(NamedTuple):
    """What became of some events: accepted + made = dropped + kept, of which some may match no output."""

    accepted: int
    made: int
    dropped: int
    kept: int
    unrouted: int


class _Filtered(NamedTuple):
    """What came out of a slice: how many events, of which how many go nowhere, and what outputs get of the others."""

    kept: int
    unrouted: int
    slices: list[Slice]


async def run_pipeline(
    pipeline: CompiledPipeline,
    *,
    inputs: Sequence[Input],
    stopping: trio.Event,
    delivery: Delivery | PersistedDelivery,
    stop_limit_s: float,
) -> None:
    """Run a pipeline with those of its inputs that belong to this worker.

    Returns when they have all ended and everything is delivered; or, once `stopping` is set, when that is so or when
    `stop_limit_s` seconds have passed.
    """
    running = RunningPipeline(pipeline, delivery)
    async with delivery.open():
        log.info("Pipeline started", **{"pipeline.id": pipeline.id})
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(_limit_stop, scope, stopping, stop_limit_s)
                if pipeline.flushes:
                    nursery.start_soon(running.flush_regularly)
                async with trio.open_nursery() as readers:
                    for one in inputs:
                        readers.start_soon(running.run_input, one)
                await running.flush(final=True)
                await delivery.finish(is_stopping=stopping.is_set())
                nursery.cancel_scope.cancel()
        _note_rest(running.waiting, delivery.kept_events, is_late=scope.cancelled_caught)
        if running.unrepeatable:
            log.error("events are lost: nobody sends them again", events=running.unrepeatable)
            pipeline.metrics.count(LOST_EVENTS, running.unrepeatable)
    log.info("Pipeline terminated", **{"pipeline.id": pipeline.id})


def _note_rest(waiting: int, kept: int | None, *, is_late: bool) -> None:
    """Say what becomes of events that are not delivered: `waiting` ones are nowhere, those that are `kept` on disk."""
    if is_late and waiting and kept is None:
        log.warning("stopped before all events were delivered; they were not acknowledged", events=waiting)
    elif is_late and waiting:
        message = "stopped before all events were in the persisted queue; those were not acknowledged"
        log.warning(message, events=waiting)
    elif is_late and not kept:
        log.warning("stopped before all inputs had ended; no event was waiting")
    if kept:
        note = log.warning if is_late else log.info
        note("the persisted queue keeps what is not delivered, for the next start", events=kept)


async def _limit_stop(scope: trio.CancelScope, stopping: trio.Event, limit_s: float) -> None:
    await stopping.wait()
    scope.deadline = trio.current_time() + max(limit_s - CLOSING_S, limit_s / 2)
    await trio.sleep_forever()


class RunningPipeline:
    """A compiled pipeline and the way to its outputs."""

    def __init__(self, pipeline: CompiledPipeline, delivery: Delivery | PersistedDelivery) -> None:
        self._pipeline, self._delivery, self._awaits = pipeline, delivery, pipeline.awaits
        self._slice = FIRST_SLICE
        self.waiting = 0  # events that inputs sent and that are not delivered
        self.unrepeatable = 0  # those of them that nobody sends again
        self._limits_s = pipeline.longest_match_s, pipeline.longest_run_s

    async def run_input(self, one: Input) -> None:
        """Run an input until it ends; one that fails is started again after a pause."""

        async def send(events: Sequence[Event]) -> None:
            one.metrics.events_out += len(events)
            started = perf_counter_ns()
            unrepeatable = 0 if one.is_repeatable else len(events)
            self.unrepeatable += unrepeatable
            try:
                await self.send(events)
            finally:
                one.metrics.push_ns += perf_counter_ns() - started
            self.unrepeatable -= unrepeatable

        while one.place.stopping is None or not one.place.stopping.is_set():
            try:
                await one.run(send)
            except Exception as error:  # noqa: BLE001  around a plugin's call: one input's failure ends no other
                one.log.error(
                    "input failed and will be started again", reason=f"{type(error).__name__}: {error}"
                )
                await trio.sleep(RESTART_PAUSE_S)
            else:
                return

    async def send(self, events: Sequence[Event]) -> None:
        """Filter the events, each slice of them once, and deliver them; returns when they are safe."""
        metrics = self._pipeline.metrics
        metrics.pushed += len(events)
        self.waiting += len(events)
        started = perf_counter_ns()
        tally, kept, unrouted = Tally(), 0, 0
        slices: list[Slice] = []
        at = 0
        while at < len(events):
            # Nothing here holds on to the events: outputs may have let go of them
            start, at = at, at + self._slice
            filtered = await self._filter_slice(list(events[start:at]), tally)
            kept, unrouted = kept + filtered.kept, unrouted + filtered.unrouted
            slices += filtered.slices
            await trio.lowlevel.checkpoint()
        metrics.filtered += len(events)
        pushed = perf_counter_ns()
        await self._deliver(slices, Fates(len(events), tally.made, tally.dropped, kept, unrouted))
        self.waiting -= len(events)
        metrics.queue_push_ns += perf_counter_ns() - pushed
        metrics.duration_ns += perf_counter_ns() - started

    async def flush_regularly(self) -> None:
        """Deliver what filters give of their own accord, every five seconds, until cancelled."""
        while True:
            await trio.sleep(FLUSH_EVERY_S)
            await self.flush(final=False)

    async def flush(self, *, final: bool) -> None:
        """Deliver what filters have to give now; `final` says that no event will come any more."""
        tally = Tally()
        with budget.armed(*self._limits_s):
            filtered = self._take(await self._pipeline.flush(tally, final=final))
        if not tally.made:
            return
        self.waiting += filtered.kept
        self.unrepeatable += filtered.kept
        fates = Fates(0, tally.made, tally.dropped, filtered.kept, filtered.unrouted)
        await self._deliver(filtered.slices, fates)
        self.waiting -= filtered.kept
        self.unrepeatable -= filtered.kept

    async def _filter_slice(self, part: list[Event], tally: Tally) -> _Filtered:
        pipeline = self._pipeline
        started, count = perf_counter(), len(part)
        with budget.armed(*self._limits_s):
            kept = await pipeline.filter_async(part, tally) if self._awaits else pipeline.filter(part, tally)
            filtered = self._take(kept)
        seconds = perf_counter() - started
        pipeline.metrics.count("busy_ns", int(seconds * 1e9))
        if count == self._slice and seconds > 0:
            fitting = self._slice * SLICE_S / seconds
            self._slice = int(max(SMALLEST_SLICE, min(LARGEST_SLICE, (self._slice + fitting) / 2)))
        return filtered

    def _take(self, kept: list[Event]) -> _Filtered:
        """Route what filters let through, and have outputs take it while it is in the processor's caches."""
        routed: list[list[Event]] = [[] for _ in self._pipeline.outputs]
        self._pipeline.route(kept, routed)
        unrouted = len(kept) - count_routed(routed, len(kept))
        return _Filtered(len(kept), unrouted, self._delivery.take(routed))

    async def _deliver(self, slices: list[Slice], fates: Fates) -> None:
        """Count what became of the events, and deliver those that are left."""
        metrics = self._pipeline.metrics
        metrics.made += fates.made
        metrics.dropped += fates.dropped
        metrics.out += fates.kept
        metrics.unrouted += fates.unrouted
        if fates.accepted + fates.made != fates.dropped + fates.kept:
            metrics.count("fates_mismatched")
            log.error("the fates of events do not add up; this is a mistake of logsmith", **fates._asdict())
        await self._delivery.deliver(slices, fates._asdict())


def count_routed(routed: list[list[Event]], kept: int) -> int:
    """Return how many events go to at least one output."""
    if any(len(events) == kept for events in routed):
        return kept
    return len({id(event) for events in routed for event in events})
