"""The client's end without I/O: windows to bytes, and the server's answers to windows acknowledged."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from logsmith.lumberjack.connection import END_OF_STREAM, NEED_DATA, Signal
from logsmith.lumberjack.frames import ACK, SHORT, V1, V2, ProtocolError, encode_pairs_window, encode_window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ClientProtocol:
    """What one client sends and is told, by the rules of Elastic's own client.

    Windows in flight are acknowledged in order. In v2 a number below the window's size is a sign of life,
    its size acknowledges it, more is a mistake of the server. In v1 every answer acknowledges a window,
    whatever its number.
    """

    def __init__(self, version: int = V2, *, compression_level: int = 3) -> None:
        self._version, self._compression_level = version, compression_level
        self._buffer = bytearray()
        self._in_flight: deque[int] = deque()
        self._next_sequence = 1  # of v1, which counts on for the life of the connection
        self._failure: ProtocolError | None = None
        self._has_ended = False
        self.keepalives = 0

    @property
    def windows_in_flight(self) -> int:
        """How many windows were sent and not acknowledged."""
        return len(self._in_flight)

    def send_window(self, documents: Sequence[bytes]) -> bytes:
        """Return the bytes of a window of JSON documents, which is in flight from now on."""
        if self._version != V2:
            raise ValueError("JSON documents are sent in version 2")
        self._in_flight.append(len(documents))
        return encode_window(documents, compression_level=self._compression_level)

    def send_pairs_window(self, events: Sequence[Mapping[str, str]]) -> bytes:
        """Return the bytes of a window of flat maps, which is in flight from now on."""
        if self._version != V1:
            raise ValueError("flat maps are sent in version 1")
        first = self._next_sequence
        self._next_sequence += len(events)
        self._in_flight.append(len(events))
        return encode_pairs_window(events, first_sequence=first, compression_level=self._compression_level)

    def receive_data(self, data: bytes) -> None:
        """Take what came from the server; empty at the end of its stream."""
        if data:
            self._buffer += data
        else:
            self._has_ended = True

    def next_ack(self) -> int | Signal:
        """Return the size of the next acknowledged window; raises ProtocolError at a server's mistake."""
        if self._failure is not None:
            raise self._failure
        try:
            return self._next_ack()
        except ProtocolError as error:
            self._failure = error
            raise

    def _next_ack(self) -> int | Signal:
        while len(self._buffer) >= SHORT.size:
            version, kind, sequence = SHORT.unpack_from(self._buffer)
            del self._buffer[: SHORT.size]
            if kind != ACK or (version != V2 and self._version == V2):
                raise ProtocolError(
                    "ack", f"expected an acknowledgement, got bytes 0x{version:02x} 0x{kind:02x}"
                )
            if self._is_final(sequence):
                return self._in_flight.popleft()
            self.keepalives += 1
        if not self._has_ended:
            return NEED_DATA
        if self._in_flight or self._buffer:
            lacking = len(self._in_flight)
            raise ProtocolError(
                "closed", f"expected {lacking} more acknowledgements, got the end of the stream"
            )
        return END_OF_STREAM

    def _is_final(self, sequence: int) -> bool:
        if self._version == V1:
            if not self._in_flight:
                raise ProtocolError("ack", "expected nothing, got an acknowledgement of no window")
            return True
        if not self._in_flight:
            if sequence:
                raise ProtocolError(
                    "ack", f"expected nothing, got an acknowledgement of {sequence} for no window"
                )
            return False
        count = self._in_flight[0]
        if sequence > count:
            raise ProtocolError("ack", f"expected an acknowledgement of at most {count}, got {sequence}")
        return sequence == count
