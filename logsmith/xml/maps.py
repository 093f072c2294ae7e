"""A document as nested maps, in the shape of Ruby's XmlSimple.

The root element's own name is dropped. Of each other element, attributes and elements in it become keys; keys that repeat
become arrays. An element of nothing but text is that text, beside attributes its `content`. Where texts stand between
elements, `content` holds them as they are written, their references not replaced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from logsmith.event import Value
from logsmith.event.ruby import RUBY_BLANKS
from logsmith.xml.reader import Document, Element
from logsmith.xml.references import Entities

CONTENT = "content"
ANONYMOUS = "anon"  # an element whose items stand for the one around it, if there is no other array

_has_text = re.compile(r"[^ \t\r\n\f\v]").search


@dataclass(frozen=True, slots=True)
class Shape:
    """How elements become values: each in an array, text always in a map, and whether empty ones are left out."""

    force_array: bool = True
    force_content: bool = False
    suppress_empty: bool = True


def to_value(document: Document, shape: Shape) -> Value:
    """Return the value of a document; raises XmlError where its entities grow too much."""
    return _collapse(document.root, document.entities, shape)


def _collapse(element: Element, entities: Entities, shape: Shape) -> Value:
    value: dict[str, Value] = dict(element.attributes)
    if not element.elements and element.texts:
        return _collapse_text(element, entities, shape)
    for child in element.elements:
        inner = _collapse(child, entities, shape)
        # XmlSimple: it asks for the attributes of the element around, not for those of the empty one
        if not (shape.suppress_empty and _is_empty(inner) and not element.attributes):
            _merge(value, child.name, inner, shape)
    if element.elements:
        texts: list[Value] = [text.written for text in element.texts]
        if "".join(text.written for text in element.texts).strip(RUBY_BLANKS):
            value[CONTENT] = texts[0] if len(texts) == 1 else texts
    arrays = [key for key, member in value.items() if isinstance(member, list)]
    if arrays == [ANONYMOUS]:
        return value[ANONYMOUS]
    return None if shape.suppress_empty and not value else value


def _collapse_text(element: Element, entities: Entities, shape: Shape) -> Value:
    text = "".join(one.written if one.is_cdata else entities.expand(one.written) for one in element.texts)
    value: dict[str, Value] = dict(element.attributes)
    if not value and not _has_text(text):
        return {}
    if not value and not shape.force_content:
        return text
    _merge(value, CONTENT, text, shape)
    return value


def _is_empty(value: Value) -> bool:
    if isinstance(value, str):
        return _has_text(value) is None
    return value is None or value == {}


def _merge(value: dict[str, Value], key: str, new: Value, shape: Shape) -> None:
    if key in value:
        known = value[key]
        if isinstance(known, list):
            known.append(new)
        else:
            value[key] = [known, new]
    elif isinstance(new, list) or (shape.force_array and key != CONTENT):
        value[key] = [new]
    else:
        value[key] = new
