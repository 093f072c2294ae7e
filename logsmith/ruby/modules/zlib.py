"""Zlib: checksums, deflate and inflate, gzip; what comes out is limited in size."""

from __future__ import annotations

import zlib
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.coerce import to_int
from logsmith.ruby.dispatch import Table, class_methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import MAX_LENGTH, String
from logsmith.ruby.texts import binary, bytes_of

_GZIP, _RAW_OR_ZLIB = 31, 15  # window bits with the kind of header

define("Zlib", is_module=True)
define("Zlib::Error", "StandardError")
define("Zlib::DataError", "Zlib::Error")
define("Zlib::BufError", "Zlib::Error")
define("Zlib::GzipFile", "Object")
define("Zlib::GzipFile::Error", "Zlib::Error")
define("Zlib::GzipFile::NoFooter", "Zlib::GzipFile::Error")
define("Zlib::Inflate", "Object")
define("Zlib::Deflate", "Object")
ZLIB = class_methods_of("Zlib")


def inflated(content: bytes, window_bits: int, kind: str) -> bytes:
    """Return what compressed bytes stand for; raises the exception of a kind, ArgumentError past the limit of size."""
    reader = zlib.decompressobj(window_bits)
    try:
        made = reader.decompress(content, MAX_LENGTH)
    except zlib.error as error:
        raise fault(kind, str(error).rpartition(": ")[2]) from None
    if reader.unconsumed_tail:
        raise fault("ArgumentError", "argument too big")
    if not reader.eof and window_bits == _GZIP:
        raise fault("Zlib::GzipFile::NoFooter", "footer is not found")
    if not reader.eof:
        raise fault("Zlib::BufError" if kind == "Zlib::DataError" else kind, "buffer error")
    return made


@ZLIB.method("crc32")
def crc32(_module: Any, text: Any = None, start: Any = 0) -> int:
    return 0 if text is None else zlib.crc32(bytes_of(text), to_int(start))


@ZLIB.method("adler32")
def adler32(_module: Any, text: Any = None, start: Any = 1) -> int:
    return 1 if text is None else zlib.adler32(bytes_of(text), to_int(start))


def deflate(_module: Any, text: Any, level: Any = -1) -> String:
    return binary(zlib.compress(bytes_of(text), to_int(-1 if level is None else level)))


def inflate(_module: Any, text: Any) -> String:
    return binary(inflated(bytes_of(text), _RAW_OR_ZLIB, "Zlib::DataError"))


def _both(table: Table, name: str, function: Any) -> None:
    ZLIB.add(name, function)
    table.add(name, function)


_both(class_methods_of("Zlib::Deflate"), "deflate", deflate)
_both(class_methods_of("Zlib::Inflate"), "inflate", inflate)


@ZLIB.method("gzip")
def gzip(_module: Any, text: Any, **_options: Any) -> String:
    writer = zlib.compressobj(wbits=_GZIP)
    return binary(writer.compress(bytes_of(text)) + writer.flush())


@ZLIB.method("gunzip")
def gunzip(_module: Any, text: Any) -> String:
    content = bytes_of(text)
    if not content.startswith(b"\x1f\x8b"):
        raise fault("Zlib::GzipFile::Error", "not in gzip format")
    return binary(inflated(content, _GZIP, "Zlib::GzipFile::Error"))
