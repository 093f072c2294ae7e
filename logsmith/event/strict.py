"""Strict conversions of texts, as mutate's `convert` makes them since Logstash 8.14.

Blanks around are trimmed, every comma is deleted ("1,5" is 15), hex forms are read; anything else is an error.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from math import inf

from logsmith.event.errors import EventError
from logsmith.event.ruby import RUBY_BLANKS, finite, to_s
from logsmith.event.timestamp import Timestamp
from logsmith.event.values import Value, type_names

MAX_DIGITS = 10_000  # of a number written as a text; Logstash's own limit for numbers in JSON
MAX_INTEGER_DIGITS = 4_000  # what is longer Python does not write

_HEX_INTEGER = re.compile(r"[+-]?0x[0-9a-f]+")
_HEX_FLOAT = re.compile(r"[+-]?0x[0-9a-f]*\.?[0-9a-f]*(p[+-]?[0-9]+)?")
_HEX_STARTS = ("0x", "+0x", "-0x")
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_is_ruby_float = re.compile(
    rf"[ \t\n\v\f\r]*[+-]?(?:{_DIGITS}(?:\.{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?[ \t\n\v\f\r]*"
).fullmatch
# JRuby's: neither blanks before nor a plus, and a fraction only with an exponent
_is_ruby_hex_float = re.compile(
    r"-?0(?:[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*[ \t\n\v\f\r]*"
    rf"|x(?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?{_DIGITS})"
).fullmatch
# JRuby's BigDecimal: underscores between digits, d for e, and one more sign at the end, whatever it is, that counts for
# nothing: "12%", "5.", "7f"; two of them if the first is a blank or a sign, as in "12 h" and "1-2". None after underscores
_DECIMAL = re.compile(
    rf"([+-]?(?:{_DIGITS}(?:\.{_DIGITS})?|\.{_DIGITS})(?:[ed][+-]?{_DIGITS})?)"
    r"(?:[^ed \t-\r\x1c-\x1f+-]|[ \t-\r\x1c-\x1f].?|[+-][^ed+-]?)?",
    re.DOTALL,
)
# The texts are looked for line by line and the dot is any character, as in the original
_TRUE = re.compile(r"^(true|t|yes|y|1|1.0)$", re.IGNORECASE | re.MULTILINE)
_FALSE = re.compile(r"^(false|f|no|n|0|0.0)$", re.IGNORECASE | re.MULTILINE)


class ConversionError(EventError):
    """A value cannot be converted to the wanted type."""


def strict_integer(value: Value) -> int:
    """Return a value as an integer, truncated towards zero; raises ConversionError."""
    if isinstance(value, str):
        return _integer_of(_cleaned(value))
    if isinstance(value, Timestamp):
        return value.nanos // 1_000_000_000
    if isinstance(value, (bool, int, float, Decimal)):
        if isinstance(value, Decimal) and value.adjusted() >= MAX_INTEGER_DIGITS:
            raise ConversionError(f"{value} is too large")
        try:
            return int(value)
        except (OverflowError, ValueError, InvalidOperation):
            raise ConversionError(f"cannot convert {value} to an integer") from None
    raise ConversionError(f"cannot convert {type_names.get(type(value), 'this')} to an integer")


def strict_float(value: Value) -> Value:
    """Return a value as a float; raises ConversionError."""
    if isinstance(value, str):
        return finite(_float_of(_cleaned(value)))
    if isinstance(value, Timestamp):
        return value.nanos / 1_000_000_000
    if isinstance(value, (bool, int, float, Decimal)):
        try:
            return float(value)
        except OverflowError:
            raise ConversionError(f"cannot convert {value} to a float") from None
    raise ConversionError(f"cannot convert {type_names.get(type(value), 'this')} to a float")


def ruby_float(text: str) -> float | None:
    """Return the float that a whole text is to Ruby's `Float()`, None if it is none; "5." is none."""
    if _is_ruby_float(text):
        return float(text.replace("_", ""))
    if not _is_ruby_hex_float(text):
        return None
    try:
        return float.fromhex(text.replace("_", ""))
    except OverflowError:
        return -inf if text.startswith("-") else inf


def european(value: Value) -> Value:
    """Return a text with comma and dot exchanged, `1.234,5` as `1,234.5`; other values as they are."""
    return value.translate({ord(","): ".", ord("."): ","}) if isinstance(value, str) else value


def loose_boolean(value: Value) -> Value:
    """Return true or false for the values that stand for one; any other value as it is."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return {1.0: True, 0.0: False}.get(value, value)
    if isinstance(value, Decimal):
        value = str(value)
    if not isinstance(value, str):
        return value
    if _TRUE.search(value):
        return True
    return False if not value or _FALSE.search(value) else value


def plain_string(value: Value) -> str:
    """Return the text that `convert` to string makes, which is Ruby's."""
    return to_s(value)


def _cleaned(text: str) -> str:
    if len(text) > MAX_DIGITS:
        raise ConversionError(f"a text of {len(text)} characters is no number")
    return text.strip(RUBY_BLANKS).replace(",", "").lower()


def _integer_of(text: str) -> int:
    if len(text) <= MAX_INTEGER_DIGITS * 3 // 4 and _HEX_INTEGER.fullmatch(text):
        return int(text, 16)
    if "0x" in text and "." in text and _HEX_FLOAT.fullmatch(text):
        return int(_hex_float(text))
    found = None if text.startswith(_HEX_STARTS) else _DECIMAL.fullmatch(text)
    if found is None or ("_" in found[1] and found[1] != text):
        raise ConversionError(f"cannot convert {text!r} to an integer")
    number = Decimal(found[1].replace("d", "e"))
    if number.adjusted() >= MAX_INTEGER_DIGITS:
        raise ConversionError(f"{text!r} is too large")
    return int(number)


def _float_of(text: str) -> float:
    if "0x" in text and _HEX_FLOAT.fullmatch(text):
        return _hex_float(text)
    number = ruby_float(text)
    if number is None:
        raise ConversionError(f"cannot convert {text!r} to a float")
    return number


def _hex_float(text: str) -> float:
    try:
        return float.fromhex(text)
    except (ValueError, OverflowError):
        raise ConversionError(f"cannot convert {text!r} to a number") from None
