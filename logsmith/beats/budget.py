"""A budget of bytes for all connections of one input.

Three kinds of bytes are held. What waits: whole windows that are parked, compressed as they came; while all is used up, no
client may begin another. What is unfinished: a window that has begun is read to its end, since its client's write has a time
limit, if only, while all is used up, when the client's own windows before it are gone; but all of them together have half
the budget, and when that is full the client goes who has held most for longest. What is delivered: inflated, and objects;
while half the budget, or MOST_DELIVERED, is in delivery, parked windows wait their turn.

So an input holds its budget, half as much of unfinished windows, and at most one window that went over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import trio

LARGE_WORK_S = 0.03
MOST_DELIVERED = (
    48 << 20
)  # four or five of Filebeat's windows: more would wait for outputs in memory, and gain nothing


@dataclass(slots=True, eq=False)
class Unfinished:
    """How much one client has sent of a window, since when, and how to be rid of it."""

    evict: Callable[[], None]
    count: int = 0
    since: float = 0.0


class ByteBudget:
    """Counts the bytes that wait or are worked on; who would start a window waits while it is used up."""

    __slots__ = (
        "_calm_until",
        "_room",
        "_turns",
        "_unfinished",
        "_unfinished_bytes",
        "delivered",
        "large",
        "limit",
        "used",
    )

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self.delivered = 0  # of these, in delivery
        self._unfinished: set[Unfinished] = set()
        self._unfinished_bytes = 0
        self._calm_until = 0.0
        self.large = trio.Lock()  # held by the one that inflates more than some MiB
        self._room, self._turns = trio.lowlevel.ParkingLot(), trio.lowlevel.ParkingLot()

    @property
    def has_room(self) -> bool:
        """Whether more bytes may be held."""
        return self.used < self.limit

    @property
    def can_deliver(self) -> bool:
        """Whether another window may be inflated and delivered."""
        return self.delivered <= min(self.limit // 2, MOST_DELIVERED)

    def add(self, count: int) -> None:
        """Count bytes that are held now."""
        self.used += count

    def free(self, count: int) -> None:
        """Count bytes that are held no longer."""
        self.used -= count
        if self.has_room:
            self._room.unpark()

    def change_delivered(self, count: int) -> None:
        """Count bytes that are inflated for a delivery now, or if negative, no longer."""
        self.delivered += count
        self.add(count) if count > 0 else self.free(-count)
        if self.can_deliver:
            self._turns.unpark()

    async def wait_room(self) -> None:
        """Wait until bytes may be held."""
        while not self.has_room:
            await self._room.park()
        self._room.unpark()  # the next in line looks for itself

    async def wait_delivery(self) -> None:
        """Wait until a window may be delivered; look again at `can_deliver` before you do."""
        while not self.can_deliver:
            await self._turns.park()
        self._turns.unpark()  # as above

    async def wait_calm(self) -> None:
        """Wait until large work may go on: it leaves the other connections half of the time."""
        await trio.sleep_until(self._calm_until)

    def note_work(self, seconds: float) -> None:
        """Note how long all connections stood still for one."""
        if seconds > LARGE_WORK_S:
            self._calm_until = trio.current_time() + seconds

    def note_unfinished(self, one: Unfinished, count: int, now: float) -> None:
        """Note how much a client has sent of a window that is not whole; who has held too much is evicted."""
        if not one.count:
            one.since = now
            self._unfinished.add(one)
        self._unfinished_bytes += count - one.count
        one.count = count
        if not count:
            self._unfinished.discard(one)
        while self._unfinished_bytes > self.limit // 2:
            greediest = max(self._unfinished, key=lambda other: other.count * (now - other.since + 1e-3))
            greediest.evict()
            self.note_unfinished(greediest, 0, now)
