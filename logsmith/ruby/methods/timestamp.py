"""LogStash::Timestamp: what the events carry."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from logsmith.event import Timestamp, TimestampError
from logsmith.event.timestamp import SECOND
from logsmith.ruby.classes import class_of, define
from logsmith.ruby.coerce import to_text
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.methods.time import at as time_at
from logsmith.ruby.methods.time import minus as earlier
from logsmith.ruby.methods.time import plus as later
from logsmith.ruby.objects import String
from logsmith.ruby.times import Time

define("LogStash::TimestampParserError", "StandardError")
STAMP = methods_of("LogStash::Timestamp")
STAMP_CLASS = class_methods_of("LogStash::Timestamp")


def _parsed(text: str) -> Timestamp:
    try:
        return Timestamp.parse(text)
    except TimestampError:
        raise fault("LogStash::TimestampParserError", f"invalid timestamp string format {text}") from None


@STAMP_CLASS.method("new")
def new(_class: Any, value: Any = None) -> Timestamp:
    if value is None:
        return Timestamp.now()
    if isinstance(value, (Time, Timestamp)):
        return Timestamp(value.nanos)
    if isinstance(value, String):
        return _parsed(value.text)
    raise fault("TypeError", f"wrong argument type {class_of(value).name} (expected Time)")


@STAMP_CLASS.method("now")
def now(_class: Any) -> Timestamp:
    return Timestamp.now()


@STAMP_CLASS.method("at")
def at(_class: Any, seconds: Any, fraction: Any = None) -> Timestamp:
    return Timestamp(time_at(None, seconds, fraction).nanos)


@STAMP_CLASS.method("coerce")
def coerce(_class: Any, value: Any) -> Timestamp | None:
    if isinstance(value, (Time, Timestamp)):
        return Timestamp(value.nanos)
    return _parsed(value.text) if isinstance(value, String) else None


@STAMP_CLASS.method("parse_iso8601")
def parse_iso8601(_class: Any, text: Any) -> Timestamp:
    return _parsed(to_text(text))


STAMP.add("time", lambda stamp: Time(stamp.nanos))
STAMP.add("to_i tv_sec", lambda stamp: stamp.nanos // SECOND)
STAMP.add("to_f", lambda stamp: float(Fraction(stamp.nanos, SECOND)))
STAMP.add("to_r", lambda stamp: Fraction(stamp.nanos, SECOND))
STAMP.add("usec tv_usec", lambda stamp: stamp.nanos % SECOND // 1000)
STAMP.add("nsec tv_nsec", lambda stamp: stamp.nanos % SECOND)
STAMP.add("to_s to_iso8601 inspect", lambda stamp: String(str(stamp)))
STAMP.add("to_json", lambda stamp, *_rest: String(f'"{stamp}"'))
STAMP.add("year", lambda stamp: stamp.year)
STAMP.add("hash", Timestamp.__hash__)
STAMP.add("utc gmtime dup clone itself", lambda stamp: stamp)


@STAMP.method("+")
def plus(stamp: Timestamp, seconds: Any) -> Time:
    return later(Time(stamp.nanos), seconds)  # a Time, as in Logstash


@STAMP.method("-")
def minus(stamp: Timestamp, other: Any) -> Any:
    return earlier(Time(stamp.nanos), other)


@STAMP.method("<=>")
def ordered(stamp: Timestamp, other: Any) -> int | None:
    if not isinstance(other, (Time, Timestamp)):
        return None
    return (stamp.nanos > other.nanos) - (stamp.nanos < other.nanos)


@STAMP.method("==", "eql?", "===")
def equals(stamp: Timestamp, other: Any) -> bool:
    return bool(stamp == other)
