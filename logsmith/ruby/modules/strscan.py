"""StringScanner: patterns that are tried one after the other, each where the last one ended."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.coerce import to_int, to_text
from logsmith.ruby.dispatch import call, class_methods_of, methods_of
from logsmith.ruby.objects import MatchData, Regexp, String
from logsmith.ruby.show import inspect

SCANNER = methods_of("StringScanner")
_SHOWN = 5  # characters on either side of the place


class Scanner:
    """A text, the place in it, counted in characters, and the last match with the place before it."""

    __slots__ = ("at", "before", "box", "match")

    def __init__(self, box: String) -> None:
        self.box, self.at, self.before = box, 0, 0
        self.match: MatchData | None = None

    def bytes_to(self, at: int) -> int:
        """Return how many bytes stand before a place."""
        text = self.box.text
        return at if text.isascii() else len(text[:at].encode("utf-8", "surrogateescape"))


define("StringScanner", "Object", python=Scanner)


@lru_cache(maxsize=256)
def _anchored(source: str, options: str) -> Regexp:
    return Regexp(rf"\A(?:{source}{chr(10) * ('x' in options)})", options)


def _pattern(value: Any, *, is_anchored: bool) -> Regexp:
    is_regexp = isinstance(value, Regexp)
    source, options = (value.source, value.options) if is_regexp else (re.escape(to_text(value)), "")
    return _anchored(source, options) if is_anchored else Regexp(source, options) if not is_regexp else value


def _tried(scanner: Scanner, pattern: Any, *, moves: bool, is_anchored: bool = True) -> int | None:
    """Return where a match ends, counted from the place, None without one."""
    rest = scanner.box.text[scanner.at :]
    found = scanner.match = _pattern(pattern, is_anchored=is_anchored).match(rest)
    scanner.before = scanner.at
    if found is None:
        return None
    if moves:
        scanner.at += found.match.end()
    return int(found.match.end())


def _add(name: str, *, moves: bool, gives_text: bool, is_anchored: bool = True) -> None:
    def method(scanner: Scanner, pattern: Any) -> Any:
        end = _tried(scanner, pattern, moves=moves, is_anchored=is_anchored)
        if end is None:
            return None
        text = scanner.box.text[scanner.before : scanner.before + end]
        return String(text) if gives_text else len(text.encode("utf-8", "surrogateescape"))

    SCANNER.add(name, method)


_add("scan", moves=True, gives_text=True)
_add("check", moves=False, gives_text=True)
_add("skip", moves=True, gives_text=False)
_add("match?", moves=False, gives_text=False)
_add("scan_until", moves=True, gives_text=True, is_anchored=False)
_add("check_until", moves=False, gives_text=True, is_anchored=False)
_add("skip_until", moves=True, gives_text=False, is_anchored=False)
_add("exist?", moves=False, gives_text=False, is_anchored=False)


@class_methods_of("StringScanner").method("new")
def new(_class: Any, text: Any, *_given: Any) -> Scanner:
    """Begin to scan a text."""
    to_text(text)
    return Scanner(text)


@SCANNER.method("getch", "get_byte")
def getch(scanner: Scanner) -> String | None:
    """Return the next character."""
    scanner.before = scanner.at
    scanner.match = _anchored(".", "m").match(scanner.box.text[scanner.at : scanner.at + 1])
    if scanner.match is None:
        return None
    scanner.at += 1
    return String(scanner.box.text[scanner.before])


@SCANNER.method("unscan")
def unscan(scanner: Scanner) -> Scanner:
    """Go back to where the last match was tried."""
    scanner.at, scanner.match = scanner.before, None
    return scanner


def _placed(scanner: Scanner, at: int) -> Scanner:
    scanner.at, scanner.match = at, None
    return scanner


@SCANNER.method("pos=", "pointer=")
def move(scanner: Scanner, place: Any) -> int:
    """Go to a place, counted in bytes."""
    octets = scanner.box.text.encode("utf-8", "surrogateescape")[: to_int(place)]
    scanner.at = len(octets.decode("utf-8", "surrogateescape"))
    return to_int(place)


@SCANNER.method("string=")
def change(scanner: Scanner, text: Any) -> Any:
    """Begin anew with another text."""
    scanner.box, scanner.at, scanner.match = text, 0, None
    return text


def _of_match(name: str) -> Any:
    def method(scanner: Scanner, *args: Any) -> Any:
        return None if scanner.match is None else call(scanner.match, name, args)

    return method


def _inspected(scanner: Scanner) -> String:
    text, at = scanner.box.text, scanner.at
    if at >= len(text):
        return String("#<StringScanner fin>")
    behind = text[max(at - _SHOWN, 0) : at]
    before = f" {inspect(String(('...' if at > _SHOWN else '') + behind))}" if at else ""
    after = text[at : at + _SHOWN] + ("..." if len(text) - at > _SHOWN else "")
    shown = inspect(String(after))
    return String(f"#<StringScanner {scanner.bytes_to(at)}/{scanner.bytes_to(len(text))}{before} @ {shown}>")


def _before_match(scanner: Scanner) -> String | None:
    if scanner.match is None:
        return None
    return String(scanner.box.text[: scanner.before + scanner.match.match.start()])


for _name in ("[]", "captures", "values_at", "named_captures", "post_match"):
    SCANNER.add(_name, _of_match(_name))
SCANNER.add("pre_match", _before_match)
SCANNER.add("matched", lambda scanner: scanner.match and scanner.match.group(0))
SCANNER.add("matched?", lambda scanner: scanner.match is not None)
SCANNER.add(
    "matched_size",
    lambda scanner: scanner.match and len(scanner.match.match.group(0).encode("utf-8", "surrogateescape")),
)
SCANNER.add("eos?", lambda scanner: scanner.at >= len(scanner.box.text))
SCANNER.add("rest?", lambda scanner: scanner.at < len(scanner.box.text))
SCANNER.add("rest", lambda scanner: String(scanner.box.text[scanner.at :]))
SCANNER.add(
    "rest_size", lambda scanner: scanner.bytes_to(len(scanner.box.text)) - scanner.bytes_to(scanner.at)
)
SCANNER.add("peek", lambda scanner, count: String(scanner.box.text[scanner.at : scanner.at + to_int(count)]))
SCANNER.add("pos pointer", lambda scanner: scanner.bytes_to(scanner.at))
SCANNER.add("charpos", lambda scanner: scanner.at)
SCANNER.add(
    "bol? beginning_of_line?", lambda scanner: scanner.at == 0 or scanner.box.text[scanner.at - 1] == "\n"
)
SCANNER.add("string", lambda scanner: scanner.box)
SCANNER.add("reset", lambda scanner: _placed(scanner, 0))
SCANNER.add("terminate", lambda scanner: _placed(scanner, len(scanner.box.text)))
SCANNER.add("inspect", _inspected)
