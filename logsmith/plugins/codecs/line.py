"""Lines of text: each is an event."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, Sprintf
from logsmith.event.charset import decode_text, find_charset
from logsmith.event.text import Lines, event_text
from logsmith.plugins import Codec, Example, Problem, setting


class Line(Codec):
    charset: str = setting("UTF-8", "The character encoding of the text.")
    format: Sprintf | None = setting(
        None, "The text of an event that is written; by default its time, host and message."
    )
    delimiter: str = setting("\n", "What ends a line.")
    ecs_compatibility: str | None = setting(
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
        try:
            self.charset = find_charset(self.charset)
        except LookupError:
            yield Problem(
                f"unknown charset {self.charset!r}", "charset", "write a name such as UTF-8 or ISO-8859-1"
            )
        if not self.delimiter:
            yield Problem(
                "the delimiter is empty", "delimiter", r"leave it out for lines that end with a newline"
            )
        self._lines = Lines(self.delimiter.encode())

    def restart(self) -> None:
        self._lines = Lines(self.delimiter.encode())

    def decode(self, chunk: bytes) -> Iterator[Event]:
        return map(self._event, self._lines.feed(chunk))

    def flush(self) -> Iterator[Event]:
        return map(self._event, self._lines.rest())

    def _event(self, line: bytes) -> Event:
        text = decode_text(line, self.charset)
        return Event.from_map(
            {"message": text} if self.ecs == "disabled" else {"message": text, "event": {"original": text}}
        )

    def encode(self, event: Event) -> bytes:
        text = event_text(event) if self.format is None else self.format.format(event)
        return (text + self.delimiter).encode("utf-8", "replace")
