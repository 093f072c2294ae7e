"""How values are compared: `==`, `eql?`, `<=>`, `===`, and what keys of a Hash are.

Python says True == 1 == 1.0; Ruby does not, and neither do these. A type that a module adds defines `__eq__` and
`__hash__` in Python, and `<=>` as a method in its table.

A Ruby Hash is a dict of keys made by `to_key`: a String is a frozen copy, what Python would confuse or cannot
hash (floats, booleans, Arrays, Hashes) is inside of a `Key`. `from_key` gives back the value that the program sees.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from math import isnan
from typing import Any

from logsmith.event import Timestamp
from logsmith.ruby.classes import RubyClass, class_of
from logsmith.ruby.exceptions import RubyException, fault, named
from logsmith.ruby.objects import Proc, Range, Regexp, String, Symbol
from logsmith.ruby.state import state

_PLAIN_KEYS = frozenset((int, Symbol, type(None), Timestamp, RubyClass))

_DIGITS = Context(prec=16, rounding=ROUND_HALF_UP)


class Key:
    """What stands in a dict for a value that Python cannot take as a key, or takes for another."""

    __slots__ = ("_hash", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self._hash = ruby_hash(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and eql(self.value, other.value)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Key({self.value!r})"


def to_key(value: Any) -> Any:
    """Return what stands for a value as a key of a dict."""
    kind = value.__class__
    if kind is String:
        if value.is_frozen:
            return value
        copied = value.like(value.text)
        copied.is_frozen = True
        return copied
    if kind in _PLAIN_KEYS:
        return value
    is_odd = kind in {float, bool, Decimal} or isinstance(value, (list, dict)) or hasattr(kind, "eql")
    return Key(value) if is_odd else value


def from_key(key: Any) -> Any:
    """Return the value that a key of a dict stands for."""
    return key.value if key.__class__ is Key else key


def ruby_hash(value: Any) -> int:
    """Return a number that is the same for values that are `eql?`."""
    if isinstance(value, list):
        return hash((list, *map(ruby_hash, value)))
    if isinstance(value, dict):
        return hash((dict, frozenset((hash(key), ruby_hash(member)) for key, member in value.items())))
    if isinstance(value, (float, bool, Decimal)):
        return hash((value.__class__, value))
    return hash(value)


def ruby_eq(left: Any, right: Any) -> bool:
    """Return `left == right`."""
    kind = left.__class__
    if kind is String or kind is Symbol:
        return bool(left == right)
    if kind is bool or right.__class__ is bool or left is None:
        return left is right
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(ruby_eq, left, right))
    if isinstance(left, dict):
        return isinstance(right, dict) and _equal_dicts(left, right)
    if isinstance(left, RubyException) and isinstance(right, RubyException):
        return left.ruby_class is right.ruby_class and left.message == right.message
    if kind is Decimal or right.__class__ is Decimal:
        left, right = alike(left, right)
    return bool(left == right)


def alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Return a BigDecimal and a Float as they are compared: the Float by 16 of its digits."""
    if left.__class__ is float and right.__class__ is Decimal:
        return _DIGITS.create_decimal(repr(left)), right
    if right.__class__ is float and left.__class__ is Decimal:
        return left, _DIGITS.create_decimal(repr(right))
    return left, right


def _equal_dicts(left: dict[Any, Any], right: dict[Any, Any]) -> bool:
    return len(left) == len(right) and all(
        key in right and ruby_eq(value, right[key]) for key, value in left.items()
    )


def eql(left: Any, right: Any) -> bool:
    """Return `left.eql?(right)`: equal and of the same kind, so that 1 and 1.0 differ."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(eql, left, right))
    if hasattr(left.__class__, "eql"):  # of an object of the program's class
        return bool(left.eql(right))
    if left.__class__ is Decimal and right.__class__ is float:
        return ruby_eq(left, right)
    if left.__class__ is not right.__class__ and not (isinstance(left, dict) and isinstance(right, dict)):
        return False
    return ruby_eq(left, right)


def order(left: Any, right: Any) -> int | None:
    """Return `left <=> right`: None where the two have no order."""
    kind = left.__class__
    if kind is String and right.__class__ is String:
        return _texts(left.text, right.text)
    if kind is Symbol and right.__class__ is Symbol:
        return _texts(left.name, right.name)
    if _is_number(left) and _is_number(right):
        left, right = alike(left, right)
        return None if left != left or right != right else (left > right) - (left < right)  # noqa: PLR0124  NaN
    if isinstance(left, list) and isinstance(right, list):
        return _lists(left, right)
    if (
        kind in {bool, type(None), dict, Range, Regexp, Proc, String, Symbol}
        or _is_number(left)
        or isinstance(left, list)
    ):
        return 0 if left is right or ruby_eq(left, right) else None
    from logsmith.ruby.dispatch import call  # noqa: PLC0415  the tables import this module

    answer = call(left, "<=>", (right,))
    return answer if isinstance(answer, int) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal, Fraction)) and value.__class__ is not bool


def _texts(left: str, right: str) -> int:
    return (left > right) - (left < right)  # code points are ordered as their bytes in UTF-8


def _lists(left: list[Any], right: list[Any]) -> int | None:
    for first, second in zip(left, right, strict=False):
        found = order(first, second)
        if found != 0:
            return found
    return (len(left) > len(right)) - (len(left) < len(right))


def compare(left: Any, right: Any) -> int:
    """Return `left <=> right` for `<`, `sort`, `max` and their kin; raises ArgumentError where there is no order."""
    found = order(left, right)
    if found is None:
        raise comparison_fault(left, right)
    return found


def comparison_fault(left: Any, right: Any) -> RubyException:
    """Return the ArgumentError of two values that have no order; what Ruby keeps in a machine word is shown."""
    from logsmith.ruby.show import inspect  # noqa: PLC0415  it imports this module

    is_big = right.__class__ is int and not -(2**62) <= right < 2**62
    is_shown = right is None or (isinstance(right, (bool, int, float, Symbol)) and not is_big)
    shown = inspect(right) if is_shown else named(right)
    return fault("ArgumentError", f"comparison of {class_of(left).name} with {shown} failed")


def case_eq(pattern: Any, value: Any) -> bool:
    """Return `pattern === value`, as `when`, `grep`, `any?(pattern)` and `rescue` ask it."""
    kind = pattern.__class__
    if kind is RubyClass:
        return class_of(value).is_a(pattern)
    if kind is Regexp:
        return _matches(pattern, value)
    if kind is Range:
        return covers(pattern, value)
    if kind is Proc:
        answer = pattern(value)
        return answer is not None and answer is not False
    if kind in {String, Symbol, int, float, bool, type(None), list, dict}:
        return ruby_eq(pattern, value)
    from logsmith.ruby.dispatch import call  # noqa: PLC0415  the tables import this module

    return bool(call(pattern, "===", (value,)))


def _matches(pattern: Regexp, value: Any) -> bool:
    if isinstance(value, Symbol):
        value = String(value.name)
    found = pattern.match(value.text) if isinstance(value, String) else None
    state.last_match = found
    return found is not None


def covers(span: Range, value: Any) -> bool:
    """Return whether a value lies between the bounds of a range."""
    if isinstance(value, float) and isnan(value):
        return False
    if span.first is not None and (order(span.first, value) or 0) > 0:
        return False
    if span.first is not None and order(span.first, value) is None:
        return False
    if span.last is None:
        return True
    found = order(value, span.last)
    return found is not None and (found < 0 if span.is_exclusive else found <= 0)
