"""Enumerable: what compares or adds up the members (sort, min, max, sum)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cmp_to_key
from math import inf, isfinite, isinf, isnan, nan
from typing import Any

from logsmith.ruby.coerce import to_int
from logsmith.ruby.compare import compare, comparison_fault
from logsmith.ruby.dispatch import call, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import MISSING, Block, Sort, iterate
from logsmith.ruby.objects import String

ENUMERABLE = methods_of("Enumerable")


def sorted_values(values: list[Any], order: Sort | None = None, *, is_sort: bool = False) -> list[Any]:
    """Return the values in ascending order; raises ArgumentError where two have none."""
    return [values[index] for index in _positions(values, order, is_sort=is_sort)]


def _positions(keys: list[Any], order: Sort | None = None, *, is_sort: bool = False) -> list[int]:
    everything: list[int] = list(range(len(keys)))
    if order is None and keys:
        kinds = {key.__class__ for key in keys}
        if kinds <= {int, float} and not any(key != key for key in keys):  # noqa: PLR0124  NaN
            return sorted(everything, key=lambda index: keys[index])
        if kinds == {String}:
            return sorted(everything, key=lambda index: keys[index].text)
    # Python asks for the later one first, as JRuby does except in `sort`: its messages name the earlier one first
    ask = order or compare
    forwards: Callable[[int, int], int] = lambda left, right: ask(keys[left], keys[right])  # noqa: E731  as the other
    return sorted(everything, key=cmp_to_key(_backwards(keys, ask) if is_sort else forwards))


def _backwards(keys: list[Any], order: Sort) -> Callable[[int, int], int]:
    return lambda left, right: -order(keys[right], keys[left])


def order_of(block: Block | None) -> Sort | None:
    """Return the comparison that a block makes: its answer as a sign."""
    if block is None:
        return None

    def ordered(left: Any, right: Any) -> int:
        answer = block(left, right)
        if answer.__class__ is int:
            return int(answer)
        if answer is None:
            raise comparison_fault(left, right)
        return compare(answer, 0)

    return ordered


@ENUMERABLE.method("sort")
def sort(values: Any, *, block: Block | None = None) -> list[Any]:
    return sorted_values(list(iterate(values)), order_of(block), is_sort=True)


@ENUMERABLE.method("sort_by", enumerates=True)
def sort_by(values: Any, *, block: Block) -> list[Any]:
    members = list(iterate(values))
    return [members[index] for index in _positions([block(member) for member in members])]


def _best(members: Iterator[Any], is_better: Block) -> Any:
    found = next(members, None)
    for member in members:
        if is_better(member, found):
            found = member
    return found


@ENUMERABLE.method("min")
def min_(values: Any, most: Any = None, *, block: Block | None = None) -> Any:
    order = order_of(block)
    if most is not None:
        return sorted_values(list(iterate(values)), order)[: _size(most)]
    ask = order or compare
    return _best(iterate(values), lambda value, found: ask(value, found) < 0)


@ENUMERABLE.method("max")
def max_(values: Any, most: Any = None, *, block: Block | None = None) -> Any:
    order = order_of(block) or compare
    if most is not None:
        return sorted_values(list(iterate(values)), order)[::-1][: _size(most)]
    return _best(iterate(values), lambda value, found: order(value, found) > 0)


@ENUMERABLE.method("minmax")
def minmax(values: Any, *, block: Block | None = None) -> list[Any]:
    members = list(iterate(values))
    return [min_(members, block=block), max_(members, block=block)]


def _size(most: Any) -> int:
    size = to_int(most)
    if size < 0:
        raise fault("ArgumentError", f"negative size ({size})")
    return size


@ENUMERABLE.method("min_by", enumerates=True)
def min_by(values: Any, most: Any = None, *, block: Block) -> Any:
    if most is not None:
        return sort_by(values, block=block)[: _size(most)]
    keyed = ((block(member), member) for member in iterate(values))
    found = _best(keyed, lambda one, other: compare(one[0], other[0]) < 0)
    return None if found is None else found[1]


@ENUMERABLE.method("max_by", enumerates=True)
def max_by(values: Any, most: Any = None, *, block: Block) -> Any:
    if most is not None:
        return sort_by(values, block=block)[::-1][: _size(most)]
    keyed = ((block(member), member) for member in iterate(values))
    found = _best(keyed, lambda one, other: compare(one[0], other[0]) > 0)
    return None if found is None else found[1]


@ENUMERABLE.method("minmax_by", enumerates=True)
def minmax_by(values: Any, *, block: Block) -> list[Any]:
    members = list(iterate(values))
    return [min_by(members, block=block), max_by(members, block=block)]


@ENUMERABLE.method("sum")
def sum_(values: Any, start: Any = 0, *, block: Block | None = None) -> Any:
    members = iterate(values)
    return add_up(members if block is None else map(block, members), start)


def add_up(members: Iterator[Any], start: Any) -> Any:
    """Return the sum: exact of Integers, compensated (Kahan and Babuška) once a Float is met, `+` of anything else."""
    total: Any = start
    for member in members:
        if _is_exact(total) and _is_exact(member):
            total = total + member
        elif _is_real(total) and _is_real(member):
            return _add_floats(float(total), member, members)
        else:
            total = call(total, "+", (member,))
    return total


def _is_exact(value: Any) -> bool:
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def _is_real(value: Any) -> bool:
    return isinstance(value, float) or _is_exact(value)


def _add_floats(total: float, member: Any, members: Iterator[Any]) -> Any:
    lost = 0.0
    while member is not MISSING:
        if not _is_real(member):
            return add_up(members, call(total + lost, "+", (member,)))
        number = float(member)
        if isfinite(number) and isfinite(total):
            sum_now = total + number
            lost += (total - sum_now) + number if abs(total) >= abs(number) else (number - sum_now) + total
            total = sum_now
        else:
            total = _infinite_sum(total, number)
        member = next(members, MISSING)
    return total + lost if isfinite(total) else total


def _infinite_sum(total: float, number: float) -> float:
    if isnan(total) or isnan(number) or (isinf(total) and isinf(number) and total != number):
        return nan
    return inf if inf in (total, number) else -inf
