"""The nodes of pattern matching: `case … in`, `value in pattern`, `value => pattern`."""

from __future__ import annotations

from dataclasses import dataclass

from logsmith.ruby.tree import Capture, Node


@dataclass(frozen=True, slots=True, eq=False)
class Same(Node):
    """A value that `===` compares."""

    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class Either(Node):
    """`a | b`."""

    choices: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Items(Node):
    """`[a, *rest, b]`, `Kind[a]`; `rest` is None where the splat has no name."""

    kind: Node | None
    before: tuple[Node, ...]
    rest: Capture | None = None
    has_rest: bool = False
    after: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Found(Node):
    """`[*, a, b, *rest]`: items that stand somewhere in an array."""

    kind: Node | None
    first: Capture | None
    middle: tuple[Node, ...]
    last: Capture | None


@dataclass(frozen=True, slots=True, eq=False)
class Members(Node):
    """`{name: pattern, **rest}`, `Kind(name:)`; `is_all`: `**nil` or `{}`, nothing else may be there."""

    kind: Node | None
    pairs: tuple[tuple[str, Node], ...]
    rest: Capture | None = None
    is_all: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Arm(Node):
    """`in pattern if guard`."""

    pattern: Node
    guard: Node | None
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class Matching(Node):
    """`case subject in …`."""

    subject: Node
    arms: tuple[Arm, ...]
    otherwise: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class MatchTest(Node):
    """`value in pattern`, or, if it `raises`, `value => pattern`."""

    value: Node
    pattern: Node
    raises: bool = False
