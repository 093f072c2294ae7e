"""From a grok expression to a matcher.

Captures are delivered grouped by their full name, in order of first appearance, as in the original; of one name, only the
first group is converted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from logsmith.grok.errors import GrokError
from logsmith.grok.expansion import expanded_text
from logsmith.grok.library import Library
from logsmith.grok.prefilter import best_literals, required_literals, telltale
from logsmith.grok.search import make_finder, stands_in_order
from logsmith.regex import Match, Regex, RegexError, compile_ruby

CACHED_MATCHERS = 1_000  # a pipeline uses the same few, again and again
TYPES: dict[str | None, Literal["int", "float"]] = {"int": "int", "float": "float"}


@dataclass(frozen=True, slots=True)
class Capture:
    """What one name captures: the field, the type its first group is converted to, and its groups' numbers."""

    field: str
    type: Literal["int", "float"] | None
    groups: tuple[int, ...]


class Grok:
    """A compiled expression. `literals` stand in every match, in this order; `search` does not look at them.

    `telltale` is the one of them that refuses most by itself; `finder` are the parts of `search`; `re` is Python's pattern,
    None where Oniguruma does the work.
    """

    __slots__ = ("captures", "finder", "literals", "pattern", "re", "regex", "search", "telltale")

    def __init__(self, pattern: str, regex: Regex) -> None:
        self.pattern, self.regex, self.re = pattern, regex, regex.re
        self.captures = _captures(regex.names)
        required = required_literals(regex.tree.root)
        self.literals, self.telltale = best_literals(required), telltale(required)
        self.finder = make_finder(regex)
        self.search: Callable[[str], Match | None] = self.finder.search()

    def can_match(self, text: str) -> bool:
        """Return whether all literals are there in order; False says that `search` would find nothing."""
        return stands_in_order(self.literals, text)


def compile_grok(pattern: str, library: Library, *, named_captures_only: bool = True) -> Grok:
    """Return an expression compiled over a library; raises GrokError."""
    text = expanded_text(pattern, library, named_captures_only=named_captures_only)
    try:
        return _matcher(pattern, text)
    except RegexError as error:
        raise GrokError(f"the pattern {pattern!r} is no regular expression once expanded: {error}") from None


@lru_cache(maxsize=CACHED_MATCHERS)
def _matcher(pattern: str, text: str) -> Grok:
    return Grok(pattern, compile_ruby(text, multiline=True))


def _captures(names: Sequence[tuple[str, tuple[int, ...]]]) -> tuple[Capture, ...]:
    captures = []
    for name, groups in names:
        parts = name.split(":")
        wanted = parts[2] if len(parts) > 2 else None
        captures.append(Capture(parts[min(1, len(parts) - 1)], TYPES.get(wanted), groups))
    return tuple(captures)
