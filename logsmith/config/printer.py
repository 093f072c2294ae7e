"""Print a tree as text that parses to the same tree."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from logsmith.config.ast import (
    Array,
    Branch,
    Compare,
    Condition,
    Hash,
    In,
    Logic,
    Match,
    Not,
    Number,
    Pipeline,
    Plugin,
    Regex,
    Rvalue,
    Selector,
    Statement,
    String,
    Truthy,
    Value,
)
from logsmith.config.cursor import WORD
from logsmith.config.parse_condition import SELECTOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INDENT = "  "
LINE_COLUMNS = 100  # arrays and hashes longer than this are broken into lines
_CHAINS = ("and", "or")


def print_pipeline(pipeline: Pipeline) -> str:
    """Print all sections."""
    lines: list[str] = []
    for section in pipeline.sections:
        lines += [f"{section.kind} {{", *_indented(_statements(section.body)), "}"]
    return "".join(f"{line}\n" for line in lines)


def print_condition(condition: Condition) -> str:
    """Print a condition, with no more parentheses than its grouping needs."""
    if isinstance(condition, Logic):
        return _logic(condition)
    if isinstance(condition, Not):
        return _negation(condition)
    if isinstance(condition, Compare):
        return f"{_rvalue(condition.left)} {condition.operator} {_rvalue(condition.right)}"
    if isinstance(condition, Match):
        return f"{_rvalue(condition.left)} {condition.operator} {_rvalue(condition.pattern)}"
    if isinstance(condition, In):
        return f"{_rvalue(condition.left)} in {_rvalue(condition.right)}"
    return _rvalue(condition.operand)


def _logic(condition: Logic) -> str:
    """A row of one operator needs no parentheses, since it groups to the right."""
    row: list[Condition] = [condition.left]
    rest = condition.right
    while condition.operator in _CHAINS and isinstance(rest, Logic) and rest.operator == condition.operator:
        row.append(rest.left)
        rest = rest.right
    row.append(rest)
    parts = [
        f"({print_condition(part)})" if isinstance(part, Logic) else print_condition(part) for part in row
    ]
    return f" {condition.operator} ".join(parts)


def _negation(condition: Not) -> str:
    inner = condition.operand
    if isinstance(inner, In):
        return f"{_rvalue(inner.left)} not in {_rvalue(inner.right)}"
    if isinstance(inner, Truthy) and isinstance(inner.operand, Selector):
        return f"!{inner.operand.text}"
    return f"!({print_condition(inner)})"


def _rvalue(operand: Rvalue) -> str:
    if isinstance(operand, Selector):
        return operand.text
    if isinstance(operand, Regex):
        return f"/{operand.pattern}/"
    printed = _inline(operand)
    if isinstance(operand, Array) and SELECTOR.match(printed):
        # Up to the first "]" this would be read as a field reference; a comma before it prevents that.
        return f"[#,\n{printed[1:]}"
    return printed


def _statements(body: Iterable[Statement]) -> Iterator[str]:
    for statement in body:
        yield from _branch(statement) if isinstance(statement, Branch) else _plugin("", statement)


def _branch(branch: Branch) -> Iterator[str]:
    opening = "if"
    for arm in branch.arms:
        yield f"{opening} {print_condition(arm.condition)} {{"
        yield from _indented(_statements(arm.body))
        opening = "} else if"
    if branch.otherwise is not None:
        yield "} else {"
        yield from _indented(_statements(branch.otherwise))
    yield "}"


def _plugin(prefix: str, plugin: Plugin) -> Iterator[str]:
    if not plugin.attributes:
        yield f"{prefix}{plugin.name} {{ }}"
        return
    yield f"{prefix}{plugin.name} {{"
    for attribute in plugin.attributes:
        yield from _indented(_value(f"{_name(attribute.name)} => ", attribute.value))
    yield "}"


def _name(name: str) -> str:
    if WORD.fullmatch(name):
        return name
    return _quoted(name, '"' if _fits(name, '"') else "'")


def _fits(text: str, quote: str) -> bool:
    """Tell whether a text can stand between these quotes."""
    return quote not in text.replace(f"\\{quote}", "") and not text.endswith("\\")


def _quoted(text: str, quote: str) -> str:
    return f"{quote}{text}{quote}"


def _value(prefix: str, value: Value) -> Iterator[str]:
    """Print a value on one line if it fits, else an item a line."""
    if isinstance(value, Plugin):
        yield from _plugin(prefix, value)
        return
    inline = f"{prefix}{_inline(value)}"
    if len(inline) <= LINE_COLUMNS or not isinstance(value, Array | Hash):
        yield inline
        return
    if isinstance(value, Array):
        yield f"{prefix}["
        for number, item in enumerate(value.items, 1):
            *most, last = _value("", item)
            yield from _indented([*most, f"{last}," if number < len(value.items) else last])
        yield "]"
        return
    yield f"{prefix}{{"
    for entry in value.entries:
        yield from _indented(_value(f"{_inline(entry.key)} => ", entry.value))
    yield "}"


def _inline(value: Value) -> str:
    if isinstance(value, String):
        return _quoted(value.text, value.quote)
    if isinstance(value, Number):
        return _number(value.value)
    if isinstance(value, Array):
        return f"[{', '.join(map(_inline, value.items))}]"
    if isinstance(value, Hash):
        return _braces(f"{_inline(entry.key)} => {_inline(entry.value)}" for entry in value.entries)
    settings = (f"{_name(attribute.name)} => {_inline(attribute.value)}" for attribute in value.attributes)
    return f"{value.name} {_braces(settings)}"


def _braces(parts: Iterable[str]) -> str:
    return f"{{ {' '.join([*parts, '}'])}"


def _number(value: int | float) -> str:
    """Print a number without an exponent, which the language lacks; a float keeps its dot."""
    if isinstance(value, int):
        return str(value)
    digits = format(Decimal(repr(value)), "f")
    return digits if "." in digits else f"{digits}.0"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    """Indent lines; those inside a string over several lines are one element and stay as they are."""
    return (f"{INDENT}{line}" for line in lines)
