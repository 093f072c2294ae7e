"""What the csv filter and the csv codec share: settings, their checks, and the name and value of a column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from logsmith.event import Value
from logsmith.event.csv_rows import Cell, Type, converters
from logsmith.event.zones import find_zone, system_zone
from logsmith.plugins.contract import Problem
from logsmith.plugins.setting import setting

# Any: in a plugin's class each stands for the type that is written there
TARGET: Any = setting(None, "The field below which the columns are set; without it, they are top-level.")
SEPARATOR: Any = setting(",", "The text between two columns.")
QUOTE_CHAR: Any = setting('"', r"The character around quoted values; `\x00` stands for none.")
AUTOGENERATE: Any = setting(
    True, "Set columns without a name as column1, column2 and so on; otherwise they are left out."
)
SKIP_EMPTY: Any = setting(False, "Set no field for an empty column.")
CONVERT: Any = setting({}, "The type of each column; what cannot be converted stays text.")


def read_quote(quote_char: str) -> str:
    """Return the character around quoted values."""
    return "\0" if quote_char == r"\x00" else quote_char


def check_dialect(separator: str, quote_char: str) -> Iterator[Problem]:
    """Yield what is wrong with what parts and surrounds the columns."""
    if len(read_quote(quote_char)) != 1:
        yield Problem(f"expected one character, got {quote_char!r}", "quote_char")
    if not separator:
        yield Problem("separator is empty", "separator")


class Columns:
    """Names and values of a row's cells, as the settings ask for them."""

    def __init__(
        self, convert: Mapping[str, Type], timezone: str | None, *, numbers_nameless: bool, skips_empty: bool
    ) -> None:
        known = converters(find_zone(timezone) if timezone else system_zone())
        self._converters: Mapping[str, Callable[[Cell], Value]] = {
            name: known[wanted] for name, wanted in convert.items()
        }
        self._numbers_nameless, self._skips_empty = numbers_nameless, skips_empty

    def fields(self, row: Sequence[Cell], names: Sequence[Cell]) -> Iterator[tuple[str, Value]]:
        """Yield the name and the value of each column that is to be set."""
        for at, cell in enumerate(row):
            if self._skips_empty and not cell:
                continue
            name = names[at] if at < len(names) else None
            if name is None and not self._numbers_nameless:
                continue
            name = f"column{at + 1}" if name is None else name
            yield name, self._converters[name](cell) if name in self._converters else cell
