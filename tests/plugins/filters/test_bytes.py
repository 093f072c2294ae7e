"""What bytes does beyond its examples."""

import pytest

from logsmith.event import Event, FieldRef
from logsmith.plugins import Context
from logsmith.plugins.filters.bytes import Bytes


def size_of(message, **settings):
    one = Bytes(Context(), {"target": FieldRef.parse("size"), **settings})
    assert list(one.prepare()) == []
    event = Event({"message": message})
    assert one.filter(event) is (event.top("tags") is None)
    return event.top("size"), event.top("message")


@pytest.mark.parametrize(
    ("message", "size"),
    [
        ("40", 40),
        ("40B", 40),
        ("40 b", 40),
        ("40kb", 40 * 1024),
        ("40.5KB", 41472),
        ("10 mB", 10 * 1024**2),
        ("2G", 2 * 1024**3),
        ("1 TB", 1024**4),
        ("1\tp", 1024**5),
        ("1eb", 1024**6),
        ("1,5k", 15 * 1024),
        ("1 000_000", 1_000_000),
        ("0.5", 1),
        ("2.5", 3),
        (".", 0),
        ("first\n5 kb", 5 * 1024),
        (7, 7),
        (1.5, 2),
    ],
)
def test_sizes_are_rounded_numbers_of_bytes(message, size):
    assert size_of(message)[0] == size


@pytest.mark.parametrize(
    "message", ["", "many", "kb", "5 xb", "1.2.3", "-5", "5 kib", None, False, "9" * 400]
)
def test_what_is_no_size_sets_nothing(message):
    assert size_of(message)[0] is None


def test_the_source_is_stripped_in_place():
    assert size_of(" 5 kb\n") == (5 * 1024, "5 kb")
    assert size_of(" many ") == (None, "many")


@pytest.mark.parametrize(("message", "size"), [("1.000,5 kB", 1000500), ("1,2,3", 1), ("1k", 1000)])
def test_a_comma_can_begin_the_decimals(message, size):
    assert size_of(message, decimal_separator=",", conversion_method="metric")[0] == size
