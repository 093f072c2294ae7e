"""String: what asks for its length and parts, puts texts together, compares and converts."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from logsmith.event.ruby import to_f, to_i
from logsmith.ruby.coerce import check_length, to_array, to_int, to_text
from logsmith.ruby.compare import order
from logsmith.ruby.dispatch import call, class_methods_of, methods_of
from logsmith.ruby.encodings import common_encoding, find_encoding, from_bytes, to_bytes
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.format import format_text
from logsmith.ruby.graphemes import graphemes
from logsmith.ruby.numerals import MOST_DIGITS, parse_prefix
from logsmith.ruby.objects import MAX_LENGTH, Proc, String, Symbol
from logsmith.ruby.show import inspect_text, to_s
from logsmith.ruby.succ import succ, upto

STRING = methods_of("String")
STRING_CLASS = class_methods_of("String")
_NO_TEXT = String("", is_frozen=True)

STRING.add("length size", lambda box: len(box.text))
STRING.add("bytesize", lambda box: len(to_bytes(box)))
STRING.add("empty?", lambda box: not box.text)
STRING.add("to_s to_str", lambda box: box)
STRING.add("inspect", lambda box: String(inspect_text(box)))
STRING.add("to_sym intern", lambda box: Symbol(box.text))
STRING.add("to_f", lambda box: to_f(box.text))
STRING.add("hash", lambda box: hash(box.text))
STRING.add("include?", lambda box, part: to_text(part) in box.text)
STRING.add("== ===", lambda box, other: box == other)
STRING.add("eql?", lambda box, other: box == other)
STRING.add("<=>", order)
STRING.add("grapheme_clusters", lambda box: list(map(box.like, graphemes(box.text))))
STRING.add("+@", lambda box: box.like(box.text) if box.is_frozen else box)
STRING.add("-@ dedup", lambda box: box if box.is_frozen else _frozen(box))
STRING.add("dup", lambda box: box.like(box.text))
STRING.add("sum", lambda box, bits=16: sum(to_bytes(box)) & ((1 << to_int(bits)) - 1))
STRING.add("crc32", lambda box: zlib.crc32(to_bytes(box)))
STRING.add("hex", lambda box: parse_prefix(box.text, 16))
STRING.add("oct", lambda box: parse_prefix(box.text, -8))
STRING.add("chr", lambda box: box.like(box.text[:1]))
STRING.add(
    "%", lambda box, values: box.like(format_text(box.text, values if isinstance(values, list) else [values]))
)
STRING.add("succ next", lambda box: box.like(succ(box.text, highest=_highest(box))))
STRING.add("succ! next!", lambda box: box.change(succ(box.text, highest=_highest(box))))
STRING.add("replace initialize_copy", lambda box, text: box.change(to_text(text)))
STRING.add("clear", lambda box: box.change(""))


def _highest(box: String) -> int:
    return 0xFF if box.is_binary else 0x10FFFF


def _refuse_complex(box: String) -> RubyException:
    raise fault("NotImplementedError", f"complex numbers are not supported: {inspect_text(box)}")


def _frozen(box: String) -> String:
    made = box.like(box.text)
    made.is_frozen = True
    return made


def _first_code(box: String) -> int:
    if not box.text:
        raise fault("ArgumentError", "empty string")
    code = ord(box.text[0])
    if 0xDC80 <= code <= 0xDCFF:
        raise fault("ArgumentError", f"invalid byte sequence in {box.encoding}")
    return code


STRING.add("to_c", _refuse_complex)
STRING.add("ord", _first_code)


@STRING_CLASS.method("new")
def new(_class: object, text: Any = _NO_TEXT, *, encoding: Any = None, capacity: Any = None) -> String:
    """Make a String of another one's text."""
    del capacity  # a hint about memory
    made = String(to_text(text))
    made.encoding = text.encoding if encoding is None else find_encoding(encoding)
    if text is _NO_TEXT and encoding is None:
        made.encoding = "ASCII-8BIT"
    return made


STRING_CLASS.add("try_convert", lambda _class, value: value if isinstance(value, String) else None)


@STRING.method("to_i")
def to_integer(box: String, radix: Any = 10) -> int:
    """Return the Integer that the text begins with, in a base; 0 if it begins with none."""
    base = to_int(radix)
    if base < 0 or base == 1 or base > 36:
        raise fault("ArgumentError", f"illegal radix {base}")
    is_short = len(box.text) < MOST_DIGITS  # Python refuses to read more at once
    return to_i(box.text) if base == 10 and is_short else parse_prefix(box.text, base)


@STRING.method("+")
def plus(box: String, other: Any) -> String:
    """Return both texts, one after the other."""
    text = to_text(other)
    made = String(box.text + text)
    if box.encoding != other.encoding:
        made.encoding = common_encoding(box, other)
    elif box.is_binary:
        made.encoding = box.encoding
    check_length(len(made.text))
    return made


@STRING.method("*")
def times(box: String, count: Any) -> String:
    """Return the text so many times."""
    number = to_int(count)
    if number < 0:
        raise fault("ArgumentError", "negative argument")
    if number >= 2**63:
        raise fault("RangeError", "bignum too big to convert into 'long'")
    if number * len(box.text) > MAX_LENGTH:
        raise fault("ArgumentError", "argument too big")
    return box.like(box.text * number)


def appended(box: String, value: Any) -> String:
    """Put a text, or the character of a code, at the end of a String."""
    if value.__class__ is int:
        value = _character(box, value)
    text = to_text(value)
    if box.encoding != value.encoding:
        encoding = common_encoding(box, value, is_appended=True)
        box.change(box.text + text).encoding = encoding
        return box
    return box.change(box.text + text)


def _character(box: String, code: int) -> String:
    if box.is_binary and 0 <= code < 256:
        return String(chr(code), is_binary=True)
    if not 0 <= code < 0x110000:
        raise fault("RangeError", f"{code} out of char range")
    if 0xD800 <= code < 0xE000:
        raise fault("RangeError", f"invalid codepoint 0x{code:X} in UTF-8")
    return String(chr(code))


STRING.add("<<", appended)


@STRING.method("concat")
def concat(box: String, *values: Any) -> String:
    """Put texts at the end of the String."""
    copies = [box.like(box.text) if value is box else value for value in values]
    for value in copies:
        appended(box, value)
    return box.change(box.text)


@STRING.method("prepend")
def prepend(box: String, *values: Any) -> String:
    """Put texts at the beginning of the String."""
    return box.change("".join(map(to_text, values)) + box.text)


@STRING.method("casecmp")
def casecmp(box: String, other: Any) -> int | None:
    """Compare without looking at the case of ASCII letters; None for what is no String."""
    if not isinstance(other, String):
        return None
    left, right = _ascii_lower(box.text), _ascii_lower(other.text)
    return (left > right) - (left < right)


def _ascii_lower(text: str) -> str:
    return (
        text.lower() if text.isascii() else "".join(char.lower() if char.isascii() else char for char in text)
    )


@STRING.method("casecmp?")
def is_casecmp(box: String, other: Any) -> bool | None:
    """Return whether both are equal but for the case of any letter; None for what is no String."""
    return box.text.casefold() == other.text.casefold() if isinstance(other, String) else None


@STRING.method("upto", enumerates=True)
def each_upto(box: String, last: Any, exclusive: Any = False, *, block: Proc) -> String:
    """Call the block with each text from this one to the last, as `succ` makes them."""
    for text in upto(box.text, to_text(last), is_exclusive=bool(exclusive)):
        block(box.like(text))
    return box


def _pieces(box: String) -> Iterator[String]:
    return map(box.like, box.text)


@STRING.method("chars")
def chars(box: String) -> list[String]:
    """Return the characters."""
    return list(_pieces(box))


@STRING.method("each_char", enumerates=True)
def each_char(box: String, *, block: Proc) -> String:
    """Call the block with each character."""
    for char in _pieces(box):
        block(char)
    return box


@STRING.method("each_grapheme_cluster", enumerates=True)
def each_grapheme_cluster(box: String, *, block: Proc) -> String:
    """Call the block with each character as a reader sees it."""
    for cluster in graphemes(box.text):
        block(box.like(cluster))
    return box


STRING.add("bytes", lambda box: list(to_bytes(box)))
STRING.add("codepoints", lambda box: list(map(ord, box.text)))


@STRING.method("each_byte", enumerates=True)
def each_byte(box: String, *, block: Proc) -> String:
    """Call the block with each byte."""
    for byte in to_bytes(box):
        block(byte)
    return box


@STRING.method("each_codepoint", enumerates=True)
def each_codepoint(box: String, *, block: Proc) -> String:
    """Call the block with the code of each character."""
    for char in box.text:
        block(ord(char))
    return box


@STRING.method("getbyte")
def getbyte(box: String, index: Any) -> int | None:
    """Return one byte, None beyond the end."""
    octets, at = to_bytes(box), to_int(index)
    return octets[at] if -len(octets) <= at < len(octets) else None


@STRING.method("setbyte")
def setbyte(box: String, index: Any, value: Any) -> int:
    """Change one byte."""
    octets, at, byte = bytearray(to_bytes(box)), to_int(index), to_int(value)
    if not -len(octets) <= at < len(octets):
        raise fault("IndexError", f"index {at} out of string")
    octets[at] = byte & 0xFF
    box.change(from_bytes(bytes(octets), box.encoding).text)
    return byte


@STRING.method("between?")
def is_between(box: String, low: Any, high: Any) -> Any:
    """Return whether the String lies between two others."""
    return call(box, ">=", (low,)) and call(box, "<=", (high,))


@STRING.method("unpack1")
def unpack1(box: String, directives: Any, *, offset: Any = 0) -> Any:
    """Return the first value that the directives read."""
    found = unpack(box, directives, offset=offset)
    return found[0] if found else None


@STRING.method("unpack")
def unpack(box: String, directives: Any, *, offset: Any = 0) -> list[Any]:
    """Return the values that the directives read from the bytes."""
    from logsmith.ruby.packing import unpack as read  # noqa: PLC0415  few programs need it

    return read(to_bytes(box)[to_int(offset) :], to_text(directives))


@STRING.method("dump")
def dump(box: String) -> String:
    """Return the text in quotes, in ASCII."""
    shown = (
        inspect_text(String(to_bytes(box).decode("latin-1"), is_binary=True))
        if box.is_binary
        else _dumped(box)
    )
    return String(shown)


def _dumped(box: String) -> str:
    pieces = [
        inspect_text(String(char, is_binary=True)) if char.isascii() else _escaped(char) for char in box.text
    ]
    return '"' + "".join(piece[1:-1] if piece[0] == '"' else piece for piece in pieces) + '"'


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\u{{{code:X}}}"


def joined(values: list[Any], separator: str = "") -> String:
    """Return the texts of values, put together; what `puts` and others make of an Array."""
    return String(separator.join(map(to_s, to_array(values))))
