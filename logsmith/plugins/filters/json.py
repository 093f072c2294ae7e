"""Parse a field that holds JSON into fields of the event."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from logsmith.event import Event, EventError, FieldRef, JsonError, Timestamp, TimestampError, Value, to_s
from logsmith.event.depth import LONGEST_FLAT, may_be_deep
from logsmith.event.json import parse_json_exact
from logsmith.plugins import REQUIRED, EcsMode, Example, Filter, setting
from logsmith.plugins.plain_names import are_plain_names, plain_field

if TYPE_CHECKING:
    from logsmith.plugins import Code

ILLEGAL_TIMESTAMP = FieldRef.parse("_@timestamp")
CHARS_SHOWN = 40  # of a value that is no text

_decode_object = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode  # Any: JSON
# What that raises where `parse_json_exact` looks closer
NOT_DECODED = (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError)


class Json(Filter):
    source: FieldRef = setting(REQUIRED, "The field that holds the JSON text.")
    target: str = setting(
        "", "The field that gets the parsed value; without it, the members of the object become fields."
    )
    tag_on_failure: list[str] = setting(["_jsonparsefailure"], "Tags of an event whose text is not JSON.")
    skip_on_invalid_json: bool = setting(False, "Leave events alone, untagged, whose text is not JSON.")
    ecs_compatibility: EcsMode | None = setting(None, "Accepted; the filter works alike in all modes.")

    examples = (
        Example(
            "makes the members of the object fields of the event",
            config='source => "message" remove_field => ["message"]',
            given={"message": '{"level":"INFO","took":12,"user":{"id":7}}'},
            expect=[{"level": "INFO", "took": 12, "user": {"id": 7}}],
        ),
        Example(
            "puts the parsed value under a target",
            config='source => "message" target => "doc"',
            given={"message": "[1,2]"},
            expect=[{"message": "[1,2]", "doc": [1, 2]}],
        ),
        Example(
            "tags an event whose text is not JSON, and leaves the common settings alone",
            config='source => "message" remove_field => ["message"]',
            given={"message": "{oops"},
            expect=[{"message": "{oops", "tags": ["_jsonparsefailure"]}],
        ),
        Example(
            "does nothing where the field is missing",
            config='source => "message" add_tag => ["parsed"]',
            given={"other": 1},
            expect=[{"other": 1}],
        ),
    )

    def emit(self, code: Code) -> None:
        """Write how an object is read, and stored where that cannot fail, inline; for all else a call."""
        target = self._plain_target()
        if self.target and target is None:
            super().emit(code)
            return
        text, members = code.local("text"), code.local("members")
        code.line(f"{text} = {code.read(self.source)}")
        code.line(f"{members} = None")
        is_flat = f"len({text}) <= {LONGEST_FLAT} or not {code.bind(may_be_deep, 'may_be_deep')}({text})"
        with code.block(f"if {text}.__class__ is str and ({is_flat})"):
            with code.block("try"):
                code.line(f"{members} = {code.bind(_decode_object, 'decode_object')}({text})")
            with code.block(f"except {code.bind(NOT_DECODED, 'not_decoded')}"):
                code.line("pass")
        are_plain = f"{code.bind(are_plain_names, 'are_plain_names')}({members})"
        with code.block(f"if {members} is not None" + ("" if self.target else f" and {are_plain}")):
            code.line(f"fields[{target!r}] = {members}" if self.target else f"fields.update({members})")
            code.line("matched = True")
        with code.block("else"):
            super().emit(code)

    def _plain_target(self) -> str | None:
        try:
            return plain_field(FieldRef.parse(self.target))
        except EventError:
            return None  # found out by the first event

    def filter(self, event: Event) -> bool:
        text = event.get(self.source)
        if text is None or text is False:
            return False
        try:
            value = _parse(text)
        except JsonError as error:
            return self.skip_on_invalid_json is False and self._fail(event, str(error))
        try:
            if self.target:
                event.set(FieldRef.parse(self.target), value)
            elif isinstance(value, dict):
                _merge(event, value)
            else:
                return self._fail(event, "the text holds no JSON object and there is no target")
        except EventError as error:
            return self._fail(event, str(error))
        return True

    def _fail(self, event: Event, reason: str) -> bool:
        self.metrics.count("failures")
        self.log.debug("text not parsed", field=self.source.text, reason=reason)
        for tag in self.tag_on_failure:
            event.tag(tag)
        return False


def _parse(text: Value) -> Value:
    if not isinstance(text, str):
        raise JsonError(f"the source holds no text but {to_s(text)[:CHARS_SHOWN]!r}")
    return parse_json_exact(text) if text.strip() else None


def _merge(event: Event, members: dict[str, Value]) -> None:
    given = members.pop("@timestamp", None)
    for name, value in members.items():
        event.set(FieldRef.parse(name), value)
    if given is not None:
        _set_timestamp(event, given)


def _set_timestamp(event: Event, given: Value) -> None:
    try:
        event.fields["@timestamp"] = Timestamp.parse(given if isinstance(given, str) else "")
    except TimestampError:
        event.fields["@timestamp"] = Timestamp.now()
        event.set(ILLEGAL_TIMESTAMP, to_s(given))
        event.tag("_timestampparsefailure")
