"""Events as one row of the persisted queue, and back: their fields, metadata, origins, and the outputs they go to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from isal import isal_zlib

from logsmith.event import Event
from logsmith.event.errors import JsonError
from logsmith.event.exact import ExactEvent, freeze, thaw
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
)

_Row = tuple[bytes, bytes, bytes, str | None, list[int]]


class _Rows(msgspec.Struct, array_like=True):
    """What the payload holds, as MessagePack: names of outputs, and each event with positions in them."""

    outputs: list[str]
    events: list[_Row]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Rows).decode


def pack(routed: Sequence[tuple[str, Sequence[Event]]]) -> Batch:
    """Return events as a batch; `routed` has the name of each output and what it shall get."""
    outputs = [(name, events) for name, events in routed if events]
    if not outputs:
        return Batch(b"", 0, {})
    rows: dict[int, _Row] = {}
    for number, (_, events) in enumerate(outputs):
        for event in events:
            row = rows.get(id(event))
            if row is None:
                frozen = freeze(event)
                origin = event.origin if isinstance(event.origin, str) else None
                row = rows[id(event)] = (*frozen, origin, [])
            row[4].append(number)
    content = _encode(_Rows([name for name, _ in outputs], list(rows.values())))
    routes = {name: len(events) for name, events in outputs}
    return Batch(isal_zlib.compress(content, LEVEL), len(rows), routes)


def unpack(payload: bytes, outputs: Iterable[str]) -> dict[str, list[Event]]:
    """Return the events of a batch for each of these outputs; raises SpoolError if it is damaged."""
    try:
        inflater = isal_zlib.decompressobj()
        content = inflater.decompress(payload, MOST_INFLATED)
        if not inflater.eof:
            raise SpoolError("it ends early")
        rows = _decode(content)
        found: dict[str, list[Event]] = {name: [] for name in outputs}
        for fields, metadata, types, origin, numbers in rows.events:
            event = thaw(ExactEvent(fields, metadata, types))
            event.origin = origin
            for number in numbers:
                if rows.outputs[number] in found:
                    found[rows.outputs[number]].append(event)
    except _UNREADABLE as error:
        raise SpoolError(f"it cannot be read: {error}") from None
    return found
