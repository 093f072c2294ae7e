"""Which parts of a grok expression can run away, as they are written there or in a pattern of the user's.

What comes with Logstash is left alone: nobody can mend it where it is used, and it has served for years.
"""

from __future__ import annotations

from logsmith.grok.compile import Grok
from logsmith.grok.expansion import Part, expand, source_of
from logsmith.grok.library import Library
from logsmith.regex.runaway import complaint, find_runaways


def runaway_complaints(
    grok: Grok, library: Library, *, named_captures_only: bool = True
) -> list[tuple[str, str]]:
    """Return what to say of the culprits in an expression, each with how to mend it."""
    if not grok.regex.can_run_away:
        return []
    expansion = expand(grok.pattern, library, named_captures_only=named_captures_only)
    found = []
    for one in find_runaways(expansion.text, multiline=True):
        path = expansion.path(one.start, one.end)
        if any(map(_is_stock, path)):
            continue
        text = source_of(path[-1], one.start, one.end)
        if len(path) > 1:
            text = f"{text} in {path[-1].written}"
        found.append(complaint(one.kind, text))
    return list(dict.fromkeys(found))


def _is_stock(part: Part) -> bool:
    return any(Library.stock(ecs=ecs).get(part.name) == part.source for ecs in (False, True))
