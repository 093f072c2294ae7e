"""Lines of text as Logstash's codec in Java has them: blank lines at the end of a chunk make no events."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from logsmith.event import Event, Sprintf
from logsmith.event.text import Lines, event_of_text, event_text
from logsmith.plugins import Codec, Example, Problem
from logsmith.plugins.shared_settings import CHARSET, DELIMITER, FORMAT, Charset, check_delimiter


class JavaLine(Codec):
    charset: Charset = CHARSET
    format: Sprintf | None = FORMAT
    delimiter: str = DELIMITER

    examples = (
        Example(
            "makes an event of each line, blank ones between them too",
            config="",
            given={"bytes": "a\n\nb\n\n"},
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
        # Text is cut, not bytes: in UTF-16 a newline's bytes also stand where there is none
        self._decoder = codecs.getincrementaldecoder(self.charset)("ignore")  # as Java's does
        self._lines = Lines(self.delimiter)

    def decode(self, chunk: bytes) -> Iterator[Event]:
        lines = self._lines.feed(self._decoder.decode(chunk))
        while lines and not lines[-1]:
            lines.pop()
        return map(self._event, lines)

    def flush(self) -> Iterator[Event]:
        lines = self._lines.feed(self._decoder.decode(b"", final=True)) + self._lines.rest()
        self._decoder.reset()
        return map(self._event, lines)

    def _event(self, line: str) -> Event:
        return event_of_text(line, with_original=False)

    def encode(self, event: Event) -> bytes:
        return (event_text(event, self.format) + self.delimiter).encode(self.charset, "replace")
