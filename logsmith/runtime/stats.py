"""What the whole node counted: the sum of what its processes report, live and gone.

A worker reports about once a second, and once more at its end:

    {"process": {"cpu_ms": 812, "rss_bytes": …, …}, "pipelines": {"main": PipelineMetrics.snapshot()}}

Counters of a worker that is gone stay in the sum, so that they never go back; what is a measure of now
(`gauges`, `notes`, memory, open files) goes with it. The supervisor reports as SUPERVISOR, without pipelines.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from logsmith.metrics import add_snapshots

Report = Mapping[str, Any]  # Any: JSON
State = Literal["loading", "running", "finished", "terminated"]

SUPERVISOR = -1
KEPT_WHEN_GONE = ("cpu_ms",)  # of a worker's `process` facts
WHOLE_NODE = (
    "in",
    "filtered",
    "out",
    "duration_ns",
    "queue_push_ns",
)  # what a pipeline adds to its node's sums
RECOVERIES_KEPT = 50


class Counters:
    """The last report of each worker, the sum of those that are gone, and what pipelines counted before a reload."""

    def __init__(self) -> None:
        self._live: dict[int, Report] = {}
        self._gone: dict[str, Any] = {}  # Any: JSON
        self._forgotten = dict.fromkeys(WHOLE_NODE, 0)

    def note(self, worker: int, report: Report) -> None:
        """Take a worker's report in place of its last one."""
        self._live[worker] = report

    def retire(self, worker: int) -> None:
        """Keep the counters of a worker that is gone."""
        last = self._live.pop(worker, None)
        if last is not None:
            self._keep(last)

    def retire_pipeline(self, pipeline_id: str, counted: Mapping[str, Any]) -> None:  # Any: JSON
        """Keep what a worker counted for a pipeline that it no longer has, though the worker lives on."""
        self._keep({"process": {}, "pipelines": {pipeline_id: counted}})

    def forget(self, pipeline_id: str) -> None:
        """Let a pipeline that no worker has any more begin anew; the sums of the node keep what it counted."""
        counted = self._gone.get("pipelines", {}).pop(pipeline_id, None)
        for name in WHOLE_NODE if counted else ():
            self._forgotten[name] += counted[name]

    def totals(self) -> dict[str, Any]:  # Any: JSON
        """Return the sum over all workers there ever were, in the form of one report.

        What pipelines counted that were reloaded since stands beside, as `forgotten`.
        """
        totals = add_snapshots([*([self._gone] if self._gone else []), *self._live.values()])
        return totals | {"forgotten": dict(self._forgotten)} if any(self._forgotten.values()) else totals

    def _keep(self, report: Report) -> None:
        kept = _without_gauges(report)
        self._gone = add_snapshots([self._gone, kept]) if self._gone else kept

    @property
    def live(self) -> Sequence[int]:
        """The workers that have reported and are not gone."""
        return sorted(worker for worker in self._live if worker != SUPERVISOR)


@dataclass(slots=True)
class Reloads:
    """How often a pipeline, or one of a node, was reloaded, and how the last failure was explained."""

    successes: int = 0
    failures: int = 0
    last_error: str | None = None
    last_success_at: float | None = None  # seconds since 1970
    last_failure_at: float | None = None

    def succeed(self) -> None:
        self.successes += 1
        self.last_success_at = time.time()

    def fail(self, reason: str) -> None:
        self.failures += 1
        self.last_failure_at = time.time()
        self.last_error = reason


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
    dead_letters: Callable[[], Mapping[str, int | str]] = dict  # as the API shows them
    connections: Callable[[], int] = lambda: 0
    reloads: Reloads = field(default_factory=Reloads)
    recoveries: deque[float] = field(
        default_factory=lambda: deque(maxlen=RECOVERIES_KEPT)
    )  # monotonic seconds


@dataclass(slots=True)
class ReloadRequest:
    """A reload that was asked for; `outcome` is there once it is over."""

    outcome: Mapping[str, Any] | None = None  # Any: JSON


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
    reloads: Reloads = field(default_factory=Reloads)
    request_reload: Callable[[], ReloadRequest] | None = None
    list_plugins: Callable[[], Iterable[tuple[str, str]]] = tuple  # names as of Logstash's gems, and versions


def _without_gauges(report: Report) -> dict[str, Any]:
    process = {name: value for name, value in report["process"].items() if name in KEPT_WHEN_GONE}
    pipelines = {
        name: {
            **one,
            "gauges": dict.fromkeys(one.get("gauges", ()), 0),  # their names tell what kind of queue there is
            "plugins": [{**plugin, "gauges": {}, "notes": {}} for plugin in one["plugins"]],
        }
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
