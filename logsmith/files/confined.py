"""Paths that events have a part in: what an event says never leads out of the static leading folder."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from logsmith.files.errors import FilesError

if TYPE_CHECKING:
    from logsmith.event import Event, Sprintf

MAX_DEPTH = 64  # folders below the static one: what removes a tree recursively must get to its end

MAX_SHOWN = 100

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class RefusedPathError(FilesError):
    """What an event says makes no path of it; the text says why."""


class ConfinedPath:
    """The path of each event's file, below `root`; `failure` is a file there for those whose path is refused."""

    def __init__(self, template: Sprintf, failure_name: str) -> None:
        self._template = template
        self.static = None if template.static is None else os.path.abspath(template.static)  # noqa: PTH100  text is faster
        self.root = static_root(template.text) if self.static is None else os.path.dirname(self.static)  # noqa: PTH120  so here
        self._inside = self.root.rstrip("/") + "/"
        self.failure = self._inside + failure_name

    def of(self, event: Event) -> str:
        """Return the absolute path of the event's file; raises RefusedPathError."""
        if self.static is not None:
            return self.static
        text = self._template.format(event).encode("utf-8", "replace").decode()
        path = os.path.abspath(text)  # noqa: PTH100  lexical, so that `..` cannot hide behind a symlink
        start = len(self._inside)
        if not path.startswith(self._inside):
            raise RefusedPathError(f"the path {text[:MAX_SHOWN]!r} leads out of {self.root}")
        if _CONTROL.search(path, start):
            raise RefusedPathError(f"the path {text[:MAX_SHOWN]!r} has control characters in it")
        if path.count("/", start) > MAX_DEPTH:
            raise RefusedPathError(f"the path {text[:MAX_SHOWN]!r} is deeper than {MAX_DEPTH} folders")
        if "%{" in text:
            raise RefusedPathError(f"the path {text[:MAX_SHOWN]!r} is not filled from the event")
        return path


def static_root(template: str) -> str:
    """Return the folder that a path starts with before anything comes from an event."""
    parts = template.split("/")
    first_dynamic = next((at for at, part in enumerate(parts) if "%{" in part), len(parts))
    folder = "/".join(parts[:first_dynamic]) or ("/" if template.startswith("/") else ".")
    return os.path.abspath(folder)  # noqa: PTH100  lexical, as above
