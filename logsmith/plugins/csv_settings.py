"""What the csv filter and the csv codec share: settings, and how rows are read as these ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from logsmith.event import Event, Value
from logsmith.event.csv_rows import Cell, Type, column_ref, converters, parse_row, print_row
from logsmith.event.zones import find_zone, system_zone
from logsmith.plugins.contract import Context, Problem
from logsmith.plugins.setting import setting

FAILURE = "_csvparsefailure"

# Any: in a plugin's class each stands for the type that is written there
TARGET: Any = setting(None, "The field below which the columns are set; without it, they are top-level.")
SEPARATOR: Any = setting(",", "The text between two columns.")
QUOTE_CHAR: Any = setting('"', r"The character around quoted values; `\x00` stands for none.")
AUTOGENERATE: Any = setting(
    True, "Set columns without a name as column1, column2 and so on; otherwise they are left out."
)
SKIP_EMPTY: Any = setting(False, "Set no field for an empty column.")
CONVERT: Any = setting({}, "The type of each column; what cannot be converted stays text.")


class CsvSettings(Protocol):
    """What both plugins have."""

    context: Context
    separator: str
    quote_char: str
    autogenerate_column_names: bool
    skip_empty_columns: bool
    convert: dict[str, Type]
    target: str | None


class Rows:
    """Reads and writes rows, and names and converts their cells, as the settings ask for."""

    def __init__(self, asked: CsvSettings) -> None:
        self._separator, self._target = asked.separator, asked.target
        self._quote = "\0" if asked.quote_char == r"\x00" else asked.quote_char
        zone = asked.context.timezone
        known = converters(find_zone(zone) if zone else system_zone())
        self._converters = {name: known[wanted] for name, wanted in asked.convert.items()}
        self._numbers_nameless = asked.autogenerate_column_names
        self._skips_empty = asked.skip_empty_columns

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with what parts and surrounds the columns."""
        if len(self._quote) != 1:
            yield Problem(f"expected one character, got {self._quote!r}", "quote_char")
        if not self._separator:
            yield Problem("separator is empty", "separator")

    def read(self, text: str) -> list[Cell] | None:
        """Return the cells of a text's first row, None if there is none; raises RowError."""
        return parse_row(text, self._separator, self._quote)

    def write(self, values: Iterable[Value]) -> str:
        """Return a row with its line end."""
        return print_row(values, self._separator, self._quote)

    def columns(self, row: Sequence[Cell], names: Sequence[Cell]) -> Iterator[tuple[str, Value]]:
        """Yield the name and the value of each column that is to be set; raises RowError."""
        for at, cell in enumerate(row):
            if self._skips_empty and not cell:
                continue
            name = names[at] if at < len(names) else None
            if name is None and not self._numbers_nameless:
                continue
            name = f"column{at + 1}" if name is None else name
            yield name, self._converters[name](cell) if name in self._converters else cell

    def set_columns(self, event: Event, columns: Iterable[tuple[str, Value]]) -> None:
        """Set columns at the top of an event, or below the target; raises EventError."""
        for name, value in columns:
            event.set(column_ref(name, self._target), value)
