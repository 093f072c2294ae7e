"""Patterns that can run away: on a text that nearly matches, a backtracking engine tries far too many ways.

Two kinds are found. In a `nested` one, a repeat whose body can share a text with itself in several ways, the ways double
with every few characters: forty may take hours. In a `chained` one, at least three repeats without end stand next to each
other and take the same characters: on n of them about n to the third steps, minutes for a few thousand.

Neither does harm if nothing can fail behind it, as the first way is the last; so what comes after counts. At the end of a
text `$` holds, so a repeat that takes every character has reached it at once. Atomic groups and possessive repeats give
nothing back: what fails behind them leaves them alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal as Word

from logsmith.regex import charset
from logsmith.regex.ambiguity import is_ambiguous
from logsmith.regex.charset import Ranges
from logsmith.regex.known import Facts
from logsmith.regex.parser import parse_ruby
from logsmith.regex.reach import needs_text, repeated_chars, single_chars, takes_lines
from logsmith.regex.spans import Spans
from logsmith.regex.tree import (
    Absent,
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
    Tree,
    children,
    walk,
)

LEAST_CHAINED = 3
COMMON = frozenset(
    map(ord, "Aa0")
)  # only letters and digits count: real lines have no long rows of blanks or signs
MANY = 10  # times; who may go on that often counts as without end, if each time has more than one length
_LEAVES = frozenset({Literal, CharSet, Dot, Anchor})  # most nodes are, and none of them repeats anything
_BRANCHED = frozenset(
    {Alternation, Repeat}
)  # what takes long to look at, and is known again where patterns share it
CHARS_SHOWN = 80  # of a culprit

Kind = Word["nested", "chained"]
MESSAGES: dict[Kind, str] = {
    "nested": "the pattern can run away: {} matches one text in many ways, and a text that nearly matches has all of them tried",
    "chained": "the pattern can run away: {} has repeats of the same characters in a row, and tries every way to share them out",
}
HINTS: dict[Kind, str] = {
    "nested": "let what is repeated keep what it has matched: put it into (?>…), write ++ for + or *+ for *, or begin it "
    "with a character that it does not contain",
    "chained": "one of the repeats will do, or give each a class that ends where the next begins, such as [^,]* before a comma",
}


@dataclass(frozen=True, slots=True)
class Runaway:
    """A part of a pattern that can run away: which kind of trouble, and where it begins and ends."""

    kind: Kind
    start: int
    end: int


class _Rest(IntEnum):
    """Whether what comes after a node can fail, and even where the text ends."""

    CANNOT_FAIL = 0
    FAILS_WITHIN = 1
    FAILS = 2


def complaint(kind: Kind, text: str) -> tuple[str, str]:
    """Return what to say of a culprit, and how to mend it."""
    return MESSAGES[kind].format(text if len(text) <= CHARS_SHOWN else text[: CHARS_SHOWN - 1] + "…"), HINTS[
        kind
    ]


def complaints(pattern: str) -> list[tuple[str, str]]:
    """Return what to say of a pattern's culprits, each with how to mend it; raises RegexError."""
    found = find_runaways(pattern)
    return list(dict.fromkeys(complaint(one.kind, pattern[one.start : one.end]) for one in found))


Found = tuple[Kind, Node, Node]  # the first and the last node that are to blame


def can_run_away(tree: Tree) -> bool:
    """Say whether a part of a pattern can run away."""
    return next(_look(tree.root, _Rest.CANNOT_FAIL), None) is not None


def find_runaways(pattern: str, *, multiline: bool = False) -> list[Runaway]:
    """Return the parts of a pattern that can run away, in order; raises RegexError if it is none."""
    spans = Spans()
    tree = parse_ruby(pattern, multiline=multiline, spans=spans)
    found = [
        Runaway(kind, start[0], end[1])
        for kind, first, last in _look(tree.root, _Rest.CANNOT_FAIL)
        if (start := spans.get(first)) and (end := spans.get(last))
    ]
    return sorted(set(found), key=lambda one: (one.start, one.end))


_harmless = Facts[bool]()


def _look(node: Node, rest: _Rest) -> Iterator[Found]:
    """Yield what can run away in a node, given what comes after it."""
    if type(node) not in _BRANCHED:
        yield from _look_anew(node, rest)
        return
    if _harmless.get(node, rest):
        return
    found = list(_look_anew(node, rest))
    if not found:
        _harmless.keep(node, True, rest)
    yield from found


def _look_anew(node: Node, rest: _Rest) -> Iterator[Found]:
    match node:
        case Sequence(items):
            rests = _rests(items, rest)
            yield from _chains(items, rests)
            for item, after in zip(items, rests, strict=True):
                if type(item) not in _LEAVES:
                    yield from _look(item, after)
        case Repeat(body, mode="possessive"):
            yield from _look(body, _Rest.CANNOT_FAIL)
        case Repeat():
            yield from _look_at_repeat(node, rest)
        case Alternation() | Capture() | Conditional():
            for below in children(node):
                yield from _look(below, rest)
        case Atomic(body) | Look(body):
            yield from _look(body, _Rest.CANNOT_FAIL)
        case Absent():
            return


def _look_at_repeat(node: Repeat, rest: _Rest) -> Iterator[Found]:
    if not any(isinstance(below, Repeat | Alternation) for below in walk(node.body)):
        return
    inside = list(_look(node.body, _Rest.FAILS if node.least > 1 else rest))
    yield from inside
    nested = any(kind == "nested" for kind, _, _ in inside)
    if nested or (node.most is not None and node.most < MANY) or not _matters(single_chars(node.body), rest):
        return
    if is_ambiguous(node.body):
        yield "nested", node, node


def _matters(chars: Ranges, rest: _Rest) -> bool:
    """Say whether what fails after a repeat of these characters makes it try again."""
    if rest is not _Rest.FAILS_WITHIN:
        return rest is _Rest.FAILS
    return not takes_lines(chars)  # else it ran to the end at once, where nothing fails


def _rests(items: tuple[Node, ...], rest: _Rest) -> list[_Rest]:
    """Return for each item of a sequence what comes after it."""
    found = [rest]
    for item in reversed(items[1:]):
        found.append(max(found[-1], _failure(item)))
    return found[::-1][: len(items)]


def _failure(node: Node) -> _Rest:
    """Return whether a node can fail, and even at the end of a text."""
    match node:
        case Repeat(least=0):
            return _Rest.CANNOT_FAIL
        case Capture(_, body) | Atomic(body) | Repeat(body):
            return _failure(body)
        case Sequence(items):
            return _failure_of_row(items)
        case Alternation(branches):
            return min(map(_failure, branches))
        case Anchor("$" | "z" | "Z"):
            return _Rest.FAILS_WITHIN
        case Anchor("G" | "K"):
            return _Rest.CANNOT_FAIL
    return _Rest.FAILS


def _failure_of_row(items: tuple[Node, ...]) -> _Rest:
    found = _Rest.CANNOT_FAIL
    for item in items:
        found = max(found, _failure(item))
        if found is _Rest.FAILS:  # which is nearly always so at once
            break
    return found


def _chains(items: tuple[Node, ...], rests: list[_Rest]) -> Iterator[Found]:
    """Yield runs of items that need nothing between them and in which enough repeats take one character."""
    row: list[_Link] = []
    for item, rest in _laid_flat(items, rests):
        chars = () if type(item) in _LEAVES else repeated_chars(item)
        if chars:
            row.append(_Link(item, chars, rest))
        elif row and (needs_text(item) or isinstance(item, Anchor | Look)):
            yield from _blame(row)
            row = []
    yield from _blame(row)


@dataclass(frozen=True, slots=True)
class _Link:
    """A repeat in a row, the characters it takes, and what comes after it."""

    node: Node
    chars: Ranges
    rest: _Rest


def _blame(row: list[_Link]) -> Iterator[Found]:
    if len(row) < LEAST_CHAINED:
        return
    lows = {low for link in row for low, _ in link.chars if chr(low).isalnum()}
    for code in sorted(lows | COMMON):
        run: list[_Link] = []
        for link in row:
            if charset.contains(link.chars, code):
                run.append(link)
            elif needs_text(link.node):  # it parts those before it from those behind
                run = []
            if len(run) >= LEAST_CHAINED and all(_matters(one.chars, link.rest) for one in run):
                yield "chained", run[0].node, run[-1].node
                return


def _laid_flat(items: tuple[Node, ...], rests: list[_Rest]) -> Iterator[tuple[Node, _Rest]]:
    """Yield items with what comes after them, those within groups one by one."""
    for item, rest in zip(items, rests, strict=True):
        body = item.body if isinstance(item, Capture) else item
        if isinstance(body, Sequence):
            yield from _laid_flat(body.items, _rests(body.items, rest))
        else:
            yield item, rest
