"""How long to wait before the next attempt: exponential backoff with full jitter."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_DOUBLINGS = 62  # past this the product says nothing new, and a float would overflow in the end


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that are drawn between nothing and a ceiling which doubles from `initial_s` up to `max_s`.

    The whole range is drawn from, not a narrow band around the ceiling: a thousand clients that fail together
    must not come back together. `draw` returns a number in [0, 1) and makes the pauses repeatable in tests.
    """

    initial_s: float
    max_s: float
    draw: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        if not 0 < self.initial_s <= self.max_s:
            raise ValueError(f"expected 0 < initial_s <= max_s, got {self.initial_s!r} and {self.max_s!r}")

    def ceiling_s(self, attempt: int) -> float:
        """Return the longest pause that may follow the failed attempt of this number, counted from 0."""
        return float(min(self.max_s, self.initial_s * 2 ** min(attempt, MAX_DOUBLINGS)))

    def pause_s(self, attempt: int) -> float:
        """Return a pause for the failed attempt of this number, counted from 0."""
        return self.ceiling_s(attempt) * self.draw()

    def __iter__(self) -> Iterator[float]:
        attempt = 0
        while True:
            yield self.pause_s(attempt)
            attempt += 1
