"""Field references: the text `[a][b]` compiled to the path it names.

The rules are Logstash's (FieldReference.java, EscapeHandler.java): a text without brackets is one top-level key, taken
literally; otherwise it is a row of bracketed fragments, which may be nested (`[[a][b]][c]` is `[a][b][c]`).
"""

import re
from functools import lru_cache
from typing import Literal

from logsmith.event.errors import FieldReferenceError

EscapeStyle = Literal["none", "percent", "ampersand"]

METADATA = "@metadata"
CACHED_REFERENCES = 10_000

_PERCENT = re.compile(r"(?:%[0-9A-F]{2})+")
_AMPERSAND = re.compile(r"&#([0-9]{2,});")

# `config.field_reference.escape_style`: set once at start, before any reference is read.
_escape_style: EscapeStyle = "none"


def use_escape_style(style: EscapeStyle) -> None:
    """Set how `[` and `]` inside field names are written from now on, for the whole process."""
    global _escape_style  # noqa: PLW0603  one process reads one configuration
    _escape_style = style
    FieldRef.parse.cache_clear()


class FieldRef:
    """A field reference, ready to be followed: `path` holds the keys below the event (or below its metadata)."""

    __slots__ = ("in_metadata", "path", "text")

    def __init__(self, text: str) -> None:
        """Read `text`; raise FieldReferenceError if it is no reference."""
        keys = _parse_path(text)
        self.text = text
        self.in_metadata = bool(keys) and keys[0] == METADATA
        self.path: tuple[str, ...] = tuple(keys[1:]) if self.in_metadata else tuple(keys)

    @staticmethod
    @lru_cache(maxsize=CACHED_REFERENCES)
    def parse(text: str) -> "FieldRef":
        """Return the reference that `text` writes, made once for each text."""
        return FieldRef(text)

    @property
    def top(self) -> str | None:
        """The key, if this names a top-level field of the event itself."""
        return self.path[0] if len(self.path) == 1 and not self.in_metadata else None

    def __repr__(self) -> str:
        return f"FieldRef({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldRef) and (self.path, self.in_metadata) == (
            other.path,
            other.in_metadata,
        )

    def __hash__(self) -> int:
        return hash((self.path, self.in_metadata))


def _parse_path(text: str) -> list[str]:
    if "[" not in text and "]" not in text:
        return [text]
    keys: list[str] = []
    depth = start = 0
    for at, char in enumerate(text):
        if char == "[":
            if at > start:
                raise _illegal(text)
            depth += 1
            start = at + 1
        elif char == "]":
            depth -= 1
            if depth < 0 or (at == start and text[at - 1] == "["):
                raise _illegal(text)
            if at > start:
                keys.append(_unescape(text[start:at]))
            start = at + 1
        elif at and text[at - 1] == "]":
            raise _illegal(text)
    if depth or start != len(text) or not keys:
        raise _illegal(text)
    return keys


def _unescape(fragment: str) -> str:
    if _escape_style == "percent" and _PERCENT.search(fragment):
        # Logstash hands the fragment to a URL decoder, which also reads `+` as a space
        return _PERCENT.sub(_percent_decoded, fragment.replace("+", " "))
    if _escape_style == "ampersand":
        return _AMPERSAND.sub(lambda found: chr(int(found[1])), fragment)
    return fragment


def _percent_decoded(run: re.Match[str]) -> str:
    return bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace")


def _illegal(text: str) -> FieldReferenceError:
    return FieldReferenceError(f"Invalid FieldReference: `{text}`")
