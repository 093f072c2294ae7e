"""Take every event and do nothing with it: for measuring what comes before."""

from __future__ import annotations

from logsmith.event import Event
from logsmith.plugins import Output


class Null(Output):
    concurrency = 4

    async def send(self, events: list[Event]) -> None:
        pass
