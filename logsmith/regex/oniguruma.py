"""Oniguruma, for the patterns that Python's `re` cannot express; its matches look like those of `re`."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterator

import onigurumacffi

from logsmith.regex.errors import RegexError, RegexTimeoutError

BLOCK = 1024  # code points looked at together
PROPERTY_NAME_MAX = 60
CODES = f"utf-32-{sys.byteorder[0]}e"  # an array of numbers is a text in it


class OnigMatch:
    """What matched, by character; groups that took no part are None."""

    __slots__ = ("_begins", "_bytes", "_ends", "_is_ascii")

    def __init__(self, match: onigurumacffi._Match, text: str) -> None:
        # The public accessors cannot tell a group without a part in the match from an empty one
        self._bytes: bytes = match._s_b  # noqa: SLF001
        self._begins: tuple[int, ...] = match._begs  # noqa: SLF001
        self._ends: tuple[int, ...] = match._ends  # noqa: SLF001
        self._is_ascii = len(text) == len(self._bytes)

    def group(self, index: int = 0, /) -> str | None:
        """Return the text of one group."""
        begin = self._begins[index]
        return None if begin < 0 else self._bytes[begin : self._ends[index]].decode()

    def groups(self) -> tuple[str | None, ...]:
        """Return the texts of all groups, without the whole."""
        return tuple(self.group(index) for index in range(1, len(self._begins)))

    def start(self, index: int = 0, /) -> int:
        """Return where a group begins, -1 if it took no part."""
        return self._place(self._begins[index])

    def end(self, index: int = 0, /) -> int:
        """Return where a group ends, -1 if it took no part."""
        return self._place(self._ends[index])

    def _place(self, offset: int) -> int:
        return offset if self._is_ascii or offset < 0 else len(self._bytes[:offset].decode())


def make_search(pattern: str) -> Callable[[str, int], OnigMatch | None]:
    """Compile a pattern; return its search. Oniguruma gives up a match after ten million retries."""
    try:
        compiled = onigurumacffi.compile(pattern)
    except onigurumacffi.OnigError as error:
        raise RegexError(str(error)) from None

    def search(text: str, position: int = 0) -> OnigMatch | None:
        try:
            found = compiled.search(text, position)
        except UnicodeEncodeError:  # lone surrogates; a question mark takes the place of each
            return search(text.encode("utf-8", "replace").decode(), position)
        except onigurumacffi.OnigError as error:
            raise RegexTimeoutError(f"the match was given up: {error}") from None
        return None if found is None else OnigMatch(found, text)

    return search


def spans_of_property(name: str) -> Iterator[tuple[int, int]] | None:
    """Return the runs of code points that have a Unicode property, or None if Oniguruma does not know it."""
    if len(name) > PROPERTY_NAME_MAX or not name.replace("_", "").replace(" ", "").replace("-", "").isalnum():
        return None
    try:
        run = onigurumacffi.compile(rf"\p{{{name}}}+")
    except onigurumacffi.OnigError:
        return None
    return _spans(run)


def _spans(run: onigurumacffi._Pattern) -> Iterator[tuple[int, int]]:
    for first in range(0, 0x110000, BLOCK):
        if 0xD800 <= first < 0xE000:
            continue
        text = array("I", range(first, first + BLOCK)).tobytes().decode(CODES)
        found = run.search(text)
        while found is not None:
            yield first + found.start(), first + found.end() - 1
            found = run.search(text, found.end())
