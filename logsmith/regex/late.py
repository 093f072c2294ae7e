"""Long patterns that `re` is known to take, compiled when code is made that uses them: a check has no need of that.

To compile what a grok expression expands to takes several times as long as to parse it. Whoever binds such a pattern's
`match` or `search` calls `settled` before the first text comes, and has the pattern's own method then; whoever does not
is served all the same, a little slower.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MethodType
from typing import Any

from logsmith.regex.errors import RegexError
from logsmith.regex.tree import (
    Alternation,
    Anchor,
    Atomic,
    Capture,
    CharSet,
    Dot,
    Literal,
    Look,
    Node,
    Repeat,
    Sequence,
    Tree,
    children,
)

LONG = 300  # characters; what is shorter takes less than a millisecond
DEEPEST = 60  # groups within each other: no recursion comes near its limit
# Of looks the parser knows what is refused
_SURE_BRANCHED = frozenset({Sequence, Alternation, Capture, Atomic, Repeat, Look})
_SURE_ANCHORS = frozenset("^$AzZbB")


class LatePattern:
    """What stands for a pattern until somebody needs it."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], re.Pattern[str] | None]) -> None:
        self._make = make
        self._made: re.Pattern[str] | None = None

    @property
    def made(self) -> re.Pattern[str]:
        """The pattern itself."""
        if self._made is None:
            self._made = self._make()
            if self._made is None:
                raise RegexError("a pattern that can be written for Python's engine is refused by it")
        return self._made

    def match(self, text: str, *bounds: int) -> re.Match[str] | None:
        """Match as the pattern does."""
        return self.made.match(text, *bounds)

    def search(self, text: str, *bounds: int) -> re.Match[str] | None:
        """Search as the pattern does."""
        return self.made.search(text, *bounds)

    def __getattr__(self, name: str) -> Any:  # Any: as the pattern has it
        return getattr(self.made, name)


def settled(value: Any) -> Any:  # Any: whatever code is bound to
    """Return a late pattern's method as the pattern's own, and any other value as it is."""
    if value.__class__ is MethodType and value.__self__.__class__ is LatePattern:
        return getattr(value.__self__.made, value.__name__)
    return value


def is_sure(tree: Tree) -> bool:
    """Say whether a tree has nothing in it that `re` may refuse: only what it has words for, and not too deep."""
    level: list[Node] = [tree.root]
    for _ in range(DEEPEST):
        branched: list[Node] = []
        for node in level:
            if type(node) in _SURE_BRANCHED:
                branched += children(node)
            elif not _is_sure_leaf(node):
                return False
        if not branched:
            return True
        level = branched
    return False


def _is_sure_leaf(node: Node) -> bool:
    match node:
        case Literal(char, ignore_case):
            return not ignore_case or len(char.casefold()) == 1
        case Anchor(kind):
            return kind in _SURE_ANCHORS
    return isinstance(node, Dot | CharSet)
