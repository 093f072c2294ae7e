"""From a grok expression to a matcher.

A reference is `%{NAME}`, `%{NAME:field}` or `%{NAME:field:type}`; `%{NAME=regex}` defines on the spot; what follows the last
legal character up to the brace is ignored. References are replaced until none is left. Captures are delivered grouped by
their full name, in order of first appearance, as in the original; of one name, only the first group is converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from logsmith.grok.errors import GrokError
from logsmith.grok.library import Library
from logsmith.grok.prefilter import best_literals, required_literals
from logsmith.regex import Match, Regex, RegexError, compile_ruby

MOST_REPLACEMENTS = 10_000
LONGEST_EXPANSION = 1_000_000  # characters

_REFERENCE = re.compile(r"%\{([A-z0-9]+)(?::([A-z0-9@:.\-]+))?")


@dataclass(frozen=True, slots=True)
class Capture:
    """What one name captures: the field, the type its first group is converted to, and its groups' numbers."""

    field: str
    type: Literal["int", "float"] | None
    groups: tuple[int, ...]


class Grok:
    """A compiled expression. `literals` stand in every match, in this order; `search` does not look at them."""

    __slots__ = ("captures", "literals", "pattern", "regex", "search")

    def __init__(self, pattern: str, regex: Regex) -> None:
        self.pattern, self.regex = pattern, regex
        self.captures = _captures(regex.names)
        self.literals = best_literals(required_literals(regex.re)) if regex.re else []
        self.search: Callable[[str], Match | None] = regex.re.search if regex.re else regex.search

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


def _captures(names: tuple[str, ...] | list[str]) -> tuple[Capture, ...]:
    groups: dict[str, list[int]] = {}
    for number, name in enumerate(names, 1):
        groups.setdefault(name, []).append(number)
    captures = []
    for name, numbers in groups.items():
        parts = name.split(":")
        field = parts[1] if len(parts) > 1 else parts[0]
        wanted = parts[2] if len(parts) > 2 else None  # noqa: PLR2004  pattern, field, type
        captures.append(Capture(field, wanted if wanted in ("int", "float") else None, tuple(numbers)))  # type: ignore[arg-type]
    return tuple(captures)


class _Expander:
    def __init__(self, library: Library, *, named_captures_only: bool) -> None:
        self._library, self._named_only = library, named_captures_only
        self._inline: dict[str, str] = {}
        self._replacements = self._length = 0

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
        if self._replacements > MOST_REPLACEMENTS:
            raise GrokError(f"the pattern {name!r} refers to itself, or references nest too deeply")
        text = self._inline.get(name, self._library.get(name))
        if text is None:
            raise GrokError(f"there is no grok pattern {name!r}")
        self._length += len(text)
        if self._length > LONGEST_EXPANSION:
            raise GrokError(f"the expression expands to more than {LONGEST_EXPANSION} characters")
        try:
            inside = self.expand(text)
        except RecursionError:
            raise GrokError(f"the pattern {name!r} refers to itself, or references nest too deeply") from None
        if semantic is not None:
            return f"(?<{name}:{semantic}>{inside})"
        return f"(?:{inside})" if self._named_only else f"(?<{name}>{inside})"


def _reference_end(text: str, at: int) -> tuple[int, str | None]:
    """Return where a reference ends and the definition inside of it, if it has one; -1 if it has no end."""
    if not text.startswith("=", at):
        return text.find("}", at) + 1 or -1, None
    depth, position = 1, at + 1
    while position < len(text):
        char = text[position]
        if char == "\\":
            position += 1
        elif char in "{}":
            depth += 1 if char == "{" else -1
            if depth == 0:
                return position + 1, text[at + 1 : position]
        position += 1
    return -1, None
