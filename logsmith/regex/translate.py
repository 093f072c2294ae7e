r"""From Ruby's dialect to Python's.

The pattern is walked once. What differs is rewritten: groups get plain names (`g0`, `g1`, …; the table of real names
is kept beside), plain groups do not capture when there are named ones, `\d \w \s` are ASCII, inline flags in the
middle reach to the end of their group, `{n}+` is no possessive quantifier, sets nest. What `re` has no words for raises
BeyondReError, and the same walk, told so, writes the pattern for Oniguruma instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from logsmith.regex.errors import BeyondReError, RegexError
from logsmith.regex.sets import ASCII_CLASSES, translate_escape, translate_property, translate_set

_NAMED = re.compile(r"\(\?(?:<(?![=!])([^>]+)>|'([^']+)')")
_NAMED_AHEAD = re.compile(r"(?:\\.|[^\\])*?\(\?(?:<(?![=!])|')", re.DOTALL)
_FLAGS = re.compile(r"\(\?([imx]*)(-[imx]*)?([:)])")
_BOUNDS = re.compile(r"\{(\d*)(,?)(\d*)\}")
_BACK = re.compile(r"\\k(?:<([^>]+)>|'([^']+)')")
_PLAIN_OPENERS = ("(?:", "(?=", "(?!", "(?>")
_ANCHORS = {"A": r"\A", "z": r"\Z", "Z": r"(?=\n?\Z)", "b": r"\b", "B": r"\B"}
_ANCHORS_ONIG = {"A": r"\A", "z": r"\z", "Z": r"\Z", "b": r"\b", "B": r"\B", "G": r"\G"}
_LINE_BREAK = r"(?>\r\n|[\n-\r\x85\u2028\u2029])"
_RUBY_TO_PYTHON = str.maketrans({"m": "s"})


@dataclass(slots=True)
class _Group:
    start: int  # index of its opener in the output
    extra: int = 0  # groups that inline flags opened inside of it
    is_verbose: bool = False


@dataclass(slots=True)
class Translator:
    """Translates one pattern; `names` are the groups' own names, in the order of their numbers."""

    pattern: str
    for_oniguruma: bool = False
    names: list[str] = field(default_factory=list)
    _out: list[str] = field(default_factory=list)
    _stack: list[_Group] = field(default_factory=list)
    _atom: int = -1  # where in the output the last atom begins; -1 if nothing can be repeated
    _at: int = 0
    _has_names: bool = False

    def run(self) -> str:
        """Return the translated pattern; raises RegexError or BeyondReError."""
        self._has_names = _NAMED_AHEAD.match(self.pattern) is not None
        self._stack.append(_Group(0))
        while self._at < len(self.pattern):
            self._step()
        if len(self._stack) > 1:
            raise RegexError("end of the pattern with an unmatched parenthesis")
        return "".join(self._out) + ")" * self._stack[0].extra

    def _step(self) -> None:
        char = self.pattern[self._at]
        if char == "\\":
            self._escape()
        elif char == "[":
            self._set()
        elif char == "(":
            self._open()
        elif char == ")":
            self._close()
        elif char in "*+?":
            self._quantify(char, self._at + 1)
        elif char == "{" and (bounds := _BOUNDS.match(self.pattern, self._at)) and (bounds[1] or bounds[3]):
            self._repeat(bounds)
        elif char == "#" and self._stack[-1].is_verbose:
            end = self.pattern.find("\n", self._at)
            self._at = len(self.pattern) if end < 0 else end
        elif char in " \t\r\n\f\v" and self._stack[-1].is_verbose:
            self._at += 1
        else:
            self._plain(char)

    def _plain(self, char: str) -> None:
        if char in "|^$":
            self._out.append(char)
            self._atom = -1 if char == "|" else len(self._out) - 1
        else:
            self._push("\\{" if char == "{" else "\\}" if char == "}" else char)
        self._at += 1

    def _push(self, text: str) -> None:
        self._out.append(text)
        self._atom = len(self._out) - 1

    def _set(self) -> None:
        text, end = translate_set(self.pattern, self._at)
        self._push(text)
        self._at = end

    def _escape(self) -> None:
        pattern, at = self.pattern, self._at
        if at + 1 >= len(pattern):
            raise RegexError("the pattern ends in a backslash")
        kind = pattern[at + 1]
        anchors = _ANCHORS_ONIG if self.for_oniguruma else _ANCHORS
        if kind in anchors:
            self._push(anchors[kind])
            self._at += 2
        elif kind in ASCII_CLASSES:
            self._push(f"[{ASCII_CLASSES[kind]}]")
            self._at += 2
        elif kind in "pP":
            self._property()
        elif kind == "R":
            self._push(_LINE_BREAK)
            self._at += 2
        elif kind in "kg":
            self._reference(kind)
        elif kind in "KXG":
            self._only_oniguruma(f"\\{kind}", 2)
        elif kind in "123456789":
            self._numbered()
        else:
            text, self._at = translate_escape(pattern, at)
            self._push(text if not self.for_oniguruma else _for_oniguruma(text))

    def _property(self) -> None:
        if self.for_oniguruma:
            end = self.pattern.find("}", self._at) + 1
            self._push(self.pattern[self._at : end])
            self._at = end
        else:
            text, self._at = translate_property(self.pattern, self._at)
            self._push(text)

    def _reference(self, kind: str) -> None:
        found = _BACK.match(self.pattern, self._at) if kind == "k" else None
        name = found[1] or found[2] if found else None
        if name is None or name not in self.names:
            if not self.for_oniguruma:
                raise BeyondReError(f"\\{kind}<…>")
            end = self.pattern.find(">", self._at) + 1
            called = self.pattern[self._at + 3 : end - 1]
            number = self._number_of(called)
            self._push(f"\\{kind}<{f'g{number}' if number is not None else called}>")
            self._at = end
            return
        assert found is not None  # noqa: S101  name is of it
        number = self.names.index(name)
        self._push(f"\\k<g{number}>" if self.for_oniguruma else f"(?P=g{number})")
        self._at = found.end()

    def _number_of(self, name: str) -> int | None:
        """Return the number of a group that may come later in the pattern."""
        all_names = [found[1] or found[2] for found in _NAMED.finditer(self.pattern)]
        return all_names.index(name) if name in all_names else None

    def _numbered(self) -> None:
        if self._has_names:
            raise RegexError("numbered back-references are not allowed beside named groups; use \\k<name>")
        found = re.compile(r"\\(\d{1,2})").match(self.pattern, self._at)
        assert found is not None  # noqa: S101  a digit follows
        self._push(f"(?:{found[0]})")
        self._at = found.end()

    def _only_oniguruma(self, text: str, length: int) -> None:
        if not self.for_oniguruma:
            raise BeyondReError(text)
        self._push(text)
        self._at += length

    def _open(self) -> None:
        pattern, at = self.pattern, self._at
        if pattern.startswith("(?#", at):
            end = pattern.find(")", at)
            self._at = len(pattern) if end < 0 else end + 1
            return
        if flags := _FLAGS.match(pattern, at):
            self._flags(flags)
            return
        if named := _NAMED.match(pattern, at):
            self.names.append(named[1] or named[2])
            number = len(self.names) - 1
            self._enter(f"(?<g{number}>" if self.for_oniguruma else f"(?P<g{number}>", named.end() - at)
            return
        if pattern.startswith(("(?<=", "(?<!"), at):
            self._look_behind(pattern[at : at + 4])
            return
        for opener in _PLAIN_OPENERS:
            if pattern.startswith(opener, at):
                self._enter(opener, 3)
                return
        if pattern.startswith("(?", at):
            self._only_oniguruma("", 0)
            self._enter(pattern[at : at + 3], 3)
            return
        self._enter("(?:" if self._has_names else "(", 1)

    def _enter(self, opener: str, length: int) -> None:
        self._out.append(opener)
        self._stack.append(_Group(len(self._out) - 1, is_verbose=self._stack[-1].is_verbose))
        self._atom = -1
        self._at += length

    def _look_behind(self, opener: str) -> None:
        """Split alternatives of a look-behind, which may differ in length in Ruby, into look-behinds of their own."""
        end = _closing(self.pattern, self._at)
        inside = self.pattern[self._at + 4 : end]
        branches = _alternatives(inside)
        if self.for_oniguruma or len(branches) == 1:
            self._enter(opener, 4)
            return
        texts = []
        for branch in branches:
            inner = Translator(branch)
            inner.names = self.names
            texts.append(f"{opener}{inner.run()})")
        self._push("".join(texts) if opener == "(?<!" else f"(?:{'|'.join(texts)})")
        self._at = end + 1

    def _flags(self, found: re.Match[str]) -> None:
        on, off, end = found[1], (found[2] or "")[1:], found[3]
        verbose = ("x" in on) or (self._stack[-1].is_verbose and "x" not in off)
        letters = "".join(one for one in on if one in "im")
        without = "".join(one for one in off if one in "im")
        if not self.for_oniguruma:
            letters, without = letters.translate(_RUBY_TO_PYTHON), without.translate(_RUBY_TO_PYTHON)
        opener = f"(?{letters}{'-' + without if without else ''}:"
        if end == ":":
            self._enter(opener, found.end() - self._at)
            self._stack[-1].is_verbose = verbose
            return
        self._out.append(opener)
        self._stack[-1].extra += 1
        self._stack[-1].is_verbose = verbose
        self._atom = -1
        self._at = found.end()

    def _close(self) -> None:
        if len(self._stack) == 1:
            raise RegexError(f"unmatched closing parenthesis at position {self._at}")
        group = self._stack.pop()
        self._out.append(")" * (group.extra + 1))
        self._out[group.start :] = ["".join(self._out[group.start :])]
        self._atom = group.start
        self._at += 1

    def _quantify(self, text: str, end: int) -> None:
        if self._atom < 0:
            raise RegexError(f"target of the repeat operator at position {self._at} is not specified")
        suffix = self.pattern[end : end + 1]
        if suffix in ("?", "+") and suffix:
            text, end = text + suffix, end + 1
        self._apply(text, end)

    def _repeat(self, bounds: re.Match[str]) -> None:
        if self._atom < 0:
            raise RegexError(f"target of the repeat operator at position {self._at} is not specified")
        low, comma, high = bounds.groups()
        text, end = f"{{{low or '0'}{comma}{high}}}", bounds.end()
        if self.pattern.startswith("?", end):
            if not comma:  # Ruby: a group of exactly n, or nothing
                self._apply(text, end)
                self._apply("?", end + 1)
                return
            text, end = text + "?", end + 1
        self._apply(text, end)

    def _apply(self, quantifier: str, end: int) -> None:
        """Put a quantifier behind the last atom; the result is an atom that a further quantifier finds wrapped."""
        atom = "".join(self._out[self._atom :])
        self._out[self._atom :] = [atom + quantifier]
        following = self.pattern[end : end + 1]
        bounds = _BOUNDS.match(self.pattern, end)
        if following in ("*", "+", "?") and following or (bounds and (bounds[1] or bounds[3])):
            self._out[self._atom] = f"(?:{self._out[self._atom]})"
        self._at = end


def _for_oniguruma(text: str) -> str:
    return f"\\x{{{int(text[2:], 16):x}}}" if text.startswith("\\U") else text


def _closing(pattern: str, at: int) -> int:
    depth, position, in_set = 0, at, False
    while position < len(pattern):
        char = pattern[position]
        if char == "\\":
            position += 1
        elif in_set:
            in_set = char != "]"
        elif char == "[":
            in_set = True
            position += pattern.startswith("]", position + 1)
        elif char in "()":
            depth += 1 if char == "(" else -1
            if depth == 0:
                return position
        position += 1
    raise RegexError("end of the pattern with an unmatched parenthesis")


def _alternatives(text: str) -> list[str]:
    parts, start, position, depth, in_set = [], 0, 0, 0, False
    while position < len(text):
        char = text[position]
        if char == "\\":
            position += 1
        elif in_set:
            in_set = char != "]"
        elif char == "[":
            in_set = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    return [*parts, text[start:]]
