"""Plain text: what an input hands over is one event, whatever is in it."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, Sprintf
from logsmith.event.charset import decode_text, find_charset
from logsmith.event.text import event_text
from logsmith.plugins import Codec, Example, Problem, setting


class Plain(Codec):
    charset: str = setting("UTF-8", "The character encoding of the text.")
    format: Sprintf | None = setting(
        None, "The text of an event that is written; by default its time, host and message."
    )
    ecs_compatibility: str | None = setting(
        None, "Whether the text is also kept in `[event][original]` (v1, v8) or not."
    )

    examples = (
        Example(
            "makes one event of the whole text",
            config="",
            given={"bytes": "a\nb"},
            expect=[{"message": "a\nb"}],
        ),
        Example(
            "keeps the text as it came in ECS mode",
            config="",
            given={"bytes": "hi"},
            expect=[{"message": "hi", "event": {"original": "hi"}}],
            ecs="v8",
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        try:
            self.charset = find_charset(self.charset)
        except LookupError:
            yield Problem(
                f"unknown charset {self.charset!r}", "charset", "write a name such as UTF-8 or ISO-8859-1"
            )

    def decode(self, chunk: bytes) -> list[Event]:
        text = decode_text(chunk, self.charset)
        return [
            Event.from_map(
                {"message": text}
                if self.ecs == "disabled"
                else {"message": text, "event": {"original": text}}
            )
        ]

    def encode(self, event: Event) -> bytes:
        text = event_text(event) if self.format is None else self.format.format(event)
        return text.encode("utf-8", "replace")
