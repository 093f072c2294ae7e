"""The error of this room: code that is not in the subset of Ruby that logsmith runs, or no Ruby at all."""

from __future__ import annotations

from logsmith.errors import LogsmithError


class RubyError(LogsmithError):
    """What is refused when a program is compiled: `offset` counts characters of the text, `line` and `column` from 1."""

    def __init__(self, message: str, text: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = min(offset, len(text))
        before = text[: self.offset]
        self.line = before.count("\n") + 1
        self.column = self.offset - (before.rfind("\n") + 1) + 1
