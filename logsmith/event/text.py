"""Text forms that codecs share: an event of a text, the line that stands for an event, the lines of a stream."""

from __future__ import annotations

from typing import AnyStr, Generic

from logsmith.event.errors import EventError
from logsmith.event.event import Event
from logsmith.event.ruby import java_text
from logsmith.event.sprintf import Sprintf


def event_of_text(text: str, *, with_original: bool) -> Event:
    """Return an event with the text as its message, in ECS modes in `[event][original]` too."""
    return Event.from_map(
        {"message": text, "event": {"original": text}} if with_original else {"message": text}
    )


def event_text(event: Event, form: Sprintf | None = None) -> str:
    """Return an event's text in a form of its own, else Event.toString: `TIMESTAMP HOST MESSAGE`.

    A literal `%{host}` or `%{message}` stands where one is missing.
    """
    if form is not None:
        return form.format(event)
    host, message, stamp = event.top("host"), event.top("message"), event.top("@timestamp")
    host_text = "%{host}" if host is None else java_text(host)
    message_text = "%{message}" if message is None else java_text(message)
    return f"{host_text} {message_text}" if stamp is None else f"{stamp} {host_text} {message_text}"


class Lines(Generic[AnyStr]):
    """Cuts a stream, of bytes or of text, at a delimiter; what has no end yet is kept, up to a limit."""

    __slots__ = ("_delimiter", "_empty", "_max_length", "_parts", "_size")

    def __init__(self, delimiter: AnyStr, max_length: int = 512 * 1024 * 1024) -> None:
        self._delimiter: AnyStr = delimiter
        self._empty: AnyStr = delimiter[:0]
        self._max_length = max_length
        self._parts: list[AnyStr] = []
        self._size = 0

    def feed(self, chunk: AnyStr) -> list[AnyStr]:
        """Return the lines that are complete now, without their delimiter; raises EventError past the limit."""
        if self._delimiter not in chunk and len(self._delimiter) == 1:
            self._keep(chunk)
            return []
        self._parts.append(chunk)
        lines: list[AnyStr] = self._empty.join(self._parts).split(self._delimiter)
        self._parts, self._size = [], 0
        self._keep(lines.pop())
        return lines

    def rest(self) -> list[AnyStr]:
        """Return what has no end, as the last line; nothing if the stream ended with a delimiter."""
        rest = self._empty.join(self._parts)
        self._parts, self._size = [], 0
        return [rest] if rest else []

    def _keep(self, rest: AnyStr) -> None:
        self._size += len(rest)
        if self._size > self._max_length:
            self._parts, self._size = [], 0
            unit = "bytes" if isinstance(rest, bytes) else "characters"
            raise EventError(f"a line is longer than {self._max_length} {unit}")
        if rest:
            self._parts.append(rest)
