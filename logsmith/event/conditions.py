"""What conditions mean: comparisons and membership as Logstash evaluates them (EventCondition.java).

Compiled code inlines the common cases and calls these for the rest. Types are strict: 5 is not 5.0 and not "5".
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from math import copysign

from logsmith.event.errors import ConditionError
from logsmith.event.event import Event
from logsmith.event.fieldref import FieldRef
from logsmith.event.ruby import compare, scalar_text, to_s
from logsmith.event.timestamp import Timestamp
from logsmith.event.values import Value

_PLAIN_NUMBERS = (int, float)
_FLOAT_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
_COMPARABLE_TO_DECIMALS = (int, float, Decimal, list, dict)  # or which cannot be compared at all
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,99}")


def equals_number(value: Value, number: float) -> bool:
    """Return whether a field equals a number constant; a decimal of the json filter never does."""
    return value.__class__ is number.__class__ and value == number


def same(left: Value, right: Value) -> bool:
    """Return whether two values are equal with their types: arrays by their items, objects if they are one or empty.

    A decimal on the left equals any number of its value; one on the right only decimals.
    """
    if left.__class__ is not right.__class__:
        return left.__class__ is Decimal and right.__class__ in _PLAIN_NUMBERS and left == as_decimal(right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left is right or not (left or right)
    return left == right


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
    first, second = event.get(left), event.get(right) if isinstance(right, FieldRef) else right
    if first is None and not event.include(left):
        raise ConditionError(f"field {left.text} is missing")
    if second is None and isinstance(right, FieldRef) and not event.include(right):
        if first is None or isinstance(first, (bool, Timestamp)):
            return 0  # these have no order with anything, not even with what is missing
        raise ConditionError(f"field {right.text} is missing")
    if first.__class__ is Decimal:
        if second.__class__ not in _COMPARABLE_TO_DECIMALS:
            return 0
        second = as_decimal(second)
    elif second.__class__ is Decimal:
        first = as_decimal(first)
    return compare(first, second) or _as_zeros(first, second)


def as_decimal(value: Value) -> Value:
    """Return what a decimal is compared with: of a float, the 15 digits that JRuby takes."""
    return _FLOAT_DIGITS.create_decimal(to_s(value)) if isinstance(value, float) else value


def _as_zeros(left: Value, right: Value) -> int:
    """Order -0.0 before 0 and 0.0, as Java does."""
    if left.__class__ not in _PLAIN_NUMBERS or right.__class__ not in _PLAIN_NUMBERS or left or right:
        return 0
    return int(copysign(0.5, left) - copysign(0.5, right))


def number_in(container: Value, number: float) -> bool:
    """Return `5 in [field]`: an item of an array, with its type; never true of anything but an array."""
    return isinstance(container, list) and any(same(number, item) for item in container)


def listed(event: Event, ref: FieldRef, texts: frozenset[str]) -> bool:
    """Return `[field] in ["a", 5]`: texts are compared, so 5 matches "5"; a null is "", a missing field never matches.

    The text of a field is Ruby's, that of a constant Java's: 1e7 is `10000000.0` here and `1.0E7` there.
    """
    value = event.get(ref)
    if value is None:
        return "" in texts and event.include(ref)
    return not isinstance(value, (list, dict)) and to_s(value) in texts


def field_in_field(left: Value, right: Value) -> bool:
    """Return `[a] in [b]`: a substring of a text, an item of an array, else equality."""
    if isinstance(left, (list, dict)):
        return False
    if isinstance(left, str) and isinstance(right, str):
        return left in right
    if isinstance(right, list):
        return any(same(left, item) for item in right)
    return same(left, right)


def null_in_field(event: Event, left: FieldRef, right: FieldRef) -> bool:
    """Return `[a] in [b]` of a field that is null: it is in null and in an array with a null; missing is in nothing."""
    if not event.include(left):
        return False
    found = event.get(right)
    return None in found if isinstance(found, list) else found is None and event.include(right)


def constant_texts(values: list[str | int | float | Decimal]) -> frozenset[str]:
    """Return the texts that an array of constants is compared by."""
    return frozenset(map(scalar_text, values))


def is_integer(text: str) -> bool:
    """Return whether this is how an integer of common size is written."""
    return _INTEGER.fullmatch(text) is not None
