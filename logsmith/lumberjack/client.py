"""A client on a Trio stream: sends windows, several in flight if wanted, and waits for their answers."""

from __future__ import annotations

from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import trio

from logsmith.lumberjack.acks import ClientProtocol
from logsmith.lumberjack.connection import Signal
from logsmith.lumberjack.frames import ProtocolError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from trio.abc import Stream

CHUNK = 4096


@dataclass(slots=True)
class _Answer:
    came: trio.Event = field(default_factory=trio.Event)
    failure: ProtocolError | None = None


class LumberjackClient:
    """Sends v2 windows over a stream; up to `pipelining` of them wait for their answer at a time."""

    def __init__(self, stream: Stream, protocol: ClientProtocol, pipelining: int) -> None:
        self._stream, self._protocol = stream, protocol
        self._slots = trio.CapacityLimiter(pipelining)
        self._writing = trio.Lock()
        self._awaited: deque[_Answer] = deque()
        self._failure: ProtocolError | None = None

    @property
    def keepalives(self) -> int:
        """How many signs of life the server sent."""
        return self._protocol.keepalives

    async def send(self, documents: Sequence[bytes]) -> None:
        """Send JSON documents as one window; returns when acknowledged, raises ProtocolError if never.

        After an error, or when cancelled while bytes are being written, no further window can be sent.
        """
        async with self._slots:
            answer = await self._write(documents)
            await answer.came.wait()
            _check(answer.failure)

    async def receive_acks(self) -> None:
        """Read answers until the connection ends; whoever still waits then is told that none comes."""
        try:
            while data := bytes(await self._stream.receive_some(CHUNK)):
                self._protocol.receive_data(data)
                while not isinstance(self._protocol.next_ack(), Signal):
                    self._awaited.popleft().came.set()
            self._fail(
                ProtocolError("closed", "expected an acknowledgement, the server closed the connection")
            )
        except ProtocolError as error:
            self._fail(error)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            self._fail(ProtocolError("closed", f"expected an acknowledgement, the connection broke: {error}"))

    async def _write(self, documents: Sequence[bytes]) -> _Answer:
        async with self._writing:
            _check(self._failure)
            answer = _Answer()
            self._awaited.append(answer)
            window = self._protocol.send_window(documents)
            try:
                await self._stream.send_all(window)
            except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
                self._fail(
                    ProtocolError("closed", f"expected to send a window, the connection broke: {error}")
                )
            except trio.Cancelled:
                self._fail(
                    ProtocolError(
                        "closed", "expected whole windows, one was given up while it was being sent"
                    )
                )
                raise
            return answer

    def _fail(self, error: ProtocolError) -> None:
        self._failure = self._failure or error
        while self._awaited:
            answer = self._awaited.popleft()
            answer.failure = self._failure
            answer.came.set()


def _check(failure: ProtocolError | None) -> None:
    if failure is not None:
        raise ProtocolError(failure.kind, str(failure)) from failure  # each sender raises one of its own


@asynccontextmanager
async def open_client(
    stream: Stream, *, compression_level: int = 3, pipelining: int = 1
) -> AsyncIterator[LumberjackClient]:
    """Open a client on a connected stream, closed at the end. What the body raises comes in a group."""
    client = LumberjackClient(stream, ClientProtocol(compression_level=compression_level), pipelining)
    async with stream, trio.open_nursery() as nursery:
        nursery.start_soon(client.receive_acks)
        yield client
        nursery.cancel_scope.cancel()
