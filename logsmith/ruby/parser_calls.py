"""Calls: names, arguments with and without parentheses, blocks and their parameters, what follows a dot."""

from __future__ import annotations

import re
from dataclasses import replace

from logsmith.ruby.lexer import KEYWORDS, METHOD_NAME
from logsmith.ruby.parser_blocks import BlockParser
from logsmith.ruby.tree import (
    BlockPass,
    Call,
    Const,
    Hash,
    Local,
    Node,
    Splat,
    Sym,
)

_LABEL = re.compile(r"([^\W\d]\w*[?!]?):(?!:)")
_ARGUMENT_WORDS = "nil true false self not defined? case begin yield super def __FILE__ __LINE__ __ENCODING__"
_NEVER_ARGUMENTS = KEYWORDS - set(_ARGUMENT_WORDS.split())


class CallParser(BlockParser):
    """Parses what is called, with what."""

    def parse_name(self, *, takes_command: bool) -> Node:
        """Return the variable, constant or call that a name begins."""
        at = self.at
        found = METHOD_NAME.match(self.text, at, self.end)
        assert found is not None  # noqa: S101  the caller saw a letter
        name = found[0]
        if name[-1] in "?!" and self.char(len(name)) == ":" and self.char(len(name) + 1) != ":":
            name = name[:-1] if self.scope.get(name[:-1]) else name  # `x?:` is a label
        self.at += len(name)
        if self.peek() == "(":
            return self.parse_call(None, name, at, takes_command=takes_command)
        variable = self.scope.get(name) or self.implicit_variable(name)
        if variable is not None:
            return Local(at, variable)
        if name[0].isupper() and not (takes_command and self._constant_is_called()):
            return Const(at, None, name)
        return self.parse_call(None, name, at, takes_command=takes_command)

    def _constant_is_called(self) -> bool:
        saved = self.at
        has_blanks = self.blanks()
        char = self.peek()
        is_called = has_blanks and (char in ('"', "'") or (char.isalnum() and self.word() not in KEYWORDS))
        self.at = saved
        return is_called and char != ""

    def parse_call(
        self, receiver: Node | None, name: str, at: int, *, takes_command: bool, is_safe: bool = False
    ) -> Node:
        """Return the call of a name that is taken: its arguments and its block follow."""
        arguments: list[Node] = []
        has_parentheses = self.peek() == "("
        is_command = False
        if has_parentheses:
            self.at += 1
            with self.fresh():
                arguments = self._arguments(")")
        elif takes_command and self._starts_argument():
            is_command = True
            self.blanks()
            arguments = self._command_arguments()
        passed = arguments[-1] if arguments and isinstance(arguments[-1], BlockPass) else None
        arguments = arguments[:-1] if passed else arguments
        call = Call(
            at,
            receiver,
            name,
            tuple(arguments),
            passed,
            is_safe,
            not (has_parentheses or is_command or receiver),
        )
        return self.with_block(call, takes_braces=not is_command)

    def with_block(self, call: Call, *, takes_braces: bool = True) -> Call:
        """Return a call with the block that follows it, if one does."""
        saved = self.at
        self.blanks()
        at = self.at
        if takes_braces and self.peek() == "{":
            self.at += 1
            block = self.parse_block(at, "}")
        elif self.takes_do and self.keyword("do"):
            block = self.parse_block(at, "end")
        else:
            self.at = saved
            return call
        if call.block is not None:
            self.refuse("both a block argument and a block are given", at)
        is_lambda = call.name == "lambda" and call.receiver is None
        return replace(call, block=replace(block, is_lambda=is_lambda), is_bare=False)

    def _command_arguments(self) -> list[Node]:
        saved, self.takes_do = self.takes_do, False
        self.enter()
        arguments = self._arguments("")
        self.leave()
        self.takes_do = saved
        return arguments

    def _arguments(self, close: str) -> list[Node]:
        """Return arguments up to a closing sign, or, without one, up to where no comma follows."""
        found: list[Node] = []
        pairs: list[tuple[Node | None, Node]] = []
        pairs_at = self.at
        if close:
            self.newlines()
        while not (close and self.sign(close)):
            self.newlines()
            if self.text.startswith("...", self.at) and self._forwarded() is not None:
                rest, keyword_rest, block = self._forwarded() or ()
                found.append(Splat(self.at, rest))
                pairs.append((None, keyword_rest))
                found.append(BlockPass(self.at, block))
                self.at += 3
            elif self.peek() == "&" and self.char(1) != "&":
                found.append(self._block_pass())
            else:
                pair = self.parse_pair()
                if isinstance(pair, tuple):
                    pairs.append(pair)
                else:
                    found.append(pair)
            if close:
                self.newlines()
            if not self.sign(","):
                if close:
                    self.expect(close, "after an argument")
                break
        if pairs:
            is_last = not found or not isinstance(found[-1], BlockPass)
            found.insert(len(found) if is_last else -1, Hash(pairs_at, tuple(pairs), is_bare=True))
        return found

    def _forwarded(self) -> tuple[Node, ...] | None:
        """Return what `...` passes on, None where it is no argument of its own."""
        variables = [self.scope.get(name) for name in ("*", "**", "&")]
        if not self.text[self.at + 3 :].lstrip().startswith(")"):
            return None
        return None if None in variables else tuple(Local(self.at, one) for one in variables if one)

    def _block_pass(self) -> Node:
        at = self.at
        self.at += 1
        saved = self.at
        self.blanks()
        if self.peek() in (")", ",", ""):
            variable = self.scope.get("&")
            if variable is None:
                self.refuse("there is no anonymous block here", at)
            return BlockPass(at, Local(at, variable))
        self.at = saved
        return BlockPass(at, self.parse_expression())

    def parse_label(self) -> tuple[Node, Node] | None:
        at = self.at
        found = _LABEL.match(self.text, at, self.end)
        if found:
            self.at = found.end()
            name, key = found[1], Sym(at, (found[1],))
            saved = self.at
            self.newlines()
            if self.peek() in (",", ")", "}", "]") or self.at >= self.end:
                self.at = saved
                return key, self.shorthand(name, at)
            return key, self.parse_expression(takes_command=True)
        if self.peek() and self.peek() in "'\"":
            string = self.parse_string()
            if self.peek() == ":" and self.char(1) != ":":
                self.at += 1
                self.newlines()
                return Sym(at, getattr(string, "parts", ())), self.parse_expression()
            self.at = at
        return None

    def _starts_argument(self) -> bool:
        """Return whether what follows is the first argument of a call without parentheses."""
        saved = self.at
        try:
            return (self.blanks() or self._argument_touches()) and self._argument_here()
        finally:
            self.at = saved

    def _argument_touches(self) -> bool:
        """Return whether an argument may begin without a blank: `puts"a"`, `list.include?word`."""
        char = self.peek()
        if char in ("'", '"'):
            return True
        return self.text[self.at - 1] in "?!" and (char.isalnum() or char in ("_", "@", "$"))

    def _argument_here(self) -> bool:  # noqa: PLR0911  a table of signs
        char, after = self.peek(), self.char(1)
        if char == "":
            return False
        if char.isalnum() or char == "_" or ord(char) > 0x7F:
            word = self.word()
            return word not in _NEVER_ARGUMENTS or _LABEL.match(self.text, self.at) is not None
        if char in "\"'@$~(`":
            return True
        is_tight = after not in (" ", "\t", "\n", "\r", "=", "")
        if char in "[!":
            return char == "[" or after not in ("=", "~")
        if char == ":":
            return after not in (":", " ", "\n", "") or (after == ":" and self.char(2).isupper())
        if char == "-":
            return after == ">" or is_tight
        if char in "*&+/%":
            return is_tight and not (char == "&" and after in "&.") and (char != "%" or self.starts_percent())
        if char == "?":
            return self.starts_character()
        if char == "<":
            return self.starts_heredoc()
        return char == "." and after == "." and self.char(2).isdigit()

    def parse_postfix(self, node: Node, *, takes_command: bool) -> Node:
        """Return a value with what hangs on it: indexes, calls, constants."""
        while True:
            self.enter()
            more = self._one_postfix(node, takes_command=takes_command)
            self.leave()
            if more is None:
                return node
            node = more

    def _one_postfix(self, node: Node, *, takes_command: bool) -> Node | None:
        at = self.at
        if self.peek() == "[" or (isinstance(node, Local) and self._index_after_blanks()):
            self.at += 1
            with self.fresh():
                return Call(at, node, "[]", tuple(self.parse_items("]")))
        if self.text.startswith("::", at):
            self.at += 2
            return self._after_colons(node, takes_command=takes_command)
        if not self.continues_with_dot():
            return None
        is_safe = self.peek() == "&"
        self.at += 2 if is_safe else 1
        self.newlines()
        at = self.at
        if self.peek() == "(":
            return self.parse_call(node, "call", at, takes_command=False, is_safe=is_safe)
        found = METHOD_NAME.match(self.text, at, self.end)
        if found is None:
            self.refuse(f"expected a method's name after the dot, found {self.found()}")
        name = found[0]
        if name[-1] in "?!" and self.text.startswith("::", found.end() - 1):
            name = name[:-1]
        self.at += len(name)
        return self.parse_call(node, name, at, takes_command=takes_command, is_safe=is_safe)

    def _index_after_blanks(self) -> bool:
        saved = self.at
        self.blanks()
        if self.peek() == "[" and self.at > saved and self.text[saved : self.at].isspace():
            return True
        self.at = saved
        return False

    def _after_colons(self, node: Node, *, takes_command: bool) -> Node:
        at = self.at
        name = self.name_here()
        if not name:
            self.refuse(f"expected a constant after '::', found {self.found()}")
        if name[0].isupper() and self.char(len(name)) != "(":
            self.at += len(name)
            return Const(at, node, name)
        found = METHOD_NAME.match(self.text, at, self.end)
        name = found[0] if found else name
        self.at += len(name)
        return self.parse_call(node, name, at, takes_command=takes_command)
