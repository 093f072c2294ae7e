"""Text deflated in pieces (RFC 1951), which become one gzip file (RFC 1952) without deflating anything again.

A piece ends at a byte's border and refers to nothing before it, so that pieces can stand in any order.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import msgspec
from isal import isal_zlib

from logsmith import vectors

FASTEST_LEVELS = 3  # ISA-L has 0 to 3, and is several times as fast as zlib
MOST_INFLATED = 512 << 20  # of a piece; what claims to be larger is damaged

_RAW = -15  # window bits: no header, no trailer
_BEGIN = b"\x1f\x8b\x08" + bytes(6) + b"\xff"  # no name, no time, of an unknown system
_END = b"\x03\x00"  # an empty last block

_ERRORS: tuple[type[Exception], ...] = (isal_zlib.error,)  # type: ignore[assignment]  # isal's stub declares an instance


class InflateError(ValueError):
    """A piece is not what `deflate` made."""


class Deflated(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A piece: its bytes, and the size in bytes and the CRC-32 of the text."""

    content: bytes
    size: int
    crc: int


def deflate(text: bytes, level: int = 1) -> Deflated:
    """Return a text as a piece; `level` is 1 to 9, of which 1 to 3 take a few microseconds a kilobyte."""
    if level > FASTEST_LEVELS:
        slow = zlib.compressobj(level, zlib.DEFLATED, _RAW)
        return Deflated(slow.compress(text) + slow.flush(zlib.Z_FULL_FLUSH), len(text), zlib.crc32(text))
    fast = isal_zlib.compressobj(level, isal_zlib.DEFLATED, _RAW)
    made = Deflated(
        fast.compress(text) + fast.flush(isal_zlib.Z_FULL_FLUSH), len(text), isal_zlib.crc32(text)
    )
    vectors.rest()
    return made


def inflate(piece: Deflated) -> bytes:
    """Return the text of a piece; raises InflateError if that is not what it was made of."""
    if piece.size > MOST_INFLATED:
        raise InflateError("it claims to be too large")
    try:
        text: bytes = isal_zlib.decompressobj(_RAW).decompress(piece.content, piece.size + 1)
        crc = isal_zlib.crc32(text)
    except _ERRORS as error:
        raise InflateError(str(error)) from None
    finally:
        vectors.rest()
    if len(text) != piece.size or crc != piece.crc:
        raise InflateError("it is not the text it was")
    return text


def gzip_file(pieces: Sequence[Deflated]) -> bytes:
    """Return one gzip file of all texts, one behind the other."""
    crc = size = 0
    for piece in pieces:
        crc = isal_zlib.crc32_combine(crc, piece.crc, piece.size)
        size += piece.size
    trailer = crc.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
    return b"".join((_BEGIN, *(piece.content for piece in pieces), _END, trailer))
