"""A grok expression with its references replaced, and what came from where.

A reference is `%{NAME}`, `%{NAME:field}` or `%{NAME:field:type}`; `%{NAME=regex}` defines on the spot; what follows the last
legal character up to the brace is ignored. References are replaced until none is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from logsmith.grok.errors import GrokError, UnknownPatternError
from logsmith.grok.library import Library

MOST_REPLACEMENTS = 10_000
LONGEST_EXPANSION = 1_000_000  # characters
DEEPEST_NESTING = 200
MOST_TEXTS = 1_000  # that a library keeps

_REFERENCE = re.compile(r"%\{([A-z0-9]+)(?::([A-z0-9@:.\-]+))?")


@dataclass(frozen=True, slots=True)
class Part:
    """The expression, or a reference in it: as written, at which place in the pattern around it, and what it stands for.

    `start` and `end` are its place in the expanded text, `begin` is where in that its source begins, behind the opener of
    the group around it. `parts` are the references in its source, in order.
    """

    name: str
    semantic: str | None
    written: str
    at: int
    source: str
    start: int
    begin: int
    end: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """An expression expanded: the text, and of what it is made."""

    text: str
    root: Part

    def path(self, start: int, end: int) -> list[Part]:
        """Return the references around a place in the text, outermost first; the expression itself is the first."""
        found = [self.root]
        while inner := next(
            (part for part in found[-1].parts if part.start <= start and end <= part.end), None
        ):
            found.append(inner)
        return found


def expand(pattern: str, library: Library, *, named_captures_only: bool = True) -> Expansion:
    """Return an expression with all references replaced; raises GrokError."""
    text, parts = _Expander(library, named_captures_only=named_captures_only).expand(pattern, 0)
    return Expansion(text, Part("", None, pattern, 0, pattern, 0, 0, len(text), tuple(parts)))


def expanded_text(pattern: str, library: Library, *, named_captures_only: bool = True) -> str:
    """Return the text of an expression expanded, found once for each library; raises GrokError."""
    key = pattern, named_captures_only
    text = library.texts.get(key)
    if text is None:
        text = expand(pattern, library, named_captures_only=named_captures_only).text
        if len(library.texts) >= MOST_TEXTS:
            library.texts.clear()
        library.texts[key] = text
    return text


def find_unfinished(pattern: str) -> int | None:
    """Return where a reference begins that has no closing brace of its own, None if all have one."""
    at = 0
    while found := _REFERENCE.search(pattern, at):
        end, definition = _reference_end(pattern, found.end())
        if end < 0 or (definition is None and "%{" in pattern[found.end() : end]):
            return found.start()
        at = end
    return None


def source_of(part: Part, start: int, end: int) -> str:
    """Return how the text from one place to another is written in a part's source; references are not cut."""
    first, last = _place(part, max(start, part.begin), at_end=False), _place(part, end, at_end=True)
    return part.source[first:last]


def _place(part: Part, offset: int, *, at_end: bool) -> int:
    """Return the place in a part's source that became a place in the text."""
    place = 0
    position = part.begin
    for inner in part.parts:
        if offset < inner.start or (at_end and offset == inner.start):
            break
        place, position = inner.at + len(inner.written), inner.end
        if offset < inner.end:
            return place if at_end else inner.at
    return min(len(part.source), place + offset - position)


class _Expander:
    def __init__(self, library: Library, *, named_captures_only: bool) -> None:
        self._library, self._named_only = library, named_captures_only
        self._inline: dict[str, str] = {}
        self._replacements = self._length = 0
        self._open: list[str] = []  # the patterns being expanded, each inside of the one before

    def expand(self, text: str, offset: int) -> tuple[str, list[Part]]:
        """Return the text with all references replaced, and these; `offset` is where it goes."""
        pieces: list[str] = []
        parts: list[Part] = []
        at = 0
        while found := _REFERENCE.search(text, at):
            end, definition = _reference_end(text, found.end())
            if end < 0:
                break
            if definition is not None:
                self._inline[found[1]] = definition
            pieces.append(text[at : found.start()])
            offset += found.start() - at
            replacement, part = self._replace(found, text[found.start() : end], offset)
            pieces.append(replacement)
            parts.append(part)
            offset += len(replacement)
            at = end
        return "".join([*pieces, text[at:]]), parts

    def _replace(self, found: re.Match[str], written: str, offset: int) -> tuple[str, Part]:
        name, semantic = found.groups()
        source = self._source(name)
        opener = f"(?<{name}:{semantic}>" if semantic else "(?:" if self._named_only else f"(?<{name}>"
        self._open.append(name)
        inside, parts = self.expand(source, offset + len(opener))
        self._open.pop()
        text = f"{opener}{inside})"
        begin, end = offset + len(opener), offset + len(text)
        return text, Part(name, semantic, written, found.start(), source, offset, begin, end, tuple(parts))

    def _source(self, name: str) -> str:
        self._replacements += 1
        if self._replacements > MOST_REPLACEMENTS or len(self._open) > DEEPEST_NESTING or name in self._open:
            raise GrokError(f"the pattern {name!r} refers to itself, or references nest too deeply")
        text = self._inline.get(name, self._library.get(name))
        if text is None:
            near = get_close_matches(name, self._library.names, 1, 0.7)
            raise UnknownPatternError(
                f"there is no grok pattern {name!r}" + (f"; did you mean {near[0]}?" if near else "")
            )
        self._length += len(text)
        if self._length > LONGEST_EXPANSION:
            raise GrokError(f"the expression expands to more than {LONGEST_EXPANSION} characters")
        return text


def _reference_end(text: str, at: int) -> tuple[int, str | None]:
    """Return where a reference ends and the definition inside of it, if it has one; -1 if it has no end."""
    if text.startswith("=", at):
        end = _definition_end(text, at + 1)
        close = text.find("}", end)
        if end > at + 1 and close >= 0:
            return close + 1, text[at + 1 : end]
    return text.find("}", at) + 1 or -1, None


def _definition_end(text: str, at: int) -> int:
    """Return where a definition ends: at the brace that closes the reference, braces in pairs are its own.

    Logstash: behind a backslash it reaches to the last brace of the line.
    """
    depth, position = 0, at
    for position in range(at, len(text)):
        char = text[position]
        if char == "\\":
            line_end = text.find("\n", position)
            return text.rfind("}", position, len(text) if line_end < 0 else line_end)
        if char == "}" and not depth:
            return position
        depth += (char == "{") - (char == "}")
    return -1
