"""The prune filter: all of an event is looked at before the first field goes."""

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.build import make_plugin

STAMP = "2026-01-02T03:04:05.000Z"
CASES = {
    "a field that goes still fills a regular expression": (
        {"interpolate": True, "whitelist_names": ["^@", "^k"], "blacklist_names": ["^%{gone}"]},
        {"gone": "ka", "ka": 1, "kb": 2},
        {"kb": 2},
    ),
    "and a name, and what a value is compared with": (
        {"interpolate": True, "blacklist_names": ["^x"], "blacklist_values": {"%{x1}": "^%{x2}$"}},
        {"x1": "a", "x2": "5", "a": "5", "b": "5"},
        {"b": "5"},
    ),
    "values are of top-level fields, whatever is in the name": (
        {"blacklist_values": {"[a][b]": "x", "c": "x"}},
        {"a": {"b": "x"}, "c": "x"},
        {"a": {"b": "x"}},
    ),
    "of two lists that shorten an array the second counts": (
        {"whitelist_values": {"a": "^x"}, "blacklist_values": {"a": "2"}},
        {"a": ["x1", "y1", "x2"]},
        {"a": ["x1", "y1"]},
    ),
    "all of an array may go": ({"whitelist_values": {"a": "^x"}}, {"a": ["y", "z"], "b": 1}, {"b": 1}),
    "what is null, false or empty stays": (
        {"whitelist_values": {"a": "^x", "b": "^x", "c": "^x"}},
        {"a": None, "b": False, "c": []},
        {"a": None, "b": False, "c": []},
    ),
}


@pytest.mark.parametrize(("values", "fields", "expected"), CASES.values(), ids=CASES)
def test_prunes(values, fields, expected):
    prune, _ = make_plugin("filter", "prune", values, Context())
    event = Event.from_map({"@timestamp": STAMP, **fields})
    prune.filter(event)
    assert {name: value for name, value in event.to_map().items() if name[0] != "@"} == expected
