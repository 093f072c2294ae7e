"""Rational."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
Rational(3,4)  # => (3/4)
Rational("0.75")  # => (3/4)
3.to_r  # => (3/1)
0.5.to_r  # => (1/2)
1.5.rationalize  # => (3/2)
Rational(1,3) + 1  # => (4/3)
Rational(1,3).to_f  # => 0.3333333333333333
Rational(7,2).round  # => 4
Rational(7,2).floor  # => 3
Rational(7,2).ceil  # => 4
Rational(7,2).truncate  # => 3
Rational(7,2).to_i  # => 3
Rational(1,3).inspect  # => "(1/3)"
Rational(1,3).to_s  # => "1/3"
Rational(1,3) <=> 1  # => -1
Rational(1,3) == 1  # => false
Rational(1,3).zero?  # => false
Rational(-1,3).abs  # => (1/3)
Rational(1,3).numerator  # => 1
Rational(1,3) ** 2  # => (1/9)
Rational(1,3) / 0  # => ZeroDivisionError: divided by 0
Rational(1,3) / 2.0  # => 0.16666666666666666
Rational(1,3) % 1  # => (1/3)
Rational(1,3).divmod(1)  # => [0, (1/3)]
-Rational(1,3)  # => (-1/3)
1 + Rational(1,3)  # => (4/3)
1 - Rational(1,3)  # => (2/3)
2 * Rational(1,3)  # => (2/3)
1 / Rational(1,3)  # => (3/1)
1.0 * Rational(1,2)  # => 0.5
1 < Rational(3,2)  # => true
1 <=> Rational(3,2)  # => -1
[Rational(1,2), 1].max  # => 1
Rational(1,3).to_json  # => "\"1/3\""
Rational(5,2).round(1)  # => (5/2)
Rational(3,1) == 3  # => true
Rational(1,3).is_a?(Numeric)  # => true
Integer === Rational(1,1)  # => false
Rational(10,4).round(half: :even)  # => 2
10 ** -2  # => (1/100)
Rational("x")  # => ArgumentError: invalid value for convert(): "x"
Rational(nil)  # => TypeError: can't convert nil into Rational
Rational("x", exception: false)  # => nil
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_rationals_answer_as_ruby_does(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("'0.75'.to_r", "(3/4)"),
        ("'1/3'.to_r", "(1/3)"),
        ("' 2/4 and'.to_r", "(1/2)"),
        ("'1.5e2'.to_r", "(150/1)"),
        ("'x'.to_r", "(0/1)"),
        ("'1/0'.to_r", "ZeroDivisionError: divided by 0"),
        ("BigDecimal('1.50').to_s", '"0.15e1"'),
        ("BigDecimal('1.50').to_s('F')", '"1.5"'),
        ("BigDecimal('100').to_s('f')", '"100.0"'),
        ("BigDecimal('1e-2').to_s('F')", '"0.01"'),
    ],
)
def test_texts_and_exact_numbers(source, shown):
    assert answer(source) == shown
