"""The event: fields, some of them still bytes, and metadata that never leaves logsmith.

`fields` maps top-level names to values. A member that came as JSON and was never read is a `msgspec.Raw`: it is written
back as it came. So nobody outside this room and compiled code may index `fields`; everybody else calls `get`.
The identity of `fields` and `metadata` does not change while filters have the event: compiled code holds on to both.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder

from logsmith.event.errors import EventError
from logsmith.event.huge_numbers import decode_slowly
from logsmith.event.made_metadata import Change, Ingredients, made_of
from logsmith.event.ruby import finite, to_s
from logsmith.event.timestamp import Timestamp, TimestampError
from logsmith.event.values import Value, type_names

if TYPE_CHECKING:
    from logsmith.event.fieldref import FieldRef

MAX_PADDING = 100_000  # `[list][7]` pads with nulls; an index from an event must not fill the memory

JAVA_INTEGERS = range(-(1 << 31), 1 << 31)

decode_member = Decoder().decode

Metadata = dict[str, Value] | Raw | None


class _InTurn(Struct, frozen=True):
    """Two changes as one; the same two are equal, so that metadata that they make is made once for many events."""

    first: Change
    second: Change

    def __call__(self, metadata: dict[str, Value]) -> None:
        self.first(metadata)
        self.second(metadata)


class Event(Struct, eq=False):
    """One event. `origin` tells it from all others (`logsmith.event.origin`); `cancelled` says that a filter dropped it."""

    # Of a new event the fields are normalised already; `from_map` is for maps that a user or a peer made
    fields: dict[str, Value | Raw]
    _metadata: Metadata = None  # JSON still, until somebody asks
    _change: Change | None = None  # of the metadata, when somebody asks
    cancelled: bool = False
    origin: object = None
    written: bytes | None = None  # its JSON, kept once filters are done

    @property
    def metadata(self) -> dict[str, Value]:
        """The map behind `[@metadata]`, the same object each time."""
        known = self._metadata
        if known.__class__ is not dict:
            ingredients = b"{}" if known is None else bytes(known), self._change  # type: ignore[arg-type]  # Raw
            known, self._change = made_of(ingredients), None
            self._metadata = known
        return known

    @property
    def unread_metadata(self) -> Ingredients | None:
        """What the metadata will be made of when somebody asks; None if somebody did, or there is none."""
        known = self._metadata
        return (bytes(known), self._change) if known.__class__ is Raw else None

    @staticmethod
    def metadata_of_all(events: Sequence[Event]) -> bytes | None:
        """Return the JSON of which the metadata of all these events will be made in one way; None if they differ, or are read."""
        first, change = events[0]._metadata, events[0]._change  # noqa: SLF001  of this class
        if first.__class__ is not Raw:
            return None
        unread = [event._metadata for event in events]  # noqa: SLF001  of this class
        changes = [event._change for event in events]  # noqa: SLF001  of this class
        are_alike = unread.count(first) == len(unread) and changes.count(change) == len(changes)
        return bytes(first) if are_alike else None

    def change_metadata_later(self, change: Change) -> None:
        """Have a function change the metadata: when somebody asks for it, or now if somebody did."""
        if self._metadata.__class__ is dict:
            change(self._metadata)
        else:
            self._change = change if self._change is None else _InTurn(self._change, change)

    def metadata_mentions(self, text: str) -> bool:
        """Return whether a name in the metadata can contain this text, without decoding metadata that nobody read."""
        known = self._metadata
        if known.__class__ is Raw:
            written = bytes(known)
            return text.encode() in written or b"\\u" in written
        return text in "\0".join(known or ())  # type: ignore[arg-type]  # a dict

    @staticmethod
    def any_metadata_mentions(events: Sequence[Event], text: str) -> bool:
        """Return whether `metadata_mentions` holds for any of these events."""
        known = [event._metadata for event in events]  # noqa: SLF001  of this class
        if list(map(type, known)).count(dict) == len(known):
            return text in "\0".join(chain.from_iterable(known))  # type: ignore[arg-type]  # dicts
        are_alike = known[0].__class__ is Raw and known.count(known[0]) == len(known)
        return any(event.metadata_mentions(text) for event in (events[:1] if are_alike else events))

    @classmethod
    def from_map(cls, members: dict[str, Value]) -> Event:
        """Return an event of `members` as Logstash's constructor makes it.

        `@metadata` is split off; `@timestamp`, `@version` and `tags` are set or put right. Keys are literal.
        """
        fields: dict[str, Value | Raw] = dict(members)
        metadata = fields.pop("@metadata", None)
        event = cls(fields, metadata if isinstance(metadata, dict) else None)
        normalise(fields)
        return event

    def top(self, name: str) -> Value:
        """Return a top-level field, null if it is missing."""
        value = self.fields.get(name)
        return self.read_member(name, value) if value.__class__ is Raw else value  # type: ignore[return-value]  # not Raw

    def read_member(self, name: str, raw: Raw) -> Value:
        try:
            value: Value = decode_member(raw)
        except (MsgspecError, RecursionError):
            value = decode_slowly(bytes(raw))
        if name == "@timestamp":
            value = Timestamp.parse(value)  # type: ignore[arg-type]  # `normalise` only leaves texts raw
        self.fields[name] = value
        return value

    def get(self, ref: FieldRef) -> Value:
        """Return the value at `ref`; null if it is missing."""
        path = ref.path
        if ref.in_metadata:
            value: Value = self.metadata
        else:
            value = self.top(path[0])
            path = path[1:]
        for key in path:
            if value.__class__ is dict:
                value = value.get(key)
            elif value.__class__ is list:
                value = _item(value, key)
            else:
                return None
        return value

    def include(self, ref: FieldRef) -> bool:
        """Return whether there is something at `ref`, null included."""
        if not ref.path:
            return True
        *parents, last = ref.path
        container = self._container(ref, parents)
        if isinstance(container, dict):
            return last in container
        return isinstance(container, list) and _index(last, container) is not None

    def set(self, ref: FieldRef, value: Value) -> None:
        """Put `value` at `ref`, making maps on the way; raises EventError where a value is in the way."""
        if not ref.path:
            self._replace_metadata(value)
            return
        first = ref.path[0]
        if first == "tags":
            _check_tags(ref, value)
        elif (
            first == "@timestamp"
            and len(ref.path) == 1
            and not ref.in_metadata
            and not isinstance(value, Timestamp)
        ):
            raise EventError(
                f"wrong argument type {type_names.get(type(value), '?')} (expected LogStash::Timestamp)"
            )
        if value.__class__ is float or value.__class__ is Decimal:
            value = finite(value)
        if len(ref.path) == 1:
            (self.metadata if ref.in_metadata else self.fields)[first] = value
            return
        container: Value = self.metadata if ref.in_metadata else self._own(first)
        for key in ref.path[:-1] if ref.in_metadata else ref.path[1:-1]:
            container = _descend(container, key, ref)
        _store(container, ref.path[-1], value)

    def remove(self, ref: FieldRef) -> Value:
        """Take away what is at `ref` and return it; null if there is nothing."""
        if not ref.path:
            old: Value = dict(self.metadata)
            self.metadata.clear()
            return old
        *parents, last = ref.path
        if not parents and not ref.in_metadata:
            old = self.top(last)
            self.fields.pop(last, None)
            return old
        container = self._container(ref, parents)
        if isinstance(container, dict):
            return container.pop(last, None)
        if isinstance(container, list) and _index(last, container) is not None:
            return container.pop(int(last))
        return None

    def tag(self, name: str) -> None:
        """Add a tag unless the event has it."""
        tags = self.top("tags")
        if tags is None:
            self.fields["tags"] = [name]
        elif isinstance(tags, list):
            if name not in tags:
                tags.append(name)
        elif tags != name:
            self.fields["tags"] = [tags, name]

    def cancel(self) -> None:
        """Drop the event: no further filter and no output sees it."""
        self.cancelled = True

    def clone(self) -> Event:
        """Return a deep copy, not cancelled, of the same origin; whoever lets both go on gives it one of its own."""
        fields = {
            name: value if isinstance(value, Raw) else copied(value) for name, value in self.fields.items()
        }
        twin = Event(fields, copied(self.metadata))  # type: ignore[arg-type]
        twin.origin = self.origin
        return twin

    def to_map(self) -> dict[str, Value]:
        """Return all fields, read, without metadata; the event's own containers, not copies."""
        for name in list(self.fields):
            self.top(name)
        return self.fields  # type: ignore[return-value]  # nothing in it is raw now

    def _container(self, ref: FieldRef, parents: list[str]) -> Value:
        if not parents:
            if ref.in_metadata:
                return self.metadata
            self.top(ref.path[0])
            return self.fields  # type: ignore[return-value]  # the member in question is read
        value: Value = self.metadata if ref.in_metadata else self.top(parents[0])
        for key in parents if ref.in_metadata else parents[1:]:
            value = (
                value.get(key)
                if isinstance(value, dict)
                else _item(value, key)
                if isinstance(value, list)
                else None
            )
        return value

    def _own(self, first: str) -> Value:
        if first not in self.fields:
            made: Value = {}
            self.fields[first] = made
            return made
        return self.top(first)

    def _replace_metadata(self, value: Value) -> None:
        if not isinstance(value, dict):
            raise EventError(f"expected an object for [@metadata], got {type_names.get(type(value), '?')}")
        kept = dict(value)
        self.metadata.clear()
        self.metadata.update(kept)


def normalise(fields: dict[str, Value | Raw]) -> None:
    """Put `@timestamp`, `@version` and `tags` of a new event right, in place (Event.java's constructor)."""
    if "tags" in fields:
        check_tags(fields, fields["tags"])
    given = fields.get("@timestamp")
    if given is None:
        fields["@timestamp"] = Timestamp.now()
    elif not isinstance(given, Timestamp):
        _take_timestamp(fields, given)  # type: ignore[arg-type]
    fields.setdefault("@version", "1")


def check_tags(fields: dict[str, Value | Raw], tags: object) -> None:
    """Keep the tags of a new event, or move what is neither a text nor a list of texts to `_tags`."""
    if _are_tags(tags):
        fields["tags"] = tags  # type: ignore[assignment]  # a text, or a list of texts
    else:
        fields["_tags"] = [tags]  # type: ignore[list-item]  # what JSON can hold
        fields["tags"] = ["_tagsparsefailure"]


def _take_timestamp(fields: dict[str, Value | Raw], given: Value) -> None:
    if isinstance(given, str):
        try:
            fields["@timestamp"] = Timestamp.parse(given)
        except TimestampError:
            pass
        else:
            return
    fields["@timestamp"] = Timestamp.now()
    fields["_@timestamp"] = given
    tags = fields.get("tags")
    known = tags if isinstance(tags, list) else [] if tags is None else [tags]
    if "_timestampparsefailure" not in known:
        fields["tags"] = [*known, "_timestampparsefailure"]


def copied(value: Value) -> Value:
    """Return a deep copy of a value."""
    if value.__class__ is dict:
        return {key: copied(member) for key, member in value.items()}
    if value.__class__ is list:
        return [copied(member) for member in value]
    return value


def _are_tags(value: object) -> bool:
    return value.__class__ is str or (value.__class__ is list and set(map(type, value)) <= {str})


def _check_tags(ref: FieldRef, value: Value) -> None:
    if len(ref.path) > 1 or not (ref.in_metadata or _are_tags(value)):
        raise EventError(
            f"Could not set the reserved tags field '{ref.text}' to value '{to_s(value)[:200]}'. "
            "The tags field only accepts string or array of string."
        )


def _position(key: str) -> int:
    """Return the number that a key is; raises ValueError if Java's Integer.parseInt takes it for none."""
    at = int(key)
    if "_" in key or key[:1].isspace() or key[-1:].isspace() or at not in JAVA_INTEGERS:
        raise ValueError
    return at


def _index(key: str, items: list[Value]) -> int | None:
    try:
        at = _position(key)
    except ValueError:
        return None
    return at if -len(items) <= at < len(items) else None


def _item(items: list[Value], key: str) -> Value:
    at = _index(key, items)
    return None if at is None else items[at]


def _descend(container: Value, key: str, ref: FieldRef) -> Value:
    if isinstance(container, dict):
        if key not in container:
            container[key] = {}
        return container[key]
    if isinstance(container, list):
        at = _index(key, container)
        if at is not None:
            return container[at]
        made: Value = {}
        _store(container, key, made)
        return made
    raise _in_the_way(container, key, ref.text)


def _store(container: Value, key: str, value: Value) -> None:
    if isinstance(container, dict):
        container[key] = value
        return
    if not isinstance(container, list):
        raise _in_the_way(container, key, to_s(value)[:200])
    try:
        at = _position(key)
    except ValueError:
        return  # Logstash: a value set below a list under a name is lost without a word
    if at < -len(container):
        raise EventError(f"index {at} too small for array; minimum: -{len(container)}")
    if at >= len(container) + MAX_PADDING:
        raise EventError(f"index {at} too far beyond the end of an array of {len(container)}")
    if at >= len(container):
        container.extend([None] * (at - len(container)))
        container.append(value)
        return
    container[at] = value


def _in_the_way(container: Value, key: str, value: str) -> EventError:
    return EventError(
        f"Could not set field '{key}' on object '{to_s(container)[:200]}' to value '{value}'. This is probably due to trying to "
        "set a field like [foo][bar] = someValue when [foo] is not either a map or a string"
    )
