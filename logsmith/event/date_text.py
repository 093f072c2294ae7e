"""What date formats print from: the parts of an instant in UTC, and texts kept for as long as they hold."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from logsmith.event.civil import civil_of, days_of, week_of, weekday_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logsmith.event.timestamp import Timestamp

NANOSECOND: Final = 1
SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_CACHED_TEXTS = 1000


class Moment:
    """An instant in UTC, taken apart."""

    def __init__(self, nanos: int) -> None:
        self.days, self.nano_of_day = divmod(nanos, DAY)
        self.year, self.month, self.day = civil_of(self.days)

    @property
    def hour(self) -> int:
        return self.nano_of_day // HOUR

    @property
    def minute(self) -> int:
        return self.nano_of_day // MINUTE % 60

    @property
    def second(self) -> int:
        return self.nano_of_day // SECOND % 60

    @property
    def nano(self) -> int:
        return self.nano_of_day % SECOND

    @property
    def weekday(self) -> int:
        """Monday = 1."""
        return weekday_of(self.days)

    @property
    def day_of_year(self) -> int:
        return self.days - days_of(self.year) + 1

    @cached_property
    def iso_week(self) -> tuple[int, int]:
        """The ISO week-based year and the week of it."""
        return week_of(self.days)

    @property
    def year_of_era(self) -> int:
        return self.year if self.year > 0 else 1 - self.year

    @property
    def is_afternoon(self) -> bool:
        return self.hour >= 12


def padded(number: int, width: int) -> str:
    """Return a number with zeros before it up to a width, a minus sign not counted."""
    return f"{number:0{width}d}" if number >= 0 else f"-{-number:0{width}d}"


def printer(pieces: Sequence[str | Callable[[Moment], str]], unit: int) -> Callable[[Timestamp], str]:
    """Return what prints pieces one after another; all timestamps of one `unit` (nanoseconds) print alike."""
    texts: dict[int, str] = {}

    def print_timestamp(stamp: Timestamp) -> str:
        key = stamp.nanos // unit
        text = texts.get(key)
        if text is None:
            moment = Moment(key * unit)
            text = "".join([piece if isinstance(piece, str) else piece(moment) for piece in pieces])
            if len(texts) >= _CACHED_TEXTS:
                texts.clear()
            texts[key] = text
        return text

    return print_timestamp
