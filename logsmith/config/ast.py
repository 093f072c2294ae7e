"""The tree of a pipeline.

Nodes are compared by what they say, not by where they stand: spans take no part in `==`. Strings are kept as written
between their quotes; `values.py` gives what plugins see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logsmith.config.source import Span

SectionKind = Literal["input", "filter", "output"]
PluginKind = Literal["input", "filter", "output", "codec"]


@dataclass(frozen=True, slots=True)
class String:
    """A string as written; `quote` is empty for a bareword."""

    text: str
    quote: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    value: int | float
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Array:
    items: tuple[Value, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    key: String | Number
    value: Value
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Hash:
    entries: tuple[Entry, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name => value`. The name has no quotes; its span has."""

    name: str
    value: Value
    span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin with its settings as written; `is_broken` when a mistake inside it was reported.

    A name in quotes keeps them, as in Logstash: no plugin is called so.
    """

    name: str
    kind: PluginKind
    attributes: tuple[Attribute, ...]
    span: Span = field(compare=False, repr=False)
    name_span: Span = field(compare=False, repr=False)
    is_broken: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Selector:
    """A field reference in a condition: `[a][b]`, brackets included."""

    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Regex:
    """A pattern between slashes, as written; under `In` it stands for its text."""

    pattern: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """`left operator right`, the operator one of == != < <= > >=."""

    operator: str
    left: Rvalue
    right: Rvalue
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Match:
    """`left =~ pattern` or `left !~ pattern`."""

    operator: str
    left: Rvalue
    pattern: Regex | String
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class In:
    """`left in right`; `not in` is a Not of it."""

    left: Rvalue
    right: Rvalue
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Truthy:
    operand: Rvalue
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    operand: Condition
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`left operator right`, the operator one of and, or, xor, nand."""

    operator: str
    left: Condition
    right: Condition
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Arm:
    """An `if` or `else if`, and what it runs."""

    condition: Condition
    body: tuple[Statement, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Branch:
    """`if`, any number of `else if`, and `else`, which is None where there is none."""

    arms: tuple[Arm, ...]
    otherwise: tuple[Statement, ...] | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Section:
    kind: SectionKind
    body: tuple[Statement, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All sections of all sources, in order."""

    sections: tuple[Section, ...]


Value = String | Number | Array | Hash | Plugin
Rvalue = Selector | String | Number | Array | Regex
Condition = Compare | Match | In | Truthy | Not | Logic
Statement = Plugin | Branch


def walk_statements(body: tuple[Statement, ...]) -> Iterator[Statement]:
    """Give every plugin and branch of a body, outer before inner, in the order written."""
    for statement in body:
        yield statement
        if isinstance(statement, Branch):
            for arm in statement.arms:
                yield from walk_statements(arm.body)
            yield from walk_statements(statement.otherwise or ())


def walk_plugins(pipeline: Pipeline) -> Iterator[Plugin]:
    """Give every plugin in the order written, nested codecs after the plugin that has them."""
    for section in pipeline.sections:
        for statement in walk_statements(section.body):
            if isinstance(statement, Plugin):
                yield from _with_codecs(statement)


def walk_conditions(pipeline: Pipeline) -> Iterator[Condition]:
    """Give every condition of every branch, in the order written; `walk_condition` goes inside one."""
    for section in pipeline.sections:
        for statement in walk_statements(section.body):
            if isinstance(statement, Branch):
                yield from (arm.condition for arm in statement.arms)


def walk_condition(condition: Condition) -> Iterator[Condition]:
    """Give a condition and every condition inside it."""
    yield condition
    if isinstance(condition, Not):
        yield from walk_condition(condition.operand)
    elif isinstance(condition, Logic):
        yield from walk_condition(condition.left)
        yield from walk_condition(condition.right)


def rvalues(condition: Condition) -> tuple[Rvalue, ...]:
    """Give the operands of a condition that is made of no others."""
    if isinstance(condition, Compare | In):
        return (condition.left, condition.right)
    if isinstance(condition, Match):
        return (condition.left, condition.pattern)
    if isinstance(condition, Truthy):
        return (condition.operand,)
    return ()


def walk_values(value: Value) -> Iterator[Value]:
    """Give a value and every value inside it, those of nested plugins included; hash keys are not values."""
    yield value
    if isinstance(value, Array):
        for item in value.items:
            yield from walk_values(item)
    elif isinstance(value, Hash):
        for entry in value.entries:
            yield from walk_values(entry.value)
    elif isinstance(value, Plugin):
        for attribute in value.attributes:
            yield from walk_values(attribute.value)


def _with_codecs(plugin: Plugin) -> Iterator[Plugin]:
    yield plugin
    for attribute in plugin.attributes:
        yield from (value for value in walk_values(attribute.value) if isinstance(value, Plugin))
