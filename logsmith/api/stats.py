"""The blocks of `/_node` and `/_node/stats`, in Logstash's form, for what exists here.

There is no JVM. Its block says of all processes together what has the same meaning: threads, resident memory
as the used heap, the machine's memory as the largest heap, uptime. Memory pools and collectors are left out.
In `events` and `flow`, durations are the time from an input's event to its delivery. Counters of a plugin's
own (`bulk_requests.successes`) stand in its entry as nested maps. Blocks that are left out: batch sizes (a
window of a client is a batch), the geoip downloader, vertices, what codecs decode and encode (where a codec
changes nothing, nobody asks it). `version` is logsmith's.
"""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from logsmith.api.flow import (
    NODE,
    PIPELINE_FLOWS,
    FlowHistory,
    Measure,
    Sample,
    millis_per_event,
    plugin_utilization,
    throughput,
    utilization,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from logsmith.runtime.stats import Node, PipelineState, Reloads

Block = dict[str, Any]  # Any: JSON

OWN_COUNTERS = frozenset({"busy_ns"})  # of a pipeline's `extra`, shown as flows


@dataclass(frozen=True, slots=True)
class View:
    """What one answer is made from: the node, its counters now, their history, and peaks seen so far."""

    node: Node
    totals: Mapping[str, Any]  # Any: JSON
    sample: Sample
    flows: FlowHistory
    now: float  # monotonic
    http_address: str
    peaks: Mapping[str, int]


def system(_view: View) -> Block:
    """Return the `os` block of `/_node`."""
    return {
        "name": platform.system(),
        "arch": platform.machine(),
        "version": platform.release(),
        "available_processors": len(os.sched_getaffinity(0)),
    }


def machine(view: View) -> Block:
    """Return the `jvm` block of `/_node`: the virtual machine is Python's."""
    return {
        "pid": os.getpid(),
        "version": platform.python_version(),
        "vm_version": platform.python_version(),
        "vm_vendor": "Python Software Foundation",
        "vm_name": sys.implementation.name,
        "start_time_in_millis": int(view.node.started_at * 1000),
        "mem": {"heap_max_in_bytes": _memory_bytes()},
    }


def pipelines(view: View) -> Block:
    """Return the `pipelines` block of `/_node`."""
    return {one.id: _described(one) for one in view.node.pipelines.values()}


def _described(one: PipelineState) -> Block:
    return {
        "ephemeral_id": one.ephemeral_id,
        "hash": one.hash,
        "workers": one.workers,
        "batch_size": one.batch_size,
        "batch_delay": one.batch_delay_ms,
        "dead_letter_queue_enabled": True,
        "dead_letter_queue_path": one.dead_letters_path,
    }


def machine_stats(view: View) -> Block:
    """Return the `jvm` block of `/_node/stats`."""
    facts, most = _process(view), _memory_bytes()
    used = facts.get("rss_bytes", 0)
    return {
        "threads": {"count": facts.get("threads", 0), "peak_count": _peak(view, "threads")},
        "mem": {
            "heap_used_percent": 100 * used // most if most else 0,
            "heap_committed_in_bytes": used,
            "heap_max_in_bytes": most,
            "heap_used_in_bytes": used,
        },
        "uptime_in_millis": int((view.now - view.node.started) * 1000),
    }


def process_stats(view: View) -> Block:
    """Return the `process` block: sums over the supervisor and its workers."""
    facts = _process(view)
    uptime_s = max(view.now - view.node.started, 0.001)
    cpu_ms = facts.get("cpu_ms", 0)
    return {
        "open_file_descriptors": facts.get("open_files", 0),
        "peak_open_file_descriptors": _peak(view, "open_files"),
        "max_file_descriptors": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        "mem": {"total_virtual_in_bytes": facts.get("virtual_bytes", 0)},
        "cpu": {
            "total_in_millis": cpu_ms,
            "percent": int(cpu_ms / 10 / uptime_s / (os.cpu_count() or 1)),
            "load_average": dict(
                zip(("1m", "5m", "15m"), (round(load, 2) for load in os.getloadavg()), strict=True)
            ),
        },
        "workers": len(view.node.counters.live),
    }


def events(view: View) -> Block:
    """Return the `events` block: sums over all pipelines."""
    counts = view.sample[NODE]
    return _event_counts(counts.came, counts.filtered, counts.out, counts.duration_ns, counts.push_ns)


def flow(view: View) -> Block:
    """Return the `flow` block of the node."""
    return _flows(view, NODE, PIPELINE_FLOWS)


def reloads(view: View) -> Block:
    """Return the `reloads` block."""
    return {"successes": view.node.reloads.successes, "failures": view.node.reloads.failures}


def queue(view: View) -> Block:
    """Return the `queue` block: what waits on disk in all pipelines; in memory nothing does, senders wait."""
    pipelines = view.totals.get("pipelines", {}).values()
    return {"events_count": sum(one["gauges"].get("queue_events", 0) for one in pipelines)}


def pipeline_stats(view: View) -> Block:
    """Return the `pipelines` block of `/_node/stats`."""
    return {one.id: _pipeline(view, one) for one in view.node.pipelines.values()}


def _pipeline(view: View, state: PipelineState) -> Block:
    counts = view.totals.get("pipelines", {}).get(state.id)
    if counts is None:
        counts = {
            "in": 0,
            "filtered": 0,
            "out": 0,
            "duration_ns": 0,
            "queue_push_ns": 0,
            "extra": {},
            "gauges": {},
            "plugins": [],
        } | dict.fromkeys(("made", "dropped", "unrouted"), 0)
    flows = {**PIPELINE_FLOWS, "worker_utilization": utilization(state.workers)}
    totals = (counts[name] for name in ("in", "filtered", "out", "duration_ns", "queue_push_ns"))
    own = {name: value for name, value in counts["extra"].items() if name not in OWN_COUNTERS}
    return {
        "events": {**_event_counts(*totals), **_nested(own)},
        "flow": _flows(view, (state.id, "", ""), flows),
        "plugins": _plugins(view, state, counts["plugins"]),
        "reloads": _reloads(state.reloads),
        "queue": _queue(counts["gauges"]),
        "fates": _fates(counts),
        "pipeline": {
            "workers": state.workers,
            "batch_size": state.batch_size,
            "batch_delay": state.batch_delay_ms,
        },
        "connections": {"current": state.connections()},
        "dead_letter_queue": _dead_letters(state, counts["plugins"]),
        "hash": state.hash,
        "ephemeral_id": state.ephemeral_id,
    }


def _queue(gauges: Mapping[str, int]) -> Block:
    """Return how much waits on disk; in memory nothing does, senders wait."""
    is_persisted = "queue_bytes" in gauges
    sizes = {
        "queue_size_in_bytes": gauges.get("queue_bytes", 0),
        "max_queue_size_in_bytes": gauges.get("queue_max_bytes", 0),
    }
    waiting = gauges.get("queue_events", 0)
    # Logstash: a persisted queue says the same again, and tools read it there
    again = {"events": waiting, "capacity": sizes} if is_persisted else {}
    return {"type": "persisted" if is_persisted else "memory", "events_count": waiting, **sizes, **again}


def _fates(counts: Block) -> Block:
    """Return what became of the events since the start: accepted + made = dropped + unrouted + routed, at rest."""
    return {
        "accepted": counts["in"],
        "made": counts["made"],
        "dropped": counts["dropped"],
        "unrouted": counts["unrouted"],
        "routed": counts["out"] - counts["unrouted"],
        "mismatches": counts["extra"].get("fates_mismatched", 0),
    }


def _reloads(of: Reloads) -> Block:
    return {
        "successes": of.successes,
        "failures": of.failures,
        "last_error": None if of.last_error is None else {"message": of.last_error, "backtrace": []},
        "last_success_timestamp": _moment(of.last_success_at),
        "last_failure_timestamp": _moment(of.last_failure_at),
    }


def _moment(at: float | None) -> str | None:
    """Return a moment as Logstash writes it, in milliseconds."""
    if at is None:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at * 1000) % 1000:03}Z"


def _dead_letters(state: PipelineState, plugins: list[Block]) -> Block:
    """Return the dead letters as they are on disk, whoever wrote or removed them."""
    nothing = dict.fromkeys(("queue_size_in_bytes", "events_count", "dropped_events", "expired_events"), 0)
    complaints = [plugin["notes"]["dead_letters"] for plugin in plugins if "dead_letters" in plugin["notes"]]
    return {**nothing, "last_error": complaints[-1] if complaints else "no errors", **state.dead_letters()}


def _plugins(view: View, state: PipelineState, plugins: list[Block]) -> Block:
    found: Block = {"inputs": [], "codecs": [], "filters": [], "outputs": []}
    for plugin in plugins:
        entry = _PLUGIN_ENTRIES[plugin["kind"]](view, state, plugin)
        own = _nested({**plugin["extra"], **plugin["gauges"]})
        found[plugin["kind"] + "s"].append({"id": plugin["id"], "name": plugin["name"], **own, **entry})
    return found


def _input(view: View, state: PipelineState, plugin: Block) -> Block:
    return {
        "events": {"out": plugin["out"], "queue_push_duration_in_millis": _millis(plugin["push_ns"])},
        "flow": _flows(view, (state.id, "input", plugin["id"]), {"throughput": throughput("out")}),
    }


def _filter_or_output(view: View, state: PipelineState, plugin: Block) -> Block:
    measures = {
        "worker_utilization": plugin_utilization(state.workers),
        "worker_millis_per_event": millis_per_event,
    }
    counts = {"in": plugin["in"], "out": plugin["out"], "duration_in_millis": _millis(plugin["duration_ns"])}
    return {"events": counts, "flow": _flows(view, (state.id, plugin["kind"], plugin["id"]), measures)}


def _codec(_view: View, _state: PipelineState, _plugin: Block) -> Block:
    return {}


_PLUGIN_ENTRIES: Mapping[str, Callable[[View, PipelineState, Block], Block]] = {
    "input": _input,
    "codec": _codec,
    "filter": _filter_or_output,
    "output": _filter_or_output,
}


def _event_counts(came: int, filtered: int, out: int, duration_ns: int, push_ns: int) -> Block:
    return {
        "in": came,
        "filtered": filtered,
        "out": out,
        "duration_in_millis": _millis(duration_ns),
        "queue_push_duration_in_millis": _millis(push_ns),
    }


def _flows(view: View, key: tuple[str, str, str], measures: Mapping[str, Measure]) -> Block:
    return {name: view.flows.rates(key, view.now, view.sample, measure) for name, measure in measures.items()}


def _nested(counters: Mapping[str, int]) -> Block:
    """Return counters with dotted names as nested maps; a name that is taken by a map keeps its dots."""
    tree: Block = {}
    for name, value in sorted(counters.items(), key=lambda pair: -pair[0].count(".")):
        *path, last = name.split(".")
        place = tree
        for part in path:
            place = place.setdefault(part, {})
        place[last if not isinstance(place.get(last), dict) else f"{last}.total"] = value
    return tree


def _peak(view: View, name: str) -> int:
    """Return the most that was seen of a fact, now too: peaks are noted only now and then."""
    return max(view.peaks.get(name, 0), _process(view).get(name, 0))


def _process(view: View) -> Mapping[str, int]:
    facts: Mapping[str, int] = view.totals.get("process", {})
    return facts


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _millis(nanos: int) -> int:
    return nanos // 1_000_000


def timestamp() -> str:
    """Return the time now as the API writes timestamps."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + "Z"
