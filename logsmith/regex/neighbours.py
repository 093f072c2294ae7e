"""Which characters may stand beside a place in a pattern, if a match is to pass there.

A set of characters is a number with a bit for each of ASCII's, one for all others, and one for the edge of the text. Sets
are never too small, so where two have nothing in common, nothing matches both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, reduce
from operator import or_

from logsmith.regex.charset import LAST, WORD, Ranges
from logsmith.regex.tree import (
    Alternation,
    Anchor,
    Atomic,
    Capture,
    CharSet,
    Conditional,
    Dot,
    Literal,
    Look,
    Node,
    Repeat,
    Sequence,
    children,
)

Mask = int

ASCII_SIZE = 0x80
OTHERS: Mask = 1 << ASCII_SIZE
EDGE: Mask = OTHERS << 1
CHARS: Mask = EDGE - 1
ANYTHING: Mask = CHARS | EDGE
LINE_FEED: Mask = 1 << ord("\n")
BEHIND_ANCHORS = {"$": LINE_FEED | EDGE, "Z": LINE_FEED | EDGE, "z": EDGE}

Leaf = Literal | CharSet | Dot


def mask_of(ranges: Ranges) -> Mask:
    """Return the set in which a class's members are."""
    mask = 0
    for low, high in ranges:
        if high >= ASCII_SIZE:
            mask |= OTHERS
        if low < ASCII_SIZE:
            mask |= (2 << min(high, ASCII_SIZE - 1)) - (1 << low)
    return mask


WORDS = mask_of(WORD)
LETTERS = mask_of(((ord("A"), ord("Z")), (ord("a"), ord("z"))))


def ranges_of(mask: Mask) -> Ranges:
    """Return a set as a class."""
    codes = [code for code in range(ASCII_SIZE) if mask >> code & 1]
    runs: list[tuple[int, int]] = []
    for code in codes:
        if runs and runs[-1][1] == code - 1:
            runs[-1] = (runs[-1][0], code)
        else:
            runs.append((code, code))
    return (*runs, (ASCII_SIZE, LAST)) if mask & OTHERS else tuple(runs)


@lru_cache(maxsize=1_000)
def leaf_mask(leaf: Leaf) -> Mask:
    """Return the characters that a node of one character may match."""
    match leaf:
        case Literal(char, ignore_case):
            mask = mask_of(((ord(char), ord(char)),))
        case Dot(newline):
            return CHARS if newline else CHARS & ~LINE_FEED
        case CharSet(ranges, negated, ignore_case):
            mask = mask_of(ranges)
            if negated:  # where case is ignored it refuses more; the members beyond ASCII are not told apart
                return (CHARS & ~mask) | OTHERS
    if not ignore_case:
        return mask
    if mask & OTHERS:
        return CHARS
    letters = mask & LETTERS
    return (
        mask | letters << 0x20 & LETTERS | letters >> 0x20 & LETTERS | OTHERS
    )  # of others, K is Kelvin's sign too


Edge = tuple[
    Mask, Mask
]  # what a node has at one end, and which neighbours show through where it may be empty


class Neighbours:
    """What the nodes of one tree have beside them; each node is looked at once."""

    def __init__(self) -> None:
        # With each node by its identity the node itself, so that no other gets its identity
        self._begins: dict[int, tuple[Edge, Node]] = {}
        self._ends: dict[int, tuple[Edge, Node]] = {}
        self._insides: dict[int, tuple[Mask, Node]] = {}

    def next(self, node: Node, after: Mask = ANYTHING) -> Mask:
        """Return what may stand where a node begins, given what may stand behind it."""
        own, passed = self._begin(node)
        return own | after & passed

    def last(self, node: Node, before: Mask = ANYTHING) -> Mask:
        """Return what may stand before the place where a node ends, given what may stand before it."""
        own, passed = self._end(node)
        return own | before & passed

    def inside(self, node: Node) -> Mask:
        """Return the characters over which a match of a node passes."""
        found = self._insides.get(id(node))
        if found is None:
            found = self._insides[id(node)] = self._find_inside(node), node
        return found[0]

    def _find_inside(self, node: Node) -> Mask:
        match node:
            case Literal() | CharSet() | Dot():
                return leaf_mask(node)
            case Anchor() | Look():
                return 0
            case Sequence() | Alternation() | Capture() | Atomic() | Repeat():
                return reduce(or_, map(self.inside, children(node)), 0)
        return ANYTHING

    def _begin(self, node: Node) -> Edge:
        found = self._begins.get(id(node))
        if found is None:
            found = self._begins[id(node)] = self._find(node, self._begin, is_begin=True), node
        return found[0]

    def _end(self, node: Node) -> Edge:
        found = self._ends.get(id(node))
        if found is None:
            found = self._ends[id(node)] = self._find(node, self._end, is_begin=False), node
        return found[0]

    def _find(self, node: Node, edge: Callable[[Node], Edge], *, is_begin: bool) -> Edge:
        match node:
            case Literal() | CharSet() | Dot():
                return leaf_mask(node), 0
            case Sequence(items):
                return _row(map(edge, items if is_begin else reversed(items)))
            case Repeat(body, least):
                own, passed = edge(body)
                return (own, passed) if least else (own, ANYTHING)
            case Capture(_, body) | Atomic(body):
                return edge(body)
            case Alternation() | Conditional():
                return _any_of(map(edge, _branches(node)))
            case Look():
                return 0, self._passed_by(node) if is_begin else ANYTHING
            case Anchor(kind):
                return 0, BEHIND_ANCHORS.get(kind, ANYTHING) if is_begin else ANYTHING
        return ANYTHING, ANYTHING

    def _passed_by(self, look: Look) -> Mask:
        """Return what may stand behind a look."""
        if look.behind:
            return ANYTHING
        return ~_refused(look.body) & ANYTHING if look.negative else self.next(look.body)


def _row(edges: Iterable[Edge]) -> Edge:
    own, passed = 0, ANYTHING
    for more, through in edges:
        own |= more & passed
        passed &= through
    return own, passed


def _any_of(edges: Iterable[Edge]) -> Edge:
    own = passed = 0
    for more, through in edges:
        own |= more
        passed |= through
    return own, passed


def _branches(node: Alternation | Conditional) -> tuple[Node, ...]:
    if isinstance(node, Alternation):
        return node.branches
    return (node.yes, Sequence(()) if node.no is None else node.no)


def _refused(body: Node) -> Mask:
    """Return characters that a negative look refuses for certain: those that are all of what it looks for."""
    match body:
        case Dot(newline):
            return CHARS if newline else 0
        case Literal(char) if ord(char) < ASCII_SIZE:
            return 1 << ord(char)
        case CharSet(ranges, negated=False):
            return mask_of(ranges) & ~OTHERS
        case Alternation(branches):
            return reduce(or_, map(_refused, branches))
    return 0


def is_word_boundary(before: Mask, after: Mask) -> bool:
    r"""Say whether `\b` holds wherever a match passes."""
    return (_is_word(before) and _is_no_word(after)) or (_is_no_word(before) and _is_word(after))


def _is_word(mask: Mask) -> bool:
    return not mask & ~WORDS


def _is_no_word(mask: Mask) -> bool:
    return not mask & (WORDS | OTHERS)


def can_fail(node: Node) -> bool:
    """Say whether a node may not match at some place."""
    match node:
        case Repeat(_, least) if not least:
            return False
        case Repeat(body) | Capture(_, body) | Atomic(body):
            return can_fail(body)
        case Sequence(items):
            return any(map(can_fail, items))
        case Alternation(branches):
            return all(map(can_fail, branches))
    return True


def needed(node: Node) -> Iterator[Mask]:
    """Yield sets of which every match passes over a character each."""
    match node:
        case Literal() | CharSet() | Dot():
            yield leaf_mask(node)
        case Sequence(items):
            for item in items:
                yield from needed(item)
        case Capture(_, body) | Atomic(body):
            yield from needed(body)
        case Repeat(body, least) if least:
            yield from needed(body)
