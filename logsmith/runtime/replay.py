"""Dead letters sent again: to the output that refused them, or through the filters and outputs of another pipeline.

A letter leaves the table when its event is delivered, and not before: whatever ends a replay, it loses nothing, and at
most the last batch is delivered twice. What is refused again stays, with the new reason; if a running server refused it again
meanwhile, it stays too. So does what no output wants.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import trio

from logsmith.letters import LettersError
from logsmith.letters.events import NAME, event_of, mark
from logsmith.regex import budget
from logsmith.runtime import StartError
from logsmith.runtime.cursors import name_outputs
from logsmith.runtime.delivery import Delivery
from logsmith.runtime.letters import refused_letter
from logsmith.spool.dead_letters import Choice, DeadLetter, DeadLetters, Refusal

if TYPE_CHECKING:
    from logsmith.compiler import CompiledPipeline
    from logsmith.event import Event
    from logsmith.plugins import Output

LETTERS_IN_A_BATCH = 500
LOCK = ".replay"


@dataclass(frozen=True, slots=True)
class Order:
    """Which letters to send again, and how; `limit` 0 is all of them."""

    choice: Choice
    limit: int = 0
    newest_first: bool = False
    runs_filters: bool = False
    is_trial: bool = False  # nothing is sent
    keeps: bool = False  # delivered letters stay too


@dataclass(slots=True)
class Progress:
    """What became of the letters so far; `unrouted` met no output, filters `dropped` some, `damaged` could not be read."""

    delivered: int = 0
    refused: int = 0
    unrouted: int = 0
    dropped: int = 0
    damaged: int = 0
    by_output: dict[str, int] = field(default_factory=dict)  # events routed to each, by plugin and line

    @property
    def seen(self) -> int:
        return self.delivered + self.refused + self.unrouted + self.dropped + self.damaged

    @property
    def left(self) -> int:
        """How many letters stay that should have been delivered."""
        return self.seen - self.delivered


class Refusals:
    """The dead letters of a replay: what is refused again, by the id of its letter.

    An event that a filter made, and of which nobody knows the letter any more, becomes a letter of its own.
    """

    def __init__(self, letters: DeadLetters) -> None:
        self._letters = letters
        self.owners: dict[int, int] = {}  # ids of letters, by the identity of their events
        self.refused: dict[int, Refusal] = {}

    async def put(self, output: Output, refused: Sequence[tuple[Event, str]]) -> None:
        """Note who is refused; returns when what is new is on disk."""
        new: list[DeadLetter] = []
        for event, reason in refused:
            refusal = Refusal(output.name, output.metrics.id, output.line, reason)
            owner = self.owner(event)
            if owner is None:
                new.append(refused_letter(output, event, reason, time.time_ns()))
            else:
                self.refused[owner] = refusal
        if new:
            await trio.to_thread.run_sync(self._letters.append, new)

    def owner(self, event: Event) -> int | None:
        """Return the id of the letter that an event came from."""
        known = self.owners.get(id(event))
        if known is not None:
            return known
        marked = event.metadata.get(NAME)
        number = marked.get("id") if isinstance(marked, dict) else None
        return number if isinstance(number, int) and number in self.owners.values() else None


class Replay:
    """Sends the letters of one table to a pipeline's outputs."""

    def __init__(self, pipeline: CompiledPipeline, letters: DeadLetters, order: Order) -> None:
        self._pipeline, self._letters, self._order = pipeline, letters, order
        self._refusals = Refusals(letters)
        name_outputs(pipeline.outputs)
        self._delivery = Delivery(pipeline.outputs, self._refusals)
        self._limits_s = pipeline.longest_match_s, pipeline.longest_run_s
        self.progress = Progress()

    async def run(self, note: Callable[[Progress], None]) -> None:
        """Send what is ordered; `note` is told after each batch. Raises SpoolError."""
        newest = await trio.to_thread.run_sync(self._find_newest)
        async with self._open():
            after, left = 0, self._order.limit
            while batch := await trio.to_thread.run_sync(self._read, after, left, newest):
                await self._send(batch)
                after = batch[-1].id or 0
                note(self.progress)
                left -= len(batch)
                if self._order.limit and not left:
                    break
            if self._order.runs_filters and not self._order.is_trial:
                await self._flush()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[None]:
        if self._order.is_trial:
            yield
            return
        for plugin in (*self._pipeline.filters, *self._pipeline.outputs):
            plugin.preload()
        async with self._delivery.open():
            yield

    def _find_newest(self) -> int:
        """Return the id of the last letter there is: what comes while it runs is not its business."""
        return next((one.id or 0 for one in self._letters.read(newest_first=True)), 0)

    def _read(self, after: int, left: int, newest: int) -> list[DeadLetter]:
        order = self._order
        found = self._letters.read(after=after, choice=order.choice, newest_first=order.newest_first)
        size = min(left, LETTERS_IN_A_BATCH) if order.limit else LETTERS_IN_A_BATCH
        return [one for one in islice(found, size) if (one.id or 0) <= newest]

    async def _send(self, batch: Sequence[DeadLetter]) -> None:
        refused_ns, events, routed = {}, [], self._nowhere()
        self._refusals.owners, self._refusals.refused = {}, {}
        for letter in batch:
            try:
                event = event_of(letter)
            except LettersError:
                self.progress.damaged += 1
                continue
            refused_ns[letter.id or 0] = letter.refused_ns
            self._refusals.owners[id(event)] = letter.id or 0
            events.append(event)
            if self._order.runs_filters:
                mark(event, letter)
                continue
            place = output_of(letter, self._pipeline.outputs)
            if place is not None:
                routed[place].append(event)
        kept = await self._filter(events, routed) if self._order.runs_filters else events
        self._count(routed)
        left = refused_ns.keys() & {self._refusals.owner(event) for event in kept}
        wanted = refused_ns.keys() & {self._refusals.owner(event) for some in routed for event in some}
        if not self._order.is_trial:
            await self._delivery.deliver(self._delivery.take(routed))
            await self._settle({number: refused_ns[number] for number in wanted})
        self.progress.dropped += len(refused_ns) - len(left | wanted)
        self.progress.unrouted += len(left - wanted)
        self.progress.refused += len(self._refusals.refused)
        self.progress.delivered += len(wanted) - len(self._refusals.refused)

    async def _settle(self, wanted: dict[int, int]) -> None:
        refused = dict(self._refusals.refused)
        delivered = {number: when for number, when in wanted.items() if number not in refused}
        gone = {} if self._order.keeps else delivered
        await trio.to_thread.run_sync(self._letters.settle, gone, refused)

    async def _filter(self, events: list[Event], routed: list[list[Event]]) -> list[Event]:
        """Route what filters make of events; returns what they let through."""
        with budget.armed(*self._limits_s):
            kept = await self._pipeline.filter_async(events)
            self._pipeline.route(kept, routed)
        return kept

    async def _flush(self) -> None:
        """Deliver what filters give at their end; what is refused of that is a new letter."""
        self._refusals.owners = {}
        routed = self._nowhere()
        with budget.armed(*self._limits_s):
            self._pipeline.route(await self._pipeline.flush(final=True), routed)
        await self._delivery.deliver(self._delivery.take(routed))

    def _nowhere(self) -> list[list[Event]]:
        return [[] for _ in self._pipeline.outputs]

    def _count(self, routed: Sequence[Sequence[Event]]) -> None:
        for output, events in zip(self._pipeline.outputs, routed, strict=True):
            if events:
                name = f"{output.name} (line {output.line})"
                self.progress.by_output[name] = self.progress.by_output.get(name, 0) + len(events)


def output_of(letter: DeadLetter, outputs: Sequence[Output]) -> int | None:
    """Return the place of the output that refused a letter: the one of its id, else the only one of its plugin.

    Ids that nobody chose change with the file. A line is no help then: another output may stand there now.
    """
    same_id = [place for place, one in enumerate(outputs) if one.metrics.id == letter.plugin_id]
    alike = [place for place, one in enumerate(outputs) if one.name == letter.plugin_type]
    return next((places[0] for places in (same_id, alike) if len(places) == 1), None)


@contextmanager
def alone(letters: DeadLetters) -> Iterator[None]:
    """Keep a second replay of the same letters away; raises StartError."""
    folder = letters.path.parent
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise StartError(f"another replay of the dead letters in {str(folder)!r} is at work") from None
    finally:
        os.close(lock)
