"""One face for both engines: search, replace and split as Ruby does."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

import onigurumacffi

from logsmith.regex.errors import BeyondReError, RegexError
from logsmith.regex.translate import Translator

CACHED_PATTERNS = 5_000
MAX_PATTERN = 1_000_000  # characters

_REPLACEMENT = re.compile(r"\\(?:([0-9])|k<([^>]+)>|([&`'\\]))")


class Match(Protocol):
    """What was found, of either engine."""

    def group(self, number: int = 0, /) -> str | None: ...
    def groups(self) -> tuple[str | None, ...]: ...
    def start(self, number: int = 0, /) -> int: ...
    def end(self, number: int = 0, /) -> int: ...


class Regex:
    """A compiled pattern. `re` is the Python pattern, None if Oniguruma does the work; `names` the groups' names."""

    __slots__ = ("names", "pattern", "re", "search")

    def __init__(self, pattern: str, names: list[str], compiled: re.Pattern[str] | None, search: Callable[..., Any]) -> None:
        self.pattern, self.names, self.re = pattern, tuple(names), compiled
        self.search: Callable[..., Match | None] = search

    def __repr__(self) -> str:
        return f"Regex({self.pattern!r})"

    def numbers_of(self, name: str) -> list[int]:
        """Return the numbers of the groups of a name."""
        return [number for number, one in enumerate(self.names, 1) if one == name]

    def find_all(self, text: str) -> list[Match]:
        """Return all matches that do not overlap, empty ones included."""
        found, at = [], 0
        while at <= len(text) and (match := self.search(text, at)) is not None:
            found.append(match)
            at = match.end() if match.end() > match.start() else match.end() + 1
        return found

    def sub_ruby(self, replacement: str, text: str) -> str:
        r"""Return Ruby's `text.gsub(pattern, replacement)`, with `\1`, `\0`, `\&`, `\k<name>` and `\\` in it."""
        parts, at = [], 0
        for match in self.find_all(text):
            parts += [text[at : match.start()], self._expand(replacement, match, text)]
            at = match.end()
        return "".join([*parts, text[at:]])

    def _expand(self, replacement: str, match: Match, text: str) -> str:
        if "\\" not in replacement:
            return replacement
        return _REPLACEMENT.sub(lambda found: self._piece(found, match, text), replacement)

    def _piece(self, found: re.Match[str], match: Match, text: str) -> str:
        digit, name, sign = found.groups()
        if digit is not None:
            return (match.group(int(digit)) or "") if int(digit) <= len(match.groups()) else ""
        if name is not None:
            return next((match.group(number) or "" for number in reversed(self.numbers_of(name))), "")
        pieces = {"&": match.group(0) or "", "`": text[: match.start()], "'": text[match.end() :], "\\": "\\"}
        return pieces[sign]


class _OnigurumaMatch:
    __slots__ = ("_count", "_match")

    def __init__(self, match: Any, count: int) -> None:
        self._match, self._count = match, count

    def group(self, number: int = 0, /) -> str | None:
        start, end = self._match.span(number)
        if start < 0 or end < start:
            return None
        text: str = self._match.string[start:end]
        return text

    def groups(self) -> tuple[str | None, ...]:
        return tuple(self.group(number) for number in range(1, self._count + 1))

    def start(self, number: int = 0, /) -> int:
        return int(self._match.span(number)[0])

    def end(self, number: int = 0, /) -> int:
        return int(self._match.span(number)[1])


@lru_cache(maxsize=CACHED_PATTERNS)
def compile_ruby(pattern: str, *, multiline: bool = False) -> Regex:
    """Return the pattern compiled; `multiline` is Ruby's /m, with which a dot matches a newline. Raises RegexError."""
    if len(pattern) > MAX_PATTERN:
        raise RegexError(f"a pattern of {len(pattern)} characters is too long")
    try:
        return _compile_re(pattern, multiline=multiline)
    except BeyondReError:
        return _compile_oniguruma(pattern, multiline=multiline)


def _compile_re(pattern: str, *, multiline: bool) -> Regex:
    translator = Translator(pattern)
    translated = translator.run()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            compiled = re.compile(translated, re.MULTILINE | (re.DOTALL if multiline else 0))
    except (re.error, FutureWarning, OverflowError, RecursionError) as error:
        raise BeyondReError(str(error)) from None
    return Regex(pattern, translator.names, compiled, compiled.search)


def _compile_oniguruma(pattern: str, *, multiline: bool) -> Regex:
    translator = Translator(pattern, for_oniguruma=True)
    translated = translator.run()
    try:
        compiled = onigurumacffi.compile(f"(?m:{translated})" if multiline else translated)
    except onigurumacffi.OnigError as error:
        raise RegexError(str(error)) from None
    count = compiled.number_of_captures()

    def search(text: str, at: int = 0) -> Match | None:
        try:
            match = compiled.search(text, at)
        except onigurumacffi.OnigError as error:
            raise RegexError(str(error)) from None
        return None if match is None else _OnigurumaMatch(match, count)

    return Regex(pattern, translator.names, None, search)
