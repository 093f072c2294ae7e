"""What range does beyond its examples."""

from decimal import Decimal

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.filters.range import Range


def prepared(ranges, **settings):
    one = Range(Context(), {"ranges": ranges, **settings})
    return one, list(one.prepare())


def ranged(ranges, fields, **settings):
    one, problems = prepared(ranges, **settings)
    assert problems == []
    event = Event(dict(fields))
    matched = one.filter(event)
    return matched, None if event.cancelled else {
        name: value for name, value in event.to_map().items() if name not in fields or value != fields[name]
    }


@pytest.mark.parametrize(
    ("value", "is_in"),
    [
        (1.5, True), (2.5, True), (2.51, False), (2, True), ("ab", True), ("a", False), ("éé", True),
        (None, False), (True, False), (Decimal(2), False), ([1, 2], False), ({"a": 1}, False),
    ],
)  # fmt: skip
def test_numbers_and_lengths_of_texts_are_in_a_range(value, is_in):
    rule = ["n", 1.5, 2.5, "tag:in"]
    assert ranged(rule, {"n": value}) == (True, {"tags": ["in"]} if is_in else {})
    assert ranged(rule, {"n": value}, negate=True) == (True, {} if is_in else {"tags": ["in"]})


def test_a_missing_field_is_in_no_range_and_outside_of_none():
    assert ranged(["n", 1, 2, "tag:in"], {"m": 1}, negate=True) == (True, {})


@pytest.mark.parametrize(
    ("action", "fields", "expected"),
    [
        ("tag:n%{n}", {}, {"tags": ["n1"]}),
        ("field:x:7", {}, {"x": 7}),
        ("field:x:1.5", {}, {"x": 1.5}),
        ("field:x:07", {}, {"x": "07"}),
        ("field:x:v%{n}", {}, {"x": "v1"}),
        ("field:[x][y]:a", {}, {"x": {"y": "a"}}),
        ("field:x:7", {"x": "old"}, {"x": ["old", "7"]}),
        ("field:x:7", {"x": ["old"]}, {"x": ["old", "7"]}),
        ("field:x:7", {"x": False}, {"x": 7}),
        ("drop", {}, None),
        ("drop:", {}, None),
    ],
)
def test_an_action_tags_adds_or_drops(action, fields, expected):
    assert ranged(["n", 1, 1, action], {"n": 1, **fields}) == (expected is not None, expected)


def test_rules_are_gone_through_field_by_field():
    rules = ["a", 1, 1, "tag:1", "b", 1, 1, "tag:2", "a", 1, 1, "tag:3"]
    assert ranged(rules, {"a": 1, "b": 1}) == (True, {"tags": ["1", "3", "2"]})


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        (["n", 1, 2], "ranges has 3 items, which are no fours"),
        ([1, 1, 2, "drop"], "expected the name of a field, got 1"),
        (["n", "1", 2, "drop"], "expected a number, got '1'"),
        (["n", 1, True, "drop"], "expected a number, got True"),
        (["n", 1, 2, 3], "expected an action, got 3"),
        (["n", 1, 2, "rename:x"], "expected tag:NAME, field:NAME:VALUE or drop, got 'rename:x'"),
        (["n", 1, 2, "tag:"], "expected tag:NAME, field:NAME:VALUE or drop, got 'tag:'"),
        (["n", 1, 2, "tag:a:b"], "expected tag:NAME, field:NAME:VALUE or drop, got 'tag:a:b'"),
        (["n", 1, 2, "drop:x"], "expected tag:NAME, field:NAME:VALUE or drop, got 'drop:x'"),
    ],
)
def test_wrong_rules_are_found_at_the_start(ranges, message):
    _one, problems = prepared(ranges)
    assert [one.message for one in problems] == [message]
