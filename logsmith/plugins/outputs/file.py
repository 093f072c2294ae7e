"""Write events to local files, named from the events if wanted.

Unlike in Logstash, a send ends when its files are fsynced, whatever `flush_interval` says; a gzip file grows
by whole members and can be read at any time; and what cannot be written is kept and written again.
"""

from __future__ import annotations

import os
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import trio

from logsmith.event import Sprintf
from logsmith.files.confined import MAX_SHOWN, ConfinedPath, RefusedPathError
from logsmith.files.written import BAD_PATH, WritePlan, WrittenFiles
from logsmith.plugins import (
    REQUIRED,
    Codec,
    CodecSetting,
    Duration,
    Output,
    Problem,
    UndeliveredError,
    setting,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from logsmith.event import Event

DYNAMIC_START = re.compile(r"/?%\{[^}]+\}")
MODE_BITS = 0o7777


@dataclass(slots=True)
class Unwritten:
    """The events of a send that are not in their files, and why not."""

    retry: list[Event] = field(default_factory=list)
    refused: list[tuple[Event, str]] = field(default_factory=list)
    reason: str = ""

    def put_off(self, events: list[Event], reason: str) -> None:
        """Note events to be written again."""
        self.retry.extend(events)
        self.reason = reason

    def refuse(self, events: list[Event], reason: str) -> None:
        """Note events whose path is none."""
        self.refused.extend((event, reason) for event in events)
        self.reason = self.reason or reason


class File(Output):
    path: Sprintf = setting(REQUIRED, "The file; it may have fields and dates in it, but not at its start.")
    codec: Codec = setting(CodecSetting("json_lines"), "How events become bytes.")
    write_behavior: Literal["append", "overwrite"] = setting(
        "append", "Add to the file, or keep only the last event of each send."
    )
    gzip: bool = setting(False, "Compress the files.")
    flush_interval: Duration = setting(Duration(2), "Accepted; every send is on disk when it ends.")
    create_if_deleted: bool = setting(
        True, "Make files that are missing; else their events go to the file named by `filename_failure`."
    )
    filename_failure: str = setting(
        "_filepath_failures",
        "The name of the file for events whose path is refused; they are dead letters if it is not set.",
    )
    dir_mode: int = setting(-1, "The mode of new folders; -1 is the system's.")
    file_mode: int = setting(-1, "The mode of new files; -1 is the system's.")
    stale_cleanup_interval: Duration = setting(
        Duration(10), "Seconds without a write after which a file is closed."
    )

    def prepare(self) -> Iterator[Problem]:
        if DYNAMIC_START.match(self.path.text):
            hint = "start it with a folder, which no event can leave"
            yield Problem("the path starts with a part that comes from events", "path", hint)
        if "/" in self.filename_failure or self.filename_failure in ("", ".", ".."):
            yield Problem(f"{self.filename_failure!r} is no name of a file", "filename_failure")
        for name in ("dir_mode", "file_mode"):
            if not -1 <= getattr(self, name) <= MODE_BITS:
                yield Problem(
                    f"{getattr(self, name)} is no mode", name, "write it as an octal number such as 0640"
                )
        self._path = ConfinedPath(self.path, self.filename_failure)
        self._files = WrittenFiles(
            WritePlan(
                is_gzip=self.gzip,
                overwrites=self.write_behavior == "overwrite",
                dir_mode=None if self.dir_mode == -1 else self.dir_mode,
                file_mode=None if self.file_mode == -1 else self.file_mode,
            )
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        self._in_use = trio.Lock()
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._close_stale)
                yield
                nursery.cancel_scope.cancel()
        finally:
            self._files.close()

    async def _close_stale(self) -> None:
        while True:
            await trio.sleep(max(self.stale_cleanup_interval, 1))
            async with self._in_use:
                self._files.close_stale()

    async def send(self, events: list[Event]) -> None:
        groups: dict[str, list[Event]] = {}
        fate = Unwritten()
        for event in events:
            try:
                groups.setdefault(self._path.of(event), []).append(event)
            except RefusedPathError as error:
                if self._has_failure_file:
                    groups.setdefault(self._path.failure, []).append(event)
                else:
                    fate.refuse([event], str(error))
        async with self._in_use:
            await trio.to_thread.run_sync(self._write_groups, groups, fate)
        if fate.retry or fate.refused:
            raise UndeliveredError(fate.reason, retry=fate.retry, refused=fate.refused)

    @property
    def _has_failure_file(self) -> bool:
        return "filename_failure" in self.given

    def _write_groups(self, groups: dict[str, list[Event]], fate: Unwritten) -> None:
        """Write each file's events; note which are not written, and why not."""
        for path, events in groups.items():
            written = events[-1:] if self.write_behavior == "overwrite" else events
            chunk = b"".join([self.codec.encode(event) for event in written])
            try:
                self._write(path, chunk)
            except OSError as error:
                reason = f"{path[:MAX_SHOWN]}: {error.strerror or error}"
                if self._is_bad(path, error):
                    fate.refuse(events, reason)
                else:
                    fate.put_off(events, reason)

    def _write(self, path: str, chunk: bytes) -> None:
        # Path.exists would raise for a name that is too long
        if not self.create_if_deleted and path != self._path.failure and not os.path.exists(path):  # noqa: PTH110  see above
            path = self._path.failure
        try:
            self._files.write(path, chunk)
        except OSError as error:
            if not self._has_failure_file or not self._is_bad(path, error):
                raise
            self.log.warning(
                "path refused, events go to the failure file",
                path=path[:MAX_SHOWN],
                reason=str(error.strerror),
            )
            self._files.write(self._path.failure, chunk)

    def _is_bad(self, path: str, error: OSError) -> bool:
        """Return whether it is the path that cannot be written, as an event made it."""
        return self._path.static is None and path != self._path.failure and error.errno in BAD_PATH
