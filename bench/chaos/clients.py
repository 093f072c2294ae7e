"""Clients that behave as Filebeat does: windows over mutual TLS, and again whatever was not acknowledged."""

import random
import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import trio

from bench.chaos.ledger import Ledger
from logsmith.lumberjack.client import LumberjackClient, open_client
from logsmith.lumberjack.frames import ProtocolError

CONNECT_S = 5.0
IN_FLIGHT = 2  # windows, as Filebeat's pipelining
LARGEST_WINDOW = 160
HANGUPS = 0.01  # of the windows: the client goes away while it waits
PAUSE_S = 0.05  # between windows, on average
BROKEN = (OSError, trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError, ProtocolError)


def client_context(certificates: Path) -> ssl.SSLContext:
    """Return what a client needs for mutual TLS."""
    context = ssl.create_default_context(cafile=certificates / "ca.crt")
    context.load_cert_chain(certificates / "client.crt", certificates / "client.key")
    return context


class Beat:
    """One client with numbered events; it stops when it was told to and all its events are acknowledged."""

    def __init__(self, number: int, ledger: Ledger, dice: random.Random, *, hangs_up: bool) -> None:
        self.number, self._ledger, self._dice = number, ledger, dice
        self._hangups = HANGUPS if hangs_up else 0.0
        self._unacked: deque[range] = deque()  # to be sent again
        self._next = 0
        self._is_enough = False

    def stop(self) -> None:
        """Make no new events, and do not hang up any more."""
        self._is_enough, self._hangups = True, 0.0

    async def run(self, port: int, context: ssl.SSLContext) -> None:
        """Connect, send, and connect again, until all is acknowledged."""
        while not self._is_enough or self._unacked:
            with suppress(*BROKEN):
                await self._connect_and_send(port, context)
            await trio.sleep(self._dice.uniform(0.02, 0.3))

    async def _connect_and_send(self, port: int, context: ssl.SSLContext) -> None:
        with trio.fail_after(CONNECT_S):
            plain = await trio.open_tcp_stream("127.0.0.1", port)
            stream = trio.SSLStream(plain, context, server_hostname="localhost", https_compatible=True)
            try:
                await stream.do_handshake()
            except BaseException:
                await trio.aclose_forcefully(stream)
                raise
        try:
            async with open_client(stream, pipelining=IN_FLIGHT) as client, trio.open_nursery() as nursery:
                for _ in range(IN_FLIGHT):
                    nursery.start_soon(self._send_windows, client, nursery.cancel_scope.cancel)
        except BaseExceptionGroup as group:
            _, rest = group.split(BROKEN)
            if rest is not None:
                raise

    async def _send_windows(self, client: LumberjackClient, hang_up: Callable[[], None]) -> None:
        while (numbers := self._take()) is not None:
            try:
                documents = [self._ledger.fleet.encoded(self.number, one) for one in numbers]
                self._ledger.note_sent(self.number, numbers.stop)
                if self._dice.random() < self._hangups:
                    async with trio.open_nursery() as nursery:
                        nursery.start_soon(client.send, documents)
                        await trio.sleep(self._dice.uniform(0, 0.05))
                        hang_up()
                        await trio.sleep_forever()
                await client.send(documents)
            except BaseException:
                self._unacked.appendleft(numbers)
                raise
            self._ledger.note_acked(self.number, numbers)
            await trio.sleep(self._dice.expovariate(1 / PAUSE_S))

    def _take(self) -> range | None:
        """Return the next numbers: of what has to be sent again, or new ones; windows are cut anew each time."""
        size = self._dice.randint(1, LARGEST_WINDOW)
        if self._unacked:
            numbers = self._unacked.popleft()
            if len(numbers) > size:
                self._unacked.appendleft(numbers[size:])
            return numbers[:size]
        if self._is_enough:
            return None
        numbers = range(self._next, self._next + size)
        self._next += size
        return numbers
