"""Which files are watched, and what becomes of each: pure decisions over what was seen, and the sincedb.

A file is known by its identity. While it is open, its descriptor pins the inode: a rename or a replacement
at its path cannot be mistaken, and what was written before is read to the end. A record in the sincedb only
speaks of a file if the path is the same, since an inode is soon used again. In doubt a file is read from its
beginning: lines may come twice, none is left out.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from logsmith.files.discover import Identity, Sight, look
from logsmith.files.watched import LineCodec, WatchedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logsmith.files.sincedb import Sincedb
    from logsmith.log import Logger


@dataclass(frozen=True, slots=True)
class WatchPlan:
    """What the settings say about watching."""

    is_tail: bool = True
    starts_at_end: bool = True
    ignore_older_s: float | None = None
    close_older_s: float = 3600.0
    max_open_files: int = 4095
    sort_by: Literal["last_modified", "path"] = "last_modified"
    sort_descending: bool = False
    deletes: bool = False  # files that are read


class Watch:
    """The files of one input."""

    def __init__(
        self, plan: WatchPlan, sincedb: Sincedb, fresh_codec: Callable[[], LineCodec], log: Logger
    ) -> None:
        self.files: dict[Identity, WatchedFile] = {}
        self._plan, self._sincedb, self._fresh_codec, self._log = plan, sincedb, fresh_codec, log

    def discover(self, sights: Sequence[Sight], *, is_first: bool) -> None:
        """Take in what the globs found."""
        for sight in sights:
            file = self.files.get(sight.identity)
            if file is None:
                self._take_new(sight, is_first=is_first)
            elif file.path == sight.path:
                self._see_again(file, sight)
            elif file.is_detached or _leads_elsewhere(file):
                self._follow_rename(file, sight)
        seen = {sight.identity for sight in sights}
        for file in list(self.files.values()):
            file.misses = 0 if file.identity in seen or file.is_open else file.misses + 1
            # A file that is renamed while the globs are walked may be missed once
            if file.misses > (0 if file.is_done else 1):
                self.forget(file)

    def _take_new(self, sight: Sight, *, is_first: bool) -> None:
        is_old = (
            self._plan.ignore_older_s is not None and time.time() - sight.modified > self._plan.ignore_older_s
        )
        if is_old and not self._plan.is_tail:
            return
        self._add(sight, self._position(sight, is_first=is_first, is_old=is_old))

    def _position(self, sight: Sight, *, is_first: bool, is_old: bool) -> int:
        record = self._sincedb.get(sight.identity)
        if record is not None:
            is_same = record.path in (None, sight.path) and record.offset <= sight.size
            return record.offset if is_same else 0
        skips = is_old or (is_first and self._plan.starts_at_end)
        return sight.size if self._plan.is_tail and skips else 0

    def _add(self, sight: Sight, position: int) -> None:
        file = WatchedFile(sight, position, self._fresh_codec())
        # What was read before a restart is not read, or logged, again; but it may still have to be deleted
        file.is_done = not self._plan.is_tail and sight.size == position > 0 and not self._plan.deletes
        self.files[sight.identity] = file
        self._sincedb.put(sight.identity, position, sight.path)

    def _see_again(self, file: WatchedFile, sight: Sight) -> None:
        if file.is_detached and not file.attach(sight):
            self.forget(file)
            self._add(sight, 0)
            return
        file.see(sight)

    def _follow_rename(self, file: WatchedFile, sight: Sight) -> None:
        if file.attach(sight):
            self._log.debug("file renamed", path=sight.path)
            self._sincedb.put(file.identity, file.safe_at, file.path)
            return
        self.forget(file)
        self._add(sight, 0)

    def forget(self, file: WatchedFile) -> None:
        """Watch a file no more; a deleted one leaves no record, for its inode is free."""
        file.close()
        self.files.pop(file.identity, None)
        if file.is_deleted:
            self._sincedb.drop(file.identity)

    def ready(self) -> list[WatchedFile]:
        """Return the files that have something to take, in the order of the settings."""
        if self._plan.is_tail:
            chosen = [file for file in self.files.values() if file.is_ready]
        else:
            chosen = [file for file in self.files.values() if not file.is_done]
        if self._plan.sort_by == "path":
            return sorted(chosen, key=lambda file: file.path, reverse=self._plan.sort_descending)
        return sorted(chosen, key=lambda file: file.modified, reverse=self._plan.sort_descending)

    def shrunk(self) -> list[WatchedFile]:
        """Return the files that were truncated: shorter than what is read of them."""
        return [file for file in self.files.values() if file.size < file.read_at and not file.is_done]

    def ended(self) -> list[WatchedFile]:
        """Return the deleted files that nobody wrote to for a cycle: nothing will follow."""
        return [
            file
            for file in self.files.values()
            if file.is_deleted and file.cycles_gone > 1 and not file.is_ready
        ]

    def close_idle(self, now_s: float) -> None:
        """Close what was not written to for long; a discovery forgets what is nowhere to be found."""
        for file in self.files.values():
            if file.is_open and not file.is_ready and now_s - file.last_read_s > self._plan.close_older_s:
                file.close()

    def open(self, file: WatchedFile) -> None:
        """Open a file; if too many are, close the one idle for longest. Raises OSError or FilesError."""
        if not file.is_open:
            opened = [
                one for one in self.files.values() if one.is_open and not one.is_ready and not one.is_detached
            ]
            if len(opened) >= self._plan.max_open_files:
                min(opened, key=lambda one: one.last_read_s).close()
        file.open()


def _leads_elsewhere(file: WatchedFile) -> bool:
    sight = look(file.path)
    return sight is None or sight.identity != file.identity
