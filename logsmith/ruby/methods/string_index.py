"""String: parts by index, range, text and pattern; reading, changing, finding."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.coerce import to_int, to_text
from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.encodings import common_encoding, from_bytes, to_bytes
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import MatchData, Range, Regexp, String, Symbol
from logsmith.ruby.show import inspect
from logsmith.ruby.state import state

STRING = methods_of("String")
_NOTHING: Any = object()  # an argument that was not given

Span = tuple[int, int]


def _counted(length: int, index: Any, count: Any) -> Span | None:
    start, size = to_int(index), to_int(count)
    start = start + length if start < 0 else start
    return (start, min(start + size, length)) if 0 <= start <= length and size >= 0 else None


def matched(pattern: Regexp, text: str, at: int = 0) -> MatchData | None:
    """Search, and remember what was found as `$~`."""
    found = pattern.match(text, at) if at <= len(text) else None
    state.last_match = found
    return found


def _group_number(found: MatchData, group: Any) -> int:
    """Return the number of a group that a number or name means; one that does not exist stays as it is."""
    if not isinstance(group, (String, Symbol)):
        number = to_int(group)
        return number + len(found.match.groups()) + 1 if number < 0 else number
    name = group.text if isinstance(group, String) else group.name
    numbers = dict(found.regexp.regex.names).get(name)
    if numbers is None:
        raise fault("IndexError", f"undefined group name reference: {name}")
    return next(
        (number for number in reversed(numbers) if found.match.group(number) is not None), numbers[-1]
    )


def _span_of_match(text: str, pattern: Regexp, group: Any) -> Span | None:
    found = matched(pattern, text)
    if found is None:
        return None
    number = 0 if group is _NOTHING else _group_number(found, group)
    if not 0 <= number <= len(found.match.groups()) or found.match.group(number) is None:
        return None
    return found.match.start(number), found.match.end(number)


def span_of(box: String, index: Any, count: Any = _NOTHING) -> Span | None:
    """Return where the part begins and ends that `[]` means, None if there is no such part."""
    text = box.text
    if isinstance(index, Regexp):
        return _span_of_match(text, index, count)
    if count is not _NOTHING:
        return _counted(len(text), index, count)
    if isinstance(index, String):
        start = text.find(index.text)
        return None if start < 0 else (start, start + len(index.text))
    if isinstance(index, Range):
        return index.span(len(text))
    at = to_int(index)
    at = at + len(text) if at < 0 else at
    return (at, at + 1) if 0 <= at < len(text) else None


@STRING.method("[]", "slice")
def part(box: String, index: Any, count: Any = _NOTHING) -> String | None:
    """Return a part in a new String, None if there is none."""
    if index.__class__ is int and count is _NOTHING:  # the most frequent one
        text = box.text
        return box.like(text[index]) if -len(text) <= index < len(text) else None
    span = span_of(box, index, count)
    return None if span is None else box.like(box.text[span[0] : span[1]])


@STRING.method("[]=")
def set_part(box: String, index: Any, *rest: Any) -> Any:
    """Replace a part by a text; raises IndexError or RangeError if there is no such part."""
    if not 1 <= len(rest) <= 2:
        raise fault("ArgumentError", f"wrong number of arguments (given {1 + len(rest)}, expected 2..3)")
    count, value = (rest[0], rest[1]) if len(rest) == 2 else (_NOTHING, rest[0])
    box.change(box.text)  # a frozen one refuses before anything else
    span = span_of(box, index, count)
    if span is None and index.__class__ is int and index == len(box.text) and count is _NOTHING:
        span = index, index
    new = to_text(value)
    if span is None:
        raise _absent(box, index, count)
    box.encoding = common_encoding(box, value)
    box.change(box.text[: span[0]] + new + box.text[span[1] :])
    return value


def _absent(box: String, index: Any, count: Any) -> Exception:
    if isinstance(index, String):
        return fault("IndexError", "string not matched")
    if isinstance(index, Range):
        return fault("RangeError", f"{inspect(index)} out of range")
    if isinstance(index, Regexp):
        found = index.match(box.text)
        if found is None:
            return fault("IndexError", "regexp not matched")
        number = _group_number(found, count)
        if number > len(found.match.groups()):
            return fault("IndexError", f"index {number} out of regexp")
        return fault("IndexError", f"regexp group {number} not matched")
    if count is not _NOTHING and to_int(count) < 0:
        return fault("IndexError", f"negative length {to_int(count)}")
    return fault("IndexError", f"index {to_int(index)} out of string")


@STRING.method("slice!")
def take_part(box: String, index: Any, count: Any = _NOTHING) -> String | None:
    """Remove a part and return it, None if there is none."""
    box.change(box.text)
    span = span_of(box, index, count)
    if span is None:
        return None
    taken = box.like(box.text[span[0] : span[1]])
    box.change(box.text[: span[0]] + box.text[span[1] :])
    return taken


@STRING.method("insert")
def insert(box: String, index: Any, other: Any) -> String:
    """Put a text before an index, or after one that counts from the end."""
    at, new, length = to_int(index), to_text(other), len(box.text)
    place = at + length + 1 if at < 0 else at
    if not 0 <= place <= length:
        raise fault("IndexError", f"index {at + 1 if at < 0 else at} out of string")
    return box.change(box.text[:place] + new + box.text[place:])


@STRING.method("index")
def index_of(box: String, wanted: Any, start: Any = 0) -> int | None:
    """Return where a text or pattern is found first."""
    at, text = to_int(start), box.text
    at = at + len(text) if at < 0 else at
    if isinstance(wanted, Regexp):
        found = matched(wanted, text, at) if at >= 0 else None
        return None if found is None else found.match.start()
    part_text = to_text(wanted)
    place = text.find(part_text, at) if 0 <= at <= len(text) else -1
    return None if place < 0 else place


@STRING.method("rindex")
def rindex(box: String, wanted: Any, start: Any = None) -> int | None:
    """Return where a text or pattern is found last, not after an index."""
    text = box.text
    at = len(text) if start is None else to_int(start)
    at = min(at + len(text) if at < 0 else at, len(text))
    if at < 0:
        return None
    if isinstance(wanted, Regexp):
        found = last_match(wanted, text, at)
        state.last_match = found
        return None if found is None else found.match.start()
    part_text = to_text(wanted)
    place = text.rfind(part_text, 0, at + len(part_text))
    return None if place < 0 else place


def last_match(pattern: Regexp, text: str, at: int) -> MatchData | None:
    """Return the match that begins last, not after a place."""
    first = pattern.match(text)
    if first is None or first.match.start() > at:
        return None
    for place in range(at, -1, -1):
        found = pattern.match(text, place)
        if found is not None and found.match.start() <= at:
            return found
    return None


@STRING.method("byteindex")
def byteindex(box: String, wanted: Any, start: Any = 0) -> int | None:
    """Return the byte at which a text begins first."""
    place = to_bytes(box).find(to_bytes(String(to_text(wanted))), to_int(start))
    return None if place < 0 else place


@STRING.method("byteslice")
def byteslice(box: String, index: Any, count: Any = _NOTHING) -> String | None:
    """Return some bytes in a new String."""
    octets = to_bytes(box)
    if count is not _NOTHING:
        span = _counted(len(octets), index, count)
    elif isinstance(index, Range):
        span = index.span(len(octets))
    else:
        at = to_int(index)
        at = at + len(octets) if at < 0 else at
        span = (at, at + 1) if 0 <= at < len(octets) else None
    return None if span is None else from_bytes(octets[span[0] : span[1]], box.encoding)
