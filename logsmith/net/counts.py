"""How many connections each worker holds on each listener, in memory that all workers see.

The supervisor makes one `SharedCounts` before it forks. Every cell is written by one worker only (and by
the supervisor, once that worker is dead), so no lock is needed; a reader may see a number that is a moment
old, which costs at most an uneven spread.

Connections of one address are counted in a sketch: two rows of cells, one cell of each chosen by a keyed
hash of the address. The smaller of the two is the count; it is too high only if both cells are shared with
other addresses, and never too low.
"""

import hashlib
import mmap
import secrets
from collections.abc import Iterator

SKETCH_WIDTH = 4096  # cells in a row; two addresses share both cells once in 16 million pairs
_SKETCH_ROWS = 2
_STATE, _CONNECTIONS, _ACCEPTED, _REFUSED, _FIELDS = range(5)
_AWAITED, _ACCEPTS, _GONE = range(3)  # states of a worker; one that is still starting is waited for, a moment


class SharedCounts:
    """Counters for each pair of listener and worker, shared with all processes that are forked later."""

    def __init__(self, listeners: int, workers: int) -> None:
        self.listeners = listeners
        self.workers = workers
        pairs = max(listeners * workers, 1)
        self._fields: memoryview[int] = memoryview(mmap.mmap(-1, pairs * _FIELDS * 8)).cast("q")
        self._sketch: memoryview[int] = memoryview(
            mmap.mmap(-1, pairs * _SKETCH_ROWS * SKETCH_WIDTH * 4)
        ).cast("i")
        self._key = secrets.token_bytes(16)  # a client must not be able to choose whose cells it shares

    def open(self, listener: int, worker: int) -> None:
        """Note that a worker accepts on a listener."""
        self._set(listener, worker, _STATE, _ACCEPTS)

    def close(self, listener: int, worker: int) -> None:
        """Note that a worker no longer accepts on a listener; the connections it has still count."""
        self._set(listener, worker, _STATE, _GONE)

    def mark_dead(self, worker: int) -> None:
        """Forget a worker whose process has ended, with all its connections."""
        for listener in range(self.listeners):
            self._set(listener, worker, _STATE, _GONE)
            self._set(listener, worker, _CONNECTIONS, 0)
            start = self._sketch_start(listener, worker)
            for cell in range(start, start + _SKETCH_ROWS * SKETCH_WIDTH):
                self._sketch[cell] = 0

    def add(self, listener: int, worker: int, address: str) -> None:
        """Count a connection that was accepted from an address."""
        self._change(listener, worker, _CONNECTIONS, 1)
        self._change(listener, worker, _ACCEPTED, 1)
        self._change_sketch(listener, worker, address, 1)

    def remove(self, listener: int, worker: int, address: str) -> None:
        """Take back a connection that has ended."""
        self._change(listener, worker, _CONNECTIONS, -1)
        self._change_sketch(listener, worker, address, -1)

    def refuse(self, listener: int, worker: int) -> None:
        """Count a connection that was closed because of a limit."""
        self._change(listener, worker, _REFUSED, 1)

    def connections(self, listener: int, worker: int) -> int:
        return self._get(listener, worker, _CONNECTIONS)

    def refused(self, listener: int, worker: int) -> int:
        return self._get(listener, worker, _REFUSED)

    def total(self, listener: int) -> int:
        """Return the connections of a listener in all workers."""
        return sum(self.connections(listener, worker) for worker in range(self.workers))

    def total_of(self, listener: int, address: str) -> int:
        """Return the connections of a listener from one address in all workers."""
        rows = zip(*(self._cells(listener, worker, address) for worker in range(self.workers)), strict=True)
        return min(int(sum(self._sketch[cell] for cell in row)) for row in rows)

    def fewest(self, listener: int) -> int:
        """Return the connections of the worker that has the fewest, of those that accept or will; 0 if none does."""
        there = [one for one in range(self.workers) if self._get(listener, one, _STATE) != _GONE]
        return min((self.connections(listener, worker) for worker in there), default=0)

    def accepted_elsewhere(self, listener: int, worker: int) -> int:
        """Return how many connections the other workers have ever accepted on a listener."""
        return sum(self._get(listener, other, _ACCEPTED) for other in range(self.workers) if other != worker)

    def _at(self, listener: int, worker: int) -> int:
        if not (0 <= listener < self.listeners and 0 <= worker < self.workers):
            raise IndexError(f"no listener {listener} or no worker {worker}")
        return listener * self.workers + worker

    def _get(self, listener: int, worker: int, field: int) -> int:
        count: int = self._fields[self._at(listener, worker) * _FIELDS + field]
        return count

    def _set(self, listener: int, worker: int, field: int, value: int) -> None:
        self._fields[self._at(listener, worker) * _FIELDS + field] = value

    def _change(self, listener: int, worker: int, field: int, by: int) -> None:
        self._set(listener, worker, field, self._get(listener, worker, field) + by)

    def _change_sketch(self, listener: int, worker: int, address: str, by: int) -> None:
        for cell in self._cells(listener, worker, address):
            self._sketch[cell] += by

    def _sketch_start(self, listener: int, worker: int) -> int:
        return self._at(listener, worker) * _SKETCH_ROWS * SKETCH_WIDTH

    def _cells(self, listener: int, worker: int, address: str) -> Iterator[int]:
        start = self._sketch_start(listener, worker)
        digest = hashlib.blake2b(address.encode(), key=self._key, digest_size=2 * _SKETCH_ROWS).digest()
        for row in range(_SKETCH_ROWS):
            column = int.from_bytes(digest[2 * row : 2 * row + 2]) % SKETCH_WIDTH
            yield start + row * SKETCH_WIDTH + column
