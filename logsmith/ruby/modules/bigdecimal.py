"""BigDecimal: `BigDecimal("1.5")` and `to_d`; the arithmetic is that of numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from logsmith.ruby.arithmetic import div as floor_quotient
from logsmith.ruby.arithmetic import divide
from logsmith.ruby.classes import CONSTANTS, class_of
from logsmith.ruby.coerce import to_int
from logsmith.ruby.decimals import precision, rounded_quotient, rounded_to, square_root
from logsmith.ruby.dispatch import functions, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.methods.numeric import round_ as round_number
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.show import inspect
from logsmith.ruby.show import to_s as ruby_text

_NUMBER = re.compile(r"\s*([+-]?(?:\d+(?:_\d+)*)?(?:\.(?:\d+(?:_\d+)*)?)?(?:[eEdD][+-]?\d+)?)\s*")
_START = re.compile(r"\s*([+-]?(?:\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?|\.\d+)(?:[eEdD][+-]?\d+)?)")
_SPECIAL = {
    "NaN": Decimal("NaN"),
    "Infinity": Decimal("Infinity"),
    "+Infinity": Decimal("Infinity"),
    "-Infinity": Decimal("-Infinity"),
}
_MAX_EXPONENT = 1_000_000
_MODES = {
    "up": 1, "down": 2, "truncate": 2, "half_up": 3, "default": 3, "half_down": 4, "half_even": 7, "banker": 7,
    "ceiling": 5, "ceil": 5, "floor": 6,
}  # fmt: skip
_ROUNDINGS = {
    1: "ROUND_UP", 2: "ROUND_DOWN", 3: "ROUND_HALF_UP", 4: "ROUND_HALF_DOWN", 5: "ROUND_CEILING", 6: "ROUND_FLOOR",
    7: "ROUND_HALF_EVEN",
}  # fmt: skip
CONSTANTS.update({f"BigDecimal::{name}": number for number, name in _ROUNDINGS.items()})
CONSTANTS["BigDecimal::ROUND_MODE"] = 256
CONSTANTS.update({"BigDecimal::NAN": _SPECIAL["NaN"], "BigDecimal::INFINITY": _SPECIAL["Infinity"]})


@functions().method("BigDecimal")
def big_decimal(_self: Any, value: Any, _digits: Any = 0, *, exception: Any = True) -> Any:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    if isinstance(value, String):
        return _of_text(value, exception=exception)
    if exception is False:
        return None
    shown = "nil" if value is None else class_of(value).name
    raise fault("TypeError", f"can't convert {shown} into BigDecimal")


def _of_text(value: String, *, exception: Any) -> Decimal | None:
    text = value.text
    if text.strip() in _SPECIAL:
        return _SPECIAL[text.strip()]
    found = _NUMBER.fullmatch(text)
    if found is None or not any(char.isdigit() for char in found[1]):
        if exception is False:
            return None
        raise fault("ArgumentError", f"invalid value for BigDecimal(): {inspect(value)}")
    return _decimal(found[1])


def _decimal(text: str) -> Decimal:
    number = Decimal(text.replace("_", "").replace("d", "e").replace("D", "e"))
    if number and abs(number.adjusted()) > _MAX_EXPONENT:
        raise fault("FloatDomainError", "exponent overflow")
    return number


@methods_of("String").method("to_d")
def to_d(text: String) -> Decimal:
    found = _START.match(text.text)
    return Decimal(0) if found is None else _decimal(found[1])


methods_of("Integer").add("to_d", lambda number: Decimal(number))  # noqa: PLW0108  a type has no signature to read
methods_of("Float").add("to_d", lambda number: Decimal(repr(number)))
methods_of("BigDecimal").add("to_d", lambda number: number)
methods_of("NilClass").add("to_d", lambda _nil: Decimal(0))


@methods_of("BigDecimal").method("round")
def round_(number: Decimal, digits: Any = 0, mode: Any = None, *, half: Any = None) -> Any:
    """Return the nearest number with so many places, or the one on the side that the mode says."""
    if mode is None:
        return round_number(number, digits, half=half)
    name = mode.name if isinstance(mode, Symbol) else mode.text if isinstance(mode, String) else None
    found = _ROUNDINGS.get(_MODES.get(name, 0) if name is not None else mode)
    if found is None:
        raise fault("ArgumentError", "invalid rounding mode" + (f" ({name})" if name is not None else ""))
    return rounded_to(number, to_int(digits), found) if number.is_finite() else number


@methods_of("BigDecimal").method("sqrt")
def sqrt(number: Decimal, digits: Any) -> Decimal:
    """Return the square root to so many digits after the point."""
    if number < 0:
        raise fault("FloatDomainError", "sqrt of negative value")
    places = to_int(digits)
    if places < 0:
        raise fault("ArgumentError", "negative precision")
    return square_root(number, places)


@methods_of("BigDecimal").method("to_s")
def to_s(number: Decimal, form: Any = None) -> String:
    """Return the digits: `0.15e1`, or, with "F", `1.5`."""
    is_plain = isinstance(form, String) and form.text.upper().endswith("F")
    if not is_plain or not number.is_finite():
        return String(ruby_text(number))
    text = format(number.normalize(), "f")
    return String(text if "." in text else f"{text}.0")


@methods_of("BigDecimal").method("div")
def div(number: Decimal, other: Any, *digits: Any) -> Any:
    """Return the quotient as an Integer, or as a BigDecimal of so many digits."""
    if not digits:
        return floor_quotient(number, other)
    return rounded_quotient(number, big_decimal(None, other), digits[0])


methods_of("BigDecimal").add("quo", divide)
methods_of("BigDecimal").add("precision", precision)
methods_of("BigDecimal").add("to_digits", lambda number: to_s(number, String("F")))
