"""A text with a name, and places in it."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple


class Source:
    """One text of a configuration: a file, `config.string`, or a settings file."""

    __slots__ = ("_line_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._line_starts: list[int] = []

    def line_column(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, both counted from 1."""
        starts = self._starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line_start(self, line: int) -> int:
        """The offset at which a line begins."""
        return self._starts()[line - 1]

    def line_text(self, line: int) -> str:
        """The text of a line, without its end."""
        starts = self._starts()
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r")

    def _starts(self) -> list[int]:
        if not self._line_starts:
            starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self._line_starts = starts
        return self._line_starts

    def __repr__(self) -> str:
        return f"Source({self.name!r}, {len(self.text)} characters)"


class Span(NamedTuple):
    """A piece of a source, from `start` up to but without `end`."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        return self.source.line_column(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.line_column(self.start)[1]

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]


def nowhere(name: str) -> Span:
    """A place for what is wrong with a thing as a whole: a file that cannot be read, a flag, a setting."""
    return Span(Source(name, ""), 0, 0)
