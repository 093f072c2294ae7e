"""Rows of the persisted queue as they were stored at first: one text of all events, deflated with everything else."""

from __future__ import annotations

import zlib

import msgspec

from logsmith.deflated import deflate
from logsmith.event.packed import PackedEvents

ZLIB = b"\x78"  # the first byte of what it deflates


class _Row(msgspec.Struct, array_like=True):
    """What a payload holds, as MessagePack."""

    outputs: list[str]
    routes: list[list[int] | None]
    fields: bytes  # JSON, an event on each line
    metadata: list[bytes]
    which: list[int]
    types: dict[int, bytes]
    origins: list[str | None]


_decode = msgspec.msgpack.Decoder(_Row).decode


def is_first_form(payload: bytes) -> bool:
    """Return whether a payload is of this form."""
    return payload.startswith(ZLIB)


def read_first_form(payload: bytes) -> tuple[list[str], list[list[int] | None], PackedEvents]:
    """Return the outputs, what each gets, and the events; raises ValueError or MsgspecError if it is damaged."""
    try:
        row = _decode(zlib.decompress(payload))
    except zlib.error as error:
        raise ValueError(str(error)) from None
    text, count = deflate(row.fields), len(row.origins)
    packed = PackedEvents(text, count, 1, row.metadata, row.which, row.types, row.origins)
    return row.outputs, row.routes, packed
