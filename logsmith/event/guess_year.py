"""The year of dates that are written without one: this year, or the one before or after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.event.civil import civil_of, days_of, month_length
from logsmith.event.zones import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from logsmith.event.timestamp import Timestamp
    from logsmith.event.zones import Zone

JANUARY, DECEMBER = 1, 12


class YearGuess:
    """Logstash's rule: December seen in January is last year's, January seen in December is next year's."""

    def __init__(self, now: Callable[[], Timestamp], home: Zone, *, reads_zone: bool = False) -> None:
        """Take the clock, the zone its year is read in, and whether the pattern has an offset or zone id."""
        self._now, self._home, self._reads_zone = now, home, reads_zone

    def year_and_month(self) -> tuple[int, int]:
        """Return year and month of now."""
        ms = self._now().nanos // 1_000_000
        year, month, _ = civil_of((ms + self._home.offset_at(ms)) // DAY_MS)
        return year, month

    def instant(self, local: int, offset: int | None, written: Zone, zone: Zone) -> int | None:
        """Return the instant in the year guessed, None if the local time that was read does not exist.

        `written` is the zone that the text names, else `zone`, the one that is set.
        """
        if offset is not None:
            utc: int | None = local - offset
        else:
            # Logstash: the name that `z` reads has no say
            utc = (written if self._reads_zone else zone).to_utc(local)
        return None if utc is None else self._moved(utc, zone)

    def _moved(self, utc: int, zone: Zone) -> int:
        offset = zone.offset_at(utc)
        days, of_day = divmod(utc + offset, DAY_MS)
        year, month, day = civil_of(days)
        year_now, month_now = self.year_and_month()
        guessed = (
            year_now
            + ((month, month_now) == (JANUARY, DECEMBER))
            - ((month, month_now) == (DECEMBER, JANUARY))
        )
        if guessed == year:
            return utc
        local = days_of(guessed, month, min(day, month_length(guessed, month))) * DAY_MS + of_day
        if zone.offset_at(local - offset) == offset:
            return local - offset  # of two instants, the one in the same half of the year
        return zone.to_utc_leniently(local)
