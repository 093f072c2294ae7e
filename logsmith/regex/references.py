r"""Groups and what refers to them: `\1`, `\k<name>`, `\g<name>`, `(?(<name>)…)`."""

from __future__ import annotations

import re

from logsmith.regex.errors import RegexError
from logsmith.regex.tree import Backref, Call, Node

MOST_SINGLE_DIGIT = 9

_NUMBERED = re.compile(r"\\([1-9][0-9]*)")
_NAMED = re.compile(r"\\([kg])(?:<([^>)]+)>|'([^')]+)')")
_CONDITION = re.compile(r"\((?:<([^>)]+)>|'([^')]+)'|([0-9]+))\)")
_LEVEL = re.compile(r"(.+?)([+-][0-9]+)")


class Groups:
    """The groups of a pattern: how many capture, and the indices of each name, in order."""

    def __init__(self) -> None:
        self.count = 0
        self.names: dict[str, list[int]] = {}

    def add(self, name: str | None) -> int:
        """Number one more group."""
        self.count += 1
        if name is not None:
            self.names.setdefault(name, []).append(self.count)
        return self.count


class References:
    """Reads references; `known` are all groups of the pattern, or None at the first reading, whose tree is thrown away."""

    def __init__(self, pattern: str, known: Groups | None) -> None:
        self._pattern, self._known = pattern, known
        self.are_used = False

    def read(self, at: int, before: Groups, *, ignore_case: bool) -> tuple[Node, int] | None:
        """Read a back-reference or a call at a backslash; return its node and where it ends, None if there is none.

        A name refers back to groups that begin before it; a call may name a group that comes later.
        """
        if found := _NUMBERED.match(self._pattern, at):
            return self._numbered(found, ignore_case=ignore_case)
        found = _NAMED.match(self._pattern, at)
        if found is None:
            return None
        self.are_used = True
        name, level = found[2] or found[3], ""
        if found[1] == "g":
            return Call(self._indices(name, at, self._known, before.count)[-1]), found.end()
        if name not in before.names and (with_level := _LEVEL.fullmatch(name)):
            name, level = with_level.groups()
        return Backref(tuple(self._indices(name, at, before, before.count)), ignore_case, level), found.end()

    def read_condition(self, at: int) -> tuple[int, int]:
        """Read the condition of `(?(…)`; return the group's index and where it ends."""
        found = _CONDITION.match(self._pattern, at)
        if found is None:
            raise RegexError("invalid conditional pattern", at)
        self.are_used = True
        return self._indices(found[1] or found[2] or found[3], at, self._known, 0)[-1], found.end()

    def _numbered(self, found: re.Match[str], *, ignore_case: bool) -> tuple[Node, int] | None:
        number = int(found[1])
        self.are_used = True
        if self._known is None:
            return Backref(()), found.end()
        if number > max(self._known.count, MOST_SINGLE_DIGIT):
            return None  # an octal escape
        if self._known.names:
            raise RegexError("numbered backref/call is not allowed. (use name)", found.start())
        if number > self._known.count:
            raise RegexError("invalid backref number/name", found.start())
        return Backref((number,), ignore_case), found.end()

    def _indices(self, name: str, at: int, named: Groups | None, count_before: int) -> list[int]:
        if self._known is None or named is None:
            return [0]
        if name in named.names:
            return list(named.names[name])
        if not name.lstrip("+-").isdecimal():
            raise RegexError(f"undefined name <{name}> reference", at)
        if self._known.names:
            raise RegexError("numbered backref/call is not allowed. (use name)", at)
        number = int(name)
        if name[0] == "-":
            number += count_before + 1
        elif name[0] == "+":
            number += count_before
        if not 0 <= number <= self._known.count:
            raise RegexError("invalid backref number/name", at)
        return [number]
