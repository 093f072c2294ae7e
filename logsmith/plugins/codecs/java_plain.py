"""Plain text as Logstash's codec in Java has it: a chunk is one event, and the charset is that of writing too."""

from __future__ import annotations

from logsmith.event import Event, Sprintf
from logsmith.event.text import event_of_text, event_text
from logsmith.plugins import Codec, Example
from logsmith.plugins.shared_settings import CHARSET, FORMAT, Charset


class JavaPlain(Codec):
    charset: Charset = CHARSET
    format: Sprintf | None = FORMAT

    examples = (
        Example(
            "makes one event of the whole text",
            config="",
            given={"bytes": "a\nb"},
            expect=[{"message": "a\nb"}],
        ),
        Example("makes no event of nothing", config="", given={"bytes": ""}, expect=[]),
    )

    def decode(self, chunk: bytes) -> list[Event]:
        text = chunk.decode(self.charset, "ignore")  # what is no text is left out, as in Java
        return [event_of_text(text, with_original=False)] if text else []

    def encode(self, event: Event) -> bytes:
        return event_text(event, self.format).encode(self.charset, "replace")
