"""json: objects are stored alike by way of a call and by the code that is emitted."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from logsmith.event import Event, FieldRef, Timestamp
from logsmith.plugins import Context
from logsmith.plugins.filters.json import Json
from tests.plugins.filters.emission import emitted

WHEN = Timestamp.parse("2026-01-02T03:04:05.678Z")


def read(text, *, is_emitted, **settings):
    one = Json(Context(), {"source": FieldRef.parse("message"), **settings})
    event = Event({"@timestamp": WHEN, "message": text, "a": {"x": 1}})
    matched = emitted(one)(event) if is_emitted else one.filter(event)
    fields = event.to_map()
    if "_@timestamp" in fields:
        fields["@timestamp"] = None  # now
    return matched, list(fields.items()), event.metadata, one.metrics.extra


def json(text, **settings):
    called = read(text, is_emitted=False, **settings)
    assert repr(read(text, is_emitted=True, **settings)) == repr(called)
    matched, fields, _, _ = called
    return matched, {name: value for name, value in fields if name not in ("@timestamp", "message")}


FAILED = {"a": {"x": 1}, "tags": ["_jsonparsefailure"]}


@pytest.mark.parametrize(
    ("text", "settings", "expected"),
    [
        ('{"a":1,"b":{"c":[2]}}', {}, {"a": 1, "b": {"c": [2]}}),
        ('{"a":1.50,"b":1e3}', {}, {"a": Decimal("1.50"), "b": Decimal("1E+3")}),
        ('{"b":1,"b":2}', {}, {"a": {"x": 1}, "b": 2}),
        ('{"b":1}{"c":2}', {}, {"a": {"x": 1}, "c": 2}),
        ('{"[a][y]":2}', {}, {"a": {"x": 1, "y": 2}}),
        ('{"tags":"t"}', {}, {"a": {"x": 1}, "tags": "t"}),
        ('{"b":"\\ud800"}', {}, {"a": {"x": 1}, "b": "\ufffd"}),
        ('{"b":1}', {"target": "a"}, {"a": {"b": 1}}),
        ('{"b":1}', {"target": "[a]"}, {"a": {"b": 1}}),
        ('{"b":1}', {"target": "[a][y]"}, {"a": {"x": 1, "y": {"b": 1}}}),
        ("[1]", {"target": "b"}, {"a": {"x": 1}, "b": [1]}),
        (" ", {"target": "b"}, {"a": {"x": 1}, "b": None}),
        ("null", {"target": "b"}, {"a": {"x": 1}, "b": None}),
    ],
)
def test_the_members_of_an_object_are_stored(text, settings, expected):
    assert json(text, **settings) == (True, expected)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("{", {}),
        ("", {"skip_on_invalid_json": True}),
        ("[1]", {}),
        ('{"tags":5}', {}),
        ('{"a":1}', {"target": "b]"}),
        ('{"a":1}', {"target": "tags"}),
        ({"y": 1}, {}),
    ],
)
def test_what_cannot_be_read_or_stored_is_tagged(text, settings):
    assert json(text, **settings) == (False, FAILED)


NAMES = st.sampled_from(
    ["a", "b", "message", "@timestamp", "@metadata", "@version", "tags", "[a][y]", "[a", "é"]
)
VALUES = st.sampled_from(
    [
        "1",
        "1.50",
        "1e400",
        "-0",
        "9" * 30,
        '"t"',
        '["t"]',
        "[1]",
        '{"x":{"x":1,"x":2}}',
        "null",
        '"\\ud800"',
        "NaN",
    ]
)
OBJECTS = st.lists(st.tuples(NAMES, VALUES), max_size=4).map(
    lambda members: "{" + ",".join(f'"{name}":{value}' for name, value in members) + "}"
)
TEXTS = OBJECTS | VALUES | st.lists(st.sampled_from(["{}", '{"b":1}', " ", "\n", "x"])).map("".join)


@given(
    TEXTS,
    st.sampled_from(["", "", "", "a", "[b]", "[a][x]", "tags", "@metadata", "@timestamp"]),
    st.booleans(),
)
@example('{"@timestamp":"2026-01-01T00:00:00Z","b":1}', "", False)
@example('{"@metadata":{"b":1}}', "", False)
@example('{"a]":1}', "", False)
def test_what_is_emitted_is_what_is_called(text, target, skips):
    json(text, target=target, skip_on_invalid_json=skips)
