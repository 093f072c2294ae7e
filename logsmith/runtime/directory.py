"""`path.data`: locked by one supervisor at a time, and the home of the node's id.

The lock is held by the supervisor and, through the fork, by its workers: what they finish after their
supervisor was killed must not meet a second logsmith. A start that finds a live supervisor is refused; one
that finds workers which are only finishing waits for them.
"""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from typing import TYPE_CHECKING

from logsmith.log import Logger
from logsmith.runtime import StartError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOOK_AGAIN_S = 0.2
PATIENCE_S = 20.0  # more than workers are given to finish

log = Logger("logstash.runner")


class DataDirectory:
    """A locked `path.data`. `node_id` is the same at every start."""

    def __init__(self, path: Path, lock: int, node_id: str) -> None:
        self.path, self.node_id = path, node_id
        self._lock = lock

    def close(self) -> None:
        """Let another logsmith have the directory."""
        os.close(self._lock)


def open_directory(
    path: Path,
    *,
    patience_s: float = PATIENCE_S,
    sleep: Callable[[float], None] = time.sleep,
) -> DataDirectory:
    """Make the directory if it is not there, lock it, and return it; raises StartError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = os.open(path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise StartError(f"path.data {str(path)!r} cannot be used: it is a file, not a folder") from None
    except OSError as error:
        raise StartError(f"path.data {str(path)!r} cannot be used: {error.strerror}") from None
    try:
        _take(lock, path, patience_s, sleep)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        return DataDirectory(path, lock, _node_id(path))
    except OSError as error:
        os.close(lock)
        raise StartError(f"path.data {str(path)!r} cannot be used: {error.strerror}") from None
    except BaseException:
        os.close(lock)
        raise


def _take(lock: int, path: Path, patience_s: float, sleep: Callable[[float], None]) -> None:
    for attempt in range(int(patience_s / LOOK_AGAIN_S) + 1):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _is_owner_alive(lock):
                break
        else:
            return
        if not attempt:
            log.info("waiting for the workers of an earlier logsmith to finish", **{"path.data": str(path)})
        sleep(LOOK_AGAIN_S)
    raise StartError(
        f"another logsmith uses the data directory {str(path)!r}; "
        "to run a second one, give it its own with --path.data"
    )


def _is_owner_alive(lock: int) -> bool:
    text = os.pread(lock, 20, 0)
    if not text.isdigit():
        return True  # it has the lock and is about to write
    try:
        os.kill(int(text), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _node_id(path: Path) -> str:
    file = path / "uuid"
    try:
        return str(uuid.UUID(file.read_text(encoding="ascii").strip()))
    except (OSError, ValueError):
        made = str(uuid.uuid4())
        file.write_text(made + "\n", encoding="ascii")
        return made
