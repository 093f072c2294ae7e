"""Events as one row of the persisted queue, and back: their fields, metadata, origins, and the outputs they go to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from isal import isal_zlib

from logsmith import vectors
from logsmith.event import Event
from logsmith.event.errors import JsonError
from logsmith.event.exact import NOTHING_LOST, ExactEvent, freeze_all, thaw
from logsmith.event.origin import settle
from logsmith.spool import SpoolError
from logsmith.spool.queue import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEVEL = 1  # the disk is faster than a better level would be
MOST_INFLATED = 512 << 20  # of a row; what claims to be larger is damaged
MOST_WEIGHT = (
    64 << 20
)  # of a batch of several events: what filters make of a window may be much larger than the window
EVENT_BYTES = 3072  # what an event takes in memory besides its text: its fields as they were read, its lines of a request

_UNREADABLE: tuple[type[Exception], ...] = (  # type: ignore[assignment]  # isal's stub declares an instance
    isal_zlib.error,
    msgspec.MsgspecError,
    JsonError,
    IndexError,
    ValueError,  # columns of different lengths
)


class _Rows(msgspec.Struct, array_like=True):
    """What the payload holds, as MessagePack: events by columns, and for each output the events it gets (none: all)."""

    outputs: list[str]
    routes: list[list[int] | None]
    fields: bytes  # JSON, an event on each line
    metadata: list[bytes]  # JSON, each once
    which: list[int]  # of the metadata, for each event
    types: dict[int, bytes]  # of the events that need any, see `event.exact`
    origins: list[str | None]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Rows).decode


def batches_of(
    routed: Sequence[tuple[str, Sequence[Event]]], *, are_plain: bool = False
) -> Iterator[tuple[Batch, list[list[Event]]]]:
    """Yield events as batches to be deflated, mostly one, each with what of it goes to which output."""
    batch = lay_out(routed, are_plain=are_plain)
    if batch.weight <= MOST_WEIGHT or batch.events <= 1:
        yield batch, [list(events) for _, events in routed]
        return
    events, _ = _gathered([events for _, events in routed])
    first = {id(event) for event in events[: len(events) // 2]}
    for is_first in (True, False):
        half = [(name, [one for one in events if (id(one) in first) is is_first]) for name, events in routed]
        yield from batches_of(half, are_plain=are_plain)


def pack(routed: Sequence[tuple[str, Sequence[Event]]]) -> Batch:
    """Return events as a batch to be stored; `routed` has the name of each output and what it shall get."""
    return deflated(lay_out(routed))


def deflated(batch: Batch) -> Batch:
    """Return a batch as it is stored. This may be called in a thread: ISA-L lets others run meanwhile."""
    payload = isal_zlib.compress(batch.payload, LEVEL)
    vectors.rest()
    return replace(batch, payload=payload)


def lay_out(routed: Sequence[tuple[str, Sequence[Event]]], *, are_plain: bool = False) -> Batch:
    """Return events as a batch that has to be deflated; `routed` has the name of each output and what it shall get.

    `are_plain`: nothing made fields of types that JSON loses (`event.exact`).
    """
    outputs = [(name, events) for name, events in routed if events]
    if not outputs:
        return Batch(b"", 0, {})
    events, routes = _gathered([events for _, events in outputs])
    settle(events)
    frozen = freeze_all(events, are_plain=are_plain)
    content = _encode(
        _Rows(
            outputs=[name for name, _ in outputs],
            routes=routes,
            fields=frozen.fields,
            metadata=frozen.metadata,
            which=frozen.which,
            types=frozen.types,
            origins=[one.origin for one in events],  # type: ignore[misc]  # texts, as settled
        )
    )
    sizes = {name: len(events) for name, events in outputs}
    return Batch(content, len(events), sizes, weigh(content, len(events)))


def weigh(content: bytes, events: int) -> int:
    """Return about how many bytes of memory events take, by their payload as it was before it was compressed."""
    return len(content) + EVENT_BYTES * events


def unpack(payload: bytes, outputs: Iterable[str]) -> dict[str, list[Event]]:
    """Return the events of a batch for each of these outputs; raises SpoolError if it is damaged."""
    return read_content(inflated(payload), outputs)


def inflated(payload: bytes) -> bytes:
    """Return a payload as it was before it was compressed; raises SpoolError if it is damaged."""
    inflater = isal_zlib.decompressobj()
    try:
        content: bytes = inflater.decompress(payload, MOST_INFLATED)
    except _UNREADABLE as error:
        raise SpoolError(f"it cannot be read: {error}") from None
    finally:
        vectors.rest()
    if not inflater.eof:
        raise SpoolError("it ends early")
    return content


def read_content(content: bytes, outputs: Iterable[str]) -> dict[str, list[Event]]:
    """Return the events of an inflated payload for each of these outputs; raises SpoolError if it is damaged."""
    try:
        rows = _decode(content)
        routes = dict(zip(rows.outputs, rows.routes, strict=True))
        wanted = [name for name in outputs if name in routes]
        events = _events(rows) if wanted else []
        found: dict[str, list[Event]] = {name: [] for name in outputs}
        for name in wanted:
            numbers = routes[name]
            found[name] = events if numbers is None else [events[number] for number in numbers]
    except _UNREADABLE as error:
        raise SpoolError(f"it cannot be read: {error}") from None
    return found


def _gathered(lists: Sequence[Sequence[Event]]) -> tuple[Sequence[Event], list[list[int] | None]]:
    """Return all events, each once, and for each list the numbers of its events; None if it has them all in order."""
    if len(lists) == 1:
        return lists[0], [None]
    numbers: dict[int, int] = {}
    events: list[Event] = []
    for one in (event for events_ in lists for event in events_):
        if numbers.setdefault(id(one), len(events)) == len(events):
            events.append(one)
    everything = list(range(len(events)))
    routes = [[numbers[id(event)] for event in events_] for events_ in lists]
    return events, [None if one == everything else one for one in routes]


def _events(rows: _Rows) -> list[Event]:
    lines = rows.fields.split(b"\n")
    events = []
    for number, (fields, which, origin) in enumerate(zip(lines, rows.which, rows.origins, strict=True)):
        types = rows.types.get(number, NOTHING_LOST)
        event = thaw(ExactEvent(fields, rows.metadata[which], types))
        event.origin = origin
        events.append(event)
    return events
