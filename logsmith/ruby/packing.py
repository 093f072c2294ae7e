"""What `unpack` reads from bytes: a letter for each kind of value, with a count or `*` behind it."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
import struct
from collections.abc import Callable
from typing import Any

from logsmith.ruby.encodings import from_bytes
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import BINARY, String

_DIRECTIVE = re.compile(r"\s*([a-zA-Z@])([_!<>]*)([0-9]+|\*)?\s*")
_NUMBERS = {
    "C": "<B", "c": "<b", "S": "<H", "s": "<h", "L": "<I", "l": "<i", "Q": "<Q", "q": "<q", "I": "<I", "i": "<i",
    "J": "<Q", "j": "<q", "n": ">H", "N": ">I", "v": "<H", "V": "<I", "D": "<d", "d": "<d", "E": "<d", "G": ">d",
    "F": "<f", "f": "<f", "e": "<f", "g": ">f",
}  # fmt: skip


def unpack(octets: bytes, directives: str) -> list[Any]:
    """Return the values that the directives read; raises ArgumentError for one that is unknown."""
    values: list[Any] = []
    at = place = 0
    while place < len(directives):
        found = _DIRECTIVE.match(directives, place)
        if found is None:
            raise fault("ArgumentError", f"unknown unpack directive '{directives[place]}' in '{directives}'")
        place = found.end()
        at = _read(octets, at, found, values)
    return values


def _read(octets: bytes, at: int, found: re.Match[str], values: list[Any]) -> int:
    letter, count = found[1], found[3]
    if letter in "xX@":
        return _moved(octets, at, letter, count)
    if letter in _NUMBERS:
        order = _NUMBERS[letter]
        shape = f"{'>' if '>' in found[2] else order[0]}{order[1]}"
        return _read_numbers(octets, at, struct.Struct(shape), count, values)
    if letter in "Uw":
        return _read_variable(octets, at, letter, count, values)
    read = _TEXTS.get(letter)
    if read is None:
        raise fault("ArgumentError", f"unknown unpack directive '{letter}' in '{found.string}'")
    value, taken = read(octets[at:], count)
    values.append(value)
    return at + taken


def _moved(octets: bytes, at: int, letter: str, count: str | None) -> int:
    if letter == "@":
        return int(count or 0)
    if count == "*":
        return len(octets) if letter == "x" else at
    number = int(count or 1) * (1 if letter == "x" else -1)
    if not 0 <= at + number <= len(octets):
        raise fault("ArgumentError", f"in 'unpack': {letter} outside of string")
    return at + number


def _read_numbers(octets: bytes, at: int, shape: struct.Struct, count: str | None, values: list[Any]) -> int:
    available = (len(octets) - at) // shape.size
    wanted = available if count == "*" else int(count or 1)
    for _ in range(min(wanted, available)):
        values += shape.unpack_from(octets, at)
        at += shape.size
    if count != "*":
        values += [None] * (wanted - available)
    return at


def _read_variable(octets: bytes, at: int, letter: str, count: str | None, values: list[Any]) -> int:
    wanted = len(octets) if count == "*" else int(count or 1)
    while wanted and at < len(octets):
        value, at = _character(octets, at) if letter == "U" else _compressed(octets, at)
        values.append(value)
        wanted -= 1
    return at


def _character(octets: bytes, at: int) -> tuple[int, int]:
    first = octets[at]
    size = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    try:
        return ord(octets[at : at + size].decode("utf-8")), at + size
    except (UnicodeDecodeError, TypeError):
        raise fault("ArgumentError", "malformed UTF-8 character") from None


def _compressed(octets: bytes, at: int) -> tuple[int, int]:
    value = 0
    while at < len(octets):
        value = value << 7 | octets[at] & 0x7F
        at += 1
        if not octets[at - 1] & 0x80:
            break
    return value, at


def _binary(octets: bytes) -> String:
    return from_bytes(octets, BINARY)


def _length(octets: bytes, count: str | None, per_byte: int = 1) -> int:
    if count == "*":
        return len(octets) * per_byte
    return min(int(count or 1), len(octets) * per_byte)


def _plain(octets: bytes, count: str | None) -> tuple[String, int]:
    size = _length(octets, count)
    return _binary(octets[:size]), size


def _stripped(octets: bytes, count: str | None) -> tuple[String, int]:
    size = _length(octets, count)
    return _binary(octets[:size].rstrip(b" \0")), size


def _terminated(octets: bytes, count: str | None) -> tuple[String, int]:
    size = _length(octets, count)
    end = octets.find(b"\0", 0, size)
    if end < 0:
        return _binary(octets[:size]), size
    return _binary(octets[:end]), end + 1 if count == "*" else size


def _digits(octets: bytes, count: str | None, *, bits: int, is_low_first: bool) -> tuple[String, int]:
    per_byte = 8 // bits
    length = _length(octets, count, per_byte)
    taken = -(-length // per_byte)
    digits = []
    for byte in octets[:taken]:
        shown = f"{byte:08b}" if bits == 1 else f"{byte:02x}"
        digits.append(shown[::-1] if is_low_first else shown)
    return String("".join(digits)[:length]), taken


def _base64(octets: bytes, count: str | None) -> tuple[String, int]:
    if count == "0":
        try:
            return _binary(base64.b64decode(octets, validate=True)), len(octets)
        except binascii.Error:
            raise fault("ArgumentError", "invalid base64") from None
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", octets.partition(b"=")[0])
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return _binary(base64.b64decode(kept + b"=" * (-len(kept) % 4))), len(octets)


def _quoted(octets: bytes, _count: str | None) -> tuple[String, int]:
    return _binary(quopri.decodestring(octets)), len(octets)


_TEXTS: dict[str, Callable[[bytes, str | None], tuple[String, int]]] = {
    "a": _plain,
    "A": _stripped,
    "Z": _terminated,
    "b": lambda octets, count: _digits(octets, count, bits=1, is_low_first=True),
    "B": lambda octets, count: _digits(octets, count, bits=1, is_low_first=False),
    "h": lambda octets, count: _digits(octets, count, bits=4, is_low_first=True),
    "H": lambda octets, count: _digits(octets, count, bits=4, is_low_first=False),
    "m": _base64,
    "M": _quoted,
}
