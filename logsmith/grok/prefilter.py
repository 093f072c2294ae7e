"""Texts that every match must contain, in order: most lines that cannot match are refused by looking for these.

A literal counts if the expression cannot match without passing over it: one that stands in the sequence itself, in a group,
or in a repetition of at least once; not in an alternative, a look-around, or where case is ignored. The literals of a
sequence do not overlap, so each may be looked for behind the one before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from re import _constants as sre  # type: ignore[attr-defined]  # the one place that knows how `re` parses
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

MOST_LITERALS = 3  # more cost more than they refuse
Check = Callable[[str], bool]


def required_literals(pattern: re.Pattern[str]) -> list[str]:
    """Return the literals of a pattern that every match contains, in order."""
    if pattern.flags & re.IGNORECASE:
        return []
    return [text for text in _joined(_walk(sre_parser.parse(pattern.pattern, pattern.flags))) if text]


def best_literals(literals: list[str]) -> list[str]:
    """Return the few that refuse most: the longest, in order, blanks counting little."""
    weights = sorted(range(len(literals)), key=lambda at: -len(literals[at].strip()) * 10 - len(literals[at]))
    return [literals[at] for at in sorted(weights[:MOST_LITERALS])]


def _joined(pieces: Iterator[str | None]) -> Iterator[str]:
    """Join neighbouring characters to texts; None stands for anything."""
    text = ""
    for piece in pieces:
        if piece is None:
            yield text
            text = ""
        else:
            text += piece
    yield text


def _walk(parsed: Any) -> Iterator[str | None]:  # Any: the tree of `re`, which has no types
    for kind, argument in parsed:
        if kind is sre.LITERAL:
            yield chr(argument)
        elif kind is sre.SUBPATTERN:
            _, on, _, inside = argument
            yield from (None,) if on & re.IGNORECASE else _walk(inside)
        elif kind is sre.ATOMIC_GROUP:
            yield from _walk(argument)
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            yield None
            least, _, inside = argument
            if least:
                yield from _walk(inside)
            yield None
        elif kind not in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
            yield None
