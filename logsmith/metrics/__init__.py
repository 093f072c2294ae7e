"""Counters: each worker adds to its own, the supervisor sums the snapshots of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class PluginMetrics:
    """What one plugin counted. `extra` holds counters of its own, by dotted name: `bulk_requests.successes`."""

    __slots__ = (
        "duration_ns",
        "events_in",
        "events_out",
        "extra",
        "gauges",
        "id",
        "kind",
        "name",
        "notes",
        "push_ns",
    )

    def __init__(self, kind: str, name: str, id: str) -> None:  # noqa: A002  Logstash's name for it
        self.kind, self.name, self.id = kind, name, id
        self.events_in = self.events_out = self.duration_ns = self.push_ns = 0
        self.extra: dict[str, int] = {}
        self.gauges: dict[str, int] = {}  # values of now; summed over workers as well
        self.notes: dict[str, str] = {}  # last words on something; of several workers, one's

    def count(self, name: str, amount: int = 1) -> None:
        """Add to a counter of the plugin's own."""
        self.extra[name] = self.extra.get(name, 0) + amount


class Tally:
    """What filters made of some events: how many they added and how many they dropped."""

    __slots__ = ("dropped", "made")

    def __init__(self) -> None:
        self.made = self.dropped = 0


class PipelineMetrics:
    """What one pipeline counted: accepted by inputs, through the filters, handed to outputs.

    The fates of its events add up: `pushed` + `made` = `dropped` + `out`, and of `out` some are `unrouted`.
    """

    __slots__ = (
        "dropped",
        "duration_ns",
        "extra",
        "filtered",
        "gauges",
        "id",
        "made",
        "out",
        "plugins",
        "pushed",
        "queue_push_ns",
        "unrouted",
    )

    def __init__(self, id: str) -> None:  # noqa: A002  Logstash's name for it
        self.id = id
        self.pushed = self.filtered = self.out = self.duration_ns = self.queue_push_ns = 0
        self.made = self.dropped = self.unrouted = 0
        self.extra: dict[str, int] = {}
        self.gauges: dict[str, int] = {}  # values of now; summed over workers as well
        self.plugins: list[PluginMetrics] = []

    def plugin(self, kind: str, name: str, id: str) -> PluginMetrics:  # noqa: A002  Logstash's name for it
        """Return new counters for one plugin of this pipeline."""
        metrics = PluginMetrics(kind, name, id)
        self.plugins.append(metrics)
        return metrics

    def count(self, name: str, amount: int = 1) -> None:
        """Add to a counter of the pipeline's own, such as `condition_failures`."""
        self.extra[name] = self.extra.get(name, 0) + amount

    def snapshot(self) -> dict[str, Any]:
        """Return all counters as JSON-able maps: numbers add up over workers, everything else is equal there."""
        return {
            "id": self.id,
            "in": self.pushed,
            "filtered": self.filtered,
            "out": self.out,
            "made": self.made,
            "dropped": self.dropped,
            "unrouted": self.unrouted,
            "duration_ns": self.duration_ns,
            "queue_push_ns": self.queue_push_ns,
            "extra": dict(self.extra),
            "gauges": dict(self.gauges),
            "plugins": [
                {
                    "kind": one.kind,
                    "name": one.name,
                    "id": one.id,
                    "in": one.events_in,
                    "out": one.events_out,
                    "duration_ns": one.duration_ns,
                    "push_ns": one.push_ns,
                    "extra": dict(one.extra),
                    "gauges": dict(one.gauges),
                    "notes": dict(one.notes),
                }
                for one in self.plugins
            ],
        }


def add_snapshots(snapshots: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the sum of equal-shaped snapshots: numbers are added, texts kept, lists and maps added member by member."""
    total: dict[str, Any] = {}
    for snapshot in snapshots:
        total = _add(total, snapshot) if total else _add(snapshot, {})
    return total


def _add(left: Any, right: Any) -> Any:  # Any: a JSON value
    if isinstance(left, Mapping):
        other = right or {}
        return {key: _add(left.get(key), other.get(key)) for key in {**left, **other}}
    if isinstance(left, list):
        return [_add(one, other) for one, other in zip(left, right or [None] * len(left), strict=True)]
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left + right
    return right if left is None else left
