"""Read the dead letters of a pipeline, as events to be mended and delivered after all.

Each event is what the output refused, `@metadata` included; `[@metadata][dead_letter_queue]` has `plugin_type`, `plugin_id`,
`reason`, `entry_time` and the letter's `id`. The position moves when events are delivered. A letter stays in the table,
where `logsmith dlq` finds it, unless `clean_consumed` is true. One that is refused again after it was read here becomes
a dead letter once more, and is not read a second time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import trio

from logsmith.event import EventError, Timestamp
from logsmith.letters import LettersError
from logsmith.letters.reader import Batch, LetterReader
from logsmith.log import RateLimited
from logsmith.plugins import REQUIRED, Codec, CodecSetting, Input, Problem, Send, setting

LOOK_EVERY_S = 1.0
SAME_COMPLAINT_EVERY_S = 60.0


class DeadLetterQueue(Input):
    codec: Codec = setting(CodecSetting("plain"), "Accepted; letters are events already.")
    path: str = setting(
        REQUIRED,
        "The folder of dead letters, `path.data/dead_letter_queue`; a folder for each pipeline in it.",
    )
    pipeline_id: str = setting("main", "The pipeline whose dead letters to read.")
    commit_offsets: bool = setting(True, "Remember the position over restarts.")
    sincedb_path: str | None = setting(
        None, "The file that keeps the position; in `path.data/plugins/inputs/dead_letter_queue` if unset."
    )
    start_timestamp: str | None = setting(
        None, "Leave out letters older than this ISO 8601 time, where no position is known."
    )
    clean_consumed: bool = setting(False, "Remove letters when their events are delivered.")

    def prepare(self) -> Iterator[Problem]:
        if Path(self.pipeline_id).name != self.pipeline_id:
            yield Problem(f"{self.pipeline_id!r} is not the name of a folder", "pipeline_id")
        if self.clean_consumed and not self.commit_offsets:
            hint = "leave commit_offsets out"
            yield Problem("clean_consumed goes with commit_offsets only", "clean_consumed", hint)
        if self.sincedb_path is not None and Path(self.sincedb_path).is_dir():
            yield Problem(f"{self.sincedb_path!r} is a directory", "sincedb_path", "name a file")
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        self._start_ns: int | None = None
        if self.start_timestamp is not None:
            try:
                self._start_ns = Timestamp.parse(self.start_timestamp).nanos
            except EventError as error:
                yield Problem(str(error), "start_timestamp", "write it as 2026-11-20T23:00:00Z")
        if any((Path(self.path) / self.pipeline_id).glob("*.log")):
            message = "there are dead letters of Logstash in this folder, which are not read"
            hint = (
                "a Logstash can read them and send them to the beats input here, with its lumberjack output"
            )
            yield Problem(message, "path", hint, severity="warning")

    async def run(self, send: Send) -> None:
        reader = LetterReader(
            Path(self.path), self.pipeline_id, sincedb=self._find_sincedb(), start_ns=self._start_ns
        )
        try:
            while not self._is_stopping():
                batch = await trio.to_thread.run_sync(reader.read)
                if batch is None:
                    await self._pause()
                    continue
                for event in batch.events:
                    self.decorate(event)
                if batch.events:
                    await send(batch.events)
                await trio.to_thread.run_sync(self._note_delivered, reader, batch)
        finally:
            reader.close()

    def _note_delivered(self, reader: LetterReader, batch: Batch) -> None:
        try:
            reader.note_delivered(batch, removes=self.clean_consumed)
        except LettersError as error:  # the events are delivered: going back would deliver them again
            if self._complaints.passes("position") is not None:
                self.log.error("position in the dead letters not kept", reason=str(error))

    def _find_sincedb(self) -> Path | None:
        if not self.commit_offsets:
            return None
        if self.sincedb_path is not None:
            return Path(self.sincedb_path)
        digest = hashlib.md5(self.path.encode(), usedforsecurity=False).hexdigest()
        folder = self.context.path_data / "plugins" / "inputs" / "dead_letter_queue" / self.pipeline_id
        return folder / f".sincedb_{digest}"

    async def _pause(self) -> None:
        with trio.move_on_after(LOOK_EVERY_S):
            if self.place.stopping is None:
                await trio.sleep_forever()
            else:
                await self.place.stopping.wait()

    def _is_stopping(self) -> bool:
        return self.place.stopping is not None and self.place.stopping.is_set()
