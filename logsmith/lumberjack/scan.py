"""Finding the borders of frames in bytes that nobody parses yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.lumberjack.frames import COMPRESSED, JSON, ONE, PAIRS, TWO, VERSIONS, WINDOW

if TYPE_CHECKING:
    from logsmith.lumberjack.frames import Limits

_HEADER_BYTES = {WINDOW: 6, JSON: 10, PAIRS: 10, COMPRESSED: 6}


class FrameScan:
    """Walks over the outer frames as they arrive: where the last whole one ends, and whether a window is in the middle.

    What is inside of a compressed frame is not known here; such a frame counts as the end of its window, as every known
    client makes it. `is_lost` after a mistake: the walk stops there, and the parser will name it.
    """

    __slots__ = ("_at", "_items", "_lacking", "_limits", "border", "is_lost", "seen", "windows")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._at = 0  # where the next header or item begins; may lie beyond the bytes that are there
        self._items = 0  # names and values that the current D frame still lacks
        self._lacking = 0  # events that the current window still lacks
        self.border = 0  # end of the last whole frame
        self.windows = 0  # that are whole and wait
        self.seen = 0  # that were whole, ever
        self.is_lost = False

    def is_mid_window(self, buffered: int) -> bool:
        """Return whether bytes of the current frame or window are still to come."""
        return not self.is_lost and (self._lacking > 0 or buffered > self.border)

    def advance(self, buffer: bytearray) -> None:
        """Walk as far as `buffer` goes."""
        while not self.is_lost:
            if self._at <= len(buffer) and not self._items:
                self.border = self._at
            if self._at >= len(buffer):
                return
            before = self._at
            if self._items:
                self._step_item(buffer)
            else:
                self._step_frame(buffer)
            if self._at == before:
                return

    def forget(self, count: int) -> None:
        """Note that the first `count` bytes of the buffer are gone."""
        self._at -= count
        self.border -= count
        if self.border <= 0:
            self.border = self.windows = 0

    def _step_frame(self, buffer: bytearray) -> None:
        header = buffer[self._at : self._at + 2]
        if len(header) < 2 and header[0] in VERSIONS:  # noqa: PLR2004  version and type
            return
        size = _HEADER_BYTES.get(header[1]) if header[0] in VERSIONS else None
        if size is None:
            self.is_lost = True
            return
        if len(buffer) - self._at >= size:
            self._step_over(header[1], buffer)

    def _step_over(self, kind: int, buffer: bytearray) -> None:
        if kind == WINDOW:
            self._lacking = ONE.unpack_from(buffer, self._at + 2)[0]
            self.is_lost = self._lacking > self._limits.max_events_per_window
            self._at += 6
        elif kind == COMPRESSED:
            length = ONE.unpack_from(buffer, self._at + 2)[0]
            self.is_lost = not 0 < length <= self._limits.max_frame_bytes
            self._at += 6 + length
            self._lacking = 0
            self.windows += 1
            self.seen += 1
        else:
            length = TWO.unpack_from(buffer, self._at + 2)[1]
            self._at += 10
            self._start_event(kind, length)

    def _start_event(self, kind: int, length: int) -> None:
        limit = self._limits.max_frame_bytes if kind == JSON else self._limits.max_pairs
        self.is_lost = not 0 < length <= limit
        if kind == JSON:
            self._at += length
            self._event_ends()
        else:
            self._items = 2 * length

    def _step_item(self, buffer: bytearray) -> None:
        if len(buffer) - self._at < 4:  # noqa: PLR2004  a length
            return
        length = ONE.unpack_from(buffer, self._at)[0]
        self._at += 4 + length
        self._items -= 1
        self.is_lost = self._at - self.border > self._limits.max_frame_bytes
        if not self._items:
            self._event_ends()

    def _event_ends(self) -> None:
        self._lacking = max(0, self._lacking - 1)
        if not self._lacking:
            self.windows += 1
            self.seen += 1
