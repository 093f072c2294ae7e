"""Texts that every match must contain: most lines that cannot match are refused by looking for these.

A literal counts if the expression cannot match without passing over it: one that stands in the sequence itself, in a group,
or in a repetition of at least once; not in an alternative, a look-around, or where case is ignored. The literals of a
sequence do not overlap, so each may be looked for behind the one before.
"""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.regex.tree import Anchor, Atomic, Capture, Literal, Look, Node, Repeat, Sequence

MOST_LITERALS = 3  # more cost more than they refuse
LEAST_WEIGHT = 5  # of a literal beside a better one
WEIGHTS = {" ": 1}
WEIGHT_OF_ALNUM, WEIGHT_OF_SIGN = 3, 4


def required_literals(root: Node) -> list[str]:
    """Return the texts that every match contains, in order."""
    literals, text = [], ""
    for char in _passed_over(root):
        if char is None:
            literals.append(text)
            text = ""
        else:
            text += char
    return [literal for literal in (*literals, text) if literal]


def best_literals(literals: list[str]) -> list[str]:
    """Return the few that refuse most, in order."""
    by_weight = sorted(range(len(literals)), key=lambda at: -weight(literals[at]))[:MOST_LITERALS]
    chosen = [at for place, at in enumerate(by_weight) if not place or weight(literals[at]) >= LEAST_WEIGHT]
    return [literals[at] for at in sorted(chosen)]


def telltale(literals: list[str]) -> str | None:
    """Return the one literal that refuses most: of equals the last, since what is missing of a line is mostly its end."""
    telling = [literal for literal in literals if literal.strip()]
    return max(reversed(telling), key=weight, default=None)


def weight(literal: str) -> int:
    """Return how much a literal refuses, about: long ones and signs are rarer than blanks."""
    return sum(WEIGHTS.get(char, WEIGHT_OF_ALNUM if char.isalnum() else WEIGHT_OF_SIGN) for char in literal)


def _passed_over(node: Node) -> Iterator[str | None]:
    """Yield the characters that a match passes over, with None for what is not certain."""
    match node:
        case Literal(char, ignore_case):
            yield None if ignore_case else char
        case Sequence(items):
            for item in items:
                yield from _passed_over(item)
        case Capture(_, body) | Atomic(body):
            yield from _passed_over(body)
        case Repeat(body, least):
            yield None
            if least:
                yield from _passed_over(body)
                yield None
        case Anchor("K"):
            yield None
        case Anchor() | Look():
            return
        case _:
            yield None
