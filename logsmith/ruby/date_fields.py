"""What is read from a text that is some date or time: fields by name, not all of them there.

`Fields` are Ruby's own: year, mon, mday, yday, wday, cwyear, cweek, cwday, wnum0, wnum1, hour, min, sec, sec_fraction,
zone, offset, seconds. A Date is completed from today as Ruby completes it; a Time in `time_reading`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from logsmith.event.civil import days_of, month_length, week_year_start, weekday_of, weeks_of, year_length
from logsmith.event.timestamp import SECOND
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.times import DateTime, today

Fields = dict[str, Any]  # the fields' values: integers, a Fraction, a text

_EPOCH_JULIAN_DAY = 2_440_588
_TIME = ("hour", "min", "sec")
# What a date can be made of; the one of which most is there is completed
_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("time", _TIME),
    ("whole", ("jd",)),
    ("ordinal", ("year", "yday", *_TIME)),
    ("civil", ("year", "mon", "mday", *_TIME)),
    ("commercial", ("cwyear", "cweek", "cwday", *_TIME)),
    ("wday", ("wday", *_TIME)),
    ("wnum0", ("year", "wnum0", "wday", *_TIME)),
    ("wnum1", ("year", "wnum1", "wday", *_TIME)),
)


def invalid_date() -> RubyException:
    """Return the Date::Error of what is no date."""
    return fault("Date::Error", "invalid date")


def whole_days(fields: Fields, *, is_time_enough: bool = False) -> int:
    """Return the days since 1970 of a date, completed from today; raises Date::Error."""
    fields = _completed(dict(fields), is_time_enough=is_time_enough)
    days = _days(fields)
    if days is None:
        raise invalid_date()
    return days


def date_time(fields: Fields) -> DateTime:
    """Return the DateTime of fields; raises Date::Error."""
    if "seconds" in fields:
        nanos = round((fields["seconds"] + fields.get("sec_fraction", 0)) * SECOND)
        return DateTime(0, 0).moved(nanos).at_offset(fields.get("offset") or 0)
    days = whole_days(fields, is_time_enough=True)
    hour, minute, second = (fields.get(name, 0) for name in _TIME)
    second = min(second, 59)  # a leap second
    if hour > 24 or minute > 59 or (hour == 24 and (minute or second)):
        raise invalid_date()
    nanos = (hour * 3600 + minute * 60 + second) * SECOND + int(
        fields.get("sec_fraction", Fraction(0)) * SECOND
    )
    return DateTime(days, 0, fields.get("offset") or 0).moved(nanos)


def _completed(fields: Fields, *, is_time_enough: bool) -> Fields:
    if "seconds" in fields:
        local = int(fields["seconds"] // 1) + (fields.get("offset") or 0)
        return {**fields, "jd": local // 86_400 + _EPOCH_JULIAN_DAY}
    counts = [(sum(name in fields for name in names), kind, names) for kind, names in _KINDS]
    count, kind, names = max(counts, key=lambda one: one[0])
    if count == 0 or count == len(names):
        return _with_today(fields) if kind == "time" and count and is_time_enough else fields
    now = today()
    complete = _COMPLETIONS.get(kind)
    if kind == "time":
        return _with_today(fields) if is_time_enough else fields
    if complete is not None:
        starts, rest = complete
        present = {
            "year": now.year,
            "mon": now.month,
            "mday": now.day,
            "cwyear": now.week[0],
            "cweek": now.week[1],
        }
        for name in starts:
            if name in fields:
                break
            fields[name] = present[name]
        for name, value in rest:
            fields.setdefault(name, value)
    if kind == "wday":
        fields["jd"] = now.julian_day - now.weekday + fields["wday"]
    return fields


def _with_today(fields: Fields) -> Fields:
    return {**fields, "jd": today().julian_day}


_COMPLETIONS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, int], ...]]] = {
    "ordinal": (("year",), (("yday", 1),)),
    "civil": (("year", "mon"), (("mon", 1), ("mday", 1))),
    "commercial": (("cwyear", "cweek"), (("cweek", 1), ("cwday", 1))),
    "wnum0": (("year",), (("wnum0", 0), ("wday", 0))),
    "wnum1": (("year",), (("wnum1", 0), ("wday", 1))),
}


def _days(fields: Fields) -> int | None:
    if "jd" in fields:
        return int(fields["jd"]) - _EPOCH_JULIAN_DAY
    if "yday" in fields and "year" in fields:
        return ordinal_days(fields["year"], fields["yday"])
    if {"year", "mon", "mday"} <= fields.keys():
        return civil_days(fields["year"], fields["mon"], fields["mday"])
    weekday = fields.get("cwday", fields.get("wday"))
    if weekday is None:
        return None
    if {"cwyear", "cweek"} <= fields.keys():
        return week_days(fields["cwyear"], fields["cweek"], weekday or 7)
    if "year" in fields and ("wnum0" in fields or "wnum1" in fields):
        return _numbered_week(fields, weekday % 7)
    return None


def civil_days(year: int, month: int, day: int) -> int | None:
    """Return the days since 1970 of a date, None if there is none; -1 is the last month or day."""
    month = month + 13 if month < 0 else month
    if not 1 <= month <= 12:
        return None
    length = month_length(year, month)
    day = day + length + 1 if day < 0 else day
    return days_of(year, month, day) if 1 <= day <= length else None


def ordinal_days(year: int, day: int) -> int | None:
    """Return the days since 1970 of a day of a year, None if there is none."""
    length = year_length(year)
    day = day + length + 1 if day < 0 else day
    return days_of(year) + day - 1 if 1 <= day <= length else None


def week_days(year: int, week: int, weekday: int) -> int | None:
    """Return the days since 1970 of a weekday (Monday = 1) of an ISO week, None if there is none."""
    weeks = weeks_of(year)
    week = week + weeks + 1 if week < 0 else week
    weekday = weekday + 8 if weekday < 0 else weekday
    if not (1 <= week <= weeks and 1 <= weekday <= 7):
        return None
    return week_year_start(year) + (week - 1) * 7 + weekday - 1


def _numbered_week(fields: Fields, weekday: int) -> int | None:
    first = days_of(fields["year"])
    starts_on = 0 if "wnum0" in fields else 1  # Sunday, Monday
    week = fields["wnum0"] if "wnum0" in fields else fields["wnum1"]
    seventh = first + 6
    before = (
        seventh - (weekday_of(seventh) - starts_on) % 7 - 7
    )  # the first day of the week before the first whole one
    days = int(before + week * 7 + (weekday - starts_on) % 7)
    return days if first <= days < first + year_length(fields["year"]) else None
