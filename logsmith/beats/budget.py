"""A budget of bytes for all connections of one input."""

from __future__ import annotations

import trio


class ByteBudget:
    """Counts the bytes that wait or are worked on; who would start a window waits while it is used up."""

    __slots__ = ("_room", "limit", "used")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._room = trio.lowlevel.ParkingLot()

    def add(self, count: int) -> None:
        """Count bytes that are held now."""
        self.used += count

    def free(self, count: int) -> None:
        """Count bytes that are held no longer."""
        self.used -= count
        if self.used < self.limit:
            self._room.unpark()

    async def wait_room(self) -> None:
        """Wait until bytes may be held."""
        while self.used >= self.limit:
            await self._room.park()
        self._room.unpark()  # the next in line looks for itself
