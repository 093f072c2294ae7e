"""Characters as a reader sees them: a letter with its accents is one, and so is a flag."""

from __future__ import annotations

from logsmith.regex import compile_ruby

_CLUSTER = compile_ruby(r"\X")


def graphemes(text: str) -> list[str]:
    """Return the text cut into what a reader takes for single characters."""
    return [match.group() or "" for match in _CLUSTER.find_all(text)]
