"""Read a row of comma-separated values into fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

from logsmith.event import Event, EventError, FieldRef, Timestamp, TimestampError, Value
from logsmith.event.ruby import RUBY_BLANKS
from logsmith.event.zones import Zone, find_zone, system_zone
from logsmith.plugins import Example, Filter, PluginError, Problem, setting

FAILURE = "_csvparsefailure"
SKIPPED = "_csvskippedemptyfield"
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


class Csv(Filter):
    source: FieldRef = setting(FieldRef.parse("message"), "The field that holds the row.")
    target: str | None = setting(
        None, "The field below which the columns are set; without it, they are top-level."
    )
    columns: list[str] = setting([], "The names of the columns, in order; they may be field references.")
    separator: str = setting(",", "The text between two columns.")
    quote_char: str = setting('"', r"The character around quoted values; `\x00` stands for none.")
    autogenerate_column_names: bool = setting(
        True, "Set columns without a name as column1, column2 and so on; otherwise they are left out."
    )
    autodetect_column_names: bool = setting(
        False, "Take the names from the first row, which is dropped; it needs a pipeline with one worker."
    )
    skip_header: bool = setting(False, "Drop a row that holds just the names of the columns.")
    skip_empty_columns: bool = setting(False, "Set no field for an empty column.")
    skip_empty_rows: bool = setting(False, "Tag an empty row as skipped; otherwise it is a failure.")
    convert: dict[str, Type] = setting({}, "The type of each column; what cannot be converted stays text.")
    ecs_compatibility: Literal["disabled", "v1", "v8"] | None = setting(
        None, "Accepted; the filter works alike in all modes."
    )

    can_cancel = True

    examples = (
        Example(
            "names and converts the columns, and numbers those without a name",
            config='columns => ["id", "name"] convert => { "id" => "integer" } remove_field => ["message"]',
            given={"message": '7,"Smith, Ann",x'},
            expect=[{"id": 7, "name": "Smith, Ann", "column3": "x"}],
        ),
        Example(
            "sets an empty column as null and a quoted empty one as an empty text",
            config='separator => ";" columns => ["a", "b", "[c][d]"] target => "row"',
            given={"message": ';"";1'},
            expect=[{"message": ';"";1', "row": {"a": None, "b": "", "c": {"d": "1"}}}],
        ),
        Example(
            "drops a row that repeats the names",
            config='columns => ["id", "name"] skip_header => true',
            given={"message": "id,name"},
            expect=[],
        ),
        Example(
            "tags a row whose quotes are wrong, and sets nothing",
            config='columns => ["a", "b"] add_tag => ["row"]',
            given={"message": '1,"open'},
            expect=[{"message": '1,"open', "tags": ["_csvparsefailure"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._quote = "\0" if self.quote_char == r"\x00" else self.quote_char
        self._names: list[Cell] = list(self.columns)
        if len(self._quote) != 1:
            yield Problem(f"expected one character, got {self.quote_char!r}", "quote_char")
        if not self.separator:
            yield Problem("separator is empty", "separator")
        self._zone = find_zone(self.context.timezone) if self.context.timezone else system_zone()
        converters: Mapping[str, Convert] = {
            "integer": _integer,
            "float": _float,
            "boolean": _boolean,
            "date": lambda cell: _timestamp(cell, self._zone, with_time=False),
            "date_time": lambda cell: _timestamp(cell, self._zone, with_time=True),
        }
        self._converters = {name: converters[wanted] for name, wanted in self.convert.items()}
        if self.autodetect_column_names and not self.columns:
            self.is_stateful = True  # type: ignore[misc]  # of this one; other csv filters keep nothing

    def filter(self, event: Event) -> bool:
        text = event.get(self.source)
        if text is None:
            return False
        try:
            row = _first_row(text, self.separator, self._quote) if isinstance(text, str) else None
            if row is not None:
                return self._take(event, row)
        except (EventError, PluginError) as error:
            return self._fail(event, str(error))
        if text == "" and self.skip_empty_rows:
            event.tag(SKIPPED)
            return False
        return self._fail(event, "the source holds no row")

    def _fail(self, event: Event, reason: str) -> bool:
        self.metrics.count("failures")
        self.log.debug("row not read", field=self.source.text, reason=reason)
        event.tag(FAILURE)
        return False

    def _take(self, event: Event, row: list[Cell]) -> bool:
        if self.autodetect_column_names and not self._names:
            self._names = row
            event.cancel()
            return False
        if self.skip_header and self._names and self._names == row:
            event.cancel()
            return False
        for at, cell in enumerate(row):
            if self.skip_empty_columns and not cell:
                continue
            name = self._names[at] if at < len(self._names) else None
            if name is None and not self.autogenerate_column_names:
                continue
            self._set(event, f"column{at + 1}" if name is None else name, cell)
        return True

    def _set(self, event: Event, name: str, cell: Cell) -> None:
        convert = self._converters.get(name)
        event.set(self._place(name), cell if convert is None else convert(cell))

    def _place(self, name: str) -> FieldRef:
        if self.target is None:
            return FieldRef.parse(name)
        target = self.target if self.target.startswith("[") else f"[{self.target}]"
        return FieldRef.parse(target + (name if name.startswith("[") else f"[{name}]"))


def _first_row(text: str, separator: str, quote: str) -> list[Cell] | None:
    """Return the cells of the first row as Ruby's `CSV.parse_line` does, None if there is none.

    The first line end in the text, quoted or not, is what ends rows. Raises PluginError where the quotes are wrong.
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
                raise PluginError("a quote or a line end inside of an unquoted value")
        cells.append(cell)
        if at == len(text) or text.startswith(line_end, at):
            return cells
        if not text.startswith(separator, at):
            raise PluginError("text after a quoted value")
        at += len(separator)


def _unquoted(text: str, at: int, separator: str, line_end: str) -> tuple[Cell, int]:
    ends = (text.find(separator, at), text.find(line_end, at))
    end = min((one for one in ends if one >= 0), default=len(text))
    return text[at:end] or None, end


def _quoted(text: str, at: int, quote: str) -> tuple[str, int]:
    parts = []
    while True:
        end = text.find(quote, at)
        if end < 0:
            raise PluginError("a quoted value does not end")
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
        raise PluginError("an empty column is no boolean")
    text = cell.strip(RUBY_BLANKS).lower()
    known: dict[str, Any] = {"true": True, "false": False}  # Any: a text stays one
    return known.get(text, text)  # type: ignore[no-any-return]  # a boolean or a text


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
