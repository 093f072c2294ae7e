r"""One line of CEF: `CEF:0|vendor|product|version|class|name|severity|key=value key=value`.

In the header `\|` and `\\` are escaped, in values `\=`, `\\`, `\n` and `\r`. Values are not quoted: a value goes on until
a blank that is followed by a key and an equals sign. What stands before the last blank of the first part is the header
of syslog.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from logsmith.errors import LogsmithError
from logsmith.event.ruby import RUBY_BLANKS

HEADER_PARTS = 7
PREFIX = "CEF:"

_part = re.compile(r"((?:\\[\\|]|[^|])*+)\|").match
_escaped_part = re.compile(r"\\([\\|])")

# Ruby's \w, \s and \S are of ASCII
_KEY = r"\w+(?:\.[^.=\s|\\\[\]]+)*(?:\[[0-9]+\])?(?==)"
_pair = re.compile(rf"({_KEY})=((?:\S|\s++(?!{_KEY}))*+)\s*", re.ASCII).match
_escaped_value = re.compile(r"\\([\\=nr])")
_UNESCAPED = {"\\": "\\", "=": "=", "n": "\n", "r": "\r"}

_HEADER_ESCAPES = str.maketrans({"\\": "\\\\", "|": "\\|", "\n": " ", "\r": " "})
_VALUE_ESCAPES = str.maketrans({"\\": "\\\\", "=": "\\=", "\n": "\\n", "\r": "\\n"})
_not_in_keys = re.compile(r"[^a-zA-Z0-9]")


class CefError(LogsmithError):
    """A text is no CEF."""


@dataclass(frozen=True, slots=True)
class CefLine:
    """What a line says: `header` holds version to severity, `extensions` the rest as it is keyed."""

    syslog: str | None
    header: tuple[str, ...]
    extensions: dict[str, str]


def unquoted(text: str) -> str:
    """Return a line without its quotes: some connectors put the whole of it into them."""
    return text[1:-1] if text.startswith('"') else text


def parse_line(text: str) -> CefLine:
    """Return what a line without quotes says, without escapes; raises CefError."""
    text = text.removesuffix("\n").removesuffix("\r")
    if "\n" in text:
        raise CefError("a line end that is not escaped; several lines need a delimiter")
    parts: list[str] = []
    at = 0
    while len(parts) < HEADER_PARTS:
        found = _part(text, at)
        if found is None:
            raise CefError(f"expected {HEADER_PARTS} parts in the header, got {len(parts)}")
        parts.append(_escaped_part.sub(r"\1", found[1]))
        at = found.end()
    syslog, blank, version = parts[0].rpartition(" ")
    header = (version.removeprefix(PREFIX), *parts[1:])
    return CefLine(syslog if blank else None, header, _extensions(text[at:].strip(RUBY_BLANKS)))


def _extensions(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    at = 0
    while at < len(text):
        found = _pair(text, at)
        if found is None:
            raise CefError(f"expected key=value, got {text[at : at + 80]!r}")
        pairs[found[1]] = _escaped_value.sub(lambda one: _UNESCAPED[one[1]], found[2])
        at = found.end()
    return pairs


def header_text(text: str) -> str:
    """Return a text as a part of the header has it: pipes and backslashes escaped, line ends as blanks."""
    return text.replace("\r\n", "\n").translate(_HEADER_ESCAPES)


def key_text(name: str) -> str:
    """Return a name as a key has it: its letters and digits."""
    return _not_in_keys.sub("", name)


def value_text(text: str) -> str:
    """Return a text as a value has it: equals signs, backslashes and line ends escaped."""
    return text.replace("\r\n", "\n").translate(_VALUE_ESCAPES)
