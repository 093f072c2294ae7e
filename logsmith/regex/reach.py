"""Which characters a node takes: one by one, first of all, and over and over."""

from __future__ import annotations

from logsmith.regex import charset
from logsmith.regex.charset import ALL, Ranges
from logsmith.regex.tree import (
    Alternation,
    Atomic,
    Capture,
    CharSet,
    Conditional,
    Dot,
    Grapheme,
    Literal,
    Node,
    Repeat,
    Sequence,
    children,
)

NOTHING: Ranges = ()
LINE_FEED = charset.single("\n")
NOT_LINE_FEED = charset.complement(LINE_FEED)
UPPER, LOWER, CASE_GAP = (0x41, 0x5A), (0x61, 0x7A), 0x20


def chars_of(leaf: Literal | CharSet | Dot | Grapheme) -> Ranges:
    """Return the characters that a node of one character matches; without case only ASCII's letters have another."""
    match leaf:
        case Literal(char, ignore_case):
            pair = {char, *(other for other in (char.lower(), char.upper()) if len(other) == 1)}
            return charset.union(*map(charset.single, pair)) if ignore_case else charset.single(char)
        case CharSet(ranges, negated, ignore_case):
            found = _both_cases(ranges) if ignore_case else ranges
            return charset.complement(found) if negated else found
        case Dot(newline):
            return ALL if newline else NOT_LINE_FEED
        case Grapheme():
            return ALL


def takes_lines(chars: Ranges) -> bool:
    """Say whether all characters of a line are among these."""
    return charset.union(chars, NOT_LINE_FEED) == chars


def needs_text(node: Node) -> bool:
    """Say whether every match of the node has a character."""
    match node:
        case Literal() | CharSet() | Dot() | Grapheme():
            return True
        case Sequence(items):
            return any(map(needs_text, items))
        case Alternation(branches):
            return all(map(needs_text, branches))
        case Capture(_, body) | Atomic(body):
            return needs_text(body)
        case Repeat(body, least):
            return least > 0 and needs_text(body)
        case Conditional(_, yes, no):
            return no is not None and needs_text(yes) and needs_text(no)
        case _:
            return False


def first_chars(node: Node) -> Ranges:
    """Return the characters with which a match of the node may begin."""
    match node:
        case Literal() | CharSet() | Dot() | Grapheme():
            return chars_of(node)
        case Sequence(items):
            found = NOTHING
            for item in items:
                found = charset.union(found, first_chars(item))
                if needs_text(item):
                    break
            return found
        case Alternation() | Capture() | Atomic() | Repeat() | Conditional():
            return charset.union(NOTHING, *map(first_chars, children(node)))
        case _:
            return NOTHING


def single_chars(node: Node) -> Ranges:
    """Return the characters that the node matches alone."""
    match node:
        case Literal() | CharSet() | Dot() | Grapheme():
            return chars_of(node)
        case Alternation() | Capture() | Atomic():
            return charset.union(NOTHING, *map(single_chars, children(node)))
        case Sequence(items):
            return charset.union(NOTHING, *map(single_chars, _alone(items)))
        case Repeat(body, least) if least <= 1 or not needs_text(body):
            return single_chars(body)
        case _:
            return NOTHING


def repeated_chars(node: Node) -> Ranges:
    """Return the characters of which the node matches as many as there are, and gives them back one by one."""
    match node:
        case Repeat(body, _, None, mode) if mode != "possessive":
            return single_chars(body)
        case Alternation() | Capture():
            return charset.union(NOTHING, *map(repeated_chars, children(node)))
        case Sequence(items):
            return charset.union(NOTHING, *map(repeated_chars, _alone(items)))
        case _:
            return NOTHING


def _alone(items: tuple[Node, ...]) -> list[Node]:
    """Return the items that may be all of a sequence that is not empty."""
    needed = [item for item in items if needs_text(item)]
    return list(items) if not needed else needed if len(needed) == 1 else []


def _both_cases(ranges: Ranges) -> Ranges:
    lower = charset.intersection(ranges, (UPPER,))
    upper = charset.intersection(ranges, (LOWER,))
    moved = [(low + CASE_GAP, high + CASE_GAP) for low, high in lower]
    moved += [(low - CASE_GAP, high - CASE_GAP) for low, high in upper]
    return charset.union(ranges, tuple(moved))
