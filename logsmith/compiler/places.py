"""Where a problem that a plugin has with its settings stands in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from logsmith.config import ast
from logsmith.config.source import Span
from logsmith.config.values import place_in_string, string_text
from logsmith.plugins import Problem

AT_THE_NAME = frozenset({"unknown-setting", "obsolete-setting", "deprecated-setting"})


class _Spot(NamedTuple):
    """A value in the file, what is shown of it, and the name in front of it."""

    value: ast.Value
    shown: Span
    name: Span


def place(node: ast.Plugin, problem: Problem, *, escapes: bool) -> Span:
    """Return where a problem stands: as far inside of a setting's value as it says, else at the plugin's name."""
    spots = [_Spot(node, node.name_span, node.name_span)]
    for step in () if problem.setting is None else (problem.setting, *problem.inside):
        found = list(_enter(spots, step, escapes=escapes))
        if not found:
            break
        spots = found
    value, shown, name = spots[0]
    if problem.code in AT_THE_NAME:
        return name
    if problem.offset is not None and isinstance(value, ast.String) and "${" not in value.text:
        return place_in_string(value, problem.offset, escapes=escapes)
    return shown


def _enter(spots: Sequence[_Spot], step: str | int, *, escapes: bool) -> Iterator[_Spot]:
    """Yield the members of values that a step leads to; a name that is written several times leads to several."""
    if isinstance(step, str):
        for spot in spots:
            yield from _named(spot.value, step, escapes=escapes)
        return
    items = [item for spot in spots for item in _items(spot.value)]
    yield from (_Spot(item, item.span, item.span) for item in items[step : step + 1])


def _items(value: ast.Value) -> Sequence[ast.Value]:
    return value.items if isinstance(value, ast.Array) else (value,)  # a single value is a list of one


def _named(value: ast.Value, name: str, *, escapes: bool) -> Iterator[_Spot]:
    if isinstance(value, ast.Plugin):
        for attribute in value.attributes:
            if attribute.name == name:
                inner = attribute.value
                shown = inner.name_span if isinstance(inner, ast.Plugin) else inner.span
                yield _Spot(inner, shown, attribute.name_span)
    elif isinstance(value, ast.Hash):
        for entry in value.entries:
            if _text(entry.key, escapes=escapes) == name:
                yield _Spot(entry.value, entry.span, entry.key.span)
    elif isinstance(value, ast.Array):  # a hash written as a list of names and values
        for key, one in list(pairwise(value.items))[::2]:
            if _text(key, escapes=escapes) == name:
                yield _Spot(one, one.span, key.span)


def _text(key: ast.Value, *, escapes: bool) -> str | None:
    if isinstance(key, ast.Number):
        return str(key.value)
    return string_text(key, escapes=escapes) if isinstance(key, ast.String) else None
