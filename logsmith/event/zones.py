"""Time zones: tz database ids and fixed offsets, asked in milliseconds.

A local time that a change to summer time skips has no instant; one that a change back repeats has two, of
which the first counts. Both rules are Joda's and java.time's.
"""

from __future__ import annotations

import os
import re
import time
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from logsmith.event.civil import DAYS_OF_400_YEARS, days_of
from logsmith.event.errors import EventError

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_MS = 86_400_000

# Two digits of hours; minutes, seconds and a fraction where they follow, all with or all without colons
OFFSET = (
    r"[-+](?:[01][0-9]|2[0-3])"
    r"(?>:[0-5][0-9](?>:[0-5][0-9](?>[.,][0-9]{1,3}|(?![.,]))|(?!:))"
    r"|[0-5][0-9](?>[0-5][0-9](?:[0-9]{1,3})?+|(?![0-9]))"
    r"|(?![:0-9]))"
)

# The names that Joda reads for `z`; the date decides between standard and summer time
SHORT_NAMES = {
    "UT": "UTC", "UTC": "UTC", "GMT": "UTC",
    "EST": "America/New_York", "EDT": "America/New_York",
    "CST": "America/Chicago", "CDT": "America/Chicago",
    "MST": "America/Denver", "MDT": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
}  # fmt: skip

_AS_UTC = ("Z", "UT")  # not in texts that hold an id
_NOT_JODAS = {"Factory", "localtime"}
_FIXED = {"EST": -5, "MST": -7, "HST": -10}  # Joda: three ids that never had summer time
_LOCALTIME = Path("/etc/localtime")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  local times are what this module turns into instants
_FIRST_MS = days_of(1, 1, 2) * DAY_MS  # a day inside of what datetime can hold
_LAST_MS = days_of(9999, 12, 31) * DAY_MS - 1
_CYCLE_MS = DAYS_OF_400_YEARS * DAY_MS
_STRETCH_MS = 900_000  # a quarter of an hour, over which an offset is remembered
_CACHED_STRETCHES = 10_000
_CACHED_ZONES = 1024
_is_offset = re.compile(OFFSET).fullmatch


class ZoneError(EventError):
    """A text is no time zone."""


class FixedZone:
    """A zone that is always the same offset from UTC."""

    __slots__ = ("id", "offset_ms")

    def __init__(self, zone_id: str, offset_ms: int) -> None:
        self.id, self.offset_ms = zone_id, offset_ms

    def to_utc(self, local_ms: int) -> int | None:
        """Return the instant of a local time."""
        return local_ms - self.offset_ms

    def to_utc_leniently(self, local_ms: int) -> int:
        """Return the instant of a local time."""
        return local_ms - self.offset_ms

    def offset_at(self, utc_ms: int) -> int:  # noqa: ARG002  the other kind of zone needs it
        """Return the offset that holds at an instant."""
        return self.offset_ms


class RegionZone:
    """A zone with rules, from the tz database."""

    __slots__ = ("_at", "_info", "_of_local", "id")

    def __init__(self, zone_id: str, info: ZoneInfo) -> None:
        self.id, self._info = zone_id, info
        self._of_local: dict[int, int] = {}
        self._at: dict[int, int] = {}

    def to_utc(self, local_ms: int) -> int | None:
        """Return the instant of a local time, None if the clock skips it."""
        offset = self._of_local.get(local_ms // _STRETCH_MS)
        if offset is not None:
            return local_ms - offset
        before, after = self._offsets_of_local(local_ms)
        self._remember(self._of_local, local_ms // _STRETCH_MS, self._offsets_of_local)
        return None if before < after else local_ms - before

    def to_utc_leniently(self, local_ms: int) -> int:
        """Return the instant of a local time; one that the clock skips moves forward by what is skipped."""
        return local_ms - self._offsets_of_local(local_ms)[0]

    def offset_at(self, utc_ms: int) -> int:
        """Return the offset that holds at an instant."""
        offset = self._at.get(utc_ms // _STRETCH_MS)
        if offset is not None:
            return offset
        self._remember(self._at, utc_ms // _STRETCH_MS, self._offsets_at)
        return self._offsets_at(utc_ms)[0]

    def _offsets_of_local(self, local_ms: int) -> tuple[int, int]:
        moment = (_EPOCH + timedelta(milliseconds=_within_years(local_ms))).replace(tzinfo=self._info)
        return _milliseconds(moment.utcoffset()), _milliseconds(moment.replace(fold=1).utcoffset())

    def _offsets_at(self, utc_ms: int) -> tuple[int, int]:
        moment = (_EPOCH + timedelta(milliseconds=_within_years(utc_ms))).replace(tzinfo=self._info)
        offset = _milliseconds(self._info.fromutc(moment).utcoffset())
        return offset, offset

    def _remember(self, known: dict[int, int], stretch: int, ask: Callable[[int], tuple[int, int]]) -> None:
        offsets = {*ask(stretch * _STRETCH_MS), *ask((stretch + 1) * _STRETCH_MS - 1)}
        if len(offsets) > 1:
            return  # something changes here: each time is looked up
        if len(known) >= _CACHED_STRETCHES:
            known.clear()
        known[stretch] = offsets.pop()


Zone = FixedZone | RegionZone

UTC = FixedZone("UTC", 0)


def find_zone(zone_id: str) -> Zone:
    """Return the zone of a tz database id or of an offset such as `+05:30`; raises ZoneError."""
    if _is_offset(zone_id):
        return FixedZone(zone_id, offset_of(zone_id))
    if zone_id in _AS_UTC:
        return UTC
    if zone_id not in zone_ids():
        raise ZoneError(f'expected a time zone such as "Europe/Paris" or "+05:30", got {zone_id!r}')
    return _named(zone_id)


@lru_cache(_CACHED_ZONES)
def _named(zone_id: str) -> Zone:
    if zone_id == "UTC":
        return UTC
    if zone_id in _FIXED:
        return FixedZone(zone_id, _FIXED[zone_id] * 3_600_000)
    return RegionZone(zone_id, ZoneInfo(zone_id))


@cache
def zone_ids() -> frozenset[str]:
    """Return the ids of the tz database, as it is installed."""
    return frozenset(available_timezones() - _NOT_JODAS) | {"UTC", *_FIXED}


@cache
def system_zone() -> Zone:
    """Return the zone of the process: `TZ`, else what `/etc/localtime` is or points to."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name and _LOCALTIME.exists():
        name = str(_LOCALTIME.resolve()).rpartition("zoneinfo/")[2]
        if name not in zone_ids():
            with _LOCALTIME.open("rb") as file:
                return RegionZone("localtime", ZoneInfo.from_file(file, key="localtime"))
    try:
        return find_zone(name or "UTC")
    except ZoneError:
        offset_ms = time.localtime().tm_gmtoff * 1000  # `TZ` may also hold a rule, such as "<-03>3"
        return FixedZone(name, offset_ms)


def offset_of(text: str) -> int:
    """Return the milliseconds of an offset that OFFSET matches."""
    digits = re.sub("[^0-9]", "", text).ljust(9, "0")
    offset = ((int(digits[:2]) * 60 + int(digits[2:4])) * 60 + int(digits[4:6])) * 1000 + int(digits[6:9])
    return -offset if text[0] == "-" else offset


def _within_years(ms: int) -> int:
    if ms > _LAST_MS:  # rules repeat as the calendar does
        return ms - ((ms - _LAST_MS + _CYCLE_MS - 1) // _CYCLE_MS) * _CYCLE_MS
    return max(ms, _FIRST_MS)


def _milliseconds(offset: timedelta | None) -> int:
    return 0 if offset is None else offset // timedelta(milliseconds=1)
