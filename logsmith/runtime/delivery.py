"""Delivery: each event to the outputs whose conditions it met; the only backoff loop and the only way to the dead letters.

`await deliver(events)` returns when every output has its events, or the dead letter table has those an output refused for
good. Each output has a lane: what waits while the output is busy is put together into the next send, so many small
windows become few large requests without any delay being added. A send that fails is tried again after a pause that
grows; what keeps failing is said in the log once a minute, and counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from time import perf_counter_ns
from typing import TYPE_CHECKING, Protocol

import trio

from logsmith.log import RateLimited
from logsmith.plugins import UndeliveredError
from logsmith.spool.dead_letters import DeadLettersFullError

if TYPE_CHECKING:
    from logsmith.event import Event
    from logsmith.plugins import Output

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
SAME_COMPLAINT_EVERY_S = 60.0
MAKE_ROOM = (
    "replay or remove some with `logsmith dlq`, or raise dead_letter_queue.max_bytes, "
    "or have dead_letter_queue.storage_policy say what may be dropped"
)


class DeadLetterBox(Protocol):
    """Where events go that an output refused for good; returns when they are on disk."""

    async def put(self, output: Output, refused: Sequence[tuple[Event, str]]) -> None:
        """Store events with their reasons; raises LogsmithError if they cannot be stored.

        Of those for which there is no room, DeadLettersFullError tells how many of the first are stored.
        """


class Share:
    """The part of one `deliver` that goes to one output: done when none of its events is missing."""

    __slots__ = ("buried", "done", "missing")

    def __init__(self, missing: int) -> None:
        self.missing = missing
        self.buried = 0  # of the events: refused for good, and safe as dead letters
        self.done = trio.Event()

    def arrived(self, count: int) -> None:
        """Note that so many more events are safe."""
        self.missing -= count
        if self.missing <= 0:
            self.done.set()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Events that wait together, and the share they belong to."""

    events: list[Event]
    share: Share


class Lane:
    """One output and what waits for it."""

    def __init__(self, output: Output, dead_letters: DeadLetterBox) -> None:
        self.output = output
        self._dead_letters = dead_letters
        self._waiting: deque[Chunk] = deque()
        self.waiting_events = 0  # not yet taken for a send
        self._wake = trio.lowlevel.ParkingLot()
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)

    def add(self, events: list[Event]) -> Share:
        """Queue events for the next send."""
        share = Share(len(events))
        self._waiting.append(Chunk(events, share))
        self.waiting_events += len(events)
        self.output.metrics.events_in += len(events)
        self._wake.unpark()
        return share

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Send what waits, until cancelled."""
        task_status.started()
        while True:
            while not self._waiting:
                await self._wake.park()
            chunks, pause_s = self._take(), FIRST_PAUSE_S
            while chunks:
                started = perf_counter_ns()
                chunks, wanted_pause_s = await self._send(chunks)
                self.output.metrics.duration_ns += perf_counter_ns() - started
                if chunks:
                    await trio.sleep(max(wanted_pause_s or 0.0, pause_s))
                    pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _take(self) -> list[Chunk]:
        """Take what waits, up to the number of events that the output wants in one send."""
        taken = [self._waiting.popleft()]
        room = self.output.max_events - len(taken[0].events)
        while self._waiting and len(self._waiting[0].events) <= room:
            taken.append(self._waiting.popleft())
            room -= len(taken[-1].events)
        self.waiting_events -= sum(len(chunk.events) for chunk in taken)
        return taken

    async def _send(self, chunks: list[Chunk]) -> tuple[list[Chunk], float | None]:
        """Send once; return what must be sent again and the pause that the peer asked for."""
        events = (
            chunks[0].events if len(chunks) == 1 else [event for chunk in chunks for event in chunk.events]
        )
        try:
            await self.output.send(events)
        except UndeliveredError as failure:
            return await self._settle(chunks, failure), failure.after_s
        except Exception as error:  # noqa: BLE001  around a plugin's call: its mistake must lose nothing
            self._complain(f"{type(error).__name__}: {error}", len(events))
            return chunks, None
        self.output.metrics.events_out += len(events)
        for chunk in chunks:
            chunk.share.arrived(len(chunk.events))
        return [], None

    async def _settle(self, chunks: list[Chunk], failure: UndeliveredError) -> list[Chunk]:
        if failure.retry:
            self._complain(str(failure), len(failure.retry))
        if failure.refused:
            await self._bury(failure.refused)
        again = {id(event) for event in failure.retry}
        buried = {id(event) for event, _ in failure.refused}
        left = []
        for chunk in chunks:
            events = [event for event in chunk.events if id(event) in again]
            chunk.share.buried += sum(id(event) in buried for event in chunk.events) if buried else 0
            chunk.share.arrived(len(chunk.events) - len(events))
            if events:
                left.append(Chunk(events, chunk.share))
        sent = sum(len(chunk.events) for chunk in chunks)
        self.output.metrics.events_out += sent - len(again) - len(failure.refused)
        return left

    async def _bury(self, refused: Sequence[tuple[Event, str]]) -> None:
        self.output.metrics.count("dead_letters", len(refused))
        if self._complaints.passes("refused") is not None:
            facts = {"events": len(refused), "reason": refused[0][1]}
            self.output.log.warning("events refused for good go to the dead letters", **facts)
        pause_s = FIRST_PAUSE_S
        while refused:
            try:
                await self._dead_letters.put(self.output, refused)
            except DeadLettersFullError as full:
                refused = refused[full.stored :]
                self._complain_of_letters(full, len(refused), MAKE_ROOM)
            except Exception as error:  # noqa: BLE001  a full disk must hold events back, not lose them
                self._complain_of_letters(error, len(refused), "see to the disk or the file")
            else:
                return
            await trio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _complain_of_letters(self, error: Exception, events: int, hint: str) -> None:
        self.output.metrics.count("failed_sends")
        self.output.metrics.notes["dead_letters"] = str(error)
        if self._complaints.passes(type(error)) is not None:
            facts = {"events": events, "reason": str(error), "hint": hint}
            self.output.log.error(
                "dead letters cannot be written: this output waits, nothing is lost", **facts
            )

    def _complain(self, reason: str, events: int) -> None:
        self.output.metrics.count("failed_sends")
        held_back = self._complaints.passes(reason)
        if held_back is not None:
            facts = {"events": events, "reason": reason, **({"repeated": held_back} if held_back else {})}
            self.output.log.warning("events not delivered, trying again", **facts)


class Delivery:
    """All outputs of a pipeline."""

    kept_events: int | None = None  # what is not delivered is not kept here

    def __init__(self, outputs: Sequence[Output], dead_letters: DeadLetterBox) -> None:
        self._lanes = [Lane(output, dead_letters) for output in outputs]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the outputs and run their lanes for as long as the block lasts."""
        async with AsyncExitStack() as stack:
            for lane in self._lanes:
                await stack.enter_async_context(lane.output.open())
            async with trio.open_nursery() as nursery:
                for lane in self._lanes:
                    for _ in range(lane.output.concurrency):
                        await nursery.start(lane.run)  # waits already when the first events come
                yield
                nursery.cancel_scope.cancel()

    def encode(self, events: Sequence[Event]) -> None:
        """Do what takes all of an event, while it is in the processor's caches; nothing where outputs write what they like."""

    async def deliver(
        self,
        routed: Sequence[list[Event]],
        fates: Mapping[str, int] | None = None,  # noqa: ARG002  kept with a persisted queue only
    ) -> None:
        """Deliver the events routed to each output, begun in the outputs' order; returns when all are safe."""
        shares: list[Share] = []
        for lane, events in zip(self._lanes, routed, strict=True):
            if events and shares:
                # Trio runs what is woken together in any order, but all of it before what is woken next
                await trio.lowlevel.cancel_shielded_checkpoint()
            if events:
                shares.append(lane.add(events))
        for share in shares:
            await share.done.wait()

    async def finish(self, *, is_stopping: bool) -> None:
        """Nothing waits here that `deliver` does not wait for."""
