"""BigDecimal arithmetic: sums and products are exact, quotients have as many digits as JRuby gives them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from logsmith.ruby.coerce import to_int

_MOST_DIGITS = 20_000  # of a sum or a product; Ruby has no limit, and takes its time
_MOST_ROOT_DIGITS = 5_000
_FEWEST = 32  # digits that a quotient is computed to
_WORD = 9  # digits that are added at once
_EXACT = Context(prec=_MOST_DIGITS, rounding=ROUND_HALF_UP, traps=[])


def exact(operator: Callable[[Context, Any, Any], Decimal], left: Any, right: Any) -> Decimal:
    """Return the sum, difference or product of two numbers, one of which is a Decimal."""
    return operator(_EXACT, left, right)


def precision(number: Decimal) -> int:
    """Return `precision`: how many digits stand before the point and after it, without zeros at either end."""
    if not number.is_finite() or number == 0:
        return 0
    plain = number.normalize(_EXACT)
    digits, exponent = len(plain.as_tuple().digits), int(plain.as_tuple().exponent)
    return digits + exponent if exponent >= 0 else max(digits, -exponent) if digits <= -exponent else digits


def quotient(left: Any, right: Any) -> Decimal:
    """Return `left / right`: so many digits after the point as two times the longer operand has, in groups of nine."""
    first, second = Decimal(left), Decimal(right)
    if not first.is_finite() or not second.is_finite() or not first or not second:
        return _EXACT.divide(first, second)
    digits = min(max(2 * max(precision(first), precision(second)), _FEWEST), _MOST_DIGITS)
    places = -(-digits // _WORD) * _WORD
    return _divided(first, second, places + first.adjusted() - second.adjusted() + 1, places)


def _divided(first: Decimal, second: Decimal, digits: int, places: int) -> Decimal:
    context = Context(prec=max(digits + _WORD, 1), rounding="ROUND_DOWN", traps=[])
    found = context.divide(first, second)
    return found.quantize(Decimal((0, (1,), -places)), ROUND_HALF_UP, _EXACT).normalize(_EXACT)


def rounded_quotient(left: Decimal, right: Decimal, digits: Any) -> Decimal:
    """Return `left.div(right, digits)`: to so many digits; 0 means as `/`."""
    most = to_int(digits)
    if most == 0:
        return quotient(left, right)
    return Context(prec=min(most, _MOST_DIGITS), rounding=ROUND_HALF_UP, traps=[]).divide(left, right)


def square_root(number: Decimal, places: int) -> Decimal:
    """Return a root with so many digits after the point."""
    before = max(number.adjusted() // 2 + 1, 1)
    digits = before + min(places, _MOST_ROOT_DIGITS) + 2
    if digits > 2 * _MOST_ROOT_DIGITS:  # too many to be told apart by those after the point
        return Context(prec=_MOST_ROOT_DIGITS, rounding=ROUND_HALF_UP, traps=[]).sqrt(number)
    found = Context(prec=digits, rounding="ROUND_DOWN", traps=[]).sqrt(number)
    return rounded_to(found, min(places, _MOST_ROOT_DIGITS), ROUND_HALF_UP).normalize(_EXACT)


def rounded_to(number: Decimal, places: int, rounding: str) -> Decimal:
    """Return a number with so many places after the point."""
    if places >= -int(number.as_tuple().exponent):  # it has no more than these
        return number
    return number.quantize(Decimal((0, (1,), -places)), rounding, _EXACT)
