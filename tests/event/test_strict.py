"""Strict conversions, as mutate's convert makes them."""

from decimal import Decimal
from math import inf

import pytest

from logsmith.event import Timestamp
from logsmith.event.strict import (
    MAX_DIGITS,
    ConversionError,
    european,
    loose_boolean,
    plain_string,
    ruby_float,
    strict_float,
    strict_integer,
)

# text, as an integer, as a float; None: refused
TEXTS = [
    ("42", 42, 42.0), (" 42\n", 42, 42.0), ("-17", -17, -17.0), ("+5", 5, 5.0), ("007", 7, 7.0), ("1,234,567", 1234567, 1234567.0),
    ("1,5", 15, 15.0), ("3.75", 3, 3.75), ("-3.75", -3, -3.75), (".5", 0, 0.5), ("5.", 5, None), ("-5.", -5, None), ("1.e3", None, None), ("1,000.", 1000, None), ("1_0.5_0e1_0", 105000000000, 105e9), (".5_1", 0, 0.51), ("1e3", 1000, 1000.0), ("1E3", 1000, 1000.0),
    ("1_000", 1000, 1000.0), ("0x1F", 31, 31.0), ("0x1.8p1", 3, 3.0), ("12345678901234567890", 12345678901234567890, 1.2345678901234567e19),
    ("12%", 12, None), ("12\u20ac", 12, None), ("7f", 7, None), ("1.5!", 1, None), ("1e3%", 1000, None), ("12 h", 12, None), ("1-2", 1, None), ("12_", 12, None),
    ("12%%", None, None), ("0x", None, None), ("-0xg", None, None), ("1_2%", None, None), ("5.%", None, None), ("12e", None, None), ("12 hr", None, None), ("1--", None, None), ("0x18p1", None, 48.0),
    ("", None, None), (" ", None, None), ("-", None, None), ("abc", None, None), ("12abc", None, None),
    ("1__0", None, None), ("nan", None, None), ("1 000", None, None), ("\xa05", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "integer", "number"), TEXTS, ids=repr)
def test_a_text_as_a_number(text, integer, number):
    for convert, expected in ((strict_integer, integer), (strict_float, number)):
        if expected is None:
            with pytest.raises(ConversionError):
                convert(text)
        else:
            assert convert(text) == expected


# As JRuby's Float() reads them
RUBY_FLOATS = {
    " 1.5\n": 1.5, ".5": 0.5, "-.5_0": -0.5, "1e1_0": 1e10, "1e400": inf, "0x1F": 31.0, "-0XF": -15.0, "0x1_f ": 31.0,
    "0x1.8p3": 12.0, "0x1.p3": 8.0, "0x.8p1": 1.0, "0x1p1_0": 1024.0, "-0x1p-2": -0.25, "-0x1p99999": -inf,
    "5.": None, "+5.": None, "1.e3": None, "1e": None, "1_": None, "1__0": None, "1_.5": None, "1._5": None, ".": None,
    "": None, " 0x1f": None, "+0x1f": None, "0x1.8": None, "0X1p3": None, "0x1.8p3 ": None, "0x": None,
    "NaN": None, "1.5\0": None, "\xa01": None, "\u0661": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RUBY_FLOATS.items(), ids=repr)
def test_a_text_as_the_float_of_ruby(text, expected):
    assert ruby_float(text) == expected


@pytest.mark.parametrize("convert", [strict_integer, strict_float])
@pytest.mark.parametrize("value", [[], {}, None])
def test_what_is_no_number_is_refused(convert, value):
    with pytest.raises(ConversionError):
        convert(value)


OTHERS = [(True, 1, 1.0), (2.9, 2, 2.9), (Decimal("2.9"), 2, 2.9), (Timestamp(1_500_000_000), 1, 1.5)]


@pytest.mark.parametrize(("value", "integer", "number"), OTHERS, ids=repr)
def test_other_values_as_numbers(value, integer, number):
    assert (strict_integer(value), strict_float(value)) == (integer, number)


def test_a_float_beyond_the_range_becomes_a_text():
    assert strict_float("1e999") == "Infinity"


def test_a_number_has_so_many_digits_at_most():
    assert strict_float("1" * MAX_DIGITS) == "Infinity"
    with pytest.raises(ConversionError, match="no number"):
        strict_integer("1" * (MAX_DIGITS + 1))
    with pytest.raises(ConversionError, match="too large"):
        strict_integer(f"1e{MAX_DIGITS + 1}")


def test_european_texts_exchange_comma_and_dot():
    assert [european("1.234,5"), european(1.5)] == ["1,234.5", 1.5]


BOOLEANS = {
    "true": True, "T": True, "yes": True, "y": True, "1": True, "1.0": True, "1x0": True, "maybe\nyes": True, 1: True,
    "false": False, "F": False, "no": False, "n": False, "0": False, "0.0": False, "": False, 0: False,
    "abc": "abc", " ": " ", 2: 2, 2.5: 2.5, None: None,
}  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), BOOLEANS.items(), ids=repr)
def test_a_value_as_a_boolean(value, expected):
    converted = loose_boolean(value)
    assert (converted, type(converted)) == (expected, type(expected))


STRINGS = [
    (1, "1"),
    (1.0, "1.0"),
    (1e7, "10000000.0"),
    (1e20, "1.0e+20"),
    (True, "true"),
    (2**70, str(2**70)),
    ([1, None], "[1, nil]"),
]


@pytest.mark.parametrize(("value", "expected"), STRINGS, ids=repr)
def test_a_value_as_a_string(value, expected):
    assert plain_string(value) == expected
