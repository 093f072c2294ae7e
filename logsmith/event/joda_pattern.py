"""Joda's date patterns as tokens: `yyyy`, `MMM`, quoted text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logsmith.event.timestamp import DateFormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTERS = frozenset("GCYyxweEDMdaKhHkmsSzZ")
NUMBERS = frozenset("CYyxweDdKhHkmsS")  # and M, once or twice

MAX_CHARS = 1000  # of a pattern


@dataclass(frozen=True, slots=True)
class Token:
    """A letter and how often it stands there, or, with no letter, text."""

    letter: str
    count: int = 0
    text: str = ""

    @property
    def is_number(self) -> bool:
        return self.letter in NUMBERS or (self.letter == "M" and self.count <= 2)


def parse_pattern(pattern: str) -> list[Token]:
    """Return the tokens of a pattern; raises DateFormatError."""
    if not pattern or len(pattern) > MAX_CHARS:
        raise DateFormatError(f"expected a date format such as yyyy-MM-dd, got {pattern[:MAX_CHARS]!r}")
    return list(_tokens(pattern))


def _tokens(pattern: str) -> Iterator[Token]:
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        if not _is_letter(letter):
            text, at = _literal(pattern, at)
            yield Token("", text=text)
            continue
        start = at
        while at < len(pattern) and pattern[at] == letter:
            at += 1
        if letter not in LETTERS:
            raise DateFormatError(
                f"illegal pattern component {pattern[start:at]!r} in the date format {pattern!r}:"
                " text goes between single quotes"
            )
        yield Token(letter, at - start)


def _literal(pattern: str, at: int) -> tuple[str, int]:
    text, quoted = "", False
    while at < len(pattern) and (quoted or not _is_letter(pattern[at])):
        if pattern[at] != "'":
            text += pattern[at]
        elif pattern[at + 1 : at + 2] == "'":
            text += "'"
            at += 1
        else:
            quoted = not quoted
        at += 1
    return text, at


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()
