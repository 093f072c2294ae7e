"""Lines to events, fast where each line is its event's text, and what every event of a file carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Raw
from msgspec.json import encode

from logsmith.event import Event, EventError, FieldRef, Timestamp, Value
from logsmith.event.charset import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterable

METADATA_PATH, METADATA_HOST = FieldRef.parse("[@metadata][path]"), FieldRef.parse("[@metadata][host]")


class Origin:
    """Where the lines of one file come from, as fields."""

    __slots__ = ("_fields", "_host", "_members", "_path")

    def __init__(self, path: str, host: str, *, is_ecs: bool) -> None:
        # A path that is no UTF-8 is shown as the codecs show such bytes
        self._path, self._host = decode_text(path.encode("utf-8", "surrogateescape")), host
        names = ("[log][file][path]", "[host][name]") if is_ecs else ("path", "host")
        self._fields = {METADATA_PATH: self._path, METADATA_HOST: host}
        self._fields |= zip(map(FieldRef.parse, names), (self._path, host), strict=True)
        # Members that stay bytes until they are read are shared by all events: nobody changes them in place
        self._members: dict[str, Raw | Value] = {"host": host, "path": self._path}
        if is_ecs:
            self._members = {
                "host": Raw(encode({"name": host})),
                "log": Raw(encode({"file": {"path": self._path}})),
            }

    def complete(self, event: Event) -> None:
        """Add the fields that a codec's event does not bring itself."""
        for ref, value in self._fields.items():
            if not event.include(ref):
                try:
                    event.set(ref, value)
                except EventError:
                    pass  # the event brought a value that holds no fields

    def events(self, lines: Iterable[str], *, keeps_original: bool) -> list[Event]:
        """Return an event for each line, as the plain codec and `complete` make it; all have one time."""
        stamp, members, path, host = Timestamp.now(), self._members, self._path, self._host
        if keeps_original:
            return [
                Event(
                    {
                        "@timestamp": stamp,
                        "@version": "1",
                        "message": line,
                        "event": {"original": line},
                        **members,
                    },
                    {"path": path, "host": host},
                )
                for line in lines
            ]
        return [
            Event(
                {"@timestamp": stamp, "@version": "1", "message": line, **members},
                {"path": path, "host": host},
            )
            for line in lines
        ]


def split_lines(block: bytes, delimiter: bytes) -> list[bytes]:
    """Return the lines of a block without their delimiter; a last one that has none counts too."""
    lines = block.split(delimiter)
    if not lines[-1]:
        lines.pop()
    return lines


def split_text(block: bytes, delimiter: bytes) -> list[str]:
    """Return the lines of a block as text: decoded at once if all of it is UTF-8."""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return [decode_text(line) for line in split_lines(block, delimiter)]
    lines = text.split(delimiter.decode("utf-8", "replace"))
    if not lines[-1]:
        lines.pop()
    return lines
