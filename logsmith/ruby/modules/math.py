"""Math."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.dispatch import class_methods_of
from logsmith.ruby.exceptions import fault, named

define("Math::DomainError", "ArgumentError")
MATH = class_methods_of("Math")


def _number(value: Any) -> Any:
    if isinstance(value, (int, float, Decimal, Fraction)) and not isinstance(value, bool):
        return value if isinstance(value, int) else float(value)
    raise fault("TypeError", f"can't convert {named(value)} into Float")


def _limited(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(_module: Any, *args: Any) -> Any:
        try:
            return function(*map(_number, args))
        except ValueError:
            raise fault("Math::DomainError", f'Numerical argument is out of domain - "{name}"') from None
        except OverflowError:
            return math.inf

    return call


def _logarithm(function: Callable[[Any], float]) -> Callable[[Any], float]:
    return lambda value: -math.inf if value == 0 else function(value)


def _cube_root(value: Any) -> float:
    root = math.cbrt(value)
    whole = round(root) if math.isfinite(root) else 0
    return float(whole) if whole**3 == value else root  # the C library's may be off by one bit


def _gamma(value: Any) -> float:
    if value == 0:
        return math.copysign(math.inf, value)
    return math.gamma(value)


_ONE: dict[str, Callable[[Any], Any]] = {
    **{
        name: getattr(math, name)
        for name in [
            "sqrt",
            "exp",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "asinh",
            "acosh",
            "erf",
            "erfc",
        ]
    },
    "atanh": lambda value: math.copysign(math.inf, value) if abs(value) == 1 else math.atanh(value),
    "cbrt": _cube_root,
    "log2": _logarithm(math.log2),
    "log10": _logarithm(math.log10),
    "gamma": _gamma,
}
_TWO: dict[str, Callable[[Any, Any], Any]] = {
    "atan2": math.atan2,
    "hypot": math.hypot,
    "ldexp": lambda value, power: math.ldexp(value, int(power)),
}


def _with_one(name: str, function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    limited = _limited(name, function)
    return lambda module, value: limited(module, value)  # noqa: PLW0108  the number of parameters counts


def _with_two(name: str, function: Callable[..., Any]) -> Callable[[Any, Any, Any], Any]:
    limited = _limited(name, function)
    return lambda module, value, other: limited(module, value, other)  # noqa: PLW0108  the same


for _name, _function in _ONE.items():
    MATH.method(_name)(_with_one(_name, _function))
for _name, _of_two in _TWO.items():
    MATH.method(_name)(_with_two(_name, _of_two))
_log = _limited("log", _logarithm(math.log))


@MATH.method("log")
def log(module: Any, value: Any, base: Any = None) -> float:
    found = _log(module, value)
    if base is None:
        return float(found)
    below = _log(module, base)
    if below == 0:
        return math.copysign(math.inf, found) if found else math.nan
    return float(found / below)


@MATH.method("frexp")
def frexp(_module: Any, value: Any) -> list[Any]:
    return list(math.frexp(_number(value)))


@MATH.method("lgamma")
def lgamma(_module: Any, value: Any) -> list[Any]:
    number = float(_number(value))
    is_negative = number < 0 and math.floor(number) % 2 == 1
    return [math.lgamma(number) if number else math.inf, -1 if is_negative else 1]
