"""What can be wrong with a grok expression."""

from logsmith.errors import LogsmithError


class GrokError(LogsmithError):
    """A grok expression cannot be compiled, or a pattern file cannot be read; the text says why."""
