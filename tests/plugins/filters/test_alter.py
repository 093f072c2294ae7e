"""What alter does beyond its examples."""

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.filters.alter import Alter


def prepared(**settings):
    one = Alter(Context(), settings)
    return one, list(one.prepare())


def altered(fields, **settings):
    one, problems = prepared(**settings)
    assert problems == []
    event = Event(dict(fields))
    assert one.filter(event) is None
    return event.to_map()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"a": "x"}, {"a": "y"}),
        ({"a": "xx"}, {"a": "xx"}),
        ({"a": ["x", 1, "x"]}, {"a": ["y", 1, "y"]}),
        ({"a": 1}, {"a": 1}),
        ({}, {}),
    ],
)
def test_only_what_equals_the_text_is_rewritten(fields, expected):
    assert altered(fields, condrewrite=["a", "x", "y"]) == expected


def test_rewrites_follow_one_another():
    rules = ["a", "x", "y", "a", "y", "%{b}"]
    assert altered({"a": "x", "b": "z"}, condrewrite=rules) == {"a": "z", "b": "z"}


@pytest.mark.parametrize("value", ["x", ["w", "x"]])
def test_another_field_is_set_where_a_field_or_an_item_of_it_equals_the_text(value):
    rule = ["a", "%{is}", "[o][k]", "y%{is}"]
    assert altered({"a": value, "is": "x"}, condrewriteother=rule) == {
        "a": value,
        "is": "x",
        "o": {"k": "yx"},
    }
    assert altered({"a": "z", "is": "x"}, condrewriteother=rule) == {"a": "z", "is": "x"}


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        (["%{gone}", "%{b}", "z"], "B"),
        (["%{gone}", "z"], "z"),
        (["50%", "z"], "z"),
        (["nil", "z"], "z"),
        (["", "z"], ""),
        (["%{gone}", "%{b} %{gone}"], "old"),
    ],
)
def test_the_first_text_without_a_percent_sign_is_taken(choices, expected):
    assert altered({"a": "old", "b": "B"}, coalesce=["a", *choices])["a"] == expected


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"condrewrite": ["a", "b"]},
            "Invalid condrewrite configuration. condrewrite has to define 3 elements per config entry",
        ),
        (
            {"condrewriteother": ["a", "b", "c"]},
            "Invalid condrewriteother configuration. condrewriteother has to define 4 elements per config entry",
        ),
        (
            {"coalesce": ["a"]},
            "Invalid coalesce configuration. coalesce has to define one Array of at least 2 elements",
        ),
    ],
)
def test_wrong_counts_are_found_at_the_start(settings, message):
    _one, problems = prepared(**settings)
    assert [one.message for one in problems] == [message]
