"""The addresses at which pipelines of one process send events to each other.

A receiver is the `send` of the pipeline that listens at an address, so what a sender awaits is the receiver's own
delivery. Each worker process has a book of its own: the one that was made before it was forked, empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import trio

from logsmith.event import Event

Receiver = Callable[[Sequence[Event]], Awaitable[None]]


class Addresses:
    """Who receives at which address, and how many outputs may still send there."""

    def __init__(self) -> None:
        self._receivers: dict[str, Receiver] = {}
        self._senders: Counter[str] = Counter()
        self._known: set[str] = set()  # addresses that have, or had, a sender
        self._changed = trio.lowlevel.ParkingLot()

    def find(self, address: str) -> Receiver | None:
        """Return who receives at an address now, if anyone."""
        return self._receivers.get(address)

    @asynccontextmanager
    async def receive(self, address: str, receiver: Receiver) -> AsyncIterator[None]:
        """Receive at an address for as long as the block lasts."""
        self._receivers[address] = receiver
        try:
            yield
        finally:
            del self._receivers[address]

    @asynccontextmanager
    async def send_to(self, addresses: Sequence[str]) -> AsyncIterator[None]:
        """Be a sender to addresses for as long as the block lasts: their receivers stay until it is left."""
        self._senders.update(addresses)
        self._known.update(addresses)
        try:
            yield
        finally:
            self._senders.subtract(addresses)
            self._changed.unpark_all()

    async def wait_no_sender(self, address: str, stopping: trio.Event | None) -> None:
        """Wait until the senders to an address are gone; until `stopping` if it has none."""
        async with trio.open_nursery() as nursery:
            if stopping is not None:
                nursery.start_soon(self._wake_when, stopping)
            while not self._is_over(address, stopping):
                await self._changed.park()
            nursery.cancel_scope.cancel()

    def _is_over(self, address: str, stopping: trio.Event | None) -> bool:
        stops = stopping is not None and stopping.is_set()
        return not self._senders[address] and (stops or address in self._known)

    async def _wake_when(self, stopping: trio.Event) -> None:
        await stopping.wait()
        self._changed.unpark_all()
