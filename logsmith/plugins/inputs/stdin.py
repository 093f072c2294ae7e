"""Read events from standard input, a line each unless the codec says otherwise."""

from __future__ import annotations

import os
import sys

import trio

from logsmith.event import Event, EventError, FieldRef
from logsmith.plugins import Codec, CodecSetting, EcsMode, Input, Send, setting

CHUNK = 64 * 1024
LONGEST_WAIT_S = 0.5  # between two looks at whether to stop


class Stdin(Input):
    makes_plain_values = True
    reads_a_stream = True
    is_repeatable = False
    is_reloadable = False  # what was read ahead of a half line would be lost

    codec: Codec = setting(CodecSetting("line"), "How bytes become events.")
    ecs_compatibility: EcsMode | None = setting(
        None, "Whether the host goes to `[host][hostname]` (v1, v8) or to `host`."
    )

    async def run(self, send: Send) -> None:
        host = self.ecs_name("host", "[host][hostname]")
        codec = self.codec.fresh()
        while (chunk := await self._read()) is not None:
            events = list(codec.decode(chunk) if chunk else codec.flush())
            for event in events:
                self._complete(event, host)
            if events:
                await send(events)
            if not chunk:
                return

    async def _read(self) -> bytes | None:
        """Return what comes next, nothing at the end, None when it is time to stop."""
        stopping = self.place.stopping
        descriptor = sys.stdin.fileno()
        while stopping is None or not stopping.is_set():
            with trio.move_on_after(LONGEST_WAIT_S):
                return await _read_some(descriptor)
        return None

    def _complete(self, event: Event, host: FieldRef) -> None:
        if not event.include(host):
            try:
                event.set(host, self.context.hostname)
            except EventError:
                pass  # the event brought a `host` that holds no fields
        self.decorate(event)


async def _read_some(descriptor: int) -> bytes:
    try:
        await trio.lowlevel.wait_readable(descriptor)
    except PermissionError:  # a regular file is always readable, and epoll says so by refusing it
        await trio.lowlevel.checkpoint()
    return os.read(descriptor, CHUNK)
