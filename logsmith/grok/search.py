"""Where to look for a match, in which order: most texts match at their start or not at all.

`re` tries a pattern at every position of a text that does not match, each time anew. So the start is tried first. After
that the rest of the pattern is looked for by itself, from its last distinctive literal on and from its first: `re` jumps
from one literal to the next, and without a rest there is no match. Only then are the other positions tried.

A match of the whole passes over the rest from where that begins, so there the rest matches too: what it refuses, the whole
refuses. A rest that refers to a group before it does not compile by itself, and is not looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from logsmith.grok.prefilter import LEAST_WEIGHT, weight
from logsmith.regex import Match, Regex, compile_re, settled
from logsmith.regex.tree import (
    Anchor,
    Capture,
    Literal,
    Node,
    Tree,
    sequence,
    without_captures,
)
from logsmith.regex.tree import Sequence as Row

Search = Callable[[str], Match | None]


@dataclass(frozen=True, slots=True)
class Finder:
    """How a match is found: `first` looks at the start, and where it finds nothing, `later` at the rest of the text.

    If `is_by_line`, a match begins where a line does, and `later` has nothing to look for in a text of one line.
    """

    first: Search
    later: Search | None = None
    is_by_line: bool = False

    def search(self) -> Search:
        """Return all of it as one function."""
        first, later = self.first, self.later
        if later is None:
            return first
        if self.is_by_line:
            return lambda text: later(text) if "\n" in text else first(text)
        return lambda text: first(text) or later(text)


def make_finder(regex: Regex) -> Finder:
    """Return the fastest way to find what the regex's own search does."""
    if regex.re is None:
        return Finder(regex.search)
    items = _laid_flat(regex.tree.root)
    first = items[0] if items else None
    if isinstance(first, Anchor) and first.kind == "A":
        return Finder(regex.re.match)
    if isinstance(first, Anchor) and first.kind == "^":
        return Finder(regex.re.match, regex.re.search, is_by_line=True)
    rests = _distinctive_rests(items)
    return Finder(regex.re.match, _after_start(regex, rests)) if rests else Finder(regex.search)


def stands_in_order(literals: Sequence[str], text: str) -> bool:
    """Say whether texts are in another, one behind the other."""
    at = 0
    for literal in literals:
        at = text.find(literal, at)
        if at < 0:
            return False
        at += len(literal)
    return True


def _after_start(regex: Regex, rests: list[list[Node]]) -> Search:
    assert regex.re is not None  # noqa: S101 - make_finder looked
    search = regex.re.search
    looks: list[Callable[[str], object]] | None = None

    def find(text: str) -> Match | None:
        nonlocal looks, search
        if looks is None:  # compiled when they are needed first
            search = settled(search)
            trees = [Tree(without_captures(sequence(rest)), 0, ()) for rest in rests]
            compiled = [compile_re(tree, multiline=True) for tree in trees]
            looks = [one.search for one in compiled if one is not None]
        for look in looks:
            if look(text) is None:
                return None
        return search(text, 1)

    return find


def _distinctive_rests(items: list[Node]) -> list[list[Node]]:
    """Return the items from the last distinctive literal behind the start on, and those from the first on."""
    places, text = [], ""
    for place, item in enumerate(items):
        is_literal = isinstance(item, Literal) and not item.ignore_case
        text = text + item.char if is_literal else ""  # type: ignore[union-attr]  # a literal
        start = place + 1 - len(text)
        if start and weight(text) >= LEAST_WEIGHT and start not in places:
            places.append(start)
    return [items[start:] for start in dict.fromkeys([*places[-1:], *places[:1]])]


def _laid_flat(node: Node) -> list[Node]:
    """Return what a match passes over one after the other."""
    if isinstance(node, Capture):
        return _laid_flat(node.body)
    if isinstance(node, Row):
        return [below for item in node.items for below in _laid_flat(item)]
    return [node]
