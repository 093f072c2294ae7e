"""The order of a java.util.HashMap, as Java 25 gave it for maps that were told how many entries there will be."""

import pytest

from logsmith.event import Event, sprintf
from logsmith.event.java_order import DEFAULT_BUCKETS, java_order

ORDERS = [
    ("c", "c"),
    ("b|port|z", "port|b|z"),
    ("name|id|ip", "name|id|ip"),
    ("last|y|status|é", "y|é|last|status"),
    ("lat|path|first|a|k|message|10", "path|a|k|message|lat|first|10"),
    (
        "message|key two|path|日本|lat|value|1|b|id|type|user|0",
        "0|path|1|b|key two|日本|id|message|type|value|user|lat",
    ),
]


@pytest.mark.parametrize(("put", "expected"), ORDERS)
def test_keys_come_in_the_order_of_the_buckets(put, expected):
    assert java_order(put.split("|"), 1) == expected.split("|")


# keys, and how they come from a map that starts with sixteen buckets
DEFAULT_ORDERS = [
    (["port", "b", "z"], ["b", "port", "z"]),
    ([*"pqrabcdefghi"], [*"pqarbcdefghi"]),
    ([*"pqrabcdefghij"], [*"abcdefghijpqr"]),
]


@pytest.mark.parametrize(
    ("put", "expected"), DEFAULT_ORDERS, ids=["a few", "twelve", "thirteen, in 32 buckets"]
)
def test_a_map_of_unknown_size_starts_with_sixteen_buckets(put, expected):
    assert java_order(put, DEFAULT_BUCKETS) == expected


def test_objects_in_arrays_are_written_in_it():
    event = Event.from_map({"a": [{"b": 1, "z": {"y": 1, "x": 2}, "port": None}, {}]})
    assert sprintf("%{a}", event) == "{port=null, b=1, z={x=2, y=1}},{}"
