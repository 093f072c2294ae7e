"""Connections that a limit refuses, in the log: all are counted, and no attacker can fill a disk with lines.

The first of a kind is a line at once; of a limit for each address, the first of each address. What follows is counted, and
told in one line when its time has come, whether or not more are refused by then. Addresses beyond a few share a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, Protocol

import trio

TELL_EVERY_S = 10.0  # at most one line of a kind in this time
MAX_PEERS = 10  # that have lines of their own at a time

PER_PEER = "max_connections_per_ip"
ANY = ""  # where it does not matter which address it is, or where too many have a line already


class Log(Protocol):
    """What is asked of a log here."""

    def warning(self, message: str, **facts: object) -> None: ...


@dataclass(slots=True)
class _Held:
    """How many were refused since the last line of a kind, the last of them, and when the next line is due."""

    peer: str
    due: float
    refused: int = 1


class Refusals:
    """Takes note of each refused connection: `add`; `run` tells in time what is held back."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._held: dict[tuple[str, str], _Held] = {}  # by limit and address, what is due first in front
        self._waiting = trio.lowlevel.ParkingLot()

    def add(self, limit: str, peer: str) -> None:
        """Count a refused connection, and log it if it is the first of its kind for a while."""
        kind = self._kind(limit, peer)
        held = self._held.get(kind)
        if held is not None:
            held.refused, held.peer = held.refused + 1, peer
            return
        self._tell(kind, _Held(peer, trio.current_time()))
        self._waiting.unpark_all()

    async def run(self) -> NoReturn:
        """Tell what is held back, each when its time has come; and all of it when this is cancelled."""
        try:
            while True:
                while not self._held:
                    await self._waiting.park()
                kind, held = next(iter(self._held.items()))
                await trio.sleep_until(held.due)
                del self._held[kind]
                if held.refused:
                    self._tell(kind, held)
        finally:
            for kind, held in [*self._held.items()]:
                if held.refused:
                    self._tell(kind, held)

    def _kind(self, limit: str, peer: str) -> tuple[str, str]:
        if limit != PER_PEER:
            return limit, ANY
        is_crowded = sum(one == PER_PEER for one, _ in self._held) >= MAX_PEERS
        return limit, ANY if is_crowded and (limit, peer) not in self._held else peer

    def _tell(self, kind: tuple[str, str], held: _Held) -> None:
        """Write the line, and begin the time in which there is no other of the kind."""
        limit, peer = kind
        if limit == PER_PEER and peer == ANY:
            self._log.warning("connections of more addresses refused", limit=limit, refused=held.refused)
        else:
            self._log.warning("connection refused", limit=limit, peer=held.peer, refused=held.refused)
        self._held[kind] = _Held(held.peer, trio.current_time() + TELL_EVERY_S, refused=0)
