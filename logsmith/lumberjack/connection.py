"""The server's end of a Lumberjack connection, without I/O.

    connection.receive_data(data)      whatever came; b"" is the end of the stream
    connection.next_window()           a Window, NEED_DATA or END_OF_STREAM; raises ProtocolError

Windows wait as the bytes they came in: a compressed frame is inflated when its turn comes, not when it arrives. So a
connection can read ahead as far as its client pipelines, for the price of the compressed text. `is_mid_window` tells the
reader that it must go on reading (a client's write has a time limit of its own); at a boundary it may pause.

Rules for the next editor. A length is checked before its bytes are waited for, and nothing is ever allocated from a
length. After an error no further byte is parsed; windows that were complete before it are still handed out first.
Sequence numbers are echoed, never checked: Beats start at 1 in every window, others count on for ever.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from isal import isal_zlib

from logsmith.lumberjack.frames import (
    ACK,
    COMPRESSED,
    JSON,
    ONE,
    PAIRS,
    TWO,
    V2,
    VERSIONS,
    WINDOW,
    Limits,
    ProtocolError,
    ack_frame,
    check_length,
    wrong_version,
)
from logsmith.lumberjack.scan import FrameScan

INFLATE_STEP = 16 * 1024 * 1024  # plain text that exists at once


class Signal(Enum):
    """What `next_window` says when there is no window."""

    NEED_DATA = "need data"
    END_OF_STREAM = "end of stream"


NEED_DATA, END_OF_STREAM = Signal.NEED_DATA, Signal.END_OF_STREAM


@dataclass(slots=True)
class Window:
    """A complete window: its events in order of arrival, JSON documents as bytes, v1 events as maps of texts."""

    version: int
    count: int
    sequence: int = 0  # of the event that came last
    events: list[bytes | memoryview | dict[str, str]] = field(default_factory=list)

    def ack(self) -> bytes:
        """Return the frame that acknowledges this window, to be sent once."""
        return ack_frame(self.version, self.sequence)

    def keepalive(self) -> bytes | None:
        """Return the frame that says work goes on; None for v1, whose clients would take it for the answer."""
        return ack_frame(V2, 0) if self.version == V2 else None


class Connection:
    """What one client sends, cut into windows."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._buffer = bytearray()
        self._scan = FrameScan(self._limits)
        self._window: Window | None = None
        self._complete: deque[Window] = deque()
        self._failure: ProtocolError | None = None
        self._inflated = 0
        self._ended = False

    @property
    def buffered_bytes(self) -> int:
        """How many bytes wait to be parsed."""
        return len(self._buffer)

    @property
    def is_mid_window(self) -> bool:
        """Whether the peer is known to be in the middle of a frame or window."""
        return self._failure is None and self._scan.is_mid_window(len(self._buffer))

    @property
    def windows_seen(self) -> int:
        """How many windows have come in whole since the start, as far as can be told without inflating them."""
        return self._scan.seen

    @property
    def parked_windows(self) -> int:
        """How many windows wait, as far as can be told without inflating them."""
        return self._scan.windows + len(self._complete)

    def receive_data(self, data: bytes) -> None:
        """Take what came from the peer; empty at the end of its stream."""
        if not data:
            self._ended = True
        elif self._failure is None:
            self._buffer += data
            self._scan.advance(self._buffer)

    def next_window(self) -> Window | Signal:
        """Return the next complete window; raises ProtocolError once all windows before the mistake are handed out."""
        if not self._complete and self._failure is None:
            try:
                self._parse()
            except ProtocolError as error:
                self._failure = error
                self._buffer.clear()
        if self._complete:
            return self._complete.popleft()
        if self._failure is not None:
            raise self._failure
        if not self._ended:
            return NEED_DATA
        if self._buffer or self._window is not None:
            got = len(self._window.events) if self._window else 0
            self._failure = ProtocolError("cut", f"the stream ended inside a window, after {got} of its events")
            raise self._failure
        return END_OF_STREAM

    def _parse(self) -> None:
        """Parse whole frames until a window is complete; what comes after a mistake is parsed up to it."""
        whole = len(self._buffer) if self._scan.is_lost else self._scan.border
        if not whole:
            return
        text, at = bytes(memoryview(self._buffer)[:whole]), 0
        view = memoryview(text)
        while not self._complete and at < whole:
            end = self._take_compressed(text, view, at) if text[at + 1 : at + 2] == b"C" else self._take_frame(text, view, at)
            if end == at:
                break
            at = end
        del self._buffer[:at]
        self._scan.forget(at)

    def _take_compressed(self, text: bytes, view: memoryview, at: int) -> int:
        if text[at] not in VERSIONS:
            raise wrong_version(text[at : at + 16])
        if len(text) - at < 6:  # noqa: PLR2004  its header
            return at
        length = ONE.unpack_from(text, at + 2)[0]
        check_length(length, self._limits.max_frame_bytes, "compressed data")
        stop = at + 6 + length
        if stop > len(text):
            return at
        self._inflate(view[at + 6 : stop])
        return stop

    def _inflate(self, deflated: memoryview) -> None:
        inflater = isal_zlib.decompressobj()
        rest = b""
        waiting: bytes | memoryview = deflated
        while not inflater.eof:
            try:
                text = inflater.decompress(waiting, INFLATE_STEP)
            except isal_zlib.error as error:
                raise ProtocolError("zlib", f"expected zlib data, got bytes that do not inflate: {error}") from None
            waiting = inflater.unconsumed_tail
            self._inflated += len(text)
            if self._inflated > self._limits.max_inflated_bytes:
                limit = self._limits.max_inflated_bytes
                raise ProtocolError("inflated", f"a window inflates to more than {limit} bytes")
            if not text and not inflater.eof:
                raise ProtocolError("zlib", "the zlib data ends before its checksum")
            rest = self._take_frames(rest + text if rest else text)
        if inflater.unused_data:
            raise ProtocolError("zlib", f"{len(inflater.unused_data)} bytes follow the end of the zlib data")
        if rest:
            raise ProtocolError("cut", "the compressed text ends inside a frame")

    def _take_frames(self, text: bytes) -> bytes:
        """Take the frames of inflated text; returns what is left of one that is cut."""
        view, end, at = memoryview(text), len(text), 0
        longest, unpack = self._limits.max_frame_bytes, TWO.unpack_from
        while end - at >= 10 and text[at + 1] == JSON and text[at] in VERSIONS:  # noqa: PLR2004  the header of J
            sequence, length = unpack(text, at + 2)
            if not 0 < length <= longest:
                check_length(length, longest, "JSON")
            stop = at + 10 + length
            window = self._window
            if window is None or stop > end:
                break
            window.events.append(view[at + 10 : stop])
            window.sequence = sequence
            if len(window.events) == window.count:
                self._finish(window)
            at = stop
        while at < end:
            after = self._take_frame(text, view, at, nested=True)
            if after == at:
                break
            at = after
        return text[at:]

    def _take_frame(self, text: bytes, view: memoryview, at: int, *, nested: bool = False) -> int:
        """Take one frame; returns where the next begins, or `at` if bytes are missing."""
        if text[at] not in VERSIONS:
            raise wrong_version(text[at : at + 16])
        if len(text) - at < 2:  # noqa: PLR2004  version and type
            return at
        kind = text[at + 1]
        if kind == WINDOW:
            return self._open_window(text, at)
        if kind == JSON:
            return self._take_json(text, view, at)
        if kind == PAIRS:
            return self._take_pairs(text, at)
        if kind == COMPRESSED and not nested:
            return at
        raise _wrong_type(kind)

    def _open_window(self, text: bytes, at: int) -> int:
        if len(text) - at < 6:  # noqa: PLR2004  its length
            return at
        if self._window is not None:
            got, count = len(self._window.events), self._window.count
            raise ProtocolError("window", f"expected {count - got} more events of a window of {count}, got a new window")
        count = ONE.unpack_from(text, at + 2)[0]
        if count > self._limits.max_events_per_window:
            limit = self._limits.max_events_per_window
            raise ProtocolError("window", f"expected a window of at most {limit} events, got one of {count}")
        self._window = Window(text[at], count)
        if count == 0:
            self._finish(self._window)
        return at + 6

    def _take_json(self, text: bytes, view: memoryview, at: int) -> int:
        if len(text) - at < 10:  # noqa: PLR2004  its header
            return at
        sequence, length = TWO.unpack_from(text, at + 2)
        check_length(length, self._limits.max_frame_bytes, "JSON")
        window = self._expect_events()
        stop = at + 10 + length
        if stop > len(text):
            return at
        self._add(window, sequence, view[at + 10 : stop])
        return stop

    def _take_pairs(self, text: bytes, at: int) -> int:
        if len(text) - at < 10:  # noqa: PLR2004  its header
            return at
        sequence, count = TWO.unpack_from(text, at + 2)
        if not 0 < count <= self._limits.max_pairs:
            raise ProtocolError("length", f"expected 1 to {self._limits.max_pairs} pairs, got {count}")
        window = self._expect_events()
        items: list[str] = []
        stop = at + 10
        for _ in range(2 * count):
            if len(text) - stop < 4:  # noqa: PLR2004  a length
                return at
            length = ONE.unpack_from(text, stop)[0]
            if stop + 4 + length - at > self._limits.max_frame_bytes:
                raise ProtocolError("length", f"expected a frame of at most {self._limits.max_frame_bytes} bytes")
            stop += 4 + length
            if stop > len(text):
                return at
            items.append(text[stop - length : stop].decode("utf-8", "replace"))
        self._add(window, sequence, dict(zip(items[::2], items[1::2], strict=True)))
        return stop

    def _expect_events(self) -> Window:
        if self._window is None:
            raise ProtocolError("window", "expected a window frame, got an event that no window announced")
        return self._window

    def _add(self, window: Window, sequence: int, event: bytes | memoryview | dict[str, str]) -> None:
        window.events.append(event)
        window.sequence = sequence
        if len(window.events) == window.count:
            self._finish(window)

    def _finish(self, window: Window) -> None:
        self._complete.append(window)
        self._window = None
        self._inflated = 0


def _wrong_type(kind: int) -> ProtocolError:
    if kind == COMPRESSED:
        return ProtocolError("nesting", "compressed data inside of compressed data")
    if kind == ACK:
        return ProtocolError("type", "expected an event, got an acknowledgement from a client")
    return ProtocolError("type", f"expected frame type W, J, D or C, got byte 0x{kind:02x}")
