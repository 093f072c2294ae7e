"""The source of an update: the event as part of a document or as a script's parameter; what to insert."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from logsmith.elasticsearch.errors import RefusedEventError
from logsmith.event import Event, EventError, Sprintf
from logsmith.event.json import encode_value, parse_json

EMPTY = Sprintf.parse("")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSettings:
    """The settings that only the action `update` looks at."""

    upsert: Sprintf = EMPTY
    doc_as_upsert: bool = False
    script: Sprintf = EMPTY
    script_type: Literal["inline", "indexed", "file"] = "inline"
    script_lang: str = "painless"
    script_var_name: str = "event"
    scripted_upsert: bool = False


def update_source(settings: UpdateSettings) -> Callable[[Event, bytes], bytes]:
    """Return what makes an update's source of an event and its JSON; it raises RefusedEventError."""
    return _Scripted(settings).source if settings.script.text else _Partial(settings).source


class _Partial:
    def __init__(self, settings: UpdateSettings) -> None:
        self._settings = settings

    def source(self, event: Event, document: bytes) -> bytes:
        if self._settings.doc_as_upsert:
            return b'{"doc":' + document + b',"doc_as_upsert":true}'
        return b'{"doc":' + document + _upsert(self._settings, event) + b"}"


class _Scripted:
    def __init__(self, settings: UpdateSettings) -> None:
        self._settings = settings
        self._script = settings.script
        self._opening = b'{"script":{"params":{' + encode_value(settings.script_var_name) + b":"
        is_stored = settings.script_type == "indexed"  # `script` is the id of one that the cluster has
        self._key = b'},"id":' if is_stored else b'},"source":'
        # A stored script knows its language, and naming one is an error
        language = b',"lang":' + encode_value(settings.script_lang)
        self._closing = b"}" if is_stored or not settings.script_lang else language + b"}"

    def source(self, event: Event, document: bytes) -> bytes:
        script = encode_value(self._script.format(event))
        return (
            self._opening
            + document
            + self._key
            + script
            + self._closing
            + self._new_document(event, document)
            + b"}"
        )

    def _new_document(self, event: Event, document: bytes) -> bytes:
        if self._settings.scripted_upsert:
            return b',"scripted_upsert":true,"upsert":{}'
        if self._settings.doc_as_upsert:
            return b',"upsert":' + document
        return _upsert(self._settings, event)


def _upsert(settings: UpdateSettings, event: Event) -> bytes:
    if not settings.upsert.text:
        return b""
    try:
        value = parse_json(settings.upsert.format(event))
    except EventError as error:
        raise RefusedEventError(f"upsert is no JSON once it is filled from the event: {error}") from None
    if not isinstance(value, dict):
        raise RefusedEventError("upsert is no JSON object once it is filled from the event")
    # Encoded anew, since a raw newline would begin an action of its own
    return b',"upsert":' + encode_value(value)
