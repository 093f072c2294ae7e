"""Values as they are written: numbers, strings, symbols, patterns, arrays, hashes, variables with a sign."""

from __future__ import annotations

import re
from fractions import Fraction

from logsmith.ruby.lexer import NAME
from logsmith.ruby.lexer_text import BRACKETS, HEREDOC, TextCursor, joined
from logsmith.ruby.tree import (
    Array,
    Call,
    Global,
    Hash,
    Instance,
    LastMatch,
    Literal,
    Local,
    Node,
    Regex,
    Splat,
    Str,
    Sym,
)

_NUMBER = re.compile(
    r"0[xX](?P<hex>[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)|0[bB](?P<binary>[01]+(?:_[01]+)*)"
    r"|(?P<float>(?:0|[1-9][0-9]*(?:_[0-9]+)*)(?:\.[0-9]+(?:_[0-9]+)*(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+))"
    r"|0[oO]?(?P<octal>[0-7]+(?:_[0-7]+)*)|(?:0[dD])?(?P<integer>[0-9]+(?:_[0-9]+)*)"
)
_BASES = {"hex": 16, "binary": 2, "octal": 8, "integer": 10}
_SYMBOL = re.compile(
    r":(?P<name>[^\W\d]\w*(?:[?!](?![=~>])|=(?![=~>]))?|(?:@@?|\$)[^\W\d]\w*"
    r"|\[\]=?|\*\*|<=>|===?|=~|![=~]?|<<|>>|<=|>=|[+-]@|[+\-*/%<>&|^~`])"
)
_PERCENT = re.compile(r"%(?P<kind>[wWiIqQrsx]?)(?P<open>[^\w\s])")
_VARIABLE = re.compile(r"(?P<sign>@@?|\$)(?P<name>[^\W\d]\w*)")
_SPECIAL = re.compile(r"\$(?:(?P<number>[1-9][0-9]*)|(?P<sign>[~&`'+])|(?P<other>[!@0;,/\\._<>*$?:\"-]))")
_CHARACTER = re.compile(r"\?(?:\\[^\w]|\\[nstre0abvf]|[^\s\\])(?!\w)")
MAX_DIGITS = 4_000


class LiteralParser(TextCursor):
    """Parses literals; the expressions inside of them are the full parser's."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._last_string: tuple[int, Node, int] | None = None  # read once more if it is no label

    def parse_expression(self, *, takes_command: bool = False) -> Node:
        """Return an expression without `and`, `or` and modifiers."""
        raise NotImplementedError

    def parse_statements(self, *closing: str) -> Node:
        """Return statements up to one of these keywords or signs, which is left."""
        raise NotImplementedError

    def parse_label(self) -> tuple[Node, Node] | None:
        """Return the pair of a `name: value`, None if no such thing is next."""
        raise NotImplementedError

    def parse_interpolated(self) -> Node:
        at = self.at
        self.enter()
        node = self.parse_statements("}")
        if not self.sign("}"):
            self.refuse("this interpolation has no closing '}'", at - 2)
        self.leave()
        return node

    def starts_character(self) -> bool:
        """Return whether `?x` is next."""
        return _CHARACTER.match(self.text, self.at, self.end) is not None

    def parse_number(self) -> Node:
        found = _NUMBER.match(self.text, self.at, self.end)
        if found is None:
            self.refuse("no number")
        at, kind = self.at, found.lastgroup or "integer"
        digits = found[kind].replace("_", "")
        self.at = found.end()
        after = re.compile(r"[^\W]+").match(self.text, self.at, self.end)
        if after and after[0] in ("i", "ri"):
            self.refuse("imaginary numbers are not supported", at)
        if after and after[0] == "r" and kind in ("integer", "float") and len(digits) <= MAX_DIGITS:
            if "e" in digits.lower():
                self.refuse("unexpected 'r' after a number")
            self.at += 1
            return Literal(at, Fraction(digits))
        if after:
            self.refuse(f"unexpected {after[0]!r} after a number")
        if kind == "float":
            return Literal(at, float(digits))
        if len(digits) > MAX_DIGITS:
            self.refuse("this number is too long", at)
        if kind == "integer" and len(digits) > 1 and digits[0] == "0":
            self.refuse("invalid octal digit", at)
        return Literal(at, int(digits, _BASES[kind]))

    def parse_string(self) -> Node:
        """Return the string, of any spelling, that is next, with those beside it."""
        start = self.at
        if self._last_string is not None and self._last_string[0] == start:
            _, node, self.at = self._last_string
            return node
        node = self._one_string()
        while isinstance(node, Str):
            saved = self.at
            self.blanks()
            if self.peek() not in ("'", '"') or self.peek() == "":
                self.at = saved
                break
            second = self._one_string()
            assert isinstance(second, Str)  # noqa: S101  a quote begins it
            node = joined(node, second)
        self._last_string = start, node, self.at
        return node

    def _one_string(self) -> Node:
        at, char = self.at, self.peek()
        if char in "'\"":
            self.at += 1
            return Str(at, tuple(self.quoted(char, interpolates=char == '"')))
        if char == "`":
            self.refuse("shell commands are not supported")
        if char == "<":
            return self.heredoc()
        if char == "?":
            return self._character()
        return self._percent()

    def _character(self) -> Node:
        at = self.at
        self.at += 1
        if self.peek() != "\\":
            self.at += 1
            return Str(at, (self.text[at + 1],))
        return Str(at, tuple(self.one_escape()))

    def starts_heredoc(self) -> bool:
        """Return whether `<<~NAME` or its like is next."""
        return HEREDOC.match(self.text, self.at, self.end) is not None

    def starts_percent(self) -> bool:
        """Return whether a literal such as `%w[…]` is next."""
        return _PERCENT.match(self.text, self.at, self.end) is not None

    def _percent(self) -> Node:
        found = _PERCENT.match(self.text, self.at, self.end)
        if found is None:
            self.refuse("no literal")
        at, kind, opener = self.at, found["kind"], found["open"]
        self.at = found.end()
        close = BRACKETS.get(opener, opener)
        if kind == "x":
            self.refuse("shell commands are not supported", at)
        if kind in ("w", "i"):
            return self._words(at, close, is_symbols=kind == "i")
        if kind in ("W", "I"):
            return self._interpolated_words(at, close, is_symbols=kind == "I")
        parts = tuple(self.quoted(close, interpolates=kind not in ("q", "s"), is_pattern=kind == "r"))
        if kind == "r":
            return self._pattern(at, parts)
        return Sym(at, parts) if kind == "s" else Str(at, parts)

    def _words(self, at: int, close: str, *, is_symbols: bool) -> Node:
        parts = self.quoted(close, interpolates=False)
        words = parts[0].split() if parts and isinstance(parts[0], str) else []
        return Array(at, tuple(Sym(at, (word,)) if is_symbols else Str(at, (word,)) for word in words))

    def _interpolated_words(self, at: int, close: str, *, is_symbols: bool) -> Node:
        words: list[list[str | Node]] = [[]]
        for part in self.quoted(close, interpolates=True):
            if not isinstance(part, str):
                words[-1].append(part)
                continue
            for number, piece in enumerate(re.split(r"\s+", part)):
                if number:
                    words.append([])
                if piece:
                    words[-1].append(piece)
        made = [tuple(word) for word in words if word]
        return Array(at, tuple(Sym(at, word) if is_symbols else Str(at, word) for word in made))

    def parse_pattern(self) -> Node:
        """Return the regular expression whose slash is next."""
        at = self.at
        self.at += 1
        return self._pattern(at, tuple(self.quoted("/", interpolates=True, is_pattern=True)))

    def _pattern(self, at: int, parts: tuple[str | Node, ...]) -> Node:
        found = re.compile(r"[a-z]*").match(self.text, self.at, self.end)
        flags = found[0] if found else ""
        unknown = flags.strip("imxounse")
        if unknown:
            self.refuse(f"unknown option {unknown[0]!r} of a regular expression")
        self.at += len(flags)
        return Regex(at, parts, flags)

    def parse_symbol(self) -> Node | None:
        """Return the symbol that is next, None if the colon begins something else."""
        at = self.at
        found = _SYMBOL.match(self.text, self.at, self.end)
        if found:
            self.at = found.end()
            return Sym(at, (found["name"],))
        if self.char(1) in ("'", '"') and self.char(1):
            self.at += 2
            return Sym(at, tuple(self.quoted(self.text[at + 1], interpolates=self.text[at + 1] == '"')))
        return None

    def parse_variable(self) -> Node:
        at = self.at
        found = _VARIABLE.match(self.text, self.at, self.end)
        if found:
            self.at = found.end()
            return Instance(at, found["name"]) if found["sign"] == "@" else Global(at, found[0])
        found = _SPECIAL.match(self.text, self.at, self.end)
        if found is None:
            self.refuse(f"unexpected {self.found()}")
        self.at = found.end()
        if found["number"]:
            return LastMatch(at, int(found["number"]))
        if found["sign"]:
            return LastMatch(at, found["sign"])
        if found["other"] not in ("!", "0", ",", "/", ";"):
            self.refuse(f"the variable {found[0]} is not supported", at)
        return Global(at, found[0])

    def parse_array(self) -> Node:
        at = self.at
        self.at += 1
        return Array(at, tuple(self.parse_items("]")))

    def parse_items(self, close: str) -> list[Node]:
        """Return expressions between commas up to a closing sign; pairs at the end become a hash."""
        items: list[Node] = []
        pairs: list[tuple[Node | None, Node]] = []
        pairs_at = self.at
        self.newlines()
        while not self.sign(close):
            pair = self.parse_pair()
            if isinstance(pair, tuple):
                pairs_at = pairs_at if pairs else self.at
                pairs.append(pair)
            else:
                items.append(pair)
            self.newlines()
            if not self.sign(","):
                self.expect(close, "after an element")
                break
            self.newlines()
        if pairs:
            items.append(Hash(pairs_at, tuple(pairs), is_bare=True))
        return items

    def parse_pair(self) -> Node | tuple[Node | None, Node]:
        """Return a pair, a splat or an expression."""
        self.newlines()
        label = self.parse_label()
        if label:
            return label
        at = self.at
        if self.text.startswith("**", at):
            self.at += 2
            return None, self._anonymous("**") or self.parse_expression()
        if self.peek() == "*":
            self.at += 1
            return Splat(at, self._anonymous("*") or self.parse_expression())
        key = self.parse_expression(takes_command=True)
        if self.sign("=>"):
            self.newlines()
            return key, self.parse_expression()
        return key

    def _anonymous(self, sign: str) -> Node | None:
        """Return the parameter that `*` or `**` alone passes on."""
        variable = self.scope.get(sign) if self.peek() in (",", ")", "]", "}") else None
        return None if variable is None else Local(self.at, variable)

    def parse_hash(self) -> Node:
        at = self.at
        self.at += 1
        pairs: list[tuple[Node | None, Node]] = []
        self.newlines()
        while not self.sign("}"):
            pair = self.parse_pair()
            if not isinstance(pair, tuple):
                self.refuse(f"expected '=>' or a label in a hash, found {self.found()}")
            pairs.append(pair)
            self.newlines()
            if not self.sign(","):
                self.expect("}", "of a hash")
                break
            self.newlines()
        return Hash(at, tuple(pairs))

    def shorthand(self, name: str, at: int) -> Node:
        """Return what `{name:}` means: the variable or method of that name."""
        variable = self.scope.get(name)
        return Call(at, None, name, (), None, is_bare=True) if variable is None else Local(at, variable)

    def name_here(self) -> str:
        """Return the name that begins right here, empty if none does."""
        found = NAME.match(self.text, self.at, self.end)
        return found[0] if found else ""
