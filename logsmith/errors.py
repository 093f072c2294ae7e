"""The root of every exception that logsmith raises on purpose."""


class LogsmithError(Exception):
    """An error whose message is written for the person who runs logsmith."""
