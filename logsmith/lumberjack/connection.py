"""The server's end of a Lumberjack connection, without I/O.

    connection.receive_data(data)      whatever came; b"" is the end of the stream
    connection.next_window()           a Window, NEED_DATA or END_OF_STREAM; raises ProtocolError; with
                                       `step_bytes`, UNDONE: so much was inflated, ask again for the rest

Windows wait as the bytes they came in: a compressed frame is inflated when its turn comes, not when it
arrives. So a connection can read ahead as far as its client pipelines, for the price of the compressed
text. `is_mid_window` tells the reader that it must go on reading (a client's write has a time limit of its
own); at a boundary it may pause, and it must while the connection `is_full`.

    bytes -> FrameBuffer -> whole outer frames -> WindowReader -> Window
                                 C frame -> Inflation --^

Rules for the next editor. A length is checked before its bytes are waited for, and nothing is ever
allocated from a length. After a mistake no further byte is parsed; windows that were complete before it are
still handed out first. A window that ends its compressed frame is handed out only when the checksum has
been seen. Sequence numbers are echoed, never checked: Beats start at 1 in every window, others count on for
ever.
"""

from __future__ import annotations

from enum import Enum

from logsmith.lumberjack.borders import FrameBuffer
from logsmith.lumberjack.frames import SHORT, V2, Limits, ProtocolError
from logsmith.lumberjack.inflation import Inflation
from logsmith.lumberjack.windows import Text, Window, WindowReader


class Signal(Enum):
    """What is said when there is nothing to hand out."""

    NEED_DATA = "need data"
    END_OF_STREAM = "end of stream"
    UNDONE = "undone"


NEED_DATA, END_OF_STREAM, UNDONE = Signal.NEED_DATA, Signal.END_OF_STREAM, Signal.UNDONE


class Connection:
    """What one client sends, cut into windows."""

    def __init__(self, limits: Limits | None = None, *, step_bytes: float = float("inf")) -> None:
        self._limits = limits or Limits()
        self._step_bytes = step_bytes
        self._buffer = FrameBuffer(self._limits)
        self._reader = WindowReader(self._limits)
        self._text = Text()
        self._inflation: Inflation | None = None
        self._inflated = 0  # of the open window
        self._frames = 0  # compressed, since the last window
        self._failure: tuple[str, str] | None = None
        self._has_ended = False

    @property
    def buffered_bytes(self) -> int:
        """How many bytes are held that no window was made of."""
        inflating = 0 if self._inflation is None else len(self._inflation)
        read = self._reader.open_bytes
        return len(self._buffer) + len(self._text.frames) - self._text.at + inflating + read

    @property
    def unfinished_bytes(self) -> int:
        """How many of them are of a window whose rest has not come."""
        return self._buffer.part_bytes + self._reader.open_bytes if self.is_mid_window else 0

    @property
    def takes_keepalives(self) -> bool:
        """Whether the client whose window waits takes signs of life; one of v1 takes them for the answer."""
        if self._reader.open is not None:
            return self._reader.open.version == V2
        return (self._text.frames[self._text.at :][:1] or self._buffer.start) == bytes([V2])

    @property
    def is_mid_window(self) -> bool:
        """Whether the peer is known to be in the middle of a frame or window."""
        if self._failure is not None or self._has_ended:
            return False
        is_open = self._reader.open is not None and not self.parked_windows and self._buffer.error is None
        return is_open or self._buffer.has_part

    @property
    def is_full(self) -> bool:
        """Whether so many windows wait that the rest of what came is not looked at until some are handed out."""
        return self._buffer.is_full

    @property
    def windows_seen(self) -> int:
        """How many windows have come in whole, ever, as far as can be told without inflating them."""
        return self._buffer.seen

    @property
    def parked_windows(self) -> int:
        """How many windows wait, as far as can be told without inflating them."""
        return self._buffer.windows + (self._inflation is not None or not self._text.is_used_up)

    def receive_data(self, data: bytes) -> None:
        """Take what came from the peer; empty at the end of its stream."""
        if self._failure is not None:
            return
        if data:
            self._buffer.receive_data(data)
        else:
            self._has_ended = True
            self._buffer.receive_end()

    def next_window(self) -> Window | Signal:
        """Return the next complete window; raises ProtocolError once all before the mistake are out."""
        if self._failure is not None:
            raise ProtocolError(*self._failure)
        try:
            return self._next_window()
        except ProtocolError as error:
            self._failure = error.kind, str(error)  # the error itself knows its frames, and so this object
            self.discard()
            raise

    def discard(self) -> None:
        """Let go of all bytes; nothing is handed out any more."""
        self._buffer, self._text, self._inflation = FrameBuffer(self._limits), Text(), None
        self._reader = WindowReader(self._limits)

    def _next_window(self) -> Window | Signal:
        start = None if self._inflation is None else self._inflation.inflated
        while True:
            if self._inflation is not None:
                before = self._inflation.inflated
                start = before if start is None else start
                if before - start >= self._step_bytes:
                    return UNDONE
                window = self._read_inflated(self._inflation)
            else:
                window = self._reader.read(self._text, is_inflated=False)
                if window is None and not self._load():
                    return self._nothing()
            if window is not None:
                self._frames = 0
                return window

    def _load(self) -> bool:
        """Go on to the compressed frame that is next, or to what came since; False if there is neither."""
        text = self._text
        if text.is_used_up:
            self._text = Text(self._buffer.take())
            return not self._text.is_used_up
        start = text.at + SHORT.size
        text.at = start + SHORT.unpack_from(text.frames, text.at)[2]
        self._count_frame()
        window = self._reader.open
        before = self._inflated if window is not None and window.events else 0
        self._inflation = Inflation(text.frames[start : text.at], self._limits, before)
        return True

    def _count_frame(self) -> None:
        self._frames += 1
        most = self._limits.max_frames_per_window
        if self._frames > most:
            raise ProtocolError("window", f"expected a window in at most {most} compressed frames, got more")

    def _read_inflated(self, inflation: Inflation) -> Window | None:
        window = self._reader.read(inflation, is_inflated=True)
        if window is not None:
            inflation.count_window()
        if not inflation.is_over and (window is None or inflation.is_used_up):
            inflation.advance()  # before a window at its end is handed out: the text may not be what was sent
        elif window is None and not inflation.is_used_up:
            raise ProtocolError("cut", "expected whole frames, got compressed text that ends inside of one")
        if inflation.is_over and inflation.is_used_up:
            self._inflated, self._inflation = inflation.inflated, None
        return window

    def _nothing(self) -> Signal:
        if self._buffer.error is not None:
            raise self._buffer.error
        if not self._has_ended:
            return NEED_DATA
        window = self._reader.open
        if window is None and not self._buffer.has_part:
            return END_OF_STREAM
        got = f"{len(window.events)} events of a window of {window.count}" if window else "a part of a frame"
        raise ProtocolError("cut", f"expected the rest, got the end of the stream after {got}")
