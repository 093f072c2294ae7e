"""Integer: digits, bits and loops."""

from __future__ import annotations

import math
from typing import Any

from logsmith.ruby.arithmetic import check_bits, power, zero_division
from logsmith.ruby.coerce import is_number, operand_named, to_int
from logsmith.ruby.compare import comparison_fault
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import conversion_fault, fault
from logsmith.ruby.numerals import integer_text
from logsmith.ruby.objects import Proc, String

INTEGER = methods_of("Integer")
INTEGER_CLASS = class_methods_of("Integer")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _bits_of(value: Any) -> int:
    """Return the other operand of a bit operator; raises TypeError."""
    if value.__class__ is int:
        return value
    raise fault("TypeError", f"{operand_named(value)} can't be coerced into Integer")


def _integer(value: Any) -> int:
    if value.__class__ is int:
        return value
    raise fault("TypeError", "not an integer")


INTEGER.add("&", lambda number, other: number & _bits_of(other))
INTEGER.add("|", lambda number, other: number | _bits_of(other))
INTEGER.add("^", lambda number, other: number ^ _bits_of(other))
INTEGER.add("~", lambda number: ~number)
INTEGER.add("<<", lambda number, by: _shifted(number, to_int(by)))
INTEGER.add(">>", lambda number, by: _shifted(number, -to_int(by)))
INTEGER.add("allbits?", lambda number, mask: number & to_int(mask) == to_int(mask))
INTEGER.add("anybits?", lambda number, mask: number & to_int(mask) != 0)
INTEGER.add("nobits?", lambda number, mask: number & to_int(mask) == 0)
INTEGER.add("bit_length", lambda number: (number if number >= 0 else ~number).bit_length())
INTEGER.add("even?", lambda number: number % 2 == 0)
INTEGER.add("odd?", lambda number: number % 2 == 1)
INTEGER.add("succ next", lambda number: number + 1)
INTEGER.add("pred", lambda number: number - 1)
INTEGER.add("gcd", lambda number, other: math.gcd(number, _integer(other)))
INTEGER.add("lcm", lambda number, other: math.lcm(number, _integer(other)))
INTEGER.add("gcdlcm", lambda number, other: [math.gcd(number, _integer(other)), math.lcm(number, other)])
INTEGER.add("ord", lambda number: number)
INTEGER.add("size", lambda number: max(8, -(-number.bit_length() // 64) * 8))
INTEGER.add("numerator", lambda number: number)
INTEGER.add("denominator", lambda _number: 1)
INTEGER.add("ceildiv", lambda number, other: -(-number // to_int(other)))
INTEGER_CLASS.add("sqrt", lambda _class, number: _root(to_int(number)))


def _root(number: int) -> int:
    if number < 0:
        raise fault("Math::DomainError", 'Numerical argument is out of domain - "isqrt"')
    return math.isqrt(number)


def _shifted(number: int, by: int) -> int:
    if by < 0:
        return number >> -by
    if number:
        check_bits(number.bit_length() + by)
    return number << by if number else 0


@INTEGER.method("[]")
def bit(number: int, index: Any, count: Any = None) -> int:
    """Return one bit, or so many from it on."""
    if count is not None:
        return (number >> to_int(index)) & ((1 << to_int(count)) - 1)
    place = to_int(index)
    return (number >> place) & 1 if place >= 0 else 0


@INTEGER.method("pow")
def pow_(number: int, exponent: Any, modulus: Any = None) -> Any:
    """Return a power, or its rest by a modulus."""
    if modulus is None:
        return power(number, exponent)
    if exponent.__class__ is not int:
        raise fault("TypeError", "Integer#pow() 2nd argument not allowed unless a 1st argument is integer")
    if exponent < 0:
        raise fault("RangeError", "Integer#pow() 1st argument cannot be negative when 2nd argument specified")
    if to_int(modulus) == 0:
        raise zero_division()
    return pow(number, exponent, modulus)


@INTEGER.method("to_s", "inspect")
def to_text(number: int, radix: Any = 10) -> String:
    """Return the digits in a base."""
    base = to_int(radix)
    if base == 10:
        return String(integer_text(number))
    if not 2 <= base <= 36:
        raise fault("ArgumentError", f"illegal radix {base}")
    digits = "".join(_DIGITS[digit] for digit in reversed(_digits(abs(number), base)))
    return String(f"-{digits}" if number < 0 else digits)


def _digits(number: int, base: int) -> list[int]:
    found: list[int] = []
    while number >= base:
        number, digit = divmod(number, base)
        found.append(digit)
    return [*found, number]


@INTEGER.method("digits")
def digits(number: int, radix: Any = 10) -> list[int]:
    """Return the digits in a base, the lowest first."""
    if radix.__class__ is not int:
        raise (
            conversion_fault(radix, "Integer")
            if not is_number(radix)
            else fault("TypeError", "wrong argument type Float (expected Integer)")
        )
    if radix < 0:
        raise fault("ArgumentError", "negative radix")
    if radix < 2:
        raise fault("ArgumentError", f"invalid radix: {radix}")
    if number < 0:
        raise fault("Math::DomainError", "out of domain")
    return _digits(number, radix)


@INTEGER.method("chr")
def chr_(number: int, encoding: Any = None) -> String:
    """Return the character of a code: a byte below 256, unless an encoding is named."""
    if encoding is None and number > 0xFF:
        raise fault("RangeError", f"{number} out of char range")
    if not 0 <= number < 0x110000 or 0xD800 <= number < 0xE000:
        shown = (
            f"invalid codepoint 0x{number:X} in UTF-8"
            if 0xD800 <= number < 0xE000
            else f"{number} out of char range"
        )
        raise fault("RangeError", shown)
    return String(chr(number), is_binary=encoding is None and number > 0x7F)


@INTEGER.method("times", enumerates=True)
def times(number: int, *, block: Proc) -> int:
    """Call the block with 0 and those after it, so many times."""
    for index in range(number):
        block(index)
    return number


@INTEGER.method("upto", enumerates=True)
def upto(number: int, last: Any, *, block: Proc) -> int:
    """Call the block with this number and those after it, up to the last."""
    if not is_number(last):
        raise comparison_fault(number, last)
    value = number
    while value <= last:
        block(value)
        value += 1
    return number


@INTEGER.method("downto", enumerates=True)
def downto(number: int, last: Any, *, block: Proc) -> int:
    """Call the block with this number and those before it, down to the last."""
    if not is_number(last):
        raise comparison_fault(number, last)
    value = number
    while value >= last:
        block(value)
        value -= 1
    return number
