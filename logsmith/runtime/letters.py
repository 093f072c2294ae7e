"""From a refused event to a dead letter on disk."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import trio

from logsmith.event.exact import freeze
from logsmith.spool.dead_letters import DeadLetter, DeadLetters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logsmith.event import Event
    from logsmith.plugins import Output


class LetterBox:
    """The dead letters of a pipeline, for its outputs."""

    def __init__(self, letters: DeadLetters, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._letters, self._clock_ns = letters, clock_ns

    async def put(self, output: Output, refused: Sequence[tuple[Event, str]]) -> None:
        """Store events with the reasons why an output refused them; raises SpoolError."""
        now = self._clock_ns()
        letters = [_letter(now, output, event, reason) for event, reason in refused]
        await trio.to_thread.run_sync(self._letters.append, letters)


def _letter(now: int, output: Output, event: Event, reason: str) -> DeadLetter:
    frozen = freeze(event)
    return DeadLetter(
        entered_ns=now,
        plugin_type=output.name,
        plugin_id=output.metrics.id,
        line=output.line,
        reason=reason,
        fields=frozen.fields,
        metadata=frozen.metadata,
        types=frozen.types,
    )
