"""Rational: what the difference of two dates is, and the fraction of a second."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, inf, nan, trunc
from typing import Any

from logsmith.ruby.classes import class_of, define
from logsmith.ruby.coerce import to_int
from logsmith.ruby.dispatch import functions, methods_of
from logsmith.ruby.exceptions import fault, named
from logsmith.ruby.objects import String
from logsmith.ruby.show import inspect_text

define("Rational", "Numeric", python=Fraction)
RATIONAL = methods_of("Rational")
_NUMBERS = (int, float, Decimal, Fraction)
_MAX_EXPONENT = 10_000
_START = re.compile(
    r"\s*([+-]?\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE]([+-]?\d+))?)(?:/(\d+(?:_\d+)*))?", re.ASCII
)


@functions().method("Rational")
def rational(_self: Any, value: Any, divisor: Any = 1, *, exception: Any = True) -> Any:
    number, below = (_exact(part, exception=exception) for part in (value, divisor))
    if number is None or below is None:
        return None
    return _divided(number, below)


@methods_of("String").method("to_r")
def read(text: String) -> Fraction:
    """Return the number that a text begins with, 0 without one."""
    found = _START.match(text.text)
    if found is None or abs(int(found[2] or 0)) > _MAX_EXPONENT:
        return Fraction(0)
    below = int((found[3] or "1").replace("_", ""))
    if below == 0:
        raise fault("ZeroDivisionError", "divided by 0")
    return Fraction(found[1].replace("_", "")) / below


def _exact(value: Any, *, exception: Any) -> Fraction | None:
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return Fraction(value)
    try:
        return Fraction(value.text.replace("_", "").strip())
    except (AttributeError, ValueError, ZeroDivisionError):
        if exception is False:
            return None
    if isinstance(value, String):
        raise fault("ArgumentError", f"invalid value for convert(): {inspect_text(value)}")
    raise fault("TypeError", f"can't convert {named(value)} into Rational")


def _paired(number: Fraction, other: Any) -> tuple[Any, Any]:
    if not isinstance(other, _NUMBERS) or isinstance(other, bool):
        raise fault("TypeError", f"{named(other)} can't be coerced into Rational")
    return (float(number), other) if isinstance(other, float) else (number, Fraction(other))


def _operator(function: Callable[[Any, Any], Any]) -> Callable[[Fraction, Any], Any]:
    return lambda number, other: function(*_paired(number, other))


def _divided(number: Any, other: Any) -> Any:
    if other == 0 and isinstance(other, float):
        return nan if number == 0 else inf if number > 0 else -inf
    if other == 0:
        raise fault("ZeroDivisionError", "divided by 0")
    return number / other


for _name, _function in {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "%": operator.mod,
    "**": operator.pow,
}.items():
    RATIONAL.add(_name, _operator(_function))
RATIONAL.add("quo", _operator(_divided))
RATIONAL.add("-@", lambda number: -number)
RATIONAL.add("+@", lambda number: number)
RATIONAL.add("abs magnitude", Fraction.__abs__)
RATIONAL.add("numerator", lambda number: number.numerator)
RATIONAL.add("denominator", lambda number: number.denominator)
RATIONAL.add("to_i", Fraction.__trunc__)
RATIONAL.add("to_f", lambda number: float(number))  # noqa: PLW0108  a type has no signature to read
RATIONAL.add("to_r", lambda number: number)
RATIONAL.add("to_s", lambda number: String(f"{number.numerator}/{number.denominator}"))
RATIONAL.add("inspect", lambda number: String(f"({number.numerator}/{number.denominator})"))
RATIONAL.add("zero?", lambda number: number == 0)
RATIONAL.add("positive?", lambda number: number > 0)
RATIONAL.add("negative?", lambda number: number < 0)
RATIONAL.add("hash", lambda number: hash((Fraction, number)))
RATIONAL.add("fdiv", lambda number, other: float(number) / float(other))
RATIONAL.add("divmod", _operator(lambda number, other: list(divmod(number, other))))


@RATIONAL.method("<=>")
def ordered(number: Fraction, other: Any) -> int | None:
    if not isinstance(other, _NUMBERS) or isinstance(other, bool):
        return None
    return (number > other) - (number < other)


@RATIONAL.method("==")
def equals(number: Fraction, other: Any) -> bool:
    return isinstance(other, _NUMBERS) and not isinstance(other, bool) and number == other


@RATIONAL.method("coerce")
def coerce(number: Fraction, other: Any) -> list[Any]:
    if isinstance(other, float):
        return [other, float(number)]
    if isinstance(other, int):
        return [Fraction(other), number]
    raise fault("TypeError", f"{class_of(other).name} can't be coerced into Rational")


def _half_away(number: Fraction) -> int:
    return floor(number + Fraction(1, 2)) if number >= 0 else ceil(number - Fraction(1, 2))


def _half_to_even(number: Fraction) -> int:
    return round(number)


def _half_down(number: Fraction) -> int:
    return ceil(number - Fraction(1, 2)) if number >= 0 else floor(number + Fraction(1, 2))


_HALVES = {"up": _half_away, "even": _half_to_even, "down": _half_down}


def _cut(number: Fraction, digits: Any, cut: Callable[[Fraction], int]) -> Any:
    if digits is None:
        return cut(number)
    places = to_int(digits)
    scaled = Fraction(cut(number * Fraction(10) ** places)) / Fraction(10) ** places
    return scaled if places > 0 else int(scaled)


@RATIONAL.method("round")
def round_(number: Fraction, digits: Any = None, *, half: Any = None) -> Any:
    return _cut(number, digits, _HALVES["up" if half is None else getattr(half, "name", None) or half.text])


RATIONAL.add("floor", lambda number, digits=None: _cut(number, digits, floor))
RATIONAL.add("ceil", lambda number, digits=None: _cut(number, digits, ceil))
RATIONAL.add("truncate", lambda number, digits=None: _cut(number, digits, trunc))
RATIONAL.add("rationalize", lambda number, _error=None: number)
methods_of("Integer").add("to_r", lambda number: Fraction(number))  # noqa: PLW0108  a type has no signature to read
methods_of("Integer").add("rationalize", lambda number, _error=None: Fraction(number))
methods_of("Float").add("to_r", lambda number: _exact(number, exception=True))
methods_of("Float").add("rationalize", lambda number, _error=None: Fraction(repr(number)))
