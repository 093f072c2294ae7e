"""Write a field as JSON text."""

from __future__ import annotations

from logsmith.event import Event, EventError, FieldRef
from logsmith.event.json import encode_exact
from logsmith.plugins import REQUIRED, Example, Filter, setting

FAILURE = "_jsongeneratefailure"


class JsonEncode(Filter):
    source: FieldRef = setting(REQUIRED, "The field to write as JSON.")
    target: FieldRef | None = setting(None, "The field that gets the text; without it, the source itself.")

    examples = (
        Example(
            "writes an object as text",
            config='source => "user" target => "text"',
            given={"user": {"name": "Zoë", "id": 7}},
            expect=[{"user": {"name": "Zoë", "id": 7}, "text": '{"name":"Zoë","id":7}'}],
        ),
        Example(
            "replaces the source if there is no target",
            config='source => "list"',
            given={"list": [1, 2.5, None, "a"]},
            expect=[{"list": '[1,2.5,null,"a"]'}],
        ),
        Example(
            "writes a missing field as null",
            config='source => "gone" target => "text"',
            given={},
            expect=[{"text": "null"}],
        ),
    )

    def filter(self, event: Event) -> bool:
        try:
            text = encode_exact(event.get(self.source)).decode()
            event.set(self.source if self.target is None else self.target, text)
        except (EventError, RecursionError) as error:
            self.metrics.count("failures")
            self.log.debug("field not written as JSON", field=self.source.text, reason=str(error))
            event.tag(FAILURE)
            return False
        return True
