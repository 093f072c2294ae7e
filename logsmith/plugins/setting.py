"""Settings: declared in a plugin by name, type, default and one sentence, a number's range where it has one.

The annotation is the validator: `conversion.py` reads what the pipeline's file says as it asks.
"""

from __future__ import annotations

import math
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, NamedTuple


class BadValueError(ValueError):
    """A value that a setting does not take; the message says what was expected and what came.

    `inside` leads to it: the keys of hashes and the numbers of list items, from the outside in.
    """

    def __init__(self, message: str, inside: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.inside = inside


class Required:
    """The type of REQUIRED."""

    def __repr__(self) -> str:
        return "required"


REQUIRED = Required()


class ByteSize(int):
    """A number of bytes; written as a number or as `"10 MiB"` (1024) or `"180 mb"` (1000)."""


class Duration(float):
    """Seconds; written as a number, or as `"500ms"`, `"10s"`, `"5m"`, `"1h"`."""


class Range(NamedTuple):
    """The least and the greatest number that a setting takes."""

    least: float
    most: float = math.inf

    def __str__(self) -> str:
        least = f"{self.least:.15g}"
        return f"{least} or more" if self.most == math.inf else f"{least} to {self.most:.15g}"


NOT_NEGATIVE, POSITIVE, PORT = Range(0), Range(1), Range(0, 65_535)


@dataclass(frozen=True, slots=True)
class CodecSetting:
    """A codec as the file names it: `json`, or `json { charset => "UTF-8" }`; `line` in the file if it is known."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)  # Any: plain values, before they are checked


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a plugin. `type` is the annotation; `old` maps former names to how their value is read.

    `within` is the range of its numbers.
    """

    name: str
    type: Any  # Any: an annotation
    default: Any  # Any: of that type, or REQUIRED
    sentence: str
    old: Mapping[str, Callable[[Any], Any] | None] = field(default_factory=dict)
    obsolete: str | None = None
    within: Range | None = None

    @property
    def is_required(self) -> bool:
        return self.default is REQUIRED


@dataclass(frozen=True, slots=True)
class _Declaration:
    default: Any
    sentence: str
    old: Mapping[str, Callable[[Any], Any] | None]
    obsolete: str | None
    within: Range | None


def setting(
    default: Any,  # Any: of the annotated type
    sentence: str,
    *,
    old: Mapping[str, Callable[[Any], Any] | None] | None = None,
    obsolete: str | None = None,
    within: Range | None = None,
) -> Any:  # Any: stands for the annotated type in the class body
    """Declare a setting: its default (or REQUIRED) and its sentence.

    `old` names former spellings that are still read, with a warning: to None if the value is the same, else to a
    function from the old value to the new one. `obsolete` refuses the setting, with this text as the hint; `within`
    refuses numbers outside of a range.
    """
    return _Declaration(default, sentence, old or {}, obsolete, within)


def settings_of(plugin: type) -> Mapping[str, Setting]:
    """Return the settings that a plugin class declares or inherits, by name, its own first."""
    return _settings_of(plugin)


@cache
def _settings_of(plugin: Any) -> Mapping[str, Setting]:  # Any: a class, which mypy does not take for hashable
    found: dict[str, Setting] = {}
    for cls in plugin.__mro__:
        hints: dict[str, Any] | None = None
        for name, declared in vars(cls).items():
            if isinstance(declared, _Declaration) and name not in found:
                hints = hints or typing.get_type_hints(cls)
                given = {one.name: getattr(declared, one.name) for one in fields(declared)}
                found[name] = Setting(name, hints[name], **given)
    return found


def default_of(one: Setting) -> Any:  # Any: of the setting's type
    """Return a fresh copy of the default, so that plugins may own it."""
    if isinstance(one.default, (list, dict)):
        return one.default.copy()
    return one.default


def old_spellings(plugin: type) -> Iterator[tuple[str, Setting]]:
    """Yield each former name of a setting with the setting it stands for."""
    for one in settings_of(plugin).values():
        for name in one.old:
            yield name, one
