"""Times of texts: Time.parse, Time.strptime, Time.iso8601, Time.rfc2822, Time.httpdate, Time.new("...").

What a text does not say is taken from the present time down to the first field that it says, and is the least possible
after that.
"""

from __future__ import annotations

import re
import time
from fractions import Fraction
from typing import Any

from logsmith.event.civil import civil_of, days_of
from logsmith.event.timestamp import SECOND
from logsmith.event.zones import UTC, Zone
from logsmith.ruby.date_fields import Fields, date_time, ordinal_days, whole_days
from logsmith.ruby.date_guess import MONTH_NAMES, guess_fields
from logsmith.ruby.date_pattern import read_fields
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.objects import String
from logsmith.ruby.show import inspect_text
from logsmith.ruby.time_zones import is_utc_name, time_offset, zone_argument
from logsmith.ruby.times import Time, instant, local_zone, offset_zone

_ORDER = ("year", "mon", "mday", "hour", "min", "sec", "sec_fraction")
_FIRST = {"year": 1970, "mon": 1, "mday": 1}
_ISO = re.compile(
    r"\s*(-?\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[-+]\d\d(?::?\d\d)?)?\s*",
    re.IGNORECASE | re.ASCII,
)
_MAIL = re.compile(
    r"\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)\s*,\s*)?(\d{1,2})\s+("
    + "|".join(MONTH_NAMES)
    + r")\s+(\d{2,})\s+"
    r"(\d{2})\s*:\s*(\d{2})(?:\s*:\s*(\d\d))?\s*([-+]\d{4}|UT|GMT|EST|EDT|CST|CDT|MST|MDT|PST|PDT|[A-IK-Z])\b.*",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_WEB = re.compile(
    r"\s*(?:mon|tue|wed|thu|fri|sat|sun),\x20(\d{2})\x20(" + "|".join(MONTH_NAMES) + r")\x20(\d{4})\x20"
    r"(\d{2}):(\d{2}):(\d{2})\x20GMT\s*",
    re.IGNORECASE | re.ASCII,
)
_NEW = re.compile(
    r"\s*(\d{4,})(?:-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:\s*(\S+))?)?)?\s*", re.ASCII
)


def clock(hour: int, minute: int, second: int, fraction: Fraction | int = 0) -> int:
    """Return the nanoseconds since midnight; raises ArgumentError out of range. 24:00:00 and a leap second are allowed."""
    checks = ((" for hour", 0 <= hour <= 24), (" for minute", 0 <= minute <= 59), ("", 0 <= second <= 60))
    for name, is_right in checks:
        if not is_right:
            raise out_of_range(name)
    if hour == 24 and (minute or second):
        raise out_of_range()
    return (hour * 3600 + minute * 60 + second) * SECOND + int(fraction * SECOND // 1)


def out_of_range(part: str = "") -> RubyException:
    """Return the ArgumentError of a part that no time has."""
    return fault("ArgumentError", f"argument out of range{part}")


def calendar(year: int, month: int, day: int) -> int:
    """Return days since 1970; 31 February is some day of March. Raises ArgumentError."""
    if not 1 <= month <= 12:
        raise out_of_range(f": for month: {month}")
    if not 1 <= day <= 31:
        raise out_of_range(" for day")
    return days_of(year, month, 1) + day - 1


def parse(text: str, now: Time | None = None) -> Time:
    """Return Time.parse's answer; raises ArgumentError."""
    return _time(text, guess_fields(text), now)


def strptime(text: str, pattern: str) -> Time:
    """Return Time.strptime's answer; raises ArgumentError."""
    fields = read_fields(text, pattern)
    if fields is None:
        raise fault("ArgumentError", f"invalid date or strptime format - '{text}' '{pattern}'")
    if "seconds" in fields:
        seconds = fields["seconds"] + fields.get("sec_fraction", 0) * (-1 if fields["seconds"] < 0 else 1)
        return _in_zone(int(seconds * SECOND // 1), fields.get("zone"), None)
    has_date = "mon" in fields and "mday" in fields
    if ("cwyear" in fields and "year" not in fields) or (
        ("cwday" in fields or "cweek" in fields) and not has_date
    ):
        found = date_time(fields)
        return Time(instant(found.days, found.nanos_of_day, local_zone()))
    if ("wnum0" in fields or "wnum1" in fields) and "yday" not in fields and not has_date:
        days = whole_days(fields)
        fields["yday"] = days - days_of(civil_of(days)[0]) + 1
    return _time(text, fields, None)


def _time(text: str, fields: Fields, now: Time | None) -> Time:
    if not any(name in fields for name in (*_ORDER, "yday")):
        raise fault("ArgumentError", f"no time information in {inspect_text(String(text))}")
    offset = time_offset(fields["zone"]) if "zone" in fields else None
    fields = dict(fields)
    present = now or Time(time.time_ns())
    here = Time(present.nanos, local_zone() if offset is None else offset_zone(offset))
    if "yday" in fields:
        _put_yearday(fields, here.year)
    parts = dict(zip(_ORDER, (here.year, here.month, here.day), strict=False))
    for name in ("year", "mon", "mday"):
        if name in fields:
            break
        fields[name] = parts[name]
    get = fields.get
    days = calendar(get("year", 1970), get("mon", 1), get("mday", 1))
    nanos = clock(get("hour", 0), get("min", 0), get("sec", 0), get("sec_fraction", 0))
    if offset is None:
        return Time(instant(days, nanos, local_zone()))
    return _in_zone(instant(days, nanos, offset_zone(offset)), fields["zone"], offset)


def _put_yearday(fields: Fields, this_year: int) -> None:
    year, yearday = fields.get("year", this_year), fields["yday"]
    days = ordinal_days(year, yearday)
    if days is None:
        raise fault("ArgumentError", f"yday {yearday} out of range")
    fields["year"], fields["mon"], fields["mday"] = civil_of(days)


def _in_zone(nanos: int, zone: str | None, offset: int | None) -> Time:
    if zone is None:
        return Time(nanos)
    if is_utc_name(zone):
        return Time(nanos, UTC)
    offset = time_offset(zone) if offset is None else offset
    here = Time(nanos)
    return here if offset is None or here.offset == offset else Time(nanos, offset_zone(offset))


def parse_iso8601(text: str) -> Time:
    """Return Time.iso8601's answer; raises ArgumentError."""
    found = _ISO.fullmatch(text)
    if found is None:
        raise fault("ArgumentError", f"invalid xmlschema format: {inspect_text(String(text))}")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction = Fraction(int(found[7]), 10 ** len(found[7])) if found[7] else 0
    days, nanos = calendar(year, month, day), clock(hour, minute, second, fraction)
    zone = found[8]
    if zone is None:
        return Time(instant(days, nanos, local_zone()))
    offset = time_offset(zone if len(zone) != 3 else f"{zone}00") or 0
    return _in_zone(instant(days, nanos, offset_zone(offset)), zone.upper(), offset)


def parse_rfc2822(text: str) -> Time:
    """Return Time.rfc2822's answer; raises ArgumentError."""
    found = _MAIL.fullmatch(text)
    if found is None:
        raise fault("ArgumentError", f"not RFC 2822 compliant date: {inspect_text(String(text))}")
    year = int(found[3])
    if len(found[3]) < 4:
        year += 2000 if year < 50 else 1900
    days = calendar(year, MONTH_NAMES.index(found[2].lower()) + 1, int(found[1]))
    nanos = clock(int(found[4]), int(found[5]), int(found[6] or 0))
    offset = time_offset(found[7]) or 0
    return _in_zone(instant(days, nanos, offset_zone(offset)), found[7], offset)


def parse_httpdate(text: str) -> Time:
    """Return Time.httpdate's answer; raises ArgumentError."""
    found = _WEB.fullmatch(text)
    if found is None:
        raise fault("ArgumentError", f"not RFC 2616 compliant date: {inspect_text(String(text))}")
    days = calendar(int(found[3]), MONTH_NAMES.index(found[2].lower()) + 1, int(found[1]))
    return Time(instant(days, clock(int(found[4]), int(found[5]), int(found[6])), UTC), UTC)


def parse_new(text: str, zone: Zone | None) -> Time:
    """Return Time.new's answer to one text; raises ArgumentError."""
    found = _NEW.fullmatch(text)
    if found is None:
        raise fault("ArgumentError", f"can't parse: {inspect_text(String(text))}")
    if found[2] and not found[4]:
        raise fault("ArgumentError", "no time information")
    if found[8]:
        zone = zone_argument(String(found[8]))
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    fraction = Fraction(int(found[7]), 10 ** len(found[7])) if found[7] else 0
    nanos = clock(int(found[4] or 0), int(found[5] or 0), int(found[6] or 0), fraction)
    return Time(instant(calendar(year, month, day), nanos, zone or local_zone()), zone)


def field_value(value: Any) -> Any:
    """Return a field as a Ruby value."""
    return String(value) if isinstance(value, str) else value
