"""Patterns that look for no more than texts, which text methods find sooner than an engine.

`shape_of` says what a pattern asks of a text, as far as that has no line break: to begin with one of some texts, to end with
one, to be one, or to contain one. Case is ignored by all of a pattern's letters or by none.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from logsmith.regex.tree import Alternation, Anchor, Capture, Literal, Node, Repeat, Sequence, walk

MOST_TEXTS = 8

_STARTS = {"^": False, "A": True}  # whether line breaks make no difference
_ENDS = {"$": False, "Z": False, "z": True}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a pattern looks for: one of `texts`, where the text starts, where it ends, both, or anywhere.

    If `ignores_case` the texts are lower case, all ASCII, and stand for what an ASCII text holds. Unless `sees_no_lines`, a
    text with a line break in it that is not as wanted may match all the same, in one of its lines.
    """

    texts: tuple[str, ...]
    at_start: bool
    at_end: bool
    ignores_case: bool
    sees_no_lines: bool


def shape_of(root: Node) -> Shape | None:
    """Return what a pattern looks for, if that is no more than a few texts."""
    items = list(root.items if isinstance(root, Sequence) else (root,))
    start = _taken(items, 0, _STARTS)
    end = _taken(items, -1, _ENDS)
    _drop_needless(items, at_start=start is not None, at_end=end is not None)
    texts = _texts(Sequence(tuple(items)))
    cases = {one.ignore_case for one in walk(root) if isinstance(one, Literal) and _has_case(one.char)}
    if not texts or not all(texts) or len(cases) > 1:
        return None
    ignores_case = cases == {True}
    if ignores_case:
        if not all(map(str.isascii, texts)):
            return None
        texts = [text.lower() for text in texts]
    sees_no_lines = _STARTS.get(start or "A", False) and _ENDS.get(end or "z", False)
    unique = tuple(dict.fromkeys(texts))
    return Shape(unique, start is not None, end is not None, ignores_case, sees_no_lines)


def starts_at_line(node: Node) -> bool:
    """Return whether the pattern matches nothing but what begins where a line or the text does."""
    match node:
        case Anchor(kind):
            return kind in _STARTS
        case Sequence(items):
            return bool(items) and starts_at_line(items[0])
        case Alternation(branches):
            return all(map(starts_at_line, branches))
        case Capture(_, body):
            return starts_at_line(body)
    return False


def literal_of(root: Node) -> str | None:
    """Return the text of which a pattern matches each occurrence and nothing else, if there is one."""
    items = root.items if isinstance(root, Sequence) else (root,)
    chars = [one.char for one in items if isinstance(one, Literal) and not one.ignore_case]
    return "".join(chars) if chars and len(chars) == len(items) else None


def _taken(items: list[Node], at: int, kinds: Mapping[str, bool]) -> str | None:
    """Take an anchor of these kinds out of a sequence, if it stands there."""
    node = items[at] if items else None
    if not isinstance(node, Anchor) or node.kind not in kinds:
        return None
    del items[at]
    return node.kind


def _drop_needless(items: list[Node], *, at_start: bool, at_end: bool) -> None:
    """Drop what may match nothing at an end that is open: it decides nothing."""
    while not at_start and items and _may_be_nothing(items[0], {"greedy", "lazy"}):
        del items[0]
    while not at_end and items and _may_be_nothing(items[-1], {"greedy", "lazy", "possessive"}):
        del items[-1]


def _may_be_nothing(node: Node, modes: Container[str]) -> bool:
    return isinstance(node, Repeat) and node.least == 0 and node.mode in modes


def _has_case(char: str) -> bool:
    return char.lower() != char or char.upper() != char


def _texts(node: Node) -> list[str] | None:
    """Return the few texts that a node matches, None if there is more to it."""
    match node:
        case Literal(char):
            return [char]
        case Capture(_, body):
            return _texts(body)
        case Alternation(branches):
            found = [_texts(branch) for branch in branches]
            texts = [text for part in found for text in part or ()]
            return None if None in found or len(texts) > MOST_TEXTS else texts
        case Sequence(items):
            return _joined(map(_texts, items))
    return None


def _joined(parts: Iterable[list[str] | None]) -> list[str] | None:
    texts = [""]
    for part in parts:
        if part is None or len(texts) * len(part) > MOST_TEXTS:
            return None
        texts = [text + more for text, more in product(texts, part)]
    return texts
