"""Ruby to its tree: statements, assignments, operators.

A recursive descent without going back: what a name means (variable or call) is known when it is read, as in Ruby, from the
assignments before it. The classes build on each other: `lexer` (where we are), `lexer_text` (inside of literals),
`parser_literals`, `parser_calls`, `parser_control`, `parser_assign`, and this one, which knows precedence.
"""

from __future__ import annotations

import re

from logsmith.ruby.errors import RubyError
from logsmith.ruby.lexer import KEYWORDS
from logsmith.ruby.lexer_text import sequence
from logsmith.ruby.parser_assign import ASSIGNMENT, AssignParser, is_assignable
from logsmith.ruby.tree import (
    Begin,
    Call,
    Const,
    If,
    Literal,
    Local,
    Logic,
    MatchAssign,
    Node,
    Not,
    Program,
    Range,
    Regex,
    Rescue,
    While,
)
from logsmith.ruby.tree_classes import declared_methods

_LEVELS = (  # of operators, from the loosest; "..", "?" and the unary ones stand between them, in the code
    ("||",),
    ("&&",),
    ("<=>", "===", "==", "!=", "=~", "!~"),
    ("<=", ">=", "<", ">"),
    ("|", "^"),
    ("&",),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_SIGNS = re.compile(r"<=>|===|==|!=|=~|!~|<=|>=|&&|\|\||<<|>>|\*\*|[<>|^&+\-*/%]")
_LEVEL_OF = {sign: level for level, signs in enumerate(_LEVELS) for sign in signs}
_COMPARISONS = 2  # the level whose operators do not chain
_CLOSERS = ")]}"
_GROUP_NAME = re.compile(r"(?<!\\)\(\?<([a-z_]\w*)>")


class Parser(AssignParser):
    """Parses a program."""

    def parse_program(self, parameters: tuple[str, ...]) -> Program:
        """Return the whole text as a tree."""
        given = tuple(self.scope.own(name) for name in parameters)
        body = self.parse_statements()
        if self.at < self.end:
            self.refuse(f"unexpected {self.found()}")
        return Program(0, body, self.scope, given, (*self.methods, *declared_methods(body)))

    def parse_statements(self, *closing: str) -> Node:
        at, statements = self.at, []
        allowed, self._allows_list = self._allows_list, True  # be it that a call's arguments are around
        self.ends()
        while not self._closes(closing):
            statements.append(self.parse_statement())
            saved = self.at
            if not self.ends() and not self._closes(closing):
                self.at = saved
                self.refuse(f"unexpected {self.found()}")
        self._allows_list = allowed
        return sequence(at, statements)

    def _closes(self, closing: tuple[str, ...]) -> bool:
        self.blanks()
        if self.at >= self.end:
            return True
        if self.peek() in _CLOSERS:
            return self.peek() in closing
        word = self.word()
        saved = self.at
        if word in closing and self.keyword(word):
            self.at = saved
            return True
        return False

    def parse_statement(self) -> Node:
        self.enter()
        node = self.assigned_pattern() or self.matched(self.parse_joined())
        while True:
            at = self.at
            word = self.keyword("if", "unless", "while", "until", "rescue")
            if not word:
                break
            node = self._modified(node, word, at)
        self.leave()
        return node

    def _modified(self, node: Node, word: str, at: int) -> Node:
        self.newlines()
        if word == "rescue":
            value = self.parse_expression(takes_command=True)
            return Begin(at, node, (Rescue(at, (), None, value),))
        condition = self.matched(self.parse_joined())
        if word in ("if", "unless"):
            return If(at, condition if word == "if" else Not(at, condition), node, None)
        runs_first = isinstance(node, Begin) and not node.rescues
        return While(at, condition, node, word == "until", runs_first)

    def parse_joined(self) -> Node:
        node = self.parse_expression(takes_command=True)
        while True:
            at = self.at
            word = self.keyword("and", "or")
            if not word:
                return node
            self.newlines()
            node = Logic(at, word, node, self.parse_expression(takes_command=True))

    def parse_expression(self, *, takes_command: bool = False) -> Node:
        self.enter()
        self.blanks()
        node = self._ternary(takes_command=takes_command)
        self.leave()
        return node

    def _ternary(self, *, takes_command: bool) -> Node:
        condition = self._range(takes_command=takes_command)
        saved = self.at
        self.blanks()
        if self.peek() != "?":
            self.at = saved
            return condition
        at = self.at
        self.at += 1
        self.newlines()
        then = self._ternary_branch()
        self.newlines()
        if not self.sign(":"):
            self.refuse(f"expected ':' of '? :', found {self.found()}")
        self.newlines()
        return If(at, condition, then, self.parse_expression())

    def _ternary_branch(self) -> Node:
        """Return what stands between `?` and `:`; `x ? a : b` and even `x ? a: b` are no labels."""
        saved, self.takes_do = self.takes_do, True
        node = self.parse_expression()
        self.takes_do = saved
        return node

    def _range(self, *, takes_command: bool) -> Node:
        at = self.at
        if self.text.startswith("..", at):
            node: Node = Literal(at, None)
            first = None
        else:
            node = self._binary(0, takes_command=takes_command)
            first = node
        saved = self.at
        self.blanks()
        if not self.text.startswith("..", self.at):
            self.at = saved
            return node
        at = self.at
        is_exclusive = self.char(2) == "."
        self.at += 3 if is_exclusive else 2
        saved = self.at
        self.blanks()
        if self.peek() in ("", "\n", ")", "]", "}", ",", ";") or self.word() in (
            "then",
            "and",
            "or",
            "if",
            "unless",
            "do",
        ):
            self.at = saved
            return Range(at, first, None, is_exclusive)
        return Range(at, first, self._binary(0, takes_command=False), is_exclusive)

    def _binary(self, level: int, *, takes_command: bool) -> Node:
        """Return operands and the operators of at least this level between them (precedence climbing)."""
        left = self._unary(takes_command=takes_command)
        while True:
            saved = self.at
            self.blanks()
            at = self.at
            sign = self._sign_here()
            if not sign or _LEVEL_OF[sign] < level:
                self.at = saved
                return left
            self.at += len(sign)
            self.newlines()
            right = self._binary(_LEVEL_OF[sign] + 1, takes_command=_LEVEL_OF[sign] < _COMPARISONS)
            left = self._joined(at, sign, left, right)
            if _LEVEL_OF[sign] == _COMPARISONS and self._compares_again():
                self.blanks()
                self.refuse("comparisons of this kind do not chain")

    def _compares_again(self) -> bool:
        saved = self.at
        self.blanks()
        sign = self._sign_here()
        self.at = saved
        return sign != "" and _LEVEL_OF[sign] == _COMPARISONS

    def _sign_here(self) -> str:
        found = _SIGNS.match(self.text, self.at, self.end)
        if found is None or found[0] == "**":
            return ""
        sign = found[0]
        if self.stops_at_pipe and sign == "|":
            return ""
        after = self.text[found.end() : found.end() + 1]
        if after == "=" and sign in ("||", "&&", "<<", ">>", "|", "^", "&", "+", "-", "*", "/", "%"):
            return ""  # an assignment, to what cannot be assigned
        return "" if sign == "&" and after == "." else sign

    def _joined(self, at: int, sign: str, left: Node, right: Node) -> Node:
        if sign in ("&&", "||"):
            return Logic(at, "and" if sign == "&&" else "or", left, right)
        if sign == "!=":
            return Not(at, Call(at, left, "==", (right,)))
        if sign == "!~":
            return Not(at, Call(at, left, "=~", (right,)))
        if sign == "=~" and isinstance(left, Regex) and all(isinstance(part, str) for part in left.parts):
            names = _GROUP_NAME.findall("".join(map(str, left.parts)))
            if names:
                return MatchAssign(at, left, right, tuple(self.scope.declare(name) for name in names))
        return Call(at, left, sign, (right,))

    def _unary(self, *, takes_command: bool) -> Node:
        at, char = self.at, self.peek()
        if char == "!":
            self.at += 1
            self.blanks()
            return Not(at, self._nested_unary(takes_command=takes_command))
        if char == "-" and self.char(1) != ">":
            self.at += 1
            if self.peek().isdigit():
                return self._negative_number(at)
            self.blanks()
            return Call(at, self._power(self._nested_unary(takes_command=False)), "-@")
        if char in ("+", "~") and char:
            self.at += 1
            self.blanks()
            return Call(at, self._nested_unary(takes_command=False), "+@" if char == "+" else "~")
        if char == "&" or (char == "*" and self.char(1) != "*"):
            self.refuse(f"unexpected {char!r}")
        return self._power(self._operand(takes_command=takes_command))

    def _nested_unary(self, *, takes_command: bool) -> Node:
        self.enter()
        node = self._unary(takes_command=takes_command)
        self.leave()
        return node

    def _negative_number(self, at: int) -> Node:
        """Return -2 as a number, but -2 ** 2 as -(2 ** 2)."""
        place = self.at
        number = self.parse_number()
        saved = self.at
        self.blanks()
        is_power = self.text.startswith("**", self.at)
        self.at = saved
        if is_power:
            return Call(at, self._power(number), "-@")
        assert isinstance(number, Literal)  # noqa: S101  what parse_number makes
        value = number.value
        assert value is not None  # noqa: S101  the same
        return self.parse_postfix(Literal(place, -value), takes_command=False)

    def _power(self, left: Node) -> Node:
        saved = self.at
        self.blanks()
        if not self.text.startswith("**", self.at) or self.char(2) == "=":
            self.at = saved
            return left
        at = self.at
        self.at += 2
        self.newlines()
        return Call(at, left, "**", (self._nested_unary(takes_command=False),))

    def _operand(self, *, takes_command: bool) -> Node:
        """Return a value with its postfixes, or the assignment to it."""
        node = self.parse_postfix(
            self.parse_primary(takes_command=takes_command), takes_command=takes_command
        )
        if not is_assignable(node):
            return node
        saved = self.at
        self.blanks()
        found = ASSIGNMENT.match(self.text, self.at, self.end)
        if found is None or (found[1] == "|" and self.stops_at_pipe):
            self.at = saved
            return node
        return self.assignment(node, found)

    def parse_primary(self, *, takes_command: bool) -> Node:
        char = self.peek()
        if char == "":
            self.refuse("the code ends where a value is expected")
        if char.isdigit():
            return self.parse_number()
        if char.isalpha() or char == "_":
            return self._word(takes_command=takes_command)
        if char in "'\"`":
            return self.parse_string()
        if char in "@$":
            return self.parse_variable()
        if char in "([{":
            return {"(": self._parenthesis, "[": self.parse_array, "{": self.parse_hash}[char]()
        return self._literal_by_sign(char)

    def _literal_by_sign(self, char: str) -> Node:
        if char == "/":
            return self.parse_pattern()
        if char == ":" and self.text.startswith("::", self.at):
            self.at += 2
            at, name = self.at, self.name_here()
            self.at += len(name)
            return Const(at, None, name) if name[:1].isupper() else self.refuse("expected a constant")
        if char == ":" and (symbol := self.parse_symbol()):
            return symbol
        if char == "-" and self.char(1) == ">":
            return self.parse_lambda()
        if (char == "<" and self.starts_heredoc()) or (char == "%" and self.starts_percent()):
            return self.parse_string()
        if char == "?" and self.starts_character():
            return self.parse_string()
        return self.refuse(f"unexpected {self.found()}")

    def _word(self, *, takes_command: bool) -> Node:
        word = self.word()
        after = self.char(len(word))
        is_method = (
            after in ("?", "!") and after != "" and self.char(len(word) + 1) not in ("=", ":", " ", "")
        )
        if word in KEYWORDS and (not is_method or word in ("nil", "true", "false", "self")):
            return self.parse_keyword()
        return self.parse_name(takes_command=takes_command)

    def _parenthesis(self) -> Node:
        at = self.at
        self.at += 1
        with self.fresh():
            node = self.parse_statements(")")
        if not self.sign(")"):
            self.refuse(f"expected ')' of the parenthesis, found {self.found()}")
        return Begin(at, node) if isinstance(node, Call | Local) and is_assignable(node) else node


def parse_ruby(text: str, parameters: tuple[str, ...] = ()) -> Program:
    """Return the tree of a program that finds these local variables; raises RubyError."""
    try:
        return Parser(text).parse_program(parameters)
    except RecursionError:
        raise RubyError("the code is nested too deeply", text, 0) from None
