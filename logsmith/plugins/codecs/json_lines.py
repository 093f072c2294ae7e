"""Lines of JSON: each is an object, or an array of objects."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, EventError, FieldRef, encode
from logsmith.event.charset import decode_text
from logsmith.event.json import event_from_json
from logsmith.event.text import Lines
from logsmith.plugins import POSITIVE, ByteSize, Codec, EcsMode, Example, Problem, setting
from logsmith.plugins.shared_settings import CHARSET, DELIMITER, Charset, check_delimiter

LONGEST_LINE = 512 * 1024 * 1024


class JsonLines(Codec):
    charset: Charset = CHARSET
    delimiter: str = DELIMITER
    target: FieldRef | None = setting(
        None, "The field that gets each parsed object; without it, its members are the fields."
    )
    decode_size_limit_bytes: ByteSize = setting(
        ByteSize(LONGEST_LINE), "The longest line that is read.", within=POSITIVE
    )
    ecs_compatibility: EcsMode | None = setting(None, "Accepted; the codec works alike in all modes.")

    examples = (
        Example(
            "makes an event of each line and skips blank ones",
            config="",
            given={"bytes": '{"a":1}\n\n{"a":2}\n'},
            expect=[{"a": 1}, {"a": 2}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        yield from check_delimiter(self.delimiter)
        self.restart()

    def restart(self) -> None:
        self._lines = Lines(self.delimiter.encode(), self.decode_size_limit_bytes)

    def decode(self, chunk: bytes) -> Iterator[Event]:
        for line in self._lines.feed(chunk):
            yield from self._events(line)

    def flush(self) -> Iterator[Event]:
        for line in self._lines.rest():
            yield from self._events(line)

    def _events(self, line: bytes) -> list[Event]:
        text = decode_text(line, self.charset)
        try:
            return event_from_json(text, self.target)
        except EventError as error:
            self.log.warning("line not parsed", reason=str(error))
            return [Event.from_map({"message": text, "tags": ["_jsonparsefailure"]})]

    def encode(self, event: Event) -> bytes:
        return encode(event) + self.delimiter.encode()
