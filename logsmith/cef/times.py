"""The times of CEF: milliseconds since 1970, or `MMM dd yyyy HH:mm:ss.SSS zzz` with year, fraction and zone left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from logsmith.cef.line import CefError
from logsmith.event.civil import civil_of, days_of, month_length
from logsmith.event.date_names import ENGLISH, names_of
from logsmith.event.timestamp import DAY, SECOND, Timestamp
from logsmith.event.zones import SHORT_NAMES, FixedZone, Zone, ZoneError, find_zone, zone_ids

FUTURE = 25 * 3600 * SECOND  # how far ahead of the clock a time without a year may be

_is_millis = re.compile(r"[0-9]{1,19}(?:\.[0-9]{1,9})?", re.ASCII).fullmatch
_written = re.compile(
    r"(\S+) ([0-9]{1,2})(?: ([0-9]{4}))? ([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?: (\S+))?",
    re.ASCII,
).fullmatch
_is_offset = re.compile(r"(?:UTC|GMT|UT)?([-+])([0-9]{1,2})(?::?([0-5][0-9]))?", re.ASCII).fullmatch
_MAX_HOURS = 18  # of an offset

# Java knows these as names of zones; the date decides between standard and summer time
_ABBREVIATIONS = SHORT_NAMES | {
    "Z": "UTC",
    "AKST": "America/Anchorage", "AKDT": "America/Anchorage",
    "AST": "America/Halifax", "ADT": "America/Halifax",
    "BRT": "America/Sao_Paulo", "ART": "America/Argentina/Buenos_Aires",
    "WEST": "Europe/Lisbon", "BST": "Europe/London", "CEST": "Europe/Paris", "EEST": "Europe/Athens",
    "MSK": "Europe/Moscow", "SAST": "Africa/Johannesburg",
    "PKT": "Asia/Karachi", "IST": "Asia/Kolkata", "ICT": "Asia/Bangkok", "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong", "KST": "Asia/Seoul", "JST": "Asia/Tokyo",
    "AWST": "Australia/Perth", "ACST": "Australia/Adelaide", "ACDT": "Australia/Adelaide",
    "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
    "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
}  # fmt: skip


class TimeReader:
    """Reads times: `home` is the zone of those without one, `now` the clock that tells the year of those without one."""

    def __init__(self, home: Zone, locale: str, now: Callable[[], Timestamp]) -> None:
        self._home, self._now = home, now
        self._months = {**names_of(ENGLISH).month_numbers(), **names_of(locale).month_numbers()}

    def read(self, text: str, zone_name: str | None = None) -> Timestamp | None:
        """Return the instant of a text, None if it is empty; `zone_name` is the event's own. Raises CefError."""
        if not text:
            return None
        if _is_millis(text):
            return Timestamp(int(Decimal(text) * 1_000_000))
        found = _written(text)
        month = self._months.get(found[1]) if found else None
        if found is None or month is None:
            raise CefError(f'expected a time such as "Mar 04 2021 05:06:07 UTC", got {text[:80]!r}')
        zone = self._zone(found[8], zone_name)
        if found[3] is not None:
            return _instant(found, int(found[3]), month, zone)
        return self._without_year(found, month, zone)

    def _zone(self, written: str | None, zone_name: str | None) -> Zone:
        name = written or zone_name
        return self._home if name is None else find_named_zone(name)

    def _without_year(self, found: re.Match[str], month: int, zone: Zone) -> Timestamp:
        now = self._now()
        ms = now.nanos // 1_000_000
        year, _, _ = civil_of((ms + zone.offset_at(ms)) * 1_000_000 // DAY)
        guesses = (_instant(found, year + ahead, month, zone) for ahead in (1, 0))
        latest = Timestamp(now.nanos + FUTURE)
        return next((one for one in guesses if one <= latest), None) or _instant(found, year - 1, month, zone)


def find_named_zone(name: str) -> Zone:
    """Return the zone of an id, an offset such as `+05:30` or `GMT-7`, or an abbreviation; raises CefError."""
    found = _is_offset(name)
    if found is not None and int(found[2]) <= _MAX_HOURS:
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return FixedZone(name, (-minutes if found[1] == "-" else minutes) * 60_000)
    try:
        return find_zone(name if name in zone_ids() else _ABBREVIATIONS.get(name.upper(), name))
    except ZoneError as error:
        raise CefError(str(error)) from None


def _instant(found: re.Match[str], year: int, month: int, zone: Zone) -> Timestamp:
    day, hour, minute, second = (int(found[group]) for group in (2, 4, 5, 6))
    if not 1 <= day <= 31 or hour > 23 or minute > 59 or second > 59:
        raise CefError(f"there is no such time: {found[0]!r}")
    # java.time's "smart" resolver: 30 February is the last of February
    days = days_of(year, month, min(day, month_length(year, month)))
    local_ms = ((days * 24 + hour) * 3600 + minute * 60 + second) * 1000
    nanos = int((found[7] or "0").ljust(9, "0"))
    return Timestamp(zone.to_utc_leniently(local_ms) * 1_000_000 + nanos)
