"""Joda's date formats: `compile_formatter` for the `%{+YYYY.MM.dd}` of sprintf, `compile_parser`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from logsmith.event import date_text
from logsmith.event.date_names import ENGLISH, names_of
from logsmith.event.date_text import Moment, padded, printer
from logsmith.event.joda_parser import compile_parser
from logsmith.event.joda_pattern import Token, parse_pattern
from logsmith.event.timestamp import DateFormatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from logsmith.event.timestamp import Timestamp

__all__ = ["DateFormatError", "compile_formatter", "compile_parser"]

_CACHED_PATTERNS = 1000
_MILLISECOND = 1_000_000
_MAX_FRACTION = 18

_NAMES = names_of(ENGLISH)
_ZONES = {
    "Z": "+0000",
    "ZZ": "+00:00",
    "z": "UTC",
    "zz": "UTC",
    "zzz": "UTC",
}  # UTC; longer runs print its name

# Letter to the number it prints, with as many digits at least as there are letters
_NUMBERS: dict[str, Callable[[Moment], int]] = {
    "C": lambda moment: abs(moment.year) // 100,
    "Y": lambda moment: moment.year if moment.year > 0 else 1 - moment.year,  # of its era
    "y": lambda moment: moment.year,
    "x": lambda moment: moment.iso_week[0],
    "w": lambda moment: moment.iso_week[1],
    "e": lambda moment: moment.weekday,
    "D": lambda moment: moment.day_of_year,
    "M": lambda moment: moment.month,
    "d": lambda moment: moment.day,
    "K": lambda moment: moment.hour % 12,
    "h": lambda moment: (moment.hour - 1) % 12 + 1,
    "H": lambda moment: moment.hour,
    "k": lambda moment: (moment.hour - 1) % 24 + 1,
    "m": lambda moment: moment.minute,
    "s": lambda moment: moment.second,
}

# Letter to the texts it chooses from: short, full, and which of them
_TEXTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Moment], int]]] = {
    "G": (_NAMES.eras, _NAMES.eras, lambda moment: int(moment.year > 0)),
    "M": (_NAMES.short_months, _NAMES.months, lambda moment: moment.month - 1),
    "E": (_NAMES.short_days, _NAMES.days, lambda moment: moment.weekday - 1),
    "a": (_NAMES.halves, _NAMES.halves, lambda moment: int(moment.is_afternoon)),
}

_UNITS = {
    **dict.fromkeys("aKhHk", date_text.HOUR),
    "m": date_text.MINUTE,
    "s": date_text.SECOND,
    "S": _MILLISECOND,  # Joda knows no finer times: what is beyond prints as zeros
}


@lru_cache(maxsize=_CACHED_PATTERNS)
def compile_formatter(pattern: str) -> Callable[[Timestamp], str]:
    """Return what prints a timestamp in UTC, with English names; raises DateFormatError."""
    tokens = parse_pattern(pattern)
    unit = min((_UNITS.get(token.letter, date_text.DAY) for token in tokens), default=date_text.DAY)
    return printer([_piece(token) for token in tokens], unit)


def _piece(token: Token) -> str | Callable[[Moment], str]:
    letter, count = token.letter, token.count
    if not letter:
        return token.text
    if letter == "S":
        width = min(count, _MAX_FRACTION)
        return lambda moment: f"{moment.nano // _MILLISECOND:03d}".ljust(width, "0")[:width]
    if letter in "zZ":
        return _ZONES.get(letter * count, "UTC" if letter == "Z" else "Coordinated Universal Time")
    if not token.is_number:
        short, full, index = _TEXTS[letter]
        names = full if count >= 4 else short
        return lambda moment: names[index(moment)]
    number = _NUMBERS["y" if letter * count == "YY" else letter]  # Joda: YY is yy
    if letter in "Yyx" and count == 2:
        return lambda moment: f"{abs(number(moment)) % 100:02d}"
    return lambda moment: padded(number(moment), count)
