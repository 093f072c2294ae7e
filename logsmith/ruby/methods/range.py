"""Range."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import floor, inf
from sys import float_info
from typing import Any

from logsmith.ruby.classes import class_of
from logsmith.ruby.coerce import is_number, to_int
from logsmith.ruby.compare import compare, covers, eql, order, ruby_eq
from logsmith.ruby.dispatch import call, class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import MISSING, Block, iterate, truthy
from logsmith.ruby.methods import enumerable, enumerable_order
from logsmith.ruby.objects import Enumerator, Range, String
from logsmith.ruby.show import inspect, to_s

RANGE = methods_of("Range")
_EPSILON = float_info.epsilon


@class_methods_of("Range").method("new")
def new(_class: Any, first: Any, last: Any, is_exclusive: Any = False) -> Range:
    return made(first, last, is_exclusive=truthy(is_exclusive))


def made(first: Any, last: Any, *, is_exclusive: bool) -> Range:
    """Return a range; raises ArgumentError if its bounds cannot be compared."""
    if first is not None and last is not None and order(first, last) is None:
        raise fault("ArgumentError", "bad value for range")
    return Range(first, last, is_exclusive=is_exclusive)


@RANGE.method("each", enumerates=True)
def each(span: Range, *, block: Block) -> Range:
    for value in iterate(span):
        block(value)
    return span


@RANGE.method("reverse_each", enumerates=True)
def reverse_each(span: Range, *, block: Block) -> Range:
    for value in reversed(to_a(span)):
        block(value)
    return span


@RANGE.method("to_a", "to_ary", "entries")
def to_a(span: Range) -> list[Any]:
    if span.last is None or span.last == inf:
        raise fault("RangeError", "cannot convert endless range to an array")
    return list(iterate(span))


@RANGE.method("begin")
def begin(span: Range) -> Any:
    return span.first


@RANGE.method("end")
def end(span: Range) -> Any:
    return span.last


@RANGE.method("first")
def first(span: Range, most: Any = MISSING) -> Any:
    if span.first is None:
        raise fault("RangeError", "cannot get the first element of beginless range")
    return span.first if most is MISSING else enumerable.take(span, most)


@RANGE.method("last")
def last(span: Range, most: Any = MISSING) -> Any:
    if span.last is None:
        raise fault("RangeError", "cannot get the last element of endless range")
    if most is MISSING:
        return span.last
    members = to_a(span)
    return members[max(len(members) - to_int(most), 0) :]


@RANGE.method("exclude_end?")
def is_exclusive(span: Range) -> bool:
    return span.is_exclusive


@RANGE.method("size")
def size(span: Range) -> Any:
    if span.first.__class__ is int:
        if span.last is None or span.last == inf:
            return inf
        return len(_integers(span))
    if isinstance(span.first, float) or span.first is None:
        raise fault("TypeError", f"can't iterate from {class_of(span.first).name}")
    return None


def _integers(span: Range) -> range:
    whole = span.last.__floor__()
    return range(span.first, whole if span.is_exclusive and whole == span.last else whole + 1)


@RANGE.method("count")
def count(span: Range, wanted: Any = MISSING, *, block: Block | None = None) -> Any:
    if wanted is MISSING and block is None and span.first.__class__ is int:
        return size(span)
    return enumerable.count(span, wanted, block=block)


@RANGE.method("min")
def min_(span: Range, most: Any = None, *, block: Block | None = None) -> Any:
    if block is not None or most is not None:
        return enumerable_order.min_(to_a(span), most, block=block)
    if span.first is None:
        raise fault("RangeError", "cannot get the minimum of beginless range")
    return None if _is_empty(span) else span.first


@RANGE.method("max")
def max_(span: Range, most: Any = None, *, block: Block | None = None) -> Any:
    if block is not None or most is not None:
        return enumerable_order.max_(to_a(span), most, block=block)
    if span.last is None:
        raise fault("RangeError", "cannot get the maximum of endless range")
    if _is_empty(span):
        return None
    if not span.is_exclusive:
        return span.last
    if is_number(span.last) and span.last.__class__ is not int:
        raise fault("TypeError", "cannot exclude non Integer end value")
    return span.last - 1 if span.last.__class__ is int else enumerable_order.max_(to_a(span))


@RANGE.method("minmax")
def minmax(span: Range, *, block: Block | None = None) -> list[Any]:
    return [min_(span, block=block), max_(span, block=block)]


def _is_empty(span: Range) -> bool:
    if span.first is None or span.last is None:
        return False
    found = order(span.first, span.last)
    return found is None or found > 0 or (found == 0 and span.is_exclusive)


@RANGE.method("sum")
def sum_(span: Range, start: Any = 0, *, block: Block | None = None) -> Any:
    if (
        block is None
        and span.first.__class__ is int
        and span.last.__class__ is int
        and start.__class__ is int
    ):
        members = _integers(span)
        return start + (members[0] + members[-1]) * len(members) // 2 if members else start
    return enumerable_order.sum_(span, start, block=block)


@RANGE.method("cover?")
def is_covering(span: Range, value: Any) -> bool:
    if not isinstance(value, Range):
        return covers(span, value)
    if _is_empty(value) or value.last is None or value.first is None:
        return False
    is_within = covers(span, value.last) or (value.is_exclusive and ruby_eq(span.last, value.last))
    return covers(span, value.first) and is_within


@RANGE.method("===")
def case_equals(span: Range, value: Any) -> bool:
    return covers(span, value)


@RANGE.method("include?", "member?")
def is_included(span: Range, value: Any) -> bool:
    if isinstance(span.first, String) and isinstance(span.last, String):
        return isinstance(value, String) and any(value == member for member in iterate(span))
    return covers(span, value)


@RANGE.method("overlap?")
def is_overlapping(span: Range, other: Any) -> bool:
    if not isinstance(other, Range):
        raise fault("TypeError", f"wrong argument type {class_of(other).name} (expected Range)")
    if _is_empty(span) or _is_empty(other):
        return False
    return _begins_before_end(span, other) and _begins_before_end(other, span)


def _begins_before_end(span: Range, other: Range) -> bool:
    if span.first is None or other.last is None:
        return True
    found = compare(span.first, other.last)
    return found < 0 or (found == 0 and not other.is_exclusive)


@RANGE.method("step", "%")
def step(span: Range, by: Any = 1, *, block: Block | None = None) -> Any:
    if is_number(by) and by == 0:
        raise fault("ArgumentError", "step can't be 0")
    if block is None:
        return Enumerator(span, "step", (by,))
    for value in _steps(span, by):
        block(value)
    return span


def _steps(span: Range, by: Any) -> Iterator[Any]:
    if isinstance(span.first, String):
        yield from list(iterate(span))[:: to_int(by)]
        return
    if (
        any(isinstance(one, (float, Decimal)) for one in (span.first, span.last, by))
        and span.last is not None
    ):
        yield from float_steps(span.first, span.last, by, is_exclusive=span.is_exclusive)
        return
    value = span.first
    while span.last is None or _goes_on(value, by, span):
        yield value
        value = call(value, "+", (by,))


def _goes_on(value: Any, by: Any, span: Range) -> bool:
    found = compare(value, span.last)
    if is_number(by) and by < 0:
        return False
    return found < 0 or (found == 0 and not span.is_exclusive)


def float_steps(first: Any, last: Any, by: Any, *, is_exclusive: bool) -> Iterator[float]:
    """Yield floats in equal steps, as many as Ruby makes: its allowance for rounding errors is kept."""
    start, stop, width = float(first), float(last), float(by)
    whole = (stop - start) / width
    error = min((abs(start) + abs(stop) + abs(stop - start)) / abs(width) * _EPSILON, 0.5)
    if whole < 0 or (is_exclusive and whole == 0):
        return
    if not is_exclusive:
        steps = floor(whole + error)
    else:
        steps = 0 if whole < 1 else floor(whole - error)
        after = (steps + 1) * width + start
        steps += (after < stop) if start < stop else (after > stop)
    for index in range(steps + 1):
        value = index * width + start
        yield min(value, stop) if width > 0 else max(value, stop)


@RANGE.method("bsearch")
def bsearch(span: Range, *, block: Block) -> Any:
    if isinstance(span.first, float) or isinstance(span.last, float):
        return _bsearch_float(float(span.first), float(span.last), block)
    low = to_int(span.first)
    high = to_int(span.last) + (not span.is_exclusive)
    limit, found = high, None
    while low < high:
        middle = (low + high) // 2
        answer = block(middle)
        if answer is True or (is_number(answer) and answer <= 0):
            high, found = middle, middle
            if is_number(answer) and answer is not True and answer == 0:
                return middle
        else:
            low = middle + 1
    return found if found is not None and low < limit else None


def _bsearch_float(low: float, high: float, block: Block) -> float | None:
    if not truthy(block(high)):
        return None
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (low, middle) if truthy(block(middle)) else (middle, high)
    return low if truthy(block(low)) else high


@RANGE.method("==")
def equals(span: Range, other: Any) -> bool:
    return bool(span == other)


@RANGE.method("eql?")
def is_eql(span: Range, other: Any) -> bool:
    return span == other and eql(span.first, other.first) and eql(span.last, other.last)


@RANGE.method("hash")
def hash_(span: Range) -> int:
    return hash(span)


@RANGE.method("to_s")
def to_s_(span: Range) -> String:
    return String(to_s(span))


@RANGE.method("inspect")
def inspect_(span: Range) -> String:
    return String(inspect(span))


@RANGE.method("dup", "clone")
def dup(span: Range) -> Range:
    return span
