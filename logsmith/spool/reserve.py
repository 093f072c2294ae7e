"""Room on the disk that is kept for a full one.

To note what outputs have takes room, too: a disk that the queue has filled to the last byte could never be emptied. So a
file of nothing lies beside the queue's, and is given up when there is no room left.
"""

from __future__ import annotations

import os
from pathlib import Path

from logsmith.durable import PRIVATE
from logsmith.spool.faults import NO_ROOM, free_bytes

MOST_BYTES = 16 << 20
LEAST_BYTES = 512 << 10
SHARE = 4  # of what is free, it takes no more than this part


class Reserve:
    """The reserve of one file. Raises OSError."""

    def __init__(self, of: Path) -> None:
        self._of, self.path = of, Path(f"{of}.reserve")
        self.size_bytes = 0  # what it has, or had before it was given up

    @property
    def log_bytes(self) -> int:
        """How large SQLite's log may become before it is written into the file.

        The file grows by as much, and by the commit that came last: on a disk that is full all that is in the reserve's room.
        """
        return self.size_bytes // (2 if self.size_bytes >= MOST_BYTES else 4)

    @property
    def commit_bytes(self) -> int:
        """How much one commit may store."""
        return self.size_bytes - self.log_bytes

    def make(self) -> bool:
        """Return whether it is there; it is made if there is room for it and for some work besides.

        One that was given up is made as large as it was: else the disk would be full again at once, with less to give up.
        """
        if self.path.exists():
            self.size_bytes = self.path.stat().st_size
            return True
        size, free = self.size_bytes or MOST_BYTES, free_bytes(self._of)
        while not self.size_bytes and size * SHARE > free and size > LEAST_BYTES:
            size //= 2
        if size * SHARE > free:
            return False
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, PRIVATE)
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError as error:
            self.give_up()
            if error.errno in NO_ROOM:
                return False
            raise
        finally:
            os.close(descriptor)
        self.size_bytes = size
        return True

    def give_up(self) -> bool:
        """Make its room free; returns whether it was there."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        return True
