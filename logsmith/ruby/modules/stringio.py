"""StringIO: a String that is read and written as a file is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.coerce import check_length, to_int, to_text
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.encodings import from_bytes, joined, to_bytes
from logsmith.ruby.exceptions import fault
from logsmith.ruby.format import format_text
from logsmith.ruby.iteration import Block, truthy
from logsmith.ruby.objects import String
from logsmith.ruby.show import to_s

STRINGIO = methods_of("StringIO")
_LINE = String("\n")
define("Errno::EINVAL", "SystemCallError")


class StringIo:
    """A String and the place in it, counted in characters, where the next read or write is."""

    __slots__ = ("at", "box", "is_closed", "lineno")

    def __init__(self, box: String, at: int = 0) -> None:
        self.box, self.at, self.is_closed, self.lineno = box, at, False, 0

    def rest(self) -> str:
        """Return what is still to be read; raises IOError of what is closed."""
        if self.is_closed:
            raise fault("IOError", "not opened for reading")
        return self.box.text[self.at :]

    def take(self, length: int) -> String:
        """Read so many characters."""
        start, self.at = self.at, min(self.at + length, len(self.box.text))
        return self.box.like(self.box.text[start : self.at])

    def line(self, separator: Any = _LINE, *, chomp: Any = False) -> String | None:
        """Read up to and with a separator; None at the end."""
        rest = self.rest()
        if not rest:
            return None
        between = "" if separator is None else to_text(separator)
        found = rest.find(between) if between else -1
        self.lineno += 1
        box = self.take(len(rest) if found < 0 else found + len(between))
        return box.like(box.text.removesuffix(between)) if truthy(chomp) and between else box

    def lines(self, *separator: Any, chomp: Any = False) -> Iterator[String]:
        """Read line by line."""
        while (line := self.line(*separator, chomp=chomp)) is not None:
            yield line

    def write(self, *values: Any) -> int:
        """Put texts at the place; return how many bytes they have."""
        if self.is_closed:
            raise fault("IOError", "not opened for writing")
        made = joined(*values)
        if made.encoding != self.box.encoding:  # the bytes count
            made = from_bytes(to_bytes(made), self.box.encoding)
        text, end = self.box.text, self.at + len(made.text)
        self.box.change(text[: self.at].ljust(self.at, "\0") + made.text + text[end:])
        self.at = end
        return len(made.text.encode("utf-8", "surrogateescape"))


define("StringIO", "Object", mixins=("Enumerable",), python=StringIo)


@class_methods_of("StringIO").method("new", "open")
def new(_class: Any, text: Any = None, mode: Any = None, *, block: Block | None = None) -> Any:
    """Make one of a String, or of an empty one; with a block, call it."""
    box = String("") if text is None else text
    to_text(box)
    made = StringIo(box, len(box.text) if mode is not None and to_text(mode).startswith("a") else 0)
    if mode is not None and to_text(mode).startswith("w"):
        box.change("")
    return made if block is None else block(made)


@STRINGIO.method("read")
def read(io: StringIo, length: Any = None) -> String | None:
    """Return what is left, or so much of it; nil where a length is asked for and nothing is left."""
    rest = io.rest()
    if length is None:
        return io.take(len(rest))
    wanted = to_int(length)
    return None if wanted and not rest else io.take(wanted)


@STRINGIO.method("gets")
def gets(io: StringIo, *separator: Any, chomp: Any = False) -> String | None:
    """Return the next line, nil at the end."""
    return io.line(*separator, chomp=chomp)


@STRINGIO.method("readline")
def readline(io: StringIo, *separator: Any, chomp: Any = False) -> String:
    """Return the next line; raises EOFError."""
    found = io.line(*separator, chomp=chomp)
    if found is None:
        raise fault("EOFError", "end of file reached")
    return found


@STRINGIO.method("readlines")
def readlines(io: StringIo, *separator: Any, chomp: Any = False) -> list[String]:
    """Return the lines that are left."""
    return list(io.lines(*separator, chomp=chomp))


@STRINGIO.method("each", "each_line", enumerates=True)
def each_line(io: StringIo, *separator: Any, block: Block, chomp: Any = False) -> StringIo:
    """Call the block with each line that is left."""
    for line in io.lines(*separator, chomp=chomp):
        block(line)
    return io


@STRINGIO.method("getc")
def getc(io: StringIo) -> String | None:
    """Return the next character, nil at the end."""
    return io.take(1) if io.rest() else None


@STRINGIO.method("each_char", enumerates=True)
def each_char(io: StringIo, *, block: Block) -> StringIo:
    """Call the block with each character that is left."""
    while io.rest():
        block(io.take(1))
    return io


@STRINGIO.method("each_byte", enumerates=True)
def each_byte(io: StringIo, *, block: Block) -> StringIo:
    """Call the block with each byte that is left."""
    for one in io.take(len(io.rest())).text.encode("utf-8", "surrogateescape"):
        block(one)
    return io


@STRINGIO.method("seek", "pos=")
def seek(io: StringIo, place: Any, _whence: Any = 0) -> int:
    """Go to a place."""
    at = to_int(place)
    if at < 0:
        raise fault("Errno::EINVAL", "Invalid argument")
    io.at = check_length(at)
    return 0


@STRINGIO.method("rewind")
def rewind(io: StringIo) -> int:
    """Go to the beginning."""
    io.at = io.lineno = 0
    return 0


@STRINGIO.method("<<")
def append(io: StringIo, value: Any) -> StringIo:
    """Write a value's text; return the StringIO."""
    io.write(value)
    return io


@STRINGIO.method("puts")
def puts(io: StringIo, *values: Any) -> None:
    """Write lines."""
    for value in values or ("",):
        if isinstance(value, list):
            puts(io, *value)
            continue
        text = value if isinstance(value, str) else to_s(value)
        io.write(text if text.endswith("\n") else f"{text}\n")


@STRINGIO.method("close")
def close(io: StringIo) -> None:
    """Let nobody read or write any more."""
    io.is_closed = True


STRINGIO.add("write", lambda io, *values: io.write(*values))
STRINGIO.add("print", lambda io, *values: io.write(*values) and None)
STRINGIO.add("printf", lambda io, form, *values: io.write(format_text(to_text(form), list(values))) and None)
STRINGIO.add("string", lambda io: io.box)
STRINGIO.add("size length", lambda io: len(io.box.text.encode("utf-8", "surrogateescape")))
STRINGIO.add("pos tell", lambda io: len(io.box.text[: io.at].encode("utf-8", "surrogateescape")))
STRINGIO.add("lineno", lambda io: io.lineno)
STRINGIO.add("eof? eof", lambda io: not io.rest())
STRINGIO.add("closed?", lambda io: io.is_closed)
STRINGIO.add("binmode flush set_encoding sync fsync", lambda io, *_given: io)
