"""Fold the attributes of one plugin into settings: a repeated name adds to what is there, as in Logstash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

# Any: the plain values of `values.py`


class FoldError(ValueError):
    """A hash, and then something else, under one name."""


def fold(attributes: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Fold names and values, in the order written."""
    settings: dict[str, Any] = {}
    for name, value in attributes:
        settings[name] = fold_one(settings[name], value) if name in settings else value
    return settings


def fold_one(old: Any, new: Any) -> Any:
    """Join the value so far and the next one."""
    if isinstance(old, dict):
        if not isinstance(new, dict):
            raise FoldError("a hash cannot be joined with another kind of value")
        return _merge(old, new, is_first_level=True)
    if isinstance(old, list):
        return [*old, *_splat(new)]
    return old if _is_same(old, new) else [old, new]


def _splat(value: Any) -> list[Any]:
    """Give what Ruby's `push(*value)` adds: of a hash, its pairs."""
    if isinstance(value, dict):
        return [list(pair) for pair in value.items()]
    return value if isinstance(value, list) else [value]


def _merge(old: dict[Any, Any], new: dict[Any, Any], *, is_first_level: bool) -> dict[Any, Any]:
    merged = dict(old)
    for key, value in new.items():
        merged[key] = _merge_values(merged[key], value, is_first_level) if key in merged else value
    return merged


def _merge_values(old: Any, new: Any, is_first_level: bool) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return _merge(old, new, is_first_level=False)
    if isinstance(new, list):
        olds = old if isinstance(old, list) else [old]
        # Logstash: arrays are joined as they are at the first level, and without repetitions below.
        return [*olds, *new] if is_first_level else _union(olds, new)
    if isinstance(old, list):
        return old if any(_is_same(item, new) for item in old) else [*old, new]
    return old if _is_same(old, new) else [old, new]


def _union(olds: list[Any], news: list[Any]) -> list[Any]:
    union: list[Any] = []
    for item in (*olds, *news):
        if not any(type(item) is type(other) and item == other for other in union):
            union.append(item)
    return union


def _is_same(old: Any, new: Any) -> bool:
    return bool(old == new)
