"""Reasons of one kind: what they have in common, which names the cause, and not what differs from event to event.

Kept are the status, names of fields and types. Masked are ids, values, and numbers.
"""

from __future__ import annotations

import re

MASK = "…"
ACTION = re.compile(r"; action \{.*", re.DOTALL)  # the line of the bulk request, with index and id
ID = r"(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{16,}"  # what was made to be unique
NUMBER = r"[0-9]+(?:[.:,/-][0-9]+)*"
QUOTED = r"(?<!\w)'.*?(?:'(?!\w)|$)|(?<!\w)\".*?(?:\"(?!\w)|$)"  # an apostrophe stands behind a letter

_PARTS = re.compile(
    rf"""
    (?P<status> ^(?:HTTP[ ])?[1-5][0-9]{{2}}\b )
  | (?P<preview> (?<=value:[ ])['"].*?(?=;[ ]caused[ ]by[ ]|$) )
  | (?P<date> \bdate[ ]field[ ]\[.*?\](?=[ ]with[ ]format) )  # here it is the value that is told
  | (?P<field> \b(?:sub)?fields?(?:[ ]name)?[ ](?:\[(?![0-9]+\])[^\]]*\]|'[^']*'|"[^"]*") )
  | (?P<conflict> \[[^\]]*\](?=:[ ](?:version[ ]conflict|document[ ])) )
  | (?P<owned> (?<=\bid[ ])\[[^\]]*\] | (?<=\b[Vv]alue[ ])\[[^\]]*\] )
  | (?P<id> \[{ID}\] | \b{ID}\b )
  | (?P<name> \[[^\]]*\] )
  | (?P<quoted> {QUOTED} )
  | (?P<number> (?<![\w.]){NUMBER}(?!\w) )
    """,
    re.VERBOSE | re.DOTALL,
)
_KEPT = ("status", "field")


def kind_of(reason: str) -> str:
    """Return a reason without what differs between events that are refused for the same cause."""
    return _PARTS.sub(_masked, ACTION.sub("", reason))


def _masked(found: re.Match[str]) -> str:
    kind, text = found.lastgroup, found[0]
    if kind in _KEPT:
        return text
    if kind == "date":
        return f"date field [{MASK}]"
    if kind == "name":  # of an index perhaps, with a date
        return re.sub(rf"(?<![A-Za-z_0-9]){NUMBER}(?![A-Za-z_0-9])", MASK, text)
    return f"[{MASK}]" if text.startswith("[") else MASK
