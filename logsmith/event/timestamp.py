"""The point in time that an event carries: nanoseconds since 1970, read and written as ISO 8601.

Both ways are on the path of every event. Nearly all events of a batch are of the same few minutes: the text
up to the minute is remembered with its value, and what follows is in tables: a few look-ups each way.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from logsmith.event.civil import civil_of, days_of, month_length
from logsmith.event.date_names import has_decimal_comma, system_locale
from logsmith.event.errors import EventError
from logsmith.event.zones import OFFSET, Zone, ZoneError, find_zone, offset_of, system_zone, zone_ids

if TYPE_CHECKING:
    from decimal import Decimal

SECOND: Final = 1_000_000_000  # nanoseconds
MINUTE: Final = 60 * SECOND
DAY: Final = 86_400 * SECOND

_CACHED_MINUTES = 4096
_MAX_CHARS = 120  # of a text that can be a timestamp; longer ones are not looked at
_MAX_OFFSET_MS = 18 * 3_600_000
_UTC_NAMES = ("UTC", "GMT", "UT", "Z")
_NOT_IN_JAVA = ("EST", "HST", "MST")  # ids that Joda knows, and java.time does not
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TEXT = re.compile(
    r"([0-9]{4}|-[0-9]{4,10}|\+[0-9]{5,10})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:([.,])([0-9]{0,9}))?)?)?"
    r"(Z|[-+][0-9:]+|[A-Z][A-Z0-9_/+:-]*)?",
    re.IGNORECASE | re.ASCII,
)
_OFFSET = re.compile(rf"(?=[-+][0-9:]{{2,8}}\Z)(?![-+][0-9]{{7}}){OFFSET}")  # at most seconds, no part of one
_UTC_AND_OFFSET = re.compile(r"(?:UTC|GMT|UT)([-+].+)")

_minutes_read: dict[str, int] = {}  # "2026-01-02T03:04:" to nanoseconds
_minutes_written: dict[int, str] = {}  # minutes to "2026-01-02T03:04:"
_SECONDS_READ = {f"{second:02d}": second * SECOND for second in range(60)}
_FRACTIONS_READ = {f".{ms:03d}Z": ms * 1_000_000 for ms in range(1000)} | {"Z": 0}
_SECONDS_WRITTEN = [f"{second:02d}." for second in range(60)]
_FRACTIONS_WRITTEN = [f"{ms:03d}Z" for ms in range(1000)]


class TimestampError(EventError):
    """A text is no timestamp."""


class DateFormatError(EventError):
    """A text is no format for dates."""


class Timestamp:
    """An instant: immutable, ordered, hashable. `nanos` counts from 1970-01-01T00:00:00Z."""

    __slots__ = ("_text", "nanos")

    nanos: int
    _text: str | None  # written once: filters give one timestamp to all events of a second

    def __init__(self, nanos: int) -> None:
        _set_nanos(self, nanos)
        _set_text(self, None)

    @classmethod
    def now(cls) -> Timestamp:
        """Return the present instant."""
        return cls(time.time_ns())

    @classmethod
    def parse(cls, text: str, *, zone: Zone | None = None, locale: str | None = None) -> Timestamp:
        """Return the instant of a text as events carry it in `@timestamp`; raises TimestampError.

        `zone` is that of a text without one, `locale` says whether a comma may stand before the fraction;
        both are the system's if they are not given.
        """
        try:
            return cls(_minutes_read[text[:17]] + _SECONDS_READ[text[17:19]] + _FRACTIONS_READ[text[19:]])
        except KeyError:
            return cls(_parse(text, zone, locale))

    @classmethod
    def from_epoch(cls, seconds: float | Decimal) -> Timestamp:
        """Return the instant so many seconds after 1970; a Decimal keeps all nine digits."""
        return cls(int(seconds * SECOND))

    @classmethod
    def from_millis(cls, millis: int) -> Timestamp:
        """Return the instant so many milliseconds after 1970."""
        return cls(millis * 1_000_000)

    @classmethod
    def from_datetime(cls, moment: datetime) -> Timestamp:
        """Return the instant of a datetime; without a zone it is local time."""
        return cls((moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1) * 1000)

    def to_datetime(self) -> datetime:
        """Return a datetime in UTC, cut to microseconds; raises OverflowError beyond the years 1 to 9999."""
        return _EPOCH + timedelta(microseconds=self.nanos // 1000)

    def isoformat(self) -> str:
        """Return the time in UTC with 3, 6 or 9 digits of fraction, as many as it takes."""
        return self._text or self._write()

    def _write(self) -> str:
        seconds, nano = divmod(self.nanos, SECOND)
        minutes, second = divmod(seconds, 60)
        start = _minutes_written.get(minutes) or _write_minute(minutes)
        if nano % 1_000_000 == 0:
            text = start + _SECONDS_WRITTEN[second] + _FRACTIONS_WRITTEN[nano // 1_000_000]
        else:
            digits = f"{nano // 1000:06d}" if nano % 1000 == 0 else f"{nano:09d}"
            text = f"{start}{second:02d}.{digits}Z"
        _set_text(self, text)
        return text

    __str__ = isoformat

    @property
    def seconds(self) -> int:
        """Whole seconds since 1970, rounded down."""
        return self.nanos // SECOND

    @property
    def millis(self) -> int:
        """Whole milliseconds since 1970, rounded down."""
        return self.nanos // 1_000_000

    @property
    def date(self) -> tuple[int, int, int]:
        """Year, month and day in UTC."""
        return civil_of(self.nanos // DAY)

    @property
    def year(self) -> int:
        return self.date[0]

    @property
    def month(self) -> int:
        return self.date[1]

    @property
    def day(self) -> int:
        return self.date[2]

    @property
    def hour(self) -> int:
        return self.nanos // (3600 * SECOND) % 24

    @property
    def minute(self) -> int:
        return self.nanos // (60 * SECOND) % 60

    @property
    def second(self) -> int:
        return self.nanos // SECOND % 60

    @property
    def nano(self) -> int:
        """The fraction of the second in nanoseconds."""
        return self.nanos % SECOND

    def __repr__(self) -> str:
        return f"Timestamp({self.isoformat()})"

    def __eq__(self, other: object) -> bool:
        return self.nanos == other.nanos if isinstance(other, Timestamp) else NotImplemented

    def __lt__(self, other: Timestamp) -> bool:
        return self.nanos < other.nanos if isinstance(other, Timestamp) else NotImplemented

    def __le__(self, other: Timestamp) -> bool:
        return self.nanos <= other.nanos if isinstance(other, Timestamp) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.nanos)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a timestamp does not change: cannot set {name}")

    def __reduce__(self) -> tuple[type[Timestamp], tuple[int]]:
        return Timestamp, (self.nanos,)

    def __copy__(self) -> Timestamp:
        return self

    def __deepcopy__(self, memo: object) -> Timestamp:
        return self


_set_nanos = Timestamp.__dict__["nanos"].__set__  # past __setattr__, as fast as an assignment
_set_text = Timestamp.__dict__["_text"].__set__


def _write_minute(minutes: int) -> str:
    days, minute = divmod(minutes, 1440)
    year, month, day = civil_of(days)
    year_text = f"{year:04d}" if 0 <= year <= 9999 else f"{year:+05d}"
    text = f"{year_text}-{month:02d}-{day:02d}T{minute // 60:02d}:{minute % 60:02d}:"
    if len(_minutes_written) >= _CACHED_MINUTES:
        _minutes_written.clear()
    _minutes_written[minutes] = text
    return text


def _parse(text: str, zone: Zone | None, locale: str | None) -> int:
    found = _TEXT.fullmatch(text) if len(text) <= _MAX_CHARS else None
    if (
        found is None
        or found[1] == "-0000"
        or (found[7] == "," and not has_decimal_comma(locale or system_locale()))
    ):
        raise TimestampError(f'expected a time such as "2026-01-02T03:04:05.678Z", got {text[:_MAX_CHARS]!r}')
    local = _days(found, text) * DAY + _time_of_day(found, text)
    zone_text = found[9]
    if zone_text == "Z":
        _remember_minute(text, local)
        return local
    there = zone or system_zone() if zone_text is None else _zone_of(zone_text, text)
    fraction = local % 1_000_000
    return there.to_utc_leniently(local // 1_000_000) * 1_000_000 + fraction


def _days(found: re.Match[str], text: str) -> int:
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise TimestampError(f"there is no such day: {text!r}")
    # java.time's "smart" resolver: 30 February is the last of February
    return days_of(year, month, min(day, month_length(year, month)))


def _time_of_day(found: re.Match[str], text: str) -> int:
    hour, minute, second = int(found[4] or 0), int(found[5] or 0), int(found[6] or 0)
    nano = int((found[8] or "0").ljust(9, "0"))
    is_end_of_day = hour == 24 and not (minute or second or nano)  # 24:00 is the next day
    if not (hour <= 23 or is_end_of_day) or minute > 59 or second > 59:
        raise TimestampError(f"there is no such time of day: {text!r}")
    return (hour * 3600 + minute * 60 + second) * SECOND + nano


def _zone_of(zone_text: str, text: str) -> Zone:
    name = zone_text.upper()
    if name in _UTC_NAMES:
        return find_zone("UTC")
    if found := _UTC_AND_OFFSET.fullmatch(name):
        zone_text = found[1]
    if zone_text[0] in "+-":
        if not _OFFSET.fullmatch(zone_text) or abs(offset_of(zone_text)) > _MAX_OFFSET_MS:
            raise TimestampError(
                f"expected an offset such as +05:30 of at most 18 hours, got {zone_text!r} in {text!r}"
            )
        return find_zone(zone_text)
    if name in _NOT_IN_JAVA:
        raise TimestampError(f"java.time knows no time zone {zone_text!r}, in {text!r}")
    try:
        return find_zone(next((one for one in zone_ids() if one.upper() == name), zone_text))
    except ZoneError as error:
        raise TimestampError(f"{error} in {text!r}") from None


def _remember_minute(text: str, local: int) -> None:
    if text[11:13] == "24":
        return  # no other second of that minute exists
    if len(_minutes_read) >= _CACHED_MINUTES:
        _minutes_read.clear()
    _minutes_read[text[:17]] = local // MINUTE * MINUTE
