"""The sincedb: how far each file is read, in Logstash's lines `inode major minor offset last_active path`."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from logsmith.durable import make_folder, replace_file
from logsmith.files.discover import Identity
from logsmith.log import Logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OLD_COLUMNS = 4  # of lines without last_active and path
NOWHERE = Path(os.devnull)

log = Logger("logstash.inputs.file.sincedb")


@dataclass(slots=True)
class Record:
    """One file's line; `path` is None where an old line has none."""

    offset: int
    last_active: float
    path: str | None


class Sincedb:
    """The records, in memory between `load` and `save`."""

    def __init__(self, path: Path, clean_after_s: float, now: Callable[[], float] = time.time) -> None:
        self._path, self._clean_after_s, self._now = path, clean_after_s, now
        self._records: dict[Identity, Record] = {}
        self.is_loaded = self.is_changed = False

    def load(self) -> None:
        """Read the file once; what is expired or no record is left out."""
        if self.is_loaded:
            return
        self.is_loaded = True
        try:
            text = self._path.read_text("utf-8", "surrogateescape")
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("sincedb not read, files count as new", path=str(self._path), reason=str(error))
            return
        for line in text.split("\n"):
            self._take_line(line)

    def _take_line(self, line: str) -> None:
        if not line.strip():
            return
        parts = line.split(" ", 5)
        try:
            identity = Identity(int(parts[0]), int(parts[1]), int(parts[2]))
            offset = int(parts[3])
            last_active = float(parts[4]) if len(parts) > OLD_COLUMNS else self._now()
        except (ValueError, IndexError):
            log.warning("sincedb line not understood", path=str(self._path), line=line[:200])
            return
        if self._now() - last_active < self._clean_after_s:
            self._records[identity] = Record(offset, last_active, parts[5] if len(parts) == 6 else None)

    def get(self, identity: Identity) -> Record | None:
        """Return a file's record."""
        return self._records.get(identity)

    def put(self, identity: Identity, offset: int, path: str) -> None:
        """Note how far a file is read."""
        known = self._records.get(identity)
        if known is None or known.offset != offset or known.path != path:
            self._records[identity] = Record(offset, self._now(), path)
            self.is_changed = True

    def drop(self, identity: Identity) -> None:
        """Forget a file that is gone: its inode may become another file's."""
        self.is_changed = self._records.pop(identity, None) is not None or self.is_changed

    def save(self, watched: Iterable[Identity] = ()) -> None:
        """Write the file, all of it or nothing; what is watched never expires. Raises OSError."""
        self.is_changed = False
        if self._path == NOWHERE:
            return
        now = self._now()
        for identity in watched:
            if identity in self._records:
                self._records[identity].last_active = now
        fresh = {one: it for one, it in self._records.items() if now - it.last_active < self._clean_after_s}
        text = "".join(map(_line, fresh, fresh.values())).encode("utf-8", "surrogateescape")
        try:
            _replace(self._path, text)
        except OSError:
            self.is_changed = True
            raise


def _line(identity: Identity, record: Record) -> str:
    path = "" if record.path is None else f" {record.path}"
    return (
        f"{identity.inode} {identity.major} {identity.minor} {record.offset} {record.last_active:.6f}{path}\n"
    )


def _replace(path: Path, text: bytes) -> None:
    make_folder(path.parent)
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        path.write_bytes(text)
        return
    try:
        replace_file(path, text)
    except PermissionError:
        path.write_bytes(text)  # a folder that takes no new files may still let an old one be written
