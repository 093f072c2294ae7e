"""Assignments: to one target, to several, with an operator."""

from __future__ import annotations

import re

from logsmith.ruby.errors import RubyError
from logsmith.ruby.lexer import KEYWORDS
from logsmith.ruby.parser_definitions import DefinitionParser
from logsmith.ruby.tree import (
    Array,
    Assign,
    Begin,
    Call,
    Const,
    Global,
    Instance,
    Local,
    Node,
    OpAssign,
    Pattern,
    Rescue,
    Splat,
)  # fmt: skip

ASSIGNMENT = re.compile(r"(\|\||&&|\*\*|<<|>>|[+\-*/%|&^])=(?![=~>])|=(?![=~>])")
_MAY_BE_PATTERN = re.compile(r"[*(]|[^\n={}|;#]*,[^\n={}|;#]*=(?![=~>])")


class AssignParser(DefinitionParser):
    """Parses what is assigned to what."""

    def parse_primary(self, *, takes_command: bool) -> Node:
        """Return a value without its postfixes."""
        raise NotImplementedError

    def assignment(self, node: Node, found: re.Match[str]) -> Node:
        at = self.at
        target = self._declared(node)
        self.at = found.end()
        self.newlines()
        operator = found[1]
        value = self._right_side(takes_list=operator is None)
        if operator is None:
            return Assign(at, target, value)
        return OpAssign(at, target, operator, value)

    def _right_side(self, *, takes_list: bool = True) -> Node:
        """Return what is assigned: an expression, a list of them, with `rescue` perhaps."""
        at = self.at
        if self.peek() == "*" and self.char(1) != "*":
            return self._listed(at, [])
        value = self.parse_expression(takes_command=True)
        if takes_list and self._allows_list and self._comma_here():
            return self._listed(at, [value])
        saved = self.at
        if self.keyword("rescue"):
            self.blanks()
            return Begin(at, value, (Rescue(at, (), None, self.parse_expression(takes_command=True)),))
        self.at = saved
        return value

    def _comma_here(self) -> bool:
        saved = self.at
        self.blanks()
        is_comma = self.peek() == ","
        self.at = saved
        return is_comma

    def _listed(self, at: int, items: list[Node]) -> Node:
        while not items or self.sign(","):
            self.newlines()
            place = self.at
            if self.sign("*"):
                items.append(Splat(place, self.parse_expression()))
            else:
                items.append(self.parse_expression())
        return Array(at, tuple(items))

    def _declared(self, node: Node) -> Node:
        """Return the target that a value is assigned to: a bare name becomes a variable."""
        if isinstance(node, Call) and node.is_bare:
            if node.name[-1] in "?!":
                self.refuse(f"cannot assign to {node.name}", node.at)
            return Local(node.at, self.scope.declare(node.name))
        if isinstance(node, Const) and node.scope is None and self._depth_of_methods:
            self.refuse("dynamic constant assignment: a method cannot set a constant", node.at)
        return node

    _allows_list = True

    def _arguments(self, close: str) -> list[Node]:
        saved, self._allows_list = self._allows_list, False
        found = super()._arguments(close)
        self._allows_list = saved
        return found

    def parse_items(self, close: str) -> list[Node]:
        saved, self._allows_list = self._allows_list, False
        found = super().parse_items(close)
        self._allows_list = saved
        return found

    def parse_hash(self) -> Node:
        saved, self._allows_list = self._allows_list, False
        node = super().parse_hash()
        self._allows_list = saved
        return node

    def assigned_pattern(self) -> Node | None:
        """Return the multiple assignment that is next, None if the statement is none.

        The one place where the parser goes back: it tries to read targets where a line has a comma before its first `=`.
        """
        if self.word() in KEYWORDS or not _MAY_BE_PATTERN.match(self.text, self.at, self.end):
            return None
        saved = self.at, self._depth, self.takes_do, self._allows_list
        try:
            pattern = self._targets()
            self.blanks()
            found = ASSIGNMENT.match(self.text, self.at, self.end)
        except RubyError:
            found = None
        if found is None or found[1] or not isinstance(pattern, Pattern):
            self.at, self._depth, self.takes_do, self._allows_list = saved
            self._last_string = None  # what is read again is read in the right scope
            return None
        at = self.at
        self.at = found.end()
        self.newlines()
        declared = self._declared_pattern(pattern)
        return Assign(at, declared, self._right_side())

    def _targets(self) -> Node:
        """Return targets between commas as a pattern, not declared yet; one alone as itself."""
        at = self.at
        before: list[Node] = []
        after: list[Node] = []
        rest: Node | None = None
        has_rest = False
        while True:
            self.blanks()
            if self.peek() == "*":
                self.at += 1
                self.blanks()
                has_rest = True
                rest = None if self.peek() in (",", "=", ")") else self._target()
            elif self.peek() == "=" or self.word() == "in":
                break
            else:
                (after if has_rest else before).append(self._target())
            if not self.sign(","):
                if len(before) == 1 and not has_rest:
                    return before[0]
                break
        return Pattern(at, tuple(before), rest, has_rest, tuple(after))

    def _target(self) -> Node:
        at = self.at
        if self.sign("("):
            node = self._targets()
            if not self.sign(")"):
                self.refuse("expected ')' after the targets")
            return node if isinstance(node, Pattern) else Pattern(at, (node,))
        node = self.parse_postfix(self.parse_primary(takes_command=False), takes_command=False)
        if not is_assignable(node):
            self.refuse("this cannot be assigned to", at)
        return node

    def parse_target(self) -> Node:
        return self._declared_pattern(self._targets())

    def _declared_pattern(self, node: Node) -> Node:
        if not isinstance(node, Pattern):
            return self._declared(node)
        before, after = (tuple(map(self._declared_pattern, nodes)) for nodes in (node.before, node.after))
        rest = None if node.rest is None else self._declared_pattern(node.rest)
        return Pattern(node.at, before, rest, node.has_rest, after)


def is_assignable(node: Node) -> bool:
    """Return whether a value can be assigned to."""
    if isinstance(node, Call):
        has_name = re.match(r"[^\W\d]\w*\Z", node.name) is not None
        return node.block is None and (
            node.name == "[]"
            or (has_name and not node.arguments and (node.is_bare or node.receiver is not None))
        )
    return isinstance(node, Local | Instance | Global | Const)
