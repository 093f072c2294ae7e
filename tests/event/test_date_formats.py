from decimal import Decimal

import pytest

from logsmith.event.date_formats import compile_format, parse_iso8601, parse_tai64n, parse_unix, parse_unix_ms
from logsmith.event.date_table import MOST_ENTRIES, DateTable
from logsmith.event.timestamp import DateFormatError, Timestamp
from logsmith.event.zones import UTC, find_zone

ISO = [
    ("2021-03-04T05:06:07.089Z", "2021-03-04T05:06:07.089Z"),
    ("2021-03-04T05:06:07.123456789Z", "2021-03-04T05:06:07.123Z"),
    ("2021-03-04T05:06:07,5z", "2021-03-04T05:06:07.500Z"),
    ("2021-03-04t05:06:07+01:00", "2021-03-04T04:06:07.000Z"),
    ("2021-03-04T05:06:07-0800", "2021-03-04T13:06:07.000Z"),
    ("2021-03-04T05:06:07+01:00:30", "2021-03-04T04:05:37.000Z"),
    ("2021-03-04T05:06:07", "2021-03-04T05:06:07.000Z"),
    ("2021-03-04T05:06", "2021-03-04T05:06:00.000Z"),
    ("2021-03-04T05", "2021-03-04T05:00:00.000Z"),
    ("2021-03-04T05:06.25", "2021-03-04T05:06:15.000Z"),
    ("2021-03-04T05.5", "2021-03-04T05:30:00.000Z"),
    ("2021-03-04T", "2021-03-04T00:00:00.000Z"),
    ("2021-03-04TZ", "2021-03-04T00:00:00.000Z"),
    ("2021-3-4T5:6:7Z", "2021-03-04T05:06:07.000Z"),
    ("2021-03-04", "2021-03-04T00:00:00.000Z"),
    ("2021-03", "2021-03-01T00:00:00.000Z"),
    ("2021", "2021-01-01T00:00:00.000Z"),
    ("20231105", "+20231105-01-01T00:00:00.000Z"),
    ("21-03-04T05:06:07Z", "0021-03-04T05:06:07.000Z"),
    ("-2021-03-04T05:06:07Z", "-2021-03-04T05:06:07.000Z"),
    ("2021-063", "2021-03-04T00:00:00.000Z"),
    ("2021-W10-4T05:06:07Z", "2021-03-11T05:06:07.000Z"),
    ("2021-w10", "2021-03-08T00:00:00.000Z"),
    ("T05:06", "1970-01-01T05:06:00.000Z"),
    ("2021-03-04 05:06:07.123", "2021-03-04T05:06:07.123Z"),
    ("2021-03-04 05:06:07,1+0200", "2021-03-04T03:06:07.100Z"),
    ("2021-03-04 05:06:07", None),
    ("2021-03-04 05:06:07.1234", None),
    ("2021-03-04 05:06.5", None),
    ("2021-03 05:06:07.5", None),
    ("2021-03-04T05:06:07.1234567890Z", None),
    ("2021-03-04T24:00:00Z", None),
    ("2021-03-04T05:06:60Z", None),
    ("2021-02-30", None),
    ("2021-13-01", None),
    ("2021-W53-1", None),
    ("2021-W10-8", None),
    ("2021-366", None),
    ("2021-03-04T05:06:07+24:00", None),
    ("2021-03-04T05:06:07 UTC", None),
    ("2021-03-04Z", None),
    ("T", None),
    ("TZ", None),
    ("", None),
    ("999999999", None),
    ("２０２１-03-04", None),
    ("9" * 100_000, None),
]

UNIX = [
    (1614834367, "2021-03-04T05:06:07.000Z"),
    (-1, "1969-12-31T23:59:59.000Z"),
    (1614834367.123456, "2021-03-04T05:06:07.123Z"),
    (-1.5, "1969-12-31T23:59:58.500Z"),
    (Decimal("1350414944.123456"), "2012-10-16T19:15:44.123Z"),
    (2147483647.9, "2038-01-19T03:14:07.900Z"),
    (2147483648, None),
    (2147483648.0, None),
    (Decimal(2147483648), None),
    (float("nan"), None),
    (float("inf"), None),
    (float("-inf"), None),
    (-(2**63), None),
    ("1614834367", "2021-03-04T05:06:07.000Z"),
    ("+1700000000", "2023-11-14T22:13:20.000Z"),
    ("-2208988800", "1900-01-01T00:00:00.000Z"),
    ("1.5", "1970-01-01T00:00:01.500Z"),
    ("1.1234x", "1970-01-01T00:00:01.123Z"),
    ("-1.5", "1969-12-31T23:59:59.500Z"),
    ("2147483647.999", "2038-01-19T03:14:07.999Z"),
    ("2147483648", None),
    ("1700000000.", None),
    (".5", None),
    ("1.x", None),
    ("1_000", None),
    ("1.6e9", None),
    (" 1", None),
    ("1 ", None),
    ("", None),
    ("%{bad}", None),
    (True, None),
    ([1614834367], None),
    ({"a": 1}, None),
    (Timestamp(0), None),
]

UNIX_MS = [
    ("1614834367123", "2021-03-04T05:06:07.123Z"),
    (1614834367123, "2021-03-04T05:06:07.123Z"),
    (456.9, "1970-01-01T00:00:00.456Z"),
    (Decimal(2147483647000), "2038-01-19T03:14:07.000Z"),
    (Decimal(2147483647001), None),
    ("-1500", "1969-12-31T23:59:58.500Z"),
    ("253402300800000", "+10000-01-01T00:00:00.000Z"),
    ("1614834367123.5", None),
    ("99999999999999999999", None),
    (12345678901234567890, None),
    (False, None),
]

TAI64N = [
    ("@4000000050d506482dbdf024", "2012-12-22T01:00:46.767Z"),
    ("4000000050d506482dbdf024", "2012-12-22T01:00:46.767Z"),
    ("4000000050D506482DBDF024 and more", "2012-12-22T01:00:46.767Z"),
    ("@4000000050d50648", None),
    ("@c000000050d506482dbdf024", None),
    (1614834367, None),
]


def written(stamp):
    return stamp if stamp is None else str(stamp)


@pytest.mark.parametrize(("text", "instant"), ISO)
def test_reads_iso8601(text, instant):
    assert written(parse_iso8601(text, UTC)) == instant


def test_a_text_without_an_offset_is_local():
    new_york = find_zone("America/New_York")
    assert written(parse_iso8601("2021-07-04T05:06:07.25", new_york)) == "2021-07-04T09:06:07.250Z"
    assert written(parse_iso8601("2021-03-14T02:15:00", new_york)) is None
    assert written(parse_iso8601("2021-03-14T02:15:00Z", new_york)) == "2021-03-14T02:15:00.000Z"


@pytest.mark.parametrize(("value", "instant"), UNIX)
def test_reads_seconds(value, instant):
    assert written(parse_unix(value)) == instant


@pytest.mark.parametrize(("value", "instant"), UNIX_MS)
def test_reads_milliseconds(value, instant):
    assert written(parse_unix_ms(value)) == instant


@pytest.mark.parametrize(("value", "instant"), TAI64N)
def test_reads_tai64n(value, instant):
    assert written(parse_tai64n(value)) == instant


def test_the_words_are_exact():
    assert compile_format("UNIX", locale="en").parse is parse_unix
    assert compile_format("ISO8601", locale="en").reads_text
    with pytest.raises(DateFormatError):
        compile_format("iso8601", locale="en")


def test_a_table_is_bounded_and_forgets_what_fails():
    table = DateTable(int)
    for number in range(MOST_ENTRIES + 5):
        assert table[str(number)] == number
    assert len(table) == 5
    with pytest.raises(ValueError, match="invalid literal"):
        table["x"]
    assert "x" not in table
