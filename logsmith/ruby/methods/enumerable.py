"""Enumerable: searching, mapping and choosing, for every collection alike."""

from __future__ import annotations

from itertools import islice
from typing import Any

from logsmith.ruby.classes import class_of
from logsmith.ruby.coerce import to_int, to_name
from logsmith.ruby.compare import case_eq, ruby_eq, to_key
from logsmith.ruby.dispatch import call, methods_of
from logsmith.ruby.exceptions import arguments_fault, fault
from logsmith.ruby.iteration import MISSING, Block, is_collection, iterate, truthy
from logsmith.ruby.objects import Enumerator

ENUMERABLE = methods_of("Enumerable")


@ENUMERABLE.method("to_a", "entries", "force")
def to_a(values: Any) -> list[Any]:
    return list(iterate(values))


@ENUMERABLE.method("map", "collect", enumerates=True)
def map_(values: Any, *, block: Block) -> list[Any]:
    return [block(value) for value in iterate(values)]


@ENUMERABLE.method("flat_map", "collect_concat", enumerates=True)
def flat_map(values: Any, *, block: Block) -> list[Any]:
    made: list[Any] = []
    for value in iterate(values):
        answer = block(value)
        if isinstance(answer, list):
            made.extend(answer)
        else:
            made.append(answer)
    return made


@ENUMERABLE.method("select", "filter", "find_all", enumerates=True)
def select(values: Any, *, block: Block) -> list[Any]:
    return [value for value in iterate(values) if truthy(block(value))]


@ENUMERABLE.method("reject", enumerates=True)
def reject(values: Any, *, block: Block) -> list[Any]:
    return [value for value in iterate(values) if not truthy(block(value))]


@ENUMERABLE.method("filter_map", enumerates=True)
def filter_map(values: Any, *, block: Block) -> list[Any]:
    return [answer for value in iterate(values) if truthy(answer := block(value))]


@ENUMERABLE.method("compact")
def compact(values: Any) -> list[Any]:
    return [value for value in iterate(values) if value is not None]


@ENUMERABLE.method("grep")
def grep(values: Any, pattern: Any, *, block: Block | None = None) -> list[Any]:
    if block is None:
        return [value for value in iterate(values) if case_eq(pattern, value)]
    return [block(value) for value in iterate(values) if case_eq(pattern, value)]


@ENUMERABLE.method("grep_v")
def grep_v(values: Any, pattern: Any, *, block: Block | None = None) -> list[Any]:
    if block is None:
        return [value for value in iterate(values) if not case_eq(pattern, value)]
    return [block(value) for value in iterate(values) if not case_eq(pattern, value)]


@ENUMERABLE.method("find", "detect", enumerates=True)
def find(values: Any, if_none: Any = None, *, block: Block) -> Any:
    for value in iterate(values):
        if truthy(block(value)):
            return value
    return None if if_none is None else call(if_none, "call")


@ENUMERABLE.method("find_index")
def find_index(values: Any, wanted: Any = MISSING, *, block: Block | None = None) -> Any:
    if wanted is MISSING and block is None:
        return Enumerator(values, "find_index")
    for index, value in enumerate(iterate(values)):
        if truthy(block(value)) if wanted is MISSING and block else ruby_eq(value, wanted):
            return index
    return None


@ENUMERABLE.method("include?", "member?")
def is_included(values: Any, wanted: Any) -> bool:
    return any(ruby_eq(value, wanted) for value in iterate(values))


def _test(pattern: Any, block: Block | None) -> Block:
    if pattern is not MISSING:
        return lambda value: case_eq(pattern, value)
    return (lambda value: value) if block is None else block


@ENUMERABLE.method("any?")
def is_any(values: Any, pattern: Any = MISSING, *, block: Block | None = None) -> bool:
    test = _test(pattern, block)
    return any(truthy(test(value)) for value in iterate(values))


@ENUMERABLE.method("all?")
def is_all(values: Any, pattern: Any = MISSING, *, block: Block | None = None) -> bool:
    test = _test(pattern, block)
    return all(truthy(test(value)) for value in iterate(values))


@ENUMERABLE.method("none?")
def is_none(values: Any, pattern: Any = MISSING, *, block: Block | None = None) -> bool:
    return not is_any(values, pattern, block=block)


@ENUMERABLE.method("one?")
def is_one(values: Any, pattern: Any = MISSING, *, block: Block | None = None) -> bool:
    test = _test(pattern, block)
    return len(list(islice((1 for value in iterate(values) if truthy(test(value))), 2))) == 1


@ENUMERABLE.method("count")
def count(values: Any, wanted: Any = MISSING, *, block: Block | None = None) -> int:
    if wanted is not MISSING:
        return sum(ruby_eq(value, wanted) for value in iterate(values))
    if block is None:
        return sum(1 for _ in iterate(values))
    return sum(truthy(block(value)) for value in iterate(values))


@ENUMERABLE.method("first")
def first(values: Any, most: Any = MISSING) -> Any:
    if most is MISSING:
        return next(iterate(values), None)
    return take(values, most)


@ENUMERABLE.method("take")
def take(values: Any, most: Any) -> list[Any]:
    size = to_int(most)
    if size < 0:
        raise fault("ArgumentError", "attempt to take negative size")
    return list(islice(iterate(values), size))


@ENUMERABLE.method("drop")
def drop(values: Any, most: Any) -> list[Any]:
    size = to_int(most)
    if size < 0:
        raise fault("ArgumentError", "attempt to drop negative size")
    return list(islice(iterate(values), size, None))


@ENUMERABLE.method("take_while", enumerates=True)
def take_while(values: Any, *, block: Block) -> list[Any]:
    taken = []
    for value in iterate(values):
        if not truthy(block(value)):
            break
        taken.append(value)
    return taken


@ENUMERABLE.method("drop_while", enumerates=True)
def drop_while(values: Any, *, block: Block) -> list[Any]:
    kept: list[Any] = []
    is_open = False
    for value in iterate(values):
        is_open = is_open or not truthy(block(value))
        if is_open:
            kept.append(value)
    return kept


@ENUMERABLE.method("inject", "reduce")
def inject(values: Any, *given: Any, block: Block | None = None) -> Any:
    if len(given) > 2 or (block is None and not given):
        raise arguments_fault(len(given), 0 if block else 1, 2)
    step = block
    if block is None or len(given) == 2:
        given, step = given[:-1], _operation(given[-1])
    members = iterate(values)
    total = given[0] if given else next(members, None)
    for value in members:
        total = step(total, value)  # type: ignore[misc]  # one of the two is given
    return total


def _operation(name: Any) -> Block:
    method = to_name(name)
    return lambda left, right: call(left, method, (right,))


@ENUMERABLE.method("each_with_index", enumerates=True)
def each_with_index(values: Any, *, block: Block) -> Any:
    for index, value in enumerate(iterate(values)):
        block(value, index)
    return values


@ENUMERABLE.method("each_with_object", enumerates=True)
def each_with_object(values: Any, memo: Any, *, block: Block) -> Any:
    for value in iterate(values):
        block(value, memo)
    return memo


@ENUMERABLE.method("each_entry", enumerates=True)
def each_entry(values: Any, *, block: Block) -> Any:
    for value in iterate(values):
        block(value)
    return values


@ENUMERABLE.method("reverse_each", enumerates=True)
def reverse_each(values: Any, *, block: Block) -> Any:
    for value in reversed(list(iterate(values))):
        block(value)
    return values


@ENUMERABLE.method("cycle", enumerates=True)
def cycle(values: Any, times: Any = None, *, block: Block) -> None:
    members = list(iterate(values))
    left = -1 if times is None else max(to_int(times), 0)
    while left and members:
        for value in members:
            block(value)
        left -= 1


@ENUMERABLE.method("tally")
def tally(values: Any, counted: Any = None) -> dict[Any, Any]:
    counts: dict[Any, Any] = {} if counted is None else counted
    for value in iterate(values):
        key = to_key(value)
        counts[key] = counts.get(key, 0) + 1
    return counts


@ENUMERABLE.method("uniq")
def uniq(values: Any, *, block: Block | None = None) -> list[Any]:
    seen: dict[Any, Any] = {}
    for value in iterate(values):
        seen.setdefault(to_key(value if block is None else block(value)), value)
    return list(seen.values())


@ENUMERABLE.method("to_h")
def to_h(values: Any, *, block: Block | None = None) -> dict[Any, Any]:
    table: dict[Any, Any] = {}
    for index, value in enumerate(iterate(values)):
        pair = value if block is None else block(value)
        if not isinstance(pair, list):
            raise fault("TypeError", f"wrong element type {class_of(pair).name} at {index} (expected array)")
        if len(pair) != 2:
            text = f"wrong array length at {index} (expected 2, was {len(pair)})"
            raise fault("ArgumentError", text)
        table[to_key(pair[0])] = pair[1]
    return table


@ENUMERABLE.method("group_by", enumerates=True)
def group_by(values: Any, *, block: Block) -> dict[Any, Any]:
    groups: dict[Any, Any] = {}
    for value in iterate(values):
        groups.setdefault(to_key(block(value)), []).append(value)
    return groups


@ENUMERABLE.method("partition", enumerates=True)
def partition(values: Any, *, block: Block) -> list[Any]:
    chosen: list[Any] = []
    others: list[Any] = []
    for value in iterate(values):
        (chosen if truthy(block(value)) else others).append(value)
    return [chosen, others]


@ENUMERABLE.method("zip")
def zip_(values: Any, *others: Any, block: Block | None = None) -> Any:
    for other in others:
        if not is_collection(other):
            raise fault("TypeError", f"wrong argument type {class_of(other).name} (must respond to :each)")
    columns = [iterate(other) for other in others]
    rows = ([value, *(next(column, None) for column in columns)] for value in iterate(values))
    if block is None:
        return list(rows)
    for row in rows:
        block(row)
    return None


@ENUMERABLE.method("chain")
def chain(values: Any, *others: Any) -> Enumerator:
    return Enumerator([member for one in (values, *others) for member in iterate(one)], "each")
