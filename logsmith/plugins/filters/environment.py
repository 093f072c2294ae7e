"""Put environment variables into the metadata of events; `${NAME}` in the pipeline's file needs no filter."""

from __future__ import annotations

import os
from collections.abc import Iterator

from logsmith.event import Event, EventError, FieldRef
from logsmith.plugins import Example, Filter, Problem, setting


class Environment(Filter):
    add_metadata_from_env: dict[str, str] = setting(
        {},
        "Fields of the metadata with the names of the variables they get, null where a variable is not set.",
    )
    add_field_from_env: dict[str, str] = setting(
        {},
        "Obsolete.",
        obsolete="use add_metadata_from_env and [@metadata] instead",
    )

    examples = (
        Example(
            "keeps a variable where conditions and sprintf can use it",
            config='add_metadata_from_env => { "home" => "HOME_OF_NOBODY" } add_field => { "home" => "%{[@metadata][home]}" }',
            given={},
            expect=[{"home": "%{[@metadata][home]}"}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._values: list[tuple[FieldRef, str | None]] = []
        for name, variable in self.add_metadata_from_env.items():
            try:
                ref = FieldRef.parse(f"[@metadata][{name}]")
            except EventError as error:
                yield Problem(str(error), "add_metadata_from_env")
            else:
                self._values.append((ref, os.environ.get(variable)))

    def filter(self, event: Event) -> None:
        for ref, value in self._values:
            event.set(ref, value)
