"""From whole frames to windows of events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from logsmith.lumberjack.frames import (
    COMPRESSED,
    HEADER_BYTES,
    JSON,
    LONG,
    SHORT,
    U32,
    V1,
    V2,
    VERSIONS,
    WINDOW,
    Limits,
    ProtocolError,
    ack_frame,
    check_count,
    check_length,
    check_size,
    cut_short,
    unannounced,
    wrong_type,
    wrong_version,
)

Sent: TypeAlias = bytes | memoryview | dict[str, str]


@dataclass(slots=True)
class Window:
    """A complete window: its events in order of arrival, JSON documents as bytes, v1 events as maps of texts.

    Documents are views of the text they came in; who keeps one for long copies it, or keeps all of them.
    """

    version: int  # of the frame that announced it, and so of the answer
    count: int
    sequence: int = 0  # of the event that came last
    events: list[Sent] = field(default_factory=list)
    size: int = 0  # bytes of its frames, inflated; known once it is complete

    def ack(self) -> bytes:
        """Return the frame that acknowledges this window, to be sent once."""
        return ack_frame(self.version, self.sequence)

    def keepalive(self) -> bytes | None:
        """Return the frame that says work goes on; None for v1, whose clients take it for the answer."""
        return ack_frame(V2, 0) if self.version == V2 else None


class Text:
    """Frames, and how far they are read."""

    __slots__ = ("at", "frames")

    def __init__(self, frames: bytes = b"") -> None:
        self.frames = frames
        self.at = 0

    @property
    def is_used_up(self) -> bool:
        return self.at == len(self.frames)


class WindowReader:
    """Reads events into the open window, from one text or several."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._standing = 0  # events in each window of a v1 client, which may announce it once for all
        self.open: Window | None = None
        self.open_bytes = 0  # of the frames of the open window
        self._pairs = 0  # in the open window

    def read(self, text: Text, *, is_inflated: bool) -> Window | None:
        """Return the next window that is complete; None at the end, at a cut frame or at a compressed one."""
        frames, most = text.frames, self._limits.max_inflated_bytes
        while text.at < len(frames):
            before = text.at
            self._read_documents(text)
            if self.open is None or len(self.open.events) < self.open.count:
                after = self._read_frame(frames, text.at, is_inflated)
                is_stuck, text.at = after == text.at, after
            else:
                is_stuck = False
            self.open_bytes += text.at - before
            window = self.open
            if window is not None and len(window.events) == window.count:
                window.size = self.open_bytes
                self.open, self.open_bytes = None, 0
                return window
            if self.open_bytes > most:
                raise ProtocolError("window", f"expected a window of at most {most} bytes, got more")
            if is_stuck:
                return None
        return None

    def _read_documents(self, text: Text) -> None:
        """Read J frames while all is well with them: nine hundred and ninety-nine of a thousand."""
        window = self.open
        if window is None:
            return
        frames, at, end = text.frames, text.at, len(text.frames)
        view, append, unpack, longest = (
            memoryview(frames),
            window.events.append,
            LONG.unpack_from,
            self._limits.max_frame_bytes,
        )
        sequence = window.sequence
        for _ in range(window.count - len(window.events)):
            start = at + 10
            if start > end:
                break
            version, kind, number, length = unpack(frames, at)
            stop = start + length
            if kind != JSON or stop > end or not 0 < length <= longest or version not in VERSIONS:
                break
            append(view[start:stop])
            sequence, at = number, stop
        window.sequence, text.at = sequence, at

    def _read_frame(self, frames: bytes, at: int, is_inflated: bool) -> int:
        """Read one frame; returns where the next begins, or `at` if it is not whole or a compressed one."""
        present = len(frames) - at
        if not present:
            return at
        if frames[at] not in VERSIONS:
            raise wrong_version(frames, at)
        if present == 1:
            return at
        kind = frames[at + 1]
        if kind not in HEADER_BYTES:
            raise wrong_type(kind)
        if kind == COMPRESSED and is_inflated:
            raise ProtocolError("nesting", "expected an event, got compressed data inside of compressed data")
        if kind == COMPRESSED or present < HEADER_BYTES[kind]:
            return at
        if kind != WINDOW:
            return self._read_event(frames, at)
        version, _, count = SHORT.unpack_from(frames, at)
        self._open_window(version, count)
        return at + SHORT.size

    def _open_window(self, version: int, count: int) -> None:
        check_count(count, self._limits)
        if self.open is not None:
            raise cut_short(self.open.count - len(self.open.events))
        self.open = Window(version, count)
        self._pairs = 0
        self._standing = count if version == V1 else 0

    def _read_event(self, frames: bytes, at: int) -> int:
        _, kind, sequence, length = LONG.unpack_from(frames, at)
        check_length(kind, length, self._limits)
        if self.open is None:
            if not self._standing or kind == JSON:
                raise unannounced()
            self.open = Window(V1, self._standing)
        if kind == JSON:
            return at  # a whole one was read with the others
        self._count_pairs(length)
        pairs, stop = self._read_pairs(frames, at + LONG.size, length)
        if pairs is None:
            return at
        self.open.events.append(pairs)
        self._pairs += length
        self.open.sequence = sequence
        return stop

    def _count_pairs(self, count: int) -> None:
        most = self._limits.max_pairs_per_window
        if self._pairs + count > most:
            raise ProtocolError("pairs", f"expected at most {most} pairs in a window, got more")

    def _read_pairs(self, frames: bytes, start: int, count: int) -> tuple[dict[str, str] | None, int]:
        texts: list[str] = []
        stop = start
        for _ in range(2 * count):
            begin = stop + U32.size
            if begin > len(frames):
                return None, start
            stop = begin + U32.unpack_from(frames, stop)[0]
            check_size(stop - start + LONG.size, self._limits)
            if stop > len(frames):
                return None, start
            texts.append(frames[begin:stop].decode("utf-8", "replace"))
        return dict(zip(texts[::2], texts[1::2], strict=True)), stop
