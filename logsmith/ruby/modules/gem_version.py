"""Gem::Version: `Gem::Version.new("1.10") > Gem::Version.new("1.9")`."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import String
from logsmith.ruby.show import to_s

_VERSION = re.compile(r"\s*(?:[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?\s*")
_SEGMENT = re.compile(r"[0-9]+|[a-z]+", re.IGNORECASE)
Segment = int | str


class GemVersion:
    """A version: numbers, and words that stand for what comes before a release."""

    __slots__ = ("segments", "text")

    def __init__(self, text: str) -> None:
        self.text = text.strip() or "0"
        self.text = self.text.replace("-", ".pre.")
        self.segments: list[Segment] = [
            int(one) if one.isdecimal() else one for one in _SEGMENT.findall(self.text)
        ]

    @property
    def is_prerelease(self) -> bool:
        """Whether there is a letter in it."""
        return any(isinstance(one, str) for one in self.segments)

    def canonical(self) -> list[Segment]:
        """Return the segments without zeros at the end, and without those before the first word."""
        at = next((at for at, one in enumerate(self.segments) if isinstance(one, str)), len(self.segments))
        return _stripped(self.segments[:at]) + _stripped(self.segments[at:])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GemVersion) and self.canonical() == other.canonical()

    def __hash__(self) -> int:
        return hash(tuple(self.canonical()))


define("Gem", is_module=True)
define("Gem::Version", "Object", mixins=("Comparable",), python=GemVersion)
VERSION = methods_of("Gem::Version")
VERSION_CLASS = class_methods_of("Gem::Version")


def _stripped(segments: list[Segment]) -> list[Segment]:
    while segments and segments[-1] == 0:
        segments = segments[:-1]
    return segments


def _made(given: Any) -> GemVersion:
    text = "" if given is None else to_s(given)
    if _VERSION.fullmatch(text) is None:
        raise fault("ArgumentError", f"Malformed version number string {text}")
    made = GemVersion(text)
    if given is None:
        made.text = ""
    return made


@VERSION_CLASS.method("new")
def new(_class: Any, text: Any) -> GemVersion:
    """Return the version of a text; raises ArgumentError."""
    return _made(text)


@VERSION_CLASS.method("create")
def create(_class: Any, given: Any) -> GemVersion | None:
    """Return the version of a text; a version as it is, nil of nil."""
    return given if given is None or isinstance(given, GemVersion) else _made(given)


VERSION_CLASS.add("correct?", lambda _class, text: _VERSION.fullmatch(to_s(text)) is not None)


@VERSION.method("<=>")
def compare(version: GemVersion, other: Any) -> int | None:
    """Return -1, 0 or 1; nil for what is no version."""
    if isinstance(other, String) and _VERSION.fullmatch(other.text):
        other = _made(other)
    if not isinstance(other, GemVersion):
        return None
    for left, right in zip_longest(version.canonical(), other.canonical(), fillvalue=0):
        if left == right:
            continue
        if isinstance(left, str) is not isinstance(right, str):
            return -1 if isinstance(left, str) else 1
        return -1 if left < right else 1  # type: ignore[operator]  # both are of one kind
    return 0


@VERSION.method("bump")
def bump(version: GemVersion) -> GemVersion:
    """Return the next version of the part before the last one."""
    at = next((at for at, one in enumerate(version.segments) if isinstance(one, str)), None)
    numbers = [one for one in version.segments[:at] if isinstance(one, int)]
    numbers = numbers[:-1] if len(numbers) > 1 else numbers
    return GemVersion(".".join(map(str, [*numbers[:-1], numbers[-1] + 1])))


@VERSION.method("release")
def release(version: GemVersion) -> GemVersion:
    """Return the version without its words and what follows them."""
    at = next((at for at, one in enumerate(version.segments) if isinstance(one, str)), None)
    return version if at is None else GemVersion(".".join(map(str, version.segments[:at])))


VERSION.add("segments", lambda version: [String(o) if isinstance(o, str) else o for o in version.segments])
VERSION.add("to_s version", lambda version: String(version.text))
VERSION.add("inspect", lambda version: String(f'#<Gem::Version "{version.text}">'))
VERSION.add("prerelease?", lambda version: version.is_prerelease)
VERSION.add("eql?", lambda version, other: isinstance(other, GemVersion) and version.text == other.text)
VERSION.add("hash", hash)
