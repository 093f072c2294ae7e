"""Decode what is percent-encoded, as in URLs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from logsmith.event import Event, EventError, FieldRef, Value
from logsmith.event.charset import UTF_8, decode_text, find_charset
from logsmith.plugins import Example, Filter, Problem, setting

ENCODED = re.compile(rb"(?:%[0-9a-fA-F]{2})+")


class Urldecode(Filter):
    makes_plain_values = True

    field: FieldRef = setting(FieldRef("message"), "The field to decode.")
    all_fields: bool = setting(False, "Decode all fields.")
    charset: str = setting("UTF-8", "The character encoding of the decoded text.")
    tag_on_failure: list[str] = setting(
        ["_urldecodefailure"], "Tags of an event whose field cannot be written."
    )

    examples = (
        Example(
            "decodes percent signs with two digits, and leaves a plus sign alone",
            config='field => "url"',
            given={"url": "/caf%C3%A9?q=a+b%20c&x=100%"},
            expect=[{"url": "/café?q=a+b c&x=100%"}],
        ),
        Example(
            "decodes all fields, with what is in arrays and objects",
            config="all_fields => true",
            given={"a": "x%2Fy", "o": {"k%20": ["%41", 1]}},
            expect=[{"a": "x/y", "o": {"k%20": ["A", 1]}}],
        ),
        Example(
            "writes bytes that are no text of the charset as escapes",
            config="",
            given={"message": "a%FFb"},
            expect=[{"message": "a\\xFFb"}],
        ),
        Example(
            "sets a missing field to null",
            config='field => "url"',
            given={"message": "a%20b"},
            expect=[{"message": "a%20b", "url": None}],
        ),
        Example(
            "tags an event whose field is below a text",
            config='field => "[url][path]"',
            given={"url": "/a"},
            expect=[{"url": "/a", "tags": ["_urldecodefailure"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        try:
            self._charset = find_charset(self.charset)
        except LookupError:
            hint = "write a name such as UTF-8 or ISO-8859-1"
            yield Problem(f"unknown charset {self.charset!r}", "charset", hint)

    def filter(self, event: Event) -> None:
        try:
            if self.all_fields:
                for name, value in event.to_map().items():
                    event.fields[name] = self._decoded(value)
            else:
                event.set(self.field, self._decoded(event.get(self.field)))
        except EventError as error:
            self.metrics.count("failures")
            self.log.debug("field not decoded", reason=str(error))
            for tag in self.tag_on_failure:
                event.tag(tag)

    def _decoded(self, value: Value) -> Value:
        if isinstance(value, str):
            return self._decoded_text(value)
        if isinstance(value, list):
            return [self._decoded(item) for item in value]
        if isinstance(value, dict):
            return {key: self._decoded(member) for key, member in value.items()}
        return value

    def _decoded_text(self, text: str) -> str:
        if "%" not in text and self._charset == UTF_8:
            return text
        encoded = text.encode("utf-8", "surrogatepass")
        return decode_text(ENCODED.sub(_bytes_of, encoded), self._charset)


def _bytes_of(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[0].replace(b"%", b"").decode())
