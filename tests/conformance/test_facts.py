"""The facts of the conformance cases can fail: each is shown one event for which it holds and one for which it does not."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cases import FailedError, alike
from facts import OF_EVENTS, OF_REFERENCES, OF_VALUES, check_all, check_facts

from logsmith.event import Event

STAMP = "2026-01-02T03:04:05.000Z"
EVENT = {
    "@timestamp": STAMP, "tags": ["a"], "n": 1, "f": 1.5, "null": None, "no": False, "t": "text", "list": [2, 1], "map": {"k": 1},
}  # fmt: skip

HOLDING = [
    {"equal": {"[n]": 1.0, "[map]": {"k": 1}}}, {"not_equal": {"[n]": 2}}, {"absent": ["[null]", "[gone]"]},
    {"missing": ["[gone]"]}, {"present": ["[null]"]}, {"not_null": ["[n]"]}, {"truthy": ["[n]"]}, {"falsy": ["[no]"]},
    {"tags": ["a"]}, {"no_tags": ["b"]}, {"timestamp": STAMP}, {"not_timestamp": ["2020-01-01T00:00:00.000Z"]},
    {"times": {"[@timestamp]": STAMP}}, {"time_part": {"[@timestamp]": {"year": 2026}}}, {"text": {"[n]": "1"}},
    {"as_int": {"[f]": 1}}, {"type": {"[f]": "float"}}, {"match": {"[t]": "^te.t\\Z"}}, {"size": {"[list]": 2}},
    {"within": {"[f]": {"value": 1.4, "delta": 0.2}}}, {"contains": {"[t]": ["ex"], "[map]": ["k"]}},
    {"not_contains": {"[list]": [3]}}, {"same_items": {"[list]": [1, 2]}}, {"keys": {"[map]": ["k"]}},
    {"bytes_compare": {"[t]": ["<=", 4]}}, {"only_top_keys": [*EVENT, "@version", "more"]}, {"top_keys": [*EVENT, "@version"]},
]  # fmt: skip
FAILING = [
    {"equal": {"[n]": "1"}}, {"not_equal": {"[n]": 1}}, {"absent": ["[n]"]}, {"missing": ["[null]"]}, {"present": ["[gone]"]},
    {"not_null": ["[null]"]}, {"truthy": ["[no]"]}, {"falsy": ["[n]"]}, {"tags": ["b"]}, {"no_tags": ["a"]},
    {"timestamp": "2020-01-01T00:00:00.000Z"}, {"not_timestamp": [STAMP]}, {"times": {"[t]": STAMP}},
    {"time_part": {"[t]": {"year": 2026}}}, {"text": {"[n]": "1.0"}}, {"as_int": {"[f]": 2}}, {"type": {"[n]": "float"}},
    {"match": {"[t]": "^x"}}, {"size": {"[n]": 1}}, {"within": {"[f]": {"value": 1, "delta": 0.1}}},
    {"contains": {"[t]": ["y"]}}, {"not_contains": {"[list]": [1]}}, {"same_items": {"[list]": [1]}}, {"keys": {"[map]": []}},
    {"bytes_compare": {"[t]": ["<=", 3]}}, {"only_top_keys": ["n"]}, {"top_keys": ["n"]},
]  # fmt: skip


@pytest.mark.parametrize("facts", HOLDING, ids=lambda facts: next(iter(facts)))
def test_fact_holds(facts):
    check_facts(Event.from_map(dict(EVENT)), facts)


@pytest.mark.parametrize("facts", FAILING, ids=lambda facts: next(iter(facts)))
def test_fact_fails(facts):
    with pytest.raises(FailedError):
        check_facts(Event.from_map(dict(EVENT)), facts)


def test_every_fact_is_shown_both_ways():
    known = {*OF_VALUES, *OF_REFERENCES, *OF_EVENTS}
    assert {next(iter(facts)) for facts in HOLDING} == known
    assert {next(iter(facts)) for facts in FAILING} == known


def test_an_event_too_many_fails():
    with pytest.raises(FailedError, match="expected 1 events, got 2"):
        check_all([Event.from_map({}), Event.from_map({})], [{}])


def test_values_are_alike_only_with_their_types():
    assert alike({"a": [1]}, {"a": [1]})
    assert not alike({"a": [1]}, {"a": [1.0]})
    assert not alike(1, True)
