"""The parameters of blocks, lambdas and methods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from logsmith.ruby.lexer import NAME
from logsmith.ruby.tree import Node, Parameters, Pattern, Variable

if TYPE_CHECKING:
    from logsmith.ruby.parser_blocks import BlockParser

_LABEL = re.compile(r"([^\W\d]\w*):(?!:)")


class _Reader:
    """Collects parameters in the order in which Ruby allows them."""

    def __init__(self, parser: BlockParser, close: str) -> None:
        self.parser, self.close = parser, close
        self.required: list[Variable | Pattern] = []
        self.optional: list[tuple[Variable, Node]] = []
        self.after: list[Variable | Pattern] = []
        self.keywords: list[tuple[Variable, Node | None]] = []
        self.rest: Variable | None = None
        self.keyword_rest: Variable | None = None
        self.block: Variable | None = None
        self.has_rest = self.has_keyword_rest = self.has_comma = False

    def read(self) -> Parameters:
        parser = self.parser
        if self.close:
            parser.newlines()
        while not self._closes():
            self._one()
            if self.close:
                parser.newlines()
            if parser.sign(","):
                parser.newlines()
                self.has_comma = self.close == "|" and parser.peek() == "|"
            elif not self._closes():
                parser.refuse(f"unexpected {parser.found()} among parameters")
            else:
                break
        if self.close:
            parser.expect(self.close, "after the parameters")
        return Parameters(
            tuple(self.required), tuple(self.optional), self.rest, self.has_rest, tuple(self.after),
            tuple(self.keywords), self.keyword_rest, self.has_keyword_rest, self.block, self.has_comma,
        )  # fmt: skip

    def _closes(self) -> bool:
        parser = self.parser
        parser.blanks()
        if parser.peek() == ";" and self.close == "|":
            parser.at += 1
            self._block_locals()
        if self.close:
            return parser.peek() in (self.close, "")
        return parser.peek() in ("\n", ";", "{", "") or parser.word() == "do"

    def _block_locals(self) -> None:
        parser = self.parser
        parser.newlines()
        while name := self._name():
            parser.scope.own(name)
            parser.sign(",")
            parser.newlines()

    def _one(self) -> None:
        parser = self.parser
        if parser.sign("..."):
            self.has_rest = self.has_keyword_rest = True
            self.rest, self.keyword_rest = parser.scope.own("*"), parser.scope.own("**")
            self.block = parser.scope.own("&")
        elif parser.sign("**"):
            self.has_keyword_rest = True
            if not parser.keyword("nil"):
                self.keyword_rest = self._own("**")
        elif parser.sign("*"):
            self.has_rest = True
            self.rest = self._own("*")
        elif parser.sign("&"):
            self.block = self._own("&")
        elif parser.sign("("):
            (self.after if self.has_rest or self.optional else self.required).append(parser.nested_pattern())
        elif found := _LABEL.match(parser.text, parser.at, parser.end):
            parser.at = found.end()
            self.keywords.append((parser.scope.own(found[1]), self._default_after_label()))
        else:
            self._plain()

    def _plain(self) -> None:
        parser = self.parser
        at, name = parser.at, self._name()
        if not name:
            parser.refuse(f"expected a parameter, found {parser.found()}")
        if name in parser.scope.names and not name.startswith("_"):
            parser.refuse("two parameters have the same name", at)
        variable = parser.scope.own(name)
        if parser.sign("="):
            self.optional.append((variable, self._default()))
        elif self.has_rest or self.optional:
            self.after.append(variable)
        else:
            self.required.append(variable)

    def _default_after_label(self) -> Node | None:
        self.parser.blanks()
        if self.parser.peek() in (",", "\n", "") or self._closes():
            return None
        return self._default()

    def _default(self) -> Node:
        parser = self.parser
        saved, parser.stops_at_pipe = parser.stops_at_pipe, self.close == "|"
        node = parser.parse_expression()
        parser.stops_at_pipe = saved
        return node

    def _own(self, anonymous: str) -> Variable:
        return self.parser.scope.own(self._name() or anonymous)

    def _name(self) -> str:
        parser = self.parser
        parser.blanks()
        found = NAME.match(parser.text, parser.at, parser.end)
        if found is None:
            return ""
        parser.at = found.end()
        return found[0]


def read_parameters(parser: BlockParser, close: str) -> Parameters:
    """Return the parameters up to a closing sign, or, without one, up to the body."""
    return _Reader(parser, close).read()
