"""Pattern matching while a program runs: each function here returns a matcher.

A matcher takes a value and a dict of what is captured so far, which it adds to, and returns whether the value matches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from logsmith.ruby.compare import case_eq, to_key
from logsmith.ruby.dispatch import call, responds
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import Symbol
from logsmith.ruby.show import inspect

Captured = dict[str, Any]
Matcher = Callable[[Any, Captured], bool]
Pairs = tuple[tuple[str, Matcher], ...]


def match_pattern(pattern: Matcher, value: Any) -> Captured | None:
    """Return what a pattern captures of a value, None if it does not match."""
    captured: Captured = {}
    return captured if pattern(value, captured) else None


def same(wanted: Any) -> Matcher:
    """Return what matches where `wanted === value`."""
    return lambda value, _captured: bool(case_eq(wanted, value))


def capture(name: str, inner: Matcher | None = None) -> Matcher:
    """Return what keeps a value, under a name of the emitted code."""

    def match(value: Any, captured: Captured) -> bool:
        if inner is not None and not inner(value, captured):
            return False
        captured[name] = value
        return True

    return match


def either(*choices: Matcher) -> Matcher:
    """Return what matches where one of the choices does."""
    return lambda value, captured: any(one(value, captured) for one in choices)


def items(
    kind: Any, before: tuple[Matcher, ...], rest: Matcher | None = None, after: tuple[Matcher, ...] = ()
) -> Matcher:
    """Return what matches an array by its items; without `rest` there may be no others. A kind of None is any."""

    def match(value: Any, captured: Captured) -> bool:
        found = _items_of(value, kind)
        count = len(before) + len(after)
        if found is None or len(found) < count or (rest is None and len(found) > count):
            return False
        end = len(found) - len(after)
        return (
            all(one(item, captured) for one, item in zip(before, found, strict=False))
            and (rest is None or rest(found[len(before) : end], captured))
            and all(one(item, captured) for one, item in zip(after, found[end:], strict=True))
        )

    return match


def found_items(kind: Any, first: Matcher, middle: tuple[Matcher, ...], last: Matcher) -> Matcher:
    """Return what matches an array in which some items follow one another."""

    def match(value: Any, captured: Captured) -> bool:
        found = _items_of(value, kind)
        for at in range(len(found or ()) - len(middle) + 1):
            assert found is not None  # noqa: S101  there are items
            end = at + len(middle)
            if all(one(item, captured) for one, item in zip(middle, found[at:end], strict=True)):
                return first(found[:at], captured) and last(found[end:], captured)
        return False

    return match


def members(kind: Any, pairs: Pairs, rest: Matcher | None = None, *, is_all: bool = False) -> Matcher:
    """Return what matches a hash by members whose keys are symbols."""

    def match(value: Any, captured: Captured) -> bool:
        found = _members_of(value, kind)
        if found is None or (is_all and len(found) > len(pairs)):
            return False
        keys = [to_key(Symbol(name)) for name, _ in pairs]
        for key, (_, one) in zip(keys, pairs, strict=True):
            if key not in found or not one(found[key], captured):
                return False
        others = {key: member for key, member in found.items() if key not in keys}
        return rest is None or rest(others, captured)

    return match


def anything(_value: Any, _captured: Captured) -> bool:
    """Match."""
    return True


def no_match(value: Any, *names: str) -> NoReturn:
    """Raise what Ruby raises where no pattern matches; `names` are the keys that the only pattern wants."""
    missing = next(
        (name for name in names if isinstance(value, dict) and to_key(Symbol(name)) not in value), ""
    )
    if missing:
        raise fault(
            "NoMatchingPatternKeyError",
            f"{inspect(value)}: key not found: {inspect(Symbol(missing))}",
            key=Symbol(missing),
            matchee=value,
        )
    raise fault("NoMatchingPatternError", inspect(value))


def _items_of(value: Any, kind: Any) -> list[Any] | None:
    if kind is not None and not case_eq(kind, value):
        return None
    if not isinstance(value, list) and responds(value, "deconstruct"):
        value = call(value, "deconstruct")
    return value if isinstance(value, list) else None


def _members_of(value: Any, kind: Any) -> dict[Any, Any] | None:
    if kind is not None and not case_eq(kind, value):
        return None
    if not isinstance(value, dict) and responds(value, "deconstruct_keys"):
        value = call(value, "deconstruct_keys", (None,))
    return value if isinstance(value, dict) else None
