"""Paths that events have a part in: what an event says never leads out of the static leading folder."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logsmith.event import Event, Sprintf

MAX_DEPTH = 64  # folders below the static one: what removes a tree recursively must get to its end

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class ConfinedPath:
    """The path of each event's file. What would lead out of `root` or too deep goes to the file `failure`, in `root`."""

    def __init__(self, template: Sprintf, failure_name: str) -> None:
        self._template = template
        self.static = None if template.static is None else os.path.abspath(template.static)  # noqa: PTH100  text is faster
        self.root = static_root(template.text) if self.static is None else os.path.dirname(self.static)  # noqa: PTH120
        self._inside = self.root.rstrip("/") + "/"
        self.failure = self._inside + failure_name

    def of(self, event: Event) -> str:
        """Return the absolute path of the event's file."""
        if self.static is not None:
            return self.static
        text = self._template.format(event).encode("utf-8", "replace").decode()
        path = os.path.abspath(text)  # noqa: PTH100  lexical, so that `..` cannot hide behind a symlink
        start = len(self._inside)
        if (
            not path.startswith(self._inside)
            or path.count("/", start) > MAX_DEPTH
            or _CONTROL.search(path, start)
        ):
            return self.failure
        return path


def static_root(template: str) -> str:
    """Return the folder that a path starts with before anything comes from an event."""
    parts = template.split("/")
    first_dynamic = next((at for at, part in enumerate(parts) if "%{" in part), len(parts))
    return os.path.abspath("/".join(parts[:first_dynamic]) or ("/" if template.startswith("/") else "."))  # noqa: PTH100
