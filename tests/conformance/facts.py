"""The facts that a case states of one event, each a small function in a table."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal

from cases import FailedError, shown

from logsmith.event import FieldRef, Timestamp, to_i, to_s
from logsmith.event.json import encode_value
from logsmith.regex import compile_ruby

TYPES = {
    str: "string", int: "integer", float: "float", Decimal: "float", dict: "object",
    list: "array", bool: "boolean", Timestamp: "timestamp", type(None): "null",
}  # fmt: skip


def as_json(value):
    """Return a value as JSON readers see it."""
    return json.loads(encode_value(value))


def read(event, name):
    return event.get(FieldRef.parse(name))


def equal(left, right):
    """Return JSON equality in which 1 and 1.0 are equal, as in Ruby, but true is no number."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return left == right


def is_contained(item, container):
    return item in (str(container) if isinstance(container, (int, float)) else container or ())


def tags_of(event):
    tags = as_json(event.get(FieldRef.parse("tags")))
    return tags if isinstance(tags, list) else [] if tags is None else [tags]


def has_same_items(got, wanted):
    return Counter(map(str, got)) == Counter(map(str, wanted))


COMPARED = {"<": int.__lt__, "<=": int.__le__, "==": int.__eq__, ">=": int.__ge__, ">": int.__gt__}

# A fact that names a value for each reference: is it so of what was read?
OF_VALUES = {
    "equal": lambda got, wanted: equal(as_json(got), wanted),
    "not_equal": lambda got, wanted: not equal(as_json(got), wanted),
    "times": lambda got, wanted: str(got) == wanted,
    "time_part": lambda got, wanted: all(getattr(got, part) == number for part, number in wanted.items()),
    "text": lambda got, wanted: to_s(got) == wanted,
    "as_int": lambda got, wanted: to_i(got) == wanted,
    "type": lambda got, wanted: TYPES[type(got)] == wanted,
    "match": lambda got, wanted: compile_ruby(wanted).search(to_s(got)) is not None,
    "within": lambda got, wanted: abs(float(got) - wanted["value"]) <= wanted["delta"],
    "size": lambda got, wanted: len(got) == wanted,
    "contains": lambda got, wanted: all(is_contained(one, got) for one in wanted),
    "not_contains": lambda got, wanted: not any(is_contained(one, got) for one in wanted),
    "same_items": lambda got, wanted: has_same_items(as_json(got), wanted),
    "keys": lambda got, wanted: sorted(got) == wanted,
    "bytes_compare": lambda got, wanted: COMPARED[wanted[0]](len(got.encode()), wanted[1]),
}  # fmt: skip

# A fact that lists references: is it so of each?
OF_REFERENCES = {
    "absent": lambda event, name: read(event, name) is None,
    "missing": lambda event, name: not event.include(FieldRef.parse(name)),
    "present": lambda event, name: event.include(FieldRef.parse(name)),
    "not_null": lambda event, name: read(event, name) is not None,
    "truthy": lambda event, name: read(event, name) not in (None, False),
    "falsy": lambda event, name: read(event, name) is None or read(event, name) is False,
}

OF_EVENTS = {
    "tags": lambda event, wanted: all(one in tags_of(event) for one in wanted),
    "no_tags": lambda event, wanted: not any(one in tags_of(event) for one in wanted),
    "timestamp": lambda event, wanted: str(event.top("@timestamp")) == wanted,
    "not_timestamp": lambda event, wanted: str(event.top("@timestamp")) not in wanted,
    "top_keys": lambda event, wanted: sorted(event.fields) == sorted(wanted),
    "only_top_keys": lambda event, wanted: set(event.fields) <= set(wanted),
}


def check_facts(event, facts):
    """Fail with the first fact that does not hold of an event."""
    for fact, wanted in facts.items():
        if fact in OF_EVENTS:
            _require(OF_EVENTS[fact](event, wanted), event, f"{fact} {shown(wanted)}")
        elif fact in OF_REFERENCES:
            for name in wanted:
                _require(OF_REFERENCES[fact](event, name), event, f"{fact} {name}")
        else:
            for name, value in wanted.items():
                got = read(event, name)
                _require(
                    _holds(OF_VALUES[fact], got, value),
                    event,
                    f"{fact} {name}: {shown(value)}, got {shown(got)}",
                )


def _holds(fact, got, wanted):
    try:
        return fact(got, wanted)
    except (TypeError, AttributeError, ValueError):
        return False  # of a value of a type that cannot have the quality


def _require(holds, event, what):
    if not holds:
        raise FailedError(f"expected {what} in {shown(as_json(event.to_map()))}")


def check_all(events, expected):
    """Fail unless there is an event for each entry and its facts hold."""
    if len(events) != len(expected):
        written = shown([as_json(event.to_map()) for event in events])
        raise FailedError(f"expected {len(expected)} events, got {len(events)}: {written}")
    for event, facts in zip(events, expected, strict=True):
        check_facts(event, facts)
