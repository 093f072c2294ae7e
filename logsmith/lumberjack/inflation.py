"""The plain text of a compressed frame, a step at a time."""

from __future__ import annotations

from isal import isal_zlib

from logsmith.lumberjack.frames import Limits, ProtocolError
from logsmith.lumberjack.windows import Text

INFLATE_STEP = 256 * 1024  # plain text that exists at once, unless a frame is longer; fits the caches

_OTHERS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4"}


class Inflation(Text):
    """Text that grows from zlib data; all that was inflated is used before more is.

    The data must be one zlib stream, whole, with its checksum, and nothing after it.
    """

    __slots__ = ("_inflater", "_limits", "_waiting", "inflated", "windows")

    def __init__(self, deflated: bytes, limits: Limits, inflated: int) -> None:
        super().__init__()
        self._limits = limits
        self._inflater = isal_zlib.decompressobj()
        self._waiting = deflated
        self.inflated = inflated  # of this window, with the frames before this one
        self.windows = 0  # that were complete in this frame

    def __len__(self) -> int:
        return len(self._waiting) + len(self.frames) - self.at

    @property
    def is_over(self) -> bool:
        """Whether the data ended as it should; what is left of the text is all."""
        return bool(self._inflater.eof)

    def advance(self) -> None:
        """Inflate a step more; raises ProtocolError if there is no more, or too much."""
        rest = self.frames[self.at :]
        # A step at least as long as what is left over keeps the copying of a long frame linear.
        room = min(max(INFLATE_STEP, len(rest)), self._limits.max_inflated_bytes - self.inflated + 1)
        text = self._inflate(room)
        self.inflated += len(text)
        if self.inflated > self._limits.max_inflated_bytes:
            raise ProtocolError(
                "inflated",
                f"expected a window of at most {self._limits.max_inflated_bytes} bytes, it inflates to more",
            )
        if self._inflater.unused_data:
            raise ProtocolError(
                "zlib", f"expected the end of the zlib data, got {len(self._inflater.unused_data)} more bytes"
            )
        if not text and not self.is_over:
            raise ProtocolError("zlib", "expected more zlib data, got the end of its frame")
        self.frames, self.at = rest + text if rest else text, 0

    def count_window(self) -> None:
        """Note that a window was complete in this frame."""
        self.windows += 1
        if self.windows > self._limits.max_windows_per_frame:
            raise ProtocolError(
                "window",
                f"expected at most {self._limits.max_windows_per_frame} windows in a frame, got more",
            )

    def _inflate(self, room: int) -> bytes:
        data = self._waiting
        try:
            text: bytes = self._inflater.decompress(data, room)
        except isal_zlib.error:  # type: ignore[misc]  # its stub declares an instance
            got = next(
                (f"{name} data" for start, name in _OTHERS.items() if data.startswith(start)),
                "data that does not inflate",
            )
            raise ProtocolError("zlib", f"expected zlib data, got {got}") from None
        self._waiting = self._inflater.unconsumed_tail
        return text
