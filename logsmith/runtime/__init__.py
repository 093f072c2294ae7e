"""Pipelines alive: a supervisor, its workers, delivery."""

from logsmith.errors import LogsmithError


class StartError(LogsmithError):
    """The pipelines cannot be started; the message says why and what to do."""
