"""`Integer(value)` and `Float(value)`: strict where `to_i` and `to_f` are lenient; `format` uses them too."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import Any

from logsmith.event import Timestamp
from logsmith.event.strict import ruby_float
from logsmith.ruby.coerce import to_int, whole_part
from logsmith.ruby.dispatch import call, responds
from logsmith.ruby.exceptions import RubyException, fault, named
from logsmith.ruby.numerals import parse_strict
from logsmith.ruby.objects import String
from logsmith.ruby.show import inspect, to_s


def to_integer(value: Any, base: Any = None) -> int:
    """Return `Integer(value, base)`; raises ArgumentError, TypeError or FloatDomainError."""
    if isinstance(value, String):
        radix = 0 if base is None else to_int(base)
        if radix == 1 or abs(radix) > 36:
            raise fault("ArgumentError", f"illegal radix {radix}")
        number = parse_strict(value.text, radix)
        if number is None:
            raise fault("ArgumentError", f"invalid value for Integer(): {inspect(value)}")
        return number
    if base is not None:
        raise fault("ArgumentError", "base specified for non string value")
    if isinstance(value, (float, Decimal)):
        if not isfinite(value):
            raise fault("FloatDomainError", to_s(value))
        return whole_part(value) if isinstance(value, Decimal) else int(value)
    if value.__class__ is int:
        return value
    return _asked(value)


def _asked(value: Any) -> int:
    is_asked = value is not None and not isinstance(value, (bool, list, dict))
    if is_asked and responds(value, "to_i"):
        return call(value, "to_i")  # type: ignore[no-any-return]  # what a method answers is not known
    raise _unconvertible(value, "Integer")


def _unconvertible(value: Any, wanted: str) -> RubyException:
    verb = "can't convert" if value is None else "no implicit conversion of"
    return fault("TypeError", f"{verb} {named(value)} into {wanted}")


def to_float(value: Any) -> float:
    """Return `Float(value)`; raises ArgumentError or TypeError."""
    if isinstance(value, String):
        number = ruby_float(value.text)
        if number is None:
            raise fault("ArgumentError", f"invalid value for Float(): {inspect(value)}")
        return number
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return as_float(value)
    if isinstance(value, Timestamp):
        return value.nanos / 1_000_000_000
    raise _unconvertible(value, "Float")


def as_float(number: float | Decimal) -> float:
    """Return the Float nearest to a number; an Integer beyond all of them is an infinity, as in Ruby."""
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
