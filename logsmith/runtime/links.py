"""The supervisor's end of the link to a worker: reports come in, the names of pipelines that shall stop go out.

Its closing tells the worker to end.
"""

from __future__ import annotations

import json
import selectors
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from logsmith.runtime.stats import Report

CHUNK_BYTES = 1 << 18


class Link:
    """Reads the reports of one worker, a line of JSON each."""

    def __init__(
        self, ours: socket.socket, selector: selectors.BaseSelector, note: Callable[[Report], None]
    ) -> None:
        self._socket, self._selector, self._note = ours, selector, note
        self._received = bytearray()
        self._is_open = True
        ours.setblocking(False)
        selector.register(ours, selectors.EVENT_READ, self._read)

    def tell(self, words: Mapping[str, Any]) -> None:  # Any: JSON
        """Say something to the worker; one that has died does not hear it."""
        try:
            self._socket.send(json.dumps(words).encode() + b"\n")
        except OSError:  # it is short, and there is nothing else on this way
            return

    def finish(self) -> None:
        """Read what a worker that has ended still said, and close."""
        while self._read(0):
            continue
        self._leave()
        self._socket.close()

    def _read(self, _mask: int) -> bool:
        if not self._is_open:  # ended by a signal that was ready in the same turn of the loop
            return False
        try:
            chunk = self._socket.recv(CHUNK_BYTES)
        except BlockingIOError:
            return False
        except OSError:  # the worker was killed with something unread
            chunk = b""
        if not chunk:
            self._leave()
            return False
        *lines, rest = (self._received + chunk).split(b"\n")
        self._received = bytearray(rest)
        if lines:
            self._note(json.loads(lines[-1]))  # counters only grow: the last one says all
        return True

    def _leave(self) -> None:
        if self._is_open:
            self._is_open = False
            self._selector.unregister(self._socket)
