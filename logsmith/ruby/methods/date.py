"""Date and DateTime."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from logsmith.event.civil import civil_of, is_leap, month_length
from logsmith.event.timestamp import DAY, SECOND
from logsmith.ruby.classes import CONSTANTS, class_of
from logsmith.ruby.coerce import is_number, to_int, to_text
from logsmith.ruby.date_fields import (
    Fields,
    civil_days,
    date_time,
    invalid_date,
    ordinal_days,
    week_days,
    whole_days,
)
from logsmith.ruby.date_guess import guess_fields
from logsmith.ruby.date_pattern import read_fields
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import Block
from logsmith.ruby.methods.time_format import MONTHS, WEEKDAYS, strftime
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.time_zones import date_offset
from logsmith.ruby.times import Date, DateTime, Time, instant, local_zone, offset_zone, today

DATE = methods_of("Date")
DATE_TIME = methods_of("DateTime")
DATE_CLASS = class_methods_of("Date")
DATE_TIME_CLASS = class_methods_of("DateTime")
_MODIFIED_JULIAN = 2_400_001  # the Julian day that modified ones count from
_LILIAN = 2_299_160


def _texts(names: tuple[str, ...], size: int | None = None) -> list[Any]:
    return [String(name[:size], is_frozen=True) for name in names]


CONSTANTS.update({
    "Date::MONTHNAMES": [None, *_texts(MONTHS)],
    "Date::ABBR_MONTHNAMES": [None, *_texts(MONTHS, 3)],
    "Date::DAYNAMES": _texts(WEEKDAYS),
    "Date::ABBR_DAYNAMES": _texts(WEEKDAYS, 3),
    "Date::GREGORIAN": float("-inf"),
    "Date::ITALY": 2_299_161,
})  # fmt: skip


def _found(days: int | None) -> int:
    if days is None:
        raise invalid_date()
    return days


def _part(value: Any, name: str) -> int:
    if not isinstance(value, (int, float, Decimal, Fraction)) or isinstance(value, bool):
        raise fault("TypeError", f"invalid {name} (not numeric)")
    return int(value)


@DATE_CLASS.method("new", "civil")
def new(_class: Any, year: Any = -4712, month: Any = 1, day: Any = 1, _start: Any = None) -> Date:
    return Date(_found(civil_days(_part(year, "year"), _part(month, "month"), _part(day, "day"))))


@DATE_CLASS.method("today")
def today_(_class: Any) -> Date:
    return today()


@DATE_CLASS.method("ordinal")
def ordinal(_class: Any, year: Any = -4712, day: Any = 1) -> Date:
    return Date(_found(ordinal_days(to_int(year), to_int(day))))


@DATE_CLASS.method("commercial")
def commercial(_class: Any, year: Any = -4712, week: Any = 1, day: Any = 1) -> Date:
    return Date(_found(week_days(to_int(year), to_int(week), to_int(day))))


@DATE_CLASS.method("jd")
def julian(_class: Any, day: Any = 0) -> Date:
    return Date(to_int(day) - Date(0).julian_day)


@DATE_CLASS.method("valid_date?", "valid_civil?")
def is_valid(_class: Any, year: Any, month: Any, day: Any) -> bool:
    if not all(is_number(part) for part in (year, month, day)):
        return False
    return civil_days(int(year), int(month), int(day)) is not None


@DATE_CLASS.method("valid_ordinal?")
def is_valid_ordinal(_class: Any, year: Any, day: Any) -> bool:
    return ordinal_days(to_int(year), to_int(day)) is not None


@DATE_CLASS.method("valid_commercial?")
def is_valid_commercial(_class: Any, year: Any, week: Any, day: Any) -> bool:
    return week_days(to_int(year), to_int(week), to_int(day)) is not None


@DATE_CLASS.method("leap?", "gregorian_leap?")
def is_leap_year(_class: Any, year: Any) -> bool:
    return is_leap(to_int(year))


def _fields(text: Any, pattern: Any = None) -> Fields:
    fields = guess_fields(to_text(text)) if pattern is None else read_fields(to_text(text), to_text(pattern))
    if not fields:
        raise invalid_date()
    return fields


@DATE_CLASS.method("parse")
def parse(_class: Any, text: Any, *_rest: Any) -> Date:
    return Date(whole_days(_fields(text)))


@DATE_CLASS.method("strptime")
def strptime(_class: Any, text: Any, pattern: Any = String("%F")) -> Date:  # noqa: B008  it is only read
    return Date(whole_days(_fields(text, pattern)))


@DATE_CLASS.method("iso8601", "xmlschema", "rfc3339", "rfc2822", "httpdate")
def parse_standard(_class: Any, text: Any) -> Date:
    return Date(whole_days(_fields(text)))


def _shown(fields: Fields | None) -> Any:
    if fields is None:
        return None
    return {Symbol(name): String(part) if isinstance(part, str) else part for name, part in fields.items()}


@DATE_CLASS.method("_parse")
def parsed_fields(_class: Any, text: Any, *_rest: Any) -> Any:
    return _shown(guess_fields(to_text(text)))


@DATE_CLASS.method("_strptime")
def read_by_pattern(_class: Any, text: Any, pattern: Any) -> Any:
    return _shown(read_fields(to_text(text), to_text(pattern)))


@DATE_TIME_CLASS.method("new", "civil")
def new_date_time(_class: Any, *parts: Any) -> DateTime:
    year, month, day, hour, minute, second, offset = (*parts, *(-4712, 1, 1, 0, 0, 0, 0)[len(parts) :])[:7]
    days = _found(civil_days(to_int(year), to_int(month), to_int(day)))
    hours, minutes = to_int(hour), to_int(minute)
    seconds = Fraction(second)
    hours, minutes = hours + 24 * (hours < 0), minutes + 60 * (minutes < 0)
    if not (0 <= hours <= 24 and 0 <= minutes <= 59 and 0 <= seconds < 60) or (
        hours == 24 and (minutes or seconds)
    ):
        raise invalid_date()
    nanos = (hours * 3600 + minutes * 60) * SECOND + int(seconds * SECOND // 1)
    return DateTime(days, 0, _offset(offset)).moved(nanos)


def _offset(value: Any) -> int:
    if isinstance(value, String):
        return date_offset(value.text) or 0
    return int(Fraction(value) * 86_400)


@DATE_TIME_CLASS.method("now")
def now(_class: Any) -> DateTime:
    present = Time(time.time_ns())
    return DateTime(present.days, present.nanos_of_day, present.offset)


@DATE_TIME_CLASS.method("parse")
def parse_date_time(_class: Any, text: Any, *_rest: Any) -> DateTime:
    return date_time(_fields(text))


@DATE_TIME_CLASS.method("strptime")
def strptime_date_time(_class: Any, text: Any, pattern: Any = String("%FT%T%z")) -> DateTime:  # noqa: B008  the same
    return date_time(_fields(text, pattern))


@DATE_TIME_CLASS.method("iso8601", "xmlschema", "rfc3339", "rfc2822", "httpdate")
def parse_standard_date_time(_class: Any, text: Any) -> DateTime:
    return date_time(_fields(text))


DATE.add("jd", lambda date: date.julian_day)
DATE.add("mjd", lambda date: date.julian_day - _MODIFIED_JULIAN)
DATE.add("ld", lambda date: date.julian_day - _LILIAN)
DATE.add("ajd", lambda date: Fraction(date.epoch_nanos, DAY) + Date(0).julian_day - Fraction(1, 2))
DATE.add("cwday", lambda date: date.weekday or 7)
DATE.add("cweek", lambda date: date.week[1])
DATE.add("cwyear", lambda date: date.week[0])
DATE.add("leap?", lambda date: is_leap(date.year))
DATE.add("hash", Date.__hash__)
DATE.add("day_fraction", lambda date: Fraction(date.nanos_of_day, DAY))
DATE.add("succ next", lambda date: date.on(date.days + 1))
DATE_TIME.add("minute", lambda date: date.minute)
DATE_TIME.add("second", lambda date: date.second)
DATE_TIME.add("sec_fraction second_fraction", lambda date: Fraction(date.nano, SECOND))
DATE_TIME.add("offset", lambda date: Fraction(date.offset, 86_400))
DATE_TIME.add("zone", lambda date: String(date.zone_name))


def _days(value: Any) -> Fraction:
    if isinstance(value, (int, float, Decimal, Fraction)) and not isinstance(value, bool):
        return Fraction(value)
    raise fault("TypeError", "expected numeric")


@DATE.method("+")
def plus(date: Date, days: Any) -> Date:
    return date.moved(round(_days(days) * DAY))


@DATE.method("-")
def minus(date: Date, other: Any) -> Any:
    if isinstance(other, Date):
        return Fraction(date.epoch_nanos - other.epoch_nanos, DAY)
    return date.moved(round(-_days(other) * DAY))


@DATE.method(">>", "next_month")
def later_month(date: Date, months: Any = 1) -> Date:
    if not is_number(months):
        raise fault("TypeError", f"{class_of(months).name} can't be coerced into Integer")
    year, month, day = civil_of(date.days)
    years, number = divmod(year * 12 + month - 1 + int(months), 12)
    last = month_length(years, number + 1)
    return date.on(_found(civil_days(years, number + 1, min(day, last))))


@DATE.method("<<", "prev_month")
def earlier_month(date: Date, months: Any = 1) -> Date:
    return later_month(date, -to_int(months))


@DATE.method("next_year")
def next_year(date: Date, years: Any = 1) -> Date:
    return later_month(date, to_int(years) * 12)


@DATE.method("prev_year")
def prev_year(date: Date, years: Any = 1) -> Date:
    return later_month(date, -to_int(years) * 12)


@DATE.method("next_day")
def next_day(date: Date, days: Any = 1) -> Date:
    return plus(date, days)


@DATE.method("prev_day")
def prev_day(date: Date, days: Any = 1) -> Date:
    return plus(date, -days)


@DATE.method("<=>")
def ordered(date: Date, other: Any) -> int | None:
    if not isinstance(other, Date):
        return None
    return (date.epoch_nanos > other.epoch_nanos) - (date.epoch_nanos < other.epoch_nanos)


@DATE.method("==", "eql?")
def equals(date: Date, other: Any) -> bool:
    return bool(date == other)


@DATE.method("===")
def is_same_day(date: Date, other: Any) -> bool:
    return isinstance(other, Date) and date.days == other.days


@DATE.method("step", enumerates=True)
def step(date: Date, limit: Any, by: Any = 1, *, block: Block) -> Date:
    value = date
    while (value.epoch_nanos <= limit.epoch_nanos) if by > 0 else (value.epoch_nanos >= limit.epoch_nanos):
        block(value)
        value = plus(value, by)
    return date


@DATE.method("upto", enumerates=True)
def upto(date: Date, limit: Any, *, block: Block) -> Date:
    return step(date, limit, 1, block=block)


@DATE.method("downto", enumerates=True)
def downto(date: Date, limit: Any, *, block: Block) -> Date:
    return step(date, limit, -1, block=block)


@DATE.method("strftime")
def strftime_(date: Date, pattern: Any = None) -> String:
    if pattern is None:
        return to_s(date)
    return String(strftime(date, to_text(pattern)))


@DATE.method("to_s")
def to_s(date: Date) -> String:
    return String(strftime(date, "%FT%T%:z" if isinstance(date, DateTime) else "%F"))


@DATE.method("iso8601", "xmlschema")
def iso8601(date: Date, digits: Any = 0) -> String:
    if not isinstance(date, DateTime):
        return to_s(date)
    fraction = f".%{to_int(digits)}N" if to_int(digits) > 0 else ""
    return String(strftime(date, f"%FT%T{fraction}%:z"))


@DATE.method("rfc3339")
def rfc3339(date: Date, digits: Any = 0) -> String:
    fraction = f".%{to_int(digits)}N" if to_int(digits) > 0 else ""
    return String(strftime(date, f"%FT%T{fraction}%:z"))


@DATE.method("rfc2822", "rfc822")
def rfc2822(date: Date) -> String:
    return String(strftime(date, "%a, %-d %b %Y %T %z"))


@DATE.method("httpdate")
def httpdate(date: Date) -> String:
    there = date.at_offset(0) if isinstance(date, DateTime) else date
    return String(strftime(there, "%a, %d %b %Y %T GMT"))


@DATE.method("ctime", "asctime")
def ctime(date: Date) -> String:
    return String(strftime(date, "%c"))


@DATE.method("inspect")
def inspect(date: Date) -> String:
    days, rest = divmod(date.epoch_nanos, DAY)
    seconds, nanos = divmod(rest, SECOND)
    place = f"({Date(days).julian_day}j,{seconds}s,{nanos}n),{date.offset:+d}s,2299161j"
    return String(f"#<{class_of(date).name}: {to_s(date).text} ({place})>")


@DATE.method("to_date")
def to_date(date: Date) -> Date:
    return Date(date.days)


@DATE.method("to_datetime")
def to_datetime(date: Date) -> DateTime:
    return DateTime(date.days, date.nanos_of_day, date.offset)


@DATE.method("to_time")
def to_time(date: Date) -> Time:
    if isinstance(date, DateTime):
        return Time(date.epoch_nanos, offset_zone(date.offset))
    return Time(instant(date.days, 0, local_zone()))


@DATE.method("dup", "clone")
def dup(date: Date) -> Date:
    return date  # it does not change


@DATE_TIME.method("new_offset")
def new_offset(date: DateTime, offset: Any = 0) -> DateTime:
    return date.at_offset(_offset(offset))
