"""Read a row of comma-separated values into fields."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, EventError, FieldRef
from logsmith.event.csv_rows import Cell, Type
from logsmith.plugins import EcsMode, Example, Filter, Problem, setting
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

SKIPPED = "_csvskippedemptyfield"


class Csv(Filter):
    source: FieldRef = setting(FieldRef.parse("message"), "The field that holds the row.")
    target: str | None = TARGET
    columns: list[str] = setting([], "The names of the columns, in order; they may be field references.")
    separator: str = SEPARATOR
    quote_char: str = QUOTE_CHAR
    autogenerate_column_names: bool = AUTOGENERATE
    autodetect_column_names: bool = setting(
        False, "Take the names from the first row, which is dropped; it needs a pipeline with one worker."
    )
    skip_header: bool = setting(False, "Drop a row that holds just the names of the columns.")
    skip_empty_columns: bool = SKIP_EMPTY
    skip_empty_rows: bool = setting(False, "Tag an empty row as skipped; otherwise it is a failure.")
    convert: dict[str, Type] = CONVERT
    ecs_compatibility: EcsMode | None = setting(None, "Accepted; the filter works alike in all modes.")

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
        self._rows = Rows(self)
        yield from self._rows.problems()
        self._names: list[Cell] = list(self.columns)
        if self.autodetect_column_names and not self.columns:
            self.is_stateful = True  # type: ignore[misc]  # of this one; other csv filters keep nothing

    def filter(self, event: Event) -> bool:
        text = event.get(self.source)
        if text is None:
            return False
        try:
            row = self._rows.read(text) if isinstance(text, str) else None
            if row is not None:
                return self._take(event, row)
        except EventError as error:
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
        self._rows.set_columns(event, self._rows.columns(row, self._names))
        return True
