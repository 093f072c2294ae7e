import copy
import pickle
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.event import timestamp
from logsmith.event.timestamp import Timestamp, TimestampError
from logsmith.event.zones import find_zone

# Logstash stores nanoseconds in a long; its years go further still
NANOS = st.integers(min_value=-(2**70), max_value=2**70)

READ = [
    ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"),
    ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
    ("2026-01-02T03:04Z", "2026-01-02T03:04:00.000Z"),
    ("2026-01-02", "2026-01-02T00:00:00.000Z"),
    ("2026-01-02t03:04:05.678z", "2026-01-02T03:04:05.678Z"),
    ("2026-01-02T03:04:05.1Z", "2026-01-02T03:04:05.100Z"),
    ("2026-01-02T03:04:05.123456Z", "2026-01-02T03:04:05.123456Z"),
    ("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456789Z"),
    ("2026-01-02T03:04:05.000000010Z", "2026-01-02T03:04:05.000000010Z"),
    ("2026-01-02T03:04:05+01", "2026-01-02T02:04:05.000Z"),
    ("2026-01-02T03:04:05-0800", "2026-01-02T11:04:05.000Z"),
    ("2026-01-02T03:04:05.5+05:30", "2026-01-01T21:34:05.500Z"),
    ("2026-01-02T03:04:05Europe/Paris", "2026-01-02T02:04:05.000Z"),
    ("2026-07-02T03:04:05europe/paris", "2026-07-02T01:04:05.000Z"),
    ("2026-01-02T03:04:05GMT", "2026-01-02T03:04:05.000Z"),
    ("2026-01-02T03:04:05UTC+02:00", "2026-01-02T01:04:05.000Z"),
    ("2026-01-02T03:04:05gmt-0230", "2026-01-02T05:34:05.000Z"),
    ("2026-01-02T03:04:05UT+02", "2026-01-02T01:04:05.000Z"),
    ("2026-01-02T03:04:05+020030", "2026-01-02T01:03:35.000Z"),
    ("2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.000Z"),
    ("2026-01-02T03:04:05.", "2026-01-02T03:04:05.000Z"),
    ("2021-02-30T00:00:00Z", "2021-02-28T00:00:00.000Z"),
    ("2020-02-31T00:00:00Z", "2020-02-29T00:00:00.000Z"),
    ("2021-04-31T00:00:00Z", "2021-04-30T00:00:00.000Z"),
    ("2021-12-31T24:00:00Z", "2022-01-01T00:00:00.000Z"),
    ("+12026-01-02T00:00:00Z", "+12026-01-02T00:00:00.000Z"),
    ("-2026-01-02T00:00:00Z", "-2026-01-02T00:00:00.000Z"),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
]

REFUSED = [
    "", "foobar", "2026-01-02 03:04:05", "2026-01-02T03", "20260102", "1614834367", "2026-1-2", "2026-13-01", "2026-00-01",
    "2026-01-32", "2026-01-00", "2026-01-02T25:00:00Z", "2026-01-02T24:00:01Z", "2026-01-02T03:60:00Z", "2026-01-02T03:04:60Z",
    "2026-01-02T03:04:05.1234567890Z", "2026-01-02T03:04:05EST", "2026-01-02T03:04:05UTC+19:00", "2026-01-02T03:04:05+0200000",
    "2026-01-02T03:04:05UTC+Z", "2026-01-02T03:04:05GMT+2x", "2026-01-02T03:04:05hst", "2026-01-02T03:04:05 Z", "2026-01-02T03:04:05+1",
    "2026-01-02T03:04:05+18:01", "2026-01-02T03:04:05+01:6", "2026-01-02T03:04:05Nowhere/Land", "12026-01-01", "-0000-01-01",
    "2026-01-02T03:04:05Z\n", "２０２６-01-02", "04/Mar/2021:05:06:07 +0000", "2026-01-02T03:04:05,5Z", "2" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize(("text", "written"), READ)
def test_reads_iso_8601_and_writes_utc(text, written):
    for _ in range(2):  # the second time the minute is remembered
        assert str(Timestamp.parse(text, zone=find_zone("UTC"))) == written


@pytest.mark.parametrize("text", REFUSED)
def test_refuses_what_is_no_time(text):
    with pytest.raises(TimestampError):
        Timestamp.parse(text, locale="en")


def test_a_text_without_a_zone_is_local():
    zone = find_zone("-08:00")
    assert (
        str(Timestamp.parse("2014-09-23T12:34:56.789012345", zone=zone)) == "2014-09-23T20:34:56.789012345Z"
    )


def test_a_local_time_that_the_clock_skips_moves_forward():
    zone = find_zone("Europe/Paris")
    assert str(Timestamp.parse("2021-03-28T02:30:00", zone=zone)) == "2021-03-28T01:30:00.000Z"


def test_a_comma_may_stand_before_the_fraction_where_the_locale_writes_one():
    text = "2014-09-23T13:49:52,987654321Z"
    assert Timestamp.parse(text, locale="de-DE").nano == 987_654_321
    with pytest.raises(TimestampError):
        Timestamp.parse(text, locale="en-US")


def test_a_remembered_minute_does_not_lend_itself_to_other_texts():
    for good in ("2026-01-02T03:04:05.678Z", "2026-01-02T24:00:00Z"):
        Timestamp.parse(good)
    for bad in (
        "2026-01-02T24:00:01Z",
        "2026-01-02T03:04:60.678Z",
        "2026-01-02T03:04:0x.678Z",
        "2026-01-02T03:04:05.678ZZ",
        "2026-01-02T03:04:5.678Z",
    ):
        with pytest.raises(TimestampError):
            Timestamp.parse(bad)


@given(NANOS)
def test_reading_is_the_inverse_of_writing(nanos):
    assert Timestamp.parse(str(Timestamp(nanos))).nanos == nanos


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(timestamp, "_CACHED_MINUTES", 10)
    for minute in range(60):
        assert (
            str(Timestamp.parse(f"2001-01-02T03:{minute:02d}:05.000Z"))
            == f"2001-01-02T03:{minute:02d}:05.000Z"
        )
    assert len(timestamp._minutes_read) <= 10
    assert len(timestamp._minutes_written) <= 10


def test_is_a_value():
    one, same, later = Timestamp(1), Timestamp(1), Timestamp(2)
    assert one == same
    assert hash(one) == hash(same)
    assert one != 1
    assert one < later
    assert one <= same
    assert later > one
    assert {one, same} == {one}
    assert copy.deepcopy(one) == copy.copy(one) == pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(TypeError):
        _ = one < 2


def test_does_not_change():
    with pytest.raises(AttributeError, match="does not change"):
        Timestamp(1).nanos = 2


def test_shows_its_parts_in_utc():
    one = Timestamp.parse("2026-01-02T03:04:05.678901234Z")
    assert (one.year, one.month, one.day, one.hour, one.minute, one.second, one.nano) == (
        2026,
        1,
        2,
        3,
        4,
        5,
        678_901_234,
    )
    assert (one.seconds, one.millis) == (1_767_323_045, 1_767_323_045_678)


def test_comes_from_an_epoch():
    assert str(Timestamp.from_epoch(946_702_800)) == "2000-01-01T05:00:00.000Z"
    assert str(Timestamp.from_epoch(-1)) == "1969-12-31T23:59:59.000Z"
    assert str(Timestamp.from_epoch(Decimal("946702800.123456789"))) == "2000-01-01T05:00:00.123456789Z"
    assert Timestamp.from_millis(1) == Timestamp(1_000_000)


def test_becomes_a_datetime_and_back():
    there = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=timezone(timedelta(hours=1)))
    assert str(Timestamp.from_datetime(there)) == "2026-01-02T02:04:05.678901Z"
    assert Timestamp.from_datetime(there).to_datetime() == there


def test_now_goes_forward():
    assert Timestamp.now() <= Timestamp.now()
