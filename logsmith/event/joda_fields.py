"""What Joda makes of the fields it read: each is set in turn on 1970-01-01T00:00, the coarsest first, twice.

In the first round, everything finer than the field just set goes back to its start; in the second it stays.
That is how a weekday moves the date within its week, a day of the year beats a month, and AM beside an hour
of 24 changes nothing. Times are local, in milliseconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logsmith.event.civil import (
    civil_of,
    days_of,
    is_leap,
    month_length,
    week_of,
    week_year_start,
    weekday_of,
    weeks_of,
    year_length,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
HALF_MS = 12 * HOUR_MS
MINUTE_MS = 60_000
SECOND_MS = 1000
MAX_YEAR = 292_278_993  # beyond it Joda's milliseconds overflow
MIN_YEAR = -292_275_054

_MONTHS, _WEEKS, _DAYS = 3, 4, 5  # spans, as ranks: the finer, the greater


@dataclass(frozen=True, slots=True)
class Field:
    """A field: `within` and `span` order it (0 is unbounded), `put` sets it, `floor` clears what is finer."""

    within: int
    span: int
    put: Callable[[int, int], int]
    floor: Callable[[int], int]


def settle(fields: Iterable[tuple[str, int]], default_year: int) -> int:
    """Return the local time that fields and their values, in order of the text, make; raises ValueError."""
    ordered = sorted(
        ((FIELDS[name], value) for name, value in fields), key=lambda pair: (pair[0].within, pair[0].span)
    )
    if ordered and _MONTHS <= ordered[0][0].span <= _DAYS:
        ordered.insert(0, (FIELDS["year"], default_year))
    local = 0
    for field, value in ordered:
        local = field.floor(field.put(local, value))
    for field, value in ordered:
        local = field.put(local, value)
    return ordered[-1][0].floor(local) if ordered else local


def checked(value: int, first: int, last: int) -> int:
    """Return a value that lies between two others; raises ValueError."""
    if not first <= value <= last:
        raise ValueError(f"expected a number from {first} to {last}, got {value}")
    return value


def _with_days(local: int, days: int) -> int:
    return days * DAY_MS + local % DAY_MS


def _put_year(local: int, year: int) -> int:
    checked(year, MIN_YEAR, MAX_YEAR)
    _, month, day = civil_of(local // DAY_MS)
    return _with_days(local, days_of(year, month, min(day, 28 if month == 2 and not is_leap(year) else day)))


def _put_year_of_era(local: int, year: int) -> int:
    checked(year, 1, MAX_YEAR)
    return _put_year(local, 1 - year if civil_of(local // DAY_MS)[0] <= 0 else year)  # year 0 is 1 BC


def _put_century(local: int, century: int) -> int:
    checked(century, 0, MAX_YEAR // 100)
    year = civil_of(local // DAY_MS)[0]
    wanted = century * 100 + abs(year) % 100
    return _put_year(local, -wanted if year < 0 else wanted)


def _put_era(local: int, era: int) -> int:
    year = civil_of(local // DAY_MS)[0]
    return local if (year > 0) == bool(era) else _put_year(local, -year)


def _put_week_year(local: int, year: int) -> int:
    checked(year, MIN_YEAR, MAX_YEAR)
    days = local // DAY_MS
    week = min(week_of(days)[1], weeks_of(year))
    return _with_days(local, week_year_start(year) + (week - 1) * 7 + weekday_of(days) - 1)


def _put_month(local: int, month: int) -> int:
    year, _, day = civil_of(local // DAY_MS)
    length = month_length(year, checked(month, 1, 12))
    return _with_days(local, days_of(year, month, min(day, length)))


def _put_week(local: int, week: int) -> int:
    year, now = week_of(local // DAY_MS)
    return local + (checked(week, 1, weeks_of(year)) - now) * 7 * DAY_MS


def _put_day_of_year(local: int, day: int) -> int:
    year = civil_of(local // DAY_MS)[0]
    return _with_days(local, days_of(year) + checked(day, 1, year_length(year)) - 1)


def _put_day(local: int, day: int) -> int:
    year, month, _ = civil_of(local // DAY_MS)
    return _with_days(local, days_of(year, month, checked(day, 1, month_length(year, month))))


def _put_weekday(local: int, weekday: int) -> int:
    return local + (checked(weekday, 1, 7) - weekday_of(local // DAY_MS)) * DAY_MS


def _put_unit(unit: int, whole: int) -> Callable[[int, int], int]:
    def put(local: int, value: int) -> int:
        now = local % whole // unit
        return local + (checked(value, 0, whole // unit - 1) - now) * unit

    return put


def _put_clock_hour(whole: int) -> Callable[[int, int], int]:
    put, hours = _put_unit(HOUR_MS, whole), whole // HOUR_MS
    return lambda local, value: put(local, checked(value, 1, hours) % hours)


def _floor_to(unit: int) -> Callable[[int], int]:
    return lambda local: local // unit * unit


def _floor_to_year(local: int) -> int:
    return days_of(civil_of(local // DAY_MS)[0]) * DAY_MS


def _floor_to_century(local: int) -> int:
    year = civil_of(local // DAY_MS)[0]
    century = abs(year) // 100 * 100
    return days_of(-century if year < 0 else century) * DAY_MS


def _floor_to_era(local: int) -> int:
    return days_of(1 if civil_of(local // DAY_MS)[0] > 0 else -1) * DAY_MS


def _floor_to_week_year(local: int) -> int:
    return week_year_start(week_of(local // DAY_MS)[0]) * DAY_MS


def _floor_to_month(local: int) -> int:
    return days_of(*civil_of(local // DAY_MS)[:2]) * DAY_MS


def _floor_to_week(local: int) -> int:
    days = local // DAY_MS
    return (days - weekday_of(days) + 1) * DAY_MS


FIELDS = {
    "era": Field(0, 0, _put_era, _floor_to_era),
    "century": Field(0, 1, _put_century, _floor_to_century),
    "year_of_era": Field(0, 2, _put_year_of_era, _floor_to_year),
    "year": Field(0, 2, _put_year, _floor_to_year),
    "week_year": Field(0, 2, _put_week_year, _floor_to_week_year),
    "month": Field(1, _MONTHS, _put_month, _floor_to_month),
    "week": Field(1, _WEEKS, _put_week, _floor_to_week),
    "day_of_year": Field(1, _DAYS, _put_day_of_year, _floor_to(DAY_MS)),
    "day": Field(2, _DAYS, _put_day, _floor_to(DAY_MS)),
    "weekday": Field(3, _DAYS, _put_weekday, _floor_to(DAY_MS)),
    "half": Field(4, 6, _put_unit(HALF_MS, DAY_MS), _floor_to(HALF_MS)),
    "hour": Field(4, 7, _put_unit(HOUR_MS, DAY_MS), _floor_to(HOUR_MS)),
    "clock_hour": Field(4, 7, _put_clock_hour(DAY_MS), _floor_to(HOUR_MS)),
    "hour_of_half": Field(5, 7, _put_unit(HOUR_MS, HALF_MS), _floor_to(HOUR_MS)),
    "clock_hour_of_half": Field(5, 7, _put_clock_hour(HALF_MS), _floor_to(HOUR_MS)),
    "minute": Field(6, 8, _put_unit(MINUTE_MS, HOUR_MS), _floor_to(MINUTE_MS)),
    "second": Field(7, 9, _put_unit(SECOND_MS, MINUTE_MS), _floor_to(SECOND_MS)),
    "milli": Field(8, 10, _put_unit(1, SECOND_MS), _floor_to(1)),
}
