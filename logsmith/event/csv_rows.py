"""Rows of comma-separated values, read and written as Ruby's csv library reads and writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from logsmith.event.civil import civil_of, days_of, month_length
from logsmith.event.errors import EventError
from logsmith.event.fieldref import FieldRef
from logsmith.event.ruby import RUBY_BLANKS, to_s
from logsmith.event.strict import ruby_float
from logsmith.event.timestamp import DAY, MINUTE, SECOND, Timestamp
from logsmith.event.values import Value
from logsmith.event.zones import Zone

DAY_MS = 86_400_000
MAX_DIGITS = 4_000  # of an integer; beyond it Python takes long, and refuses soon

Type = Literal["integer", "float", "date", "date_time", "boolean"]
Cell = str | None  # None: nothing between two separators
Convert = Callable[[Cell], Value]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_INTEGER = re.compile(
    r"([+-]?)(?:0[xX](?P<x>[0-9a-fA-F_]+)|0[bB](?P<b>[01_]+)|0[oO]?(?P<o>[0-7_]+)|(?:0[dD])?(?P<d>[0-9_]+))"
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DIGITAL = re.compile(r"[0-9]{1,4}", re.ASCII)
# What csv itself looks for; only then Ruby's Date.parse makes a date of it
_WORDS = r"(?:(?P<before>\w+),?\s+)?(?P<word>\w+)\s+(?P<number>[0-9]{1,2})"
_WORDS_DATE = re.compile(rf"{_WORDS},?\s+(?P<last>[0-9]{{2,4}})", re.ASCII)
_WORDS_TIME = re.compile(
    rf"{_WORDS}\s+(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{1,2}}):(?P<second>[0-9]{{1,2}}),?\s+(?P<last>[0-9]{{2,4}})",
    re.ASCII,
)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ISO_TIME = re.compile(
    rf"{_ISO_DATE.pattern}(?:[T\s](?P<hour>[0-9]{{2}}):(?P<minute>[0-9]{{2}})"
    r"(?::(?P<second>[0-9]{2})(?P<fraction>\.[0-9]+)?(?:(?P<offset>[+-][0-9]{2}:[0-9]{2})|Z)?)?)?",
    re.ASCII,
)
_REFORM, _DROPPED_DAYS = (1582, 10), range(5, 15)  # what the Gregorian calendar left out, as Ruby's dates do
_DAY_MINUTES = 1440
_LONGEST_DATE = 128  # characters; Ruby's own limit


class RowError(EventError):
    """A text is no row of comma-separated values, or a cell is not of its column's type."""


def parse_row(text: str, separator: str, quote: str) -> list[Cell] | None:
    """Return the cells of the first row as Ruby's `CSV.parse_line` does, None if there is none.

    The first line end in the text, quoted or not, is what ends rows. Raises RowError where the quotes are wrong.
    """
    if not text:
        return None
    found = re.search(r"\r\n|\n|\r", text)
    line_end = found[0] if found else "\n"
    if text.startswith(line_end):
        return []
    cells: list[Cell] = []
    cell: Cell
    at = 0
    while True:
        if text.startswith(quote, at):
            cell, at = _quoted(text, at + 1, quote)
        else:
            cell, at = _unquoted(text, at, separator, line_end)
            if cell is not None and (quote in cell or "\n" in cell or "\r" in cell):
                raise RowError("a quote or a line end inside of an unquoted value")
        cells.append(cell)
        if at == len(text) or text.startswith(line_end, at):
            return cells
        if not text.startswith(separator, at):
            raise RowError("text after a quoted value")
        at += len(separator)


def print_row(values: Iterable[Value], separator: str, quote: str) -> str:
    """Return a row with its line end as Ruby's `CSV.generate_line` writes it: null is empty, "" is quoted."""
    special = {"\r", "\n", quote, *separator}
    return separator.join(_printed(value, quote, special) for value in values) + "\n"


def _printed(value: Value, quote: str, special: set[str]) -> str:
    if value is None:
        return ""
    text = to_s(value)
    if text and special.isdisjoint(text):
        return text
    return quote + text.replace(quote, quote * 2) + quote


def converters(zone: Zone) -> Mapping[Type, Convert]:
    """Return what makes a value of a cell, by the type of its column; dates begin in `zone`."""
    return {
        "integer": _integer,
        "float": _float,
        "boolean": _boolean,
        "date": lambda cell: _date(cell, zone),
        "date_time": _date_time,
    }


def column_ref(name: str, target: str | None) -> FieldRef:
    """Return where a column is set: at the top, or below a target; raises FieldReferenceError."""
    if target is None:
        return FieldRef.parse(name)
    above = target if target.startswith("[") else f"[{target}]"
    return FieldRef.parse(above + (name if name.startswith("[") else f"[{name}]"))


def _unquoted(text: str, at: int, separator: str, line_end: str) -> tuple[Cell, int]:
    ends = (text.find(separator, at), text.find(line_end, at))
    end = min((one for one in ends if one >= 0), default=len(text))
    return text[at:end] or None, end


def _quoted(text: str, at: int, quote: str) -> tuple[str, int]:
    parts = []
    while True:
        end = text.find(quote, at)
        if end < 0:
            raise RowError("a quoted value does not end")
        parts.append(text[at:end])
        if not text.startswith(quote, end + 1):
            return quote.join(parts), end + 1
        at = end + 2


def _integer(cell: Cell) -> Value:
    """Return Ruby's `Integer(cell)`, the cell itself where that fails."""
    found = _INTEGER.fullmatch(cell.strip(RUBY_BLANKS)) if cell is not None else None
    if cell is None or found is None or len(cell) > MAX_DIGITS:
        return cell
    kind = found.lastgroup or "d"
    digits, sign = found[kind], found[1]
    if kind == "d" and digits.startswith("0") and len(digits) > 1 and "d" not in cell.lower():
        return cell  # octal, with a digit that is none
    try:
        return int(sign + digits.lstrip("_" if kind == "o" else ""), {"x": 16, "b": 2, "o": 8, "d": 10}[kind])
    except ValueError:
        return cell  # underscores side by side or at an end


def _float(cell: Cell) -> Value:
    """Return Ruby's `Float(cell)`, the cell itself where that fails."""
    number = ruby_float(cell) if cell is not None else None
    return cell if number is None else number


def _boolean(cell: Cell) -> Value:
    if cell is None:
        raise RowError("an empty column is no boolean")
    text = cell.strip(RUBY_BLANKS).lower()
    return text == "true" if text in ("true", "false") else text


def _date(cell: Cell, zone: Zone) -> Value:
    """Return the midnight that begins a date as Ruby's csv knows them, the cell itself if it is none."""
    if cell is None or len(cell) > _LONGEST_DATE:
        return cell
    days = _iso_days(_ISO_DATE.fullmatch(cell))
    if days is None and (found := _WORDS_DATE.fullmatch(cell)):
        days = _days_of_words(found)
        days = _day_of_this_month(found, zone) if days is None else days
    return cell if days is None else Timestamp(zone.to_utc_leniently(days * DAY_MS) * 1_000_000)


def _date_time(cell: Cell) -> Value:
    """Return the instant of a date with its time as Ruby's csv knows them, the cell itself if it is none.

    A time without a zone is UTC, as Ruby's DateTime has it.
    """
    if cell is None or len(cell) > _LONGEST_DATE:
        return cell
    found = _ISO_TIME.fullmatch(cell)
    days = _iso_days(found)
    if days is None and (found := _WORDS_TIME.fullmatch(cell)):
        days = _days_of_words(found)
    nanos = _nanos_of_day(found) if found is not None else None
    if days is None or nanos is None:
        return cell
    return Timestamp(days * DAY + nanos)


def _iso_days(found: re.Match[str] | None) -> int | None:
    return _days(found[1], int(found[2]), found[3]) if found is not None else None


def _days(year: str, month: int, day: str) -> int | None:
    """Return the days from 1970 to a date, a year of two digits completed as Date.parse does; None if there is none."""
    whole_year = int(year) + (0 if len(year) > 2 else 1900 if int(year) >= 69 else 2000)
    if not (1 <= month <= 12 and 1 <= int(day) <= month_length(whole_year, month)):
        return None
    if (whole_year, month) == _REFORM and int(day) in _DROPPED_DAYS:
        return None
    return days_of(whole_year, month, int(day))


def _days_of_words(found: re.Match[str]) -> int | None:
    """Return the days of a month's name with its day and year after it, or with its day before and its year after."""
    words = [word for word in _words(found) if word[:3].lower() not in _DAYS]
    for at, word in enumerate(words):
        month = _month(word)
        if month is None:
            continue
        if at and _DIGITAL.fullmatch(words[at - 1]):
            return _days(words[at + 1], month, words[at - 1])
        if _DIGITAL.fullmatch(words[at + 1]):
            return _days(words[at + 2], month, words[at + 1])
    return None


def _words(found: re.Match[str]) -> list[str]:
    return [word for word in found.group("before", "word", "number", "last") if word is not None]


def _month(word: str) -> int | None:
    start = word[:3].lower()
    return _MONTHS.index(start) + 1 if start in _MONTHS and word.isalpha() else None


def _day_of_this_month(found: re.Match[str], zone: Zone) -> int | None:
    """Return the days of what Date.parse makes of "12 2 2020": the first number of two digits is a day of this month."""
    words = _words(found)
    if "," in found[0] or any(
        _month(word) or not (word.isalpha() or _DIGITAL.fullmatch(word)) for word in words
    ):
        return None
    day = next(word for word in words if word.isdigit() and len(word) > 1)
    now_ms = Timestamp.now().nanos // 1_000_000
    year, month, _ = civil_of((now_ms + zone.offset_at(now_ms)) // DAY_MS)
    return _days(f"{year:04}", month, day) if len(day) == len("12") else None


def _nanos_of_day(found: re.Match[str]) -> int | None:
    """Return the time of day in UTC, a leap second as the second before it; None if there is no such time."""
    parts = found.groupdict()
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    offset = _offset_minutes(parts.get("offset"))
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)) or offset is None:
        return None
    fraction = (parts.get("fraction") or ".")[1:10]
    minutes = hour * 60 + minute - offset
    return minutes * MINUTE + min(second, 59) * SECOND + int(fraction.ljust(9, "0"))


def _offset_minutes(text: str | None) -> int | None:
    """Return the minutes of "+HH:MM" as Ruby's DateTime has them: a day is too far, and more counts for nothing."""
    if text is None:
        return 0
    minutes = int(text[1:3]) * 60 + int(text[4:])
    if minutes >= _DAY_MINUTES:
        return None if minutes == _DAY_MINUTES else 0
    return -minutes if text[0] == "-" else minutes
