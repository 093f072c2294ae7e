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

    def read(self, at: int, groups_before: int, *, ignore_case: bool) -> tuple[Node, int] | None:
        """Read a back-reference or a call at a backslash; return its node and where it ends, None if there is none."""
        if found := _NUMBERED.match(self._pattern, at):
            return self._numbered(found, ignore_case=ignore_case)
        found = _NAMED.match(self._pattern, at)
        if found is None:
            return None
        self.are_used = True
        name = found[2] or found[3]
        if found[1] == "g":
            return Call(self._indices(name, at, groups_before)[-1]), found.end()
        level = ""
        if (
            self._known is not None
            and name not in self._known.names
            and (with_level := _LEVEL.fullmatch(name))
        ):
            name, level = with_level.groups()
        return Backref(tuple(self._indices(name, at, groups_before)), ignore_case, level), found.end()

    def read_condition(self, at: int) -> tuple[int, int]:
        """Read the condition of `(?(…)`; return the group's index and where it ends."""
        found = _CONDITION.match(self._pattern, at)
        if found is None:
            raise RegexError("invalid conditional pattern", at)
        self.are_used = True
        return self._indices(found[1] or found[2] or found[3], at, 0)[-1], found.end()

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

    def _indices(self, name: str, at: int, groups_before: int) -> list[int]:
        known = self._known
        if known is None:
            return [0]
        if name in known.names:
            return known.names[name]
        if not name.lstrip("+-").isdecimal():
            raise RegexError(f"undefined name <{name}> reference", at)
        if known.names:
            raise RegexError("numbered backref/call is not allowed. (use name)", at)
        number = int(name)
        if name[0] == "-":
            number += groups_before + 1
        elif name[0] == "+":
            number += groups_before
        if not 0 <= number <= known.count:
            raise RegexError("invalid backref number/name", at)
        return [number]
