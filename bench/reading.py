"""A server that reads a file and ends by itself: its whole cost, less that of reading an empty file."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from bench.lines import lines
from bench.processes import Memory, ServerError, memory
from bench.servers import Contender, Place, start
from bench.workload import Workload

LOOK_S = 0.5
WAIT_S = 0.01
LIMIT_S = 1_800.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file cost."""

    events: int
    raw_bytes: int
    seconds: float
    cpu_seconds: float
    most: Memory


def read_file(workload: Workload, contender: Contender, place: Place, events: int) -> Reading:
    """Have a server read an empty file, and one with so many lines; raises ServerError."""
    empty, full = place.folder / "empty.log", place.folder / f"{workload.kind}-{events}.log"
    if not full.exists():
        empty.touch()
        with full.open("w") as file:
            file.writelines(line.text + "\n" for line in lines(workload.kind, 0, events))
    seconds_before, cpu_before, _ = _run(workload, contender, place, empty)
    seconds, cpu, most = _run(workload, contender, place, full)
    return Reading(events, full.stat().st_size, seconds - seconds_before, cpu - cpu_before, most)


def _run(workload: Workload, contender: Contender, place: Place, file: Path) -> tuple[float, float, Memory]:
    """Return the seconds until a server ended, the CPU time of its tree, and the most memory that was seen."""
    began = time.perf_counter()
    most, look_at = Memory(), LOOK_S
    with start(contender, workload, place, file) as running:
        while True:
            pid, status, usage = os.wait4(running.process.pid, os.WNOHANG)
            took = time.perf_counter() - began
            if pid:
                break
            if took > LIMIT_S:
                raise ServerError(f"{contender.name} does not end when it has read its file")
            if took > look_at:
                now = memory(running.process.pid)
                most, look_at = Memory(max(most.rss, now.rss), max(most.pss, now.pss)), took + LOOK_S
            time.sleep(WAIT_S)
        running.process.returncode = os.waitstatus_to_exitcode(status)
        if running.process.returncode:
            raise ServerError(
                f"{contender.name} ended with {running.process.returncode}\n{running.log[-4000:]}"
            )
    return took, usage.ru_utime + usage.ru_stime, most
