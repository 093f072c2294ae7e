"""What methods do with their arguments before anything else: Ruby's implicit conversions, with Ruby's errors."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

from logsmith.ruby.classes import class_of
from logsmith.ruby.exceptions import RubyException, conversion_fault, fault, named
from logsmith.ruby.objects import MAX_LENGTH, Regexp, String, Symbol

MAX_DIGITS = 4_000  # of an Integer made of a BigDecimal
MAX_BITS = 4 * 1024 * 1024  # of an Integer; Ruby has eight times as many, and takes its time


def to_text(value: Any) -> str:
    """Return the text of a String; raises TypeError for anything else."""
    if value.__class__ is String:
        return value.text
    raise conversion_fault(value, "String")


def to_name(value: Any) -> str:
    """Return the text of a Symbol or String, as methods take names."""
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, String):
        return value.text
    from logsmith.ruby.show import inspect  # noqa: PLC0415  it imports this module

    raise fault("TypeError", f"{inspect(value)} is not a symbol nor a string")


def to_int(value: Any) -> int:
    """Return an Integer of a number, cutting fractions off; raises TypeError."""
    if value.__class__ is int:
        return value
    if isinstance(value, float):
        if not isfinite(value):
            from logsmith.ruby.show import to_s  # noqa: PLC0415  it imports this module

            raise fault("FloatDomainError", to_s(value))
        return int(value)
    if isinstance(value, Decimal):
        return whole_part(value)
    raise conversion_fault(value, "Integer")


def whole_part(number: Decimal) -> int:
    """Return a BigDecimal without its fraction; raises FloatDomainError if it has none, RangeError if it is too long."""
    if not number.is_finite():
        raise fault("FloatDomainError", str(number))
    if number.adjusted() > MAX_DIGITS:
        raise fault("RangeError", f"a BigDecimal of {number.adjusted()} digits is too large for an Integer")
    return int(number)


def to_array(value: Any) -> list[Any]:
    """Return a list; raises TypeError for anything else."""
    if isinstance(value, list):
        return value
    raise conversion_fault(value, "Array")


def to_hash(value: Any) -> dict[Any, Any]:
    """Return a dict; raises TypeError for anything else."""
    if isinstance(value, dict):
        return value
    raise conversion_fault(value, "Hash")


def is_number(value: Any) -> bool:
    """Return whether a value is an Integer, a Float, a BigDecimal or a Rational."""
    return isinstance(value, (int, float, Decimal, Fraction)) and not isinstance(value, bool)


def to_pattern(value: Any) -> Regexp:
    """Return a Regexp as `match?` and its kin take it: a text is a pattern."""
    if isinstance(value, Regexp):
        return value
    if isinstance(value, String):
        return Regexp(value.text)
    raise wrong_pattern(value)


def wrong_pattern(value: Any) -> RubyException:
    """Return the TypeError of what is neither a Regexp nor a String."""
    return fault("TypeError", f"wrong argument type {named(value)} (expected Regexp)")


def check_length(length: int) -> int:
    """Return a length that one call may make; raises ArgumentError."""
    if length > MAX_LENGTH:
        raise fault("ArgumentError", "argument too big")
    return length


def check_number(value: Any, receiver: object) -> Any:
    """Return the other operand of an arithmetic operator; raises TypeError."""
    if is_number(value):
        return value
    raise fault("TypeError", f"{operand_named(value)} can't be coerced into {class_of(receiver).name}")


def operand_named(value: Any) -> str:
    """Return how messages about operands name a value: special constants are shown, others are named."""
    if value is None or isinstance(value, bool):
        return named(value)
    if isinstance(value, (Symbol, float)):
        from logsmith.ruby.show import inspect  # noqa: PLC0415  it imports this module

        return inspect(value)
    return class_of(value).name
