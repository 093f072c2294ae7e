"""Date._strptime: read the fields of a text as a pattern of strftime's directives says."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from logsmith.ruby.date_fields import Fields
from logsmith.ruby.date_guess import DAY_NAMES, MONTH_NAMES
from logsmith.ruby.time_zones import date_offset

_DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_COMPOSITE = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "n": " ",
    "t": " ",
    "R": "%H:%M",
    "r": "%I:%M:%S %p",
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "v": "%e-%b-%Y",
    "+": "%a %b %e %H:%M:%S %Z %Y",
}
# Directives of whole numbers: the pattern, the field, and the least and most that it may be
_NUMBERS: dict[str, tuple[str, str, int, int]] = {
    "d": (r" \d|\d{1,2}", "mday", 1, 31),
    "e": (r" \d|\d{1,2}", "mday", 1, 31),
    "H": (r" \d|\d{1,2}", "hour", 0, 24),
    "k": (r" \d|\d{1,2}", "hour", 0, 24),
    "I": (r" \d|\d{1,2}", "hour", 1, 12),
    "l": (r" \d|\d{1,2}", "hour", 1, 12),
    "j": (r"\d{1,3}", "yday", 1, 366),
    "M": (r"\d{1,2}", "min", 0, 59),
    "m": (r"\d{1,2}", "mon", 1, 12),
    "S": (r"\d{1,2}", "sec", 0, 60),
    "U": (r"\d{1,2}", "wnum0", 0, 53),
    "W": (r"\d{1,2}", "wnum1", 0, 53),
    "u": (r"\d", "cwday", 1, 7),
    "V": (r"\d{1,2}", "cweek", 1, 53),
    "w": (r"\d", "wday", 0, 6),
}
_ZONE = re.compile(
    r"(?:gmt|utc?)?[-+]\d+(?:[,.:]\d+(?::\d+)?)?|[a-z.\s]+(?:standard|daylight)\s+time\b|[a-z]+(?:\s+dst)?\b",
    re.IGNORECASE | re.ASCII,
)
_BLANKS = re.compile(r"[ \t\n\v\f\r]*")
_MERIDIAN = re.compile(r"([ap])(?:m\b|\.m\.)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"%(?:E[cCxXyY]|O[deHImMSuUVwWy]|:{1,3}z|[a-zA-Z%+])", re.DOTALL)
_NUMERIC = set("CDdeFGgHIjkLlMmNQRrSsTUuVvWwXxYy0123456789")


class _MismatchError(Exception):
    """The text is not as the pattern says."""


class _Reader:
    """A place in the text, and the fields that were read before it."""

    __slots__ = ("fields", "place", "text")

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0
        self.fields: Fields = {}

    def take(self, pattern: str | re.Pattern[str]) -> re.Match[str]:
        compiled = re.compile(pattern, re.ASCII) if isinstance(pattern, str) else pattern
        found = compiled.match(self.text, self.place)
        if found is None:
            raise _MismatchError
        self.place = found.end()
        return found

    def number(self, pattern: str, least: int, most: int) -> int:
        value = int(self.take(pattern)[0])
        if not least <= value <= most:
            raise _MismatchError
        return value

    def name(self, names: list[str], short: list[str]) -> int:
        rest = self.text[self.place : self.place + 12].lower()
        for index, name in enumerate(names):
            found = next((one for one in (name, short[index]) if rest.startswith(one)), None)
            if found is not None:
                self.place += len(found)
                return index
        raise _MismatchError


def read_fields(text: str, pattern: str) -> Fields | None:
    """Return the fields of a text, None if it is not as the pattern says; `leftover` is what follows."""
    reader = _Reader(text)
    try:
        _read(reader, pattern)
    except _MismatchError:
        return None
    fields = reader.fields
    if reader.place < len(text):
        fields["leftover"] = text[reader.place :]
    century = fields.pop("_century", None)
    if century is not None:
        for name in ("year", "cwyear"):
            if name in fields:
                fields[name] += century * 100
    meridian = fields.pop("_meridian", None)
    if meridian is not None and "hour" in fields:
        fields["hour"] = fields["hour"] % 12 + meridian
    return fields


def _read(reader: _Reader, pattern: str) -> None:
    place = 0
    while place < len(pattern):
        char = pattern[place]
        directive = _DIRECTIVE.match(pattern, place)
        if char in " \t\n\v\f\r":
            reader.take(_BLANKS)
            place += 1
        elif directive is not None:
            place = directive.end()
            _read_directive(reader, directive[0][-1], is_followed=_is_number_next(pattern, place))
        elif reader.text[reader.place : reader.place + 1] != char:
            raise _MismatchError
        else:
            reader.place += 1
            place += 1


def _is_number_next(pattern: str, place: int) -> bool:
    """Return whether digits follow, so that a year before them has four."""
    following = pattern[place : place + 3]
    if following[:1].isdigit():
        return True
    letter = following[1:2] if following[1:2] not in {"E", "O"} else following[2:3]
    return following[:1] == "%" and letter in _NUMERIC


def _read_directive(reader: _Reader, letter: str, *, is_followed: bool) -> None:
    if letter in _COMPOSITE:
        _read(reader, _COMPOSITE[letter])
    elif letter in _NUMBERS:
        pattern, field, least, most = _NUMBERS[letter]
        reader.fields[field] = reader.number(pattern, least, most)
    elif letter in _SPECIAL:
        _SPECIAL[letter](reader, is_followed)
    elif reader.text.startswith(f"%{letter}", reader.place):
        reader.place += 2
    else:
        raise _MismatchError


def _weekday(reader: _Reader, _is_followed: bool) -> None:
    reader.fields["wday"] = reader.name(_DAYS, DAY_NAMES)


def _month(reader: _Reader, _is_followed: bool) -> None:
    reader.fields["mon"] = reader.name(_MONTHS, MONTH_NAMES) + 1


def _century(reader: _Reader, is_followed: bool) -> None:
    reader.fields["_century"] = int(reader.take(r"[-+]?\d{1,2}" if is_followed else r"[-+]?\d+")[0])


def _year(field: str) -> Callable[[_Reader, bool], None]:
    def read(reader: _Reader, is_followed: bool) -> None:
        reader.fields[field] = int(reader.take(r"[-+]?\d{1,4}" if is_followed else r"[-+]?\d+")[0])

    return read


def _short_year(field: str) -> Callable[[_Reader, bool], None]:
    def read(reader: _Reader, _is_followed: bool) -> None:
        reader.fields[field] = year = reader.number(r"\d{1,2}", 0, 99)
        reader.fields.setdefault("_century", 19 if year >= 69 else 20)

    return read


def _fraction(most: int) -> Callable[[_Reader, bool], None]:
    def read(reader: _Reader, is_followed: bool) -> None:
        found = reader.take(rf"([-+]?)(\d{{1,{most}}})" if is_followed else r"([-+]?)(\d+)")
        value = Fraction(int(found[2]), 10 ** len(found[2]))
        reader.fields["sec_fraction"] = -value if found[1] == "-" else value

    return read


def _meridian(reader: _Reader, _is_followed: bool) -> None:
    reader.fields["_meridian"] = 0 if reader.take(_MERIDIAN)[1] in "aA" else 12


def _epoch(unit: int) -> Callable[[_Reader, bool], None]:
    def read(reader: _Reader, _is_followed: bool) -> None:
        value = Fraction(int(reader.take(r"-?\d+")[0]), unit)
        reader.fields["seconds"] = int(value) if unit == 1 else value

    return read


def _zone(reader: _Reader, _is_followed: bool) -> None:
    name = reader.take(_ZONE)[0]
    reader.fields["zone"], reader.fields["offset"] = name, date_offset(name)


def _percent(reader: _Reader, _is_followed: bool) -> None:
    reader.take("%")


_SPECIAL: dict[str, Callable[[_Reader, bool], None]] = {
    "A": _weekday, "a": _weekday, "B": _month, "b": _month, "h": _month, "C": _century, "Y": _year("year"),
    "G": _year("cwyear"), "y": _short_year("year"), "g": _short_year("cwyear"), "L": _fraction(3), "N": _fraction(9),
    "p": _meridian, "P": _meridian, "s": _epoch(1), "Q": _epoch(1000), "Z": _zone, "z": _zone, "%": _percent,
}  # fmt: skip
