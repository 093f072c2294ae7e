"""Which fields are plain: of the event itself, without a rule of their own for what may stand there.

What a filter stores in such a field it may put into `fields` in the code that it emits; `Event.set` would do the same.
"""

from __future__ import annotations

from collections.abc import Collection

from logsmith.event import FieldRef

RESERVED = frozenset({"@timestamp", "@metadata", "tags"})


def plain_field(ref: FieldRef) -> str | None:
    """Return the name of the plain field that a reference means, None if it means another thing."""
    return None if ref.top in RESERVED else ref.top


def are_plain_names(names: Collection[str]) -> bool:
    """Return whether all these references are the names of plain fields."""
    text = "".join(names)
    return "[" not in text and "]" not in text and RESERVED.isdisjoint(names)
