"""Text forms that codecs share: the line that stands for an event, and the lines of a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.event.errors import EventError
from logsmith.event.ruby import java_text

if TYPE_CHECKING:
    from logsmith.event.event import Event


def event_text(event: Event) -> str:
    """Return Event.toString: `TIMESTAMP HOST MESSAGE`, with the literal `%{host}` or `%{message}` where one is missing."""
    host, message, stamp = event.top("host"), event.top("message"), event.top("@timestamp")
    host_text = "%{host}" if host is None else java_text(host)
    message_text = "%{message}" if message is None else java_text(message)
    return f"{host_text} {message_text}" if stamp is None else f"{stamp} {host_text} {message_text}"


class Lines:
    """Cuts a stream of bytes at a delimiter; what has no end yet is kept, up to a limit."""

    __slots__ = ("_delimiter", "_max_bytes", "_parts", "_size")

    def __init__(self, delimiter: bytes, max_bytes: int = 512 * 1024 * 1024) -> None:
        self._delimiter, self._max_bytes = delimiter, max_bytes
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the lines that are complete now, without their delimiter; raises EventError past the limit."""
        if self._delimiter not in chunk and len(self._delimiter) == 1:
            self._keep(chunk)
            return []
        *lines, rest = b"".join([*self._parts, chunk]).split(self._delimiter)
        self._parts, self._size = [], 0
        self._keep(rest)
        return lines

    def rest(self) -> list[bytes]:
        """Return what has no end, as the last line; nothing if the stream ended with a delimiter."""
        rest = b"".join(self._parts)
        self._parts, self._size = [], 0
        return [rest] if rest else []

    def _keep(self, rest: bytes) -> None:
        self._size += len(rest)
        if self._size > self._max_bytes:
            self._parts, self._size = [], 0
            raise EventError(f"a line is longer than {self._max_bytes} bytes")
        if rest:
            self._parts.append(rest)
