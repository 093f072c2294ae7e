"""What a plugin sees of its settings: the plain values behind the tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from logsmith.config.ast import Array, Attribute, Hash, Number, Plugin, Regex, String, Value
from logsmith.config.fold import fold
from logsmith.config.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

Plain = Any
"""A str, int, float, list, dict or Codec. A boolean is the str "true" or "false", as in Logstash."""

_ESCAPE = r"(?s)\\(.)"
_ESCAPED = {'"': '"', "'": "'", "\\": "\\", "n": "\n", "r": "\r", "t": "\t", "0": "\0"}


@dataclass(frozen=True, slots=True)
class Codec:
    """A plugin as a value, `json { charset => "UTF-8" }`: Logstash makes a codec of it under any name."""

    name: str
    settings: dict[str, Plain]
    plugin: Plugin = field(compare=False, repr=False)


def unescape(text: str) -> str:
    r"""Replace `\" \' \\ \n \r \t \0`, as `config.support_escapes` asks for; other pairs stay."""
    if "\\" not in text:
        return text
    return re.sub(_ESCAPE, lambda found: _ESCAPED.get(found[1], found[0]), text)


def string_text(string: String, *, escapes: bool) -> str:
    """The text of a string."""
    return unescape(string.text) if escapes else string.text


def place_in_string(string: String, offset: int, *, escapes: bool) -> Span:
    """Where a character of a string's text stands in the file."""
    at = 0
    if escapes:  # the text is shorter than what is written
        for found in re.finditer(r"(?s)\\.|.", string.text):
            if offset <= 0:
                break
            at = found.end()
            offset -= len(unescape(found[0]))
    else:
        at = offset
    start = string.span.start + len(string.quote) + min(at, len(string.text))
    return Span(string.span.source, start, start + 1)


def plain(value: Value, *, escapes: bool = False) -> Plain:
    """The plain value of a node; a hash keeps its written order, and its number keys become text."""
    if isinstance(value, String):
        return string_text(value, escapes=escapes)
    if isinstance(value, Number):
        return value.value
    if isinstance(value, Array):
        return [item for node in value.items for item in _items(node, escapes)]
    if isinstance(value, Hash):
        return {
            str(plain(entry.key, escapes=escapes)): plain(entry.value, escapes=escapes)
            for entry in value.entries
        }
    return Codec(value.name, plugin_settings(value, escapes=escapes), value)


def _items(node: Value, escapes: bool) -> Iterator[Plain]:
    """The items an array gets of one node; of a plugin, Logstash keeps the values inside it only."""
    if not isinstance(node, Plugin):
        yield plain(node, escapes=escapes)
        return
    if node.name[0] in "\"'":
        yield node.name[1:-1]
    for attribute in node.attributes:
        if attribute.name_span.text[:1] in ('"', "'"):
            yield attribute.name
        yield from _items(attribute.value, escapes)


def attribute_value(attribute: Attribute, *, escapes: bool = False) -> Plain:
    """The plain value of one attribute."""
    return plain(attribute.value, escapes=escapes)


def plugin_settings(plugin: Plugin, *, escapes: bool = False) -> dict[str, Plain]:
    """The settings of a plugin by name, repeated ones folded; raises FoldError where they do not fold."""
    return fold((attribute.name, plain(attribute.value, escapes=escapes)) for attribute in plugin.attributes)


def constant(operand: String | Number | Array | Regex, *, escapes: bool = False) -> Plain:
    """The plain value of a constant in a condition."""
    if isinstance(operand, Regex):
        return operand.pattern
    return plain(operand, escapes=escapes)
