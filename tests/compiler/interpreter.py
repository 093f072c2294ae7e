"""A tree-walking interpreter of conditions and filter sections: slow, plain, and the compiler's judge.

It follows the tree as the reference describes evaluation, one event at a time, and shares only the leaves (field
references, Ruby's conversions) with the compiler.
"""

from decimal import Decimal
from math import copysign

from logsmith.config import ast
from logsmith.event import ConditionError, FieldRef, Timestamp
from logsmith.event.conditions import as_decimal
from logsmith.event.ruby import compare, scalar_text, to_s
from logsmith.regex import compile_ruby

MISSING = object()

ORDERS = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}
JOINS = {
    "and": lambda left, right: left() and right(),
    "or": lambda left, right: left() or right(),
    "xor": lambda left, right: left() != right(),
    "nand": lambda left, right: not (left() and right()),
}


def interpret(body, events, filters):
    """Return what a body makes of events; `filters` maps a plugin's node to a function of one event."""
    for statement in body:
        if isinstance(statement, ast.Plugin):
            events = [made for event in events for made in filters(statement)(event)]
        else:
            events = interpret_branch(statement, events, filters)
    return events


def interpret_branch(branch, events, filters):
    """Sort events into arms; the arms' events come out in the order of the arms."""
    groups = [[] for _ in range(len(branch.arms) + 1)]
    for event in events:
        groups[arm_of(branch, event)].append(event)
    bodies = [*(arm.body for arm in branch.arms), branch.otherwise or ()]
    return [
        made for body, group in zip(bodies, groups, strict=True) for made in interpret(body, group, filters)
    ]


def arm_of(branch, event):
    for number, arm in enumerate(branch.arms):
        try:
            if evaluate(arm.condition, event):
                return number
        except ConditionError:
            event.tag("_conditionfailure")
    return len(branch.arms)


def evaluate(condition, event):
    """Return whether an event meets a condition; raises ConditionError where it cannot be said."""
    match condition:
        case ast.Logic(operator, left, right):
            return JOINS[operator](lambda: evaluate(left, event), lambda: evaluate(right, event))
        case ast.Not(operand):
            return not evaluate(operand, event)
        case ast.Truthy(operand):
            return value_of(operand, event) not in (MISSING, None, False, "", "false") or is_number(
                operand, event
            )
        case ast.Match(operator, left, pattern):
            return matches(value_of(left, event), pattern) == (operator == "=~")
        case ast.In(left, right):
            return is_in(left, right, event)
        case ast.Compare(operator, left, right):
            return compares(operator, left, right, event)


def is_number(operand, event):
    value = value_of(operand, event)  # 0 equals False to Python, not to Logstash
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def value_of(operand, event):
    match operand:
        case ast.Selector(text):
            ref = FieldRef.parse(text)
            return event.get(ref) if event.include(ref) else MISSING
        case ast.String(text):
            return text
        case ast.Number(value):
            return value
        case ast.Array(items):
            return [value_of(item, event) for item in items]


def matches(value, pattern):
    text = pattern.pattern if isinstance(pattern, ast.Regex) else pattern.text
    return isinstance(value, str) and compile_ruby(text).search(value) is not None


def compares(operator, left, right, event):
    first, second = value_of(left, event), value_of(right, event)
    if operator in ("==", "!="):
        if not isinstance(right, ast.Selector) and isinstance(first, Decimal):
            return operator == "!="  # no constant equals a decimal
        return are_same(first, second) == (operator == "==")
    if not isinstance(left, ast.Selector):
        return ORDERS[operator](-order_of(second, first))
    return ORDERS[operator](order_of(first, second))


def order_of(first, second):
    if first is MISSING:
        raise ConditionError("the field is missing")
    if second is MISSING:
        if first in (None, True, False) or isinstance(first, Timestamp):
            return 0
        raise ConditionError("the other field is missing")
    if is_zero(first) and is_zero(second):
        return int(copysign(1, first) - copysign(1, second))
    if isinstance(first, Decimal) and not isinstance(second, (int, float, Decimal, list, dict)):
        return 0
    if isinstance(first, Decimal) and isinstance(second, bool):
        return 0
    if isinstance(first, Decimal) != isinstance(second, Decimal):
        first, second = as_decimal(first), as_decimal(second)
    return compare(first, second)


def is_zero(value):
    return type(value) in (int, float) and value == 0


def are_same(first, second):
    if isinstance(first, Decimal) and type(second) in (int, float):
        return first == as_decimal(second)
    if type(first) is not type(second):
        return False
    if isinstance(first, list):
        return len(first) == len(second) and all(map(are_same, first, second))
    if isinstance(first, dict):
        return first is second or len(first) == len(second) == 0
    return first is second if first is MISSING else first == second


def is_in(left, right, event):
    value, container = value_of(left, event), value_of(right, event)
    if isinstance(right, ast.Array):
        if not isinstance(left, ast.Selector):
            return any(are_same(value, item) for item in container)
        if value is MISSING or isinstance(value, (list, dict)):
            return False
        return to_s(value) in [scalar_text(item) for item in container]
    if not isinstance(right, ast.Selector):
        return isinstance(value, str) and isinstance(left, ast.Selector) and value in scalar_text(container)
    return is_in_field(value, container, is_field=isinstance(left, ast.Selector))


def is_in_field(value, container, *, is_field):
    if value is MISSING or isinstance(value, (list, dict)) or container is MISSING:
        return False
    if isinstance(value, str) and isinstance(container, str):
        return value in container
    if isinstance(container, list):
        return any(are_same(value, item) for item in container)
    return is_field and are_same(value, container)
