"""Walking over a collection of Ruby's as Python does: one iterator for Array, Hash, Range, Set and Enumerator.

A Hash gives its pairs as Arrays, which a block of two parameters spreads. What yields several values at once (`each_with_index`
without a block) gives them as one Array, for the same reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Any

from logsmith.ruby.classes import class_of
from logsmith.ruby.compare import from_key
from logsmith.ruby.dispatch import call, responds
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.objects import Enumerator, Range, String, Symbol

Block = Callable[..., Any]  # a Proc, or a Python function in its place
Sort = Callable[[Any, Any], int]

MISSING: Any = object()  # the default of an argument for which nil is a value
_FIRST_LOOK = 64  # values of an Enumerator that may be endless, at first; then ever more of them
_EACH_ONCE = frozenset(  # methods that give the block each member once, in order, whatever it answers
    [
        "each",
        "map",
        "collect",
        "flat_map",
        "collect_concat",
        "select",
        "filter",
        "reject",
        "filter_map",
        "each_entry",
        "group_by",
        "partition",
        "min_by",
        "max_by",
        "sort_by",
        "sum",
        "find_all",
        "each_pair",
        "to_h",
        "uniq",
        "each_value",
    ]
)


def truthy(value: Any) -> bool:
    """Return whether a value counts as true: all but nil and false."""
    return value is not None and value is not False


def iterate(values: Any) -> Iterator[Any]:
    """Return an iterator over a collection; raises NoMethodError if it is none."""
    if isinstance(values, list):
        return iter(values)
    if isinstance(values, dict):
        return pairs(values)
    if isinstance(values, Range):
        return range_values(values)
    if isinstance(values, Enumerator):
        return _enumerated(values)
    if hasattr(values, "__iter__"):  # a Set, a lazy Enumerator
        return iter(values)
    return _enumerated(Enumerator(values, "each"))


def is_collection(value: Any) -> bool:
    """Return whether a value has an `each`."""
    return isinstance(value, (list, dict, Range, Enumerator)) or responds(value, "each")


def pairs(table: dict[Any, Any]) -> Iterator[list[Any]]:
    """Yield the pairs of a Hash; raises RuntimeError when a key is added meanwhile."""
    size = len(table)
    for key in list(table):
        if key not in table:
            continue
        yield [from_key(key), table[key]]
        if len(table) > size:
            raise fault("RuntimeError", "can't add a new key into hash during iteration")
        size = len(table)


def range_values(span: Range) -> Iterator[Any]:
    """Yield the members of a range; raises TypeError if its beginning has no successor."""
    first, last = span.first, span.last
    if first.__class__ is int:
        return _integers(first, last, is_exclusive=span.is_exclusive)
    if isinstance(first, (String, Symbol)) and last is not None:
        return _texts(span)
    if first is None or not responds(first, "succ"):
        raise fault("TypeError", f"can't iterate from {class_of(first).name}")
    return _successors(span)


def _integers(first: int, last: Any, *, is_exclusive: bool) -> Iterator[int]:
    if last is None or last == float("inf"):
        return count(first)
    if not isinstance(last, (int, float)) and not hasattr(last, "__floor__"):
        raise fault("TypeError", "can't iterate from Integer")
    whole = last.__floor__()
    return iter(range(first, whole if is_exclusive and whole == last else whole + 1))


def _texts(span: Range) -> Iterator[Any]:
    first, last = span.first, span.last
    if isinstance(first, Symbol):
        return (
            Symbol(one.text)
            for one in _texts(Range(String(first.name), String(last.name), is_exclusive=span.is_exclusive))
        )
    return _successive_texts(first, last.text, is_exclusive=span.is_exclusive)


def _successive_texts(first: String, last: str, *, is_exclusive: bool) -> Iterator[String]:
    if first.text.isdecimal() and last.isdecimal() and first.text.isascii():
        width = len(first.text)
        end = int(last) + (not is_exclusive)
        yield from (String(f"{number:0{width}d}") for number in range(int(first.text), end))
        return
    if len(first.text) > len(last) or (len(first.text) == len(last) and first.text > last):
        return
    value = String(first.text)
    while len(value.text) <= len(last):
        is_last = value.text == last
        if is_last and is_exclusive:
            return
        yield value
        if is_last:
            return
        value = call(value, "succ")


def _successors(span: Range) -> Iterator[Any]:
    value, last = span.first, span.last
    while True:
        found = -1 if last is None else call(value, "<=>", (last,))
        if found is None or found > 0 or (found == 0 and span.is_exclusive):
            return
        yield value
        value = call(value, "succ")


class _EnoughError(BaseException):
    """The block of an endless method has seen as much as was asked for."""


def _enumerated(enumerator: Enumerator) -> Iterator[Any]:
    if (
        enumerator.name in _EACH_ONCE
        and not enumerator.args
        and isinstance(enumerator.receiver, (list, Range))
    ):
        yield from iterate(enumerator.receiver)
        return
    seen, limit = 0, _FIRST_LOOK
    while True:
        values, error = _first_values(enumerator, limit)
        yield from islice(values, seen, None)
        if error is not None:
            raise error
        if len(values) < limit:
            return
        seen, limit = limit, limit * 16


def _first_values(enumerator: Enumerator, limit: int) -> tuple[list[Any], RubyException | None]:
    values: list[Any] = []

    def take(*given: Any) -> None:
        values.append(given[0] if len(given) == 1 else list(given))
        if len(values) >= limit:
            raise _EnoughError

    try:
        enumerator.each(take)
    except _EnoughError:
        pass
    except RubyException as error:  # for who asks for more than came before it
        return values, error
    return values, None
