"""Array: methods that change it in place."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.coerce import check_length, to_array, to_int
from logsmith.ruby.compare import ruby_eq
from logsmith.ruby.dispatch import call, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import MISSING, Block, truthy
from logsmith.ruby.methods import array as plain
from logsmith.ruby.methods.enumerable import uniq
from logsmith.ruby.methods.enumerable_order import sort, sort_by
from logsmith.ruby.objects import Range
from logsmith.ruby.show import inspect

ARRAY = methods_of("Array")


@ARRAY.method("[]=")
def set_(array: list[Any], index: Any, *given: Any) -> Any:
    if len(given) == 2:
        start, most = to_int(index), to_int(given[0])
        if most < 0:
            raise fault("IndexError", f"negative length ({most})")
        _replace(array, _from_start(array, start), most, given[1])
        return given[1]
    if len(given) != 1:
        raise fault("ArgumentError", f"wrong number of arguments (given {len(given) + 1}, expected 2..3)")
    if isinstance(index, Range):
        _replace(array, *_span(array, index), given[0])
    else:
        _put(array, _from_start(array, to_int(index)), given[0])
    return given[0]


def _from_start(array: list[Any], index: int, *, minimum: int = 0) -> int:
    if index >= 0:
        return check_length(index)
    if index < -len(array) - minimum:
        raise fault("IndexError", _too_small(array, index, minimum))
    return index + len(array)


def _too_small(array: list[Any], index: int, minimum: int) -> str:
    if minimum:  # JRuby says it as `insert` only
        return f"index {index} too small for array; minimum: -{len(array) + minimum}"
    return f"index {index} out of array"


def _span(array: list[Any], place: Range) -> tuple[int, int]:
    start = 0 if place.first is None else to_int(place.first)
    if start < -len(array):
        raise fault("RangeError", f"{inspect(place)} out of range")
    start = start + len(array) if start < 0 else check_length(start)
    end = -1 if place.last is None else to_int(place.last)
    end = end + len(array) if end < 0 else end
    return start, max(end + (place.last is None or not place.is_exclusive) - start, 0)


def _put(array: list[Any], index: int, value: Any) -> None:
    _lengthen(array, index + 1)
    array[index] = value


def _lengthen(array: list[Any], size: int) -> None:
    if size > len(array):
        array.extend([None] * (size - len(array)))


def _replace(array: list[Any], start: int, most: int, value: Any) -> None:
    _lengthen(array, start)
    array[start : start + most] = value if isinstance(value, list) else [value]


@ARRAY.method("<<")
def append(array: list[Any], value: Any) -> list[Any]:
    array.append(value)
    return array


@ARRAY.method("push", "append")
def push(array: list[Any], *values: Any) -> list[Any]:
    array.extend(values)
    return array


@ARRAY.method("unshift", "prepend")
def unshift(array: list[Any], *values: Any) -> list[Any]:
    array[:0] = values
    return array


@ARRAY.method("pop")
def pop(array: list[Any], most: Any = MISSING) -> Any:
    if most is MISSING:
        return array.pop() if array else None
    taken = plain.last(array, most)
    del array[len(array) - len(taken) :]
    return taken


@ARRAY.method("shift")
def shift(array: list[Any], most: Any = MISSING) -> Any:
    if most is MISSING:
        return array.pop(0) if array else None
    taken = plain.first(array, most)
    del array[: len(taken)]
    return taken


@ARRAY.method("insert")
def insert(array: list[Any], index: Any, *values: Any) -> list[Any]:
    place = to_int(index)
    if not values:
        return array
    start = _from_start(array, place, minimum=1) + (place < 0)
    _replace(array, start, 0, list(values))
    return array


@ARRAY.method("concat")
def concat(array: list[Any], *others: Any) -> list[Any]:
    array.extend([value for other in others for value in to_array(other)])
    return array


@ARRAY.method("replace", "initialize_copy")
def replace(array: list[Any], other: Any) -> list[Any]:
    array[:] = to_array(other)
    return array


@ARRAY.method("clear")
def clear(array: list[Any]) -> list[Any]:
    array.clear()
    return array


@ARRAY.method("delete")
def delete(array: list[Any], value: Any, *, block: Block | None = None) -> Any:
    found = [member for member in array if ruby_eq(member, value)]
    if not found:
        return None if block is None else block(value)
    array[:] = [member for member in array if not ruby_eq(member, value)]
    return found[-1]


@ARRAY.method("delete_at")
def delete_at(array: list[Any], index: Any) -> Any:
    place = to_int(index)
    return array.pop(place) if -len(array) <= place < len(array) else None


@ARRAY.method("slice!")
def slice_bang(array: list[Any], index: Any, most: Any = MISSING) -> Any:
    if most is MISSING and not isinstance(index, Range):
        return delete_at(array, index)
    taken = plain.get(array, index, most)
    if taken:
        start = _span(array, index)[0] if isinstance(index, Range) else to_int(index)
        start = start + len(array) if start < 0 else start
        del array[start : start + len(taken)]
    return taken


def _keep(array: list[Any], is_kept: Block) -> bool:
    kept = [value for value in array if is_kept(value)]
    is_changed = len(kept) != len(array)
    array[:] = kept
    return is_changed


@ARRAY.method("select!", "filter!", enumerates=True)
def select_bang(array: list[Any], *, block: Block) -> Any:
    return array if _keep(array, lambda value: truthy(block(value))) else None


@ARRAY.method("reject!", enumerates=True)
def reject_bang(array: list[Any], *, block: Block) -> Any:
    return array if _keep(array, lambda value: not truthy(block(value))) else None


@ARRAY.method("keep_if", enumerates=True)
def keep_if(array: list[Any], *, block: Block) -> list[Any]:
    _keep(array, lambda value: truthy(block(value)))
    return array


@ARRAY.method("delete_if", enumerates=True)
def delete_if(array: list[Any], *, block: Block) -> list[Any]:
    _keep(array, lambda value: not truthy(block(value)))
    return array


@ARRAY.method("map!", "collect!", enumerates=True)
def map_bang(array: list[Any], *, block: Block) -> list[Any]:
    for index, value in enumerate(array):
        array[index] = block(value)
    return array


@ARRAY.method("compact!")
def compact_bang(array: list[Any]) -> Any:
    return array if _keep(array, lambda value: value is not None) else None


@ARRAY.method("flatten!")
def flatten_bang(array: list[Any], depth: Any = None) -> Any:
    has_inner = any(isinstance(value, list) for value in array)
    array[:] = plain.flatten(array, depth)
    return array if has_inner else None


@ARRAY.method("uniq!")
def uniq_bang(array: list[Any], *, block: Block | None = None) -> Any:
    kept = uniq(array, block=block)
    is_changed = len(kept) != len(array)
    array[:] = kept
    return array if is_changed else None


@ARRAY.method("sort!")
def sort_bang(array: list[Any], *, block: Block | None = None) -> list[Any]:
    array[:] = sort(array, block=block)
    return array


@ARRAY.method("sort_by!", enumerates=True)
def sort_by_bang(array: list[Any], *, block: Block) -> list[Any]:
    array[:] = sort_by(array, block=block)
    return array


@ARRAY.method("reverse!")
def reverse_bang(array: list[Any]) -> list[Any]:
    array.reverse()
    return array


@ARRAY.method("rotate!")
def rotate_bang(array: list[Any], by: Any = 1) -> list[Any]:
    array[:] = plain.rotate(array, by)
    return array


@ARRAY.method("shuffle!")
def shuffle_bang(array: list[Any]) -> list[Any]:
    array[:] = plain.shuffle(array)
    return array


@ARRAY.method("fill")
def fill(array: list[Any], *given: Any, block: Block | None = None) -> list[Any]:
    if len(given) not in ((0, 1, 2) if block else (1, 2, 3)):
        expected = "0..2" if block else "1..3"
        raise fault("ArgumentError", f"wrong number of arguments (given {len(given)}, expected {expected})")
    place = given if block else given[1:]
    start, end = _filled(array, place)
    _lengthen(array, end)
    for index in range(start, end):
        array[index] = block(index) if block else given[0]
    return array


def _filled(array: list[Any], place: tuple[Any, ...]) -> tuple[int, int]:
    if place and isinstance(place[0], Range):
        start, most = _span(array, place[0])
        return start, check_length(start + most)
    start = to_int(place[0]) if place and place[0] is not None else 0
    start = max(start + len(array), 0) if start < 0 else start
    if len(place) < 2 or place[1] is None:
        return start, len(array)
    return start, check_length(start + max(to_int(place[1]), 0))


@ARRAY.method("bsearch_index", enumerates=True)
def bsearch_index(array: list[Any], *, block: Block) -> int | None:
    low, high = 0, len(array)
    found = None
    while low < high:
        middle = (low + high) // 2
        answer = block(array[middle])
        if answer is True:
            found, high = middle, middle
        elif not truthy(answer):
            low = middle + 1
        elif (sign := call(answer, "<=>", (0,))) == 0:
            return middle
        elif sign < 0:
            high = middle
        else:
            low = middle + 1
    return found


@ARRAY.method("bsearch", enumerates=True)
def bsearch(array: list[Any], *, block: Block) -> Any:
    place = bsearch_index(array, block=block)
    return None if place is None else array[place]
