"""What a running program keeps outside of its variables: the last match (`$~`), which methods of several types set.

There is one, since one thread runs filters; `Program.run` saves and restores it around a call.
"""

from __future__ import annotations


class State:
    """The slots of the running program."""

    __slots__ = ("last_error", "last_match")

    def __init__(self) -> None:
        self.last_match: object = None  # a MatchData, or nil
        self.last_error: object = None  # `$!`, an exception or nil


state = State()
