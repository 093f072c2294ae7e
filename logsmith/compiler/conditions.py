"""Conditions to Python expressions.

Each form of `reference: conditional evaluation` is a small function; comparisons are a table. The common cases become
inline code, the rest calls into `logsmith.event.conditions`, where the rules are. An expression that can raise
ConditionError says so, and one whose regular expressions may take long, so that only those branches pay for a `try` and
a time budget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from logsmith.compiler.code import plain_name
from logsmith.compiler.matches import match_of
from logsmith.config import ast
from logsmith.config.diagnostics import Diagnostic
from logsmith.event import EventError, FieldRef, truthy
from logsmith.event import conditions as rules
from logsmith.event.ruby import compare, scalar_text
from logsmith.regex import RegexError, compile_ruby
from logsmith.regex.runaway import complaints

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

MOST_WRITTEN = 8  # constants of an array that stand in the code; more are bound


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
        self._known: dict[FieldRef, str] = {}  # fields that were read already, and where their values are

    @contextmanager
    def reading_once(self, conditions: Sequence[ast.Condition]) -> Iterator[None]:
        """Read what the conditions of one branch look at more than once before it; they are written inside of the `with`."""
        asked = [self._refs(one) for one in conditions]
        counts = Counter(ref for refs in asked for ref in refs)
        for ref in dict.fromkeys(asked[0]):
            # A condition that fails tags the event, and the next one has to see that
            if counts[ref] > 1 and ref.path and ref.path[0] != "tags":
                name = self._code.local(plain_name(ref.path[-1]))
                self._code.line(f"{name} = {self._code.read(ref)}")
                self._known[ref] = name
        yield
        self._known = {}

    def _refs(self, condition: ast.Condition) -> list[FieldRef]:
        operands = [one for part in ast.walk_condition(condition) for one in ast.rvalues(part)]
        return [self._reference(one) for one in operands if isinstance(one, ast.Selector)]

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
            case ast.Selector():
                return self._reference(rvalue)
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

    def _reference(self, selector: ast.Selector) -> FieldRef:
        try:
            return FieldRef.parse(selector.text)
        except EventError as error:
            self._diagnostics.append(Diagnostic("bad-condition", str(error), selector.span))
            return FieldRef.parse("invalid")

    def _take(self, ref: FieldRef, name: str = "v") -> tuple[str, str]:
        """Return the expression that reads a field, and the one for its value from then on."""
        known = self._known.get(ref)
        return (known, known) if known else (f"({name} := {self._code.read(ref)})", name)

    def _truthy(self, operand: Operand) -> str:
        if isinstance(operand, FieldRef):
            first, v = self._take(operand)
            return f"({first} is not None and {v} is not False and {v} != '' and {v} != 'false')"
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
        if regex.can_run_away:
            self._diagnostics.extend(
                Diagnostic("runaway-regex", message, pattern.span, hint, severity="warning")
                for message, hint in complaints(text)
            )
        if not isinstance(left, FieldRef):
            found = isinstance(left, str) and regex.search(left) is not None
            return repr(found == (operator == "=~"))
        first, v = self._take(left)
        found_text, may_last = match_of(self._code, regex, v)
        self._may_last = self._may_last or may_last
        found_text = f"({first}.__class__ is str and {found_text})"
        return found_text if operator == "=~" else f"(not {found_text})"

    def _in(self, left: Operand, right: Operand) -> str:
        bind = self._code.bind
        if isinstance(left, FieldRef):
            first, v = self._take(left, "w")
            if isinstance(right, FieldRef):
                fields = f"event, {bind(left, 'field')}, {bind(right, 'field')}"
                general = f"{bind(rules.field_in_field, 'field_in_field')}({v}, {self._take(right)[0]})"
                return f"({bind(rules.null_in_field, 'null_in_field')}({fields}) if {first} is None else {general})"
            if isinstance(right, list):
                return self._listed(left, rules.constant_texts(right))  # type: ignore[arg-type]  # a list of constants
            text = right if isinstance(right, str) else scalar_text(right)
            return f"({first}.__class__ is str and {v} in {text!r})"
        if isinstance(right, FieldRef):
            first, v = self._take(right)
            if isinstance(left, str):
                return f"(({first}.__class__ is list or {v}.__class__ is str) and {left!r} in {v})"
            return f"{bind(rules.number_in, 'number_in')}({first}, {bind(left, 'number')})"
        return repr(type(left) is type(right) and left == right)

    def _listed(self, left: FieldRef, texts: frozenset[str]) -> str:
        bind, (first, v) = self._code.bind, self._take(left)
        numbers = {int(text) for text in texts if rules.is_integer(text)}
        general = f"{bind(rules.listed, 'listed')}(event, {bind(left, 'field')}, {bind(texts, 'texts')})"
        if "" not in texts:
            general = f"{v} is not None and {general}"
        if numbers:
            general = f"{v} in {self._constants(numbers)} if {v}.__class__ is int else {general}"
        return f"({v} in {self._constants(texts)} if {first}.__class__ is str else {general})"

    def _constants(self, values: Collection[str] | Collection[int]) -> str:
        if len(values) > MOST_WRITTEN:
            return self._code.bind(frozenset(values), "constants")
        return f"{{{', '.join(map(repr, sorted(values)))}}}"

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
            return self._same(left, right)
        first, v = self._take(left)
        if isinstance(right, str):
            return f"({v if v == first else self._code.read(left)} == {right!r})"
        if isinstance(right, list):
            return "False"
        if _is_written(right):
            return f"({first}.__class__ is {type(right).__name__} and {v} == {right!r})"
        return f"{bind(rules.equals_number, 'equals_number')}({first}, {bind(right, 'number')})"

    def _same(self, left: FieldRef, right: FieldRef) -> str:
        bind, (first, v), (second, w) = self._code.bind, self._take(left, "w"), self._take(right)
        general = (
            f"{bind(rules.same_fields, 'same_fields')}(event, {bind(left, 'field')}, {bind(right, 'field')})"
        )
        return f"({v} == {w} if {first}.__class__ is str and {second}.__class__ is str else {general})"

    def _ordered(self, operator: str, left: FieldRef, right: Operand) -> str:
        self._may_fail = True
        bind, (first, v) = self._code.bind, self._take(left)
        other = bind(right, "field" if isinstance(right, FieldRef) else "constant")
        general = f"{bind(rules.ordered, 'ordered')}(event, {bind(left, 'field')}, {other}) {operator} 0"
        if isinstance(right, str):
            return f"({v} {operator} {right!r} if {first}.__class__ is str else {general})"
        if _is_written(right):
            # Not a number is as great as any, to Logstash; Python sees it as none. And -0.0 is less than 0.0, to Java
            is_plain = f"{first}.__class__ is int or {v}.__class__ is float and {'' if right else f'{v} and '}{v} == {v}"
            return f"({v} {operator} {right!r} if {is_plain} else {general})"
        return f"({general})"


def _is_written(operand: Operand) -> bool:
    """Say whether a number may stand in the code as it is."""
    return operand.__class__ is int or (isinstance(operand, float) and isfinite(operand))


def _first(operand: Operand) -> Operand:
    """Logstash compares with the first item of an array."""
    return operand[0] if isinstance(operand, list) and operand else operand
