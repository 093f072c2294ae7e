"""Integer and Float arithmetic as Ruby does it: signs of `/` and `%`, errors, and limits of size."""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from logsmith.ruby.coerce import MAX_BITS, check_number
from logsmith.ruby.convert import as_float
from logsmith.ruby.decimals import exact, quotient
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.numerals import integer_text

Number = int | float | Decimal


def _paired(left: Number, right: Any) -> tuple[Any, Any]:
    """Return both operands as one kind that Python computes with; raises TypeError for what is no number."""
    other = check_number(right, left)
    if isinstance(left, float) and isinstance(other, Decimal):
        return decimal_of(left), other
    if isinstance(left, Decimal) and isinstance(other, float):
        return left, decimal_of(other)
    if isinstance(left, Decimal) and isinstance(other, Fraction):
        return left, quotient(other.numerator, other.denominator)
    if isinstance(left, float) and other.__class__ is int:
        return left, as_float(other)
    if left.__class__ is int and isinstance(other, float):
        return as_float(left), other
    return left, other


def decimal_of(number: float) -> Decimal:
    """Return a Float as BigDecimal takes it: by its digits."""
    return Decimal(repr(number))


def check_bits(bits: int) -> None:
    """Refuse an Integer that would be too long."""
    if bits > MAX_BITS:
        raise fault("ArgumentError", "exponent is too large")


def zero_division() -> RubyException:
    """Return the exception of a division by zero."""
    return fault("ZeroDivisionError", "divided by 0")


def add(left: Number, right: Any) -> Any:
    """Return `left + right`."""
    first, second = _paired(left, right)
    if isinstance(first, Decimal) or isinstance(second, Decimal):
        return exact(Context.add, first, second)
    return first + second


def subtract(left: Number, right: Any) -> Any:
    """Return `left - right`."""
    first, second = _paired(left, right)
    if isinstance(first, Decimal) or isinstance(second, Decimal):
        return exact(Context.subtract, first, second)
    return first - second


def multiply(left: Number, right: Any) -> Any:
    """Return `left * right`."""
    first, second = _paired(left, right)
    if first.__class__ is int and second.__class__ is int:
        check_bits(first.bit_length() + second.bit_length() - 1)
    if isinstance(first, Decimal) or isinstance(second, Decimal):
        return exact(Context.multiply, first, second)
    return first * second


def divide(left: Number, right: Any) -> Any:
    """Return `left / right`: of Integers the floor, of Floats an infinity where it is by zero."""
    first, second = _paired(left, right)
    if isinstance(first, float):
        return _divide_floats(first, second)
    if isinstance(first, Decimal) or isinstance(second, Decimal):
        return quotient(first, second)
    if second == 0:
        raise zero_division()
    return first // second if first.__class__ is int and second.__class__ is int else first / second


def _divide_floats(left: float, right: float) -> float:
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def fdiv(left: Number, right: Any) -> float:
    """Return `left.fdiv(right)`."""
    other = check_number(right, left)
    if left.__class__ is int and other.__class__ is int and other != 0:
        try:
            return left / other
        except OverflowError:
            pass
    return _divide_floats(as_float(left), as_float(other))


def modulo(left: Number, right: Any) -> Any:
    """Return `left % right`, which has the sign of the right one."""
    first, second = _paired(left, right)
    if second == 0:
        raise zero_division()
    if isinstance(first, Decimal) or isinstance(second, Decimal):
        return first - second * (first / second).to_integral_value("ROUND_FLOOR")
    return first % second


def remainder(left: Number, right: Any) -> Any:
    """Return `left.remainder(right)`, which has the sign of the left one."""
    found = modulo(left, right)
    return found - right if found != 0 and ((left < 0) != (right < 0)) else found


def div(left: Number, right: Any) -> int:
    """Return `left.div(right)`: the quotient as an Integer."""
    other = check_number(right, left)
    if other == 0:
        raise zero_division()
    if left.__class__ is int and other.__class__ is int:
        return left // other
    return floor_of(divide(left, other))


def floor_of(number: Any) -> int:
    """Return the floor of a number; raises FloatDomainError."""
    if not math.isfinite(number):
        raise fault(
            "FloatDomainError", "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
        )
    found: int = math.floor(number)
    return found


def divmod_(left: Number, right: Any) -> list[Any]:
    """Return `left.divmod(right)`."""
    other = check_number(right, left)
    if other == 0:
        raise zero_division()
    rest = modulo(left, other)
    return [div(left, other), rest]


def power(left: Number, right: Any) -> Any:
    """Return `left ** right`; of an Integer to a negative one a Rational."""
    first, second = _paired(left, right)
    if first.__class__ is int and second.__class__ is int:
        return _integer_power(first, second)
    try:
        found = first**second
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return -math.inf if first < 0 and second % 2 == 1 else math.inf
    return math.nan if isinstance(found, complex) else found


def _integer_power(number: int, exponent: int) -> int | Fraction:
    if exponent < 0:
        if number == 0:
            raise zero_division()
        return Fraction(1, _integer_power(number, -exponent))
    if abs(number) > 1:
        check_bits((abs(number).bit_length() - 1) * exponent)
    found: int = number**exponent
    return found


def round_integer(number: int, digits: int, mode: str) -> int:
    """Return an Integer rounded to a power of ten; `mode` is up, even, down, floor, ceil or truncate."""
    if digits >= 0:
        return number
    if -digits > len(integer_text(abs(number))) + 1:
        return 0 if mode not in {"floor", "ceil"} else _beyond(number, -digits, mode)
    unit: int = 10**-digits
    whole, rest = divmod(abs(number), unit)
    if mode in {"floor", "ceil"}:
        return number // unit * unit if mode == "floor" else -(-number // unit) * unit
    is_up = rest * 2 > unit or (rest * 2 == unit and (mode == "up" or (mode == "even" and whole % 2 == 1)))
    found = (whole + (is_up and mode != "truncate")) * unit
    return -found if number < 0 else found


def _beyond(number: int, digits: int, mode: str) -> int:
    check_bits(digits * 4)
    if mode == "floor":
        return -(10**digits) if number < 0 else 0
    return 10**digits if number > 0 else 0


def _overflows(digits: int, exponent: int) -> bool:
    """Return whether a Float has no digit beyond that place."""
    return digits >= 17 - (exponent // 4 if exponent > 0 else int(exponent / 3) - 1)


def _underflows(digits: int, exponent: int) -> bool:
    """Return whether a Float's first digit is beyond that place."""
    return digits < -(exponent // 3 + 1 if exponent > 0 else int(exponent / 4))


def round_float(number: float, digits: int, mode: str) -> int | float:
    """Return a Float rounded: to an Integer, or to places after the point."""
    if digits <= 0:
        if not math.isfinite(number):
            floor_of(number)
        if digits < 0:
            return round_integer(int(number), digits, mode)
        return int(_rounded(number, 1.0, mode))
    if not math.isfinite(number) or number == 0:
        return number
    exponent = math.frexp(number)[1]
    if _overflows(digits, exponent):
        return number
    if _underflows(digits, exponent) and mode not in {"floor", "ceil"}:
        return 0.0
    if digits > 14 or not math.isfinite(number * 10.0**digits):
        return _rounded_exactly(number, digits, mode)
    return _rounded(number, 10.0**digits, mode) / 10.0**digits


_DECIMAL_MODES = {
    "up": "ROUND_HALF_UP", "even": "ROUND_HALF_EVEN", "down": "ROUND_HALF_DOWN", "floor": "ROUND_FLOOR",
    "ceil": "ROUND_CEILING", "truncate": "ROUND_DOWN",
}  # fmt: skip


def _rounded_exactly(number: float, digits: int, mode: str) -> float:
    scaled = Decimal(number).scaleb(digits).to_integral_value(_DECIMAL_MODES[mode])
    return float(scaled.scaleb(-digits))


def _nearest(number: float) -> float:
    """Return the nearest whole number, away from zero where two are."""
    whole = math.floor(abs(number))
    return math.copysign(whole + (abs(number) - whole >= 0.5), number)


def _rounded(number: float, scale: float, mode: str) -> float:
    """Return `number * scale` rounded, so that what multiplying added or lost does not count."""
    if mode == "floor":
        whole = math.floor(number * scale)
        return whole + 1 if scale != 1 and (whole + 1) / scale <= number else whole
    if mode == "ceil":
        whole = math.ceil(number * scale)
        return whole - 1 if scale != 1 and (whole - 1) / scale >= number else whole
    if mode == "truncate":
        return _rounded(number, scale, "floor" if number > 0 else "ceil")
    if mode == "even":
        return _rounded_to_even(number, scale)
    size = abs(number)
    whole_size = _nearest(size * scale)
    if mode == "up" and scale != 1 and (whole_size + 0.5) / scale <= size:
        whole_size += 1
    if mode == "down" and (whole_size - 0.5) / scale >= size:
        whole_size -= 1
    return math.copysign(whole_size, number)


def _rounded_to_even(number: float, scale: float) -> float:
    size = abs(number)
    whole = math.floor(size * scale)
    rest = size * scale - whole
    is_half = rest == 0.5 or (rest < 0.5 and (whole + 0.5) / scale <= size)
    if rest > 0.5 or (is_half and whole % 2 == 1):
        whole += 1
    return math.copysign(whole, number)
