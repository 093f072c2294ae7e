"""Blocks and lambdas: their parameters, named or not, their variables, their bodies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from logsmith.ruby.lexer import NAME
from logsmith.ruby.parser_literals import LiteralParser
from logsmith.ruby.tree import Block, Call, Local, Node, Parameters, Pattern, Scope, Variable

_IMPLICIT = ("it", "_1", "_2", "_3", "_4", "_5", "_6", "_7", "_8", "_9")


class Implicit:
    """The block that is being read: whether it may use `it` and `_1`, and which of them it did."""

    __slots__ = ("may_use", "scope", "used")

    def __init__(self, scope: Scope, *, may_use: bool) -> None:
        self.scope, self.may_use = scope, may_use
        self.used: dict[str, Variable] = {}


class BlockParser(LiteralParser):
    """Parses blocks."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.takes_do = True  # `do` belongs to the call that is being read, not to one or a loop around it
        self.stops_at_pipe = False
        self._blocks: list[Implicit] = []

    def parse_body(self, opened: str, at: int) -> Node:
        """Return statements up to and with `end`, with rescue clauses perhaps."""
        raise NotImplementedError

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Read something in brackets: what is around it takes no `do` and no `|` of it."""
        saved = self.takes_do, self.stops_at_pipe
        self.takes_do, self.stops_at_pipe = True, False
        self.enter()
        yield
        self.leave()
        self.takes_do, self.stops_at_pipe = saved

    @contextmanager
    def scoped(self, scope: Scope, *, may_use: bool = False) -> Iterator[Implicit]:
        """Read something with local variables of its own."""
        outer, self.scope = self.scope, scope
        block = Implicit(scope, may_use=may_use)
        self._blocks.append(block)
        with self.fresh():
            yield block
        self._blocks.pop()
        self.scope = outer

    def implicit_variable(self, name: str) -> Variable | None:
        """Return the parameter that `it` or `_1` means here, None if the name is another."""
        if name not in _IMPLICIT or not self._blocks or not self._blocks[-1].may_use:
            return None
        block = self._blocks[-1]
        saved = self.at
        self.blanks()
        is_assigned = self.peek() == "=" and self.char(1) not in ("=", "~", ">")
        has_block = self.peek() == "{" and name == "it"
        self.at = saved
        if is_assigned or has_block:
            return None
        block.used[name] = block.scope.own(name)
        return block.used[name]

    def parse_block(self, at: int, close: str) -> Block:
        """Return the block whose opening brace or `do` is taken."""
        scope = Scope(self.scope)
        parameters = Parameters()
        with self.scoped(scope) as implicit:
            self.newlines()
            if self.sign("||"):
                pass
            elif self.sign("|"):
                parameters = self.parse_parameters("|")
            else:
                implicit.may_use = True
            if close == "}":
                body = self.parse_statements("}")
                if not self.sign("}"):
                    self.refuse(f"expected '}}' of the block, found {self.found()}")
            else:
                body = self.parse_body("do", at)
            if implicit.used:
                parameters = self._implicit_parameters(implicit)
        return Block(at, parameters, body, scope)

    def _implicit_parameters(self, implicit: Implicit) -> Parameters:
        if "it" in implicit.used:
            return Parameters(required=(implicit.used["it"],), is_implicit=True)
        highest = max(int(name[1:]) for name in implicit.used)
        names = [f"_{number}" for number in range(1, highest + 1)]
        required = tuple(implicit.used.get(name) or implicit.scope.own(name) for name in names)
        return Parameters(required=required, is_implicit=True)

    def parse_lambda(self) -> Node:
        """Return the lambda whose arrow is next."""
        at = self.at
        self.at += 2
        scope = Scope(self.scope)
        takes_do = self.takes_do
        with self.scoped(scope) as implicit:
            self.blanks()
            if self.sign("("):
                parameters = self.parse_parameters(")")
            elif self.peek() == "{" or self.word() == "do":
                parameters, implicit.may_use = Parameters(), True
            else:
                parameters = self.parse_parameters("")
            body = self._lambda_body(at)
            if implicit.used:
                parameters = self._implicit_parameters(implicit)
        self.takes_do = takes_do
        return Call(at, None, "lambda", (), Block(at, parameters, body, scope, is_lambda=True))

    def _lambda_body(self, at: int) -> Node:
        if self.sign("{"):
            body = self.parse_statements("}")
            self.expect("}", "of the lambda")
            return body
        if not self.keyword("do"):
            self.refuse(f"expected the body of the lambda, found {self.found()}")
        return self.parse_body("do", at)

    def parse_parameters(self, close: str) -> Parameters:
        """Return the parameters up to a closing sign, of a lambda or method without parentheses up to its body."""
        from logsmith.ruby.parser_parameters import read_parameters  # noqa: PLC0415  it needs this class

        return read_parameters(self, close)

    def nested_pattern(self) -> Pattern:
        """Return the pattern of `(a, (b, *c))` among parameters; the opening parenthesis is taken."""
        at = self.at
        before: list[Node] = []
        after: list[Node] = []
        rest: Node | None = None
        has_rest = False
        while not self.sign(")"):
            self.newlines()
            place = self.at
            if self.sign("("):
                target: Node = self.nested_pattern()
            elif self.sign("*"):
                has_rest = True
                rest = Local(place, self.scope.own(name)) if (name := self._take_name()) else None
                self.sign(",")
                continue
            else:
                target = Local(place, self.scope.own(self._take_name() or self.refuse("expected a name")))
            (after if has_rest else before).append(target)
            if not self.sign(","):
                self.expect(")", "after a name")
                break
        return Pattern(at, tuple(before), rest, has_rest, tuple(after))

    def _take_name(self) -> str:
        self.blanks()
        found = NAME.match(self.text, self.at, self.end)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]
