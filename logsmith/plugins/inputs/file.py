"""Read lines of files: follow them as they grow, or read them once.

Unlike in Logstash, the position of a file moves, in memory as in the sincedb, only when the events before it
are delivered, and never past a line that the codec still holds back: whenever the process ends, lines may
come twice and none is left out. A renamed or deleted file is read to its end as long as it is open.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import trio

from logsmith.files.discover import find_files, look_all
from logsmith.files.errors import FilesError
from logsmith.files.reading import Outgoing, Reader, ReadPlan
from logsmith.files.sincedb import Sincedb
from logsmith.files.spans import DAY_S, parse_span
from logsmith.files.watch import Watch, WatchPlan
from logsmith.plugins import POSITIVE, REQUIRED, Codec, CodecSetting, EcsMode, Input, Problem, Send, setting
from logsmith.plugins.shared_settings import check_delimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from logsmith.event import Event
    from logsmith.files.watched import WatchedFile

# Settings that are spans of time, with the seconds a bare number of theirs counts in
SPANS = {
    "stat_interval": 1.0,
    "sincedb_write_interval": 1.0,
    "sincedb_clean_after": DAY_S,
    "ignore_older": 1.0,
    "close_older": 1.0,
}
ENDLESS = 4_611_686_018_427_387_903
TEXT_CODECS = ("plain", "line")


class File(Input):
    makes_plain_values = True

    codec: Codec = setting(CodecSetting("plain"), "How lines become events.")
    path: list[str] = setting(REQUIRED, "The files to read: absolute paths, globs with `**` and `{a,b}` too.")
    exclude: list[str] = setting([], "Names of files to leave out, as globs.")
    mode: Literal["tail", "read"] = setting(
        "tail", "Follow files as they grow, or read each once from start to end."
    )
    start_position: Literal["beginning", "end"] = setting(
        "end", "Where to start in files that are there at the first look."
    )
    stat_interval: str = setting("1 second", "How often to look whether files grew.")
    discover_interval: int = setting(
        15, "After how many of those looks to look for new files.", within=POSITIVE
    )
    sincedb_path: str | None = setting(None, "The file that keeps the positions; `/dev/null` keeps none.")
    sincedb_write_interval: str = setting("15 seconds", "How often to write the positions.")
    sincedb_clean_after: str = setting("14 days", "After what time to forget a file that is gone.")
    delimiter: str = setting("\n", "What ends a line; in archives it is always a newline.")
    ignore_older: str | None = setting(
        None, "Leave out files that were not changed for so long when they are found."
    )
    close_older: str = setting("1 hour", "Close files that were not changed for so long.")
    max_open_files: int = setting(4095, "The most files that are open at once.", within=POSITIVE)
    file_chunk_size: int = setting(
        32_768,
        "With file_chunk_count: how many bytes to read of a file before the next one's turn.",
        within=POSITIVE,
    )
    file_chunk_count: int = setting(
        ENDLESS, "How many chunks to read of a file before the next one's turn.", within=POSITIVE
    )
    file_sort_by: Literal["last_modified", "path"] = setting(
        "last_modified", "The order in which files are read."
    )
    file_sort_direction: Literal["asc", "desc"] = setting("asc", "Ascending or descending order.")
    file_completed_action: Literal["delete", "log", "log_and_delete"] = setting(
        "delete", "What becomes of a file in read mode when all of it is delivered."
    )
    file_completed_log_path: str | None = setting(
        None, "The file that gets the paths of files that are read."
    )
    exit_after_read: bool = setting(False, "End when all files are read.")
    check_archive_validity: bool = setting(False, "Read through an archive before anything of it is sent.")
    ecs_compatibility: EcsMode | None = setting(
        None,
        "Whether the source goes to `[log][file][path]` and `[host][name]` (v1, v8) or to `path` and `host`.",
    )

    def prepare(self) -> Iterator[Problem]:
        self._spans_s: dict[str, float] = {}
        for name, unit_s in SPANS.items():
            written = getattr(self, name)
            try:
                self._spans_s[name] = float("inf") if written is None else parse_span(written, unit_s)
            except FilesError as error:
                yield Problem(str(error), name)
        yield from self._path_problems()
        yield from self._mode_problems()
        yield from check_delimiter(self.delimiter)
        clean_after_s = self._spans_s.get("sincedb_clean_after", 14 * DAY_S)
        self._sincedb = Sincedb(self._find_sincedb(), clean_after_s)
        self._is_first = True

    def _path_problems(self) -> Iterator[Problem]:
        for at, path in enumerate(self.path):
            if not path.startswith("/"):
                hint = "write it from the root, with a slash in front"
                yield Problem(f"the path {path!r} is relative", "path", hint, inside=(at,))
        if self.sincedb_path is not None and Path(self.sincedb_path).is_dir():
            yield Problem(f"{self.sincedb_path!r} is a directory", "sincedb_path", "name a file")

    def _mode_problems(self) -> Iterator[Problem]:
        if self.exit_after_read and self.mode != "read":
            yield Problem("exit_after_read goes with read mode only", "exit_after_read", 'add mode => "read"')
        if (
            self.mode == "read"
            and "log" in self.file_completed_action
            and self.file_completed_log_path is None
        ):
            hint = "add file_completed_log_path => …"
            yield Problem(
                f"{self.file_completed_action!r} needs a file to log to", "file_completed_action", hint
            )

    def _find_sincedb(self) -> Path:
        if self.sincedb_path is not None:
            return Path(self.sincedb_path)
        digest = hashlib.md5(",".join(self.path).encode(), usedforsecurity=False).hexdigest()
        return self.context.path_data / "plugins" / "inputs" / "file" / f".sincedb_{digest}"

    async def run(self, send: Send) -> None:
        self._sincedb.load()
        self._saved_s = trio.current_time()
        self._watch = Watch(self._watch_plan(), self._sincedb, self.codec.fresh, self.log)
        self._outgoing = Outgoing(send, self._note_delivered)
        self._reader = Reader(self._read_plan(), self._outgoing, self._is_stopping, self.log)
        try:
            await self._follow()
            for file in self._watch.files.values():
                if file.is_holding:
                    await self._reader.flush(file)
            await self._outgoing.send()
        finally:
            for file in self._watch.files.values():
                file.close()
            self._save()

    async def _follow(self) -> None:
        cycle = 0
        while not self._is_stopping():
            if cycle % self.discover_interval == 0 and not (self.exit_after_read and cycle):
                found = partial(find_files, self.path, self.exclude)
                self._watch.discover(await trio.to_thread.run_sync(found), is_first=self._is_first)
                self._is_first = False
            is_all_read = await (self._read_once() if self.mode == "read" else self._read_growth())
            await self._outgoing.send()
            await self._note_delivered(())
            if self.exit_after_read and not any(not file.is_done for file in self._watch.files.values()):
                return
            if is_all_read:
                await self._pause()
            cycle += 1

    async def _read_growth(self) -> bool:
        """Take what was written since the last look; False if more is there."""
        files = list(self._watch.files.values())
        sights = await trio.to_thread.run_sync(look_all, [file.path for file in files])
        for file, sight in zip(files, sights, strict=True):
            file.see(sight)
        for file in self._watch.shrunk():
            await self._restart(file)
        is_all_read = True
        for file in self._watch.ready():
            if self._reader.open_or_complain(file, self._watch.open):
                is_all_read = await self._reader.read_growth(file) and is_all_read
        await self._flush_idle()
        for file in self._watch.ended():
            await self._reader.read_rest(file)
            await self._outgoing.send()
            self._watch.forget(file)
        self._watch.close_idle(trio.current_time())
        return is_all_read

    async def _restart(self, file: WatchedFile) -> None:
        """Begin a truncated file anew; what the codec holds back was written before that."""
        self.log.info("file is shorter than before, reading it from the start", path=file.path)
        await self._reader.flush(file)
        await self._outgoing.send()
        file.rewind()
        self._sincedb.put(file.identity, 0, file.path)

    async def _flush_idle(self) -> None:
        wait_s = getattr(self.codec, "auto_flush_interval", None)
        if wait_s is None:
            return
        for file in self._watch.files.values():
            if file.is_holding and trio.current_time() - file.last_read_s >= wait_s:
                await self._reader.flush(file)

    async def _read_once(self) -> bool:
        for file in self._watch.ready():
            if self._is_stopping():
                return True
            if not self._reader.open_or_complain(file, self._watch.open):
                file.is_done = self.exit_after_read  # else it is tried again
                continue
            read = self._reader.read_archive if file.is_gzip else self._reader.read_rest
            is_whole = await read(file)
            await self._outgoing.send()
            file.close()
            file.is_done = not self._is_stopping()
            if is_whole:
                self._complete(file)
        return True

    def _complete(self, file: WatchedFile) -> None:
        """Do with a file that is delivered as the settings say."""
        file.is_done = True
        try:
            if "log" in self.file_completed_action and self.file_completed_log_path is not None:
                with Path(self.file_completed_log_path).open(
                    "a", encoding="utf-8", errors="surrogateescape"
                ) as log:
                    log.write(f"{file.path}\n")
            if "delete" in self.file_completed_action:
                Path(file.path).unlink()
                file.is_deleted = True
                self._watch.forget(file)
        except OSError as error:
            self.log.error("file is read, but not completed", path=file.path, reason=str(error))

    async def _note_delivered(self, files: Iterable[WatchedFile]) -> None:
        for file in files:
            self._sincedb.put(file.identity, file.safe_at, file.path)
        if (
            self._sincedb.is_changed
            and trio.current_time() - self._saved_s >= self._spans_s["sincedb_write_interval"]
        ):
            self._saved_s = trio.current_time()
            await trio.to_thread.run_sync(self._save)

    def _save(self) -> None:
        try:
            self._sincedb.save(list(self._watch.files))
        except OSError as error:
            self.log.error("sincedb not written", reason=str(error))

    async def _pause(self) -> None:
        wait_s = self._spans_s["stat_interval"]
        auto_flush_s: float | None = getattr(self.codec, "auto_flush_interval", None)
        if auto_flush_s is not None:
            wait_s = min(wait_s, auto_flush_s)
        with trio.move_on_after(wait_s):
            if self.place.stopping is None:
                await trio.sleep_forever()
            else:
                await self.place.stopping.wait()

    def _is_stopping(self) -> bool:
        return self.place.stopping is not None and self.place.stopping.is_set()

    def _watch_plan(self) -> WatchPlan:
        ignore_older_s = self._spans_s["ignore_older"]
        return WatchPlan(
            is_tail=self.mode == "tail",
            starts_at_end=self.start_position == "end",
            ignore_older_s=None if ignore_older_s == float("inf") else ignore_older_s,
            close_older_s=self._spans_s["close_older"],
            max_open_files=self.max_open_files,
            sort_by=self.file_sort_by,
            sort_descending=self.file_sort_direction == "desc",
            deletes=self.mode == "read" and "delete" in self.file_completed_action,
        )

    def _read_plan(self) -> ReadPlan:
        is_plain = self.codec.name in TEXT_CODECS and getattr(self.codec, "charset", None) == "UTF-8"
        is_decorated = bool(self.tags or self.add_field or self.type)
        decorate: Callable[[Event], None] | None = self.decorate if is_decorated else None
        return ReadPlan(
            host=self.context.hostname,
            is_ecs=self.ecs != "disabled",
            delimiter=self.delimiter.encode(),
            suffix=getattr(self.codec, "delimiter", "").encode(),
            is_plain=is_plain,
            keeps_original=self.codec.ecs != "disabled",
            bytes_a_turn=self.file_chunk_size * self.file_chunk_count,
            checks_archives=self.check_archive_validity,
            decorate=decorate,
        )
