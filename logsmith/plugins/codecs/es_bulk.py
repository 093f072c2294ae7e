"""The body of an Elasticsearch bulk request: an action and its document are one event."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, EventError, FieldRef, JsonError, Value
from logsmith.event.charset import decode_text
from logsmith.event.json import parse_json
from logsmith.event.text import Lines
from logsmith.plugins import Codec, EcsMode, Example, Problem, setting

ACTIONS = {"index", "create", "update", "delete"}
NO_DOCUMENT = "delete"  # the action that no document follows


class EsBulk(Codec):
    target: FieldRef | None = setting(
        None, "The field that gets the document; without it, its members are the fields."
    )
    ecs_compatibility: EcsMode | None = setting(
        None, "Whether the action is in `[@metadata][codec][es_bulk]` (v1, v8) or in `[@metadata]` itself."
    )

    examples = (
        Example(
            "makes an event of each action and its document",
            config="",
            given={"bytes": '{"index":{"_id":"1"}}\n{"a":1}\n{"delete":{"_id":"2"}}\n'},
            expect=[{"a": 1}, {}],
        ),
        Example(
            "puts the document under a target",
            config='target => "[doc]"',
            given={"bytes": '{"create":{}}\n{"a":1}\n'},
            expect=[{"doc": {"a": 1}}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self.restart()
        return iter(())

    def restart(self) -> None:
        self._lines = Lines(b"\n")
        self._action: dict[str, Value] | None = None
        self._has_missed = False  # whether a document that was no JSON has been passed over since

    def decode(self, chunk: bytes) -> Iterator[Event]:
        for line in self._lines.feed(chunk):
            yield from self._events(decode_text(line))

    def flush(self) -> Iterator[Event]:
        for line in self._lines.rest():
            yield from self._events(decode_text(line))

    def _events(self, line: str) -> Iterator[Event]:
        if not line.strip():
            return
        try:
            members = _object_of(line)
        except EventError as error:
            self._has_missed = self._action is not None  # Logstash waits for the next document
            self._complain(error)
            return
        action, self._action = self._action, None
        if self._has_missed and _is_action(members):
            action = None  # Logstash takes it for the document, and all that follows for something else
        self._has_missed = False
        try:
            if action is not None:
                yield self._event(action, members)
                return
            action = _action_of(members)
        except EventError as error:
            self._complain(error)
            return
        if action["action"] == NO_DOCUMENT:
            yield self._event(action, {})
        else:
            self._action = action

    def _complain(self, error: EventError) -> None:
        self.log.warning("line of a bulk request not read", reason=str(error))

    def _event(self, action: dict[str, Value], document: dict[str, Value]) -> Event:
        if self.target is None:
            event = Event.from_map(document)
        else:
            event = Event.from_map({})
            event.set(self.target, document)
        event.metadata.clear()
        event.metadata.update(action if self.ecs == "disabled" else {"codec": {"es_bulk": action}})
        return event


def _object_of(line: str) -> dict[str, Value]:
    members = parse_json(line)
    if not isinstance(members, dict):
        raise JsonError("expected a JSON object")
    return members


def _action_of(members: dict[str, Value]) -> dict[str, Value]:
    """Return what an action line says, its name among it; raises JsonError."""
    name, details = next(iter(members.items()), ("", None))
    if not isinstance(details, dict):
        raise JsonError("expected an action such as index with an object")
    return {**details, "action": name}


def _is_action(members: dict[str, Value]) -> bool:
    return len(members) == 1 and all(
        name in ACTIONS and isinstance(details, dict) for name, details in members.items()
    )
