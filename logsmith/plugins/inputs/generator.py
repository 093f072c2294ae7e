"""Make events: the same message or the same lines, over and over, for tests and measurements."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count, islice

from logsmith.event import Event, EventError, FieldRef
from logsmith.plugins import NOT_NEGATIVE, POSITIVE, Codec, CodecSetting, EcsMode, Input, Send, setting

EVENTS_IN_A_BATCH = 500
SEQUENCE = FieldRef.parse("[event][sequence]")


class Generator(Input):
    makes_plain_values = True
    is_repeatable = False

    codec: Codec = setting(CodecSetting("plain"), "How the message becomes events.")
    message: str = setting(
        "Hello world!", "The message to make; `stdin` reads one line from standard input first."
    )
    lines: list[str] = setting([], "Lines to make instead of the message, in order.")
    count: int = setting(
        0, "How many times to make the message or the lines; 0 is for ever.", within=NOT_NEGATIVE
    )
    threads: int = setting(1, "Accepted; there is one generator.", within=POSITIVE)
    ecs_compatibility: EcsMode | None = setting(
        None, "Whether host and number go to `[host][name]` and `[event][sequence]`."
    )

    async def run(self, send: Send) -> None:
        codec = self.codec.fresh()
        texts = self.lines or [sys.stdin.readline().rstrip("\n") if self.message == "stdin" else self.message]
        rounds = range(self.count) if self.count else count()
        events = (event for number in rounds for text in texts for event in self._events(codec, text, number))
        stopping = self.place.stopping
        while batch := list(islice(events, EVENTS_IN_A_BATCH)):
            await send(batch)
            if stopping is not None and stopping.is_set():
                return

    def _events(self, codec: Codec, text: str, number: int) -> Iterator[Event]:
        for event in codec.decode(text.encode()):
            if self.ecs == "disabled":
                event.fields["host"], event.fields["sequence"] = self.context.hostname, number
            else:
                self._set_ecs(event, number)
            self.decorate(event)
            yield event

    def _set_ecs(self, event: Event, number: int) -> None:
        try:
            event.set(FieldRef.parse("[host][name]"), self.context.hostname)
            event.set(SEQUENCE, number)
        except EventError:
            pass  # a JSON message may bring a `host` or `event` that holds no fields
