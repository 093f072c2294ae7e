r"""Patterns rewritten for a backtracking engine: they match the same in the same way, with fewer steps.

Each rule replaces one node by another that, at this place of this pattern, matches the same texts in the same order of
preference; what the rules leave out would have failed behind it. A node's `Around` tells what that relies on.

- What takes characters that cannot stand behind it gives nothing back: `\d+ ` becomes `\d++ `.
- A lazy repeat stops only where what follows may begin: `.*?"` becomes `[^"]*+(?:"[^"]*+)*?"`, one step a stretch
  instead of one a character.
- What may be left out, or stands there two or three times, is written as alternatives: `re` keeps books on a loop of more than
  one character.
- A look or `\b` that its neighbours make certain is left out.
- An alternative is not tried where an earlier one has been at the same end: `(?:-|[\w-]+) ` becomes
  `(?:-|(?!- )[\w-]+) `. Both end where the characters that they take end, and what follows failed there already.

That nothing follows, and so nothing can fail, holds for `search` and `match`; a `fullmatch` would ask for more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from logsmith.regex import charset
from logsmith.regex.neighbours import (
    ANYTHING,
    CHARS,
    EDGE,
    OTHERS,
    Leaf,
    Mask,
    Neighbours,
    can_fail,
    is_word_boundary,
    leaf_mask,
    needed,
    ranges_of,
)
from logsmith.regex.reach import chars_of
from logsmith.regex.tree import (
    EMPTY,
    Alternation,
    Anchor,
    Atomic,
    Backref,
    Call,
    Capture,
    CharSet,
    Conditional,
    Dot,
    Literal,
    Look,
    Node,
    Repeat,
    Sequence,
    any_node,
    children,
    fixed_width,
    least_width,
    sequence,
    walk,
    without_captures,
)

MOST_STOPS = 4  # characters that may end a lazy repeat; where many may, stretches are short
MOST_COPIES = 3  # of a repeat's body
LARGEST_COPY = 8  # nodes
LARGEST_LOOK = 80  # nodes
MOST_LOOKS = 3  # before one alternative
LONG = 8  # characters more or less
MOST_RANGES = 16  # of a class that is turned inside out


@dataclass(frozen=True, slots=True)
class Around:
    """Where a node stands: what may be before it and behind it, and whether what follows always matches."""

    before: Mask = ANYTHING
    after: Mask = ANYTHING
    is_last: bool = True


def rewritten(root: Node) -> Node:
    """Return a pattern that matches what this one does, in fewer steps."""
    return _Rewriter(root).node(root, Around())


class _Rewriter:
    def __init__(self, root: Node) -> None:
        self._beside = Neighbours()
        self._root = root
        self._longs: dict[int, tuple[bool, Node]] = {}  # by identity, with the node, which so keeps it

    def node(self, node: Node, around: Around) -> Node:
        match node:
            case Sequence(items):
                return self._sequence(items, around)
            case Alternation(branches):
                return Alternation(tuple(self._branches(_laid_flat(branches), around)))
            case Capture(index, body):
                return Capture(index, self.node(body, around))
            case Atomic(body):
                return self._atomic(body, around)
            case Conditional(index, yes, no):
                no = None if no is None else self.node(no, around)
                return Conditional(index, self.node(yes, around), no)
            case Repeat():
                return self._repeat(node, around)
        return self._single(node, around)

    def _single(self, node: Node, around: Around) -> Node:
        match node:
            case Look():
                return self._look(node, around)
            case Anchor("b") if is_word_boundary(around.before, around.after):
                return EMPTY
            case CharSet():
                return _quick(node)
        return node

    def _branches(self, branches: tuple[Node, ...], around: Around) -> Iterator[Node]:
        may_repeat = around.after and not around.is_last
        for place, branch in enumerate(branches):
            found = self.node(branch, around)
            others = self._beside.inside(branch)
            if place and may_repeat and not others & around.after & CHARS and self._is_long(branch):
                earlier = [one for one in branches[:place] if self._may_be_same(one, branch, around.after)]
                if 0 < len(earlier) <= MOST_LOOKS and not self._refers_back:
                    found = sequence([*(self._look_ahead(one, branch, around) for one in earlier), found])
            yield found

    @cached_property
    def _refers_back(self) -> bool:
        """Whether what a group has captured matters to what comes behind it, and not only where it ends."""
        return any_node(self._root, lambda node: isinstance(node, Backref | Conditional | Call))

    def _is_long(self, node: Node) -> bool:
        """Say whether a node's matches differ much in length."""
        known = self._longs.get(id(node))
        if known is None:
            is_long = isinstance(node, Repeat) and (node.most is None or node.most - node.least >= LONG)
            known = is_long or any(map(self._is_long, children(node))), node
            self._longs[id(node)] = known
        return known[0]

    def _may_be_same(self, earlier: Node, branch: Node, after: Mask) -> bool:
        """Say whether two alternatives may match one text, and then match it once: up to the end of their characters."""
        taken, others = self._beside.inside(earlier), self._beside.inside(branch)
        return not (
            taken & after & CHARS
            or (fixed_width(earlier) or least_width(branch)) < least_width(branch)
            or any(not mask & others for mask in needed(earlier))
            or any(not mask & taken for mask in needed(branch))
            or not _is_small(without_captures(earlier), LARGEST_LOOK)
        )

    def _look_ahead(self, earlier: Node, branch: Node, around: Around) -> Node:
        """Return a look that refuses what an earlier alternative has matched up to the end of both their characters."""
        taken = self._beside.inside(earlier) | self._beside.inside(branch)
        end: Node = Look(_class_of(ranges_of(taken)), behind=False, negative=True)
        if not around.after & EDGE:
            end = _class_of(ranges_of(around.after))
        look = Look(sequence([without_captures(earlier), end]), behind=False, negative=True)
        return self._look(look, replace(around, after=self._beside.next(branch, around.after)))

    def _sequence(self, items: tuple[Node, ...], around: Around) -> Node:
        after, is_last = around.after, around.is_last
        behind = []
        for item in reversed(items):
            behind.append((after, is_last))
            after = self._beside.next(item, after)
            is_last = is_last and not can_fail(item)
        before, found = around.before, []
        for item in items:
            found.append(self.node(item, Around(before, *behind.pop())))
            before = self._beside.last(item, before)
        return sequence(found)

    def _atomic(self, body: Node, around: Around) -> Node:
        """Return an atomic group, or its body alone if that has only one way to match."""
        if self._has_one_way(body, around.after):
            return self.node(body, around)
        found = self.node(body, Around(around.before))
        if isinstance(found, Atomic) or self._has_one_way(found, ANYTHING):
            return found
        return Atomic(found)

    def _has_one_way(self, node: Node, after: Mask) -> bool:
        """Say whether the way that a node tries first is the only one on which these characters may follow.

        So it is if at each place the next character tells how to go on, and nothing goes on later than it could.
        """
        match node:
            case Sequence(items):
                for item in reversed(items):
                    if not self._has_one_way(item, after):
                        return False
                    after = self._beside.next(item, after)
                return True
            case Alternation(branches):
                begins = [self._beside.next(branch, after) for branch in branches]
                may_be_left_early = any(not least_width(branch) for branch in branches[:-1])
                is_clear = _are_disjoint(begins) and not may_be_left_early
                return is_clear and all(self._has_one_way(one, after) for one in branches)
            case Capture(_, body):
                return self._has_one_way(body, after)
            case Repeat(body, least, most, mode) if mode != "possessive":
                again = self._beside.next(body, after)
                is_clear = least == most or (mode == "greedy" and not again & after)
                return is_clear and self._has_one_way(body, after | again)
        return not isinstance(node, Conditional)

    def _look(self, node: Look, around: Around) -> Node:
        if node.negative and not any_node(node.body, lambda below: isinstance(below, Capture)):
            beside = self._beside.last(node.body) if node.behind else self._beside.next(node.body)
            if not beside & (around.before if node.behind else around.after):
                return EMPTY
        return node if node.behind else replace(node, body=self.node(node.body, Around(around.before)))

    def _repeat(self, node: Repeat, around: Around) -> Node:
        if isinstance(node.body, Leaf):
            return _repeat_of_chars(node, node.body, around)
        if node.mode == "possessive":  # `re` loses its way in some that hold more than is in them now
            return node
        body = self.node(node.body, self._around_body(node, around))
        if node.most is None or not least_width(node.body):
            return replace(node, body=body)
        if (node.least, node.most) == (0, 1):
            return _optional(body, EMPTY, node)
        if node.most > MOST_COPIES or not _is_small(node.body, LARGEST_COPY):
            return replace(node, body=body)
        rest: Node = EMPTY
        for _ in range(node.most - node.least):
            rest = _optional(body, rest, node)
        return sequence([*[body] * node.least, rest])

    def _around_body(self, node: Repeat, around: Around) -> Around:
        """Return where the body of a repeat stands, any of its times."""
        after, before = around.after, around.before
        if node.most is None or node.most > 1:
            after |= self._beside.next(node.body, after)
            before |= self._beside.last(node.body, before)
        return Around(before, after, around.is_last and node.least <= 1)


def _repeat_of_chars(node: Repeat, leaf: Leaf, around: Around) -> Node:
    quick = replace(node, body=_quick(leaf))
    if node.mode == "possessive" or node.least == node.most:
        return quick
    stops = leaf_mask(leaf) & around.after & CHARS
    if not stops or (around.is_last and node.mode == "greedy"):
        return replace(quick, mode="possessive")
    if node.mode == "lazy" and node.most is None and node.least <= 1 and not around.is_last:
        return _in_stretches(quick, leaf, stops)
    return quick


def _in_stretches(node: Repeat, leaf: Leaf, stops: Mask) -> Node:
    """Return a lazy repeat that looks for its end at certain characters only."""
    if stops & OTHERS or stops.bit_count() > MOST_STOPS or _ignores_case(leaf):
        return node
    between = _class_of(charset.intersection(chars_of(leaf), ranges_of(CHARS & ~stops)))
    stretch = Repeat(between, 0, None, "possessive")
    more = Repeat(Sequence((_class_of(ranges_of(stops)), stretch)), 0, None, "lazy")
    return sequence([*[node.body] * node.least, stretch, more])


def _are_disjoint(masks: list[Mask]) -> bool:
    seen = 0
    for mask in masks:
        if seen & mask:
            return False
        seen |= mask
    return True


def _laid_flat(branches: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return the alternatives among alternatives as their equals."""
    flat: list[Node] = []
    for branch in branches:
        flat.extend(_laid_flat(branch.branches) if isinstance(branch, Alternation) else (branch,))
    return tuple(flat)


def _is_small(node: Node, most: int) -> bool:
    """Say whether a node is worth writing twice, and may be: it has few nodes below it, and none that captures."""
    found = list(islice(walk(node), most + 1))
    return len(found) <= most and not any(isinstance(below, Capture) for below in found)


def _optional(body: Node, rest: Node, node: Repeat) -> Node:
    """Return alternatives: the body and more, or nothing."""
    branches = (sequence([body, rest]), EMPTY)
    return Alternation(branches[::-1] if node.mode == "lazy" else branches)


def _quick(leaf: Leaf) -> Leaf:
    """Return a class that `re` tests faster: it has a table for what is in a class, and none for what is not."""
    if (
        isinstance(leaf, CharSet)
        and leaf.negated
        and not leaf.ignore_case
        and len(leaf.ranges) <= MOST_RANGES
    ):
        return _class_of(charset.complement(leaf.ranges))
    return leaf


def _class_of(ranges: charset.Ranges) -> Leaf:
    """Return a class as it is tested fastest: one character, all but one, or what is in it."""
    if _is_one(ranges):
        return Literal(chr(ranges[0][0]))
    others = charset.complement(ranges)
    return CharSet(others, negated=True) if _is_one(others) else CharSet(ranges)


def _is_one(ranges: charset.Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _ignores_case(leaf: Leaf) -> bool:
    return not isinstance(leaf, Dot) and leaf.ignore_case
