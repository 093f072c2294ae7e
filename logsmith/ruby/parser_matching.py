"""Patterns of `case … in`, `value in pattern` and `value => pattern`."""

from __future__ import annotations

import re

from logsmith.ruby.lexer import KEYWORDS, NAME
from logsmith.ruby.parser_calls import CallParser
from logsmith.ruby.tree import Capture, Const, Local, Node, Not
from logsmith.ruby.tree_matching import Arm, Either, Found, Items, MatchTest, Members, Same

_LABEL = re.compile(r"([^\W\d]\w*[?!]?):(?!:)|\"([^\"\\#]*)\":|'([^'\\]*)':")
_ENDS_OF_MEMBER = frozenset(("", "\n", ";", ",", "}", ")", "]"))


class MatchingParser(CallParser):
    """Parses pattern matching."""

    def parse_joined(self) -> Node:
        """Return an expression with `and`, `or` and `not`, without modifiers."""
        raise NotImplementedError

    def parse_primary(self, *, takes_command: bool) -> Node:
        """Return a value without its postfixes."""
        raise NotImplementedError

    def _range(self, *, takes_command: bool) -> Node:
        """Return an operand, or a range."""
        raise NotImplementedError

    def _then(self) -> None:
        raise NotImplementedError

    def matched(self, node: Node) -> Node:
        """Return the node, or the test of it by what `in` or `=>` says after it on the same line."""
        at = self.at
        if self.keyword("in"):
            return MatchTest(at, node, self.parse_patterns())
        if self.sign("=>"):
            return MatchTest(at, node, self.parse_patterns(), raises=True)
        self.at = at
        return node

    def parse_arms(self, at: int) -> tuple[Arm, ...]:
        """Return the branches of a `case` that begin with `in`."""
        arms: list[Arm] = []
        while self.keyword("in"):
            pattern = self.parse_patterns()
            guard: Node | None = None
            word = self.keyword("if", "unless")
            if word:
                place = self.at
                guard = self.parse_joined()
                guard = guard if word == "if" else Not(place, guard)
            self._then()
            arms.append(Arm(at, pattern, guard, self.parse_statements("in", "else", "end")))
        return tuple(arms)

    def parse_patterns(self) -> Node:
        """Return a pattern, or several that commas join without brackets."""
        self.blanks()
        at = self.at
        if _LABEL.match(self.text, at, self.end) or self.text.startswith("**", at):
            return self._members(None, "")
        if self.peek() != "*":
            one = self._pattern_here()
            self.blanks()
            if self.peek() != ",":
                return one
            self.at = at
        return self._items(None, "")

    def _pattern_here(self) -> Node:
        at = self.at
        choices = [self._single()]
        while self.sign("|"):
            self.newlines()
            choices.append(self._single())
        node = choices[0] if len(choices) == 1 else Either(at, tuple(choices))
        saved = self.at
        if self.sign("=>"):
            self.blanks()
            node = Capture(saved, self.scope.declare(self._name_here()), node)
        return node

    def _name_here(self) -> str:
        found = NAME.match(self.text, self.at, self.end)
        if found is None or found[0] in KEYWORDS or found[0][:1].isupper():
            self.refuse(f"expected a variable, found {self.found()}")
        self.at = found.end()
        return found[0]

    def _single(self) -> Node:
        self.blanks()
        at, char, word = self.at, self.peek(), self.word()
        if char in ("[", "{"):
            self.at += 1
            with self.fresh():
                return self._items(None, "]") if char == "[" else self._members(None, "}")
        if char == "(":
            self.at += 1
            with self.fresh():
                self.newlines()
                node = self._pattern_here()
                self.expect(")", "of the pattern")
            return node
        if char == "^":
            return self._pinned()
        if word[:1].isupper():
            return self._kind()
        if word and word not in KEYWORDS and not self._is_called(word):
            return Capture(at, self.scope.declare(self._name_here()))
        return Same(at, self._compared())

    def _is_called(self, word: str) -> bool:
        return self.char(len(word)) in ("(", ".", "[") and self.char(len(word) + 1) != "."

    def _compared(self) -> Node:
        saved, self.stops_at_pipe = self.stops_at_pipe, True
        node = self._range(takes_command=False)
        self.stops_at_pipe = saved
        return node

    def _pinned(self) -> Node:
        at = self.at
        self.at += 1
        if self.peek() in ("(", "@", "$"):
            return Same(at, self.parse_primary(takes_command=False))
        place, name = self.at, self._name_here()
        variable = self.scope.get(name)
        if variable is None:
            self.refuse(f"{name}: no such local variable", place)
        return Same(at, Local(place, variable))

    def _kind(self) -> Node:
        at = self.at
        node: Node = Const(at, None, self._constant_here())
        while self.text.startswith("::", self.at):
            self.at += 2
            node = Const(self.at, node, self._constant_here())
        opened = self.peek()
        if opened not in ("(", "["):
            if not self.text.startswith("..", self.at):
                return Same(at, node)
            self.at = at
            return Same(at, self._compared())
        self.at += 1
        close = ")" if opened == "(" else "]"
        with self.fresh():
            self.newlines()
            if _LABEL.match(self.text, self.at, self.end) or self.text.startswith("**", self.at):
                return self._members(node, close)
            return self._items(node, close)

    def _constant_here(self) -> str:
        found = NAME.match(self.text, self.at, self.end)
        if found is None:
            self.refuse(f"expected a constant, found {self.found()}")
        self.at = found.end()
        return found[0]

    def _splat(self) -> Capture | None:
        self.at += 1
        place = self.at
        found = NAME.match(self.text, self.at, self.end)
        if found is None or found[0] in KEYWORDS:
            return None
        return Capture(place, self.scope.declare(self._name_here()))

    def _items(self, kind: Node | None, close: str) -> Node:
        at = self.at
        groups: list[list[Node]] = [[]]
        splats: list[Capture | None] = []
        while not self._closed(close):
            if self.peek() == "*":
                splats.append(self._splat())
                groups.append([])
            else:
                groups[-1].append(self._pattern_here())
            if not self._goes_on(close):
                break
        before, *others = map(tuple, groups)
        if len(splats) == 2 and not before and not others[1]:
            return Found(at, kind, splats[0], others[0], splats[1])
        if len(splats) > 1:
            self.refuse("a pattern has one splat, or one at each end", at)
        rest = splats[0] if splats else None
        return Items(at, kind, before, rest, bool(splats), others[0] if others else ())

    def _members(self, kind: Node | None, close: str) -> Node:
        at = self.at
        pairs: list[tuple[str, Node]] = []
        rest: Capture | None = None
        is_all = True
        while not self._closed(close):
            is_all = False
            if self.text.startswith("**", self.at):
                self.at += 1
                is_all = self.text.startswith("nil", self.at + 1)
                rest = self._splat()
                self.at += 3 * is_all
            else:
                pairs.append(self._member())
            if not self._goes_on(close):
                break
        return Members(at, kind, tuple(pairs), rest, is_all)

    def _member(self) -> tuple[str, Node]:
        place = self.at
        found = _LABEL.match(self.text, self.at, self.end)
        if found is None:
            self.refuse(f"expected a key of the pattern, found {self.found()}")
        self.at = found.end()
        name = next(one for one in found.groups() if one is not None)
        self.blanks()
        if self.peek() in _ENDS_OF_MEMBER or self.word() in ("then", "if", "unless", "and", "or"):
            return name, Capture(place, self.scope.declare(name))
        return name, self._pattern_here()

    def _closed(self, close: str) -> bool:
        if not close:
            self.blanks()
            return self.peek() in ("\n", ";", "") or self.word() in ("then", "if", "unless")
        self.newlines()
        return self.sign(close)

    def _goes_on(self, close: str) -> bool:
        """Take the comma after an item, or what closes the pattern; return whether there may be another item."""
        if close:
            self.newlines()
        if self.sign(","):
            if close:
                self.newlines()
            return True
        if close:
            self.expect(close, "of the pattern")
        return False
