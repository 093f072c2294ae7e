"""What comparisons and membership mean."""

from decimal import Decimal

import pytest

from logsmith.event import ConditionError, Event, FieldRef, Timestamp
from logsmith.event.conditions import (
    constant_texts,
    equals_number,
    field_in_field,
    is_integer,
    listed,
    null_in_field,
    number_in,
    ordered,
    same,
    same_fields,
)

A, B = FieldRef.parse("a"), FieldRef.parse("b")

SAME = [
    (1, 1),
    ("x", "x"),
    (None, None),
    ([1, ["x"]], [1, ["x"]]),
    (True, True),
    (Timestamp(1), Timestamp(1)),
    ({}, {}),
    ([{}], [{}]),
]
SAME += [  # a decimal on the left, and 15 digits of a float
    (Decimal(5), 5),
    (Decimal("5.0"), 5.0),
    (Decimal("0.1"), 0.1),
    (Decimal("0.333333333333333"), 1 / 3),
    (Decimal("666954.239992295"), 666954.2399922945),
    ([Decimal("1.5")], [1.5]),
]
NOT_SAME = [
    (1, 1.0),
    (1, True),
    (1, "1"),
    (1, Decimal(1)),
    (0.1, Decimal("0.1")),
    (Decimal("0.3333333333333333"), 1 / 3),
    (Decimal(1), True),
    (Decimal(5), "5"),
    ([1], [1.0]),
    ([1], [1, 2]),
    ({"a": "x"}, {"a": "x"}),
    ({}, {"a": "x"}),
    (None, False),
]


@pytest.mark.parametrize(("left", "right"), SAME, ids=repr)
def test_are_the_same(left, right):
    assert same(left, right)


@pytest.mark.parametrize(("left", "right"), NOT_SAME, ids=repr)
def test_are_not_the_same(left, right):
    assert not same(left, right)


FIELDS = {
    "both missing": ({}, True),
    "one missing, one null": ({"a": None}, False),
    "both null": ({"a": None, "b": None}, True),
    "equal texts": ({"a": "x", "b": "x"}, True),
    "equal objects": ({"a": {"k": "x"}, "b": {"k": "x"}}, False),
    "empty objects": ({"a": {}, "b": {}}, True),
    "equal arrays": ({"a": [1], "b": [1]}, True),
}


@pytest.mark.parametrize(("members", "expected"), FIELDS.values(), ids=FIELDS)
def test_two_fields_are_equal(members, expected):
    assert same_fields(Event.from_map(members), A, B) is expected


def test_a_number_constant_equals_its_own_type_only():
    assert [equals_number(value, 5) for value in (5, 5.0, Decimal(5), "5", None)] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_orders_a_field_against_a_constant_or_a_field():
    event = Event.from_map({"a": 5, "b": 7.5})
    assert [ordered(event, A, 3), ordered(event, A, 5), ordered(event, A, B)] == [1, 0, -1]


# the left and the right field, how the left one is ordered against the right
ORDERED = [
    (-0.0, 0.0, -1), (0.0, -0.0, 1), (-0.0, 0, -1), (0, -0.0, 1), (0.0, 0, 0), (-0.0, -0.0, 0), (-0.0, -1, 1),
    (False, 0, 0), (None, 0.0, 0),
    (Decimal("0.1"), 0.1, 0), (0.1, Decimal("0.1"), 0), (Decimal("0.3333333333333333"), 1 / 3, 1),
    (Decimal("0.2"), 0.1, 1), (Decimal("1E+3"), 1000, 0), (Decimal("1.5"), "x", 0), (Decimal("1.5"), None, 0),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "expected"), ORDERED, ids=repr)
def test_orders_as_jruby_does(left, right, expected):
    event = Event.from_map({"a": left, "b": right})
    assert ordered(event, A, right) == ordered(event, A, B) == expected


@pytest.mark.parametrize("value", [None, True, False, Timestamp(1)], ids=repr)
def test_what_has_no_order_has_none_with_a_missing_field(value):
    event = Event.from_map({"a": value})
    assert ordered(event, A, B) == 0
    with pytest.raises(ConditionError):
        ordered(event, B, A)


@pytest.mark.parametrize("value", [5, "x"], ids=repr)
def test_cannot_order_against_a_missing_field(value):
    with pytest.raises(ConditionError):
        ordered(Event.from_map({"a": value}), A, B)


@pytest.mark.parametrize("members", [{}, {"a": "x"}, {"a": [1]}, {"a": {}}], ids=repr)
def test_cannot_order(members):
    with pytest.raises(ConditionError):
        ordered(Event.from_map(members), A, 5)


# value of the field, the list's constants, whether it is listed
LISTED = [
    ("a", ["a", "b"], True), (5, ["5", "x"], True), ("5", [5, 6], True), (5.0, [5, 6], False), (None, ["", "x"], True),
    (None, ["x", "y"], False), (["a"], ["a", "b"], False), ({}, ["", "{}"], False), (True, ["true", "x"], True),
    (Decimal("1.5"), [1.5, 2], False), (2, [1.5, 2], True), (200.0, [200.0, 2], True), (1e7, [1e7, 2], False),
    (1e7, ["10000000.0", "x"], True), (1e7, ["1.0E7", "x"], False), (0.0001, ["0.0001", "x"], True),
    (0.0001, [0.0001, 2], False), (123456789.0, ["123456789.0", "x"], True), (1e-7, ["1.0e-07", "x"], True),
]  # fmt: skip


@pytest.mark.parametrize(("value", "constants", "expected"), LISTED, ids=repr)
def test_a_field_is_in_a_list(value, constants, expected):
    assert listed(Event.from_map({"a": value}), A, constant_texts(constants)) is expected


def test_a_missing_field_is_in_no_list():
    assert not listed(Event.from_map({}), A, constant_texts([""]))


INSIDE = [
    ("a", "abc", True), ("", "abc", True), ("x", "abc", False), ("a", ["a"], True), (5, [5.0], False), (5, 5, True), (5, "5", False),
    (["a"], [["a"]], False), (Decimal(5), [5], True), (5, [Decimal(5)], False), ("a", None, False), ({}, [{}], False), ("k", {"k": 1}, False),
]  # fmt: skip


@pytest.mark.parametrize(("value", "container", "expected"), INSIDE, ids=repr)
def test_a_field_is_in_a_field(value, container, expected):
    assert field_in_field(value, container) is expected


NULLS = {
    "in a null": ({"a": None, "b": None}, True),
    "in an array with a null": ({"a": None, "b": ["x", None]}, True),
    "in an array without": ({"a": None, "b": ["x", ""]}, False),
    "in an object": ({"a": None, "b": {}}, False),
    "in an empty text": ({"a": None, "b": ""}, False),
    "in a missing field": ({"a": None}, False),
    "a missing field in a null": ({"b": None}, False),
    "a missing field in an array with a null": ({"b": [None]}, False),
    "both missing": ({}, False),
}


@pytest.mark.parametrize(("members", "expected"), NULLS.values(), ids=NULLS)
def test_a_null_is_in_a_field(members, expected):
    assert null_in_field(Event.from_map(members), A, B) is expected


def test_a_number_is_in_a_list_only():
    assert [number_in(one, 5) for one in ([5], [5.0], ["5"], 5, "5")] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", True), ("-3", True), ("500", True), ("9" * 20, True), ("9" * 100, True), ("9" * 101, False), ("-0", False), ("07", False), ("+1", False), ("1.0", False),
     ("", False), ("--1", False), ("٣", False), ("²", False), ("1_0", False), ("9" * 5000, False)],
)  # fmt: skip
def test_a_text_is_that_of_an_integer(text, expected):
    assert is_integer(text) is expected
