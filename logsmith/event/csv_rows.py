"""Rows of comma-separated values, read and written as Ruby's csv library reads and writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal

from logsmith.event.errors import EventError
from logsmith.event.fieldref import FieldRef
from logsmith.event.ruby import RUBY_BLANKS, to_s
from logsmith.event.timestamp import Timestamp, TimestampError
from logsmith.event.values import Value
from logsmith.event.zones import Zone

MAX_DIGITS = 4_000  # of an integer; beyond it Python takes long, and refuses soon

Type = Literal["integer", "float", "date", "date_time", "boolean"]
Cell = str | None  # None: nothing between two separators
Convert = Callable[[Cell], Value]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_INTEGER = re.compile(
    r"([+-]?)(?:0[xX](?P<x>[0-9a-fA-F_]+)|0[bB](?P<b>[01_]+)|0[oO]?(?P<o>[0-7_]+)|(?:0[dD])?(?P<d>[0-9_]+))"
)
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_is_float = re.compile(
    rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?"
).fullmatch
_is_hex_float = re.compile(r"[+-]?0[xX][0-9a-fA-F]+(?:\.[0-9a-fA-F]+)?(?:[pP][+-]?[0-9]+)?").fullmatch
_TIME = r"[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}"
_WORDS_DATE = re.compile(r"(?:\w+,?\s+)?(\w+)\s+([0-9]{1,2}),?\s+([0-9]{2,4})")
_WORDS_TIME = re.compile(rf"(?:\w+,?\s+)?(\w+)\s+([0-9]{{1,2}})\s+({_TIME}),?\s+([0-9]{{2,4}})")
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?P<time>[T\s][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?\s?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?"
)


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
    """Return what makes a value of a cell, by the type of its column; dates without a zone are of `zone`."""
    return {
        "integer": _integer,
        "float": _float,
        "boolean": _boolean,
        "date": lambda cell: _timestamp(cell, zone, with_time=False),
        "date_time": lambda cell: _timestamp(cell, zone, with_time=True),
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
    if cell is None:
        return None
    text = cell.strip(RUBY_BLANKS)
    if _is_float(text):
        return float(text.replace("_", ""))
    try:
        return float.fromhex(text) if _is_hex_float(text) else cell
    except OverflowError:
        return cell


def _boolean(cell: Cell) -> Value:
    if cell is None:
        raise RowError("an empty column is no boolean")
    text = cell.strip(RUBY_BLANKS).lower()
    return text == "true" if text in ("true", "false") else text


def _timestamp(cell: Cell, zone: Zone, *, with_time: bool) -> Value:
    """Return the instant of a date as Ruby's csv knows them, the cell itself if it is none; without a zone, local."""
    written = _iso_text(cell, with_time=with_time) if cell is not None else None
    if written is None:
        return cell
    try:
        return Timestamp.parse(written, zone=zone)
    except TimestampError:
        return cell


def _iso_text(text: str, *, with_time: bool) -> str | None:
    if found := _ISO.fullmatch(text):
        if not with_time and (found["time"] or found["zone"]):
            return None
        time, suffix = (
            (found["time"] or " 00:00")[1:],
            (found["zone"] or "").replace("UTC", "Z").replace("GMT", "Z"),
        )
        return _joined(found[1], int(found[2]), found[3], time + suffix)
    found = (_WORDS_TIME if with_time else _WORDS_DATE).fullmatch(text)
    if found is None or found[1][:3].lower() not in _MONTHS:
        return None
    time = ":".join(part.zfill(2) for part in found[3].split(":")) if with_time else "00:00"
    return _joined(found[found.re.groups], _MONTHS.index(found[1][:3].lower()) + 1, found[2], time)


def _joined(year: str, month: int, day: str, time: str) -> str | None:
    full_year = int(year) + (
        0 if len(year) > 2 else 1900 if int(year) >= 69 else 2000
    )  # as Date.parse completes it
    try:
        return f"{date(full_year, month, int(day)).isoformat()}T{time}"
    except ValueError:
        return None
