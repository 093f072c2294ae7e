"""What json_encode does beyond its examples."""

import pytest

from logsmith.event import Event, FieldRef, Timestamp
from logsmith.plugins import Context
from logsmith.plugins.filters.json_encode import JsonEncode

SOURCE = FieldRef.parse("v")


def encoded(value, target=None):
    one = JsonEncode(
        Context(), {"source": SOURCE, **({} if target is None else {"target": FieldRef.parse(target)})}
    )
    assert list(one.prepare()) == []
    event = Event({"v": value})
    return one.filter(event), event.to_map()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\"\n\u2028é", '"a\\"\\n\u2028é"'),
        ([1e20, 1.0, 12345678901234567890, 1e-7], "[1.0E20,1.0,12345678901234567890,1.0E-7]"),
        (Timestamp.parse("2020-01-01T00:00:00.000Z"), '"2020-01-01T00:00:00.000Z"'),
        ({"a": {"b": []}}, '{"a":{"b":[]}}'),
        (None, "null"),
        (True, "true"),
    ],
)  # fmt: skip
def test_values_are_written_as_jackson_writes_them(value, text):
    assert encoded(value) == (True, {"v": text})


def test_a_target_that_cannot_be_set_is_a_failure():
    assert encoded("x", "[v][w]") == (False, {"v": "x", "tags": ["_jsongeneratefailure"]})
