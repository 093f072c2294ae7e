"""`LogStash::Event` as a program sees it."""

from __future__ import annotations

from typing import Any

from logsmith.event import Event, FieldRef, Timestamp, Value, sprintf
from logsmith.event.errors import JsonError
from logsmith.event.json import encode_exact, event_from_json
from logsmith.ruby.border import Border, take, take_members
from logsmith.ruby.classes import RubyClass, define
from logsmith.ruby.coerce import to_text as to_text_of
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import conversion_fault, fault
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.show import to_s
from logsmith.ruby.times import Time

METADATA = "@metadata"
EVENT = methods_of("LogStash::Event")
EVENT_CLASS = class_methods_of("LogStash::Event")


class EventObject:
    """An event, and the texts of it that the program can change in place."""

    __slots__ = ("border", "event")

    def __init__(self, event: Event) -> None:
        self.event = event
        self.border = Border()

    def get_at(self, ref: FieldRef) -> Any:
        """Return the value of a field, nil if it is missing."""
        value = self.event.get(ref)
        if value.__class__ in {str, list, dict}:
            container, key = self._place(ref)
            return self.border.give(container, key, value)
        return value

    def set_at(self, ref: FieldRef, given: Any) -> Any:
        """Set a field; return what was given."""
        self.event.set(ref, take(given))
        if isinstance(given, (String, Symbol, list, dict)):
            container, key = self._place(ref)
            if container is not None:
                self.border.remember(container, key, given)
        return given

    def remove_at(self, ref: FieldRef) -> Any:
        """Remove a field; return its value."""
        value = self.get_at(ref)
        self.event.remove(ref)
        return value

    def include_at(self, ref: FieldRef) -> bool:
        """Return whether there is such a field."""
        return self.event.include(ref)

    def _place(self, ref: FieldRef) -> tuple[Any, Any]:
        """Return the container that a field is in, and its key there; no container if it cannot be found."""
        path = ref.path
        if not path:
            return None, None
        container: Any = self.event.metadata if ref.in_metadata else self.event.fields
        for key in path[:-1]:
            container = container[_key_in(container, key)]
        key = _key_in(container, path[-1])
        is_there = key in container if isinstance(container, dict) else key is not None
        return (container, key) if is_there else (None, None)

    def settle(self) -> Event:
        """Return the event with every change of a text in it."""
        self.border.write_back()
        return self.event


def _key_in(container: Any, key: str) -> Any:
    if not isinstance(container, list):
        return key
    at = int(key) if key.lstrip("-").isdigit() else len(container)
    at = at + len(container) if at < 0 else at
    return at if 0 <= at < len(container) else None


define("LogStash::Event", python=EventObject)


def _ref(name: Any) -> FieldRef:
    if name.__class__ is String:  # Logstash's methods are Java's, which take a String and no symbol
        return FieldRef.parse(name.text)
    raise conversion_fault(name, "String")


@EVENT.method("get")
def get(event: EventObject, name: Any) -> Any:
    return event.get_at(_ref(name))


@EVENT.method("set")
def set_(event: EventObject, name: Any, value: Any) -> Any:
    return event.set_at(_ref(name), value)


@EVENT.method("remove")
def remove(event: EventObject, name: Any) -> Any:
    return event.remove_at(_ref(name))


@EVENT.method("include?")
def include(event: EventObject, name: Any) -> bool:
    return event.event.include(_ref(name))


@EVENT.method("tag")
def tag(event: EventObject, name: Any) -> None:
    if name.__class__ is not String:  # as with references
        raise conversion_fault(name, "String")
    event.event.tag(name.text)


@EVENT.method("cancel")
def cancel(event: EventObject) -> bool:
    event.event.cancelled = True
    return True


@EVENT.method("uncancel")
def uncancel(event: EventObject) -> bool:
    event.event.cancelled = False
    return False


@EVENT.method("cancelled?")
def is_cancelled(event: EventObject) -> bool:
    return event.event.cancelled


@EVENT.method("timestamp")
def timestamp(event: EventObject) -> Any:
    return event.event.top("@timestamp")


@EVENT.method("timestamp=")
def set_timestamp(event: EventObject, value: Any) -> Any:
    if isinstance(value, Time):
        value = Timestamp(value.nanos)
    event.event.set(FieldRef.parse("@timestamp"), value)
    return value


@EVENT.method("sprintf")
def sprintf_(event: EventObject, text: Any) -> String:
    return String(sprintf(to_s(text), event.settle()))


@EVENT.method("to_hash", "to_h")
def to_hash(event: EventObject) -> dict[Any, Any]:
    fields = event.event.to_map()
    found: dict[Any, Any] = event.border.give(None, None, fields)  # an object becomes a Hash
    return found


@EVENT.method("to_hash_with_metadata")
def to_hash_with_metadata(event: EventObject) -> dict[Any, Any]:
    found = to_hash(event)
    if event.event.metadata:
        found[String(METADATA, is_frozen=True)] = event.border.give(None, None, event.event.metadata)
    return found


@EVENT.method("to_json")
def to_json(event: EventObject, *_generator: Any) -> String:
    return String(encode_exact(event.settle().fields).decode())


@EVENT.method("to_json_with_metadata")
def to_json_with_metadata(event: EventObject) -> String:
    whole = event.settle().clone()
    if whole.metadata:
        whole.fields[METADATA] = whole.metadata
    return String(encode_exact(whole.fields).decode())


@EVENT.method("to_s")
def to_text(event: EventObject) -> String:
    return String(sprintf("%{+yyyy-MM-dd'T'HH:mm:ss.SSS'Z'} %{host} %{message}", event.settle()))


@EVENT.method("inspect")
def inspect_(event: EventObject) -> String:
    return String(f"#<LogStash::Event:0x{id(event):016x}>")


@EVENT.method("clone", "dup")
def clone(event: EventObject) -> EventObject:
    return EventObject(event.settle().clone())


@EVENT.method("overwrite")
def overwrite(event: EventObject, other: Any) -> EventObject:
    twin = _event_of(other).settle().clone()
    event.event.fields.clear()
    event.event.fields.update(twin.fields)
    event.event.cancelled = _event_of(other).event.cancelled
    return event


@EVENT.method("append")
def append(event: EventObject, other: Any) -> EventObject:
    added = _event_of(other).settle().clone().to_map()
    known = event.settle().to_map()
    _merge(known, {name: value for name, value in added.items() if name != "@timestamp"})
    return event


def _event_of(value: Any) -> EventObject:
    if not isinstance(value, EventObject):
        raise conversion_fault(value, "LogStash::Event")
    return value


def _merge(known: dict[str, Value], added: dict[str, Value]) -> None:
    """Put the fields of another event beside those that are there: objects are merged, other values become lists."""
    for name, value in added.items():
        old = known.get(name)
        if name not in known:
            known[name] = value
        elif isinstance(old, dict) and isinstance(value, dict):
            _merge(old, value)
        else:
            known[name] = _listed(old, value)


def _listed(old: Value, value: Value) -> Value:
    if old == value and not isinstance(value, list):
        return old
    items: list[Value] = list(old) if isinstance(old, list) else [old]
    for item in value if isinstance(value, list) else [value]:
        if item not in items:
            items.append(item)
    return items


@EVENT_CLASS.method("from_json")
def from_json(_class: RubyClass, text: Any, *, block: Any = None) -> list[EventObject]:
    try:
        events = event_from_json(to_text_of(text))
    except JsonError as error:
        raise fault("LogStash::Json::ParserError", str(error)) from None
    found = [EventObject(event) for event in events]
    return found if block is None else [block(to_hash_with_metadata(event)) for event in found]


@EVENT_CLASS.method("new")
def new(_class: RubyClass, members: Any = None) -> EventObject:
    if members is None:
        return EventObject(Event.from_map({}))
    if not isinstance(members, dict):
        raise fault("TypeError", "wrong argument type " + type(members).__name__ + " (expected Hash)")
    return EventObject(Event.from_map(take_members(members)))
