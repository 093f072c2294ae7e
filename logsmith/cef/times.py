"""The times of CEF: milliseconds since 1970, or `MMM dd yyyy HH:mm:ss.SSS zzz` with year, fraction and zone left out.

They are read as java.time reads that format: letter for letter, with a fraction of three, six or nine digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from logsmith.cef.line import CefError
from logsmith.event.civil import civil_of, days_of, month_length
from logsmith.event.date_names import names_of
from logsmith.event.timestamp import DAY, Timestamp
from logsmith.event.zones import SHORT_NAMES, UTC, FixedZone, Zone, find_zone, zone_ids

FUTURE = 2 * DAY  # how far ahead of the clock a time without a year may be
LAST_MS = 253_402_300_799_999  # of the year 9999
LEAP_YEAR = 2000

_is_millis = re.compile(r"[1-9][0-9]*(?:\.[0-9]+)?", re.ASCII).fullmatch
_written = re.compile(
    r"(\S+) ([0-9]{2})(?: ([0-9]{4}))? ([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.((?:[0-9]{3}){1,3}))?(?: (\S+))?",
    re.ASCII,
).fullmatch
_PREFIX = "(?:UTC|GMT|UT)?"
_is_offset = re.compile(rf"{_PREFIX}([-+])([0-9]{{2}}):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII).fullmatch
# As the name of a zone an offset may be shorter
_is_named_offset = re.compile(
    rf"{_PREFIX}([-+])(?:([0-9]{{1,2}})|([0-9]{{2}})([0-5][0-9])([0-5][0-9])?)", re.ASCII
).fullmatch
_MAX_HOURS = 18  # of an offset
_NO_IDS = {"EST", "MST", "HST", "ROC"}  # of the tz database, but not of Java

# Java knows these as names of zones; the date decides between standard and summer time
_ABBREVIATIONS = SHORT_NAMES | {
    "Z": "UTC",
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "HST": "Pacific/Honolulu", "NST": "America/St_Johns", "NDT": "America/St_Johns",
    "AKST": "America/Anchorage", "AKDT": "America/Anchorage",
    "AST": "America/Halifax", "ADT": "America/Halifax",
    "WEST": "Europe/Lisbon", "BST": "Europe/London", "CEST": "Europe/Paris", "EEST": "Europe/Athens",
    "MSK": "Europe/Moscow", "SAST": "Africa/Johannesburg",
    "WAT": "Africa/Lagos", "CAT": "Africa/Maputo", "EAT": "Africa/Nairobi",
    "PKT": "Asia/Karachi", "IST": "Asia/Kolkata", "WIB": "Asia/Jakarta",
    "HKT": "Asia/Hong_Kong", "KST": "Asia/Seoul", "JST": "Asia/Tokyo",
    "AWST": "Australia/Perth", "ACST": "Australia/Adelaide", "ACDT": "Australia/Adelaide",
    "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
    "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
}  # fmt: skip


class TimeReader:
    """Reads times: `home` is the zone of those without one, `now` the clock that tells the year of those without one."""

    def __init__(self, home: Zone, locale: str, now: Callable[[], Timestamp]) -> None:
        self._home, self._now = home, now
        self._months = {name: number for number, name in enumerate(names_of(locale).short_months, 1)}

    def read(self, text: str, zone_name: str | None = None) -> Timestamp | None:
        """Return the instant of a text, None if it is empty; `zone_name` is the event's own. Raises CefError."""
        if not text:
            return None
        if _is_millis(text):
            return _of_millis(text)
        home = self._home if zone_name is None else find_named_zone(zone_name)
        found = _written(text)
        month = self._months.get(found[1]) if found else None
        if found is None or month is None:
            raise CefError(f'expected a time such as "Mar 04 2021 05:06:07 UTC", got {text[:80]!r}')
        zone = home if found[8] is None else _written_zone(found[8])
        if found[3] is not None:
            return _instant(found, int(found[3]), month, zone)
        return self._without_year(found, month, zone)

    def _without_year(self, found: re.Match[str], month: int, zone: Zone) -> Timestamp:
        if int(found[2]) > month_length(LEAP_YEAR, month):
            raise CefError(f"there is no such day: {found[0]!r}")
        now = self._now()
        ms = now.nanos // 1_000_000
        year, _, _ = civil_of((ms + zone.offset_at(ms)) * 1_000_000 // DAY)
        guesses = (_instant(found, year + ahead, month, zone) for ahead in (1, 0))
        latest = Timestamp(now.nanos + FUTURE)
        return next((one for one in guesses if one <= latest), None) or _instant(found, year - 1, month, zone)


def find_named_zone(name: str) -> Zone:
    """Return the zone that java.time knows by a name: an id, or an offset such as `+05:30` or `GMT-7`; raises CefError."""
    if name in {"Z", "UTC", "GMT", "UT"}:
        return UTC
    found = _is_offset(name) or _is_named_offset(name)
    if found is not None:
        hours, minutes, seconds = ([*filter(None, found.groups()[1:]), "0", "0"])[:3]
        return _fixed(name, found[1], int(hours), int(minutes) * 60 + int(seconds))
    if name not in zone_ids() - _NO_IDS:
        raise CefError(f'expected a time zone such as "Europe/Paris" or "+05:30", got {name!r}')
    return find_zone(name)


def _written_zone(name: str) -> Zone:
    """Return the zone that stands behind a time: beside names and whole offsets, an abbreviation."""
    if name in _ABBREVIATIONS:
        return find_zone(_ABBREVIATIONS[name])
    if _is_named_offset(name):
        raise CefError(f'expected an offset such as "+05:30", got {name!r}')
    return find_named_zone(name)


def _fixed(name: str, sign: str, hours: int, seconds: int) -> Zone:
    if hours > _MAX_HOURS or (hours == _MAX_HOURS and seconds):
        raise CefError(f"an offset is up to {_MAX_HOURS} hours, got {name!r}")
    ms = (hours * 3600 + seconds) * 1000
    return FixedZone(name, -ms if sign == "-" else ms)


def _of_millis(text: str) -> Timestamp:
    ms = Decimal(text[:40])
    if ms > LAST_MS:
        raise CefError(f"expected a time before the year 10000, got {text[:80]!r}")
    return Timestamp(int(ms * 1_000_000))


def _instant(found: re.Match[str], year: int, month: int, zone: Zone) -> Timestamp:
    day, hour, minute, second = (int(found[group]) for group in (2, 4, 5, 6))
    nanos = int((found[7] or "0").ljust(9, "0"))
    is_midnight = (hour, minute, second, nanos) == (24, 0, 0, 0)
    if not 1 <= day <= 31 or (hour > 23 and not is_midnight) or minute > 59 or second > 59 or year < 1:
        raise CefError(f"there is no such time: {found[0]!r}")
    # java.time's "smart" resolver: 30 February is the last of February
    days = days_of(year, month, min(day, month_length(year, month)))
    local_ms = ((days * 24 + hour) * 3600 + minute * 60 + second) * 1000
    return Timestamp(zone.to_utc_leniently(local_ms) * 1_000_000 + nanos)
