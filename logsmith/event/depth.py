"""How deep JSON is nested: Logstash's reader stops at a thousand levels, our decoder by what Python it runs in."""

from __future__ import annotations

import re
from itertools import accumulate

from logsmith.event.errors import JsonError

MAX_DEPTH = 1000
LONGEST_FLAT = 2 * MAX_DEPTH  # characters or bytes: no shorter text is deeper

_find_all = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z)|([\[{])|([\]}])', re.DOTALL).finditer


def may_be_deep(text: str | bytes | memoryview) -> bool:
    """Return whether a text has as many brackets as one that is nested too deeply; quick, for most have not."""
    if len(text) <= LONGEST_FLAT:
        return False
    if isinstance(text, str):
        return text.count("[") + text.count("{") > MAX_DEPTH
    written = bytes(text)
    return written.count(b"[") + written.count(b"{") > MAX_DEPTH


def check_depth(text: str) -> None:
    """Raise JsonError if a text is nested more than a thousand levels deep."""
    steps = ((found[1] is not None) - (found[2] is not None) for found in _find_all(text))
    if max(accumulate(steps), default=0) > MAX_DEPTH:
        raise JsonError(f"nested deeper than {MAX_DEPTH} levels")
