"""String: encodings and bytes."""

from __future__ import annotations

import re
from typing import Any

from logsmith.ruby.coerce import to_text
from logsmith.ruby.compare import to_key
from logsmith.ruby.dispatch import call, class_methods_of, methods_of
from logsmith.ruby.encodings import (
    ENCODINGS,
    Encoding,
    codec_of,
    find_encoding,
    from_bytes,
    get_encoding,
    is_valid,
    shown_name,
    to_bytes,
)
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.objects import BINARY, Proc, String, Symbol
from logsmith.ruby.show import inspect_text, to_s
from logsmith.ruby.translate import count

STRING = methods_of("String")
ENCODING = methods_of("Encoding")
ENCODING_CLASS = class_methods_of("Encoding")
_INVALID_RUNS = re.compile(
    "[\udce0-\udcef][\udc80-\udcbf]?|[\udcf0-\udcf4][\udc80-\udcbf]{0,2}|[\ud800-\udfff]"
)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKED = ("UTF-16", "UTF-32")  # a byte order mark begins what is written in these
_REPLACE = Symbol("replace")

STRING.add("encoding", lambda box: ENCODINGS[box.encoding])
STRING.add("valid_encoding?", is_valid)
STRING.add("ascii_only?", lambda box: box.text.isascii())
STRING.add("b", lambda box: String(to_bytes(box).decode("latin-1"), is_binary=True))
ENCODING.add("name to_s", lambda encoding: String(encoding.name))
ENCODING.add("inspect", lambda encoding: String(f"#<Encoding:{shown_name(encoding.name)}>"))
ENCODING.add("ascii_compatible?", lambda encoding: not encoding.name.startswith("UTF-16"))
ENCODING_CLASS.add("default_external default_internal", lambda _class: ENCODINGS["UTF-8"])
ENCODING_CLASS.add("find", lambda _class, name: ENCODINGS[find_encoding(name)])
ENCODING_CLASS.add("name_list", lambda _class: list(map(String, ENCODINGS)))


@STRING.method("count")
def count_of(box: String, first: Any, *sets: Any) -> int:
    """Return how many characters are in all of the sets."""
    return count(box.text, list(map(to_text, (first, *sets))))


@STRING.method("force_encoding")
def force_encoding(box: String, encoding: Any) -> String:
    """Read the same bytes as another encoding, in place."""
    name = find_encoding(encoding)
    if name == box.encoding:
        return box.change(box.text)
    read = from_bytes(to_bytes(box), name)
    box.change(read.text).encoding = name
    return box


def _scrubbed(box: String, replacement: Any, block: Proc | None) -> str:
    if is_valid(box):
        return box.text
    if block is not None:
        asked = block
        return _INVALID_RUNS.sub(lambda found: to_text(asked(box.like(found[0]))), box.text)
    new = (
        to_text(replacement)
        if replacement is not None
        else "\ufffd"
        if box.encoding.startswith("UTF")
        else "?"
    )
    return _INVALID_RUNS.sub(lambda _found: new, box.text)


@STRING.method("scrub")
def scrub(box: String, replacement: Any = None, *, block: Proc | None = None) -> String:
    """Return the text with invalid bytes replaced."""
    return box.like(_scrubbed(box, replacement, block))


@STRING.method("scrub!")
def scrub_in_place(box: String, replacement: Any = None, *, block: Proc | None = None) -> String:
    """Replace invalid bytes."""
    return box.change(_scrubbed(box, replacement, block))


class _Conversion:
    """What `encode` is told: how to read, how to write, what to do about what has no place."""

    def __init__(self, box: String, encodings: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        self.target = _converter(box, encodings[0]) if encodings else "UTF-8"
        self.source = _converter(box, encodings[1]) if len(encodings) > 1 else box.encoding
        self.invalid, self.undef = keywords.get("invalid") is _REPLACE, keywords.get("undef") is _REPLACE
        self.fallback = keywords.get("fallback")
        self.is_xml = keywords.get("xml") is not None
        given = keywords.get("replace")
        self.replacement = (
            to_text(given) if given is not None else "\ufffd" if self.target.startswith("UTF") else "?"
        )

    def converted(self, box: String) -> String:
        text = box.text if self.source == box.encoding else from_bytes(to_bytes(box), self.source).text
        if self.is_xml:
            text = re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)
        if self.source != self.target and not text.isascii():
            text = self._checked(text)
        elif self.source == self.target and self.invalid:
            text = _INVALID_RUNS.sub(lambda _found: self.replacement, text)
        made = String(text if self.target not in _MARKED or self.source == self.target else f"\ufeff{text}")
        made.encoding = self.target
        return made

    def _checked(self, text: str) -> str:
        if self.source == BINARY:
            return re.sub("[\x80-\xff]", lambda found: self._undefined(found[0]), text)
        text = _INVALID_RUNS.sub(self._invalid, text)
        if self.target.startswith("UTF"):
            return text
        codec = codec_of(self.target if self.target != BINARY else "US-ASCII")
        return "".join(
            char if char.isascii() or _fits(char, codec) else self._undefined(char) for char in text
        )

    def _invalid(self, found: re.Match[str]) -> str:
        if self.invalid:
            return self.replacement
        shown = inspect_text(String(found[0]))
        if self.source.startswith("UTF"):
            raise fault("Encoding::InvalidByteSequenceError", f"{shown} on {self.source}")
        return self._undefined(found[0])

    def _undefined(self, char: str) -> str:
        if self.is_xml:
            return f"&#x{ord(char):X};"
        if self.undef:
            return self.replacement
        if self.fallback is not None:
            return self._fallen(char)
        raise _undefined_fault(char, self.source, self.target)

    def _fallen(self, char: str) -> str:
        if isinstance(self.fallback, dict):
            found = self.fallback.get(to_key(String(char)))
        else:
            found = call(self.fallback, "call", (String(char),))
        if found is None:
            raise _undefined_fault(char, self.source, self.target)
        return to_s(found)


def _undefined_fault(char: str, source: str, target: str) -> RubyException:
    if source == "UTF-8":
        shown = f"U+{ord(char):04X}"
    else:
        code = ord(char)
        shown = f'"\\x{code - 0xDC00 if code > 0xDC00 else code:02X}"'
    via = " to UTF-8" if not source.startswith("UTF") and source != BINARY and target != "UTF-8" else ""
    return fault("Encoding::UndefinedConversionError", f"{shown} from {source}{via} to {target}")


def _fits(char: str, codec: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _converter(box: String, value: Any) -> str:
    if isinstance(value, Encoding):
        return value.name
    name = to_text(value)
    found = get_encoding(name)
    if found is None:
        raise fault(
            "Encoding::ConverterNotFoundError", f"code converter not found ({box.encoding} to {name})"
        )
    return found


@STRING.method("encode")
def encode(box: String, *encodings: Any, **keywords: Any) -> String:
    """Return the text in another encoding."""
    made = _Conversion(box, encodings, keywords).converted(box)
    if keywords.get("universal_newline") or keywords.get("newline") is Symbol("universal"):
        made.text = made.text.replace("\r\n", "\n").replace("\r", "\n")
    if keywords.get("crlf_newline"):
        made.text = made.text.replace("\n", "\r\n")
    if keywords.get("xml") is Symbol("attr"):
        made.text = '"' + made.text.replace('"', "&quot;") + '"'
    return made


@STRING.method("encode!")
def encode_in_place(box: String, *encodings: Any, **keywords: Any) -> String:
    """Change the encoding, and the bytes with it."""
    made = encode(box, *encodings, **keywords)
    box.change(made.text).encoding = made.encoding
    return box
