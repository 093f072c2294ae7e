"""The patterns that tell browsers, operating systems and devices: read, put in order, asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from logsmith.errors import LogsmithError

Part = int | str  # a group of a match, or a text with groups in it
Parts = Sequence[str | None]

# Logstash mends the same pattern, which takes "Mac OS X Version 10.14.4 (Build 18E226)" for Mac OS X 18.2.6
MENDED = (r"Mac OS X\s.{1,50}\s(", r"Mac OS X\s.{1,50}?\s(")

_GROUP = re.compile(r"\$([0-9])")


class PatternError(LogsmithError):
    """A file holds no patterns, or one that cannot be compiled."""


class Pattern:
    """A pattern and what its match becomes: each part a group, or a text with groups in it, or nothing."""

    __slots__ = ("_compiled", "ignores_case", "parts", "text")

    def __init__(self, text: str, *parts: str | None, ignores_case: bool = False) -> None:
        self.text, self.ignores_case = text, ignores_case
        self.parts = [None if part is None else _part(part) for part in parts]
        self._compiled: re.Pattern[str] | None = None

    def compile(self) -> re.Pattern[str]:
        """Return the pattern as Python's, made when it first matches; raises PatternError."""
        if self._compiled is None:
            try:
                self._compiled = re.compile(
                    self.text, re.ASCII | (re.IGNORECASE if self.ignores_case else re.NOFLAG)
                )
            except re.error as error:
                raise PatternError(f"bad regular expression {self.text!r}: {error}") from None
        return self._compiled

    def read(self, text: str) -> Parts | None:
        """Return the parts of a text, None if it does not match or has no name."""
        match = self.compile().search(text)
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


class PatternList:
    """Patterns in order: the first that matches says what a text is.

    An automaton of all patterns says which is the first, in time linear in the text; that one alone is matched again,
    for its groups. Patterns that the automaton does not take (those that look ahead or behind) are tried one by one.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        from ua_parser_rs import DeviceExtractor  # noqa: PLC0415  see builtin_patterns

        self._patterns = list(patterns)
        self._others: list[int] = []
        numbered = [_numbered(at, pattern) for at, pattern in enumerate(self._patterns)]
        try:
            self._automaton = DeviceExtractor(numbered)
        except ValueError:
            self._others = [at for at, one in enumerate(numbered) if not _is_taken(one)]
            self._automaton = DeviceExtractor(one for one in numbered if int(one[2]) not in self._others)

    def compile(self) -> None:
        """Compile all patterns now; raises PatternError for one that is none."""
        for pattern in self._patterns:
            pattern.compile()

    def find(self, text: str) -> Parts | None:
        """Return the parts of the first pattern that matches and has a name."""
        taken = self._automaton.extract(text)
        first = len(self._patterns) if taken is None else int(taken.family)
        for at in self._others:
            if at < first and self._patterns[at].read(text) is not None:
                first = at
        found = (pattern.read(text) for pattern in self._patterns[first:])
        return next((parts for parts in found if parts is not None), None)


_Numbered = tuple[str, Literal["i"] | None, str, str, str]


def _numbered(at: int, pattern: Pattern) -> _Numbered:
    return (pattern.text, "i" if pattern.ignores_case else None, str(at), "-", "-")


def _is_taken(one: _Numbered) -> bool:
    from ua_parser_rs import DeviceExtractor  # noqa: PLC0415  see builtin_patterns

    try:
        DeviceExtractor([one])
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of browsers, operating systems and devices."""

    agents: PatternList
    systems: PatternList
    devices: PatternList


@cache
def builtin_patterns() -> Patterns:
    """Return the patterns that come with ua-parser: once for all filters, and only where one is used."""
    from ua_parser.loaders import load_lazy_builtins  # noqa: PLC0415  a third of a second and 30 MB

    loaded: Any = load_lazy_builtins()  # Any: its types do not name what it holds
    agents, systems, devices = loaded
    return Patterns(
        PatternList(_agent(one.regex, one.family, one.major, one.minor) for one in agents),
        PatternList(
            _system(one.regex.replace(*MENDED), one.family, one.major, one.minor, one.patch)
            for one in systems
        ),
        PatternList(_device(one.regex, one.regex_flag, one.family) for one in devices),
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
        lists.append(PatternList(make(*_members(name, one, members)) for one in entries))
        lists[-1].compile()
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
