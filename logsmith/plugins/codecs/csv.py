"""Rows of comma-separated values: each chunk is one, and the events that are written have one each."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, EventError, FieldRef, Value
from logsmith.event.charset import decode_text
from logsmith.event.csv_rows import Cell, RowError, Type, column_ref, converters, parse_row, print_row
from logsmith.event.zones import find_zone, system_zone
from logsmith.plugins import Codec, Example, Problem, setting
from logsmith.plugins.shared_settings import CHARSET, Charset

FAILURE = "_csvparsefailure"
ORIGINAL = FieldRef.parse("[event][original]")


class Csv(Codec):
    columns: list[str] = setting(
        [],
        "The names of the columns, in order; they may be field references. Written are all fields if it is empty.",
    )
    separator: str = setting(",", "The text between two columns.")
    quote_char: str = setting('"', "The character around quoted values.")
    autogenerate_column_names: bool = setting(
        True, "Set columns without a name as column1, column2 and so on; otherwise they are left out."
    )
    autodetect_column_names: bool = setting(
        False, "Take the names from the first row of each stream, which makes no event."
    )
    include_headers: bool = setting(False, "Write the names of the columns before the first event.")
    skip_empty_columns: bool = setting(False, "Set no field for an empty column.")
    convert: dict[str, Type] = setting({}, "The type of each column; what cannot be converted stays text.")
    charset: Charset = CHARSET
    target: str | None = setting(
        None, "The field below which the columns are set; without it, they are top-level."
    )
    ecs_compatibility: str | None = setting(
        None, "Whether the row is also kept in `[event][original]` (v1, v8) or not."
    )

    examples = (
        Example(
            "names and converts the columns, and numbers those without a name",
            config='columns => ["id", "name"] convert => { "id" => "integer" }',
            given={"bytes": '7,"Smith, Ann",x'},
            expect=[{"id": 7, "name": "Smith, Ann", "column3": "x"}],
        ),
        Example(
            "sets columns below a target and keeps the row in ECS mode",
            config='separator => ";" columns => ["a", "b"] target => "row"',
            given={"bytes": '1;""'},
            expect=[{"row": {"a": "1", "b": ""}, "event": {"original": '1;""'}}],
            ecs="v8",
        ),
        Example(
            "keeps a row whose quotes are wrong as the message, tagged",
            config="",
            given={"bytes": '1,"open'},
            expect=[{"message": '1,"open', "tags": ["_csvparsefailure"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._quote = "\0" if self.quote_char == r"\x00" else self.quote_char
        if len(self._quote) != 1:
            yield Problem(f"expected one character, got {self.quote_char!r}", "quote_char")
        if not self.separator:
            yield Problem("separator is empty", "separator")
        known = converters(find_zone(self.context.timezone) if self.context.timezone else system_zone())
        self._converters = {name: known[wanted] for name, wanted in self.convert.items()}
        try:
            self._refs = [FieldRef.parse(name) for name in self.columns]
        except EventError as error:
            yield Problem(str(error), "columns")
        self.restart()

    def restart(self) -> None:
        self._names: list[Cell] = list(self.columns)
        self._has_to_name = self.include_headers

    def decode(self, chunk: bytes) -> list[Event]:
        text = decode_text(chunk, self.charset)
        try:
            row = parse_row(text, self.separator, self._quote)
            if row is None:
                raise RowError("there is no row in it")
            if self.autodetect_column_names and not self._names:
                self._names = row
                return []
            event = self._event(row)
            if self.ecs != "disabled":
                event.set(ORIGINAL, text)
        except EventError as error:
            self.log.debug("row not read", reason=str(error))
            return [Event.from_map({"message": text, "tags": [FAILURE]})]
        return [event]

    def _event(self, row: list[Cell]) -> Event:
        fields: dict[str, Value] = {}
        for at, cell in enumerate(row):
            name = self._names[at] if at < len(self._names) else None
            if (self.skip_empty_columns and not cell) or (
                name is None and not self.autogenerate_column_names
            ):
                continue
            name = f"column{at + 1}" if name is None else name
            fields[name] = self._converters[name](cell) if name in self._converters else cell
        plain = {name: value for name, value in fields.items() if self.target is None and "[" not in name}
        event = Event.from_map(plain)
        for name, value in fields.items():
            if name not in plain:
                event.set(column_ref(name, self.target), value)
        return event

    def encode(self, event: Event) -> bytes:
        members = event.to_map()
        values = [event.get(ref) for ref in self._refs] if self._refs else list(members.values())
        rows = [values]
        if self._has_to_name:
            rows.insert(0, [*(self.columns or members)])
            self._has_to_name = False
        return "".join(print_row(row, self.separator, self._quote) for row in rows).encode("utf-8", "replace")
