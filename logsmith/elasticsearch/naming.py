"""Names of indices and data streams: what no server would take is refused here, with the reason.

A name may come from an event, that is from anyone. A server refuses most bad names one by one, but not all
of them: date mathematics that does not end fails the whole request, 7.10 answers an empty name with 500 for
ever, and control characters are taken. Upper case is left to the server, since aliases may have it.
"""

import re

MAX_NAME_BYTES = 255
MAX_PART_BYTES = 100  # of a data stream's type, dataset and namespace

# the last of them are seen by nobody, and turn what is written behind them around
_FORBIDDEN = re.compile(
    r'[\\/*?"<>|,#: \x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]'
)
_DATE_MATH = re.compile(r"<[^<>]*>")


def why_no_index(name: str, *, is_fixed: bool = False) -> str | None:
    """Return why no index can have this name, or None; a fixed one, the user's, may be date mathematics."""
    if is_fixed and _DATE_MATH.fullmatch(name):
        return None
    if name in ("", ".", ".."):
        return f"the index name is {name!r}"
    if name[0] in "-_+":
        return f"the index name {_shown(name)} starts with {name[0]!r}"
    fault = _why_no_name(name, MAX_NAME_BYTES)
    return None if fault is None else f"the index name {_shown(name)} {fault}"


def why_no_stream_part(text: str) -> str | None:
    """Return why a data stream's dataset or namespace cannot be `text`, or None."""
    return _why_no_name(text, MAX_PART_BYTES) if text else "is empty"


def why_no_foreign_part(text: str) -> str | None:
    """Return why an event may not choose `text` as a part: what begins so is a system's own, or reads as another one's."""
    return f"starts with {text[0]!r}" if text[:1] in (".", "-", "_", "+") else why_no_stream_part(text)


def _why_no_name(text: str, max_bytes: int) -> str | None:
    found = _FORBIDDEN.search(text)
    if found is not None:
        return f"contains {found[0]!r}"
    if len(text.encode("utf-8", "replace")) > max_bytes:
        return f"is longer than {max_bytes} bytes"
    return None


def _shown(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:60] + "…")
