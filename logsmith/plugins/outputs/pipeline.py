"""Send events to other pipelines in this process, by the addresses of their `pipeline` inputs.

Each address gets its own copy of every event. A send returns when the receiving pipelines have delivered the events.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import trio

from logsmith.event import Event
from logsmith.event.origin import Branch, settle
from logsmith.log import RateLimited
from logsmith.plugins import Output, setting
from logsmith.plugins.addresses import Receiver
from logsmith.plugins.setting import REQUIRED

TRY_AGAIN_S = 1.0
COMPLAIN_EVERY_S = 60.0
UNAVAILABLE = (
    "Attempted to send event to '{}' but that address was unavailable. "
    "Maybe the destination pipeline is down or stopping? Will Retry."
)


class Pipeline(Output):
    concurrency = 8  # one slow window at the receiver does not hold up the others

    send_to: list[str] = setting(REQUIRED, "The addresses of the `pipeline` inputs that get the events.")
    ensure_delivery: bool = setting(
        True, "Wait for a pipeline that is not there; false drops the events that it would get."
    )

    def sends_to(self) -> Sequence[str]:
        return self.send_to

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        self._complaints = RateLimited(COMPLAIN_EVERY_S)
        async with self.context.addresses.send_to(self.send_to):
            yield

    async def send(self, events: list[Event]) -> None:
        settle(events)  # before it is copied, so that a copy has the same origin when this is sent again
        for number, address in enumerate(self.send_to):
            receiver = await self._receiver(address)
            if receiver is not None:
                place = f"to {address} {number} {self.cursor_name}"
                await receiver([_copy(event, place) for event in events])
            else:
                self.metrics.count("dropped_unavailable", len(events))

    async def _receiver(self, address: str) -> Receiver | None:
        """Return who receives at an address, waiting for it if delivery is ensured."""
        addresses = self.context.addresses
        while (receiver := addresses.find(address)) is None and self.ensure_delivery:
            if self._complaints.passes(address) is not None:
                self.log.warning(UNAVAILABLE.format(address))
            await trio.sleep(TRY_AGAIN_S)
        return receiver


def _copy(event: Event, place: str) -> Event:
    twin = event.clone()
    twin.origin = Branch(event.origin, place)
    return twin
