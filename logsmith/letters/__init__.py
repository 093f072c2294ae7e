"""Dead letters as events: from an event to a letter, back again, and read one after another."""

from logsmith.errors import LogsmithError


class LettersError(LogsmithError):
    """Dead letters cannot be read."""
