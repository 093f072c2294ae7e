"""Lines of text: each is an event."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, Sprintf
from logsmith.event.charset import decode_text
from logsmith.event.text import Lines, event_of_text, event_text
from logsmith.plugins import Codec, EcsMode, Example, Problem, setting
from logsmith.plugins.shared_settings import CHARSET, DELIMITER, FORMAT, Charset, check_delimiter


class Line(Codec):
    makes_plain_values = True

    charset: Charset = CHARSET
    format: Sprintf | None = FORMAT
    delimiter: str = DELIMITER
    ecs_compatibility: EcsMode | None = setting(
        None, "Whether the line is also kept in `[event][original]` (v1, v8) or not."
    )

    examples = (
        Example(
            "makes an event of each line, empty ones too",
            config="",
            given={"bytes": "a\n\nb\n"},
            expect=[{"message": "a"}, {"message": ""}, {"message": "b"}],
        ),
        Example(
            "gives the last line without an end when the stream ends",
            config='delimiter => "|"',
            given={"bytes": "a|b"},
            expect=[{"message": "a"}, {"message": "b"}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        yield from check_delimiter(self.delimiter)
        self.restart()

    def restart(self) -> None:
        self._lines = Lines(self.delimiter.encode())

    def decode(self, chunk: bytes) -> Iterator[Event]:
        return map(self._event, self._lines.feed(chunk))

    def flush(self) -> Iterator[Event]:
        return map(self._event, self._lines.rest())

    def _event(self, line: bytes) -> Event:
        text = decode_text(line, self.charset)
        return event_of_text(text, with_original=self.ecs != "disabled")

    def encode(self, event: Event) -> bytes:
        return (event_text(event, self.format) + self.delimiter).encode("utf-8", "replace")
