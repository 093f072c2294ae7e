"""Bytes that wait, and the borders of the frames in them.

Outer frames are walked over as they arrive, so that a mistake in a header is known at once and a window is
known to be whole without inflating it. Where the current frame ends may lie beyond the bytes that are
there. The walk stops when MOST_WALKED whole windows wait, and goes on as they are taken: a window of nothing
is six bytes, and to know of it costs more than that.

What is inside of a compressed frame is not known here. Such a frame counts as the end of its window, as
every known client makes it; what follows it without a new window counts as more of the same one. Who reads
the frames knows better when their turn comes.
"""

from __future__ import annotations

from collections import deque

from logsmith.lumberjack.frames import (
    COMPRESSED,
    HEADER_BYTES,
    JSON,
    LONG,
    PAIRS,
    SHORT,
    U32,
    V1,
    VERSIONS,
    WINDOW,
    Limits,
    ProtocolError,
    check_count,
    check_length,
    check_size,
    cut_short,
    is_stranger_so_far,
    unannounced,
    wrong_type,
    wrong_version,
)

MOST_WALKED = 64  # whole windows that are known at a time; clients have two or three on the wire
UNKNOWN = -1  # how many events a window lacks after a compressed frame


class FrameBuffer:
    """Takes bytes as they come, gives back whole frames, a window's at a time where that can be told.

    `error` is the first mistake found in a header. The frames before it are still given back; nothing after
    it is kept. While the buffer `is_full`, what follows its windows is not looked at. Places are counted from
    the start of the stream.
    """

    __slots__ = (
        "_at",
        "_border",
        "_buffer",
        "_ends",
        "_items",
        "_joins",
        "_lacking",
        "_limits",
        "_standing",
        "_taken",
        "error",
        "seen",
    )

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._taken = 0  # how many bytes were given back
        self._at = 0  # where the next header, name or value begins
        self._border = 0  # end of the last whole frame
        self._ends: deque[int] = deque()  # of whole windows
        self._lacking = 0  # events that the current window lacks, beyond `_at`
        self._standing = 0  # events in each window of a v1 client, which may announce it once for all
        self._items = 0  # names and values that the current D frame lacks
        self._joins: bool | None = None  # the current frame ends a window; True: one that has an end already
        self.seen = 0  # how many windows were whole, ever
        self.error: ProtocolError | None = None

    def __len__(self) -> int:
        return len(self._buffer)

    @property
    def start(self) -> bytes:
        """The first byte, the version of the frame whose turn is next."""
        return bytes(self._buffer[:1])

    @property
    def part_bytes(self) -> int:
        """How many bytes are there of the window that is not whole yet."""
        return len(self._buffer) - (self._ends[-1] - self._taken if self._ends else 0)

    @property
    def windows(self) -> int:
        """How many whole windows wait."""
        return len(self._ends)

    @property
    def is_full(self) -> bool:
        """Whether so many whole windows wait that what follows them is not known."""
        return len(self._ends) >= MOST_WALKED

    @property
    def has_part(self) -> bool:
        """Whether bytes of the current frame, or frames of the current window, are known to be still to come."""
        if self.error is not None or self.is_full:
            return False
        return self._lacking > 0 or self._taken + len(self._buffer) > self._border

    def receive_data(self, data: bytes) -> None:
        """Take bytes; after a mistake they are dropped."""
        if self.error is None:
            self._buffer += data
            self._walk()

    def receive_end(self) -> None:
        """Note that no more bytes come: the first ones of a strange protocol need not wait for the next."""
        if self.error is None and len(self._buffer) and not self._taken and self._buffer[0] not in VERSIONS:
            self._fail(wrong_version(self._buffer, 0))

    def take(self) -> bytes:
        """Return the frames of the next window if it is whole, else the whole frames that there are."""
        was_full = len(self._ends) >= MOST_WALKED
        end = self._ends.popleft() if self._ends else self._border
        size = end - self._taken
        with memoryview(self._buffer) as view:
            frames = bytes(view[:size])
        del self._buffer[:size]
        self._taken = end
        if was_full:
            self._walk()
        return frames

    def _fail(self, error: ProtocolError) -> None:
        self.error = error
        del self._buffer[self._border - self._taken :]

    def _walk(self) -> None:
        end = self._taken + len(self._buffer)
        try:
            while self._at <= end:
                if not self._items:
                    self._pass_border()
                    if len(self._ends) >= MOST_WALKED:
                        return
                    self._pass_documents()
                before = self._at
                at = before - self._taken
                self._at += self._step_item(at) if self._items else self._step_frame(at)
                if self._at == before:
                    return
        except ProtocolError as error:
            self._fail(error)

    def _pass_border(self) -> None:
        self._border = self._at
        if self._joins is None:
            return
        if self._joins and self._ends:
            self._ends.pop()
        self._ends.append(self._border)
        self.seen += not self._joins
        self._joins = None

    def _pass_documents(self) -> None:
        """Walk over whole J frames while all is well with them, up to the last of the window."""
        buffer, unpack, longest = self._buffer, LONG.unpack_from, self._limits.max_frame_bytes
        at, end, lacking = self._at - self._taken, len(self._buffer), self._lacking
        while lacking > 1 and at + 10 <= end:
            version, kind, _, length = unpack(buffer, at)
            after = at + 10 + length
            if kind != JSON or after > end or not 0 < length <= longest or version not in VERSIONS:
                break
            at = after
            lacking -= 1
        self._at = self._border = at + self._taken
        self._lacking = lacking

    def _step_frame(self, at: int) -> int:
        """Return the size of the frame at `at`, without a D frame's pairs; 0 if its header is not there."""
        buffer = self._buffer
        present = len(buffer) - at
        if present and buffer[at] not in VERSIONS:
            return self._step_stranger(at)
        if present < 2:
            return 0
        kind = buffer[at + 1]
        if kind not in HEADER_BYTES:
            raise wrong_type(kind)
        if present < HEADER_BYTES[kind]:
            return 0
        if kind in (JSON, PAIRS):
            return self._step_event(kind, LONG.unpack_from(buffer, at)[3])
        number = SHORT.unpack_from(buffer, at)[2]
        return self._step_window(buffer[at], number) if kind == WINDOW else self._step_compressed(number)

    def _step_stranger(self, at: int) -> int:
        is_first = self._taken + at == 0
        if is_first and is_stranger_so_far(bytes(self._buffer)):
            return 0
        raise wrong_version(self._buffer, at, is_first=is_first)

    def _step_window(self, version: int, count: int) -> int:
        check_count(count, self._limits)
        if self._lacking > 0:
            raise cut_short(self._lacking)
        self._lacking = count
        self._standing = count if version == V1 else 0
        if not count:
            self._joins = False
        return SHORT.size

    def _step_compressed(self, length: int) -> int:
        check_length(COMPRESSED, length, self._limits)
        self._joins = self._lacking == UNKNOWN
        self._lacking = UNKNOWN
        return SHORT.size + length

    def _step_event(self, kind: int, length: int) -> int:
        check_length(kind, length, self._limits)
        if not self._lacking and kind == PAIRS:
            self._lacking = self._standing
        if not self._lacking:
            raise unannounced()
        if self._lacking == UNKNOWN:
            self._joins = True
        else:
            self._lacking -= 1
            if not self._lacking:
                self._joins = False
        if kind == JSON:
            return LONG.size + length
        self._items = 2 * length
        return LONG.size

    def _step_item(self, at: int) -> int:
        if len(self._buffer) - at < U32.size:
            return 0
        size: int = U32.size + U32.unpack_from(self._buffer, at)[0]
        check_size(self._at + size - self._border, self._limits)
        self._items -= 1
        return size
