"""What clone does beyond its examples."""

import pytest

from logsmith.event import Event, FieldRef
from logsmith.plugins import Context
from logsmith.plugins.filters.clone import Clone


def clone(fields, metadata=None, *, ecs="v8", **settings):
    return Clone(Context(ecs=ecs), settings).expand(Event(fields, metadata))


def test_copies_share_nothing_with_the_original_and_have_its_metadata():
    original, copy = clone({"host": {"name": "x"}}, {"topic": "t"}, clones=["a"])
    copy.set(FieldRef.parse("[host][name]"), "y")
    copy.set(FieldRef.parse("[@metadata][topic]"), "u")
    assert original.top("host") == {"name": "x"}
    assert original.metadata == {"topic": "t"}


@pytest.mark.parametrize(
    ("tags", "expected"), [(None, ["a", "t"]), ("x", ["x", "a", "t"]), (["a"], ["a", "a", "t"])]
)
def test_the_name_is_appended_to_the_tags_before_the_common_settings(tags, expected):
    fields = {} if tags is None else {"tags": tags}
    assert clone(fields, clones=["a"], add_tag=["t"])[1].top("tags") == expected


def test_the_setting_wins_over_the_pipelines_mode():
    assert clone({}, ecs="v8", clones=["a"], ecs_compatibility="disabled")[1].top("type") == "a"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"clones": []}, ("warning", "bad-value")),
        ({}, ("error", "missing-setting")),
        ({"clones": ["a"]}, None),
    ],
)
def test_the_list_is_required_and_an_empty_one_is_warned_of(settings, expected):
    problems = [(problem.severity, problem.code) for problem in Clone(Context(), settings).prepare()]
    assert problems == ([expected] if expected else [])
