"""From a grok expression to a matcher.

A reference is `%{NAME}`, `%{NAME:field}` or `%{NAME:field:type}`; `%{NAME=regex}` defines on the spot; what follows the last
legal character up to the brace is ignored. References are replaced until none is left. Captures are delivered grouped by
their full name, in order of first appearance, as in the original; of one name, only the first group is converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from logsmith.grok.errors import GrokError
from logsmith.grok.library import Library
from logsmith.grok.prefilter import best_literals, required_literals
from logsmith.grok.search import make_search
from logsmith.regex import Match, Regex, RegexError, compile_ruby

MOST_REPLACEMENTS = 10_000
LONGEST_EXPANSION = 1_000_000  # characters
DEEPEST_NESTING = 200
TYPES: dict[str | None, Literal["int", "float"]] = {"int": "int", "float": "float"}

_REFERENCE = re.compile(r"%\{([A-z0-9]+)(?::([A-z0-9@:.\-]+))?")


@dataclass(frozen=True, slots=True)
class Capture:
    """What one name captures: the field, the type its first group is converted to, and its groups' numbers."""

    field: str
    type: Literal["int", "float"] | None
    groups: tuple[int, ...]


class Grok:
    """A compiled expression. `literals` stand in every match, in this order; `search` does not look at them.

    `re` is Python's pattern, None where Oniguruma does the work.
    """

    __slots__ = ("captures", "literals", "pattern", "re", "regex", "search")

    def __init__(self, pattern: str, regex: Regex) -> None:
        self.pattern, self.regex, self.re = pattern, regex, regex.re
        self.captures = _captures(regex.names)
        self.literals = best_literals(required_literals(regex.tree.root))
        self.search: Callable[[str], Match | None] = make_search(regex)

    def can_match(self, text: str) -> bool:
        """Return whether all literals are there in order; False says that `search` would find nothing."""
        at = 0
        for literal in self.literals:
            at = text.find(literal, at)
            if at < 0:
                return False
            at += len(literal)
        return True


def compile_grok(pattern: str, library: Library, *, named_captures_only: bool = True) -> Grok:
    """Return an expression compiled over a library; raises GrokError."""
    expanded = _Expander(library, named_captures_only=named_captures_only).expand(pattern)
    try:
        return Grok(pattern, compile_ruby(expanded, multiline=True))
    except RegexError as error:
        raise GrokError(f"the pattern {pattern!r} is no regular expression once expanded: {error}") from None


def _captures(names: Sequence[tuple[str, tuple[int, ...]]]) -> tuple[Capture, ...]:
    captures = []
    for name, groups in names:
        parts = name.split(":")
        wanted = parts[2] if len(parts) > 2 else None
        captures.append(Capture(parts[min(1, len(parts) - 1)], TYPES.get(wanted), groups))
    return tuple(captures)


class _Expander:
    def __init__(self, library: Library, *, named_captures_only: bool) -> None:
        self._library, self._named_only = library, named_captures_only
        self._inline: dict[str, str] = {}
        self._replacements = self._length = 0
        self._open: list[str] = []  # the patterns being expanded, each inside of the one before

    def expand(self, text: str) -> str:
        """Return the text with all references replaced."""
        pieces, at = [], 0
        while found := _REFERENCE.search(text, at):
            end, definition = _reference_end(text, found.end())
            if end < 0:
                break
            name, semantic = found.groups()
            if definition is not None:
                self._inline[name] = definition
            pieces += [text[at : found.start()], self._replace(name, semantic)]
            at = end
        return "".join([*pieces, text[at:]])

    def _replace(self, name: str, semantic: str | None) -> str:
        self._replacements += 1
        if self._replacements > MOST_REPLACEMENTS or len(self._open) > DEEPEST_NESTING or name in self._open:
            raise GrokError(f"the pattern {name!r} refers to itself, or references nest too deeply")
        text = self._inline.get(name, self._library.get(name))
        if text is None:
            near = get_close_matches(name, self._library.names, 1, 0.7)
            raise GrokError(
                f"there is no grok pattern {name!r}" + (f"; did you mean {near[0]}?" if near else "")
            )
        self._length += len(text)
        if self._length > LONGEST_EXPANSION:
            raise GrokError(f"the expression expands to more than {LONGEST_EXPANSION} characters")
        self._open.append(name)
        inside = self.expand(text)
        self._open.pop()
        if semantic is not None:
            return f"(?<{name}:{semantic}>{inside})"
        return f"(?:{inside})" if self._named_only else f"(?<{name}>{inside})"


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
