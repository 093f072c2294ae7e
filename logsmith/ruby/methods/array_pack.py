"""Array#pack: members written as bytes, a letter of the template for each kind.

A count or `*` follows a letter; `<` and `>` choose the order of the bytes. The answer is a binary String, or UTF-8 where the
template begins with `U`.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
import struct
from collections.abc import Callable
from typing import Any

from logsmith.ruby.coerce import check_length, is_number, to_int, to_text
from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import String
from logsmith.ruby.show import to_s

ARRAY = methods_of("Array")
_DIRECTIVE = re.compile(r"([a-zA-Z@%])([_!<>]*)(\d+|\*)?")
_BLANKS = re.compile(r"\s+|#[^\n]*")
_INTEGERS = {  # a letter's size in bytes, and the order of bytes that it implies
    "C": (1, "<"), "c": (1, "<"), "S": (2, "<"), "s": (2, "<"), "L": (4, "<"), "l": (4, "<"), "Q": (8, "<"), "q": (8, "<"),
    "J": (8, "<"), "j": (8, "<"), "I": (4, "<"), "i": (4, "<"), "N": (4, ">"), "n": (2, ">"), "V": (4, "<"), "v": (2, "<"),
}  # fmt: skip
_FLOATS = {"D": "<d", "d": "<d", "F": "<f", "f": "<f", "E": "<d", "e": "<f", "G": ">d", "g": ">f"}


def bytes_of(value: String) -> bytes:
    """Return the bytes of a String: of a binary one each character is a byte."""
    return value.text.encode("latin-1") if value.is_binary else value.text.encode("utf-8", "surrogateescape")


def binary(content: bytes) -> String:
    """Return a binary String of bytes."""
    return String(content.decode("latin-1"), is_binary=True)


@ARRAY.method("pack")
def pack(array: list[Any], template: Any) -> String:
    text = _BLANKS.sub("", to_text(template))
    members = iter(array)
    written = b""
    place = 0
    while place < len(text):
        found = _DIRECTIVE.match(text, place)
        if found is None:
            raise fault("ArgumentError", f"unknown pack directive '{text[place]}' in '{text}'")
        place = found.end()
        written = _written(written, found, members, text)
    if text.startswith("U"):
        return String(written.decode("utf-8", "surrogateescape"))
    return binary(written)


def _written(written: bytes, found: re.Match[str], members: Any, template: str) -> bytes:
    letter, count = found[1], found[3]
    if letter == "x":
        return written + b"\0" * (0 if count == "*" else check_length(int(count or 1)))
    if letter == "X":
        return written[: len(written) - int(count or 1)]
    if letter == "@":
        return written[: int(count or 1)].ljust(check_length(int(count or 1)), b"\0")
    one = _TEXTS.get(letter)
    if one is not None:
        return written + one(_next(members), count)
    write = _number_writer(letter, found[2])
    if write is None:
        raise fault("ArgumentError", f"unknown pack directive '{letter}' in '{template}'")
    if count == "*":
        return written + b"".join(write(member) for member in members)
    return written + b"".join(write(_next(members)) for _ in range(check_length(int(count or 1))))


def _next(members: Any) -> Any:
    for member in members:
        return member
    raise fault("ArgumentError", "too few arguments")


def _number_writer(letter: str, modifiers: str) -> Callable[[Any], bytes] | None:
    if letter in _INTEGERS:
        size, implied = _INTEGERS[letter]
        order = "big" if (">" in modifiers or (implied == ">" and "<" not in modifiers)) else "little"
        return lambda member: (_whole(member) % (1 << (8 * size))).to_bytes(size, order)  # type: ignore[arg-type]  # a literal
    if letter in _FLOATS:
        return lambda member: _float(_FLOATS[letter], member)
    return {"U": _character, "w": _compressed}.get(letter)


def _whole(member: Any) -> int:
    if member is None:
        raise fault("TypeError", "wrong argument type NilClass (expected Integer)")
    return to_int(member)


def _float(shape: str, member: Any) -> bytes:
    if not is_number(member):
        raise fault("TypeError", f"can't convert {to_s(member)} into Float")
    return struct.pack(shape, float(member))


def _character(member: Any) -> bytes:
    code = to_int(member)
    if not 0 <= code <= 0x10FFFF:
        raise fault("RangeError", "pack(U): value out of range")
    return chr(code).encode("utf-8", "surrogatepass")


def _compressed(member: Any) -> bytes:
    number = to_int(member)
    if number < 0:
        raise fault("ArgumentError", "can't compress negative numbers")
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))


def _content(member: Any) -> bytes:
    to_text(member)
    return bytes_of(member)


def _padded(fill: bytes) -> Callable[[Any, str | None], bytes]:
    def write(member: Any, count: str | None) -> bytes:
        content = b"" if member is None else _content(member)
        size = len(content) if count == "*" else check_length(int(count or 1))
        return content[:size].ljust(size, fill)

    return write


def _terminated(member: Any, count: str | None) -> bytes:
    return _content(member) + b"\0" if count == "*" else _padded(b"\0")(member, count)


def _digits(bits: int, *, is_reversed: bool) -> Callable[[Any, str | None], bytes]:
    def write(member: Any, count: str | None) -> bytes:
        text = to_text(member)
        text = text if count == "*" else text[: int(count or 1)]
        a_byte = 8 // bits
        groups = [text[start : start + a_byte].ljust(a_byte, "0") for start in range(0, len(text), a_byte)]
        return bytes(_byte(group[::-1] if is_reversed else group, bits) for group in groups)

    return write


def _byte(digits: str, bits: int) -> int:
    value = 0
    for digit in digits:
        value = value << bits | (int(digit, 16) if digit in "0123456789abcdefABCDEF" else ord(digit)) & (
            2**bits - 1
        )
    return value


def _in_base64(member: Any, count: str | None) -> bytes:
    content = _content(member)
    if count == "0":
        return base64.b64encode(content)
    a_line = max(int(count) // 3 * 3 if count and count != "*" else 45, 3)
    lines = (content[start : start + a_line] for start in range(0, len(content), a_line))
    return b"".join(base64.b64encode(line) + b"\n" for line in lines)


def _quoted(member: Any, _count: str | None) -> bytes:
    content = quopri.encodestring(to_s(member).encode("utf-8", "surrogateescape"))
    return content if content.endswith(b"\n") or not content else content + b"=\n"


def _uuencoded(member: Any, _count: str | None) -> bytes:
    content = _content(member)
    lines = (content[start : start + 45] for start in range(0, len(content), 45))
    return b"".join(binascii.b2a_uu(line, backtick=True) for line in lines)


_TEXTS: dict[str, Callable[[Any, str | None], bytes]] = {
    "A": _padded(b" "), "a": _padded(b"\0"), "Z": _terminated, "H": _digits(4, is_reversed=False),
    "h": _digits(4, is_reversed=True), "B": _digits(1, is_reversed=False), "b": _digits(1, is_reversed=True),
    "m": _in_base64, "M": _quoted, "u": _uuencoded,
}  # fmt: skip
