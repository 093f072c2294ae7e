"""The patterns that tell browsers, operating systems and devices: read, put in order, asked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from logsmith.errors import LogsmithError
from logsmith.useragents.literals import COMMON, SHORTEST, required_literals

Part = int | str  # a group of a match, or a text with groups in it
Parts = Sequence[str | None]
Uses = tuple[tuple[str, tuple[int, ...]], ...]  # literals, and which patterns need one
Search = Callable[[str], re.Match[str] | None]

# Logstash mends the same pattern, which takes "Mac OS X Version 10.14.4 (Build 18E226)" for Mac OS X 18.2.6
MENDED = (r"Mac OS X\s.{1,50}\s(", r"Mac OS X\s.{1,50}?\s(")

_GROUP = re.compile(r"\$([0-9])")


class PatternError(LogsmithError):
    """A file holds no patterns, or one that cannot be compiled."""


class Pattern:
    """A pattern and what its match becomes: each part a group, or a text with groups in it, or nothing."""

    __slots__ = ("ignores_case", "parts", "search", "text")

    def __init__(self, text: str, *parts: str | None, ignores_case: bool = False) -> None:
        self.text, self.ignores_case = text, ignores_case
        self.parts = [None if part is None else _part(part) for part in parts]
        self.search: Search | None = None  # None: not compiled yet

    def compile(self) -> Search:
        """Return how the pattern is searched for, compiled by Python when it first may match; raises PatternError."""
        try:
            compiled = re.compile(self.text, re.ASCII | (re.IGNORECASE if self.ignores_case else re.NOFLAG))
        except (re.error, ValueError, OverflowError, RecursionError) as error:
            raise PatternError(f"bad regular expression {self.text!r}: {error}") from None
        self.search = compiled.search
        return self.search

    def read(self, text: str) -> Parts | None:
        """Return the parts of a text, None if it does not match or has no name."""
        match = (self.search or self.compile())(text)
        if match is None:
            return None
        parts = [None if part is None else _filled(part, match) for part in self.parts]
        return None if parts[0] is None else parts


def _part(text: str) -> Part:
    return int(text[1:]) if _GROUP.fullmatch(text) else text


def _filled(part: Part, match: re.Match[str]) -> str | None:
    if isinstance(part, int):
        return (match[part] or None) if part <= match.re.groups else None  # an empty group is none
    if "$" not in part:
        return part
    return _GROUP.sub(lambda found: _filled(int(found[1]), match) or "", part).strip()


class Patterns:
    """Lists of patterns, in order: of each list, the first that matches says what a text is.

    Few patterns can match a text at all: those of which it has a literal (see `literals`). Which these are is looked up
    for all lists at once, by three characters of each literal, as short pieces of a text are quicker to look up than
    literals are to search for. The patterns that are left are searched for one by one, and only such are ever compiled.
    """

    def __init__(self, *lists: Iterable[Pattern]) -> None:
        self._patterns: list[Pattern] = []
        self._ends: list[int] = []  # of each list, where it ends
        for one in lists:
            self._patterns += one
            self._ends.append(len(self._patterns))
        self._by_piece, self._always = _indexed(self._patterns)
        self._pieces = frozenset(self._by_piece)

    def find(self, text: str) -> list[Parts | None]:
        """Return of each list the parts of its first pattern that matches and has a name."""
        able, at = self._able(text.lower()), 0
        found: list[Parts | None] = []
        for end in self._ends:
            behind = bisect_left(able, end, at)
            found.append(self._first(able[at:behind], text))
            at = behind
        return found

    def _able(self, lower: str) -> list[int]:
        """Return the numbers, in order, of the patterns that may match a text in lower case."""
        pieces = [lower[at : at + SHORTEST] for at in range(len(lower) - SHORTEST + 1)]
        known = [self._by_piece[piece] for piece in self._pieces.intersection(pieces)]
        there = [numbers for uses in known for literal, numbers in uses if literal in lower]
        return sorted(self._always.union(*there))

    def _first(self, numbers: Sequence[int], text: str) -> Parts | None:
        for number in numbers:
            parts = self._patterns[number].read(text)
            if parts is not None:
                return parts
        return None


def _indexed(patterns: Iterable[Pattern]) -> tuple[dict[str, Uses], frozenset[int]]:
    """Return the numbers of patterns by literal, those by a piece of it, and the numbers of those that have none."""
    by_literal: defaultdict[str, list[int]] = defaultdict(list)
    always = set()
    for number, pattern in enumerate(patterns):
        literals = required_literals(pattern.text)
        if not literals:
            always.add(number)
        for literal in literals:
            by_literal[literal].append(number)
    by_piece: defaultdict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
    for literal, numbers in by_literal.items():
        by_piece[_rare_piece(literal)].append((literal, tuple(numbers)))
    return {piece: tuple(uses) for piece, uses in by_piece.items()}, frozenset(always)


def _rare_piece(literal: str) -> str:
    """Return three characters of a literal, such as few texts have if there are such."""
    for at in range(len(literal) - SHORTEST, -1, -1):
        piece = literal[at : at + SHORTEST]
        if piece not in COMMON:
            break
    return piece


@cache
def builtin_patterns() -> Patterns:
    """Return the patterns that come with ua-parser: once for all filters, and only where one is used."""
    from ua_parser.loaders import load_lazy_builtins  # noqa: PLC0415  a tenth of a second and 4 MB

    loaded: Any = load_lazy_builtins()  # Any: its types do not name what it holds
    agents, systems, devices = loaded
    return Patterns(
        (_agent(one.regex, one.family, one.major, one.minor) for one in agents),
        (_system(one.regex.replace(*MENDED), one.family, one.major, one.minor, one.patch) for one in systems),
        (_device(one.regex, one.regex_flag, one.family) for one in devices),
    )


def read_patterns(path: Path) -> Patterns:
    """Return the patterns of a file in the form of uap-core's regexes.yaml; raises OSError and PatternError."""
    try:
        # Scalars stay texts: `v1_replacement: 5` is "5"
        sections = yaml.load(path.read_bytes(), yaml.CBaseLoader)  # noqa: S506  makes texts, lists and maps only
    except yaml.YAMLError as error:
        raise PatternError(" ".join(str(error).split())) from None
    lists = []
    for name, (make, members) in SECTIONS.items():
        entries = sections.get(name) if isinstance(sections, dict) else None
        if not isinstance(entries, list):
            raise PatternError(f"{name} is missing")
        lists.append([make(*_members(name, one, members)) for one in entries])
        for pattern in lists[-1]:
            pattern.compile()
    return Patterns(*lists)


def _members(name: str, entry: object, members: Sequence[str]) -> list[Any]:  # Any: texts, or null
    if not isinstance(entry, Mapping) or not isinstance(entry.get("regex"), str):
        raise PatternError(f"one of {name} has no regex")
    return [entry.get(member) or None for member in ("regex", *members)]


def _agent(regex: str, family: str | None, v1: str | None, v2: str | None) -> Pattern:
    # Logstash: the third and fourth part are groups, and only where the second is one
    return Pattern(regex, family or "$1", v1 or "$2", v2 or "$3", *((None, None) if v2 else ("$4", "$5")))


def _system(regex: str, family: str | None, v1: str | None, v2: str | None, v3: str | None) -> Pattern:
    return Pattern(regex, family or "$1", v1 or "$2", v2 or "$3", v3 or "$4", "$5")


def _device(regex: str, flag: str | None, family: str | None) -> Pattern:
    return Pattern(regex, family or "$1", ignores_case=flag == "i")


SECTIONS: dict[str, tuple[Callable[..., Pattern], Sequence[str]]] = {
    "user_agent_parsers": (_agent, ("family_replacement", "v1_replacement", "v2_replacement")),
    "os_parsers": (
        _system,
        ("os_replacement", "os_v1_replacement", "os_v2_replacement", "os_v3_replacement"),
    ),
    "device_parsers": (_device, ("regex_flag", "device_replacement")),
}
