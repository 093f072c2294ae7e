"""Names of indices and data streams: what no server would take is refused here, with the reason.

A name may come from an event, that is from anyone. A server refuses most bad names one by one, but not all of them: date
mathematics that does not end fails the whole request, 7.10 answers an empty name with 500 for ever, and control
characters are taken. Upper case is left to the server, since aliases may have it.
"""

from __future__ import annotations

import re

MAX_NAME_BYTES = 255
MAX_PART_BYTES = 100  # of a data stream's type, dataset and namespace

_FORBIDDEN = re.compile(r'[\\/*?"<>|,#: \x00-\x1f\x7f-\x9f]')
_DATE_MATH = re.compile(r"<[^<>]*>")


def why_no_index(name: str, *, is_fixed: bool = False) -> str | None:
    """Return why an index cannot have this name, or None. A fixed name is the user's, and may be date mathematics."""
    if not name:
        return "the index name is empty"
    if is_fixed and _DATE_MATH.fullmatch(name):
        return None
    if name in (".", ".."):
        return f"the index name is {name!r}"
    if name[0] in "-_+":
        return f"the index name {_shown(name)} starts with {name[0]!r}"
    found = _FORBIDDEN.search(name)
    if found is not None:
        return f"the index name {_shown(name)} contains {found[0]!r}"
    if len(name.encode("utf-8", "replace")) > MAX_NAME_BYTES:
        return f"the index name {_shown(name)} is longer than {MAX_NAME_BYTES} bytes"
    return None


def why_no_stream_part(text: str) -> str | None:
    """Return why a data stream's dataset or namespace cannot be `text`, or None."""
    if not text:
        return "is empty"
    found = _FORBIDDEN.search(text)
    if found is not None:
        return f"contains {found[0]!r}"
    if len(text.encode("utf-8", "replace")) > MAX_PART_BYTES:
        return f"is longer than {MAX_PART_BYTES} bytes"
    return None


def _shown(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:60] + "…")
