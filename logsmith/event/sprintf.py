"""The sprintf format: `%{field}`, `%{+joda}`, `%{{java}}`, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from logsmith.event import javatime, joda
from logsmith.event.fieldref import FieldRef
from logsmith.event.json import encode_exact
from logsmith.event.ruby import java_text, scalar_text
from logsmith.event.timestamp import Timestamp

if TYPE_CHECKING:
    from logsmith.event.event import Event
    from logsmith.event.values import Value

CACHED_TEMPLATES = 10_000
MAX_TEXT = 10_000  # texts that come from events are not kept beyond this length

_TIMESTAMP = FieldRef("@timestamp")

Part = Callable[["Event"], str]


class Sprintf:
    """A text with places to fill from an event. `static` is the text if it has no place, else None."""

    __slots__ = ("_parts", "static", "text")

    def __init__(self, text: str) -> None:
        """Compile `text`; raises EventError or DateFormatError for a reference or a date format that is none."""
        self.text = text
        self._parts = list(_parse_parts(text))
        self.static: str | None = None
        if all(isinstance(part, str) for part in self._parts):
            self.static = "".join(part for part in self._parts if isinstance(part, str))

    @staticmethod
    @lru_cache(maxsize=CACHED_TEMPLATES)
    def parse(text: str) -> Sprintf:
        """Return the format that `text` writes, made once for each text."""
        return Sprintf(text)

    @property
    def references(self) -> list[FieldRef]:
        """The fields that are read, in order."""
        return [part.ref for part in self._parts if isinstance(part, _Field)]

    def format(self, event: Event) -> str:
        """Return the text for one event; what is missing or null stays as it was written."""
        if self.static is not None:
            return self.static
        return "".join([part if part.__class__ is str else part(event) for part in self._parts])  # type: ignore[operator]

    def __repr__(self) -> str:
        return f"Sprintf({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sprintf) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


class _Field:
    __slots__ = ("_placeholder", "ref")

    def __init__(self, text: str) -> None:
        self.ref = FieldRef.parse(text)
        self._placeholder = f"%{{{text}}}"

    def __call__(self, event: Event) -> str:
        value = event.get(self.ref)
        if value.__class__ is str:
            return value
        return self._placeholder if value is None else field_text(value)


class _Date:
    __slots__ = ("_format",)

    def __init__(self, format_timestamp: Callable[[Timestamp], str]) -> None:
        self._format = format_timestamp

    def __call__(self, event: Event) -> str:
        stamp = event.top("@timestamp")
        return self._format(stamp) if isinstance(stamp, Timestamp) else ""


def _parse_parts(text: str) -> list[str | Part]:
    parts: list[str | Part] = []
    at = 0
    while (start := text.find("%{", at)) >= 0:
        end = text.find("}", start)
        if end < 0:
            break
        if start > at:
            parts.append(text[at:start])
        inside = text[start + 2 : end]
        if inside.startswith("{") and text[end + 1 : end + 2] == "}":
            parts.append(_java_part(inside[1:]))
            end += 1
        else:
            parts.append(_part(inside))
        at = end + 1
    if at < len(text) or not parts:
        parts.append(text[at:])
    return parts


def _part(inside: str) -> Part:
    # Logstash compares as far as the shorter of the two goes: `%{}`, `%{+}` and `%{+%}` are epoch seconds too
    if "+%s".startswith(inside):
        return _Date(lambda stamp: str(stamp.nanos // 1_000_000_000))
    if inside.startswith("+"):
        return _Date(joda.compile_formatter(inside[1:]))
    return _Field(inside)


def _java_part(pattern: str) -> Part:
    if pattern == "TIME_NOW":
        return lambda _event: str(Timestamp.now())
    return _Date(javatime.compile_formatter(pattern))


def field_text(value: Value) -> str:
    """Return the text of a value inside a sprintf: lists joined by commas, objects as JSON."""
    if isinstance(value, list):
        return ",".join(_item_text(item) for item in value)
    if isinstance(value, dict):
        return encode_exact(value).decode()
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
