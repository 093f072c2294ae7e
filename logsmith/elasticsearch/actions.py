"""Events as the lines of a bulk request: an action, and a document below it.

    {"index":{"_index":"logstash-2024.05.06"}}
    {"@timestamp":"2024-05-06T07:08:09.123Z","message":"…"}

Nothing in an event can become a line of its own: documents are one line by construction
(`logsmith.event.encode`), and every text in an action is encoded as JSON. What would make a server refuse the
whole request with all the other events in it (an id that is too long, a version that is no number) is refused
here, alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from msgspec import Raw

from logsmith.elasticsearch.bulk import Part
from logsmith.elasticsearch.destination import MAX_SHOWN, Destination, IndexDestination
from logsmith.elasticsearch.errors import RefusedEventError
from logsmith.elasticsearch.ids import OwnIds
from logsmith.elasticsearch.update import UpdateSettings, update_source
from logsmith.event import Event, FieldRef, Sprintf, Value, encode, field_text
from logsmith.event.json import encode_between, encode_value
from logsmith.event.packed import Lines

ACTIONS = ("index", "create", "update", "delete")
EXTERNAL_VERSIONS = ("external", "external_gt", "external_gte")
MAX_ID_BYTES = 512
BYTES_OF_A_CHAR = 4  # at most, in UTF-8
MAX_LINES = 1000  # remembered, of indices
MAX_VERSION = 2**63 - 1

INGEST_DOCUMENT = "_ingest_document"  # below @metadata: where the elastic_integration filter says what to do
INGEST_PIPELINE = "target_ingest_pipeline"
INGEST = "ingest"  # part of both names


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSettings:
    """What an action says besides its index, which `[@metadata][_ingest_document]` may tell as well."""

    action: Sprintf | None = None
    document_id: Sprintf | None = None
    document_type: Sprintf | None = None
    routing: Sprintf | None = None
    pipeline: Sprintf | None = None
    version: Sprintf | None = None
    version_type: str | None = None
    parent: Sprintf | None = None
    join_field: FieldRef | None = None
    retry_on_conflict: int = 1
    idempotent: bool = False
    takes_metadata_index: bool = False
    update: UpdateSettings = field(default_factory=UpdateSettings)

    @property
    def is_plain(self) -> bool:
        """Whether nothing is said but the action, the index, an id, and a pipeline that is the same for all."""
        told = (self.document_type, self.routing, self.version, self.parent)
        return not any(told) and (self.pipeline is None or self.pipeline.static is not None)

    @property
    def gives_ids(self) -> bool:
        """Whether events get ids of ours: a version, or an action that events choose, is about ids of the user's."""
        is_ours = self.idempotent and self.document_id is None and self.version is None
        return is_ours and (self.action is None or self.action.static in ("index", "create"))


class Actions:
    """Makes the lines of events: `lines(event)`."""

    def __init__(
        self,
        settings: ActionSettings,
        destination: Destination,
        warn: Callable[[str], None],
        ids: OwnIds | None = None,
        *,
        is_alone: bool = False,
    ) -> None:
        self._is_alone = is_alone  # no other output needs the documents
        self._settings, self._destination, self._place = settings, destination, destination.place
        self._ids = (ids or OwnIds()) if settings.gives_ids else None
        self._action = settings.action or Sprintf.parse("index" if self._ids is None else "create")
        self._plain: bytes | None = None
        if settings.is_plain and self._action.static in ("index", "create"):
            self._plain = f'{{"{self._action.static}":{{"_index":'.encode()
        pipeline = settings.pipeline and settings.pipeline.static
        # What stands in an action behind the index, or behind the id if there is one
        self._closing = (b',"pipeline":' + encode_value(pipeline) if pipeline else b"") + b"}}"
        self._tail = None if self._ids is None else len(self._ids.ending) + len(b'"' + self._closing)
        self._openings: dict[bytes, bytes] = {}  # of actions, by the name; up to the id if there is one
        self._update_source = update_source(settings.update)
        self._warn = warn

    def write(self, events: Sequence[Event]) -> tuple[Part, list[tuple[Event, str]]]:
        """Return events with the lines of each; and those that are refused, with the reason."""
        if self._ids is not None:
            self._ids.prepare(events)
        try:
            part = self._plain_part(events)
        except RefusedEventError:
            part = None
        if part is not None:
            return part, []
        sent, lines, refused = [], [], []
        for event in events:
            try:
                lines.append(self.lines(event))
                sent.append(event)
            except RefusedEventError as error:
                refused.append((event, str(error)))
        return Part(sent, lines), refused

    def _plain_part(self, events: Sequence[Event]) -> Part | None:
        """Return events with their lines, None if some need more than the index and an id."""
        if self._plain is None or Event.any_metadata_mentions(events, INGEST):
            return None
        destination = self._destination
        if self._is_alone and [event.written for event in events].count(None) == len(events):
            name = destination.name_of_all(events)
            if name is not None:
                return self._part_of(events, self._actions_to(name, events), destination.added)
            if isinstance(destination, IndexDestination):
                return self._part_of(events, self._action_lines(events, destination.names(events)))
        names, documents = destination.place_all(events)
        actions = self._action_lines(events, names)
        if actions is None:
            return None
        holds = isinstance(destination, IndexDestination) and all(event.written for event in events)
        body = b"\n".join(chain(*zip(actions, documents, strict=True), (b"",)))
        return Part(events, None, body, held=Lines(self._tail) if holds else None)

    def _part_of(
        self, events: Sequence[Event], actions: Sequence[bytes] | None, added: tuple[str, Raw] | None = None
    ) -> Part | None:
        """Return events below their actions, with a member that is added to each document."""
        if actions is None:
            return None
        if added is None:
            body = encode_between(events, map(Raw, actions))
            return None if body is None else Part(events, None, body, held=Lines(self._tail))
        name, value = added
        for event in events:
            event.fields[name] = value
        try:
            body = encode_between(events, map(Raw, actions))
        finally:
            for event in events:
                del event.fields[name]
        return None if body is None else Part(events, None, body, held=Lines(self._tail, name))

    def _actions_to(self, name: bytes, events: Sequence[Event]) -> list[bytes] | None:
        """Return the action of each event, all to one index; None if that takes no ids."""
        ids, known = self._ids, self._openings
        if ids is None and self._settings.document_id is not None:
            return self._action_lines(events, [name] * len(events))
        if ids is None:
            return [known.get(name) or self._remember(known, name, self._closing)] * len(events)
        if name in ids.refusing:
            return None
        opening = (known.get(name) or self._remember(known, name, b',"_id":"')).decode()
        ending = f'{ids.ending}"{self._closing.decode()}'
        # Neither has a newline: names and origins are JSON, and nothing that JSON would escape is in an origin
        between = f"{ending}\n{opening}".join([event.origin for event in events])  # type: ignore[misc]  # texts, as prepared
        return f"{opening}{between}{ending}".encode().split(b"\n")

    def _action_lines(self, events: Sequence[Event], names: Sequence[bytes]) -> list[bytes] | None:
        """Return the action of each event; None where an index takes no ids, or an id needs a closer look."""
        ids, known = self._ids, self._openings
        if self._settings.document_id is not None:
            return self._lines_with_ids(events, names, self._settings.document_id)
        if ids is None:
            return [known.get(name) or self._remember(known, name, self._closing) for name in names]
        if not ids.refusing.isdisjoint(names):
            return None
        openings = [known.get(name) or self._remember(known, name, b',"_id":"') for name in names]
        ending = ids.ending.encode() + b'"' + self._closing
        origins = [event.origin for event in events]
        return [
            b"".join((opening, origin.encode(), ending))  # type: ignore[attr-defined]  # a text, as prepared
            for opening, origin in zip(openings, origins, strict=True)
        ]

    def _lines_with_ids(
        self, events: Sequence[Event], names: Sequence[bytes], template: Sprintf
    ) -> list[bytes] | None:
        texts = []
        for event in events:
            unread = event.fields.copy()
            texts.append(template.format(event))
            event.fields = unread  # what the id has read is sent as it came: a number with all its digits
        longest = max(map(len, texts))
        if not all(texts) or longest > MAX_ID_BYTES // BYTES_OF_A_CHAR or "%{" in "\n".join(texts):
            return None
        known = self._openings
        openings = [known.get(name) or self._remember(known, name, b',"_id":') for name in names]
        return [
            b"".join((opening, encode_value(text), self._closing))
            for opening, text in zip(openings, texts, strict=True)
        ]

    def lines(self, event: Event) -> bytes:
        """Return an event's action and document, each with its newline; raises RefusedEventError."""
        has_id = self._settings.document_id is not None
        if self._plain is None or has_id or event.metadata_mentions(INGEST):
            return self._full_lines(event)
        name, document = self._place(event)
        if self._ids is None or name in self._ids.refusing:
            return b"".join((self._plain, name, self._closing, b"\n", document, b"\n"))
        opening = self._openings.get(name) or self._remember(self._openings, name, b',"_id":"')
        return b"".join((opening, self._ids.of(event).encode(), b'"', self._closing, b"\n", document, b"\n"))

    def _remember(self, known: dict[bytes, bytes], name: bytes, ending: bytes) -> bytes:
        line = self._plain + name + ending  # type: ignore[operator]  # there is a plain beginning here
        if len(known) < MAX_LINES:
            known[name] = line
        return line

    def _full_lines(self, event: Event) -> bytes:
        action = self._action.format(event)
        if action not in ACTIONS:
            raise RefusedEventError(f"the action {action[:MAX_SHOWN]!r} is none of {', '.join(ACTIONS)}")
        told = _told_by_metadata(event)
        joined = self._joined(event)
        name, document = self._place_told(joined, told)
        members = b"".join(
            b',"' + key.encode() + b'":' + encode_value(value)
            for key, value in self._members(event, action, told, name)
        )
        line = b'{"' + action.encode() + b'":{"_index":' + name + members + b"}}\n"
        if action == "delete":
            return line
        source = self._update_source(event, document) if action == "update" else document
        return line + source + b"\n"

    def _joined(self, event: Event) -> Event:
        """Return a copy of the event with its join field made a relation; others see the event as it was."""
        settings = self._settings
        if settings.join_field is None or settings.parent is None:
            return event
        twin = event.clone()
        relation: Value = {"name": event.get(settings.join_field), "parent": settings.parent.format(event)}
        twin.set(settings.join_field, relation)
        return twin

    def _place_told(self, event: Event, told: dict[str, str]) -> tuple[bytes, bytes]:
        index = told.get("index")
        if index and self._settings.takes_metadata_index and isinstance(self._destination, IndexDestination):
            return self._destination.named(index), encode(event)
        return self._place(event)

    def _members(
        self, event: Event, action: str, told: dict[str, str], name: bytes
    ) -> Iterator[tuple[str, str | int]]:
        settings = self._settings
        document_id = self._document_id(event, told)
        if document_id is None and self._ids is not None and name not in self._ids.refusing:
            document_id = self._ids.of(event)
        if document_id is not None:
            yield "_id", document_id
        elif action in ("update", "delete"):
            raise RefusedEventError(f"the action {action} needs a document_id")
        if settings.document_type is not None:
            yield "_type", settings.document_type.format(event)
        routing = settings.parent or settings.routing
        routing_text = routing.format(event) if routing is not None else told.get("routing")
        if routing_text is not None:
            yield "routing", routing_text
        if action == "update":
            yield "retry_on_conflict", settings.retry_on_conflict
        pipeline = self._pipeline(event, told)
        if pipeline and action != "delete":
            yield "pipeline", pipeline
        yield from self._version(event, action, told, has_id=document_id is not None)

    def _document_id(self, event: Event, told: dict[str, str]) -> str | None:
        template = self._settings.document_id
        text = told.get("id") if template is None else template.format(event)
        if text is None:
            return None
        if not text:
            raise RefusedEventError("the document_id is empty")
        if len(text.encode("utf-8", "replace")) > MAX_ID_BYTES:
            raise RefusedEventError(
                f"the document_id {text[:MAX_SHOWN]!r}… is longer than {MAX_ID_BYTES} bytes"
            )
        if template is not None and "%{" in text:
            if text == template.text and template.static is None:
                raise RefusedEventError(f"the document_id {text[:MAX_SHOWN]!r} is not filled from the event")
            self._warn("document_id is not filled from all events, so that they overwrite each other")
        return text

    def _pipeline(self, event: Event, told: dict[str, str]) -> str | None:
        if self._settings.pipeline is not None:
            return self._settings.pipeline.format(event)
        if "pipeline" in told:
            return told["pipeline"]
        target = event.metadata.get(INGEST_PIPELINE)
        return None if target is None else field_text(target)

    def _version(
        self, event: Event, action: str, told: dict[str, str], *, has_id: bool
    ) -> Iterator[tuple[str, str | int]]:
        template = self._settings.version
        text = told.get("version") if template is None else template.format(event)
        if text is None or not isinstance(self._destination, IndexDestination):
            return  # a data stream has no versions
        kind = self._settings.version_type or told.get("version_type")
        if action not in ("index", "delete"):
            raise RefusedEventError(f"the action {action} takes no version")
        if kind not in EXTERNAL_VERSIONS or not has_id:
            raise RefusedEventError("a version needs a document_id and a version_type such as external")
        if not (text.isascii() and text.isdigit()) or int(text) > MAX_VERSION:
            raise RefusedEventError(f"the version {text[:MAX_SHOWN]!r} is no whole number")
        yield "version", int(text)
        yield "version_type", kind


def _told_by_metadata(event: Event) -> dict[str, str]:
    told = event.metadata.get(INGEST_DOCUMENT)
    if not isinstance(told, dict):
        return {}
    return {key: field_text(value) for key, value in told.items() if value is not None}
