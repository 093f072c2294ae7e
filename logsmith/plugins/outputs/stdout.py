"""Print events on standard output."""

from __future__ import annotations

import os
import sys

import trio

from logsmith.event import Event
from logsmith.plugins import Codec, CodecSetting, Output, setting


class Stdout(Output):
    codec: Codec = setting(CodecSetting("rubydebug"), "How events become text.")

    _is_open = True

    async def send(self, events: list[Event]) -> None:
        text = b"".join([self.codec.encode(event) for event in events])
        if self._is_open:
            turn: trio.Lock = self.context.shared.setdefault("standard output", trio.Lock())
            try:
                async with turn:  # who comes first writes first: threads keep no order
                    await trio.to_thread.run_sync(_write_all, text)
            except BrokenPipeError:
                self._is_open = False  # as after `| head`: nobody will ever read it
                self.log.error(
                    "nobody reads standard output any more, what goes there is dropped from now on"
                )


def _write_all(text: bytes) -> None:
    sys.stdout.flush()
    descriptor = sys.stdout.fileno()
    while text:
        text = text[os.write(descriptor, text) :]
