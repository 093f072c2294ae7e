"""java.time's date formats, for the `%{{yyyy.MM.dd}}` of sprintf: printing only, in UTC.

Names and weeks are those of the USA.

The letters and how often each may stand are those of java.time.format.DateTimeFormatter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from logsmith.event import date_text
from logsmith.event.civil import civil_of, days_of, weekday_of
from logsmith.event.date_names import ENGLISH, names_of
from logsmith.event.date_text import Moment, padded, printer
from logsmith.event.timestamp import DateFormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from logsmith.event.timestamp import Timestamp

MAX_CHARS = 1000  # of a pattern
MAX_WIDTH = 19  # of a number

_CACHED_PATTERNS = 1000
_MODIFIED_JULIAN_EPOCH = 40_587  # days from 1858-11-17 to 1970-01-01
_NAMES = names_of(ENGLISH)
_RESERVED = "#{}"
_QUARTERS = ("1st quarter", "2nd quarter", "3rd quarter", "4th quarter")
_DAY_PERIODS = (
    (6, "at night"),
    (12, "in the morning"),
    (18, "in the afternoon"),
    (21, "in the evening"),
    (24, "at night"),
)


def _sunday_first(moment: Moment) -> int:
    return moment.weekday % 7 + 1


def _week_year(moment: Moment) -> tuple[int, int]:
    """Year and week as in the USA: weeks begin with Sunday, the first is the one with 1 January."""
    year = civil_of(moment.days - _sunday_first(moment) + 7)[0]  # of the week's Saturday
    first = days_of(year)
    start = first - weekday_of(first) % 7
    return year, (moment.days - start) // 7 + 1


def _week_of_month(moment: Moment) -> int:
    first = moment.days - moment.day + 1
    return (moment.day - 1 + weekday_of(first) % 7) // 7 + 1


def _quarter(moment: Moment) -> int:
    return (moment.month - 1) // 3 + 1


@dataclass(frozen=True, slots=True)
class _Number:
    """A letter that prints a number with as many digits at least as there are letters."""

    of: Callable[[Moment], int]
    most: int
    unit: int = date_text.DAY

    def piece(self, letter: str, count: int) -> Callable[[Moment], str]:
        _check_count(letter, count, self.most)
        return lambda moment: padded(self.of(moment), count)


@dataclass(frozen=True, slots=True)
class _Year:
    """A year: of two letters the last two digits, of four and more with a plus where it is longer."""

    of: Callable[[Moment], int]
    unit: int = date_text.DAY

    def piece(self, letter: str, count: int) -> Callable[[Moment], str]:
        _check_count(letter, count, MAX_WIDTH)
        if count == 2:
            return lambda moment: f"{self.of(moment) % 100:02d}"
        return lambda moment: self._text(moment, count)

    def _text(self, moment: Moment, count: int) -> str:
        year = self.of(moment)
        sign = "+" if count >= 4 and year >= 10**count else ""
        return sign + padded(year, count)


@dataclass(frozen=True, slots=True)
class _Text:
    """A letter that prints a name: for each count of letters a list of names, or None for so many digits."""

    of: Callable[[Moment], int]  # from 1
    lists: dict[int, tuple[str, ...] | None]
    unit: int = date_text.DAY

    def piece(self, letter: str, count: int) -> Callable[[Moment], str]:
        if count not in self.lists:
            raise DateFormatError(_too_many(letter, count))
        names = self.lists[count]
        if names is None:
            return lambda moment: padded(self.of(moment), count)
        return lambda moment: names[self.of(moment) - 1]


@dataclass(frozen=True, slots=True)
class _Fraction:
    unit: int = date_text.NANOSECOND

    def piece(self, letter: str, count: int) -> Callable[[Moment], str]:
        _check_count(letter, count, 9)
        return lambda moment: f"{moment.nano:09d}"[:count]


@dataclass(frozen=True, slots=True)
class _DayPeriod:
    unit: int = date_text.MINUTE

    def piece(self, letter: str, count: int) -> Callable[[Moment], str]:
        if count not in (1, 4, 5):
            raise DateFormatError(_too_many(letter, count))
        noon, midnight = ("n", "mi") if count == 5 else ("noon", "midnight")
        return lambda moment: self._text(moment, noon, midnight)

    def _text(self, moment: Moment, noon: str, midnight: str) -> str:
        if moment.minute == 0 and moment.hour in (0, 12):
            return noon if moment.hour else midnight
        return next(text for end, text in _DAY_PERIODS if moment.hour < end)


@dataclass(frozen=True, slots=True)
class _Zone:
    """A letter of the zone: what UTC prints for each count of letters."""

    texts: dict[int, str]
    unit: int = date_text.DAY

    def piece(self, letter: str, count: int) -> str:
        if count not in self.texts:
            raise DateFormatError(_too_many(letter, count))
        return self.texts[count]


_Letter = _Number | _Year | _Text | _Fraction | _DayPeriod | _Zone


def _initials(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[0] for name in names)


def _named(short: tuple[str, ...], full: tuple[str, ...]) -> dict[int, tuple[str, ...] | None]:
    return {3: short, 4: full, 5: _initials(full)}


_DAYS = _named(_NAMES.short_days, _NAMES.days)
_DAYS_FROM_SUNDAY = {count: names[-1:] + names[:-1] for count, names in _DAYS.items() if names is not None}
_MONTHS = _named(_NAMES.short_months, _NAMES.months) | {1: None, 2: None}
_QUARTER_TEXTS: dict[int, tuple[str, ...] | None] = {
    1: None,
    2: None,
    3: ("Q1", "Q2", "Q3", "Q4"),
    4: _QUARTERS,
}
_ERAS = {**dict.fromkeys((1, 2, 3), _NAMES.eras), 4: ("Before Christ", "Anno Domini"), 5: ("B", "A")}

_LETTERS: dict[str, _Letter] = {
    "G": _Text(lambda moment: 1 + (moment.year > 0), {**_ERAS}),
    "u": _Year(lambda moment: moment.year),
    "y": _Year(lambda moment: moment.year_of_era),
    "Y": _Year(lambda moment: _week_year(moment)[0]),
    "D": _Number(lambda moment: moment.day_of_year, 3),
    "M": _Text(lambda moment: moment.month, _MONTHS),
    "L": _Text(lambda moment: moment.month, _MONTHS),
    "d": _Number(lambda moment: moment.day, 2),
    "g": _Number(lambda moment: moment.days + _MODIFIED_JULIAN_EPOCH, MAX_WIDTH),
    "Q": _Text(_quarter, _QUARTER_TEXTS | {5: ("1", "2", "3", "4")}),
    "q": _Text(_quarter, _QUARTER_TEXTS | {5: ("1", "2", "3", "4")}),
    "w": _Number(lambda moment: _week_year(moment)[1], 2),
    "W": _Number(_week_of_month, 1),
    "E": _Text(lambda moment: moment.weekday, {1: _DAYS[3], 2: _DAYS[3], **_DAYS}),
    "e": _Text(_sunday_first, {1: None, 2: None, **_DAYS_FROM_SUNDAY}),
    "c": _Text(_sunday_first, {1: None, **_DAYS_FROM_SUNDAY}),
    "F": _Number(lambda moment: (moment.day - 1) // 7 + 1, 1),
    "a": _Text(lambda moment: 1 + moment.is_afternoon, {1: _NAMES.halves}, date_text.HOUR),
    "B": _DayPeriod(),
    "h": _Number(lambda moment: (moment.hour - 1) % 12 + 1, 2, date_text.HOUR),
    "K": _Number(lambda moment: moment.hour % 12, 2, date_text.HOUR),
    "k": _Number(lambda moment: (moment.hour - 1) % 24 + 1, 2, date_text.HOUR),
    "H": _Number(lambda moment: moment.hour, 2, date_text.HOUR),
    "m": _Number(lambda moment: moment.minute, 2, date_text.MINUTE),
    "s": _Number(lambda moment: moment.second, 2, date_text.SECOND),
    "S": _Fraction(),
    "A": _Number(lambda moment: moment.nano_of_day // 1_000_000, MAX_WIDTH, date_text.NANOSECOND),
    "n": _Number(lambda moment: moment.nano, MAX_WIDTH, date_text.NANOSECOND),
    "N": _Number(lambda moment: moment.nano_of_day, MAX_WIDTH, date_text.NANOSECOND),
    "V": _Zone({2: "Z"}),
    "v": _Zone({1: "Z", 4: "Z"}),
    "z": _Zone(dict.fromkeys((1, 2, 3, 4), "Z")),
    "O": _Zone({1: "GMT", 4: "GMT"}),
    "X": _Zone(dict.fromkeys((1, 2, 3, 4, 5), "Z")),
    "x": _Zone({1: "+00", 2: "+0000", 3: "+00:00", 4: "+0000", 5: "+00:00"}),
    "Z": _Zone({**dict.fromkeys((1, 2, 3), "+0000"), 4: "GMT", 5: "Z"}),
}


@lru_cache(maxsize=_CACHED_PATTERNS)
def compile_formatter(pattern: str) -> Callable[[Timestamp], str]:
    """Return what prints a timestamp in UTC; raises DateFormatError."""
    if len(pattern) > MAX_CHARS:
        raise DateFormatError(f"expected a date format of at most {MAX_CHARS} characters, got {len(pattern)}")
    read = list(_pieces(pattern))
    unit = min((unit for _, unit in read), default=date_text.DAY)
    return printer([piece for piece, _ in read], unit)


def _pieces(pattern: str) -> Iterator[tuple[str | Callable[[Moment], str], int]]:
    at, depth, width = 0, 0, 0
    while at < len(pattern):
        one = pattern[at]
        if one.isascii() and one.isalpha():
            end = _end_of_run(pattern, at)
            if one == "p":
                width = end - at
                at = _checked_pad(pattern, end)
                continue
            letter = _find_letter(one, pattern)
            yield _padded_left(letter.piece(one, end - at), width), letter.unit
            at, width = end, 0
            continue
        depth += (one == "[") - (one == "]")
        if depth < 0 or one in _RESERVED:
            raise DateFormatError(
                f"expected text between single quotes, got {one!r} in the date format {pattern!r}"
            )
        text, at = _literal(pattern, at)
        yield text, date_text.DAY


def _literal(pattern: str, at: int) -> tuple[str, int]:
    """Return what a character that is no letter prints, and where it ends: quoted text is one such."""
    if pattern[at] in "[]":
        return "", at + 1  # optional parts are always printed: a timestamp has every field
    if pattern[at] != "'":
        return pattern[at], at + 1
    end = at + 1
    while (end := pattern.find("'", end)) >= 0:
        if pattern[end + 1 : end + 2] != "'":
            return pattern[at + 1 : end].replace("''", "'") or "'", end + 1
        end += 2
    raise DateFormatError(f"the date format {pattern!r} ends inside of quoted text")


def _end_of_run(pattern: str, at: int) -> int:
    end = at
    while end < len(pattern) and pattern[end] == pattern[at]:
        end += 1
    return end


def _checked_pad(pattern: str, end: int) -> int:
    if end >= len(pattern) or not (pattern[end].isascii() and pattern[end].isalpha()):
        raise DateFormatError(f"expected a letter after the p (pad) of the date format {pattern!r}")
    return end


def _find_letter(letter: str, pattern: str) -> _Letter:
    if letter not in _LETTERS:
        raise DateFormatError(
            f"unknown letter {letter!r} in the date format {pattern!r}: text goes between single quotes"
        )
    return _LETTERS[letter]


def _padded_left(piece: str | Callable[[Moment], str], width: int) -> str | Callable[[Moment], str]:
    if not width:
        return piece

    def print_padded(moment: Moment) -> str:
        text = piece if isinstance(piece, str) else piece(moment)
        if len(text) > width:
            raise DateFormatError(f"{text!r} is longer than the {width} characters that it is padded to")
        return text.rjust(width)

    return print_padded


def _check_count(letter: str, count: int, most: int) -> None:
    if count > most:
        raise DateFormatError(_too_many(letter, count))


def _too_many(letter: str, count: int) -> str:
    return f"the date format's letter {letter!r} cannot stand {count} times in a row"
