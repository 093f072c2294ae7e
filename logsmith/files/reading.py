"""From ready files to delivered events: blocks, lines, batches, and positions that follow the deliveries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import trio

from logsmith.errors import LogsmithError
from logsmith.event import Event
from logsmith.files.errors import FilesError
from logsmith.files.lines import Origin, split_lines, split_text
from logsmith.files.watched import DAMAGE, LONGEST_LINE, WatchedFile
from logsmith.log import Logger, RateLimited

BATCH = 2_000  # events in a send
SAME_COMPLAINT_EVERY_S = 60.0

Send = Callable[[list[Event]], Awaitable[None]]


class Outgoing:
    """Events of several files on their way, and how far each file is safe once they are delivered."""

    def __init__(self, send: Send, delivered: Callable[[Iterable[WatchedFile]], Awaitable[None]]) -> None:
        self._send, self._delivered = send, delivered
        self._events: list[Event] = []
        self._positions: dict[WatchedFile, int] = {}

    async def add(self, events: Iterable[Event], file: WatchedFile, position: int | None = None) -> None:
        """Take events; with all events so far, `position` of the file is reached."""
        self._events.extend(events)
        if position is not None:
            self._positions[file] = position
        if len(self._events) >= BATCH:
            await self.send()

    async def send(self) -> None:
        """Deliver what waits; only then do the positions move."""
        events, positions = self._events, self._positions
        self._events, self._positions = [], {}
        if events:
            await self._send(events)
        for file, position in positions.items():
            file.safe_at = position
        await self._delivered(positions)


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """How files are read.

    `is_plain`: the codec takes each line for its text. `suffix`: what it wants behind each line.
    """

    host: str
    is_ecs: bool
    delimiter: bytes = b"\n"
    suffix: bytes = b""
    is_plain: bool = True
    keeps_original: bool = True
    bytes_a_turn: int = 1 << 62
    checks_archives: bool = False
    decorate: Callable[[Event], None] | None = None


class Reader:
    """Reads files into an Outgoing."""

    def __init__(
        self, plan: ReadPlan, outgoing: Outgoing, is_stopping: Callable[[], bool], log: Logger
    ) -> None:
        self._plan, self._outgoing, self._is_stopping, self._log = plan, outgoing, is_stopping, log
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        self._last_origin: tuple[str, Origin] | None = None

    async def read_growth(self, file: WatchedFile) -> bool:
        """Read whole lines up to the size that was seen, or one turn's bytes; False if more is left."""
        end = min(file.size, file.read_at + self._plan.bytes_a_turn)
        file.last_read_s = trio.current_time()
        while file.read_at < end and not self._is_stopping():
            block = file.read_block(self._plan.delimiter)
            if not block:
                file.tried_size = file.size
                return True
            await self._take(file, block)
            await trio.lowlevel.checkpoint()
        return file.read_at >= file.size

    async def read_rest(self, file: WatchedFile) -> bool:
        """Read to the end, an unended last line too, and flush the codec; False if the input stops before."""
        while not self._is_stopping():
            block = file.read_block(self._plan.delimiter) or file.read_rest()
            if not block:
                break
            await self._take(file, block)
            await trio.lowlevel.checkpoint()
        else:
            return False
        await self.flush(file)
        return True

    async def read_archive(self, file: WatchedFile) -> bool:
        """Read a gzip file; False if it is damaged or the input stops: then it is not done."""
        if self._plan.checks_archives and not await trio.to_thread.run_sync(self._is_whole, file):
            return False
        rest = b""
        try:
            with file.gzip_blocks() as blocks:
                while block := await trio.to_thread.run_sync(next, blocks, b""):
                    if self._is_stopping():
                        return False
                    whole, end, rest = (rest + block).rpartition(b"\n")
                    if len(rest) > LONGEST_LINE:
                        whole, end, rest = rest, b"\n", b""
                    if end:
                        await self._give(file, whole + end, b"\n")
        except DAMAGE as error:
            self._complain(file, f"archive is damaged: {error}")
            return False
        if rest:
            await self._give(file, rest, b"\n")
        file.read_at = file.size
        await self.flush(file)
        return True

    def _is_whole(self, file: WatchedFile) -> bool:
        try:
            with file.gzip_blocks() as blocks:
                for _ in blocks:
                    continue
        except DAMAGE as error:
            self._complain(file, f"archive is damaged: {error}")
            return False
        return True

    async def flush(self, file: WatchedFile) -> None:
        """Let the codec give out what it holds back: with it, all that was read is on its way."""
        events = list(file.codec.flush())
        self._complete(file, events)
        await self._outgoing.add(events, file, file.read_at)

    async def _take(self, file: WatchedFile, block: bytes) -> None:
        if self._plan.is_plain:
            file.read_at += len(block)
            await self._give(file, block, self._plan.delimiter)
            await self._outgoing.add((), file, file.read_at)
            return
        end = file.read_at + len(block)
        for line in split_lines(block, self._plan.delimiter):
            start = file.read_at
            file.read_at = min(start + len(line) + len(self._plan.delimiter), end)
            events = self._decode(file, line)
            held_from = None if file.is_holding and not events else start if file.is_holding else file.read_at
            await self._outgoing.add(events, file, held_from)

    async def _give(self, file: WatchedFile, block: bytes, delimiter: bytes) -> None:
        """Send the events of whole lines without a position: that is the caller's to know."""
        if not self._plan.is_plain:
            for line in split_lines(block, delimiter):
                await self._outgoing.add(self._decode(file, line), file)
            return
        origin = self._origin(file)
        lines = split_text(block, delimiter)
        for first in range(0, len(lines), BATCH):
            events = origin.events(lines[first : first + BATCH], keeps_original=self._plan.keeps_original)
            self._decorate(events)
            await self._outgoing.add(events, file)

    def _decode(self, file: WatchedFile, line: bytes) -> list[Event]:
        try:
            events = list(file.codec.decode(line + self._plan.suffix))
        except LogsmithError as error:
            self._complain(file, f"line not decoded: {error}")
            return []
        self._complete(file, events)
        return events

    def _complete(self, file: WatchedFile, events: list[Event]) -> None:
        origin = self._origin(file)
        for event in events:
            origin.complete(event)
        self._decorate(events)

    def _decorate(self, events: list[Event]) -> None:
        if self._plan.decorate is not None:
            for event in events:
                self._plan.decorate(event)

    def _origin(self, file: WatchedFile) -> Origin:
        if self._last_origin is None or self._last_origin[0] != file.path:
            self._last_origin = file.path, Origin(file.path, self._plan.host, is_ecs=self._plan.is_ecs)
        return self._last_origin[1]

    def _complain(self, file: WatchedFile, reason: str) -> None:
        if self._complaints.passes((file.path, reason)) is not None:
            self._log.warning("file not read as it should be", path=file.path, reason=reason)

    def open_or_complain(self, file: WatchedFile, open_file: Callable[[WatchedFile], None]) -> bool:
        """Open a file; False, and a line in the log, if it cannot be read now."""
        try:
            open_file(file)
        except (OSError, FilesError) as error:
            self._complain(file, str(error))
            return False
        return True
