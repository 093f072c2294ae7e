"""Integers and floats as texts in any base: what `to_i(16)`, `hex`, `oct`, `Integer()` and `Float()` read."""

from __future__ import annotations

import re
from decimal import Decimal

MOST_DIGITS = 4_000  # that Python reads or writes of an int without a word
_MOST_BITS = 13_000  # of an int with so many
_PREFIXES = {"0b": 2, "0o": 8, "0d": 10, "0x": 16}
_START = re.compile(r"[\s]*([+-]?)")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def integer_text(number: int) -> str:
    """Return the decimal digits of an Integer, however long."""
    return str(number) if number.bit_length() < _MOST_BITS else format(Decimal(number), "f")


def _read(digits: str, base: int) -> int:
    plain = digits.replace("_", "")
    return int(plain, base) if base != 10 or len(plain) < MOST_DIGITS else int(Decimal(plain))


def _base_of(digits: str, base: int) -> tuple[str, int]:
    """Return the digits without the prefix that names the base, and the base; a negative base is only the default."""
    named = _PREFIXES.get(digits[:2].lower())
    if named is not None and (base <= 0 or named == base):
        return digits[2:], named
    if base == 0 or base < 0:
        is_octal = digits[:1] == "0" and base == 0
        return digits, 8 if is_octal or base == -8 else (10 if base == 0 else -base)
    return digits, base


def parse_prefix(text: str, base: int) -> int:
    """Return the Integer that a text begins with, 0 if with none; base 0 asks the prefix, -8 the prefix or octal."""
    found = _START.match(text)
    sign, rest = (found[1], text[found.end() :]) if found else ("", text)
    digits, actual = _base_of(rest, base)
    pattern = _pattern(actual)
    numeral = pattern.match(digits)
    number = _read(numeral[0], actual) if numeral else 0
    return -number if sign == "-" else number


def _pattern(base: int) -> re.Pattern[str]:
    digit = f"[{_DIGITS[:base]}]"
    return re.compile(f"{digit}+(?:_{digit}+)*", re.IGNORECASE | re.ASCII)


def parse_strict(text: str, base: int) -> int | None:
    """Return the Integer that a whole text is, None if it is none; blanks around it are allowed."""
    stripped = text.strip("\t\n\v\f\r ")
    sign = stripped[:1] if stripped[:1] in ("+", "-") else ""
    digits, actual = _base_of(stripped[len(sign) :], base)
    if not _pattern(actual).fullmatch(digits):
        return None
    number = _read(digits, actual)
    return -number if sign == "-" else number
