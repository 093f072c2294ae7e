"""The tree of a pipeline.

Nodes are compared by what they say, not by where they stand. Strings are kept as written between their
quotes; `values.py` gives what plugins see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logsmith.config.source import Span

SectionKind = Literal["input", "filter", "output"]
PluginKind = Literal["input", "filter", "output", "codec"]

_PLACES = ("span", "name_span", "is_broken")


class Node:
    """What all nodes share; here, since generating it for each would double the time to import them."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash((type(self), self._said()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._said()))})"

    def _said(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__ if name not in _PLACES)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class String(Node):
    """A string as written; `quote` is empty for a bareword."""

    text: str
    quote: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Number(Node):
    """A number: an integer if it is written without a point."""

    value: int | float
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Array(Node):
    """Values in square brackets."""

    items: tuple[Value, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Entry(Node):
    """`key => value` in a hash."""

    key: String | Number
    value: Value
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Hash(Node):
    """Entries in braces."""

    entries: tuple[Entry, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Attribute(Node):
    """`name => value`. The name has no quotes; its span has."""

    name: str
    value: Value
    span: Span
    name_span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plugin(Node):
    """A plugin with its settings as written; `is_broken` when a mistake inside it was reported.

    A name in quotes keeps them, as in Logstash: no plugin is called so.
    """

    name: str
    kind: PluginKind
    attributes: tuple[Attribute, ...]
    span: Span
    name_span: Span
    is_broken: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Selector(Node):
    """A field reference in a condition: `[a][b]`, brackets included."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Regex(Node):
    """A pattern between slashes, as written; under `In` it stands for its text."""

    pattern: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Compare(Node):
    """`left operator right`, the operator one of == != < <= > >=."""

    operator: str
    left: Rvalue
    right: Rvalue
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Match(Node):
    """`left =~ pattern` or `left !~ pattern`."""

    operator: str
    left: Rvalue
    pattern: Regex | String
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class In(Node):
    """`left in right`; `not in` is a Not of it."""

    left: Rvalue
    right: Rvalue
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Truthy(Node):
    """An operand by itself: whether it is there, and not false."""

    operand: Rvalue
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Not(Node):
    """The opposite of a condition."""

    operand: Condition
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Logic(Node):
    """`left operator right`, the operator one of and, or, xor, nand."""

    operator: str
    left: Condition
    right: Condition
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Arm(Node):
    """An `if` or `else if`, and what it runs."""

    condition: Condition
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Branch(Node):
    """`if`, any number of `else if`, and `else`, which is None where there is none."""

    arms: tuple[Arm, ...]
    otherwise: tuple[Statement, ...] | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Section(Node):
    """`input`, `filter` or `output`, and what stands in its braces."""

    kind: SectionKind
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pipeline(Node):
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
