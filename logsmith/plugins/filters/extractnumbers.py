"""Find the numbers among the words of a text."""

from __future__ import annotations

import re

from logsmith.event import Event, FieldRef
from logsmith.event.csv_rows import converters
from logsmith.event.zones import UTC
from logsmith.plugins import Example, Filter, setting

CONVERTERS = converters(UTC)  # of cells: they read numbers as Ruby's Integer() and Float() do

_words = re.compile(r"[^ \t\n\v\f\r]+").findall


class Extractnumbers(Filter):
    source: FieldRef = setting(
        FieldRef.parse("message"), "The field that holds the text; of an array, the first."
    )

    examples = (
        Example(
            "sets each whole number as int1, int2 and so on, each other one as float1, float2 and so on",
            config="",
            given={"message": "took 12 of 1_000 ms, load 0.5 1e3 5%"},
            expect=[
                {
                    "message": "took 12 of 1_000 ms, load 0.5 1e3 5%",
                    "int1": 12,
                    "int2": 1000,
                    "float1": 0.5,
                    "float2": 1000.0,
                }
            ],
        ),
        Example(
            "never applies the common settings",
            config='add_tag => ["numbers"]',
            given={"message": "7"},
            expect=[{"message": "7", "int1": 7}],
        ),
    )

    def filter(self, event: Event) -> bool:
        value = event.get(self.source)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, str):
            self._set_numbers(event, value)
        return False  # Logstash never reports a match

    def _set_numbers(self, event: Event, text: str) -> None:
        counts = {"int": 0, "float": 0}
        for word in _words(text):
            number = CONVERTERS["integer"](word)
            if isinstance(number, str):
                number = CONVERTERS["float"](word)
            if isinstance(number, (int, float)):
                kind = "int" if isinstance(number, int) else "float"
                counts[kind] += 1
                event.set(FieldRef.parse(f"{kind}{counts[kind]}"), number)
