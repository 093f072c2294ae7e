"""Time, Date and DateTime as values.

A Time is nanoseconds since 1970 and the zone in which its parts are read: UTC, the process's own, or a fixed offset. A Date is
days since 1970; a DateTime a date, the nanoseconds since its midnight (both of the local clock) and an offset. `Moment` is what
formats ask of all three. The calendar is the Gregorian one for all years, as in ISO 8601.
"""

from __future__ import annotations

import time
from fractions import Fraction

from logsmith.event.civil import civil_of, days_of, week_of, weekday_of
from logsmith.event.timestamp import DAY, SECOND
from logsmith.event.zones import UTC, FixedZone, Zone, system_zone
from logsmith.ruby.classes import define

_EPOCH_JULIAN_DAY = 2_440_588  # 1970-01-01
_FIRST_YEARS, _LAST_YEARS = -62_135_596_800, 253_402_300_799  # seconds that Python's datetime holds


class Moment:
    """A date and a time of day on some clock: `days` since 1970, `nanos` since midnight, `offset` seconds east of UTC."""

    __slots__ = ()

    days: int
    nanos_of_day: int
    offset: int

    @property
    def date(self) -> tuple[int, int, int]:
        """Year, month and day."""
        return civil_of(self.days)

    @property
    def year(self) -> int:
        return civil_of(self.days)[0]

    @property
    def month(self) -> int:
        return civil_of(self.days)[1]

    @property
    def day(self) -> int:
        return civil_of(self.days)[2]

    @property
    def hour(self) -> int:
        return self.nanos_of_day // (3600 * SECOND)

    @property
    def minute(self) -> int:
        return self.nanos_of_day // (60 * SECOND) % 60

    @property
    def second(self) -> int:
        return self.nanos_of_day // SECOND % 60

    @property
    def nano(self) -> int:
        """The fraction of the second in nanoseconds."""
        return self.nanos_of_day % SECOND

    @property
    def weekday(self) -> int:
        """The day of the week, Sunday = 0."""
        return weekday_of(self.days) % 7

    @property
    def yearday(self) -> int:
        """The day of the year, from 1."""
        return self.days - days_of(self.year) + 1

    @property
    def week(self) -> tuple[int, int]:
        """ISO year and week."""
        return week_of(self.days)

    @property
    def julian_day(self) -> int:
        return self.days + _EPOCH_JULIAN_DAY

    @property
    def epoch_nanos(self) -> int:
        """Nanoseconds since 1970 in UTC."""
        return self.days * DAY + self.nanos_of_day - self.offset * SECOND

    @property
    def zone_name(self) -> str:
        """What `%Z` writes."""
        return offset_text(self.offset)


class Time(Moment):
    """A point in time; `change_zone` is the only thing that changes one."""

    __slots__ = ("days", "nanos", "nanos_of_day", "offset", "zone")

    def __init__(self, nanos: int, zone: Zone | None = None) -> None:
        self.nanos = nanos
        self.change_zone(local_zone() if zone is None else zone)

    def change_zone(self, zone: Zone) -> None:
        """Read the time on another clock."""
        self.zone = zone
        self.offset = zone.offset_at(self.nanos // 1_000_000) // 1000
        self.days, self.nanos_of_day = divmod(self.nanos + self.offset * SECOND, DAY)

    @property
    def is_utc(self) -> bool:
        """Return whether the clock is UTC itself, rather than one that agrees with it."""
        return self.zone is UTC

    @property
    def epoch_nanos(self) -> int:
        return self.nanos

    @property
    def zone_name(self) -> str:
        if self.is_utc:
            return "UTC"
        return "" if self.zone.__class__ is OffsetZone else local_name(self.nanos)

    @property
    def seconds(self) -> Fraction:
        """Seconds since 1970, exactly."""
        return Fraction(self.nanos, SECOND)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Time) and self.nanos == other.nanos

    def __hash__(self) -> int:
        return hash(self.nanos)


class Date(Moment):
    """A day."""

    __slots__ = ("days",)

    nanos_of_day = 0
    offset = 0

    def __init__(self, days: int) -> None:
        self.days = days

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Date) and self.epoch_nanos == other.epoch_nanos

    def __hash__(self) -> int:
        return hash(self.epoch_nanos)

    def moved(self, nanos: int) -> Date:
        """Return the date so much later; a part of a day is lost."""
        return Date(self.days + nanos // DAY)

    def on(self, days: int) -> Date:
        """Return the same on another day."""
        return Date(days)


class DateTime(Date):
    """A day, a time of day, and an offset."""

    __slots__ = ("nanos_of_day", "offset")

    def __init__(self, days: int, nanos_of_day: int, offset: int = 0) -> None:
        super().__init__(days)
        self.nanos_of_day, self.offset = nanos_of_day, offset

    def moved(self, nanos: int) -> DateTime:
        days, rest = divmod(self.days * DAY + self.nanos_of_day + nanos, DAY)
        return DateTime(days, rest, self.offset)

    def on(self, days: int) -> DateTime:
        return DateTime(days, self.nanos_of_day, self.offset)

    def at_offset(self, offset: int) -> DateTime:
        """Return the same instant on a clock of another offset."""
        days, rest = divmod(self.epoch_nanos + offset * SECOND, DAY)
        return DateTime(days, rest, offset)


class OffsetZone(FixedZone):
    """A fixed offset, which has no name."""

    __slots__ = ()


class LocalZone(FixedZone):
    """The process's zone where it has no rules: it is named, and is not UTC even where it agrees with it."""

    __slots__ = ()


def offset_zone(seconds: int) -> OffsetZone:
    """Return the zone of an offset in seconds."""
    return OffsetZone(offset_text(seconds), seconds * 1000)


def local_zone() -> Zone:
    """Return the process's zone."""
    zone = system_zone()
    return LocalZone("UTC", 0) if zone is UTC else zone


def local_name(nanos: int) -> str:
    """Return the abbreviation of the process's zone at an instant, such as CET."""
    zone = system_zone()
    if zone is UTC or isinstance(zone, FixedZone):
        return zone.id
    seconds = min(max(nanos // SECOND, _FIRST_YEARS), _LAST_YEARS)
    return time.strftime("%Z", time.localtime(seconds))


def is_summer_time(moment: Time) -> bool:
    """Return Ruby's `time.dst?`."""
    if moment.zone.__class__ in {FixedZone, OffsetZone, LocalZone}:
        return False
    return time.localtime(moment.nanos // SECOND).tm_isdst > 0


def offset_text(seconds: int, between: str = ":") -> str:
    """Return an offset as "+05:30"."""
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02d}{between}{minutes:02d}"


def instant(days: int, nanos_of_day: int, zone: Zone) -> int:
    """Return the nanoseconds since 1970 of a local time."""
    local = days * DAY + nanos_of_day
    return zone.to_utc_leniently(local // 1_000_000) * 1_000_000 + local % 1_000_000


def today() -> Date:
    """Return the present day in the process's zone."""
    return Date(Time(time.time_ns()).days)


define("Time", "Object", mixins=("Comparable",), python=Time)
define("Date", "Object", mixins=("Comparable",), python=Date)
define("DateTime", "Date", python=DateTime)
