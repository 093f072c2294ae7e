"""A client on a Trio stream: sends windows, several in flight if wanted, and waits for their acknowledgements."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import trio
from trio.abc import Stream

from logsmith.lumberjack.acks import ClientProtocol
from logsmith.lumberjack.connection import Signal
from logsmith.lumberjack.frames import ProtocolError

CHUNK = 4096


class LumberjackClient:
    """Sends v2 windows over a stream; up to `pipelining` of them wait for their answer at a time."""

    def __init__(self, stream: Stream, protocol: ClientProtocol, pipelining: int) -> None:
        self._stream, self._protocol = stream, protocol
        self._slots = trio.CapacityLimiter(pipelining)
        self._writing = trio.Lock()
        self._unanswered: deque[trio.Event] = deque()
        self._failure: ProtocolError | None = None

    @property
    def keepalives(self) -> int:
        """How many signs of life the server sent."""
        return self._protocol.keepalives

    async def send(self, documents: Sequence[bytes]) -> None:
        """Send JSON documents as one window; returns when they are acknowledged, raises ProtocolError if never.

        After an error, or if the caller gives up while bytes are being written, no further window can be sent.
        """
        async with self._slots:
            answered = await self._write(documents)
            await answered.wait()
            self._check()

    async def _write(self, documents: Sequence[bytes]) -> trio.Event:
        async with self._writing:
            self._check()
            answered = trio.Event()
            self._unanswered.append(answered)
            is_written = False
            try:
                await self._stream.send_all(self._protocol.send_window(documents))
                is_written = True
            except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
                raise ProtocolError("closed", f"expected to write a window, the connection broke: {error}") from error
            finally:
                if not is_written:
                    self._fail(ProtocolError("closed", "expected a whole window to be written, its writing was broken off"))
            return answered

    def _check(self) -> None:
        if self._failure is not None:
            raise ProtocolError(self._failure.kind, str(self._failure)) from self._failure

    def _fail(self, error: ProtocolError) -> None:
        self._failure = self._failure or error
        while self._unanswered:
            self._unanswered.popleft().set()

    async def _receive_acks(self) -> None:
        try:
            while True:
                data = await self._stream.receive_some(CHUNK)
                self._protocol.receive_data(bytes(data))
                while not isinstance(self._protocol.next_ack(), Signal):
                    self._unanswered.popleft().set()
                if not data:
                    raise ProtocolError("closed", "expected an open connection, the server closed it")
        except ProtocolError as error:
            self._fail(error)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            self._fail(ProtocolError("closed", f"expected an answer, the connection broke: {error}"))


@asynccontextmanager
async def open_client(stream: Stream, *, compression_level: int = 3, pipelining: int = 1) -> AsyncIterator[LumberjackClient]:
    """Open a client on a connected stream; the stream is closed at the end."""
    client = LumberjackClient(stream, ClientProtocol(compression_level=compression_level), pipelining)
    async with stream, trio.open_nursery() as nursery:
        nursery.start_soon(client._receive_acks)  # noqa: SLF001  the other half of the same thing
        yield client
        nursery.cancel_scope.cancel()
