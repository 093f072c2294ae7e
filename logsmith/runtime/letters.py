"""From a refused event to a dead letter on disk; and what becomes of dead letters with time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import trio

from logsmith.letters.events import letter_of
from logsmith.log import Logger, RateLimited
from logsmith.spool import SpoolError
from logsmith.spool.dead_letters import LETTERS_AT_A_TIME, DeadLetter, DeadLetters, Refusal

if TYPE_CHECKING:
    import selectors
    from collections.abc import Callable, Mapping, Sequence

    from logsmith.event import Event
    from logsmith.plugins import Output

SAME_COMPLAINT_EVERY_S = 60.0
LOOK_EVERY_S = 60.0  # for letters that have expired
PATIENCE_S = 0.1  # of the supervisor, when others write
WAITS = "wait"  # the storage policy when none is set: nothing is dropped, the output waits

log = Logger("logstash.deadletterqueue")


def refused_letter(output: Output, event: Event, reason: str, now_ns: int) -> DeadLetter:
    """Return the letter of an event that an output refused."""
    refusal = Refusal(output.name, output.metrics.id, output.line, reason)
    return letter_of(event, refusal, now_ns, output.cursor_name)


class LetterBox:
    """The dead letters of a pipeline, for its outputs."""

    def __init__(self, letters: DeadLetters, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._letters, self._clock_ns = letters, clock_ns
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)

    async def put(self, output: Output, refused: Sequence[tuple[Event, str]]) -> None:
        """Store events with the reasons why an output refused them; raises SpoolError."""
        now = self._clock_ns()
        letters = [refused_letter(output, event, reason, now) for event, reason in refused]
        dropped = await trio.to_thread.run_sync(self._letters.append, letters)
        if dropped:
            self._note_dropped(output, dropped)

    def _note_dropped(self, output: Output, dropped: int) -> None:
        bounds = self._letters.bounds
        reason = f"the dead letters are full: {bounds.max_bytes} bytes (dead_letter_queue.max_bytes)"
        output.metrics.count("dead_letters_dropped", dropped)
        output.metrics.notes["dead_letters"] = reason
        if self._complaints.passes("dropped") is not None:
            facts = {"events": dropped, "storage_policy": bounds.policy, "reason": reason}
            output.log.error("dead letters dropped", **facts)


class LetterKeeper:
    """Looks after all pipelines' dead letters in the supervisor's loop: versions, ages, and what the API tells.

    No connection stays open in a process that forks.
    """

    def __init__(self, letters: Mapping[str, DeadLetters]) -> None:
        self._letters = letters
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        self._next_look = 0.0

    def join(self, selector: selectors.BaseSelector) -> None:
        """There is nothing to wait for."""

    def tick(self, now: float) -> None:
        """Delete some letters that have expired, if it is time to look for them."""
        if now < self._next_look:
            return
        expired = [self._expire(name, letters) for name, letters in self._letters.items()]
        if max(expired, default=0) < LETTERS_AT_A_TIME:  # else there are more
            self._next_look = now + LOOK_EVERY_S

    def bring_up_to_date(self) -> None:
        """Have the tables of an older version changed, before workers write to them."""
        for name, letters in self._letters.items():
            try:
                letters.made()
            except SpoolError as error:
                log.error("dead letters cannot be used", pipeline_id=name, reason=str(error))
            finally:
                letters.close()

    def describe(self, pipeline_id: str) -> dict[str, int | str]:
        """Return the facts about a pipeline's dead letters as the API shows them."""
        letters = self._letters[pipeline_id]
        facts: dict[str, int | str] = {
            "max_queue_size_in_bytes": letters.bounds.max_bytes,
            "storage_policy": letters.bounds.policy or WAITS,
        }
        try:
            there, size_bytes, dropped, expired = letters.summary()
        except SpoolError as error:
            return facts | {"queue_size_in_bytes": letters.size_bytes(), "last_error": str(error)}
        return facts | {
            "queue_size_in_bytes": size_bytes,
            "events_count": there,
            "dropped_events": dropped,
            "expired_events": expired,
        }

    def _expire(self, pipeline_id: str, shared: DeadLetters) -> int:
        letters = shared.impatient(PATIENCE_S)  # the loop serves others
        try:
            expired = letters.expire()
        except SpoolError as error:
            if self._complaints.passes(pipeline_id) is not None:
                log.warning("dead letters do not expire", pipeline_id=pipeline_id, reason=str(error))
            return 0
        finally:
            letters.close()
        if expired:
            log.info("dead letters expired", pipeline_id=pipeline_id, events=expired)
        return expired
