"""Conditions to Python expressions.

Each form of `reference: conditional evaluation` is a small function; comparisons are a table. The common cases become
inline code, the rest calls into `logsmith.event.conditions`, where the rules are. An expression that can raise
ConditionError says so, and one whose regular expressions may take long, so that only those branches pay for a `try` and
a time budget.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from logsmith.config import ast
from logsmith.config.diagnostics import Diagnostic
from logsmith.event import EventError, FieldRef, truthy
from logsmith.event import conditions as rules
from logsmith.event.ruby import compare, scalar_text
from logsmith.regex import Regex, RegexError, compile_ruby
from logsmith.regex.runaway import can_run_away, complaints
from logsmith.regex.tree import Alternation, Backref, Call, Conditional, Repeat, walk

if TYPE_CHECKING:
    from logsmith.compiler.code import CodeWriter

Constant = str | int | float | Decimal | list[str | int | float]
Operand = FieldRef | Constant

FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
JOINED = {
    "and": "({} and {})",
    "or": "({} or {})",
    "xor": "(bool({}) != bool({}))",
    "nand": "(not ({} and {}))",
}

FEW_CHOICES = 8  # in a pattern without a real repeat: it tries at most two to this at each place


class Written(NamedTuple):
    """An expression: whether it can raise ConditionError, and whether a match in it may take long."""

    text: str
    may_fail: bool
    may_last: bool


class ConditionWriter:
    """Writes the conditions of one section; what cannot be evaluated goes to `diagnostics`."""

    def __init__(self, code: CodeWriter, constant: Callable[..., str], diagnostics: list[Diagnostic]) -> None:
        self._code, self._constant, self._diagnostics = code, constant, diagnostics
        self._may_fail = self._may_last = False

    def write(self, condition: ast.Condition) -> Written:
        """Return an expression for the condition."""
        self._may_fail = self._may_last = False
        return Written(self._expression(condition), self._may_fail, self._may_last)

    def _expression(self, condition: ast.Condition) -> str:
        match condition:
            case ast.Logic(operator, left, right):
                return JOINED[operator].format(self._expression(left), self._expression(right))
            case ast.Not(operand):
                return f"(not {self._expression(operand)})"
            case ast.Truthy(operand):
                return self._truthy(self._operand(operand))
            case ast.Match(operator, left, pattern):
                return self._match(operator, self._operand(left), pattern)
            case ast.In(left, right):
                return self._in(self._operand(left), self._operand(right))
            case ast.Compare(operator, left, right):
                return self._compare(operator, self._operand(left), _first(self._operand(right)))

    def _operand(self, rvalue: ast.Rvalue) -> Operand:
        match rvalue:
            case ast.Selector(text):
                return self._reference(text, rvalue)
            case ast.String():
                return self._constant(rvalue)
            case ast.Number(value):
                return value
            case ast.Regex(pattern):
                return pattern
            case ast.Array(items):
                return [one for one in map(self._item, items) if one is not None]

    def _item(self, item: ast.Value) -> str | int | float | None:
        if isinstance(item, ast.String):
            return self._constant(item)
        return item.value if isinstance(item, ast.Number) else None

    def _reference(self, text: str, rvalue: ast.Selector) -> FieldRef:
        try:
            return FieldRef.parse(text)
        except EventError as error:
            self._diagnostics.append(Diagnostic("bad-condition", str(error), rvalue.span))
            return FieldRef.parse("invalid")

    def _truthy(self, operand: Operand) -> str:
        if isinstance(operand, FieldRef):
            return f"{self._code.bind(truthy, 'truthy')}({self._code.read(operand)})"
        return repr(truthy(operand) if not isinstance(operand, list) else True)

    def _match(self, operator: str, left: Operand, pattern: ast.Regex | ast.String) -> str:
        text = pattern.pattern if isinstance(pattern, ast.Regex) else self._constant(pattern, expands=False)
        try:
            regex = compile_ruby(text)
        except RegexError as error:
            self._diagnostics.append(
                Diagnostic("bad-regex", f"bad regular expression: {error}", pattern.span)
            )
            return "False"
        if can_run_away(regex.tree):
            self._diagnostics.extend(
                Diagnostic("runaway-regex", message, pattern.span, hint, severity="warning")
                for message, hint in complaints(text)
            )
        if not isinstance(left, FieldRef):
            found = isinstance(left, str) and regex.search(left) is not None
            return repr(found == (operator == "=~"))
        self._may_last = self._may_last or may_last(regex)
        search = self._code.bind((regex.re or regex).search, "search")
        value = self._code.local("text")
        found_text = (
            f"(({value} := {self._code.read(left)}).__class__ is str and {search}({value}) is not None)"
        )
        return found_text if operator == "=~" else f"(not {found_text})"

    def _in(self, left: Operand, right: Operand) -> str:
        bind, read = self._code.bind, self._code.read
        if isinstance(left, FieldRef):
            if isinstance(right, FieldRef):
                return f"{bind(rules.field_in_field, 'field_in_field')}({read(left)}, {read(right)})"
            if isinstance(right, list):
                texts = bind(rules.constant_texts(right), "texts")  # type: ignore[arg-type]  # a list of constants
                return f"{bind(rules.listed, 'listed')}(event, {bind(left, 'field')}, {texts})"
            text = right if isinstance(right, str) else scalar_text(right)
            return f"{bind(rules.value_in_text, 'value_in_text')}({read(left)}, {text!r})"
        if isinstance(right, FieldRef):
            if isinstance(left, str):
                return f"{bind(rules.text_in, 'text_in')}({read(right)}, {left!r})"
            return f"{bind(rules.number_in, 'number_in')}({read(right)}, {bind(left, 'number')})"
        return repr(type(left) is type(right) and left == right)

    def _compare(self, operator: str, left: Operand, right: Operand) -> str:
        if operator in ("==", "!="):
            equal = self._equal(left, right)
            return equal if operator == "==" else f"(not {equal})"
        if isinstance(left, FieldRef):
            return self._ordered(operator, left, right)
        if isinstance(right, FieldRef):
            return self._ordered(FLIPPED[operator], right, left)
        if type(left) is not type(right) or isinstance(left, list):
            return "False"  # the parser has reported it
        return f"({compare(left, right)} {operator} 0)"  # type: ignore[arg-type]  # both are texts or numbers

    def _equal(self, left: Operand, right: Operand) -> str:
        if not isinstance(left, FieldRef):
            left, right = right, left
        if not isinstance(left, FieldRef):
            return repr(type(left) is type(right) and left == right)
        bind = self._code.bind
        if isinstance(right, FieldRef):
            fields = f"{bind(left, 'field')}, {bind(right, 'field')}"
            return f"{bind(rules.same_fields, 'same_fields')}(event, {fields})"
        if isinstance(right, str):
            return f"({self._code.read(left)} == {right!r})"
        if isinstance(right, list):
            return "False"
        return (
            f"{bind(rules.equals_number, 'equals_number')}({self._code.read(left)}, {bind(right, 'number')})"
        )

    def _ordered(self, operator: str, left: FieldRef, right: Operand) -> str:
        self._may_fail = True
        bind = self._code.bind
        other = bind(right, "field" if isinstance(right, FieldRef) else "constant")
        return f"({bind(rules.ordered, 'ordered')}(event, {bind(left, 'field')}, {other}) {operator} 0)"


def may_last(regex: Regex) -> bool:
    """Say whether a match may take long on a text of any kind; only words and the like surely do not."""
    if regex.re is None:
        return True
    nodes = list(walk(regex.tree.root))
    if any(isinstance(node, (Backref, Call, Conditional)) for node in nodes):
        return True
    repeats = [node for node in nodes if isinstance(node, Repeat)]
    choices = len(repeats) + sum(len(node.branches) > 1 for node in nodes if isinstance(node, Alternation))
    return any(one.most != 1 for one in repeats) or choices > FEW_CHOICES


def _first(operand: Operand) -> Operand:
    """Logstash compares with the first item of an array."""
    return operand[0] if isinstance(operand, list) and operand else operand
