"""What Integer(), Float(), String(), Array() and Hash() take."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
Integer("0b1010", 2)  # => 10
Integer("z", 36)  # => 35
Integer("0x", 16)  # => ArgumentError: invalid value for Integer(): "0x"
Integer("1 2")  # => ArgumentError: invalid value for Integer(): "1 2"
Integer("1\n")  # => 1
Integer("1e5", exception: false)  # => nil
Integer(" 42\n")  # => 42
Integer("-0x1f")  # => -31
Integer("0_8")  # => ArgumentError: invalid value for Integer(): "0_8"
Integer("08", 10)  # => 8
Integer("8", 8)  # => ArgumentError: invalid value for Integer(): "8"
Integer("1_000_000")  # => 1000000
Integer(nil, 10)  # => ArgumentError: base specified for non string value
Integer("12", 1)  # => ArgumentError: illegal radix 1
Integer("12", 37)  # => ArgumentError: illegal radix 37
Float("1e-3")  # => 0.001
Float("1_0.5")  # => 10.5
Float("1__0")  # => ArgumentError: invalid value for Float(): "1__0"
Float("1e")  # => ArgumentError: invalid value for Float(): "1e"
Float("5.")  # => ArgumentError: invalid value for Float(): "5."
Float("1.e3")  # => ArgumentError: invalid value for Float(): "1.e3"
Float(".5_1")  # => 0.51
Float("0x1.8p3")  # => 12.0
Float("0x1.8")  # => ArgumentError: invalid value for Float(): "0x1.8"
Float("e5")  # => ArgumentError: invalid value for Float(): "e5"
Float("+1.5")  # => 1.5
Float("- 1")  # => ArgumentError: invalid value for Float(): "- 1"
Float("1.5\n")  # => 1.5
Float("1,5")  # => ArgumentError: invalid value for Float(): "1,5"
Float("0b1")  # => ArgumentError: invalid value for Float(): "0b1"
Float(true)  # => TypeError: no implicit conversion of true into Float
Float("1.5.2", exception: false)  # => nil
String(1.0)  # => "1.0"
String({a: 1})  # => "{a: 1}"
Array("a" => 1)  # => [["a", 1]]
Array([nil])  # => [nil]
Array(false)  # => [false]
Integer("12")  # => 12
Integer("0x1f")  # => 31
Integer("0b11")  # => 3
Integer("0o17")  # => 15
Integer("017")  # => 15
Integer("09")  # => ArgumentError: invalid value for Integer(): "09"
Integer(" 12 ")  # => 12
Integer("1_000")  # => 1000
Integer("1__0")  # => ArgumentError: invalid value for Integer(): "1__0"
Integer("_1")  # => ArgumentError: invalid value for Integer(): "_1"
Integer("12a")  # => ArgumentError: invalid value for Integer(): "12a"
Integer("")  # => ArgumentError: invalid value for Integer(): ""
Integer(" ")  # => ArgumentError: invalid value for Integer(): " "
Integer("1.5")  # => ArgumentError: invalid value for Integer(): "1.5"
Integer("1e3")  # => ArgumentError: invalid value for Integer(): "1e3"
Integer("12", 8)  # => 10
Integer("0x1f", 16)  # => 31
Integer("1f", 16)  # => 31
Integer("zz", 36)  # => 1295
Integer("12", 2)  # => ArgumentError: invalid value for Integer(): "12"
Integer(12, 8)  # => ArgumentError: base specified for non string value
Integer(3.99)  # => 3
Integer(-3.99)  # => -3
Integer(nil)  # => TypeError: can't convert nil into Integer
Integer(nil, exception: false)  # => nil
Integer("x", exception: false)  # => nil
Integer([], exception: false)  # => nil
Integer(true)  # => TypeError: no implicit conversion of true into Integer
Integer({})  # => TypeError: no implicit conversion of Hash into Integer
Integer(:a)  # => TypeError: no implicit conversion of Symbol into Integer
Integer(Float::NAN)  # => FloatDomainError: NaN
Integer(Float::INFINITY, exception: false)  # => nil
Integer("12\0")  # => ArgumentError: invalid value for Integer(): "12\u0000"
Integer("- 1")  # => ArgumentError: invalid value for Integer(): "- 1"
Integer("--1")  # => ArgumentError: invalid value for Integer(): "--1"
Integer("+1")  # => 1
Integer("１")  # => ArgumentError: invalid value for Integer(): "１"
Float("1.5")  # => 1.5
Float("1")  # => 1.0
Float(" 1.5 ")  # => 1.5
Float("1e3")  # => 1000.0
Float("1.")  # => ArgumentError: invalid value for Float(): "1."
Float(".5")  # => 0.5
Float("1_000.5")  # => 1000.5
Float("0x1A")  # => 26.0
Float("")  # => ArgumentError: invalid value for Float(): ""
Float("abc")  # => ArgumentError: invalid value for Float(): "abc"
Float("1.5x")  # => ArgumentError: invalid value for Float(): "1.5x"
Float("1.5x", exception: false)  # => nil
Float(nil)  # => TypeError: can't convert nil into Float
Float(nil, exception: false)  # => nil
Float(3)  # => 3.0
Float(:a)  # => TypeError: no implicit conversion of Symbol into Float
Float([])  # => TypeError: no implicit conversion of Array into Float
Float("Infinity")  # => ArgumentError: invalid value for Float(): "Infinity"
Float("NaN")  # => ArgumentError: invalid value for Float(): "NaN"
Float("1e400")  # => Infinity
Float("-0")  # => -0.0
String(1)  # => "1"
String(nil)  # => ""
String(:a)  # => "a"
String([1, "a"])  # => "[1, \"a\"]"
Array(nil)  # => []
Array(1)  # => [1]
Array([1])  # => [1]
Array("a\nb")  # => ["a\nb"]
Array(1..3)  # => [1, 2, 3]
Array({a: 1})  # => [[:a, 1]]
Hash(nil)  # => {}
Hash([])  # => {}
Hash([1])  # => TypeError: can't convert Array into Hash
Hash({a: 1})  # => {a: 1}
Hash([[1, 2]])  # => TypeError: can't convert Array into Hash
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_converts_as_ruby_does(source, expected):
    assert answer(source) == expected
