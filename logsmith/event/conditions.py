"""What conditions mean: comparisons and membership as Logstash evaluates them (EventCondition.java).

Compiled code inlines the common cases and calls these for the rest. Types are strict: 5 is not 5.0 and not "5".
"""

from __future__ import annotations

import re
from decimal import Decimal

from logsmith.event.errors import ConditionError
from logsmith.event.event import Event
from logsmith.event.fieldref import FieldRef
from logsmith.event.ruby import compare, scalar_text
from logsmith.event.values import Value

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")


def equals_number(value: Value, number: float) -> bool:
    """Return whether a field equals a number constant; a decimal of the json filter never does."""
    return value.__class__ is number.__class__ and value == number


def same(left: Value, right: Value) -> bool:
    """Return whether two values are equal with their types: arrays by their items, objects only if they are one."""
    if left.__class__ is not right.__class__:
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left is right if isinstance(left, dict) else left == right


def same_fields(event: Event, left: FieldRef, right: FieldRef) -> bool:
    """Return whether two fields are equal: both missing are, missing and null are not."""
    first, second = event.get(left), event.get(right)
    if first is None or second is None:
        return first is second and event.include(left) == event.include(right)
    return same(first, second)


def ordered(event: Event, left: FieldRef, right: Value | FieldRef) -> int:
    """Return -1, 0 or 1 as a field is ordered against a constant or another field.

    Raises ConditionError where Logstash drops the event: a missing field, types that have no order.
    """
    first = _present(event, left)
    second = _present(event, right) if isinstance(right, FieldRef) else right
    return compare(first, second)


def _present(event: Event, ref: FieldRef) -> Value:
    value = event.get(ref)
    if value is None and not event.include(ref):
        raise ConditionError(f"field {ref.text} is missing")
    return value


def number_in(container: Value, number: float) -> bool:
    """Return `5 in [field]`: an item of an array, with its type; never true of anything but an array."""
    return isinstance(container, list) and any(same(item, number) for item in container)


def listed(event: Event, ref: FieldRef, texts: frozenset[str]) -> bool:
    """Return `[field] in ["a", 5]`: texts are compared, so 5 matches "5"; a null is "", a missing field never matches."""
    value = event.get(ref)
    if value is None:
        return "" in texts and event.include(ref)
    if isinstance(value, (list, dict, Decimal)):
        return False  # Logstash: the text of a decimal is Ruby's, `0.15e1`, which no constant has
    return scalar_text(value) in texts


def field_in_field(left: Value, right: Value) -> bool:
    """Return `[a] in [b]`: a substring of a text, an item of an array, else equality; missing is in nothing."""
    if left is None or isinstance(left, (list, dict)):
        return False
    if isinstance(left, str) and isinstance(right, str):
        return left in right
    if isinstance(right, list):
        return any(same(item, left) for item in right)
    return same(left, right)


def constant_texts(values: list[str | int | float | Decimal]) -> frozenset[str]:
    """Return the texts that an array of constants is compared by."""
    return frozenset(map(scalar_text, values))


def is_integer(text: str) -> bool:
    """Return whether this is how an integer of common size is written."""
    return _INTEGER.fullmatch(text) is not None
