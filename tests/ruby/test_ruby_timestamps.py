"""LogStash::Timestamp, and times in the zone of the process."""

import time

import pytest

from logsmith.event import Timestamp
from logsmith.event.zones import system_zone
from logsmith.ruby.program import Self, compile_ruby
from logsmith.ruby.times import Time
from tests.ruby.ruby_answers import answer, cases

STAMPS = r"""
LogStash::Timestamp.new("2021-03-04T05:06:07.089Z").to_i  # => 1614834367
LogStash::Timestamp.new("2021-03-04T05:06:07.089Z").to_f  # => 1614834367.089
LogStash::Timestamp.new("2021-03-04T05:06:07.089Z").usec  # => 89000
LogStash::Timestamp.new("2021-03-04T05:06:07.089Z").to_s  # => "2021-03-04T05:06:07.089Z"
LogStash::Timestamp.new("2021-03-04T05:06:07.123456789Z").to_iso8601  # => "2021-03-04T05:06:07.123456789Z"
LogStash::Timestamp.new("2021-03-04T05:06:07.123456789Z").nsec  # => 123456789
LogStash::Timestamp.new("2021-03-04T05:06:07.123456789Z").time.nsec  # => 123456789
LogStash::Timestamp.new("2021-03-04T05:06:07Z").inspect  # => "2021-03-04T05:06:07.000Z"
LogStash::Timestamp.new("2021-03-04T05:06:07Z").year  # => 2021
LogStash::Timestamp.new("2021-03-04T05:06:07Z").class  # => LogStash::Timestamp
LogStash::Timestamp.new("2021-03-04T05:06:07Z").to_json  # => "\"2021-03-04T05:06:07.000Z\""
{"t" => LogStash::Timestamp.new("2021-03-04T05:06:07Z")}.to_json  # => "{\"t\":\"2021-03-04T05:06:07.000Z\"}"
LogStash::Timestamp.new("1969-12-31T23:59:58.500Z").to_i  # => -2
LogStash::Timestamp.new("1969-12-31T23:59:58.500Z").to_f  # => -1.5
LogStash::Timestamp.new("garbage")  # => LogStash::TimestampParserError: invalid timestamp string format garbage
LogStash::Timestamp.new(5)  # => TypeError: wrong argument type Integer (expected Time)
LogStash::Timestamp.at(1500000000, 123456)  # => 2017-07-14T02:40:00.123456Z
LogStash::Timestamp.at(1500000000.5)  # => 2017-07-14T02:40:00.500Z
LogStash::Timestamp.at(-1)  # => 1969-12-31T23:59:59.000Z
LogStash::Timestamp.at(132539328000000000 / 10000000 - 11644473600)  # => 2021-01-01T00:00:00.000Z
LogStash::Timestamp.coerce("2021-03-04T05:06:07Z")  # => 2021-03-04T05:06:07.000Z
LogStash::Timestamp.coerce(5)  # => nil
LogStash::Timestamp.coerce(Time.at(5)).to_i  # => 5
LogStash::Timestamp.now.class  # => LogStash::Timestamp
LogStash::Timestamp.new.class  # => LogStash::Timestamp
LogStash::Timestamp.at(5) < LogStash::Timestamp.at(6)  # => true
LogStash::Timestamp.at(5) == LogStash::Timestamp.at(5)  # => true
LogStash::Timestamp.at(5) <=> LogStash::Timestamp.at(4)  # => 1
LogStash::Timestamp.at(5) == LogStash::Timestamp.at(6)  # => false
LogStash::Timestamp.at(5) - LogStash::Timestamp.at(3)  # => 2.0
(LogStash::Timestamp.at(5) - 3).utc  # => 1970-01-01 00:00:02 UTC
(LogStash::Timestamp.at(5) + 3).utc  # => 1970-01-01 00:00:08 UTC
LogStash::Timestamp.new(LogStash::Timestamp.at(5) + 3)  # => 1970-01-01T00:00:08.000Z
[LogStash::Timestamp.at(5), LogStash::Timestamp.at(3)].min  # => 1970-01-01T00:00:03.000Z
Time.at(5) - LogStash::Timestamp.at(3)  # => 2.0
Time.at(LogStash::Timestamp.at(5)).to_i  # => 5
(LogStash::Timestamp.at(0).time.utc + 60).iso8601  # => "1970-01-01T00:01:00Z"
"""
IN_PARIS = r"""
Time.utc(2021, 7, 1, 12).localtime  # => 2021-07-01 14:00:00 +0200
Time.utc(2021, 1, 1, 12).getlocal.hour  # => 13
Time.utc(2021, 7, 1, 12).getlocal.zone  # => "CEST"
Time.utc(2021, 7, 1, 12).getlocal.dst?  # => true
Time.utc(2021, 1, 1, 12).getlocal.dst?  # => false
Time.local(2021, 7, 1, 12).utc.hour  # => 10
Time.local(2021, 3, 28, 2, 30).to_s  # => "2021-03-28 03:30:00 +0200"
Time.parse("2021-07-01 12:00").utc_offset  # => 7200
Time.parse("2021-07-01 12:00 +0200").zone  # => "CEST"
Time.parse("2021-07-01 12:00 UTC").utc?  # => true
Time.strptime("2021-01-01", "%Y-%m-%d").to_i  # => 1609455600
Time.at(1609459200).strftime("%Y.%m.%d %H %Z %z")  # => "2021.01.01 01 CET +0100"
Time.at(1609459200).iso8601  # => "2021-01-01T01:00:00+01:00"
(Time.local(2021, 3, 27, 12) + 86400).hour  # => 13
Date.new(2021, 7, 1).to_time.to_i  # => 1625090400
LogStash::Timestamp.new("2021-07-01T22:30:00Z").time.localtime.strftime("%Y.%m.%d")  # => "2021.07.02"
"""


@pytest.mark.parametrize(("source", "expected"), cases(STAMPS))
def test_timestamps_answer_as_in_logstash(source, expected):
    assert answer(source) == expected


@pytest.fixture
def _in_paris(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    system_zone.cache_clear()
    yield
    monkeypatch.undo()
    time.tzset()
    system_zone.cache_clear()


@pytest.mark.usefixtures("_in_paris")
@pytest.mark.parametrize(("source", "expected"), cases(IN_PARIS))
def test_local_times_follow_the_zone_of_the_process(source, expected):
    assert answer(source) == expected


def test_a_time_and_a_timestamp_hold_the_same_nanoseconds():
    stamp = Timestamp(1_614_834_367_123_456_789)
    moment = compile_ruby("event.time", parameters=("event",)).run(Self(), event=stamp)
    assert isinstance(moment, Time)
    assert moment.nanos == stamp.nanos
