"""Spans of time as the file input writes them: `15`, `"1 hour"`, `"500ms"`, `"2 weeks"`."""

from __future__ import annotations

import re

from logsmith.files.errors import FilesError

DAY_S = 86_400.0

_SECONDS = {
    1e-6: ("us", "usec", "usecs"),
    1e-3: ("ms", "msec", "msecs"),
    1.0: ("s", "sec", "secs", "second", "seconds"),
    60.0: ("m", "min", "mins", "minute", "minutes"),
    3600.0: ("h", "hour", "hours"),
    DAY_S: ("d", "day", "days"),
    7 * DAY_S: ("w", "week", "weeks"),
}
_UNITS = {word: seconds for seconds, words in _SECONDS.items() for word in words}
_SPAN = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*")


def parse_span(text: str, unit_s: float = 1.0) -> float:
    """Return the seconds that `text` stands for; a bare number counts in `unit_s`. Raises FilesError."""
    found = _SPAN.fullmatch(text)
    if found is None or (found[2] and found[2] not in _UNITS):
        raise FilesError(f'expected a time such as 15, "1 hour" or "500ms", got {text!r}')
    return float(found[1]) * (_UNITS[found[2]] if found[2] else unit_s)
