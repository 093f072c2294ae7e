"""The time of day, for plugins that ask their context for it."""

from logsmith.event import Timestamp

BEGIN = Timestamp.parse("2026-05-01T00:00:00.000Z")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = BEGIN

    def __call__(self):
        return self.now

    def move(self, seconds):
        self.now = Timestamp(self.now.nanos + int(seconds * 1_000_000_000))
