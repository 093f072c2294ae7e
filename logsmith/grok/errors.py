"""What can be wrong with a grok expression."""

from logsmith.errors import LogsmithError


class GrokError(LogsmithError):
    """A grok expression cannot be compiled, or a pattern file cannot be read; the text says why."""


class UnknownPatternError(GrokError):
    """A grok expression, or a pattern it uses, names one that is not in the library."""
