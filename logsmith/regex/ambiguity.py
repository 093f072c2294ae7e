r"""Whether a repeat can match one text in ever more ways: then a backtracking engine may try them all.

The body becomes an automaton whose states are the characters of the pattern, as Glushkov has it: an edge leads from
each to those that may follow, around the loop as well. Two different ways along the edges from a state back to it that
read the same text double with each time around. They are looked for in the automaton of pairs, where both ways are walked
at once: a pair of one state twice, a pair of two, and the first again, in one strongly connected component.

What needs care:

- An edge may be there several times (`(a+)+`: the inner repeat goes on, or the outer one); that is two ways as well.
- Anchors and looks at one character forbid edges: `(\b\w+\b ?)+` takes a word one way only. A guard says between which
  kinds of characters an edge may pass; kinds are the parts into which the guards of the body divide all characters.
- What an atomic group or a possessive repeat has matched it keeps, so it counts as one character, its first, and
  what it would have taken does not come behind it.

A loop that is too large to look at is taken for unambiguous; so is one with back-references or calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from logsmith.regex import charset
from logsmith.regex.charset import ALL, WORD, Ranges
from logsmith.regex.components import components
from logsmith.regex.reach import LINE_FEED, chars_of, first_chars, single_chars
from logsmith.regex.tree import (
    EMPTY,
    Alternation,
    Anchor,
    Atomic,
    Capture,
    CharSet,
    Conditional,
    Dot,
    Grapheme,
    Literal,
    Look,
    Node,
    Repeat,
    Sequence,
    fixed_width,
    least_width,
    walk,
)

MOST_POSITIONS = 400
MOST_STEPS = 100_000  # from pair to pair
MOST_KINDS = 8
CACHED_BODIES = 1_000  # the patterns of a pipeline are made of the same few

Guard = int  # a bit for each pair of kinds: of the character before and the one behind
Ends = Counter[
    tuple[int, Guard]
]  # positions at an end of a piece, with the guards up to there, and in how many ways


class TooComplexError(Exception):
    """A loop is too large, or has parts that no automaton has."""


@lru_cache(maxsize=CACHED_BODIES)
def is_ambiguous(body: Node) -> bool:
    """Say whether repeating the body without end can match one text in exponentially many ways."""
    try:
        automaton = _Automaton(body)
        piece = automaton.build(body)
        automaton.join(piece.last, piece.first)
        return _has_two_ways(automaton)
    except TooComplexError:
        return False


@dataclass(slots=True)
class _Piece:
    """A part of the automaton: where it may be entered and left, and under which guards it may be passed by."""

    first: Ends = field(default_factory=Counter)
    last: Ends = field(default_factory=Counter)
    empty: Counter[Guard] = field(default_factory=Counter)


class _Automaton:
    def __init__(self, body: Node) -> None:
        self.positions: list[Ranges] = []
        self.edges: Counter[tuple[int, int, Guard]] = Counter()
        self.kinds = _kinds(body)
        self._free: Guard = (1 << len(self.kinds) ** 2) - 1

    def build(self, node: Node) -> _Piece:
        match node:
            case Literal() | CharSet() | Dot() | Grapheme():
                return self._position(chars_of(node))
            case Sequence(items):
                return self._sequence(items)
            case Alternation(branches):
                return self._either(branches)
            case Conditional(_, yes, no):
                return self._either((yes, EMPTY if no is None else no))
            case Capture(_, body):
                return self.build(body)
            case Atomic() | Repeat(mode="possessive"):
                return self._sealed(node)
            case Repeat():
                return self._repeat(node)
            case Anchor() | Look():
                return _Piece(empty=Counter([self._guard(node)]))
        raise TooComplexError

    def join(self, left: Ends, right: Ends) -> None:
        """Add the edges from the ends of one piece to the beginnings of the next."""
        for (before, guard), ways in left.items():
            for (behind, other), more in right.items():
                if guard & other:
                    self.edges[before, behind, guard & other] += ways * more

    def _position(self, chars: Ranges) -> _Piece:
        if len(self.positions) >= MOST_POSITIONS:
            raise TooComplexError
        self.positions.append(chars)
        ends = Counter([(len(self.positions) - 1, self._free)])
        return _Piece(ends, ends.copy())

    def _sealed(self, node: Atomic | Repeat) -> _Piece:
        if fixed_width(node.body) == 0:  # an anchor, say
            return self.build(node.body)
        chars = first_chars(node)
        piece = self._position(chars)
        behind = self._before_others(_kept(node))
        if _takes_all(node):
            piece.last = Counter([(len(self.positions) - 1, behind)])
        if not least_width(node):
            piece.empty[behind] = 1
        return piece

    def _sequence(self, items: tuple[Node, ...]) -> _Piece:
        whole = _Piece(empty=Counter([self._free]))
        for item in items:
            whole = self._follow(whole, self.build(item))
        return whole

    def _follow(self, left: _Piece, right: _Piece) -> _Piece:
        self.join(left.last, right.first)
        first, last = left.first.copy(), right.last.copy()
        first.update(_passing(left.empty, right.first))
        last.update(_passing(right.empty, left.last))
        empty: Counter[Guard] = Counter()
        for one, ways in left.empty.items():
            for other, more in right.empty.items():
                empty[one & other] += ways * more
        return _Piece(first, last, empty)

    def _either(self, branches: tuple[Node, ...]) -> _Piece:
        whole = _Piece()
        for branch in branches:
            piece = self.build(branch)
            whole.first.update(piece.first)
            whole.last.update(piece.last)
            whole.empty.update(piece.empty)
        return whole

    def _repeat(self, node: Repeat) -> _Piece:
        whole = _Piece(empty=Counter([self._free]))
        for _ in range(node.least if node.most is not None else node.least - 1):
            whole = self._follow(whole, self.build(node.body))
        if node.most is None:
            loop = self.build(node.body)
            self.join(loop.last, loop.first)
            if not node.least:
                loop.empty = Counter([self._free])
            return self._follow(whole, loop)
        rest = _Piece(empty=Counter([self._free]))
        for _ in range(node.most - node.least):
            rest = self._follow(self.build(node.body), rest)
            rest.empty = Counter([self._free])
        return self._follow(whole, rest)

    def _before_others(self, chars: Ranges) -> Guard:
        return self._guard(Look(CharSet(chars), behind=False, negative=True)) if chars else self._free

    def _guard(self, node: Anchor | Look) -> Guard:
        """Return between which kinds of characters a place may be."""
        guard, count = 0, len(self.kinds)
        for before in range(count):
            for behind in range(count):
                if _may_stand(node, self.kinds[before], self.kinds[behind]):
                    guard |= 1 << (before * count + behind)
        return guard


def _kept(node: Atomic | Repeat) -> Ranges:
    """Return the characters that never come right behind what a node leaves out, since it would have kept them."""
    chars = first_chars(node)
    return chars if single_chars(node) == chars else ()


def _takes_all(node: Atomic | Repeat) -> bool:
    """Say whether a node takes as many characters as there are."""
    loop = node.body if isinstance(node, Atomic) else node
    return isinstance(loop, Repeat) and loop.most is None and loop.mode != "lazy"


def _passing(empty: Counter[Guard], ends: Ends) -> Iterator[tuple[int, Guard]]:
    """Yield the ends as they are seen through a piece that may be empty, each as often as there are ways."""
    for through, ways in empty.items():
        for (position, guard), more in ends.items():
            if through & guard:
                yield from [(position, through & guard)] * min(ways * more, 2)


def _may_stand(node: Anchor | Look, before: Ranges, behind: Ranges) -> bool:
    if isinstance(node, Look):
        chars = _looked_for(node)
        if chars is None:
            return True
        return _meets(chars, before if node.behind else behind) != node.negative
    match node.kind:
        case "b":
            return _meets(WORD, before) != _meets(WORD, behind)
        case "B":
            return _meets(WORD, before) == _meets(WORD, behind)
        case "^":
            return _meets(LINE_FEED, before)
        case "$" | "Z":
            return _meets(LINE_FEED, behind)
        case "A" | "z":
            return False
    return True


def _looked_for(look: Look) -> Ranges | None:
    """Return the characters that a look wants or refuses, None if it looks at more than one."""
    return single_chars(look.body) if fixed_width(look.body) == 1 else None


def _meets(one: Ranges, other: Ranges) -> bool:
    return any(low <= last and first <= high for low, high in one for first, last in other)


def _kinds(body: Node) -> list[Ranges]:
    """Return the parts into which what the guards ask divides all characters."""
    kinds = [ALL]
    for chars in dict.fromkeys(_asked(body)):
        parts = [
            charset.intersection(kind, side) for kind in kinds for side in (chars, charset.complement(chars))
        ]
        kinds = [part for part in parts if part]
        if len(kinds) > MOST_KINDS:
            raise TooComplexError
    return kinds


def _asked(body: Node) -> Iterator[Ranges]:
    for node in walk(body):
        match node:
            case Anchor("b" | "B"):
                yield WORD
            case Anchor("^" | "$" | "Z"):
                yield LINE_FEED
            case Look():
                yield _looked_for(node) or ALL
            case Atomic() | Repeat(mode="possessive"):
                yield _kept(node) or ALL


State = int
Steps = dict[State, list[tuple[State, int]]]  # to which states, in how many ways


def _has_two_ways(automaton: _Automaton) -> bool:
    masks, steps = _steps(automaton)
    if _is_deterministic(masks, steps):
        return False
    pairs = _pairs(masks, steps)
    doubled = {(one, other) for one, ends in steps.items() for other, ways in ends if ways > 1}
    for component in components(pairs):
        same = {one for one, other in component if one == other}
        if same and len(same) < len(component):
            return True
        if any(one in same and other in same for one, other in doubled):
            return True
    return False


def _steps(automaton: _Automaton) -> tuple[list[int], Steps]:
    """Return the states, each a position with a kind of character, as sets of characters, and the steps between them."""
    count = len(automaton.kinds)
    classes = [
        charset.intersection(chars, kind) if count > 1 else chars
        for chars in automaton.positions
        for kind in automaton.kinds
    ]
    masks = _masks(classes)
    steps: dict[State, Counter[State]] = {state: Counter() for state, mask in enumerate(masks) if mask}
    for (before, behind, guard), ways in automaton.edges.items():
        for kinds in range(count * count):
            if guard >> kinds & 1:
                start, end = before * count + kinds // count, behind * count + kinds % count
                if masks[start] and masks[end]:
                    steps[start][end] += ways
    return masks, {state: list(ends.items()) for state, ends in steps.items()}


def _masks(classes: list[Ranges]) -> list[int]:
    """Return the classes as bit sets that meet where the classes do: a bit for each set of classes that a character is in."""
    numbers = {one: number for number, one in enumerate(dict.fromkeys(classes))}
    turns: Counter[int] = Counter()
    for one, number in numbers.items():
        for low, high in one:
            turns[low] += 1 << number
            turns[high + 1] -= 1 << number
    members, groups = 0, dict[int, int]()
    masks = [0] * len(numbers)
    for cut in sorted(turns):
        members += turns[cut]
        if members not in groups:
            groups[members] = bit = 1 << len(groups)
            for number in range(len(numbers)):
                if members >> number & 1:
                    masks[number] |= bit
    return [masks[numbers[one]] for one in classes]


def _is_deterministic(masks: list[int], steps: Steps) -> bool:
    for ends in steps.values():
        seen = 0
        for end, ways in ends:
            if ways > 1 or seen & masks[end]:
                return False
            seen |= masks[end]
    return True


def _pairs(masks: list[int], steps: Steps) -> dict[tuple[State, State], set[tuple[State, State]]]:
    """Return the pairs of states that are reached by reading the same text, and where each leads."""
    pairs: dict[tuple[State, State], set[tuple[State, State]]] = {}
    waiting, taken = [(state, state) for state in steps], 0
    while waiting:
        pair = waiting.pop()
        if pair in pairs:
            continue
        ends = pairs[pair] = set()
        for one, _ in steps[pair[0]]:
            for other, _ in steps[pair[1]]:
                taken += 1
                if masks[one] & masks[other]:
                    ends.add((min(one, other), max(one, other)))
        if taken > MOST_STEPS:
            raise TooComplexError
        waiting.extend(ends)
    return pairs
