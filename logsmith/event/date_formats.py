"""The formats of the date filter: four words, and Joda's patterns for all else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

from logsmith.event.civil import days_of, month_length, week_year_start, weeks_of, year_length
from logsmith.event.date_table import DateTable
from logsmith.event.joda_fields import DAY_MS, HOUR_MS, MAX_YEAR, MIN_YEAR, MINUTE_MS, SECOND_MS, checked
from logsmith.event.joda_parser import OFFSET_OR_Z, compile_parser
from logsmith.event.timestamp import Timestamp
from logsmith.event.zones import Zone, offset_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from logsmith.event.values import Value

_MAX_UNIX = 2**31 - 1  # seconds; Logstash leaves what is greater to UNIX_MS
_MAX_LONG = 2**63 - 1
_TAI64_MASK = 2**62 - 1  # TAI64 counts from 2**62 seconds before 1970
_TAI64_AHEAD_S = 10  # Logstash: the leap seconds of 1972, and none since
_FRACTION_DIGITS = 3  # of a second

_is_long = re.compile(r"[-+]?\d{1,19}").fullmatch
_is_tai64n = re.compile(r"@?([0-7][0-9A-Fa-f]{15})([0-7][0-9A-Fa-f]{7})").match

_ISO8601 = re.compile(
    r"(?:([-+]?[0-9]{1,9}+)"
    r"(?:-(?:[Ww]([0-9]{1,2}+)(?:-([0-9]))?|([0-9]{3})|([0-9]{1,2}+)(?:-([0-9]{1,2}+))?))?)?"
    r"(?:([Tt ])(?:([0-9]{1,2}+)(?::([0-9]{1,2}+)(?::([0-9]{1,2}+))?)?(?:[.,]([0-9]{1,9}))?)?"
    rf"({OFFSET_OR_Z})?)?"
).fullmatch


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A format: `parse` takes a text and a zone if it `reads_text`, else any value; no date gives None."""

    reads_text: bool
    parse: Callable[..., Timestamp | None]  # (text, zone), or (value)


def compile_format(
    word: str, *, locale: str, now: Callable[[], Timestamp] = Timestamp.now, home: Zone | None = None
) -> DateFormat:
    """Return what reads dates of a format as the date filter names it; raises DateFormatError."""
    if word in _NUMERIC:
        return DateFormat(reads_text=False, parse=_NUMERIC[word])
    if word == "ISO8601":
        return DateFormat(reads_text=True, parse=parse_iso8601)
    return DateFormat(reads_text=True, parse=compile_parser(word, locale=locale, now=now, home=home))


def parse_iso8601(text: str, zone: Zone) -> Timestamp | None:
    """Return the instant of an ISO 8601 text, cut to milliseconds; a blank for the T needs a fraction."""
    found = _ISO8601(text)
    if found is None:
        return None
    groups = found.groups()
    between, hour, minute, second, fraction, offset = groups[6:]
    try:
        local = _dates[groups[:6]] + _hours[hour] + _minutes[minute] + _seconds[second]
        if fraction is not None:
            local += _fraction_of(minute, fraction) if second is None else _millis[fraction[:3]]
    except (KeyError, ValueError):
        return None
    if (between != "T" or groups[0] is None) and not _is_whole(found):
        return None
    utc = zone.to_utc(local) if offset is None else local - _offsets[offset]
    return None if utc is None else Timestamp(utc * 1_000_000)


def _is_whole(found: re.Match[str]) -> bool:
    year, day, between, hour, second, fraction = found.group(1, 6, 7, 8, 10, 11)
    if between == " ":
        return None not in (year, day, second, fraction) and len(fraction) <= _FRACTION_DIGITS
    return year is not None or hour is not None


def _date_of(texts: tuple[str | None, ...]) -> int:
    year_text, week, weekday, of_year, month, day = texts
    if year_text is None:
        return 0
    year = checked(int(year_text), MIN_YEAR, MAX_YEAR)
    if week is not None:
        weeks = checked(int(week), 1, weeks_of(year)) - 1
        return (week_year_start(year) + weeks * 7 + checked(int(weekday or 1), 1, 7) - 1) * DAY_MS
    if of_year is not None:
        return (days_of(year) + checked(int(of_year), 1, year_length(year)) - 1) * DAY_MS
    number = checked(int(month or 1), 1, 12)
    return days_of(year, number, checked(int(day or 1), 1, month_length(year, number))) * DAY_MS


def _fraction_of(minute: str | None, digits: str) -> int:
    # Of an hour or of a minute. Joda works in tenths of milliseconds and cuts at every digit
    total, worth = 0, HOUR_MS if minute is None else MINUTE_MS
    for digit in digits:
        total += int(digit) * worth
        worth //= 10
    return total // 10


def _unit_table(unit_ms: int, count: int) -> DateTable[str | None, int]:
    return DateTable(lambda text: checked(int(text or 0), 0, count - 1) * unit_ms)


_dates: DateTable[tuple[str | None, ...], int] = DateTable(_date_of)
_hours, _minutes, _seconds = _unit_table(HOUR_MS, 24), _unit_table(MINUTE_MS, 60), _unit_table(SECOND_MS, 60)
_millis: DateTable[str, int] = DateTable(lambda digits: int(digits.ljust(3, "0")))
_offsets: DateTable[str, int] = DateTable(lambda text: 0 if text in "Zz" else offset_of(text))


def parse_unix(value: Value) -> Timestamp | None:
    """Return the instant of seconds since 1970, a text or a number; None beyond January 2038."""
    if isinstance(value, str):
        return _unix_text(value)
    number = _finite(value)
    # A decimal such as 1e99999999 is not to become an integer
    return (
        None if number is None or not -_MAX_LONG < number < _MAX_UNIX + 1 else _of_millis(int(number * 1000))
    )


def _unix_text(text: str) -> Timestamp | None:
    whole, point, fraction = text.partition(".")
    seconds = _long_of(whole)
    digits = fraction[:_FRACTION_DIGITS]  # Logstash: what follows may be anything
    millis = _long_of(digits) if point else 0
    if seconds is None or millis is None or seconds > _MAX_UNIX:
        return None
    # Logstash: the fraction of a negative number counts forward too
    return _of_millis(seconds * 1000 + millis * 10 ** (_FRACTION_DIGITS - len(digits)))


def parse_unix_ms(value: Value) -> Timestamp | None:
    """Return the instant of milliseconds since 1970, a whole number as a text, or a number."""
    if isinstance(value, str):
        millis = _long_of(value)
        return None if millis is None else _of_millis(millis)
    number = _finite(value)
    if number is None or (isinstance(number, Decimal) and not -_MAX_LONG < number <= _MAX_UNIX * 1000):
        return None
    return _of_millis(int(number))


def parse_tai64n(value: Value) -> Timestamp | None:
    """Return the instant of a TAI64N label such as `@4000000050d506482dbdf024`, cut to milliseconds."""
    found = _is_tai64n(value) if isinstance(value, str) else None
    if found is None:
        return None
    seconds = (int(found[1], 16) & _TAI64_MASK) - _TAI64_AHEAD_S
    return _of_millis(seconds * 1000 + int(found[2], 16) // 1_000_000)


def _finite(value: Value) -> int | float | Decimal | None:
    if not isinstance(value, (int, float, Decimal)) or isinstance(value, bool):
        return None
    return value if isinstance(value, int) or isfinite(value) else None


def _long_of(text: str) -> int | None:
    number = int(text) if _is_long(text) else None
    return number if number is not None and -_MAX_LONG - 1 <= number <= _MAX_LONG else None


def _of_millis(millis: int) -> Timestamp | None:
    return Timestamp(millis * 1_000_000) if -_MAX_LONG - 1 <= millis <= _MAX_LONG else None


_NUMERIC: dict[str, Callable[[Value], Timestamp | None]] = {
    "UNIX": parse_unix,
    "UNIX_MS": parse_unix_ms,
    "TAI64N": parse_tai64n,
}
