"""The monitoring API between two requests: it samples the counters, remembers peaks, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.api.flow import FlowHistory, sample_of
from logsmith.api.routes import answer
from logsmith.api.stats import View

if TYPE_CHECKING:
    from logsmith.api.routes import Answer, Request
    from logsmith.runtime.stats import Node

PEAKS = ("open_files", "threads")  # of the process facts


class Monitor:
    """Looks at a node regularly and answers questions about it."""

    def __init__(self, node: Node, http_address: str = "") -> None:
        self.http_address = http_address
        self._node = node
        self._flows = FlowHistory(node.started)
        self._peaks: dict[str, int] = {}

    def tick(self, now: float) -> None:
        """Take a sample if one is due."""
        if not self._flows.is_due(now):
            return
        totals = self._node.counters.totals()
        self._flows.note(now, sample_of(totals))
        facts = totals.get("process", {})
        self._peaks = {name: max(self._peaks.get(name, 0), facts.get(name, 0)) for name in PEAKS}

    def answer(self, request: Request, now: float) -> Answer:
        """Return the answer to a request."""
        totals = self._node.counters.totals()
        return answer(
            request,
            View(
                node=self._node,
                totals=totals,
                sample=sample_of(totals),
                flows=self._flows,
                now=now,
                http_address=self.http_address,
                peaks=self._peaks,
            ),
        )
