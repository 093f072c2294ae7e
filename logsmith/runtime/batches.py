"""Events as one row of the persisted queue, and back: their fields, metadata, origins, and the outputs they go to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from isal import isal_zlib

from logsmith.event import Event
from logsmith.event.errors import JsonError
from logsmith.event.exact import NOTHING_LOST, ExactEvent, freeze_all, thaw
from logsmith.event.origin import settle
from logsmith.spool import SpoolError
from logsmith.spool.queue import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable

LEVEL = 1  # the disk is faster than a better level would be
MOST_INFLATED = 1 << 30  # of a row; what claims to be larger is damaged

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


def pack(routed: Sequence[tuple[str, Sequence[Event]]]) -> Batch:
    """Return events as a batch; `routed` has the name of each output and what it shall get."""
    outputs = [(name, events) for name, events in routed if events]
    if not outputs:
        return Batch(b"", 0, {})
    events, routes = _gathered([events for _, events in outputs])
    settle(events)
    frozen = freeze_all(events)
    lines = frozen.fields
    content = _encode(
        _Rows(
            outputs=[name for name, _ in outputs],
            routes=routes,
            fields=b"\n".join(lines if b"\n" not in b"".join(lines) else map(_on_one_line, lines)),
            metadata=frozen.metadata,
            which=frozen.which,
            types=frozen.types,
            origins=[one.origin if isinstance(one.origin, str) else None for one in events],
        )
    )
    sizes = {name: len(events) for name, events in outputs}
    return Batch(isal_zlib.compress(content, LEVEL), len(events), sizes)


def unpack(payload: bytes, outputs: Iterable[str]) -> dict[str, list[Event]]:
    """Return the events of a batch for each of these outputs; raises SpoolError if it is damaged."""
    try:
        inflater = isal_zlib.decompressobj()
        content = inflater.decompress(payload, MOST_INFLATED)
        if not inflater.eof:
            raise SpoolError("it ends early")
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


def _on_one_line(text: bytes) -> bytes:
    """Return JSON that a peer wrote over several lines on one."""
    return text.replace(b"\n", b" ").replace(b"\r", b" ")  # it can only stand between values
