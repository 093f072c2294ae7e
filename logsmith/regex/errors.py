"""What can be wrong with a pattern, or with matching it."""

from __future__ import annotations

from logsmith.errors import LogsmithError


class RegexError(LogsmithError):
    """A pattern is no regular expression of Ruby's; `position` is the index of the character at fault, if there is one."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message if position is None else f"{message} at position {position}")
        self.position = position


class BeyondReError(RegexError):
    """A pattern uses what Python's `re` has no words for; Oniguruma takes it."""


class RegexTimeoutError(RegexError):
    """A match took longer than its budget."""
