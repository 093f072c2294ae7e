"""The client's end: windows to bytes, answers to acknowledged windows, and a client on a Trio stream."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import trio
from trio.abc import Stream

from logsmith.lumberjack.frames import (
    ACK,
    ANSWER,
    V1,
    V2,
    VERSIONS,
    ProtocolError,
    compressed_frame,
    json_frame,
    pairs_frame,
    window_frame,
)

ACK_BYTES = ANSWER.size
CHUNK = 4096


def encode_window(documents: Sequence[bytes], *, compression_level: int = 3) -> bytes:
    """Return a v2 window of JSON documents, its events in one compressed frame unless the level is 0."""
    frames = b"".join(json_frame(number, document) for number, document in enumerate(documents, 1))
    if compression_level:
        frames = compressed_frame(zlib.compress(frames, compression_level))
    return window_frame(len(documents)) + frames


def encode_v1_window(events: Sequence[dict[str, str]], first_sequence: int = 1) -> bytes:
    """Return a v1 window of flat maps; its numbers go on from those of the window before."""
    frames = b"".join(pairs_frame(number, event) for number, event in enumerate(events, first_sequence))
    return window_frame(len(events), V1) + frames


class AckReader:
    """Reads answers as Elastic's own client does: the windows in flight are acknowledged in order.

    A number below the window's size is a sign of life; its size acknowledges it; more is a mistake of the server.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._in_flight: deque[int] = deque()
        self.keepalives = 0

    def sent(self, count: int) -> None:
        """Note that a window of `count` events is on its way."""
        self._in_flight.append(count)

    def receive_data(self, data: bytes) -> int:
        """Take what the server sent; returns how many windows are acknowledged by it."""
        self._buffer += data
        acknowledged = 0
        while len(self._buffer) >= ACK_BYTES:
            version, kind, sequence = ANSWER.unpack_from(self._buffer)
            del self._buffer[:ACK_BYTES]
            if version not in VERSIONS or kind != ACK:
                raise ProtocolError("ack", f"expected an acknowledgement, got bytes 0x{version:02x} 0x{kind:02x}")
            acknowledged += self._acknowledge(version, sequence)
        return acknowledged

    def _acknowledge(self, version: int, sequence: int) -> int:
        if not self._in_flight or (version == V2 and sequence < self._in_flight[0]):
            self.keepalives += 1
            return 0
        expected = self._in_flight.popleft()
        if version == V2 and sequence > expected:
            raise ProtocolError("ack", f"expected at most sequence number {expected}, got {sequence}")
        return 1


class LumberjackClient:
    """Sends windows over a stream; up to `pipelining` of them wait for their answer at a time."""

    def __init__(self, stream: Stream, *, compression_level: int = 3, pipelining: int = 1) -> None:
        self._stream, self._compression_level = stream, compression_level
        self._reader = AckReader()
        self._slots = trio.CapacityLimiter(pipelining)
        self._sending = trio.Lock()
        self._waiting: deque[trio.Event] = deque()
        self._failure: ProtocolError | None = None

    @property
    def keepalives(self) -> int:
        """How many signs of life the server sent."""
        return self._reader.keepalives

    async def send(self, documents: Sequence[bytes]) -> None:
        """Send JSON documents as one window; returns when they are acknowledged, raises ProtocolError if never."""
        async with self._slots:
            answered = trio.Event()
            async with self._sending:
                self._reader.sent(len(documents))
                self._waiting.append(answered)
                await self._stream.send_all(encode_window(documents, compression_level=self._compression_level))
            await answered.wait()
            if self._failure is not None:
                raise self._failure

    async def receive_acks(self) -> None:
        """Read answers until the server closes; whoever still waits then gets a ProtocolError."""
        try:
            while data := await self._stream.receive_some(CHUNK):
                for _ in range(self._reader.receive_data(data)):
                    self._waiting.popleft().set()
            self._failure = ProtocolError("closed", "the server closed the connection without an acknowledgement")
        except ProtocolError as error:
            self._failure = error
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            self._failure = ProtocolError("closed", f"the connection broke without an acknowledgement: {error}")
        while self._waiting:
            self._waiting.popleft().set()


@asynccontextmanager
async def open_client(stream: Stream, *, compression_level: int = 3, pipelining: int = 1) -> AsyncIterator[LumberjackClient]:
    """Open a client on a connected stream; the stream is closed at the end."""
    client = LumberjackClient(stream, compression_level=compression_level, pipelining=pipelining)
    async with stream, trio.open_nursery() as nursery:
        nursery.start_soon(client.receive_acks)
        yield client
        nursery.cancel_scope.cancel()
