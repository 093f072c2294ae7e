"""Date formats, for printing."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache

from logsmith.event.timestamp import DateFormatError, Timestamp

_LETTERS = {"YYYY": "%Y", "yyyy": "%Y", "xxxx": "%G", "ww": "%V", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}


@lru_cache(maxsize=1000)
def compile_formatter(pattern: str) -> Callable[[Timestamp], str]:
    """Return what prints a timestamp in `pattern`."""
    out, at = "", 0
    while at < len(pattern):
        end = at
        while end < len(pattern) and pattern[end] == pattern[at]:
            end += 1
        word = pattern[at:end]
        if word[0].isalpha():
            if word not in _LETTERS:
                raise DateFormatError(f"Illegal pattern component: {word}")
            word = _LETTERS[word]
        out += word
        at = end
    return lambda stamp: time.strftime(out, time.gmtime(stamp.nanos // 1_000_000_000))
