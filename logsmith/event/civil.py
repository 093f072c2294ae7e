"""The proleptic Gregorian calendar in whole numbers: days since 1970-01-01, for any year."""

from functools import lru_cache

EPOCH_WEEKDAY = 3  # 1970-01-01 is a Thursday, counted from Monday = 0
DAYS_OF_400_YEARS = 146_097

_CACHED_DAYS = 4096
_DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def is_leap(year: int) -> bool:
    """Return whether February of the year has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Return the number of days of a month."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def year_length(year: int) -> int:
    """Return the number of days of a year."""
    return 366 if is_leap(year) else 365


def days_of(year: int, month: int = 1, day: int = 1) -> int:
    """Return the days from 1970-01-01 to a date."""
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 - 719_162
    return days + _DAYS_BEFORE_MONTH[month - 1] + (month > 2 and is_leap(year)) + day - 1


@lru_cache(_CACHED_DAYS)
def civil_of(days: int) -> tuple[int, int, int]:
    """Return year, month and day of a number of days since 1970-01-01."""
    # Counted from 0000-03-01, a leap day is the last of its year, of its four years and of its four centuries
    cycles, rest = divmod(days + 719_468, DAYS_OF_400_YEARS)
    year = (rest - rest // 1460 + rest // 36_524 - rest // 146_096) // 365
    of_year = rest - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + 400 * cycles + (month <= 2), month, day


def weekday_of(days: int) -> int:
    """Return the day of the week, Monday = 1."""
    return (days + EPOCH_WEEKDAY) % 7 + 1


def week_year_start(year: int) -> int:
    """Return the Monday of the first ISO week of a week-based year: the week with 4 January."""
    fourth = days_of(year, 1, 4)
    return fourth - weekday_of(fourth) + 1


def weeks_of(week_year: int) -> int:
    """Return the number of ISO weeks of a week-based year."""
    return (week_year_start(week_year + 1) - week_year_start(week_year)) // 7


def week_of(days: int) -> tuple[int, int]:
    """Return the ISO week-based year and the week of it."""
    year = civil_of(days - weekday_of(days) + 4)[0]  # the year of the week's Thursday
    return year, (days - week_year_start(year)) // 7 + 1
