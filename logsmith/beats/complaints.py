"""Why connections were closed by this end, in the log: what is usual is silent, and no peer can fill a disk.

The same complaint about the same peer is one line a minute, whatever numbers the peer puts into it; all peers together
get so many lines a minute. What is held back is counted, and told with the next line.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from logsmith.log import RateLimited
from logsmith.lumberjack import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from logsmith.log import Logger

SAME_COMPLAINT_EVERY_S = 60.0
MAX_LINES = 60  # in that time, of all peers
# A silent client's end, and a health check's: it connects, perhaps says hello, and leaves
QUIET_ENDS = ("idle for too long", "closed the connection during the handshake")


class Complaints:
    """Writes a line for a connection that was closed for a reason, if it is time for one."""

    def __init__(
        self, log: Logger, count: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._log, self._count_one, self._clock = log, count, clock
        self._same = RateLimited(SAME_COMPLAINT_EVERY_S, clock)
        self._began, self._lines, self._unsaid = float("-inf"), 0, 0

    def add(self, peer: str, errors: BaseExceptionGroup[BaseException]) -> None:
        """Count the first of these errors, and log it unless that was done a moment ago."""
        error = _first(errors)
        _forget_frames(errors)
        kind, reason = getattr(error, "kind", type(error).__name__), str(error)
        if any(words in reason for words in QUIET_ENDS):
            self._log.debug("connection ended", peer=peer, reason=reason)
            return
        self._count_one(f"closed.{kind}")
        # a protocol error quotes what the peer sent, which may be new each time
        words = kind if isinstance(error, ProtocolError) else reason
        held_back = self._same.passes((kind, words, peer))
        if held_back is not None and self._has_room():
            self._log.info("connection closed by this end", peer=peer, reason=reason, repeated=held_back)

    def _has_room(self) -> bool:
        now = self._clock()
        if now - self._began >= SAME_COMPLAINT_EVERY_S:
            unsaid, self._began, self._lines, self._unsaid = self._unsaid, now, 0, 0
            if unsaid:
                self._log.info("further connections were closed by this end", not_logged=unsaid)
        self._lines += 1
        if self._lines <= MAX_LINES:
            return True
        self._unsaid += 1
        return False


def _forget_frames(error: BaseException) -> None:
    """Let go of the frames that an error passed: they hold what the client sent until the garbage is collected."""
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        _forget_frames(inner)
    error.__traceback__ = error.__context__ = None


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
