"""`/_node/hot_threads`: the threads of all processes and how much of a CPU each has used, as the system counts.

Nobody can look at another process's stack, so there are no traces; a profiler such as py-spy shows them.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, NamedTuple

STATES = {"R": "runnable", "S": "waiting", "D": "blocked", "T": "stopped"}
TICKS = os.sysconf("SC_CLK_TCK")


class Thread(NamedTuple):
    """One thread: whose it is, and the share of one CPU that it has used since it began."""

    name: str
    id: int
    percent: float
    state: str


def hottest(count: int) -> list[Thread]:
    """Return the threads of this process and its children that have used most."""
    here = os.getpid()
    found = _threads(here, "supervisor")
    for worker in _children(here):
        found += _threads(worker, "worker")
    return sorted(found, key=lambda one: -one.percent)[:count]


def as_json(threads: list[Thread]) -> dict[str, Any]:  # Any: JSON
    """Return the threads as the API shows them."""
    entries = [
        {
            "name": one.name,
            "thread_id": one.id,
            "percent_of_cpu_time": one.percent,
            "state": one.state,
            "traces": [],
        }
        for one in threads
    ]
    return {"hot_threads": {"time": _now(), "busiest_threads": len(threads), "threads": entries}}


def as_text(threads: list[Thread], host: str) -> str:
    """Return the threads for people to read."""
    lines = [f"::: {{{host}}}", f"Hot threads at {_now()}, busiestThreads={len(threads)}:", "=" * 80]
    lines += [
        f"{one.percent:.2f} % of cpu usage, state: {one.state}, thread name: '{one.name}', thread id: {one.id}"
        for one in threads
    ]
    return "\n".join(lines) + "\n"


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _children(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:  # a kernel that does not tell
        return []
    return [int(one) for one in text.split()]


def _threads(process: int, owner: str) -> list[Thread]:
    try:
        tasks = os.listdir(f"/proc/{process}/task")  # noqa: PTH208  numbers, not paths
    except OSError:  # it has just ended
        return []
    found = (_thread(process, int(task), owner) for task in tasks)
    return [one for one in found if one is not None]


def _thread(process: int, task: int, owner: str) -> Thread | None:
    try:
        text = Path(f"/proc/{process}/task/{task}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:  # as above
        return None
    # proc_pid_stat(5): behind the name in brackets come the state, as number 11 and 12 the ticks, as 19 the start
    state, *facts = text.rpartition(")")[2].split()
    lived_s = max(time.clock_gettime(time.CLOCK_BOOTTIME) - int(facts[18]) / TICKS, 1 / TICKS)
    percent = round(100 * (int(facts[10]) + int(facts[11])) / TICKS / lived_s, 2)
    return Thread(
        owner if task == process else f"{owner} {process}", task, percent, STATES.get(state, "unknown")
    )
