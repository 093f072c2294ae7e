"""The frames of the Lumberjack protocol, their limits, and the mistakes a peer can make.

Every frame starts with a version byte ('1' or '2') and a type byte; integers are unsigned, 32 bits, big-endian.

    W  u32 count                              how many events follow before an answer is due
    J  u32 sequence, u32 length, JSON
    D  u32 sequence, u32 pairs, then pairs x (u32 length, name, u32 length, value)
    C  u32 length, zlib data                  whose plain text is whole frames
    A  u32 sequence                           the answer
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from logsmith.errors import LogsmithError

VERSIONS = (0x31, 0x32)
V1, V2 = VERSIONS
WINDOW, JSON, PAIRS, COMPRESSED, ACK = b"WJDCA"

ONE = struct.Struct(">I")
TWO = struct.Struct(">II")
ANSWER = struct.Struct(">BBI")

_MIB = 1024 * 1024
_STRANGERS = (
    (b"\x16\x03", "tls", "a TLS handshake on a port without TLS"),
    (b"GET ", "http", "an HTTP request"),
    (b"POST", "http", "an HTTP request"),
    (b"HEAD", "http", "an HTTP request"),
    (b"PUT ", "http", "an HTTP request"),
    (b"PROXY ", "proxy", "a PROXY protocol header"),
    (b"\r\n\r\n\x00\r\nQUIT\n", "proxy", "a PROXY protocol header"),
    (b"{", "json", "JSON without Lumberjack frames"),
)


class ProtocolError(LogsmithError):
    """The peer does not speak the protocol; `kind` is a stable short name for counters."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Limits:
    """What a peer may ask of us."""

    max_frame_bytes: int = 64 * _MIB  # of one J, D or C frame on the wire
    max_inflated_bytes: int = 256 * _MIB  # of the compressed frames of one window
    max_events_per_window: int = 65_536
    max_pairs: int = 10_000  # of one D frame


def wrong_version(first: bytes) -> ProtocolError:
    """Return what is wrong with bytes that start with no version: often it is another protocol."""
    for start, kind, words in _STRANGERS:
        if first[: len(start)] == start[: len(first)] and len(first) >= min(len(start), 2):
            return ProtocolError(kind, f"expected a Lumberjack frame, got {words}")
    return ProtocolError("version", f"expected version '1' or '2', got byte 0x{first[0]:02x}")


def check_length(length: int, limit: int, what: str) -> None:
    """Refuse a length that is zero or over its limit."""
    if not 0 < length <= limit:
        raise ProtocolError("length", f"expected 1 to {limit} bytes of {what}, got {length}")


def window_frame(count: int, version: int = V2) -> bytes:
    """Return the frame that announces `count` events."""
    return ANSWER.pack(version, WINDOW, count)


def ack_frame(version: int, sequence: int) -> bytes:
    """Return the frame that acknowledges up to `sequence`."""
    return ANSWER.pack(version, ACK, sequence)


def json_frame(sequence: int, document: bytes, version: int = V2) -> bytes:
    """Return the frame of one JSON document."""
    return bytes((version, JSON)) + TWO.pack(sequence, len(document)) + document


def pairs_frame(sequence: int, pairs: dict[str, str], version: int = V1) -> bytes:
    """Return the frame of one flat map of texts."""
    parts = [bytes((version, PAIRS)), TWO.pack(sequence, len(pairs))]
    for text in (text for pair in pairs.items() for text in pair):
        encoded = text.encode()
        parts += (ONE.pack(len(encoded)), encoded)
    return b"".join(parts)


def compressed_frame(deflated: bytes, version: int = V2) -> bytes:
    """Return the frame of zlib data."""
    return bytes((version, COMPRESSED)) + ONE.pack(len(deflated)) + deflated
