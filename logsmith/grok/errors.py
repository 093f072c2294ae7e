"""What can be wrong with a grok expression."""

from logsmith.errors import LogsmithError


class GrokError(LogsmithError):
    """A grok expression cannot be compiled, or a pattern file cannot be read; the text says why."""


class UnknownPatternError(GrokError):
    """A grok expression, or a pattern it uses, names one that is not in the library."""


class MissingFileError(GrokError):
    """At a place where pattern files should be there is none."""
