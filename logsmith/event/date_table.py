"""A table that fills itself: what a text of a date means, worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K")
V = TypeVar("V")

MOST_ENTRIES = 10_000


class DateTable(dict[K, V], Generic[K, V]):
    """A dictionary that asks `read` for what it lacks; what `read` raises comes out, and nothing is kept."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[K], V]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: K) -> V:
        value = self._read(key)
        if len(self) >= MOST_ENTRIES:
            self.clear()
        self[key] = value
        return value
