"""Whether a file is still what it was: by its inode, size and time, behind symbolic links, without reading it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Stamp = tuple[int, int, int, int]


def stamp_of(path: str | Path) -> Stamp | None:
    """Return what changes when a file does; None if it is not there or cannot be looked at."""
    try:
        status = os.stat(path)  # noqa: PTH116  texts as well as paths
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
