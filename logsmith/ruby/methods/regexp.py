"""Regexp and MatchData."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import CONSTANTS
from logsmith.ruby.coerce import to_int, to_text
from logsmith.ruby.compare import case_eq, to_key
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import conversion_fault, fault
from logsmith.ruby.methods.string_index import matched
from logsmith.ruby.objects import MatchData, Proc, Range, Regexp, String, Symbol
from logsmith.ruby.patterns import escape
from logsmith.ruby.show import inspect, to_s
from logsmith.ruby.state import state

REGEXP = methods_of("Regexp")
REGEXP_CLASS = class_methods_of("Regexp")
_OPTIONS = (("i", 1), ("x", 2), ("m", 4))
_NOTHING: Any = object()  # an argument that was not given

CONSTANTS.update({"Regexp::IGNORECASE": 1, "Regexp::EXTENDED": 2, "Regexp::MULTILINE": 4})


def _text(value: Any) -> str | None:
    """Return the text to look at, None for nil; raises TypeError."""
    if value is None:
        return None
    return value.name if isinstance(value, Symbol) else to_text(value)


def _matched(regexp: Regexp, value: Any, at: int = 0) -> MatchData | None:
    text = _text(value)
    if text is None:
        state.last_match = None
        return None
    return matched(regexp, text, at + len(text) if at < 0 else at)


@REGEXP.method("=~")
def match_operator(regexp: Regexp, value: Any) -> int | None:
    """Return where the pattern matches first."""
    found = _matched(regexp, value)
    return None if found is None else found.match.start()


@REGEXP.method("match")
def match(regexp: Regexp, value: Any, start: Any = 0, *, block: Proc | None = None) -> Any:
    """Return the MatchData of the first match, or what the block makes of it."""
    found = _matched(regexp, value, to_int(start))
    return found if block is None or found is None else block(found)


@REGEXP.method("match?")
def is_match(regexp: Regexp, value: Any, start: Any = 0) -> bool:
    """Return whether the pattern matches, without remembering the match."""
    text = _text(value)
    at = to_int(start)
    return text is not None and regexp.match(text, at + len(text) if at < 0 else at) is not None


REGEXP.add("===", case_eq)
REGEXP.add("== eql?", lambda regexp, other: regexp == other)
REGEXP.add("hash", hash)
REGEXP.add("source", lambda regexp: String(regexp.source))
REGEXP.add("to_s", lambda regexp: String(to_s(regexp)))
REGEXP.add("inspect", lambda regexp: String(inspect(regexp)))
REGEXP.add("options", lambda regexp: sum(flag for letter, flag in _OPTIONS if letter in regexp.options))
REGEXP.add("casefold?", lambda regexp: regexp.is_ignoring_case)
REGEXP.add("names", lambda regexp: [String(name) for name, _numbers in regexp.regex.names])
REGEXP.add(
    "named_captures",
    lambda regexp: {to_key(String(name)): list(numbers) for name, numbers in regexp.regex.names},
)
REGEXP.add("~", lambda _regexp: None)


@REGEXP_CLASS.method("new", "compile")
def new(_class: object, source: Any, options: Any = None, *, timeout: Any = None) -> Regexp:
    """Make a Regexp of a text and options, or of another Regexp."""
    del timeout  # the program has a time budget of its own
    if isinstance(source, Regexp):
        return source
    return Regexp(to_text(source), _letters(options))


def _letters(options: Any) -> str:
    if options.__class__ is int:
        return "".join(letter for letter, flag in _OPTIONS if options & flag)
    if isinstance(options, String):
        unknown = options.text.strip("imx")
        if unknown:
            raise fault("ArgumentError", f"unknown regexp option: {options.text}")
        return options.text
    return "" if options is None or options is False else "i"


REGEXP_CLASS.add("escape quote", lambda _class, value: String(escape(_text(value) or "")))


@REGEXP_CLASS.method("union")
def union(_class: object, *patterns: Any) -> Regexp:
    """Make a Regexp that matches what one of the patterns or texts does."""
    if len(patterns) == 1 and isinstance(patterns[0], list):
        patterns = tuple(patterns[0])
    if not patterns:
        return Regexp("(?!)")
    if len(patterns) == 1 and isinstance(patterns[0], Regexp):
        return patterns[0]
    return Regexp(
        "|".join(to_s(one) if isinstance(one, Regexp) else escape(_text(one) or "") for one in patterns)
    )


@REGEXP_CLASS.method("last_match")
def last_match(_class: object, group: Any = _NOTHING) -> Any:
    """Return `$~`, or one of its groups."""
    found = state.last_match
    return found if group is _NOTHING or not isinstance(found, MatchData) else element(found, group)


MATCH = methods_of("MatchData")


def _groups(found: MatchData) -> list[String | None]:
    return [found.group(number) for number in range(len(found.match.groups()) + 1)]


def _number(found: MatchData, group: Any) -> int:
    """Return the number of a group; raises IndexError."""
    if isinstance(group, (String, Symbol)):
        name = _text(group)
        numbers = dict(found.regexp.regex.names).get(name or "")
        if numbers is None:
            raise fault("IndexError", f"undefined group name reference: {name}")
        return next(
            (number for number in reversed(numbers) if found.match.group(number) is not None), numbers[-1]
        )
    number = to_int(group)
    if not 0 <= number <= len(found.match.groups()):
        raise fault("IndexError", f"index {number} out of matches")
    return number


@MATCH.method("[]")
def element(found: MatchData, group: Any, count: Any = _NOTHING) -> Any:
    """Return the text of a group by number or name, or of several."""
    if isinstance(group, (String, Symbol)):
        return found.named(_text(group) or "")
    groups = _groups(found)
    if isinstance(group, Range):
        span = group.span(len(groups))
        return None if span is None else groups[span[0] : span[1]]
    number = to_int(group)
    number = number + len(groups) if number < 0 else number
    if count is not _NOTHING:
        return groups[number : number + to_int(count)] if 0 <= number <= len(groups) else None
    return found.group(number)


MATCH.add("to_a", _groups)
MATCH.add("captures deconstruct", lambda found: _groups(found)[1:])
MATCH.add("to_s", lambda found: found.group(0))
MATCH.add("inspect", lambda found: String(inspect(found)))
MATCH.add("pre_match", lambda found: String(found.text[: found.match.start()]))
MATCH.add("post_match", lambda found: String(found.text[found.match.end() :]))
MATCH.add("string", lambda found: String(found.text, is_frozen=True))
MATCH.add("regexp", lambda found: found.regexp)
MATCH.add("names", lambda found: [String(name) for name, _numbers in found.regexp.regex.names])
MATCH.add("size length", lambda found: len(found.match.groups()) + 1)
MATCH.add("begin", lambda found, group: _place(found.match.start(_number(found, group))))
MATCH.add("end", lambda found, group: _place(found.match.end(_number(found, group))))
MATCH.add(
    "offset",
    lambda found, group: [
        _place(found.match.start(_number(found, group))),
        _place(found.match.end(_number(found, group))),
    ],
)
MATCH.add("values_at", lambda found, *groups: [element(found, group) for group in groups])
MATCH.add("== eql?", lambda found, other: found == other)
MATCH.add("match", lambda found, group: found.group(_number(found, group)))
MATCH.add("match_length", lambda found, group: _length(found.group(_number(found, group))))


def _place(offset: int) -> int | None:
    return None if offset < 0 else offset


def _length(text: String | None) -> int | None:
    return None if text is None else len(text.text)


@MATCH.method("named_captures")
def named_captures(found: MatchData, *, symbolize_names: Any = False) -> dict[Any, Any]:
    """Return the texts of the named groups by name."""
    names = [name for name, _numbers in found.regexp.regex.names]
    is_symbol = symbolize_names is not None and symbolize_names is not False
    return {Symbol(name) if is_symbol else to_key(String(name)): found.named(name) for name in names}


@MATCH.method("deconstruct_keys")
def deconstruct_keys(found: MatchData, keys: Any) -> dict[Any, Any]:
    """Return the named groups that `in {name:}` asks for."""
    if keys is not None and not isinstance(keys, list):
        raise conversion_fault(keys, "Array")
    names = [name for name, _numbers in found.regexp.regex.names]
    return {Symbol(name): found.named(name) for name in names if keys is None or Symbol(name) in keys}
