"""Make one event of each item of an array, or of each piece of a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from logsmith.event import Event, FieldRef, Value
from logsmith.plugins import Example, Filter, setting

TYPE_FAILURE = "_split_type_failure"

_is_blank = re.compile(r"[ \t\n\v\f\r]+")


class Split(Filter):
    field: FieldRef = setting(FieldRef.parse("message"), "The field that holds the array or the text.")
    terminator: str = setting(
        "\n", "The text that ends each piece of a text; one blank stands for white space of any length."
    )
    target: FieldRef | None = setting(
        None, "The field that gets the item; without it, the item replaces the array or the text."
    )

    examples = (
        Example(
            "makes an event of each line, and skips empty ones",
            config="",
            given={"message": "one\n\ntwo\n", "host": "web-1"},
            expect=[{"message": "one", "host": "web-1"}, {"message": "two", "host": "web-1"}],
        ),
        Example(
            "puts each item of an array into another field",
            config='field => "items" target => "item"',
            given={"items": [{"id": 1}, {"id": 2}]},
            expect=[
                {"items": [{"id": 1}, {"id": 2}], "item": {"id": 1}},
                {"items": [{"id": 1}, {"id": 2}], "item": {"id": 2}},
            ],
        ),
        Example(
            "leaves a text in one piece alone, the common settings too",
            config='add_tag => ["piece"]',
            given={"message": "one"},
            expect=[{"message": "one"}],
        ),
        Example(
            "loses an event whose array is empty, as Logstash does",
            config='field => "items"',
            given={"items": []},
            expect=[],
        ),
        Example(
            "tags an event whose field is neither an array nor a text",
            config='field => "items"',
            given={"items": 5},
            expect=[{"items": 5, "tags": ["_split_type_failure"]}],
        ),
    )

    def expand(self, event: Event) -> Sequence[Event]:
        value = event.get(self.field)
        if isinstance(value, str):
            pieces = _pieces(value, self.terminator)
            return (event,) if len(pieces) == 1 else self._children(event, pieces)
        if isinstance(value, list):
            return self._children(event, value)
        self.log.warning("only arrays and texts can be split", field=self.field.text)
        event.tag(TYPE_FAILURE)
        return (event,)

    def _children(self, event: Event, items: Sequence[Value]) -> list[Event]:
        template = event.clone()
        if self.target is None:
            template.remove(self.field)  # not to be copied for each child
        children = []
        for item in items:
            if item is None or item == "":
                continue
            child = template.clone()
            child.set(self.target or self.field, item)
            self.decorate(child)
            children.append(child)
        return children


def _pieces(text: str, terminator: str) -> list[str]:
    """Return Ruby's `text.split(terminator, -1)`."""
    if not text:
        return []
    if terminator == " ":
        return _is_blank.split(text.lstrip(" \t\n\v\f\r"))
    return text.split(terminator) if terminator else [*text, ""]
