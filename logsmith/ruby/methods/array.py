"""Array: reading members, and what makes a new Array of one or two."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import class_of
from logsmith.ruby.coerce import check_length, to_array, to_int, to_text
from logsmith.ruby.compare import eql, order, ruby_eq, ruby_hash, to_key
from logsmith.ruby.dispatch import call, class_methods_of, methods_of, responds
from logsmith.ruby.encodings import joined
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import MISSING, Block, truthy
from logsmith.ruby.methods.random import Default, Generator
from logsmith.ruby.objects import Enumerator, Range, String
from logsmith.ruby.show import inspect, to_s

ARRAY = methods_of("Array")
ARRAY_CLASS = class_methods_of("Array")


@ARRAY_CLASS.method("new")
def new(_class: Any, size: Any = 0, value: Any = None, *, block: Block | None = None) -> list[Any]:
    if isinstance(size, list):
        return list(size)
    length = _size(size)
    return [value] * length if block is None else [block(index) for index in range(length)]


@ARRAY_CLASS.method("[]")
def of(_class: Any, *values: Any) -> list[Any]:
    return list(values)


def _size(size: Any) -> int:
    length = to_int(size)
    if length < 0:
        raise fault("ArgumentError", "negative array size")
    return check_length(length)


def _wanted(most: Any) -> int:
    if to_int(most) < 0:
        raise fault("ArgumentError", "negative array size (or size too big)")
    return _size(most)


@ARRAY.method("to_a", "entries", "to_ary", "deconstruct")
def to_a(array: list[Any]) -> list[Any]:
    return array


@ARRAY.method("length", "size")
def length(array: list[Any]) -> int:
    return len(array)


@ARRAY.method("empty?")
def is_empty(array: list[Any]) -> bool:
    return not array


@ARRAY.method("each", enumerates=True)
def each(array: list[Any], *, block: Block) -> list[Any]:
    for value in array:
        block(value)
    return array


@ARRAY.method("each_index", enumerates=True)
def each_index(array: list[Any], *, block: Block) -> list[Any]:
    for index, _ in enumerate(array):
        block(index)
    return array


@ARRAY.method("[]", "slice")
def get(array: list[Any], index: Any, most: Any = MISSING) -> Any:
    if most is not MISSING:
        return _part(array, to_int(index), to_int(most))
    if index.__class__ is int:
        return array[index] if -len(array) <= index < len(array) else None
    if isinstance(index, Range):
        span = index.span(len(array))
        return None if span is None else array[span[0] : span[1]]
    if isinstance(index, Enumerator) and isinstance(index.receiver, Range):  # array[(0..).step(2)]
        return get(array, index.receiver)[:: to_int(index.args[0])]
    return get(array, to_int(index))


def _part(array: list[Any], start: int, most: int) -> list[Any] | None:
    start = start + len(array) if start < 0 else start
    if not 0 <= start <= len(array) or most < 0:
        return None
    return array[start : start + most]


@ARRAY.method("at")
def at(array: list[Any], index: Any) -> Any:
    return get(array, to_int(index))


@ARRAY.method("dig")
def dig(array: list[Any], index: Any, *deeper: Any) -> Any:
    return dig_on(at(array, index), deeper)


def dig_on(value: Any, path: tuple[Any, ...]) -> Any:
    """Return what lies deeper in a value; raises TypeError where there is no way on."""
    if not path or value is None:
        return value
    if not responds(value, "dig"):
        raise fault("TypeError", f"{class_of(value).name} does not have #dig method")
    return call(value, "dig", path)


@ARRAY.method("fetch")
def fetch(array: list[Any], index: Any, default: Any = MISSING, *, block: Block | None = None) -> Any:
    place = to_int(index)
    if -len(array) <= place < len(array):
        return array[place]
    if block is not None:
        return block(index)
    if default is not MISSING:
        return default
    counted = (
        place + len(array) if place < 0 else place
    )  # JRuby names a negative index as counted from the start
    raise fault("IndexError", f"index {counted} out of array")


@ARRAY.method("fetch_values")
def fetch_values(array: list[Any], *places: Any, block: Block | None = None) -> list[Any]:
    if block is None and any(to_int(place) >= len(array) for place in places):
        beyond = next(place for place in places if to_int(place) >= len(array))
        raise fault("IndexError", f"index {beyond} outside of array bounds: 0...0")  # so JRuby says it
    return [fetch(array, place, block=block) for place in places]


@ARRAY.method("values_at")
def values_at(array: list[Any], *places: Any) -> list[Any]:
    found: list[Any] = []
    for place in places:
        if not isinstance(place, Range):
            found.append(at(array, place))
            continue
        start, end = _span(place, len(array))
        found += [get(array, index) for index in range(start, end)]
    return found


def _span(place: Range, size: int) -> tuple[int, int]:
    start = 0 if place.first is None else to_int(place.first)
    end = -1 if place.last is None else to_int(place.last)
    start, end = start + size * (start < 0), end + size * (end < 0)
    return start, end + (place.last is None or not place.is_exclusive)


@ARRAY.method("first")
def first(array: list[Any], most: Any = MISSING) -> Any:
    if most is MISSING:
        return array[0] if array else None
    return array[: _wanted(most)]


@ARRAY.method("last")
def last(array: list[Any], most: Any = MISSING) -> Any:
    if most is MISSING:
        return array[-1] if array else None
    return array[max(len(array) - _wanted(most), 0) :]


@ARRAY.method("index", "find_index")
def index_(array: list[Any], wanted: Any = MISSING, *, block: Block | None = None) -> Any:
    if wanted is MISSING and block is None:
        return Enumerator(array, "index")
    for place, value in enumerate(array):
        if _is_wanted(value, wanted, block):
            return place
    return None


@ARRAY.method("rindex")
def rindex(array: list[Any], wanted: Any = MISSING, *, block: Block | None = None) -> Any:
    if wanted is MISSING and block is None:
        return Enumerator(array, "rindex")
    for place in range(len(array) - 1, -1, -1):
        if _is_wanted(array[place], wanted, block):
            return place
    return None


def _is_wanted(value: Any, wanted: Any, block: Block | None) -> bool:
    return truthy(block(value)) if wanted is MISSING and block else ruby_eq(value, wanted)


@ARRAY.method("assoc")
def assoc(array: list[Any], key: Any) -> Any:
    return next((row for row in array if isinstance(row, list) and row and ruby_eq(row[0], key)), None)


@ARRAY.method("rassoc")
def rassoc(array: list[Any], value: Any) -> Any:
    return next(
        (row for row in array if isinstance(row, list) and len(row) > 1 and ruby_eq(row[1], value)), None
    )


@ARRAY.method("+")
def plus(array: list[Any], other: Any) -> list[Any]:
    return array + to_array(other)


@ARRAY.method("-")
def minus(array: list[Any], other: Any) -> list[Any]:
    keys = {to_key(value) for value in to_array(other)}
    return [value for value in array if to_key(value) not in keys]


@ARRAY.method("difference")
def difference(array: list[Any], *others: Any) -> list[Any]:
    for other in others:
        array = minus(array, other)
    return list(array)


@ARRAY.method("*")
def times(array: list[Any], count: Any) -> Any:
    if isinstance(count, String):
        return join(array, count)
    number = to_int(count)
    if number < 0:
        raise fault("ArgumentError", "negative argument")
    check_length(len(array) * number)
    return array * number


@ARRAY.method("&")
def both(array: list[Any], other: Any) -> list[Any]:
    keys = {to_key(value) for value in to_array(other)}
    found: dict[Any, Any] = {}
    for value in array:
        if (key := to_key(value)) in keys:
            found.setdefault(key, value)
    return list(found.values())


@ARRAY.method("intersection")
def intersection(array: list[Any], *others: Any) -> list[Any]:
    for other in others:
        array = both(array, other)
    return union(array)


@ARRAY.method("intersect?")
def is_intersecting(array: list[Any], other: Any) -> bool:
    return bool(both(array, other))


@ARRAY.method("|", "union")
def union(array: list[Any], *others: Any) -> list[Any]:
    found: dict[Any, Any] = {}
    for one in (array, *others):
        for value in to_array(one):
            found.setdefault(to_key(value), value)
    return list(found.values())


@ARRAY.method("<=>")
def ordered(array: list[Any], other: Any) -> int | None:
    return order(array, other) if isinstance(other, list) else None


@ARRAY.method("==", "===")
def equals(array: list[Any], other: Any) -> bool:
    return ruby_eq(array, other)


@ARRAY.method("eql?")
def is_eql(array: list[Any], other: Any) -> bool:
    return eql(array, other)


@ARRAY.method("hash")
def hash_(array: list[Any]) -> int:
    return ruby_hash(array)


@ARRAY.method("inspect", "to_s")
def inspect_(array: list[Any]) -> String:
    return String(inspect(array))


@ARRAY.method("reverse")
def reverse(array: list[Any]) -> list[Any]:
    return array[::-1]


@ARRAY.method("rotate")
def rotate(array: list[Any], by: Any = 1) -> list[Any]:
    shift = to_int(by) % len(array) if array else 0
    return array[shift:] + array[:shift]


@ARRAY.method("compact")
def compact(array: list[Any]) -> list[Any]:
    return [value for value in array if value is not None]


@ARRAY.method("flatten")
def flatten(array: list[Any], depth: Any = None) -> list[Any]:
    return _flattened(array, -1 if depth is None else to_int(depth), ())


def _flattened(array: list[Any], depth: int, outer: tuple[int, ...]) -> list[Any]:
    if id(array) in outer:
        raise fault("ArgumentError", "tried to flatten recursive array")
    found: list[Any] = []
    for value in array:
        if isinstance(value, list) and depth != 0:
            found += _flattened(value, depth - 1, (*outer, id(array)))
        else:
            found.append(value)
    return found


@ARRAY.method("join")
def join(array: list[Any], separator: Any = None) -> String:
    between = "" if separator is None else to_text(separator)
    members = _members(array, ())
    if any(one.__class__ is String and one.encoding != "UTF-8" for one in members):
        return joined(*[one for member in members for one in (separator, member)][1:])
    return String(between.join(map(to_s, members)))


def _members(array: list[Any], outer: tuple[int, ...]) -> list[Any]:
    if id(array) in outer:
        raise fault("ArgumentError", "recursive array join")
    found: list[Any] = []
    for value in array:
        if isinstance(value, list):
            inner = _members(value, (*outer, id(array)))
            found += inner or [String("")]
        else:
            found.append(value)
    return found


@ARRAY.method("transpose")
def transpose(array: list[Any]) -> list[Any]:
    rows = [to_array(row) for row in array]
    for row in rows:
        if len(row) != len(rows[0]):
            text = f"element size differs ({len(row)} should be {len(rows[0])})"
            raise fault("IndexError", text)
    return [list(column) for column in zip(*rows, strict=True)]


@ARRAY.method("shuffle")
def shuffle(array: list[Any], *, random: Any = None) -> list[Any]:
    return _generator(random).shuffled(array)


@ARRAY.method("sample")
def sample(array: list[Any], most: Any = MISSING, *, random: Any = None) -> Any:
    if most is MISSING:
        return array[_generator(random).below(len(array))] if array else None
    if to_int(most) < 0:
        raise fault("ArgumentError", "negative sample number")
    return _generator(random).shuffled(array)[: to_int(most)]


def _generator(given: Any) -> Generator:
    return given if isinstance(given, Generator) else Default.generator
