"""References in texts and attributes, `&lt;` and `&#233;`, and the entities that a document declares.

An entity never leads outside: one that is declared by an address stays as it is written. What entities may grow to is
bounded twice, by how many are expanded in a document and by how much they add to one text, with REXML's own numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from logsmith.xml.errors import XmlError

MAX_EXPANSIONS = 10_000
MAX_EXPANDED_BYTES = 10_240
MAX_NESTING = 40  # of entities in entities; one in itself is found by it

PREDEFINED: Mapping[str, str] = {"lt": "<", "gt": ">", "quot": '"', "apos": "'"}

_START = (
    r":A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
NAME = rf"[{_START}][{_START}\-.0-9\u00B7\u0300-\u036F\u203F-\u2040]*"
REFERENCE = rf"&(?:{NAME}|\#[0-9]+|\#x[0-9a-fA-F]+);"

_REFERENCE = re.compile(rf"&(?:(?P<name>{NAME})|\#(?P<decimal>[0-9]+)|\#x(?P<hex>[0-9a-fA-F]+));")
_LINE_END = re.compile(r"\r\n?")
# REXML: one line without a forbidden character is enough
_LEGAL_LINE = re.compile("^(?!\\Z)[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*$", re.MULTILINE)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MAX_CODE_POINT = 0x10FFFF


class Entities:
    """The entities of one document; `declared` maps names to texts, to None where an address was given."""

    def __init__(self) -> None:
        self.declared: dict[str, str | None] = {}
        self._count = self._nesting = 0

    def expand(self, text: str) -> str:
        """Return a text with its references replaced; unknown ones stay. Raises XmlError where it grows too much."""
        if "&" not in text:
            return text
        grown = 0

        def replace(found: re.Match[str]) -> str:
            nonlocal grown
            new = self._replacement(found)
            grown += len(new.encode("utf-8", "surrogatepass"))
            if grown > MAX_EXPANDED_BYTES:
                raise XmlError(f"references grow to more than {MAX_EXPANDED_BYTES} bytes")
            return new

        return _REFERENCE.sub(replace, text)

    def _replacement(self, found: re.Match[str]) -> str:
        name = found["name"]
        if name is None:
            return chr(_code_point(found))
        if name == "amp":
            return "&"
        if name in self.declared:
            return self._declared(name, found[0])
        return PREDEFINED.get(name, found[0])

    def _declared(self, name: str, written: str) -> str:
        self._count += 1
        if self._count > MAX_EXPANSIONS:
            raise XmlError(f"more than {MAX_EXPANSIONS} entities are expanded")
        if self._nesting == MAX_NESTING:
            raise XmlError(f"entities are nested more than {MAX_NESTING} deep")
        text = self.declared[name]
        if text is None:
            return written
        self._nesting += 1
        expanded = self.expand(with_plain_line_ends(text))
        self._nesting -= 1
        return expanded


def with_plain_line_ends(text: str) -> str:
    """Return a text whose line ends are all newlines."""
    return _LINE_END.sub("\n", text) if "\r" in text else text


def check_text(text: str) -> None:
    """Raise XmlError if a text, its references not replaced, holds what XML forbids."""
    if _ILLEGAL.search(text) and not _LEGAL_LINE.search(text):
        raise XmlError("a character that XML forbids")
    if "<" in text:
        raise XmlError("a < in the value of an attribute")
    if "&" not in text:
        return
    if "&" in _REFERENCE.sub("", text):
        raise XmlError("an & that begins no reference")
    for found in _REFERENCE.finditer(text):
        if found["name"] is None and _is_forbidden(_code_point(found)):
            raise XmlError(f"a reference to no character: {found[0][:20]}")


def _code_point(found: re.Match[str]) -> int:
    digits, radix = (found["hex"], 16) if found["decimal"] is None else (found["decimal"], 10)
    digits = digits.lstrip("0") or "0"
    # Seven digits hold the greatest code point; more are not read, which takes long for many
    return int(digits, radix) if len(digits) <= 7 else MAX_CODE_POINT + 1


def _is_forbidden(code_point: int) -> bool:
    return code_point > MAX_CODE_POINT or _ILLEGAL.match(chr(code_point)) is not None
