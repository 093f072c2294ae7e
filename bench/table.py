"""Rounds as a table for people, and ratios of two servers that were measured in turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.measurement import Round
from bench.workload import Workload

COLUMNS = (  # title, width, member of Round, digits
    ("events/s", 9, "events_per_s", 0),
    ("MiB/s", 7, "mib_per_s", 1),
    ("CPU us", 7, "cpu_us", 2),
    ("RSS MiB", 8, "rss_mib", 0),
    ("PSS MiB", 8, "pss_mib", 0),
    ("ACK p50", 8, "ack_p50_ms", 0),
    ("p99 ms", 7, "ack_p99_ms", 0),
)
RATIOS = (("CPU per event", "cpu_us"), ("events/s", "events_per_s"))


def heading() -> str:
    return f"{'workload':<14} {'server':<9}" + "".join(f"{title:>{width}}" for title, width, _, _ in COLUMNS)


def medians(rounds: Sequence[Round]) -> dict[str, float | None]:
    """Return the median of each figure."""
    found: dict[str, float | None] = {}
    for name, first in rounds[0].as_json().items():
        if isinstance(first, int | float):
            found[name] = median(getattr(one, name) for one in rounds)
        elif first is None:
            found[name] = None
    return found


def row(workload: Workload, server: str, rounds: Sequence[Round]) -> str:
    """Return the line of a table with the medians."""
    figures = medians(rounds)
    cells = ""
    for _, width, name, digits in COLUMNS:
        value = figures[name]
        cells += f"{'-':>{width}}" if value is None else f"{value:>{width}.{digits}f}"
    return f"{workload.number:>2} {workload.name:<11} {server:<9}{cells}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure of one server by that of another, of each round."""

    what: str
    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.rounds)

    def __str__(self) -> str:
        each = ", ".join(f"{one:.3f}" for one in self.rounds)
        return f"ratio of {self.what}: {self.median:.3f} (each round: {each})"


def ratios(ours: Sequence[Round], theirs: Sequence[Round]) -> list[Ratio]:
    """Return how the first compares with the second, round by round."""
    pairs = list(zip(ours, theirs, strict=True))
    return [
        Ratio(what, tuple(getattr(one, name) / getattr(two, name) for one, two in pairs))
        for what, name in RATIOS
    ]
