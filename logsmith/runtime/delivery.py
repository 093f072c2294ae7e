"""Delivery: each event to the outputs whose conditions it met; the only backoff loop and the only way to the dead letters.

`await deliver(events)` returns when every output has its events, or the dead letter table has those an output refused for
good. Each output has a lane: what waits while the output is busy is put together into the next send. Where many small windows
come, a small send that soon follows another waits a moment for more of them (`Output.linger_s`); a window that comes alone
never waits. A send that fails is tried again after a pause that
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
from logsmith.runtime.batches import Slice, batches_for, encoded_for
from logsmith.spool.dead_letters import DeadLettersFullError

if TYPE_CHECKING:
    from logsmith.event import Event
    from logsmith.plugins import Batch, Output

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
ENOUGH_EVENTS, ENOUGH_CHUNKS = 500, 8  # for a send that waits for no more
WORTHWHILE_CHUNKS = 3  # that join a send while it waits; with fewer, it was in vain
SENDS_AT_ONCE = 16  # that do not wait after one that did in vain
SAME_COMPLAINT_EVERY_S = 60.0
MAKE_ROOM = (
    "replay or remove some with `logsmith dlq`, or raise dead_letter_queue.max_bytes, "
    "or have dead_letter_queue.storage_policy say what may be dropped"
)


MEND_FILE = "see to the disk or the file"
HELD_LETTERS, HINT = "dead_letters_waiting", "dead_letters_hint"  # a gauge and a note of the output


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

    batch: Batch
    share: Share


class Lane:
    """One output and what waits for it."""

    def __init__(self, output: Output, dead_letters: DeadLetterBox) -> None:
        self.output = output
        self._dead_letters = dead_letters
        self._waiting: deque[Chunk] = deque()
        self.waiting_events = 0  # not yet taken for a send
        self._wake = trio.lowlevel.ParkingLot()
        self._more = trio.lowlevel.ParkingLot()  # whoever lingers
        self._is_lingering = False
        self._sent_at = float("-inf")  # when the last send began
        self._at_once = 0  # how many sends shall not wait
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)

    def add(self, batches: Sequence[Batch]) -> Share:
        """Queue events for the next send."""
        count = sum(map(len, batches))
        share = Share(count)
        self._waiting.extend(Chunk(batch, share) for batch in batches)
        self.waiting_events += count
        self.output.metrics.events_in += count
        (self._more if self._is_lingering else self._wake).unpark()
        return share

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Send what waits, until cancelled."""
        task_status.started()
        while True:
            while not self._waiting or self._is_lingering:
                await self._wake.park()
            await self._linger()
            chunks, pause_s = self._take(), FIRST_PAUSE_S
            self._sent_at = trio.current_time()
            while chunks:
                started = perf_counter_ns()
                chunks, wanted_pause_s = await self._send(chunks)
                self.output.metrics.duration_ns += perf_counter_ns() - started
                if chunks:
                    await trio.sleep(max(wanted_pause_s or 0.0, pause_s))
                    pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _linger(self) -> None:
        """Have more join a small send that soon follows another, while that pays: a send may cost a hundred events' time."""
        left_s = self._sent_at + self.output.linger_s - trio.current_time()
        if left_s <= 0 or self._is_enough:
            return
        if self._at_once:
            self._at_once -= 1
            return
        before, self._is_lingering = len(self._waiting), True
        try:
            with trio.move_on_after(left_s):
                while not self._is_enough:
                    await self._more.park()
        finally:
            self._is_lingering = False
            self._wake.unpark()  # for what is not taken with this send
        if len(self._waiting) - before < WORTHWHILE_CHUNKS:
            self._at_once = SENDS_AT_ONCE

    @property
    def _is_enough(self) -> bool:
        return self.waiting_events >= ENOUGH_EVENTS or len(self._waiting) >= ENOUGH_CHUNKS

    def _take(self) -> list[Chunk]:
        """Take what waits, up to the number of events that the output wants in one send."""
        taken = [self._waiting.popleft()]
        room = self.output.max_events - len(taken[0].batch)
        while self._waiting and len(self._waiting[0].batch) <= room:
            taken.append(self._waiting.popleft())
            room -= len(taken[-1].batch)
        self.waiting_events -= _events_in(taken)
        return taken

    async def _send(self, chunks: list[Chunk]) -> tuple[list[Chunk], float | None]:
        """Send once; return what must be sent again and the pause that the peer asked for."""
        try:
            await self._send_batches([chunk.batch for chunk in chunks])
        except UndeliveredError as failure:
            return await self._settle(chunks, failure), failure.after_s
        except Exception as error:  # noqa: BLE001  around a plugin's call: its mistake must lose nothing
            self._complain(f"{type(error).__name__}: {error}", _events_in(chunks))
            return chunks, None
        self.output.metrics.events_out += _events_in(chunks)
        for chunk in chunks:
            chunk.share.arrived(len(chunk.batch))
        return [], None

    async def _send_batches(self, batches: Sequence[Batch]) -> None:
        if self.output.encodes:
            await self.output.send_encoded(batches)
        else:  # then all are lists
            await self.output.send(
                batches[0] if len(batches) == 1 else [event for batch in batches for event in batch]  # type: ignore[arg-type, union-attr]
            )

    async def _settle(self, chunks: list[Chunk], failure: UndeliveredError) -> list[Chunk]:
        count = len(failure.retry) + sum(map(len, failure.again))
        if count:
            self._complain(str(failure), count)
        if failure.refused:
            await self._bury(failure.refused)
        whole = {id(batch) for batch in failure.again}
        again = {id(event) for event in failure.retry}
        buried = {id(event) for event, _ in failure.refused}
        left = []
        for chunk in chunks:
            if id(chunk.batch) in whole:
                left.append(chunk)
                continue
            known = _events_asked_for(chunk.batch)
            events = [event for event in known if id(event) in again]
            chunk.share.buried += sum(id(event) in buried for event in known) if buried else 0
            chunk.share.arrived(len(chunk.batch) - len(events))
            if events:
                left.append(Chunk(events, chunk.share))
        self.output.metrics.events_out += _events_in(chunks) - _events_in(left) - len(failure.refused)
        return left

    async def _bury(self, refused: Sequence[tuple[Event, str]]) -> None:
        self.output.metrics.count("dead_letters", len(refused))
        if self._complaints.passes("refused") is not None:
            facts = {"events": len(refused), "reason": refused[0][1]}
            self.output.log.warning("events refused for good go to the dead letters", **facts)
        pause_s, held = FIRST_PAUSE_S, 0
        try:
            while refused:
                try:
                    await self._dead_letters.put(self.output, refused)
                except DeadLettersFullError as full:
                    refused = refused[full.stored :]
                    self._complain_of_letters(full, len(refused), MAKE_ROOM)
                except Exception as error:  # noqa: BLE001  a full disk must hold events back, not lose them
                    self._complain_of_letters(error, len(refused), MEND_FILE)
                else:
                    return
                held = self._hold(held, len(refused))
                await trio.sleep(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
        finally:
            self._hold(held, 0)

    def _hold(self, before: int, now: int) -> int:
        """Show how many refused events wait to become dead letters; of a send that knew of so many before."""
        gauges = self.output.metrics.gauges
        gauges[HELD_LETTERS] = gauges.get(HELD_LETTERS, 0) + now - before
        if not gauges[HELD_LETTERS]:
            del gauges[HELD_LETTERS]
        return now

    def _complain_of_letters(self, error: Exception, events: int, hint: str) -> None:
        self.output.metrics.count("failed_sends")
        self.output.metrics.notes |= {"dead_letters": str(error), HINT: hint}
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


def _events_in(chunks: Sequence[Chunk]) -> int:
    return sum(len(chunk.batch) for chunk in chunks)


def _events_asked_for(batch: Batch) -> Sequence[Event]:
    """Return the events of a batch; none if they are let go and nobody asked for them: then they have no fates of their own."""
    if isinstance(batch, list):
        return batch
    return () if batch.is_packed else batch.events


class Delivery:
    """All outputs of a pipeline."""

    kept_events: int | None = None  # what is not delivered is not kept here

    def __init__(
        self, outputs: Sequence[Output], dead_letters: DeadLetterBox, *, are_plain: bool = False
    ) -> None:
        """`are_plain`: no event has types that JSON loses, so that those can be let go that an output has encoded."""
        self._outputs, self._are_plain = outputs, are_plain
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

    def take(self, routed: Sequence[list[Event]]) -> list[Slice]:
        """Return what outputs get of the events that filters had together; to be delivered with others."""
        batches = encoded_for(self._outputs, routed)
        if self._are_plain:
            for one in batches:
                if one is not None and not isinstance(one, list):
                    one.pack(are_plain=True)
        return [Slice(batches)]

    async def deliver(
        self,
        slices: Sequence[Slice],
        fates: Mapping[str, int] | None = None,  # noqa: ARG002  kept with a persisted queue only
    ) -> None:
        """Deliver what `take` returned, begun in the outputs' order; returns when all is safe."""
        shares: list[Share] = []
        for number, lane in enumerate(self._lanes):
            batches = batches_for(number, slices)
            if batches and shares:
                # Trio runs what is woken together in any order, but all of it before what is woken next
                await trio.lowlevel.cancel_shielded_checkpoint()
            if batches:
                shares.append(lane.add(batches))
        for share in shares:
            await share.done.wait()

    async def finish(self, *, is_stopping: bool) -> None:
        """Nothing waits here that `deliver` does not wait for."""
