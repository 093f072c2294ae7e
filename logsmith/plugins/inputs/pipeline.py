"""Take events from the `pipeline` outputs of other pipelines in this process.

What such an output sends to this address comes in as it is, `@metadata` included; the output's `send` returns when
this pipeline has delivered the events, so an acknowledgement speaks for both pipelines. The input ends after the
pipelines that send to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from logsmith.event import Event
from logsmith.plugins import Input, Send, setting
from logsmith.plugins.setting import REQUIRED


class Pipeline(Input):
    is_shared = True

    address: str = setting(REQUIRED, "The address that other pipelines send to; no two inputs have the same.")

    def receives_at(self) -> str:
        return self.address

    async def run(self, send: Send) -> None:
        addresses = self.context.addresses

        async def receive(events: Sequence[Event]) -> None:
            for event in events:  # copies, made for this input
                self.decorate(event)
            await send(list(events))

        async with addresses.receive(self.address, receive):
            await addresses.wait_no_sender(self.address, self.place.stopping)
