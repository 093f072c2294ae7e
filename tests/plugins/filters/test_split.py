"""What split does beyond its examples."""

import pytest

from logsmith.event import Event, FieldRef
from logsmith.plugins import Context
from logsmith.plugins.filters.split import Split


def values(given, **settings):
    return [event.top("message") for event in Split(Context(), settings).expand(Event({"message": given}))]


@pytest.mark.parametrize(
    ("given", "terminator", "pieces"),
    [
        ("a  b\tc", " ", ["a", "b", "c"]),
        (" a ", " ", ["a"]),
        ("a::b", "::", ["a", "b"]),
        ("abc", "", ["a", "b", "c"]),
        ("\n\n", "\n", []),
        ("", "\n", []),
    ],
)
def test_texts_are_cut_as_ruby_cuts_them(given, terminator, pieces):
    assert values(given, terminator=terminator) == pieces


def test_a_single_item_is_split_and_null_is_not():
    assert values(["a"]) == ["a"]
    assert values([None, "", 0, False, {}]) == [0, False, {}]


def test_children_share_nothing():
    one, other = Split(Context()).expand(Event({"message": ["a", "b"], "host": {"name": "x"}}))
    one.set(FieldRef.parse("[host][name]"), "y")
    assert other.top("host") == {"name": "x"}


def test_each_child_is_decorated_from_its_own_fields():
    split = Split(Context(), {"add_field": {"copy": "%{message}"}, "add_tag": ["t"], "remove_tag": ["old"]})
    children = split.expand(Event({"message": "a\nb", "tags": ["old"]}))
    assert [(child.top("copy"), child.top("tags")) for child in children] == [("a", ["t"]), ("b", ["t"])]
