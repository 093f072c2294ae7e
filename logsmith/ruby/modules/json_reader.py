"""JSON.parse: what Ruby's json takes for JSON, and the text of its errors.

Python's reader, which is fast, reads what is JSON. What it refuses is read again here: comments and unknown escapes pass,
and where nothing passes the error names the text at the place, as Ruby does: of an object that is broken, the object's beginning.
"""

from __future__ import annotations

import json
import re
from typing import Any

from logsmith.ruby.compare import to_key
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.objects import String, Symbol

MAX_NESTING = 100
_SHOWN_BYTES = 32  # of the text in an error
_BLANKS = re.compile(r"(?:[ \t\r\n]|/\*.*?\*/|//[^\n]*\n)*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?(?![0-9.eE])")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\u[0-9a-fA-F]{4}|\\[^u\x00-\x1f])*)"')
_ESCAPE = re.compile(
    r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\(.)", re.DOTALL
)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}
_NUMBERS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_LONE = re.compile("[\ud800-\udfff]")


class Options:
    """What a call of JSON.parse asks for."""

    __slots__ = ("allows_nan", "is_symbolizing", "max_nesting")

    def __init__(
        self, *, is_symbolizing: bool = False, allows_nan: bool = False, max_nesting: int = MAX_NESTING
    ) -> None:
        self.is_symbolizing, self.allows_nan, self.max_nesting = is_symbolizing, allows_nan, max_nesting


class _NoValueError(Exception):
    """At a place of the text there is no value."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place


def read_json(text: str, options: Options) -> Any:
    """Return the value of a JSON text; raises JSON::ParserError or JSON::NestingError."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return _Reader(text, options).whole()
    if "\\" in text and ("\\ud" in text or "\\uD" in text):
        return _Reader(text, options).whole()
    return _boxed(value, options, 1)


def _refuse(_word: str) -> None:
    raise ValueError


def _boxed(value: Any, options: Options, depth: int) -> Any:
    kind = value.__class__
    if kind is str:
        return String(value)
    if kind is dict:
        _check_depth(depth, options)
        make = Symbol if options.is_symbolizing else _key
        return {make(name): _boxed(member, options, depth + 1) for name, member in value.items()}
    if kind is list:
        _check_depth(depth, options)
        return [_boxed(member, options, depth + 1) for member in value]
    return value


def _key(name: str) -> String:
    return String(name, is_frozen=True)


def _check_depth(depth: int, options: Options) -> None:
    if options.max_nesting and depth > options.max_nesting:
        raise fault("JSON::NestingError", f"nesting of {depth} is too deep")


class _Reader:
    """A text and what is asked for."""

    __slots__ = ("options", "text")

    def __init__(self, text: str, options: Options) -> None:
        self.text, self.options = text, options

    def whole(self) -> Any:
        try:
            value, place = self.value(self.skip(0), 1)
        except _NoValueError as error:
            raise self.error(error.place) from None
        place = self.skip(place)
        if place < len(self.text):
            raise self.error(place)
        return value

    def error(self, place: int, reason: str = "unexpected token") -> RubyException:
        shown = self.text[place:].encode("utf-8", "surrogateescape")[:_SHOWN_BYTES]
        return fault("JSON::ParserError", f"{reason} at '{shown.decode('utf-8', 'ignore')}'")

    def skip(self, place: int) -> int:
        found = _BLANKS.match(self.text, place)
        return found.end() if found else place

    def value(self, place: int, depth: int) -> tuple[Any, int]:
        char = self.text[place : place + 1]
        if char == "{":
            return self.members(place, depth)
        if char == "[":
            return self.items(place, depth)
        if char == '"':
            return self.string(place)
        for word, value in _WORDS.items():
            if self.text.startswith(word, place):
                return value, place + len(word)
        for word, number in _NUMBERS.items():
            if self.text.startswith(word, place):
                if not self.options.allows_nan:
                    raise self.error(place)
                return number, place + len(word)
        return self.number(place)

    def number(self, place: int) -> tuple[Any, int]:
        found = _NUMBER.match(self.text, place)
        if found is None:
            raise _NoValueError(place)
        return (float(found[0]) if found[1] or found[2] else int(found[0])), found.end()

    def string(self, place: int) -> tuple[Any, int]:
        found = _STRING.match(self.text, place)
        if found is None:
            raise _NoValueError(place)
        text = _ESCAPE.sub(_unescaped, found[1])
        if _LONE.search(text) and not _LONE.search(found[1]):
            start = self.text.lower().find("\\ud", place)
            raise self.error(start, "incomplete surrogate pair")
        return String(text), found.end()

    def items(self, place: int, depth: int) -> tuple[Any, int]:
        _check_depth(depth, self.options)
        items: list[Any] = []
        place = self.skip(place + 1)
        if self.text.startswith("]", place):
            return items, place + 1
        while True:
            try:
                item, place = self.value(place, depth + 1)
            except _NoValueError as error:
                raise self.error(error.place) from None
            items.append(item)
            place = self.skip(place)
            if self.text.startswith("]", place):
                return items, place + 1
            if not self.text.startswith(",", place):
                raise self.error(place)
            place = self.skip(place + 1)

    def members(self, start: int, depth: int) -> tuple[Any, int]:
        _check_depth(depth, self.options)
        members: dict[Any, Any] = {}
        place = self.skip(start + 1)
        if self.text.startswith("}", place):
            return members, place + 1
        while True:
            try:
                name, place = self.name(place)
                value, place = self.value(place, depth + 1)
            except _NoValueError:
                raise self.error(start) from None
            members[Symbol(name.text) if self.options.is_symbolizing else to_key(name)] = value
            place = self.skip(place)
            if self.text.startswith("}", place):
                return members, place + 1
            if not self.text.startswith(",", place):
                raise self.error(start)
            place = self.skip(place + 1)

    def name(self, place: int) -> tuple[String, int]:
        if not self.text.startswith('"', place):
            raise _NoValueError(place)
        name, place = self.string(place)
        place = self.skip(place)
        if not self.text.startswith(":", place):
            raise _NoValueError(place)
        return name, self.skip(place + 1)


def _unescaped(found: re.Match[str]) -> str:
    high, low, code, char = found.groups()
    if high is not None:
        return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10 | int(low, 16) & 0x3FF))
    return chr(int(code, 16)) if code is not None else _ESCAPES.get(char, char)
