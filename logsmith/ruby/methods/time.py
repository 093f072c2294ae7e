"""Time: making one, its parts, its arithmetic and its texts."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

from logsmith.event import Timestamp
from logsmith.event.timestamp import SECOND
from logsmith.event.zones import UTC
from logsmith.ruby import time_reading
from logsmith.ruby.classes import class_of
from logsmith.ruby.coerce import to_int, to_text
from logsmith.ruby.date_guess import MONTH_NAMES
from logsmith.ruby.dispatch import call, class_methods_of, methods_of
from logsmith.ruby.exceptions import fault, named
from logsmith.ruby.methods.time_format import strftime
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.show import inspect_text, to_s
from logsmith.ruby.time_reading import calendar, clock
from logsmith.ruby.time_zones import zone_argument
from logsmith.ruby.times import Date, DateTime, Time, instant, is_summer_time, local_zone, offset_text

TIME = methods_of("Time")
TIME_CLASS = class_methods_of("Time")
_UNITS = {
    "millisecond": 1_000_000,
    "usec": 1000,
    "microsecond": 1000,
    "nsec": 1,
    "nanosecond": 1,
}


def exact_seconds(value: Any) -> Fraction:
    """Return a number as a Fraction; raises TypeError for anything else."""
    if isinstance(value, float) and not isfinite(value):
        raise fault("FloatDomainError", to_s(value))
    if isinstance(value, (int, float, Decimal, Fraction)) and not isinstance(value, bool):
        return Fraction(value)
    raise fault(
        "TypeError", f"can't convert {'nil' if value is None else class_of(value).name} into an exact number"
    )


def _nanos(seconds: Any) -> int:
    return int(exact_seconds(seconds) * SECOND // 1)


@TIME_CLASS.method("now")
def now(_class: Any, **keywords: Any) -> Time:
    zone = keywords.get("in")
    return Time(time.time_ns(), None if zone is None else zone_argument(zone))


@TIME_CLASS.method("at")
def at(_class: Any, seconds: Any, fraction: Any = None, unit: Any = Symbol("usec"), **keywords: Any) -> Time:
    zone = None if keywords.get("in") is None else zone_argument(keywords["in"])
    if isinstance(seconds, (Time, Timestamp)):
        return Time(seconds.nanos, zone or getattr(seconds, "zone", None))
    size = _UNITS.get(unit.name if isinstance(unit, Symbol) else "")
    if size is None:
        raise fault("ArgumentError", f"unexpected unit: {to_s(unit)}")
    more = 0 if fraction is None else exact_seconds(fraction) * size
    return Time(int((exact_seconds(seconds) * SECOND + more) // 1), zone)


@TIME_CLASS.method("new")
def new(_class: Any, *parts: Any, **keywords: Any) -> Time:
    zone = None if keywords.get("in") is None else zone_argument(keywords["in"])
    if not parts:
        return Time(time.time_ns(), zone)
    if len(parts) == 1 and isinstance(parts[0], String):
        return time_reading.parse_new(parts[0].text, zone)
    if len(parts) > 7:
        raise fault("ArgumentError", f"wrong number of arguments (given {len(parts)}, expected 0..7)")
    if len(parts) == 7 and parts[6] is not None:
        zone = zone_argument(parts[6])
    return _made(parts[:6], zone or local_zone(), zone)


def _made(parts: tuple[Any, ...], clock_zone: Any, zone: Any) -> Time:
    year, month, day, hour, minute, second, usec, *_ = (*parts, None, None, None, None, None, None, None)
    seconds = Fraction(0) if second is None else _second(second)
    days = calendar(_whole(year), _month(month), 1 if day is None else _whole(day))
    nanos = clock(_whole(hour or 0), _whole(minute or 0), int(seconds // 1), seconds % 1)
    nanos += 0 if usec is None else int(exact_seconds(usec) * 1000 // 1)
    return Time(instant(days, nanos, clock_zone), zone)


def _whole(value: Any) -> int:
    if isinstance(value, String):
        return _number(value.text)
    return to_int(value)


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise fault("ArgumentError", f"invalid value for Integer(): {inspect_text(String(text))}") from None


def _second(value: Any) -> Fraction:
    if isinstance(value, float) and isfinite(value):  # by nanoseconds as a Float has them; `Time.at` is exact
        return Fraction(int(value * SECOND), SECOND)
    return Fraction(_number(value.text)) if isinstance(value, String) else exact_seconds(value)


def _month(value: Any) -> int:
    if value is None:
        return 1
    if isinstance(value, String):
        name = value.text.lower()
        return MONTH_NAMES.index(name) + 1 if name in MONTH_NAMES else _number(value.text)
    return to_int(value)


def _by_parts(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(parts) == 10:  # as `to_a` gives them: second, minute, hour, day, month, year...
        return parts[5::-1]
    if not 1 <= len(parts) <= 8:
        raise fault("ArgumentError", f"wrong number of arguments (given {len(parts)}, expected 1..8)")
    return parts[:7]


@TIME_CLASS.method("utc", "gm")
def made_utc(_class: Any, *parts: Any) -> Time:
    return _made(_by_parts(parts), UTC, UTC)


@TIME_CLASS.method("local", "mktime")
def made_local(_class: Any, *parts: Any) -> Time:
    return _made(_by_parts(parts), local_zone(), None)


@TIME_CLASS.method("parse")
def parse(_class: Any, text: Any, present: Any = None) -> Time:
    if text is None:
        raise fault(
            "TypeError", "no implicit conversion of NilClass into String"
        )  # the words of its Ruby code
    return time_reading.parse(to_text(text), present if isinstance(present, Time) else None)


@TIME_CLASS.method("strptime")
def strptime(_class: Any, text: Any, pattern: Any) -> Time:
    return time_reading.strptime(to_text(text), to_text(pattern))


@TIME_CLASS.method("iso8601", "xmlschema")
def parse_iso8601(_class: Any, text: Any) -> Time:
    return time_reading.parse_iso8601(to_text(text))


@TIME_CLASS.method("rfc2822", "rfc822")
def parse_rfc2822(_class: Any, text: Any) -> Time:
    return time_reading.parse_rfc2822(to_text(text))


@TIME_CLASS.method("httpdate")
def parse_httpdate(_class: Any, text: Any) -> Time:
    return time_reading.parse_httpdate(to_text(text))


TIME.add("to_i tv_sec", lambda moment: moment.nanos // SECOND)
TIME.add("to_f", lambda moment: float(moment.seconds))
TIME.add("to_r", lambda moment: moment.seconds)
TIME.add("usec tv_usec", lambda moment: moment.nano // 1000)
TIME.add("nsec tv_nsec", lambda moment: moment.nano)
TIME.add("subsec", lambda moment: Fraction(moment.nano, SECOND) if moment.nano else 0)
TIME.add("utc_offset gmt_offset gmtoff", lambda moment: moment.offset)
TIME.add("utc? gmt?", lambda moment: moment.is_utc)


@TIME.method("dst?", "isdst")
def is_dst(moment: Time) -> bool:
    return is_summer_time(moment)


@TIME.method("zone")
def zone(moment: Time) -> String | None:
    return String(moment.zone_name) if moment.zone_name else None


@TIME.method("to_a")
def to_a(moment: Time) -> list[Any]:
    date = [moment.day, moment.month, moment.year, moment.weekday, moment.yearday]
    return [moment.second, moment.minute, moment.hour, *date, is_summer_time(moment), zone(moment)]


@TIME.method("localtime")
def localtime(moment: Time, offset: Any = None) -> Time:
    moment.change_zone(local_zone() if offset is None else zone_argument(offset))
    return moment


@TIME.method("getlocal")
def getlocal(moment: Time, offset: Any = None) -> Time:
    return localtime(Time(moment.nanos), offset)


@TIME.method("utc", "gmtime")
def utc(moment: Time) -> Time:
    moment.change_zone(UTC)
    return moment


@TIME.method("getutc", "getgm")
def getutc(moment: Time) -> Time:
    return Time(moment.nanos, UTC)


@TIME.method("dup", "clone")
def dup(moment: Time, *, freeze: Any = None) -> Time:  # noqa: ARG001  Ruby's keyword
    return Time(moment.nanos, moment.zone)


@TIME.method("+")
def plus(moment: Time, seconds: Any) -> Time:
    if isinstance(seconds, Time):
        raise fault("TypeError", "time + time?")
    return Time(moment.nanos + _nanos(seconds), moment.zone)


@TIME.method("-")
def minus(moment: Time, other: Any) -> Any:
    if isinstance(other, (Time, Timestamp)):
        return float(Fraction(moment.nanos - other.nanos, SECOND))
    return Time(moment.nanos - _nanos(other), moment.zone)


@TIME.method("<=>")
def ordered(moment: Time, other: Any) -> int | None:
    if not isinstance(other, (Time, Timestamp)):
        return None
    return (moment.nanos > other.nanos) - (moment.nanos < other.nanos)


@TIME.method("==", "eql?", "===")
def equals(moment: Time, other: Any) -> bool:
    return bool(moment == other)


@TIME.method("hash")
def hash_(moment: Time) -> int:
    return hash(moment)


def _rounded(moment: Time, digits: Any, up: Fraction) -> Time:
    places = to_int(digits)
    if places < 0:
        raise fault("ArgumentError", "negative ndigits given")
    unit = 10 ** max(9 - places, 0)
    return Time(int((Fraction(moment.nanos, unit) + up) // 1) * unit, moment.zone)


@TIME.method("round")
def round_(moment: Time, digits: Any = 0) -> Time:
    return _rounded(moment, digits, Fraction(1, 2))


@TIME.method("floor")
def floor(moment: Time, digits: Any = 0) -> Time:
    return _rounded(moment, digits, Fraction(0))


@TIME.method("ceil")
def ceil(moment: Time, digits: Any = 0) -> Time:
    return _rounded(moment, digits, 1 - Fraction(1, 10**9))


@TIME.method("strftime")
def strftime_(moment: Time, pattern: Any) -> String:
    return String(strftime(moment, to_text(pattern)))


@TIME.method("to_s")
def to_s_(moment: Time) -> String:
    return String(strftime(moment, f"%Y-%m-%d %H:%M:%S {_zone_text(moment)}"))


def _zone_text(moment: Time) -> str:
    return "UTC" if moment.is_utc else "%z"


@TIME.method("inspect")
def inspect(moment: Time) -> String:
    fraction = f".{moment.nano:09d}".rstrip("0").rstrip(".")
    return String(strftime(moment, f"%Y-%m-%d %H:%M:%S{fraction} {_zone_text(moment)}"))


@TIME.method("iso8601", "xmlschema")
def iso8601(moment: Time, digits: Any = 0) -> String:
    fraction = f".%{to_int(digits)}N" if to_int(digits) > 0 else ""
    offset = "Z" if moment.is_utc else offset_text(moment.offset)
    return String(strftime(moment, f"%Y-%m-%dT%H:%M:%S{fraction}{offset}"))


@TIME.method("rfc2822", "rfc822")
def rfc2822(moment: Time) -> String:
    return String(strftime(moment, f"%a, %d %b %Y %T {'-0000' if moment.is_utc else '%z'}"))


@TIME.method("httpdate")
def httpdate(moment: Time) -> String:
    return String(strftime(Time(moment.nanos, UTC), "%a, %d %b %Y %T GMT"))


@TIME.method("ctime", "asctime")
def ctime(moment: Time) -> String:
    return String(strftime(moment, "%c"))


@TIME.method("to_time")
def to_time(moment: Time) -> Time:
    return moment


@TIME.method("to_date")
def to_date(moment: Time) -> Date:
    return Date(moment.days)


@TIME.method("to_datetime")
def to_datetime(moment: Time) -> DateTime:
    return DateTime(moment.days, moment.nanos_of_day, moment.offset)


@TIME.method("deconstruct_keys")
def deconstruct_keys(moment: Time, names: Any) -> dict[Any, Any]:
    """Return what a pattern such as `{year:, month: 1..6}` looks at."""
    if names is not None and not isinstance(names, list):
        raise fault("TypeError", f"wrong argument type {named(names)} (expected Array or nil)")
    wanted = [name for name in _MEMBERS if names is None or Symbol(name) in names]
    return {Symbol(name): call(moment, _MEMBERS[name]) for name in wanted}


_MEMBERS = {
    **{name: name for name in ("year", "month", "day", "yday", "wday", "hour", "min", "sec", "subsec")},
    "dst": "dst?",
    "zone": "zone",
}
