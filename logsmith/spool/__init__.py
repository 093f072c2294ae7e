"""What is kept on disk until it is delivered, and what never could be."""

from logsmith.errors import LogsmithError


class SpoolError(LogsmithError):
    """Something could not be stored or read; nothing of it counts as stored. `hint` is what to do, if that is known."""

    hint: str = ""
