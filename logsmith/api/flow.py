"""Flow metrics: how fast counters grow, over windows from ten seconds to the whole life of the node.

A window holds samples no denser than it needs and measures from the youngest one that is old enough; so a
window appears once there is that much history, `current` and `lifetime` at once. Values have four significant
digits, as Logstash's.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

SAMPLE_EVERY_S = 5.0
SIGNIFICANT_DIGITS = 4

Key = tuple[str, str, str]  # pipeline, kind of plugin, id of plugin; empty texts for "all"
Rates = dict[str, float | str]  # window to value; the text is "Infinity"

NODE: Key = ("", "", "")


class Counts(NamedTuple):
    """The counters that flows are made of."""

    came: int = 0
    filtered: int = 0
    out: int = 0
    duration_ns: int = 0
    push_ns: int = 0
    busy_ns: int = 0
    failed_sends: int = 0


Sample = Mapping[Key, Counts]
Measure = Callable[
    [Counts, float], float | None
]  # growth and seconds to value; None: there is nothing to say


class _Window:
    """The samples of one window; the first is what is measured from."""

    def __init__(self, name: str, span_s: float, spacing_s: float, *, is_early: bool = False) -> None:
        self.name = name
        self._span_s, self._spacing_s, self._is_early = span_s, spacing_s, is_early
        self._samples: deque[tuple[float, Sample]] = deque()

    def note(self, now: float, sample: Sample) -> None:
        samples = self._samples
        if not samples or now - samples[-1][0] >= self._spacing_s:
            samples.append((now, sample))
        while len(samples) > 1 and now - samples[1][0] >= self._span_s:
            samples.popleft()

    def find_start(self, now: float) -> tuple[float, Sample] | None:
        old_enough = [one for one in self._samples if now - one[0] >= self._span_s]
        if old_enough:
            return old_enough[-1]
        return self._samples[0] if self._is_early and self._samples else None


class FlowHistory:
    """Samples of all counters since a moment, and the rates they give."""

    def __init__(self, started: float) -> None:
        self._started = started
        self._sampled: float | None = None
        self._windows = [
            _Window("current", 10, SAMPLE_EVERY_S, is_early=True),
            _Window("last_1_minute", 60, SAMPLE_EVERY_S),
            _Window("last_5_minutes", 300, 15),
            _Window("last_15_minutes", 900, 30),
            _Window("last_1_hour", 3_600, 60),
            _Window("last_24_hours", 86_400, 900),
        ]

    def is_due(self, now: float) -> bool:
        """Return whether it is time for a sample."""
        return self._sampled is None or now - self._sampled >= SAMPLE_EVERY_S

    def note(self, now: float, sample: Sample) -> None:
        """Keep a sample in each window that is due for one."""
        self._sampled = now
        for window in self._windows:
            window.note(now, sample)

    def growth(self, key: Key, now: float, sample: Sample) -> Iterator[tuple[str, Counts, float]]:
        """Yield each window that has enough history: its name, how much was counted, in how many seconds."""
        end = sample.get(key, Counts())
        starts = [(window.name, window.find_start(now)) for window in self._windows]
        for name, start in [*starts, ("lifetime", (self._started, {}))]:
            if start is None or now <= start[0]:
                continue
            first = start[1].get(key, Counts())
            if first.came > end.came or first.duration_ns > end.duration_ns:  # reloaded since: it began anew
                first = Counts()
            grown = Counts(*(last - before for before, last in zip(first, end, strict=True)))
            yield name, grown, now - start[0]

    def rates(self, key: Key, now: float, sample: Sample, measure: Measure) -> Rates:
        """Return the value of one measure in each window."""
        values = ((name, measure(grown, seconds)) for name, grown, seconds in self.growth(key, now, sample))
        return {name: rounded(value) for name, value in values if value is not None}


def sample_of(totals: Mapping[str, Any]) -> Sample:  # Any: JSON
    """Return the counters of a node's totals that flows are made of."""
    sample: dict[Key, Counts] = {}
    for pipeline_id, pipeline in totals.get("pipelines", {}).items():
        busy_ns = pipeline["extra"].get("busy_ns", 0)
        sample[pipeline_id, "", ""] = Counts(
            pipeline["in"],
            pipeline["filtered"],
            pipeline["out"],
            pipeline["duration_ns"],
            pipeline["queue_push_ns"],
            busy_ns,
        )
        for plugin in pipeline["plugins"]:
            sample[pipeline_id, plugin["kind"], plugin["id"]] = Counts(
                came=plugin["in"],
                out=plugin["out"],
                duration_ns=plugin["duration_ns"],
                push_ns=plugin["push_ns"],
                failed_sends=plugin["extra"].get("failed_sends", 0),
            )
    whole = [counts for key, counts in sample.items() if not key[1]]
    if earlier := totals.get("forgotten"):
        names = ("in", "filtered", "out", "duration_ns", "queue_push_ns")
        whole.append(Counts(*(earlier[name] for name in names)))
    sample[NODE] = Counts(*map(sum, zip(*whole, strict=True))) if whole else Counts()
    return sample


def rounded(value: float) -> float | str:
    """Return a value as the API writes it."""
    if math.isinf(value):
        return "Infinity"
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def throughput(name: str) -> Measure:
    """Return the measure "events a second" of one counter."""

    def measure(grown: Counts, seconds: float) -> float:
        count: int = getattr(grown, name)
        return count / seconds

    return measure


def backpressure(grown: Counts, seconds: float) -> float:
    """Return how much of the time inputs waited until their events were safe; more than 1 if several wait."""
    return grown.push_ns / 1e9 / seconds


def concurrency(grown: Counts, seconds: float) -> float:
    """Return how many batches were under way on average, waiting for outputs included."""
    return grown.duration_ns / 1e9 / seconds


def utilization(workers: int) -> Measure:
    """Return the measure "per cent of the workers' time" that filters took."""

    def measure(grown: Counts, seconds: float) -> float:
        return min(100.0, grown.busy_ns / 1e7 / (seconds * workers))

    return measure


def plugin_utilization(workers: int) -> Measure:
    """Return the measure "per cent of the workers' time" spent in a plugin; an output's sends may overlap."""

    def measure(grown: Counts, seconds: float) -> float:
        return grown.duration_ns / 1e7 / (seconds * workers)

    return measure


def millis_per_event(grown: Counts, _seconds: float) -> float | None:
    """Return how long a plugin took for one event."""
    if grown.came:
        return grown.duration_ns / 1e6 / grown.came
    return math.inf if grown.duration_ns > 0 else None


PIPELINE_FLOWS: Mapping[str, Measure] = {
    "input_throughput": throughput("came"),
    "filter_throughput": throughput("filtered"),
    "output_throughput": throughput("out"),
    "queue_backpressure": backpressure,
    "worker_concurrency": concurrency,
}
