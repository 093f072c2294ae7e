"""What Logstash's compiler makes of the operands of a condition, its known faults included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.config.ast import Array, Condition, Logic, Number, Rvalue, Selector, String, Truthy, Value
from logsmith.config.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logsmith.config.cursor import Cursor

_BINDING = {"and": 2, "or": 1, "xor": 1, "nand": 2}
_ALONE = ("xor", "nand")
_ORDERINGS = ("<", "<=", ">", ">=")
_HINT = "compare with a field, a string or a number"


def join(cursor: Cursor, operands: list[Condition], operators: list[tuple[str, int]]) -> Condition:
    """Group a row of conditions as Logstash does, and warn where that surprises.

    Logstash keeps operators on a stack. A new one makes a single operator before it act, and only if that one
    binds strictly tighter: of `a and b and c or d`, the second `and` acts, the first waits until the end.
    """
    _check_row(cursor, operands, operators)
    stack: list[Condition] = [operands[0]]
    waiting: list[str] = []
    for (operator, _), operand in zip(operators, operands[1:], strict=True):
        if waiting and _BINDING[waiting[-1]] > _BINDING[operator]:
            _act(stack, waiting.pop())
        waiting.append(operator)
        stack.append(operand)
    while waiting:
        _act(stack, waiting.pop())
    return stack[0]


def _act(stack: list[Condition], operator: str) -> None:
    right, left = stack.pop(), stack.pop()
    span = Span(left.span.source, left.span.start, right.span.end)
    stack.append(Logic(operator, left, right, span))


def _check_row(cursor: Cursor, operands: list[Condition], operators: list[tuple[str, int]]) -> None:
    alone = next((found for found in operators if found[0] in _ALONE), None)
    if alone is not None and len(operators) > 1:
        operator, at = alone
        message = f'"{operator}" stands beside another operator'
        hint = f'put parentheses around the two sides of "{operator}"'
        cursor.report("bad-condition", cursor.span(at, at + len(operator)), message, hint=hint)
    for operand in operands:
        if isinstance(operand, Truthy) and not isinstance(operand.operand, Selector):
            message = "a constant cannot be joined with other conditions"
            cursor.report("bad-condition", operand.span, message, hint="a field is written [field]")
    ands = 0
    for operator, at in operators:
        if operator == "or" and ands > 1:
            message = 'several "and" before an "or" are grouped in a way few expect'
            hint = "a and b and c or d is a and ((b and c) or d) to Logstash; write (a and b and c) or d"
            span = cursor.span(at, at + len(operator))
            cursor.report("and-before-or", span, message, hint=hint, severity="warning")
            return
        ands = ands + 1 if operator == "and" else 0


def comparable(cursor: Cursor, operator: str, left: Rvalue, right: Rvalue) -> tuple[Rvalue, Rvalue]:
    """Give what Logstash compares: of an array on the right, its first string or number."""
    lefts, rights = list(_constants(left)), list(_constants(right))
    for side, found, name in ((left, len(lefts) == 1, "left"), (right, bool(rights), "right")):
        if not found:
            cursor.report("bad-condition", side.span, f"this cannot stand {name} of {operator}", hint=_HINT)
            return left, right
    if isinstance(right, Array):
        message = "a comparison with an array uses its first item only"
        hint = "write [field] in [ … ]"
        cursor.report("first-item-only", right.span, message, hint=hint, severity="warning")
    left, right = lefts[0], rights[0]
    if operator in _ORDERINGS and _kind(left) != _kind(right) and "" not in (_kind(left), _kind(right)):
        message = f"two constants of different kinds have no order: {_kind(left)} and {_kind(right)}"
        cursor.report("bad-condition", left.span, message)
    return left, right


def matchable(cursor: Cursor, left: Rvalue) -> Rvalue:
    """Give what Logstash matches: a field or a string."""
    found = [constant for constant in _constants(left) if not isinstance(constant, Number)]
    if len(found) == 1:
        return found[0]
    cursor.report("bad-condition", left.span, "only a field or a string can be matched")
    return left


def check_constants(cursor: Cursor, operand: Rvalue) -> None:
    """Warn of a string that looks like a field and stands alone: it is always true."""
    if isinstance(operand, String) and operand.text.startswith("["):
        message = f'"{operand.text}" is a string, and always true'
        hint = f"a field is written without quotes: {operand.text}"
        cursor.report("always-true", operand.span, message, hint=hint, severity="warning")


def _constants(operand: Rvalue | Value) -> Iterator[Selector | String | Number]:
    """Give the operands Logstash finds in one: barewords and patterns are not among them."""
    if isinstance(operand, Selector | Number) or (isinstance(operand, String) and operand.quote):
        yield operand
    elif isinstance(operand, Array):
        for item in operand.items:
            yield from _constants(item)


def _kind(operand: Rvalue) -> str:
    """What a constant is to Java; empty for a field."""
    if isinstance(operand, String):
        return "a string"
    if isinstance(operand, Number):
        return "an integer" if isinstance(operand.value, int) else "a float"
    return ""
