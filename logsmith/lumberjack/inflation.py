"""The plain text of a compressed frame, a step at a time."""

from __future__ import annotations

from isal import isal_zlib

from logsmith import vectors
from logsmith.lumberjack.frames import Limits, ProtocolError
from logsmith.lumberjack.windows import Text

STEP = 256 * 1024  # plain text that exists at once, unless a frame is longer; fits the caches
FEED = 64 * 1024  # zlib data given at once; the inflater copies what it could not use

_OTHERS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4"}


class Inflation(Text):
    """Text that grows from zlib data; all that was inflated is used before more is.

    The data must be one zlib stream, whole, with its checksum, and nothing after it.
    """

    __slots__ = ("_deflated", "_fed", "_inflater", "_limits", "inflated", "windows")

    def __init__(self, deflated: bytes, limits: Limits, inflated: int) -> None:
        super().__init__()
        self._limits = limits
        self._inflater = isal_zlib.decompressobj()
        self._deflated = deflated
        self._fed = 0
        self.inflated = inflated  # of this window, with the frames before this one
        self.windows = 0  # that were complete in this frame

    def __len__(self) -> int:
        return len(self._deflated) + len(self.frames) - self.at

    @property
    def is_over(self) -> bool:
        """Whether the data ended as it should; what is left of the text is all."""
        return bool(self._inflater.eof)

    def advance(self) -> None:
        """Inflate a step more; raises ProtocolError if there is no more, or too much."""
        rest = self.frames[self.at :]
        pieces = [rest]
        lacking = max(STEP, len(rest))  # twice as much each time: a long frame is not copied at every step
        while lacking > 0 and not self.is_over:
            piece = self._inflate(lacking)
            pieces.append(piece)
            lacking -= len(piece)
        self.frames, self.at = b"".join(pieces), 0

    def count_window(self) -> None:
        """Note that a window was complete in this frame."""
        self.windows += 1
        most = self._limits.max_windows_per_frame
        if self.windows > most:
            raise ProtocolError("window", f"expected at most {most} windows in a frame, got more")

    def _inflate(self, most: int) -> bytes:
        limit = self._limits.max_inflated_bytes
        deflated = self._inflater.unconsumed_tail or self._feed()
        try:
            text: bytes = self._inflater.decompress(deflated, min(most, limit - self.inflated + 1))
        except isal_zlib.error:  # type: ignore[misc]  # its stub declares an instance
            raise ProtocolError("zlib", f"expected zlib data, got {self._what_came()}") from None
        finally:
            vectors.rest()
        self.inflated += len(text)
        if self.inflated > limit:
            raise ProtocolError(
                "inflated", f"expected a window of at most {limit} bytes, it inflates to more"
            )
        if self.is_over:
            self._check_end()
        elif not text and not deflated:
            raise ProtocolError("zlib", "expected more zlib data, got the end of its frame")
        return text

    def _feed(self) -> bytes:
        start = self._fed
        self._fed = min(start + FEED, len(self._deflated))
        return self._deflated[start : self._fed]

    def _check_end(self) -> None:
        unused = len(self._inflater.unused_data) + len(self._deflated) - self._fed
        if unused:
            raise ProtocolError("zlib", f"expected the end of the zlib data, got {unused} more bytes")

    def _what_came(self) -> str:
        known = (f"{name} data" for start, name in _OTHERS.items() if self._deflated.startswith(start))
        return next(known, "data that does not inflate")
