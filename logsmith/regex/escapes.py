r"""What stands behind a backslash: single characters (`\n`, `\x41`, `\u{1F600}`) and classes (`\d`, `\p{L}`)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from logsmith.regex import charset
from logsmith.regex.charset import Ranges
from logsmith.regex.errors import RegexError

CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
ASCII_CLASSES = {"d": charset.DIGIT, "w": charset.WORD, "s": charset.SPACE, "h": charset.HEX}
UNICODE_CLASSES = {"d": "digit", "w": "word", "s": "space"}
LONGEST_UTF8 = 4
ASCII_END = 0x80

_HEX_BYTE = re.compile(r"\\x([0-9A-Fa-f]{1,2})")
_BYTE = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-3][0-7]{2}))")
_UNICODE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_UNICODE_BRACE = re.compile(r"\\u\{ *([0-9A-Fa-f]{1,6}(?: +[0-9A-Fa-f]{1,6})*) *\}")
_OCTAL = re.compile(r"\\([0-7]{1,3})")
_CONTROL = re.compile(r"\\(?:c|C-)(.)", re.DOTALL)
_PROPERTY = re.compile(r"\\([pP])\{(\^?)([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Options:
    """What inline options are in force: `(?i)`, `(?m)`, `(?x)`, and `d`, `a` or `u` for what classes mean."""

    ignore_case: bool = False
    dot_is_all: bool = False
    extended: bool = False
    meaning: str = "d"  # d: \d \w \s are ASCII; a: POSIX classes and \b too; u: all are Unicode


def read_class(pattern: str, at: int, options: Options) -> tuple[Ranges, int] | None:
    r"""Read `\d` and its like or a property at a backslash; return the set and where it ends, None if there is none."""
    kind = pattern[at + 1 : at + 2]
    low = kind.lower()
    if kind and low in ASCII_CLASSES:
        ranges = ASCII_CLASSES[low]
        if options.meaning == "u" and low in UNICODE_CLASSES:
            ranges = named_class(UNICODE_CLASSES[low], options, at)
        return (ranges if kind == low else charset.complement(ranges)), at + 2
    if low != "p" or not pattern.startswith("{", at + 2):
        return None
    found = _PROPERTY.match(pattern, at)
    if found is None:
        raise RegexError("invalid character property name", at)
    ranges = named_class(found[3], options, at)
    is_negated = (found[1] == "P") != bool(found[2])
    return (charset.complement(ranges) if is_negated else ranges), found.end()


def named_class(name: str, options: Options, at: int) -> Ranges:
    """Return the members of a property or POSIX class; raises RegexError."""
    ranges = charset.property_ranges(name)
    if ranges is None:
        raise RegexError(f"invalid character property name {{{name}}}", at)
    is_ascii = options.meaning == "a" and name.lower() in charset.POSIX
    return charset.intersection(ranges, charset.ASCII) if is_ascii else ranges


def read_chars(pattern: str, at: int) -> tuple[str, int]:
    """Read the escape at a backslash that stands for itself or for given characters; return them and where it ends."""
    kind = pattern[at + 1 : at + 2]
    if not kind:
        raise RegexError("end pattern at escape", at)
    if kind in CONTROLS:
        return CONTROLS[kind], at + 2
    if kind == "x":
        return _hexadecimal(pattern, at)
    if kind == "u":
        return _unicode(pattern, at)
    if found := _OCTAL.match(pattern, at):
        return (
            (chr(code), found.end()) if (code := int(found[1], 8)) < ASCII_END else _utf8_bytes(pattern, at)
        )
    if found := _CONTROL.match(pattern, at):
        return ("\x7f" if found[1] == "?" else chr(ord(found[1]) & 0x1F)), found.end()
    if pattern.startswith(("\\M-", "\\C-"), at) or kind == "c":
        raise RegexError("invalid control or meta escape", at)
    return kind, at + 2


def _hexadecimal(pattern: str, at: int) -> tuple[str, int]:
    found = _HEX_BYTE.match(pattern, at)
    if found is None:
        raise RegexError("invalid hex escape", at)
    return (chr(code), found.end()) if (code := int(found[1], 16)) < ASCII_END else _utf8_bytes(pattern, at)


def _utf8_bytes(pattern: str, at: int) -> tuple[str, int]:
    # `\xC3\xA9` and `\303\251` are the bytes of one character
    collected, end = b"", at
    while len(collected) < LONGEST_UTF8 and (found := _BYTE.match(pattern, end)):
        byte = int(found[1], 16) if found[1] else int(found[2], 8)
        collected, end = collected + bytes([byte]), found.end()
        try:
            return collected.decode(), end
        except UnicodeDecodeError:
            continue
    raise RegexError("invalid multibyte escape", at)


def _unicode(pattern: str, at: int) -> tuple[str, int]:
    if found := _UNICODE.match(pattern, at):
        return _from_code(int(found[1], 16), at), found.end()
    if found := _UNICODE_BRACE.match(pattern, at):
        return "".join(_from_code(int(code, 16), at) for code in found[1].split()), found.end()
    raise RegexError("too short escape sequence", at)


def _from_code(code: int, at: int) -> str:
    if code > charset.LAST or 0xD800 <= code <= 0xDFFF:
        raise RegexError("invalid code point value", at)
    return chr(code)
