"""The nodes of classes and modules that a program defines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from logsmith.ruby import tree
from logsmith.ruby.tree import Node, Scope

_ACCESSORS = frozenset(("attr_reader", "attr_writer", "attr_accessor", "alias_method"))
_RECORDS = frozenset(("Struct", "Data"))


@dataclass(frozen=True, slots=True, eq=False)
class ClassBody(Node):
    """`class Name < Parent` or `module Name`."""

    name: str
    parent: Node | None
    body: Node
    scope: Scope
    is_module: bool = False
    is_top: bool = False  # `class ::Name`, perhaps one of Ruby's own


@dataclass(frozen=True, slots=True, eq=False)
class OwnBody(Node):
    """`class << self`."""

    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class SingletonBody(Node):
    """`class << object`."""

    value: Node
    body: Node
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class Super(Node):
    """`super`; arguments of None are those of the method itself."""

    arguments: tuple[Node, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Alias(Node):
    name: str
    of: str


def declared_methods(node: Node) -> Iterator[str]:
    """Yield the names of methods that a tree makes without `def`: accessors, members of a Struct, aliases."""
    below = [node]
    while below:
        one = below.pop()
        below += tree.children(one)
        if isinstance(one, Alias):
            yield one.name
        if isinstance(one, tree.Call) and (one.name in _ACCESSORS or _makes_record(one)):
            for name in filter(None, map(_plain, one.arguments)):
                yield from (name, f"{name}=")


def declared_constants(node: Node) -> Iterator[str]:
    """Yield the names of the constants that a tree assigns, and of its classes."""
    below = [node]
    while below:
        one = below.pop()
        below += tree.children(one)
        if isinstance(one, ClassBody) and not one.is_top:
            yield one.name
        if isinstance(one, tree.Assign | tree.OpAssign) and isinstance(one.target, tree.Const):
            yield one.target.name


def _makes_record(call: tree.Call) -> bool:
    return isinstance(call.receiver, tree.Const) and call.receiver.name in _RECORDS


def _plain(node: Node) -> str:
    if not isinstance(node, tree.Sym | tree.Str):
        return ""
    return "".join(one for one in node.parts if isinstance(one, str))
