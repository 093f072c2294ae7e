"""Plain text: what an input hands over is one event, whatever is in it."""

from __future__ import annotations

from logsmith.event import Event, Sprintf
from logsmith.event.charset import decode_text
from logsmith.event.text import event_of_text, event_text
from logsmith.plugins import Codec, EcsMode, Example, setting
from logsmith.plugins.shared_settings import CHARSET, FORMAT, Charset


class Plain(Codec):
    makes_plain_values = True

    charset: Charset = CHARSET
    format: Sprintf | None = FORMAT
    ecs_compatibility: EcsMode | None = setting(
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

    def decode(self, chunk: bytes) -> list[Event]:
        text = decode_text(chunk, self.charset)
        return [event_of_text(text, with_original=self.ecs != "disabled")]

    def encode(self, event: Event) -> bytes:
        return event_text(event, self.format).encode("utf-8", "replace")
