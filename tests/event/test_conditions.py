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
]
NOT_SAME = [
    (1, 1.0),
    (1, True),
    (1, "1"),
    (1, Decimal(1)),
    ([1], [1.0]),
    ([1], [1, 2]),
    ({"a": 1}, {"a": 1}),
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
    "equal objects": ({"a": {}, "b": {}}, False),
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


@pytest.mark.parametrize("members", [{}, {"a": "x"}, {"a": [1]}, {"a": {}}], ids=repr)
def test_cannot_order(members):
    with pytest.raises(ConditionError):
        ordered(Event.from_map(members), A, 5)


# value of the field, the list's constants, whether it is listed
LISTED = [
    ("a", ["a", "b"], True), (5, ["5", "x"], True), ("5", [5, 6], True), (5.0, [5, 6], False), (None, ["", "x"], True),
    (None, ["x", "y"], False), (["a"], ["a", "b"], False), ({}, ["", "{}"], False), (True, ["true", "x"], True),
    (Decimal("1.5"), [1.5, 2], False), (2, [1.5, 2], True),
]  # fmt: skip


@pytest.mark.parametrize(("value", "constants", "expected"), LISTED, ids=repr)
def test_a_field_is_in_a_list(value, constants, expected):
    assert listed(Event.from_map({"a": value}), A, constant_texts(constants)) is expected


def test_a_missing_field_is_in_no_list():
    assert not listed(Event.from_map({}), A, constant_texts([""]))


INSIDE = [
    ("a", "abc", True), ("", "abc", True), ("x", "abc", False), ("a", ["a"], True), (5, [5.0], False), (5, 5, True), (5, "5", False),
    (None, [None], False), (["a"], [["a"]], False), ("a", None, False), ({}, [{}], False), ("k", {"k": 1}, False),
]  # fmt: skip


@pytest.mark.parametrize(("value", "container", "expected"), INSIDE, ids=repr)
def test_a_field_is_in_a_field(value, container, expected):
    assert field_in_field(value, container) is expected


def test_a_number_is_in_a_list_only():
    assert [number_in(one, 5) for one in ([5], [5.0], ["5"], 5, "5")] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", True), ("-3", True), ("500", True), ("-0", False), ("07", False), ("+1", False), ("1.0", False),
     ("", False), ("--1", False), ("٣", False), ("²", False), ("1_0", False), ("9" * 5000, False)],
)  # fmt: skip
def test_a_text_is_that_of_an_integer(text, expected):
    assert is_integer(text) is expected
