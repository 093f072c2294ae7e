"""Patterns from texts: what `Regexp.escape` writes, and texts that stand for themselves."""

from __future__ import annotations

import re
from functools import lru_cache

from logsmith.ruby.objects import Regexp

_SPECIAL = re.compile(r"[\[\]{}()|\-*.\\?+^$# \t\f\v\n\r]")
_NAMED = {" ": "\\ ", "\t": "\\t", "\f": "\\f", "\v": "\\v", "\n": "\\n", "\r": "\\r"}


def escape(text: str) -> str:
    """Return a pattern that matches exactly this text, as Ruby writes it."""
    return _SPECIAL.sub(lambda found: _NAMED.get(found[0]) or f"\\{found[0]}", text)


@lru_cache(maxsize=1_000)
def literal(text: str) -> Regexp:
    """Return the Regexp of a text that stands for itself."""
    return Regexp(escape(text))
