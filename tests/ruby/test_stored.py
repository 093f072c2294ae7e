"""Ruby values as JSON and back."""

import json
from decimal import Decimal

import pytest

from logsmith.event import Timestamp
from logsmith.event.zones import UTC
from logsmith.ruby.compare import to_key
from logsmith.ruby.hashes import RubyHash, RubySet
from logsmith.ruby.objects import Proc, Range, String, Symbol
from logsmith.ruby.stored import from_json, to_json
from logsmith.ruby.times import Date, DateTime, Time, offset_zone


def kept(value):
    return from_json(json.loads(json.dumps(to_json(value))))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        12,
        10**30,
        1.5,
        1.0,
        String("é\ud800"),
        String("\xff\x00", is_binary=True),
        Symbol("name"),
        Decimal("1.50"),
        Timestamp(1_500_000_000_123_456_789),
        Date(20_000),
        DateTime(20_000, 5, 3600),
        RubySet([1, String("a")]),
        [1, [String("a"), {}]],
        {to_key(String("a")): [{to_key(1): 2, to_key(1.0): 3, to_key(True): None}], Symbol("a"): 1},
    ],
    ids=repr,
)
def test_values_come_back_as_they_were(value):
    found = kept(value)
    assert found == value
    assert type(found) is type(value)


def test_a_float_that_is_no_number_in_json_comes_back():
    assert kept(float("-inf")) == float("-inf")
    assert str(kept(float("nan"))) == "nan"


def test_a_text_keeps_its_encoding():
    assert kept(String("\xff", is_binary=True)).is_binary


@pytest.mark.parametrize("zone", [UTC, None, offset_zone(3600)])
def test_a_time_keeps_its_zone(zone):
    value = Time(1_500_000_000_123_456_789, zone)
    found = kept(value)
    assert found == value
    assert (found.is_utc, found.offset, type(found.zone)) == (value.is_utc, value.offset, type(value.zone))


def test_a_hash_keeps_its_default():
    value = RubyHash(0)
    value[to_key(String("a"))] = 1
    found = kept(value)
    assert dict(found) == dict(value)
    assert found.missing(String("b")) == 0


@pytest.mark.parametrize("value", [Proc(lambda: 1), Range(1, 2), RubyHash(maker=lambda *_: 1), [object()]])
def test_what_cannot_be_kept_is_refused(value):
    with pytest.raises(TypeError, match="can be stored"):
        to_json(value)


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"proc": 1},
        {"hash": 1, "symbol": "a"},
        {"hash": [1]},
        {"decimal": "x"},
        {"time": [1]},
        {"datetime": [1]},
    ],
)
def test_what_was_not_written_here_is_refused(stored):
    with pytest.raises(ValueError, match="not what was stored"):
        from_json(stored)
