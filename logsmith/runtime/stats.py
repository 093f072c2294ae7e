"""What the whole node counted: the sum of what its processes report, live and gone.

A worker reports about once a second, and once more at its end:

    {"process": {"cpu_ms": 812, "rss_bytes": …, …}, "pipelines": {"main": PipelineMetrics.snapshot()}}

Counters of a worker that is gone stay in the sum, so that they never go back; what is a measure of now
(`gauges`, memory, open files) goes with it. The supervisor reports as SUPERVISOR, without pipelines.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from logsmith.metrics import add_snapshots

Report = Mapping[str, Any]  # Any: JSON
State = Literal["loading", "running", "finished", "terminated"]

SUPERVISOR = -1
KEPT_WHEN_GONE = ("cpu_ms",)  # of a worker's `process` facts
RECOVERIES_KEPT = 50


class Counters:
    """The last report of each worker, and the sum of those that are gone."""

    def __init__(self) -> None:
        self._live: dict[int, Report] = {}
        self._gone: dict[str, Any] = {}  # Any: JSON

    def note(self, worker: int, report: Report) -> None:
        """Take a worker's report in place of its last one."""
        self._live[worker] = report

    def retire(self, worker: int) -> None:
        """Keep the counters of a worker that is gone."""
        last = self._live.pop(worker, None)
        if last is not None:
            self._gone = (
                add_snapshots([self._gone, _without_gauges(last)]) if self._gone else _without_gauges(last)
            )

    def totals(self) -> dict[str, Any]:  # Any: JSON
        """Return the sum over all workers there ever were, in the form of one report."""
        return add_snapshots([*([self._gone] if self._gone else []), *self._live.values()])

    @property
    def live(self) -> Sequence[int]:
        """The workers that have reported and are not gone."""
        return sorted(worker for worker in self._live if worker != SUPERVISOR)


@dataclass(slots=True)
class PipelineState:
    """What is known of one pipeline apart from its counters. `ephemeral_id` is new at each start."""

    id: str
    workers: int
    batch_size: int
    batch_delay_ms: int
    ephemeral_id: str
    hash: str
    state: State = "loading"
    dead_letters_path: str = ""
    dead_letters_bytes: Callable[[], int] = lambda: 0
    connections: Callable[[], int] = lambda: 0
    recoveries: deque[float] = field(
        default_factory=lambda: deque(maxlen=RECOVERIES_KEPT)
    )  # monotonic seconds


@dataclass(slots=True)
class Node:
    """What the API may know: who this is, its pipelines, and the counters of all workers."""

    name: str
    id: str
    ephemeral_id: str
    version: str
    host: str
    workers: int
    batch_size: int
    batch_delay_ms: int
    pipelines: dict[str, PipelineState] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counters)
    started_at: float = field(default_factory=time.time)
    started: float = field(default_factory=time.monotonic)
    reloads: dict[str, int] = field(default_factory=lambda: {"successes": 0, "failures": 0})


def _without_gauges(report: Report) -> dict[str, Any]:
    process = {name: value for name, value in report["process"].items() if name in KEPT_WHEN_GONE}
    pipelines = {
        name: {**one, "plugins": [{**plugin, "gauges": {}} for plugin in one["plugins"]]}
        for name, one in report["pipelines"].items()
    }
    return {"process": process, "pipelines": pipelines}


def process_facts() -> dict[str, int]:
    """Return what this process uses now; where the system does not tell, a fact is left out."""
    facts = {"cpu_ms": int(time.process_time() * 1000)}
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  no path to build
            virtual, resident, *_ = statm.read().split()
        page = os.sysconf("SC_PAGE_SIZE")
        facts |= {"virtual_bytes": int(virtual) * page, "rss_bytes": int(resident) * page}
        facts["threads"] = threading.active_count()
        facts["open_files"] = len(os.listdir("/proc/self/fd")) - 1  # noqa: PTH208  names only; one is this look's
    except OSError:
        pass
    return facts
