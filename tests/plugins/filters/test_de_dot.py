"""What de_dot does beyond its examples."""

import pytest

from logsmith.event import Event, FieldRef
from logsmith.plugins import Context
from logsmith.plugins.filters.de_dot import DeDot


def renamed(given, fields=None, **settings):
    event = Event.from_map(given)
    settings["fields"] = fields and [FieldRef.parse(name) for name in fields]
    plugin = DeDot(Context(), settings)
    list(plugin.prepare())
    plugin.filter(event)
    return {name: value for name, value in event.to_map().items() if not name.startswith("@")}


@pytest.mark.parametrize(
    ("given", "settings", "expected"),
    [
        ({"a.b": {"c": 1, "d": 2}}, {"fields": ["[a.b][c]"]}, {"a_b": {"c": 1}}),
        ({"a.b": {"c.d": 1, "e": 2}}, {"fields": ["[a.b][c.d]"], "nested": True}, {"a": {"b": {"c": {"d": 1}}}}),
        ({"o": {"a.b": 1, "c": 2}}, {"fields": ["[o][a.b]"]}, {"o": {"a_b": 1, "c": 2}}),
    ],
)  # fmt: skip
def test_the_first_object_with_a_dot_in_its_name_goes_as_a_whole(given, settings, expected):
    assert renamed(given, **settings) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a.b": {"c.d": {"e.f": 1}, "g": 2}}, {"a_b": {"c_d": {"e_f": 1}, "g": 2}}),
        ({"o": {"l": [{"a.b": 1}], "p.q": None}}, {"o": {"l": [{"a.b": 1}], "p_q": None}}),
    ],
)
def test_members_of_objects_are_renamed_in_place_and_arrays_are_left_alone(given, expected):
    assert renamed(given, recursive=True) == expected
