"""The root of every exception that logsmith raises on purpose."""


class LogsmithError(Exception):
    """An error whose message is written for the person who runs logsmith."""


def in_words(error: Exception) -> str:
    """Return what an exception says; of the system's own, which file it is about and why."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename is not None else error.strerror
    return str(error)
