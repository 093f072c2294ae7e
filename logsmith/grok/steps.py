"""A pattern as steps that a match takes one after the other, so that it can be cut short anywhere.

Groups are laid open, and a repeat that must match several times is that many steps. Alternatives, looks and whatever may be
left out are one step each. Where the pattern cut behind a step matches, so does the one cut before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from logsmith.regex.tree import (
    EMPTY,
    Atomic,
    Capture,
    Literal,
    Node,
    Repeat,
    Sequence,
    any_node,
    least_width,
    sequence,
)

MOST_TIMES = 64  # that a repeat is laid open


@dataclass(frozen=True, slots=True)
class Step:
    """What is to match, and the node that stands for it in the pattern as written: a repeat for one of its times."""

    node: Node
    shown: Node

    @property
    def is_optional(self) -> bool:
        return not least_width(self.node)


def steps_of(node: Node) -> list[Step]:
    """Return the steps of a node, in order."""
    return list(_steps(node))


def cut(node: Node, count: int) -> Node:
    """Return what the first steps of a node match."""
    return _cut(node, count)[0]


def greedy(node: Node) -> Node:
    """Return a node that takes at its end as much as it can."""
    match node:
        case Sequence(items) if items:
            *before, last = items
            rest = sequence(before)
            return sequence([rest if least_width(last) else greedy(rest), greedy(last)])
        case Capture(index, body):
            return Capture(index, greedy(body))
        case Repeat(mode="lazy"):
            return replace(node, mode="greedy")
        case _:
            return node


def _steps(node: Node) -> Iterator[Step]:
    match node:
        case Sequence(items):
            for item in items:
                yield from _steps(item)
        case Capture(_, body) | Atomic(body):
            yield from _steps(body)
        case Repeat() if _is_laid_open(node):
            inside = steps_of(node.body)
            yield from ([Step(inside[0].node, node)] if len(inside) == 1 else inside) * node.least
            if node.most != node.least:
                more = None if node.most is None else node.most - node.least
                yield Step(replace(node, least=0, most=more), node)
        case _:
            yield Step(node, node)


def _is_laid_open(node: Repeat) -> bool:
    if not 0 < node.least <= MOST_TIMES:
        return False
    return node.least == 1 or not any_node(node.body, lambda below: isinstance(below, Capture))


def _cut(node: Node, count: int) -> tuple[Node, int]:
    """Return what the first steps of a node match, and how many steps that took."""
    if count <= 0:
        return EMPTY, 0
    match node:
        case Sequence(items):
            taken: list[Node] = []
            left = count
            for item in items:
                if not left:
                    break
                piece, used = _cut(item, left)
                taken.append(piece)
                left -= used
            return sequence(taken), count - left
        case Capture(index, body):
            piece, used = _cut(body, count)
            return Capture(index, piece), used
        case Atomic(body):
            length = len(steps_of(body))
            return (node, length) if length <= count else (cut(body, count), count)
        case Repeat() if _is_laid_open(node):
            return _cut_repeat(node, count)
        case _:
            return node, 1


def _cut_repeat(node: Repeat, count: int) -> tuple[Node, int]:
    length = len(steps_of(node.body))
    whole = length * node.least + (node.most != node.least)
    if count >= whole:
        return node, whole
    times, rest = divmod(count, length)
    before: list[Node] = [Repeat(node.body, times, times)] if times else []
    return sequence([*before, *([cut(node.body, rest)] if rest else [])]), count


def literal_run(steps: list[Step], first: int) -> int:
    """Return the place behind the last of the characters that stand for themselves from a step on."""
    last = first
    while (
        last < len(steps) and isinstance(steps[last].node, Literal) and steps[last].shown is steps[last].node
    ):
        last += 1
    return max(last, first + 1)
