"""The tree of a Ruby regular expression: what the parser makes and the printers write.

Options are resolved while parsing (each literal knows whether it ignores case, each dot whether it matches a line break),
non-capturing groups are gone, and character classes are sets of code points; so a tree means the same to every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal as Word

from logsmith.regex.charset import Ranges


@dataclass(frozen=True, slots=True)
class Literal:
    """One character."""

    char: str
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class CharSet:
    """One character of a set, or one that is not in it."""

    ranges: Ranges
    negated: bool = False
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """Any character; a line break only if `newline`."""

    newline: bool


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place: `^ $ A Z z b B`, the start of the search `G`, or `K`, which forgets what was matched before it."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternation:
    """The first of the branches that leads to a match."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Capture:
    """A group whose text is kept, by its number."""

    index: int
    body: Node


@dataclass(frozen=True, slots=True)
class Atomic:
    """A group that keeps what it has matched."""

    body: Node


@dataclass(frozen=True, slots=True)
class Look:
    """A look at what stands before or behind a place."""

    body: Node
    behind: bool
    negative: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something several times; without end if there is no `most`."""

    body: Node
    least: int
    most: int | None
    mode: Word["greedy", "lazy", "possessive"] = "greedy"


@dataclass(frozen=True, slots=True)
class Backref:
    """A reference to what a group matched; of several groups of one name the last that matches counts."""

    indices: tuple[int, ...]
    ignore_case: bool = False
    level: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    r"""A group used again as a subroutine, `\g<name>`; index 0 is the whole pattern."""

    index: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """One of two, by whether a group has matched."""

    index: int
    yes: Node
    no: Node | None


@dataclass(frozen=True, slots=True)
class Absent:
    """As much as there is without a match of the body in it."""

    body: Node


@dataclass(frozen=True, slots=True)
class Grapheme:
    r"""`\X`, a character as people see it."""


Node = (
    Literal
    | CharSet
    | Dot
    | Anchor
    | Sequence
    | Alternation
    | Capture
    | Atomic
    | Look
    | Repeat
    | Backref
    | Call
    | Conditional
    | Absent
    | Grapheme
)

EMPTY = Sequence(())


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed pattern: its root, how many groups capture, and their names as written, in order."""

    root: Node
    group_count: int
    names: tuple[tuple[str, tuple[int, ...]], ...]


def sequence(items: list[Node]) -> Node:
    """Return the items one after the other, sequences within them laid flat."""
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Sequence) else (item,))
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below one."""
    match node:
        case Sequence(items=below) | Alternation(branches=below):
            return below
        case Capture(body=body) | Atomic(body=body) | Look(body=body) | Repeat(body=body) | Absent(body=body):
            return (body,)
        case Conditional(yes=yes, no=no):
            return (yes,) if no is None else (yes, no)
        case _:
            return ()


def without_captures(node: Node) -> Node:
    """Return a node whose groups do not capture."""
    match node:
        case Capture(_, body):
            return without_captures(body)
        case Sequence(items):
            return sequence([without_captures(item) for item in items])
        case Alternation(branches):
            return Alternation(tuple(map(without_captures, branches)))
        case Atomic(body) | Look(body) | Repeat(body):
            return replace(node, body=without_captures(body))
        case _:
            return node


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(children(node))


def least_width(node: Node) -> int:
    """Return how many characters a node matches at least."""
    match node:
        case Literal() | CharSet() | Dot() | Grapheme():
            return 1
        case Sequence(items):
            return sum(map(least_width, items))
        case Alternation(branches):
            return min(map(least_width, branches))
        case Capture(_, body) | Atomic(body):
            return least_width(body)
        case Repeat(body, least):
            return least * least_width(body) if least else 0
        case Conditional(_, yes, no) if no is not None:
            return min(least_width(yes), least_width(no))
        case _:
            return 0


def fixed_width(node: Node) -> int | None:
    """Return how many characters a node matches, or None where that depends on the text."""
    match node:
        case Literal() | CharSet() | Dot():
            return 1
        case Anchor() | Look():
            return 0
        case Sequence(items):
            return _total(items)
        case Alternation(branches):
            widths = {fixed_width(branch) for branch in branches}
            return widths.pop() if len(widths) == 1 else None
        case Capture(_, body) | Atomic(body):
            return fixed_width(body)
        case Repeat(body, least, most) if least == most:
            width = fixed_width(body)
            return None if width is None else least * width
        case _:
            return None


def _total(items: tuple[Node, ...]) -> int | None:
    widths = [fixed_width(item) for item in items]
    return None if None in widths else sum(width for width in widths if width is not None)


def any_node(root: Node, is_wanted: Callable[[Node], bool]) -> bool:
    """Say whether a node of the tree is as wanted."""
    return any(is_wanted(node) for node in walk(root))


def absent(body: Node) -> Node:
    """Return what matches as much as does not contain a text that the body matches.

    That may end inside of such a text. Oniguruma's own operator ends before it, so a body of one width is laid open: what
    holds no beginning of it, and then of the text that begins there all but its end.
    """
    width = fixed_width(body)
    if not width:
        return Absent(body)
    plain, each = without_captures(body), Dot(newline=True)
    before = Repeat(Sequence((Look(plain, behind=False, negative=True), each)), 0, None)
    if width == 1 and plain == body:
        return before
    # The groups in it hold what they match of the text that is not taken
    cut_off = Sequence((Look(body, behind=False, negative=False), Repeat(each, 0, width - 1)))
    return Sequence((before, Repeat(cut_off, 0, 1)))
