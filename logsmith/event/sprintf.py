"""The sprintf format: `%{field}`, `%{+joda}`, `%{{java}}`, compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Raw

from logsmith.event import javatime, joda
from logsmith.event.errors import EventError
from logsmith.event.fieldref import FieldRef
from logsmith.event.java_order import in_java_order
from logsmith.event.json import encode_exact
from logsmith.event.ruby import java_text, scalar_text
from logsmith.event.timestamp import Timestamp

if TYPE_CHECKING:
    from logsmith.event.event import Event
    from logsmith.event.values import Value

CACHED_TEMPLATES = 10_000
MAX_TEXT = 10_000  # texts that come from events are not kept beyond this length

_UNFINISHED = re.compile(r"%\{[^}]*?(?:%\{|\Z)")
_TIMESTAMP = FieldRef("@timestamp")

Part = Callable[["Event"], str]


class Sprintf:
    """A text with places to fill from an event. `static` is the text if it has no place, else None."""

    __slots__ = ("format", "parts", "static", "text")

    format: Part  # returns the text for one event; what is missing or null stays as it was written

    def __init__(self, text: str) -> None:
        """Compile `text`; raises EventError or DateFormatError for a reference or a date format that is none."""
        self.text = text
        self.parts = _parse_parts(text)  # texts, fields, and what makes a text of an event
        self.static: str | None = None
        if all(isinstance(part, str) for part in self.parts):
            self.static = "".join(part for part in self.parts if isinstance(part, str))
        self.format = _formatter(self.parts)

    @staticmethod
    @lru_cache(maxsize=CACHED_TEMPLATES)
    def parse(text: str) -> Sprintf:
        """Return the format that `text` writes, made once for each text."""
        return Sprintf(text)

    @property
    def references(self) -> list[FieldRef]:
        """The fields that are read, in order."""
        return [part for part in self.parts if isinstance(part, FieldRef)]

    @property
    def unfinished(self) -> int | None:
        """Where a place begins that has no closing brace of its own; None if all have one."""
        found = _UNFINISHED.search(self.text)
        return None if found is None else found.start()

    def __repr__(self) -> str:
        return f"Sprintf({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sprintf) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


def _formatter(parts: list[str | FieldRef | Part]) -> Part:
    """Return what makes the text; nearly all have one place to fill, or two."""
    texts, writers = [""], []
    for part in parts:
        if isinstance(part, str):
            texts[-1] += part
        else:
            writers.append(_writer(part) if isinstance(part, FieldRef) else part)
            texts.append("")
    if not writers:
        return lambda _event: texts[0]
    if len(writers) == 1:
        return _with_one_place(texts, writers[0])
    if len(writers) == 2:
        (first, second), (before, between, after) = writers, texts
        return lambda event: f"{before}{first(event)}{between}{second(event)}{after}"
    pattern = "%s".join(text.replace("%", "%%") for text in texts)
    return lambda event: pattern % tuple([write(event) for write in writers])


def _with_one_place(texts: list[str], write: Part) -> Part:
    before, after = texts
    return (lambda event: before + write(event) + after) if before or after else write


def _writer(ref: FieldRef) -> Part:
    """Return what writes a field; texts in the usual places are found without `event.get`."""
    placeholder = f"%{{{ref.text}}}"

    def write(event: Event) -> str:
        value = event.get(ref)
        if value.__class__ is str:
            return value
        if value.__class__ is int:
            return str(value)
        return placeholder if value is None else field_text(value)

    match ref.in_metadata, ref.path:
        case False, (name,):
            return lambda event: text if (text := event.fields.get(name)).__class__ is str else write(event)
        case False, (first, last):
            return lambda event: (
                text
                if (held := event.fields.get(first)).__class__ is dict
                and (text := held.get(last)).__class__ is str
                else write(event)
            )
        case True, (name,):
            return lambda event: text if (text := event.metadata.get(name)).__class__ is str else write(event)
        case True, (first, last):
            return lambda event: (
                text
                if (held := event.metadata.get(first)).__class__ is dict
                and (text := held.get(last)).__class__ is str
                else write(event)
            )
    return write


def _dated(format_timestamp: Callable[[Timestamp], str]) -> Part:
    def write(event: Event) -> str:
        stamp = event.fields.get("@timestamp")
        if stamp.__class__ is Raw:
            stamp = event.top("@timestamp")
        return format_timestamp(stamp) if isinstance(stamp, Timestamp) else ""

    return write


def _parse_parts(text: str) -> list[str | FieldRef | Part]:
    parts: list[str | FieldRef | Part] = []
    at = 0
    while (start := text.find("%{", at)) >= 0:
        end = text.find("}", start)
        if end < 0:
            break
        if start > at:
            parts.append(text[at:start])
        inside = text[start + 2 : end]
        if inside.startswith("{") and end + 1 == len(text):
            raise EventError(
                f"{text[start:]!r} lacks a second closing brace"
            )  # which Logstash looks for, and fails
        if inside.startswith("{") and text[end + 1 : end + 2] == "}":
            parts.append(_java_part(inside[1:]))
            end += 1
        else:
            parts.append(_part(inside))
        at = end + 1
    if at < len(text) or not parts:
        parts.append(text[at:])
    return parts


def _part(inside: str) -> FieldRef | Part:
    # Logstash compares as far as the shorter of the two goes: `%{}`, `%{+}` and `%{+%}` are epoch seconds too
    if "+%s".startswith(inside):
        return _dated(lambda stamp: str(stamp.nanos // 1_000_000_000))
    if inside.startswith("+"):
        return _dated(joda.compile_formatter(inside[1:]))
    return FieldRef.parse(inside)


def _java_part(pattern: str) -> Part:
    if pattern == "TIME_NOW":
        return lambda _event: str(Timestamp.now())
    return _dated(javatime.compile_formatter(pattern))


def field_text(value: Value) -> str:
    """Return the text of a value inside a sprintf: lists joined by commas, objects as JSON, in the order of a HashMap."""
    if isinstance(value, list):
        return ",".join(_item_text(item) for item in value)
    if isinstance(value, dict):
        return encode_exact(in_java_order(value)).decode()
    return scalar_text(value)


def _item_text(item: Value) -> str:
    if isinstance(item, list):
        return ",".join(_item_text(member) for member in item)
    return java_text(item) if isinstance(item, dict) else scalar_text(item)


def sprintf(text: str, event: Event) -> str:
    """Return `text`, which itself came from an event or a setting, filled from `event`."""
    if "%{" not in text:
        return text
    template = Sprintf.parse(text) if len(text) < MAX_TEXT else Sprintf(text)
    return template.format(event)
