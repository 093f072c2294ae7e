"""Where to look for a match, in which order: most texts match at their start or not at all.

`re` tries a pattern at every position of a text that does not match, each time anew. So the start is tried first. After
that the rest of the pattern, from its first distinctive literal on, is looked for by itself: `re` jumps from one literal to
the next, and without a rest there is no match. Only then are the other positions tried.

A match of the whole passes over the rest from where that begins, so there the rest matches too: what it refuses, the whole
refuses. A rest that refers to a group before it does not compile by itself, and the whole is searched for.
"""

from __future__ import annotations

from collections.abc import Callable

from logsmith.grok.prefilter import LEAST_WEIGHT, weight
from logsmith.regex import Match, Regex, compile_re
from logsmith.regex.tree import (
    Anchor,
    Capture,
    Literal,
    Node,
    Repeat,
    Sequence,
    Tree,
    sequence,
)

Search = Callable[[str], Match | None]


def make_search(regex: Regex) -> Search:
    """Return the fastest search that finds what the regex's own does."""
    if regex.re is None:
        return regex.search
    items = _laid_flat(regex.tree.root)
    first = items[0] if items else None
    if isinstance(first, Anchor) and first.kind == "A":
        return regex.re.match
    if isinstance(first, Anchor) and first.kind == "^":
        return _by_line(regex)
    rest = _distinctive_rest(items)
    return regex.search if rest is None else _from_start(regex, rest)


def _by_line(regex: Regex) -> Search:
    assert regex.re is not None  # noqa: S101 - make_search looked
    match, search = regex.re.match, regex.re.search
    return lambda text: search(text) if "\n" in text else match(text)


def _from_start(regex: Regex, rest: Node) -> Search:
    assert regex.re is not None  # noqa: S101 - make_search looked
    match, search = regex.re.match, regex.re.search
    has_rest: Callable[[str], object] | None = None

    def find(text: str) -> Match | None:
        nonlocal has_rest
        found = match(text)
        if found is not None:
            return found
        if has_rest is None:  # compiled when the first text does not match at its start
            compiled = compile_re(Tree(rest, 0, ()), multiline=True)
            has_rest = search if compiled is None else compiled.search
        return None if has_rest(text) is None else search(text, 1)

    return find


def _distinctive_rest(items: list[Node]) -> Node | None:
    """Return the items from the first distinctive literal on, if there is one behind the start."""
    start, text = 0, ""
    for place, item in enumerate(items):
        if isinstance(item, Literal) and not item.ignore_case:
            start, text = (start, text) if text else (place, "")
            text += item.char
            continue
        if weight(text) >= LEAST_WEIGHT:
            break
        text = ""
    is_distinctive = weight(text) >= LEAST_WEIGHT
    return sequence([_without_captures(item) for item in items[start:]]) if start and is_distinctive else None


def _laid_flat(node: Node) -> list[Node]:
    """Return what a match passes over one after the other."""
    if isinstance(node, Capture):
        return _laid_flat(node.body)
    if isinstance(node, Sequence):
        return [below for item in node.items for below in _laid_flat(item)]
    return [node]


def _without_captures(node: Node) -> Node:
    match node:
        case Capture(_, body):
            return _without_captures(body)
        case Sequence(items):
            return sequence([_without_captures(item) for item in items])
        case Repeat(body, least, most, mode):
            return Repeat(_without_captures(body), least, most, mode)
        case _:
            return node
