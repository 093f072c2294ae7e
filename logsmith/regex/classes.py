"""Character classes: `[a-z_]`, with Ruby's nesting, intersections and POSIX classes, read as sets of code points."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from logsmith.regex import charset
from logsmith.regex.charset import Ranges
from logsmith.regex.errors import RegexError
from logsmith.regex.escapes import Options, named_class, read_chars, read_class

_ESCAPED_HYPHEN = r"; a hyphen beside a class such as \w is written \-"
_POSIX = re.compile(r"\[:(\^?)([a-zA-Z]{1,20}):\]")


@dataclass(slots=True)
class ClassReader:
    """Reads one class; `at` is behind it afterwards."""

    pattern: str
    at: int
    options: Options
    _start: int = field(init=False)

    def __post_init__(self) -> None:
        self._start = self.at

    def read(self) -> tuple[Ranges, bool]:
        """Read from the opening bracket; return the set as written and whether it is negated."""
        self.at += 1
        is_negated = self.pattern.startswith("^", self.at)
        self.at += is_negated
        operands: list[Ranges] = []
        members = self._literal_bracket()
        while not self._take("]"):
            if self._take("&&"):
                operands.append(charset.union(*members))
                members = []
            else:
                members += self._member()
        result = charset.union(*members)
        for operand in operands:
            result = charset.intersection(operand, result)
        return result, is_negated

    def _take(self, text: str) -> bool:
        if self.at >= len(self.pattern):
            raise RegexError("premature end of char-class", self._start)
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def _literal_bracket(self) -> list[Ranges]:
        """Take a `]` that comes first for itself, as Ruby does where a later one closes the class."""
        if not self.pattern.startswith("]", self.at):
            return []
        if "]" not in self.pattern[self.at + 1 :]:
            raise RegexError("empty char-class", self._start)
        return self._member()

    def _member(self) -> list[Ranges]:
        if posix := _POSIX.match(self.pattern, self.at):
            return [self._behind_class(self._posix(posix))]
        if self.pattern.startswith("[", self.at):
            return [self._nested()]
        first = self._one()
        if not isinstance(first, str):
            return [self._behind_class(first)]
        return [*(charset.single(char) for char in first[:-1]), *self._range(first[-1])]

    def _behind_class(self, ranges: Ranges) -> Ranges:
        r"""Return the members of a class such as `\w`, no range can begin with; raises RegexError, as JRuby 10 does."""
        if self.pattern.startswith("-", self.at) and not self.pattern.startswith(("-]", "-&&"), self.at):
            raise RegexError(f"unmatched range specifier in char-class{_ESCAPED_HYPHEN}", self._start)
        return ranges

    def _range(self, first: str) -> list[Ranges]:
        follows = self.pattern[self.at + 1 : self.at + 3]
        if not self.pattern.startswith("-", self.at) or follows[:1] in ("", "]") or follows == "&&":
            return [charset.single(first)]
        posix = _POSIX.match(self.pattern, self.at + 1)
        if follows[0] == "[" and not posix:
            return [charset.single(first)]
        self.at += 1
        last = self._posix(posix) if posix else self._one()
        if not isinstance(last, str):
            raise RegexError(f"char-class value at end of range{_ESCAPED_HYPHEN}", self._start)
        if last[0] < first:
            raise RegexError("empty range in char class", self._start)
        return [((ord(first), ord(last[0])),), *(charset.single(char) for char in last[1:])]

    def _one(self) -> Ranges | str:
        if self.pattern[self.at] != "\\":
            self.at += 1
            return self.pattern[self.at - 1]
        if self.pattern.startswith("\\b", self.at):
            self.at += 2
            return "\b"
        named = read_class(self.pattern, self.at, self.options)
        if named is not None:
            ranges, self.at = named
            return ranges
        chars, self.at = read_chars(self.pattern, self.at)
        return chars

    def _posix(self, found: re.Match[str]) -> Ranges:
        if found[2] not in charset.POSIX:
            raise RegexError(f"invalid POSIX bracket type [:{found[2]}:]", self.at)
        ranges = named_class(found[2], self.options, self.at)
        if found[2] == "punct":  # in brackets, all of ASCII; `\p{Punct}` leaves the symbols out
            ranges = charset.union(ranges, charset.SYMBOLS)
        self.at = found.end()
        return charset.complement(ranges) if found[1] else ranges

    def _nested(self) -> Ranges:
        inner = ClassReader(self.pattern, self.at, self.options)
        ranges, is_negated = inner.read()
        self.at = inner.at
        return charset.complement(ranges) if is_negated else ranges
