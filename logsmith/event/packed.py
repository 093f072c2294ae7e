"""Events let go: the lines that were made of them, deflated, and what these do not say.

An output that has made its lines of some events needs the events themselves only if something goes wrong. Until then their
lines take a tenth of the memory, and what the events took is used again for the next ones while it is in the caches.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from logsmith.deflated import Deflated, InflateError, deflate, inflate
from logsmith.event.errors import JsonError
from logsmith.event.exact import NOTHING_LOST, ExactEvent, freeze_all, freeze_rest, thaw
from logsmith.event.origin import TEXT_CHARS

if TYPE_CHECKING:
    from logsmith.event.event import Event


class PackedEvents(msgspec.Struct, array_like=True, gc=False):
    """Events as one text, each on a line of its own, and what is not in it.

    `step` is 2 where a line of another kind stands above each event's. `origins` are the events', or a number: then the
    origin is in the line above, so many bytes before its end. `added` is a member that no event has, though each line does.
    """

    text: Deflated
    count: int
    step: int
    metadata: list[bytes]  # JSON, each once
    which: list[int]  # of the metadata, for each event; empty: all have the first
    types: dict[int, bytes]  # of the events that need any, see `event.exact`
    origins: list[str | None] | int
    added: str | None = None

    def events(self) -> list[Event]:
        """Return the events, made again; raises JsonError if this is not what was packed."""
        try:
            lines = inflate(self.text).split(b"\n")
            documents = lines[self.step - 1 : self.count * self.step : self.step]
            if len(documents) != self.count:
                raise JsonError("lines are missing")
            origins = self._origins(lines)
            which = self.which or [0] * self.count
            made = [
                thaw(ExactEvent(line, self.metadata[place], self.types.get(number, NOTHING_LOST)))
                for number, (line, place) in enumerate(zip(documents, which, strict=True))
            ]
            for event, origin in zip(made, origins, strict=True):
                event.origin = origin
                if self.added is not None:
                    del event.fields[self.added]
        except (InflateError, IndexError, KeyError, ValueError) as error:
            raise JsonError(f"not stored events: {error}") from None
        return made

    def _origins(self, lines: Sequence[bytes]) -> Sequence[str | None]:
        if not isinstance(self.origins, int):
            return self.origins
        end = -self.origins
        above = lines[: self.count * self.step : self.step]
        return [line[end - TEXT_CHARS : end].decode() for line in above]


def pack(events: Sequence[Event], *, are_plain: bool = False) -> PackedEvents:
    """Return events, their origins settled, with lines that are made of them for this."""
    frozen = freeze_all(events, are_plain=are_plain)
    return PackedEvents(
        text=deflate(frozen.fields),
        count=len(events),
        step=1,
        metadata=frozen.metadata,
        which=frozen.which,
        types=frozen.types,
        origins=[event.origin for event in events],  # type: ignore[misc]  # texts, as settled
    )


class Lines(NamedTuple):
    """How the lines that an output made of events hold them: each event plainly, below a line of the output's own.

    `tail` is how many bytes stand behind the origin in that line; None if it has no origin. `added` is a member that the
    output has added to each event.
    """

    tail: int | None = None
    added: str | None = None


def pack_around(
    text: Deflated, events: Sequence[Event], lines: Lines, *, are_plain: bool = False
) -> PackedEvents:
    """Return events with the lines that an output made of them."""
    metadata, which, types = freeze_rest(events, are_plain=are_plain)
    origins = [event.origin for event in events] if lines.tail is None else lines.tail
    return PackedEvents(text, len(events), 2, metadata, which, types, origins, lines.added)  # type: ignore[arg-type]  # texts
