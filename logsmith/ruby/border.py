"""The border between an event and a program: what is read becomes Ruby's values, what is set becomes the event's.

Arrays and objects are copied on the way, numbers and timestamps stay as they are. Texts are shared: the program that
changes one in place (`<<`, `upcase!`) changes the event without setting anything. So a `Border` remembers the box that
it gave for a text, or got for it, by the place the text has in the event; `write_back` writes what was changed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from typing import Any

from logsmith.event import Timestamp, Value
from logsmith.event.ruby import finite
from logsmith.ruby.classes import class_of
from logsmith.ruby.compare import from_key
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.show import to_s
from logsmith.ruby.times import Time

Place = tuple[int, Any]  # the identity of a container, and the key or index in it
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = frozenset((int, bool, type(None), Timestamp))


class Border:
    """Converts for one event, and remembers which of its texts the program can see."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        # The container, its text as it was, the box; of a Symbol, which Logstash keeps as one, itself
        self._seen: dict[Place, tuple[Any, str, String | Symbol]] = {}

    def give(self, container: Any, key: Any, value: Value) -> Any:
        """Return a value of the event, which stands under a key of a container, as the program sees it."""
        kind = value.__class__
        if kind is str:
            return self._box(container, key, value)  # type: ignore[arg-type]  # it is a str
        if kind is dict:
            return {
                String(name, is_frozen=True): self.give(value, name, member)
                for name, member in value.items()  # type: ignore[union-attr]  # it is a dict
            }
        if kind is list:
            return [self.give(value, at, member) for at, member in enumerate(value)]  # type: ignore[arg-type]  # a list
        return value

    def _box(self, container: Any, key: Any, text: str) -> String | Symbol:
        place = (id(container), key)
        seen = self._seen.get(place)
        if seen is not None and seen[1] is text:
            return seen[2]
        box = String(text)
        self._seen[place] = (container, text, box)
        return box

    def remember(self, container: Any, key: Any, given: Any) -> None:
        """Note that what stands under a key came from these values of the program's, whose boxes it shares now."""
        value = container[key]
        if given.__class__ in {String, Symbol}:
            self._seen[id(container), key] = (container, value, given)
        elif isinstance(given, list) and isinstance(value, list):
            for at, member in enumerate(given):
                self.remember(value, at, member)
        elif isinstance(given, dict) and isinstance(value, dict):
            for name, member in given.items():
                self.remember(value, key_text(name), member)

    def write_back(self) -> None:
        """Write into the event the texts that the program changed, where they still stand."""
        for place, (container, text, box) in self._seen.items():
            if isinstance(box, Symbol) or box.text is text:
                continue
            key = place[1]
            stands = container.get(key) if container.__class__ is dict else _item(container, key)
            if stands is text:
                container[key] = plain_text(box)
            self._seen[place] = (container, container[key] if stands is text else text, box)


def _item(items: list[Value], at: int) -> Value:
    return items[at] if at < len(items) else None


def plain_text(box: String) -> str:
    """Return a String's text as a field holds it: what is no character is replaced."""
    text = box.text
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def give(value: Value) -> Any:
    """Return a value of an event's as the program sees it, sharing nothing."""
    return Border().give(None, None, value)


def take(value: Any) -> Value:
    """Return a value of the program's as a field holds it; raises TypeError's like where Logstash has no place for it."""
    kind = value.__class__
    if kind is String:
        return plain_text(value)
    if kind in _PLAIN:
        return value  # type: ignore[no-any-return]  # one of the plain kinds
    if kind is float:
        return value if isfinite(value) else finite(value)
    if isinstance(value, list):
        return [take(member) for member in value]
    if isinstance(value, dict):
        return take_members(value)
    if kind is Symbol:
        return str(value.name)
    if kind is Decimal:
        return finite(value)
    return _taken_otherwise(value)


def take_members(table: dict[Any, Any]) -> dict[str, Value]:
    """Return a Hash of the program's as an event or one of its fields holds it; raises as `take` does."""
    return {key_text(name): take(member) for name, member in table.items()}


def _taken_otherwise(value: Any) -> Value:
    if isinstance(value, Time):
        return Timestamp(value.nanos)
    name = class_of(value).name
    raise fault("TypeError", f"Missing Converter handling for full class name={name}, simple name={name}")


def key_text(key: Any) -> str:
    """Return the name of a field that a key of a Hash makes."""
    return plain_text(key) if key.__class__ is String else to_s(from_key(key))
