"""What can be wrong with a pattern."""

from logsmith.errors import LogsmithError


class RegexError(LogsmithError):
    """A pattern is no regular expression of Ruby's; the text says what and where."""


class BeyondReError(RegexError):
    """A pattern uses what Python's `re` has no words for; Oniguruma takes it."""
