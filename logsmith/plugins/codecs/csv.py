"""Rows of comma-separated values: each chunk is one, and the events that are written have one each."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, EventError, FieldRef
from logsmith.event.charset import decode_text
from logsmith.event.csv_rows import Cell, RowError, Type
from logsmith.plugins import Codec, EcsMode, Example, Problem, setting
from logsmith.plugins.csv_settings import (
    AUTOGENERATE,
    CONVERT,
    FAILURE,
    QUOTE_CHAR,
    SEPARATOR,
    SKIP_EMPTY,
    TARGET,
    Rows,
)
from logsmith.plugins.shared_settings import CHARSET, Charset

ORIGINAL = FieldRef.parse("[event][original]")


class Csv(Codec):
    columns: list[str] = setting(
        [],
        "The names of the columns, in order; they may be field references. Written are all fields if it is empty.",
    )
    separator: str = SEPARATOR
    quote_char: str = QUOTE_CHAR
    autogenerate_column_names: bool = AUTOGENERATE
    autodetect_column_names: bool = setting(
        False, "Take the names from the first row of each stream, which makes no event."
    )
    include_headers: bool = setting(False, "Write the names of the columns before the first event.")
    skip_empty_columns: bool = SKIP_EMPTY
    convert: dict[str, Type] = CONVERT
    charset: Charset = CHARSET
    target: str | None = TARGET
    ecs_compatibility: EcsMode | None = setting(
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
        self._rows = Rows(self)
        yield from self._rows.problems()
        self._refs: list[FieldRef] = []
        for at, name in enumerate(self.columns):
            try:
                self._refs.append(FieldRef.parse(name))
            except EventError as error:
                yield Problem(str(error), "columns", inside=(at,))
        self.restart()

    def restart(self) -> None:
        self._names: list[Cell] = list(self.columns)
        self._has_to_name = self.include_headers

    def decode(self, chunk: bytes) -> list[Event]:
        text = decode_text(chunk, self.charset)
        try:
            row = self._rows.read(text)
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
        columns = dict(self._rows.columns(row, self._names))
        plain = {name: value for name, value in columns.items() if self.target is None and "[" not in name}
        event = Event.from_map(plain)
        self._rows.set_columns(event, ((name, value) for name, value in columns.items() if name not in plain))
        return event

    def encode(self, event: Event) -> bytes:
        members = event.to_map()
        values = [event.get(ref) for ref in self._refs] if self._refs else list(members.values())
        rows = [values]
        if self._has_to_name:
            rows.insert(0, [*(self.columns or members)])
            self._has_to_name = False
        return "".join(map(self._rows.write, rows)).encode("utf-8", "replace")
