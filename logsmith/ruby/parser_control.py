"""What begins with a keyword: conditions, loops, case, begin, def, jumps."""

from __future__ import annotations

from collections.abc import Callable

from logsmith.ruby.parser_matching import MatchingParser
from logsmith.ruby.tree import (
    Array,
    Begin,
    BlockPass,
    Case,
    Defined,
    For,
    Hash,
    If,
    Jump,
    Literal,
    Node,
    Not,
    Rescue,
    Self,
    Splat,
    Str,
    When,
    While,
    Yield,
)
from logsmith.ruby.tree_matching import Matching

_REFUSED = {
    "undef": "'undef' is not supported",
    "BEGIN": "'BEGIN' is not supported",
    "END": "'END' is not supported",
    "redo": "'redo' is not supported",
    "__ENCODING__": "'__ENCODING__' is not supported",
}


class ControlParser(MatchingParser):
    """Parses what a keyword begins."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.methods: list[str] = []
        self._depth_of_methods = 0
        self._keywords: dict[str, Callable[[int], Node]] = {
            "nil": lambda at: Literal(at, None),
            "true": lambda at: Literal(at, True),
            "false": lambda at: Literal(at, False),
            "self": Self,
            "__FILE__": lambda at: Str(at, ("(ruby filter code)",)),
            "__LINE__": lambda at: Literal(at, self.text.count("\n", 0, at) + 1),
            "if": self._if,
            "unless": self._unless,
            "while": lambda at: self._while(at, is_until=False),
            "until": lambda at: self._while(at, is_until=True),
            "for": self._for,
            "case": self._case,
            "begin": self._begin,
            "return": lambda at: self._jump("return", at),
            "break": lambda at: self._jump("break", at),
            "next": lambda at: self._jump("next", at),
            "retry": lambda at: Jump(at, "retry"),
            "yield": self._yield,
            "defined?": self._defined,
            "not": self._not,
        }

    def parse_statement(self) -> Node:
        """Return a statement with its modifiers."""
        raise NotImplementedError

    def parse_target(self) -> Node:
        """Return the targets between `for` and `in`."""
        raise NotImplementedError

    def parse_keyword(self) -> Node:
        """Return what the keyword that is next begins."""
        at = self.at
        word = self.word()
        if word in _REFUSED:
            self.refuse(_REFUSED[word])
        if word not in self._keywords:
            self.refuse(f"unexpected {word!r}")
        self.at += len(word)
        self.enter()
        node = self._keywords[word](at)
        self.leave()
        return node

    def _condition(self, *, is_test: bool = True) -> Node:
        """Return a condition, before `then`, `do` or the end of the line; of a test, `in` with a pattern is part."""
        saved, self.takes_do = self.takes_do, False
        self.newlines()
        node = self.matched(self.parse_joined()) if is_test else self.parse_joined()
        self.takes_do = saved
        return node

    def _then(self) -> None:
        if not self.keyword("then"):
            had = self.ends()
            if not self.keyword("then") and not had:
                self.refuse(f"expected 'then' or a new line, found {self.found()}")

    def _if(self, at: int) -> Node:
        condition = self._condition()
        self._then()
        with self.fresh():
            then = self.parse_statements("elsif", "else", "end")
            otherwise = self._rest_of_if("if", at)
        return If(at, condition, then, otherwise)

    def _rest_of_if(self, opened: str, at: int) -> Node | None:
        """Return what follows the first branch, up to and with `end`; a loop, since some files have hundreds."""
        arms: list[tuple[int, Node, Node]] = []
        place = self.at
        while self.keyword("elsif"):
            condition = self._condition()
            self._then()
            arms.append((place, condition, self.parse_statements("elsif", "else", "end")))
            place = self.at
        node = self._else()
        self.expect_end(opened, at)
        for place, condition, body in reversed(arms):
            node = If(place, condition, body, node)
        return node

    def _else(self) -> Node | None:
        self.ends()
        return self.parse_statements("end") if self.keyword("else") else None

    def _unless(self, at: int) -> Node:
        condition = self._condition()
        self._then()
        with self.fresh():
            then = self.parse_statements("else", "end")
            otherwise = self._else()
        self.expect_end("unless", at)
        return If(at, Not(at, condition), then, otherwise)

    def _while(self, at: int, *, is_until: bool) -> Node:
        condition = self._condition()
        self.keyword("do")
        with self.fresh():
            body = self.parse_statements("end")
        self.expect_end("until" if is_until else "while", at)
        return While(at, condition, body, is_until)

    def _for(self, at: int) -> Node:
        self.blanks()
        target = self.parse_target()
        if not self.keyword("in"):
            self.refuse(f"expected 'in' of the 'for', found {self.found()}")
        iterable = self._condition(is_test=False)
        self.keyword("do")
        with self.fresh():
            body = self.parse_statements("end")
        self.expect_end("for", at)
        return For(at, target, iterable, body)

    def _case(self, at: int) -> Node:
        self.blanks()
        has_none = self.peek() in ("\n", ";", "") or self.word() == "when"
        subject = None if has_none else self._condition(is_test=False)
        self.ends()
        whens: list[When] = []
        with self.fresh():
            if subject is not None and self.word() == "in":
                arms = self.parse_arms(at)
                otherwise = self._else()
                self.expect_end("case", at)
                return Matching(at, subject, arms, otherwise)
            while self.keyword("when"):
                whens.append(self._when())
            if not whens:
                self.refuse(f"expected 'when', found {self.found()}")
            otherwise = self._else()
        self.expect_end("case", at)
        return Case(at, subject, tuple(whens), otherwise)

    def _when(self) -> When:
        at = self.at
        tests: list[Node] = []
        saved, self.takes_do = self.takes_do, True
        while True:
            self.newlines()
            place = self.at
            if self.sign("*"):
                tests.append(Splat(place, self.parse_expression()))
            else:
                tests.append(self.parse_expression())
            if not self.sign(","):
                break
        self.takes_do = saved
        self._then()
        return When(at, tuple(tests), self.parse_statements("when", "else", "end"))

    def _begin(self, at: int) -> Node:
        with self.fresh():
            node = self.parse_body("begin", at)
        return node if isinstance(node, Begin) else Begin(at, node)

    def parse_body(self, opened: str, at: int) -> Node:
        body = self.parse_statements("rescue", "else", "ensure", "end")
        rescues: list[Rescue] = []
        while self.keyword("rescue"):
            rescues.append(self._rescue())
        otherwise = ensure = None
        if self.keyword("else"):
            otherwise = self.parse_statements("ensure", "end")
        if self.keyword("ensure"):
            ensure = self.parse_statements("end")
        self.expect_end(opened, at)
        if not rescues and ensure is None and otherwise is None:
            return body
        return Begin(at, body, tuple(rescues), otherwise, ensure)

    def _rescue(self) -> Rescue:
        at = self.at
        classes: list[Node] = []
        target: Node | None = None
        self.blanks()
        while self.peek() not in ("\n", ";", "") and not self.text.startswith("=>", self.at):
            if self.word() == "then":
                break
            place = self.at
            is_splat = self.sign("*")
            value = self.parse_expression()
            classes.append(Splat(place, value) if is_splat else value)
            if not self.sign(","):
                break
            self.newlines()
        if self.sign("=>"):
            self.blanks()
            target = self.parse_target()
        self._then()
        return Rescue(at, tuple(classes), target, self.parse_statements("rescue", "else", "ensure", "end"))

    def _jump(self, kind: str, at: int) -> Node:
        saved = self.at
        self.blanks()
        is_tight = self.at == saved and self.peek() not in ("(", "[", '"', "'", "-")
        if is_tight or not self._value_here():
            self.at = saved
            return Jump(at, kind)
        place = self.at
        values = self._arguments("")
        if len(values) == 1 and isinstance(values[0], Hash):
            return Jump(at, kind, Hash(place, values[0].pairs))
        if len(values) == 1 and not isinstance(values[0], Splat):
            return Jump(at, kind, values[0])
        return Jump(at, kind, Array(place, tuple(values)))

    def _value_here(self) -> bool:
        char = self.peek()
        if char in ("", "\n", ";", "}", ")", "]", ",", "=", ".", "|", "?"):
            return False
        if char == "&" or (char == ":" and self.char(1) in (" ", "")):
            return False
        if char == "{":
            return True
        return self.word() not in (
            "if",
            "unless",
            "while",
            "until",
            "and",
            "or",
            "end",
            "then",
            "rescue",
            "do",
        )

    def _yield(self, at: int) -> Node:
        if not self._depth_of_methods:
            self.refuse("'yield' outside of a method", at)
        if self.peek() == "(":
            self.at += 1
            with self.fresh():
                arguments = self._arguments(")")
        elif self._starts_argument():
            self.blanks()
            arguments = self._command_arguments()
        else:
            arguments = []
        if arguments and isinstance(arguments[-1], BlockPass):
            self.refuse("a block cannot be given to 'yield'", at)
        return Yield(at, tuple(arguments))

    def _defined(self, at: int) -> Node:
        if self.sign("("):
            with self.fresh():
                self.newlines()
                node = self.parse_joined()
                self.expect(")", "after defined?")
            return Defined(at, node)
        self.blanks()
        return Defined(at, self.parse_expression())

    def _not(self, at: int) -> Node:
        if self.sign("("):
            with self.fresh():
                self.newlines()
                node = Literal(at, None) if self.peek() == ")" else self.parse_joined()
                self.expect(")", "after not")
            return Not(at, node)
        self.blanks()
        return Not(at, self.parse_expression(takes_command=True))
