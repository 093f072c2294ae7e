"""The frames of the Lumberjack protocol, their limits, and the mistakes a peer can make.

Every frame starts with a version byte ('1' or '2') and a type byte; integers are unsigned 32-bit big-endian.

    W  u32 count                              how many events follow before an answer is due
    J  u32 sequence, u32 length, JSON
    D  u32 sequence, u32 pairs, then pairs x (u32 length, name, u32 length, value)
    C  u32 length, zlib data                  whose plain text is whole frames
    A  u32 sequence                           the answer
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from logsmith.errors import LogsmithError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

VERSIONS = (0x31, 0x32)
V1, V2 = VERSIONS
WINDOW, JSON, PAIRS, COMPRESSED, ACK = b"WJDCA"

U32 = struct.Struct(">I")
SHORT = struct.Struct(">BBI")  # W, C and A: version, type, number
LONG = struct.Struct(">BBII")  # J and D: version, type, sequence, length or count
HEADER_BYTES = {WINDOW: SHORT.size, COMPRESSED: SHORT.size, JSON: LONG.size, PAIRS: LONG.size}

_MIB = 1024 * 1024
_HTTP = ("http", "an HTTP request")
_PROXY = ("proxy", "a PROXY protocol header, where nobody is known to send one")
_JSON = ("json", "JSON without frames around it")
STRANGERS = {
    b"\x16\x03": ("tls", "a TLS handshake on a port that speaks plain text"),
    b"GET ": _HTTP,
    b"HEAD ": _HTTP,
    b"POST ": _HTTP,
    b"PUT ": _HTTP,
    b"DELETE ": _HTTP,
    b"OPTIONS ": _HTTP,
    b"CONNECT ": _HTTP,
    b"PRI * HTTP/2": _HTTP,
    b"PROXY ": _PROXY,
    b"\r\n\r\n\x00\r\nQUIT\n": _PROXY,
    b"{": _JSON,
    b"[": _JSON,
}
LONGEST_STRANGER = max(map(len, STRANGERS))


class ProtocolError(LogsmithError):
    """The peer does not speak the protocol.

    `kind` is a stable short name for counters: tls, http, proxy, json (another protocol); version, type,
    nesting, window, length, pairs, zlib, inflated, cut (mistakes of a client); ack, closed (of a server).
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Limits:
    """What a peer may ask of us."""

    max_frame_bytes: int = 64 * _MIB  # of a J document, a D frame or the zlib data of a C frame
    max_inflated_bytes: int = 256 * _MIB  # of the compressed frames of one window
    max_events_per_window: int = 65_536
    max_pairs: int = 10_000  # of one D frame
    max_pairs_per_window: int = 1_000_000
    max_windows_per_frame: int = 1_000  # inside of one C frame
    max_frames_per_window: int = 10_000  # C frames that one window is spread over


def is_stranger_so_far(first: bytes) -> bool:
    """Return whether these first bytes of a stream may become those of another protocol."""
    return any(start.startswith(first) for start in STRANGERS if len(start) > len(first))


def wrong_version(text: bytes | bytearray, at: int, *, is_first: bool = False) -> ProtocolError:
    """Return what is wrong with bytes that are no version: at the start, often another protocol."""
    if is_first:
        first = bytes(text[at : at + LONGEST_STRANGER])
        for start, (kind, words) in STRANGERS.items():
            if first.startswith(start):
                return ProtocolError(kind, f"expected a Lumberjack frame, got {words}")
    return ProtocolError("version", f"expected version '1' or '2', got byte 0x{text[at]:02x}")


def wrong_type(kind: int) -> ProtocolError:
    """Return what is wrong with a type byte that no client sends."""
    if kind == ACK:
        return ProtocolError("type", "expected a frame of a client, got an acknowledgement")
    return ProtocolError("type", f"expected frame type W, J, D or C, got byte 0x{kind:02x}")


def check_length(kind: int, length: int, limits: Limits) -> None:
    """Refuse a J, D or C frame whose length or number of pairs is zero or over its limit."""
    most = limits.max_pairs if kind == PAIRS else limits.max_frame_bytes
    if 0 < length <= most:
        return
    if kind == PAIRS:
        raise ProtocolError("pairs", f"expected 1 to {most} pairs, got {length}")
    what = "JSON" if kind == JSON else "compressed data"
    raise ProtocolError("length", f"expected 1 to {most} bytes of {what}, got {length}")


def check_size(size: int, limits: Limits) -> None:
    """Refuse a D frame whose names and values exceed the limit of a frame."""
    if size > limits.max_frame_bytes:
        raise ProtocolError(
            "length", f"expected a frame of at most {limits.max_frame_bytes} bytes, got one of {size} or more"
        )


def check_count(count: int, limits: Limits) -> None:
    """Refuse a window of too many events."""
    most = limits.max_events_per_window
    if count > most:
        raise ProtocolError("window", f"expected a window of at most {most} events, got one of {count}")


def unannounced() -> ProtocolError:
    """Return what is wrong with an event that belongs to no window."""
    return ProtocolError("window", "expected a window, got an event that no window announced")


def cut_short(lacking: int) -> ProtocolError:
    """Return what is wrong with a window that starts before the last one is full."""
    return ProtocolError("window", f"expected {lacking} more events of the window, got a new window")


def window_frame(count: int, version: int = V2) -> bytes:
    """Return the frame that announces `count` events."""
    return SHORT.pack(version, WINDOW, count)


def ack_frame(version: int, sequence: int) -> bytes:
    """Return the frame that acknowledges up to `sequence`."""
    return SHORT.pack(version, ACK, sequence)


def json_frame(sequence: int, document: bytes, version: int = V2) -> bytes:
    """Return the frame of one JSON document."""
    return LONG.pack(version, JSON, sequence, len(document)) + document


def pairs_frame(sequence: int, pairs: Mapping[str, str], version: int = V1) -> bytes:
    """Return the frame of one flat map of texts."""
    parts = [LONG.pack(version, PAIRS, sequence, len(pairs))]
    for text in (text for pair in pairs.items() for text in pair):
        encoded = text.encode()
        parts += (U32.pack(len(encoded)), encoded)
    return b"".join(parts)


def compressed_frame(frames: bytes, level: int, version: int = V2) -> bytes:
    """Return the frame that holds other frames, compressed."""
    deflated = zlib.compress(frames, level)
    return SHORT.pack(version, COMPRESSED, len(deflated)) + deflated


def encode_window(documents: Sequence[bytes], *, compression_level: int = 3) -> bytes:
    """Return a v2 window of JSON documents, numbered from 1, in one compressed frame unless level is 0."""
    frames = (json_frame(number, document) for number, document in enumerate(documents, 1))
    return window_frame(len(documents)) + _joined(frames, compression_level, V2)


def encode_pairs_window(
    events: Sequence[Mapping[str, str]], *, first_sequence: int = 1, compression_level: int = 0
) -> bytes:
    """Return a v1 window of flat maps; a v1 client's numbers go on from those of the window before."""
    frames = (pairs_frame(number, event) for number, event in enumerate(events, first_sequence))
    return window_frame(len(events), V1) + _joined(frames, compression_level, V1)


def _joined(frames: Iterable[bytes], level: int, version: int) -> bytes:
    joined = b"".join(frames)
    return compressed_frame(joined, level, version) if joined and level else joined
