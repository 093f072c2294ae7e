"""The room's exception."""

from __future__ import annotations

from logsmith.errors import LogsmithError


class FilesError(LogsmithError):
    """A file cannot be read or written as asked; the message says which and why."""
