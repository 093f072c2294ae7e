"""Python that puts captures into an event: written into fresh fields directly, else given to a function that knows the rules.

Where nothing is yet, captures that go to one object become one literal if all are there, which is mostly so; else the object
is put together from those that are. What lies in the way of another, or is special in an event, goes to the functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

SPECIAL = frozenset(["tags", "@timestamp"])


class Code(Protocol):
    """What is written to, with `event` and its `fields` in scope."""

    def line(self, text: str) -> None:
        """Write one statement."""

    def block(self, header: str) -> AbstractContextManager[None]:
        """Write `header:` and indent what is written inside of the `with`."""

    def bind(self, value: object, name: str) -> str:
        """Make a value reachable from the code; returns the name it got."""

    def local(self, name: str) -> str:
        """Return a fresh local variable's name."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A capture: the field it goes to, the local that holds it, when it counts, and what is put there.

    `store` is called with the event and the capture where something is there already; `may_join` says beforehand of a
    top-level field that it would drop the capture. `path` is None where only `store` knows where to.
    """

    path: tuple[str, ...] | None
    local: str
    is_there: str
    text: str
    store: Callable[..., None]
    may_join: Callable[[object], bool]
    overwrites: bool = False

    def emit_store(self, code: Code) -> None:
        """Write the call of `store`."""
        code.line(f"{code.bind(self.store, 'store')}(event, {self.local})")


Tree = dict[str, "Leaf | Tree"]  # an object, and the captures in it


def emit_leaves(code: Code, leaves: Sequence[Leaf]) -> None:
    """Write the stores of all captures, those of one top-level field together."""
    by_top: dict[str | None, list[Leaf]] = {}
    for leaf in leaves:
        by_top.setdefault(leaf.path[0] if leaf.path else None, []).append(leaf)
    for top, group in by_top.items():
        tree = None if top is None or top in SPECIAL else _tree_of(group)
        if top is None or tree is None:
            for leaf in group:
                leaf.emit_store(code)
        elif len(group) > 1:
            _emit_object(code, top, group, tree[top])
        elif group[0].path == (top,):
            _emit_field(code, top, group[0])
        else:
            with code.block(f"if {group[0].is_there}"):
                _emit_object(code, top, group, tree[top], are_there=True)


def _tree_of(leaves: Sequence[Leaf]) -> Tree | None:
    """Return captures as they lie in one another, None where one lies in the way of another."""
    root: Tree = {}
    for leaf in leaves:
        *parents, last = leaf.path or ()
        inside = root
        for name in parents:
            below = inside.setdefault(name, {})
            if isinstance(below, Leaf):
                return None
            inside = below
        if last in inside:
            return None
        inside[last] = leaf
    return root


def _emit_field(code: Code, top: str, leaf: Leaf) -> None:
    with code.block(f"if {leaf.is_there}"):
        if leaf.overwrites:
            code.line(f"fields[{top!r}] = {leaf.text}")
            return
        with code.block(f"if {top!r} not in fields"):
            code.line(f"fields[{top!r}] = {leaf.text}")
        with code.block(f"elif {code.bind(leaf.may_join, 'may_join')}(fields[{top!r}])"):
            leaf.emit_store(code)


def _emit_object(
    code: Code, top: str, leaves: Sequence[Leaf], tree: Leaf | Tree, *, are_there: bool = False
) -> None:
    with code.block(f"if {top!r} in fields"):
        for leaf in leaves:
            leaf.emit_store(code)
    with code.block("else" if are_there else f"elif {' and '.join(leaf.is_there for leaf in leaves)}"):
        code.line(f"fields[{top!r}] = {_literal(tree)}")
    if not are_there and not isinstance(tree, Leaf):
        with code.block("else"):
            _emit_some(code, top, "fields", tree)


def _emit_some(code: Code, name: str, outer: str, tree: Tree) -> None:
    """Write an object of the captures that are there, put under a name of another unless it is empty."""
    made = code.local("made")
    code.line(f"{made} = {{}}")
    for inner, below in tree.items():
        leaves = list(_leaves(below))
        if len(leaves) > 1 and not isinstance(below, Leaf):
            _emit_some(code, inner, made, below)
            continue
        with code.block(f"if {leaves[0].is_there}"):
            code.line(f"{made}[{inner!r}] = {_literal(below)}")
    with code.block(f"if {made}"):
        code.line(f"{outer}[{name!r}] = {made}")


def _leaves(tree: Leaf | Tree) -> list[Leaf]:
    if isinstance(tree, Leaf):
        return [tree]
    return [leaf for below in tree.values() for leaf in _leaves(below)]


def _literal(tree: Leaf | Tree) -> str:
    if isinstance(tree, Leaf):
        return tree.text
    return "{" + ", ".join(f"{name!r}: {_literal(below)}" for name, below in tree.items()) + "}"
