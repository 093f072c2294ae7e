"""Ruby's and Java's conversions, texts and order, where Python's differ."""

from decimal import Decimal
from itertools import product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.event import ConditionError, Timestamp, inspect, to_f, to_i, to_s, truthy
from logsmith.event.ruby import capitalize, compare, downcase, finite, float_text, java_text, ruby_number

STAMP = Timestamp(1_500_000_000)

INTEGERS = {
    "12abc": 12, "abc": 0, "": 0, " 12": 12, "-5": -5, "+5": 5, "1_000": 1000, "1__0": 1, "_1": 0, "1e3": 1, "1.9": 1, "0x1f": 0,
    "99999999999999999999": 99999999999999999999, None: 0, 1.9: 1, -1.9: -1, Decimal("2.7"): 2, True: 1, STAMP: 1,
}  # fmt: skip
FLOATS = {
    "1.5x": 1.5, "abc": 0.0, "": 0.0, "1e3": 1000.0, "1_0.5": 10.5, ".5": 0.5, "-.5": -0.5, "5.": 5.0, "1e": 1.0, "0x1f": 0.0,
    "1e400": inf, "1e999-": inf, "1e1000": inf, "1e1_000-": 0.0, "-1e4567x": 0.0, "1e0001-": 10.0, "9" * 400 + "x": inf,
    None: 0.0, 3: 3.0, Decimal("2.5"): 2.5, STAMP: 1.5,
}  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), INTEGERS.items(), ids=repr)
def test_to_i(value, expected):
    assert to_i(value) == expected


@pytest.mark.parametrize(("value", "expected"), FLOATS.items(), ids=repr)
def test_to_f(value, expected):
    assert to_f(value) == expected


CASED = {
    "hELLO": ("hello", "Hello"),
    "\u0391\u03a3": ("\u03b1\u03c3", "\u0391\u03c3"),
    "\u01c4\u03a3": ("\u01c6\u03c3", "\u01c5\u03c3"),
    "": ("", ""),
}


@pytest.mark.parametrize(("text", "expected"), CASED.items(), ids=repr)
def test_a_sigma_that_ends_a_word_is_as_any_other(text, expected):
    assert (downcase(text), capitalize(text)) == expected


@pytest.mark.parametrize("convert", [to_i, to_f])
@pytest.mark.parametrize("value", [[], {}])
def test_containers_are_no_numbers(convert, value):
    with pytest.raises(TypeError):
        convert(value)


# number, as Java writes it, as Ruby does
NUMBERS = [
    (0.0, "0.0", "0.0"), (1.0, "1.0", "1.0"), (-2.5, "-2.5", "-2.5"), (1e6, "1000000.0", "1000000.0"), (1e7, "1.0E7", "10000000.0"),
    (0.001, "0.001", "0.001"), (0.0001, "1.0E-4", "0.0001"), (0.00001, "1.0E-5", "1.0e-05"), (1.5e-7, "1.5E-7", "1.5e-07"),
    (1e16, "1.0E16", "10000000000000000.0"), (1e20, "1.0E20", "1.0e+20"), (1.25e100, "1.25E100", "1.25e+100"),
    (float("inf"), "Infinity", "Infinity"), (float("-inf"), "-Infinity", "-Infinity"), (float("nan"), "NaN", "NaN"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "java", "ruby"), NUMBERS, ids=repr)
def test_floats_as_text(number, java, ruby):
    assert (float_text(number), ruby_number(number)) == (java, ruby)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_texts_of_floats_read_back_as_the_same_float(number):
    assert float(float_text(number)) == number
    if not 1e19 <= abs(number) < 1e20:  # Ruby writes 15 digits of these
        assert float(ruby_number(number)) == number


# as JRuby writes them
UNUSUAL = [
    (98642340658051936.0, "98642340658051936.0"), (35316373881147272.0, "35316373881147272.0"),
    (1e15, "1000000000000000.0"), (1e17, "100000000000000000.0"), (123456789012345678.0, "123456789012345680.0"),
    (100543921676542336.0, "100543921676542336.0"), (-1006169404014190850.0, "-1006169404014190850.0"),
    (1.0000000000000001e18, "1000000000000000130.0"), (5470199301813600000.0, "5470199301813600300.0"),
    (9.9e18, "9900000000000000000.0"), (1.0054392167654234e17, "100543921676542336.0"),
    (1e19, "1.0e+19"), (1.0060965759641682e19, "1.00609657596417e+19"), (1.293112030367005e19, "1.293112030367e+19"),
    (1.0000000000000002e19, "1.0e+19"), (1e20, "1.0e+20"), (1e23, "9.999999999999999e+22"),
    (2e23, "1.9999999999999998e+23"), (4.8726570057e288, "4.8726570056999995e+288"), (5e-324, "4.9e-324"),
    (9e-323, "8.9e-323"), (1.0864618449742e-311, "1.0864618449742e-311"), (1.5e-5, "1.5e-05"), (0.00015, "0.00015"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "written"), UNUSUAL, ids=repr)
def test_floats_are_written_with_the_digits_jruby_takes(number, written):
    assert ruby_number(number) == written


DECIMALS = {
    "1.5": "0.15e1",
    "1.50": "0.15e1",
    "1E+3": "0.1e4",
    "-0.05": "-0.5e-1",
    "0": "0.0",
    "-0.0": "-0.0",
    "100": "0.1e3",
}


@pytest.mark.parametrize(("text", "expected"), DECIMALS.items(), ids=repr)
def test_a_decimal_in_ruby(text, expected):
    assert to_s(Decimal(text)) == expected


NOT_FINITE = [
    (float("inf"), "Infinity"),
    (Decimal("-Infinity"), "-Infinity"),
    (Decimal("NaN"), "NaN"),
    (1.5, 1.5),
]


@pytest.mark.parametrize(("number", "expected"), NOT_FINITE, ids=repr)
def test_a_field_holds_finite_numbers(number, expected):
    assert finite(number) == expected


TRUE = (True, 0, 0.0, [], {}, "0", "no", " ", STAMP)
FALSE = (None, False, "", "false")


@pytest.mark.parametrize("value", TRUE, ids=repr)
def test_is_true(value):
    assert truthy(value)


@pytest.mark.parametrize("value", FALSE, ids=repr)
def test_is_false(value):
    assert not truthy(value)


# value, Ruby's to_s, Java's toString
TEXTS = [
    (None, "", "null"), (True, "true", "true"), ("x", "x", "x"), ([], "[]", "[]"), ({}, "{}", "{}"),
    ({"a": 1, "b": [None, "x"]}, '{"a" => 1, "b" => [nil, "x"]}', "{a=1, b=[null, x]}"),
    (['"\\\n\t\x1b\x01#{x} #x é'], '["\\"\\\\\\n\\t\\e\\u0001\\#{x} #x é"]', '["\\\n\t\x1b\x01#{x} #x é]'),
    ([1e7], "[10000000.0]", "[1.0E7]"), (STAMP, "1970-01-01T00:00:01.500Z", "1970-01-01T00:00:01.500Z"),
]  # fmt: skip


ESCAPED = {
    "\x00\x1f\x7f": r"\u0000\u001F\u007F", "\a\b\t\n\v\f\r\x1b": r"\a\b\t\n\v\f\r\e", "\x80\x9f": r"\u0080\u009F",
    "\x85\xa0\xad\u200b\u3000\ue000": "\x85\xa0\xad\u200b\u3000\ue000", "\u2028\u0378\ufffe": r"\u2028\u0378\uFFFE",
    "\U0010ffff\U0001f600": r"\u{10FFFF}" + "\U0001f600", "#{#$#@##": r"\#{\#$\#@##", "\"'\\": r"\"'\\",
    "ü\udcc3": r"ü\xC3",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ESCAPED.items(), ids=ascii)
def test_a_text_is_inspected_as_jruby_does(text, expected):
    assert inspect(text) == f'"{expected}"'


@pytest.mark.parametrize(("value", "ruby", "java"), TEXTS, ids=repr)
def test_values_as_text(value, ruby, java):
    assert (to_s(value), java_text(value)) == (ruby, java)


def test_only_inspect_puts_quotes_around_a_text_and_names_null():
    assert [inspect("a"), inspect(None)] == ['"a"', "nil"]


ORDERED = [
    (1, 2),
    (1, 1.5),
    (Decimal("1.5"), 2),
    ("a", "b"),
    ("", "a"),
    ("5", "a"),
    (Timestamp(1), Timestamp(2)),
    (2**70, 2.0**71),
]


@pytest.mark.parametrize(("less", "more"), ORDERED, ids=repr)
def test_orders(less, more):
    assert [compare(less, more), compare(more, less), compare(less, less)] == [-1, 1, 0]


@pytest.mark.parametrize(("left", "right"), list(product([None, True, STAMP], [5, "x", None])), ids=repr)
def test_null_booleans_and_timestamps_count_as_equal(left, right):
    assert compare(left, right) == 0


@pytest.mark.parametrize(("left", "right"), [("5", 5), (5, "5"), ([1], 5), (5, {}), (5, None)], ids=repr)
def test_has_no_order(left, right):
    with pytest.raises(ConditionError):
        compare(left, right)


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("sNaN"), float("nan")])
@pytest.mark.parametrize("other", [1, 1.5, Decimal(2), float("nan")])
def test_what_is_no_number_is_neither_more_nor_less_than_one(number, other):
    assert compare(number, other) == compare(other, number) == 0
