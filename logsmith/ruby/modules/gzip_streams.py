"""Zlib's objects: `Zlib::GzipReader.new(io).read`, `Zlib::Inflate.new(bits).inflate(text)` and their counterparts."""

from __future__ import annotations

import zlib
from typing import Any

from logsmith.ruby.classes import CONSTANTS, define
from logsmith.ruby.coerce import to_int
from logsmith.ruby.dispatch import call, class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import Block
from logsmith.ruby.modules.stringio import STRINGIO, StringIo
from logsmith.ruby.modules.zlib import gunzip, gzip
from logsmith.ruby.objects import MAX_LENGTH, String
from logsmith.ruby.texts import binary, bytes_of, utf8

_CONSTANTS = {
    "MAX_WBITS": zlib.MAX_WBITS, "BEST_COMPRESSION": 9, "BEST_SPEED": 1, "DEFAULT_COMPRESSION": -1, "NO_COMPRESSION": 0,
    "NO_FLUSH": 0, "SYNC_FLUSH": 2, "FULL_FLUSH": 3, "FINISH": 4, "DEFAULT_STRATEGY": 0, "DEF_MEM_LEVEL": 8,
    "MAX_MEM_LEVEL": 9,
}  # fmt: skip
CONSTANTS.update({f"Zlib::{name}": value for name, value in _CONSTANTS.items()})
_FINISH = 4
_READING = "read gets readline readlines each each_line getc each_char each_byte rewind pos tell lineno eof? eof close closed?"
READER, WRITER = methods_of("Zlib::GzipReader"), methods_of("Zlib::GzipWriter")
INFLATE, DEFLATE = methods_of("Zlib::Inflate"), methods_of("Zlib::Deflate")


class GzipReader(StringIo):
    """What was compressed, to be read as a file is."""

    __slots__ = ()


class GzipWriter:
    """Collects texts; `close` writes them compressed to a StringIO."""

    __slots__ = ("io", "parts")

    def __init__(self, io: Any) -> None:
        self.io, self.parts = io, list[bytes]()


class Stream:
    """A compressor or decompressor with what it has made and not given out."""

    __slots__ = ("machine", "made")

    def __init__(self, machine: Any) -> None:
        self.machine, self.made = machine, b""


class InflateStream(Stream):
    """`Zlib::Inflate.new`."""

    __slots__ = ()


class DeflateStream(Stream):
    """`Zlib::Deflate.new`."""

    __slots__ = ()


define("Zlib::GzipReader", "Zlib::GzipFile", mixins=("Enumerable",), python=GzipReader)
define("Zlib::GzipWriter", "Zlib::GzipFile", python=GzipWriter)
define("Zlib::Inflate", "Object", python=InflateStream)
define("Zlib::Deflate", "Object", python=DeflateStream)
READER.update({name: STRINGIO[name] for name in _READING.split()})
READER.add("finish", lambda reader: reader)


@class_methods_of("Zlib::GzipReader").method("new", "wrap")
def open_reader(_class: Any, io: Any, *, block: Block | None = None, **_options: Any) -> Any:
    """Decompress what a StringIO holds; with a block, call it with the reader."""
    found = gunzip(None, call(io, "read"))
    made = GzipReader(utf8(bytes_of(found)))
    return made if block is None else block(made)


@class_methods_of("Zlib::GzipReader").method("zcat")
def zcat(_class: Any, io: Any) -> String:
    """Return all that a StringIO's content stands for."""
    return utf8(bytes_of(gunzip(None, call(io, "read"))))


@class_methods_of("Zlib::GzipWriter").method("new", "wrap")
def open_writer(_class: Any, io: Any, *_given: Any, block: Block | None = None) -> Any:
    """Make what compresses into a StringIO; with a block, call it, and close."""
    made = GzipWriter(io)
    if block is None:
        return made
    found = block(made)
    close_writer(made)
    return found


@WRITER.method("write", "print", "<<")
def write(writer: GzipWriter, *texts: Any) -> GzipWriter:
    """Collect texts."""
    writer.parts += map(bytes_of, texts)
    return writer


@WRITER.method("close", "finish")
def close_writer(writer: GzipWriter) -> Any:
    """Write what was collected."""
    call(writer.io, "write", (gzip(None, binary(b"".join(writer.parts))),))
    writer.parts.clear()
    return writer.io


@class_methods_of("Zlib::Inflate").method("new")
def new_inflate(_class: Any, window_bits: Any = None) -> InflateStream:
    """Make a decompressor of zlib's, gzip's or no header, as the window's bits say."""
    return InflateStream(zlib.decompressobj(zlib.MAX_WBITS if window_bits is None else to_int(window_bits)))


@class_methods_of("Zlib::Deflate").method("new")
def new_deflate(
    _class: Any, level: Any = None, window_bits: Any = None, _memory: Any = None, _strategy: Any = None
) -> DeflateStream:
    """Make a compressor."""
    bits = zlib.MAX_WBITS if window_bits is None else to_int(window_bits)
    return DeflateStream(zlib.compressobj(-1 if level is None else to_int(level), wbits=bits))


def _fed(stream: InflateStream, text: Any) -> bytes:
    try:
        found: bytes = stream.machine.decompress(bytes_of(text), MAX_LENGTH)
    except zlib.error as error:
        raise fault("Zlib::DataError", str(error).rpartition(": ")[2]) from None
    if stream.machine.unconsumed_tail:
        raise fault("ArgumentError", "argument too big")
    return found


def _taken(stream: Stream, more: bytes = b"") -> String:
    found, stream.made = stream.made + more, b""
    return binary(found)


@INFLATE.method("<<")
def feed(stream: InflateStream, text: Any) -> InflateStream:
    """Decompress; `finish` or `inflate` gives it out."""
    stream.made += _fed(stream, text)
    return stream


@DEFLATE.method("<<")
def feed_deflate(stream: DeflateStream, text: Any) -> DeflateStream:
    """Compress; `finish` or `deflate` gives it out."""
    stream.made += stream.machine.compress(bytes_of(text))
    return stream


INFLATE.add("inflate", lambda stream, text: _taken(stream, b"" if text is None else _fed(stream, text)))
INFLATE.add("finish", lambda stream: _taken(stream, stream.machine.flush()))
INFLATE.add("finished? stream_end?", lambda stream: stream.machine.eof)


@DEFLATE.method("deflate")
def deflate(stream: DeflateStream, text: Any, flush: Any = 0) -> String:
    """Compress; with FINISH, all of it."""
    found = stream.machine.compress(bytes_of(text))
    mode = to_int(flush)
    return _taken(stream, found + (stream.machine.flush(mode) if mode else b""))


DEFLATE.add("finish", lambda stream: _taken(stream, stream.machine.flush(_FINISH)))
for _table in (INFLATE, DEFLATE):
    _table.add("close end", lambda _stream: None)
