"""JSON: an object is an event, an array is an event for each of its items."""

from __future__ import annotations

from logsmith.event import Event, EventError, FieldRef, encode
from logsmith.event.charset import decode_text
from logsmith.event.json import event_from_json
from logsmith.plugins import Codec, EcsMode, Example, setting
from logsmith.plugins.shared_settings import CHARSET, Charset

ORIGINAL = FieldRef.parse("[event][original]")


class Json(Codec):
    charset: Charset = CHARSET
    target: FieldRef | None = setting(
        None, "The field that gets the parsed object; without it, its members are the fields."
    )
    ecs_compatibility: EcsMode | None = setting(
        None, "Whether the text of a single object is also kept in `[event][original]` (v1, v8) or not."
    )

    examples = (
        Example(
            "makes an event of each object in an array",
            config="",
            given={"bytes": '[{"a":1},{"a":2}]'},
            expect=[{"a": 1}, {"a": 2}],
        ),
        Example(
            "keeps text that is not JSON as the message, tagged",
            config="",
            given={"bytes": "{oops"},
            expect=[{"message": "{oops", "tags": ["_jsonparsefailure"]}],
        ),
    )

    def decode(self, chunk: bytes) -> list[Event]:
        text = decode_text(chunk, self.charset)
        try:
            events = event_from_json(text, self.target)
            if self.ecs != "disabled" and len(events) == 1 and not events[0].include(ORIGINAL):
                events[0].set(ORIGINAL, text)  # fails below an `event` that holds no fields, as in Logstash
        except EventError as error:
            self.log.debug("text not parsed", reason=str(error))
            return [Event.from_map({"message": text, "tags": ["_jsonparsefailure"]})]
        return events

    def encode(self, event: Event) -> bytes:
        return encode(event)
