"""Read sizes such as `1.5 MB` as numbers of bytes."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from logsmith.event import Event, FieldRef, to_f, to_s
from logsmith.event.ruby import RUBY_BLANKS
from logsmith.plugins import REQUIRED, Example, Filter, setting

PREFIXES = "kmgtpe"  # each a step of 1024, or of 1000
STEPS = {"binary": 1024, "metric": 1000}

# Logstash: any line of the text that reads as a size will do
_find_size = re.compile(
    r"^([0-9 _,.]*)[ \t\r\n\f\v]*([kmgtpe]?)b?$", re.ASCII | re.IGNORECASE | re.MULTILINE
).search


class Bytes(Filter):
    source: FieldRef = setting(
        FieldRef.parse("message"), "The field that holds the size; blanks around it are cut off."
    )
    target: FieldRef = setting(REQUIRED, "The field that gets the number of bytes, an integer.")
    conversion_method: Literal["binary", "metric"] = setting(
        "binary", "Whether a kilobyte has 1024 bytes or 1000."
    )
    decimal_separator: Literal[".", ","] = setting(
        ".", "What begins the decimals; other points, commas, blanks and underscores only group digits."
    )
    tag_on_failure: list[str] = setting(
        ["_bytesparsefailure"], "Tags of an event whose source is missing or no size."
    )

    examples = (
        Example(
            "takes steps of 1024",
            config='source => "size" target => "bytes"',
            given={"size": "1,234.5 kB"},
            expect=[{"size": "1,234.5 kB", "bytes": 1264128}],
        ),
        Example(
            "takes steps of 1000, and a comma for the decimals, where it is told",
            config='source => "size" target => "size" conversion_method => "metric" decimal_separator => ","',
            given={"size": "2.000,5 M"},
            expect=[{"size": 2000500000}],
        ),
        Example(
            "tags an event without a size",
            config='target => "bytes" add_tag => ["sized"]',
            given={"message": "many"},
            expect=[{"message": "many", "tags": ["_bytesparsefailure"]}],
        ),
    )

    def filter(self, event: Event) -> bool:
        value = event.get(self.source)
        if value is None or value is False:
            return self._fail(event)
        text = to_s(value).strip(RUBY_BLANKS)
        if isinstance(value, str) and text != value:
            event.set(self.source, text)  # Logstash strips the field itself
        found = _find_size(text)
        size = None if found is None else self._size(found[1], found[2].lower())
        if size is None:
            return self._fail(event)
        event.set(self.target, size)
        return True

    def _fail(self, event: Event) -> bool:
        self.metrics.count("failures")
        for tag in self.tag_on_failure:
            event.tag(tag)
        return False

    def _size(self, written: str, prefix: str) -> int | None:
        digits = re.sub(rf"[^0-9{self.decimal_separator}]", "", written)
        if not digits or digits.count(".") > 1:
            return None
        number = to_f(digits.replace(",", "."))
        if prefix:
            number *= STEPS[self.conversion_method] ** (PREFIXES.index(prefix) + 1)
        if not math.isfinite(number):
            return None
        return int(Decimal(number).to_integral_value(ROUND_HALF_UP))
