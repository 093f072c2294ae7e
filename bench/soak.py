"""Whether memory grows: a steady load for a long time, PSS every ten seconds, and the slope of a line through it.

    python -m bench.soak [--minutes N] [--rate EVENTS_PER_S] [--workload NAME] [--workers N] [--setting NAME=VALUE] [--json FILE]

The first minute is not counted: pools and caches fill. A slope is worth something after half an hour.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.budgets import Figure, report
from bench.load import Load
from bench.machine import this_machine
from bench.measurement import send_apart
from bench.processes import ServerError, memory, wait_listening
from bench.servers import Logsmith, open_place, start
from bench.workload import ACCESS, UnknownWorkloadError, find

EVERY_S = 10.0
SETTLED_S = 60.0


def parse(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=4_000.0, help="events a second")
    parser.add_argument("--workload", default=ACCESS.name)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="of logsmith")
    parser.add_argument(
        "--settled", type=float, default=SETTLED_S, metavar="SECONDS", help="that are not counted"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args(words)


@dataclass(slots=True)
class Samples:
    """PSS by time."""

    pid: int
    settled_s: float
    began: float = field(default_factory=time.monotonic)
    taken: list[tuple[float, float]] = field(default_factory=list)  # seconds, MiB

    def take(self) -> None:
        seconds, mib = time.monotonic() - self.began, memory(self.pid).pss
        print(f"{seconds:>7.0f} s {mib:>8.1f} MiB", file=sys.stderr, flush=True)
        if seconds >= self.settled_s:
            self.taken.append((seconds, mib))


def slope(points: list[tuple[float, float]]) -> float:
    """Return by how much the second member grows with the first: the line of least squares."""
    count = len(points)
    middle_x, middle_y = (sum(one[axis] for one in points) / count for axis in (0, 1))
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    if not spread:
        return 0.0
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread


def main(words: list[str] | None = None) -> int:
    chosen = parse(words)
    machine = this_machine()
    try:
        workload = find(chosen.workload)
        server = Logsmith(workers=chosen.workers, settings=tuple(chosen.setting))
        with open_place() as place, start(server, workload, place) as running:
            wait_listening(running.port, running.process)
            samples = Samples(running.process.pid, chosen.settled)
            load = Load(
                port=running.port,
                certificates=place.certificates,
                kind=workload.kind,
                events=int(chosen.rate * chosen.minutes * 60),
                rate=chosen.rate,
            )
            sent = send_apart(load, samples.take, EVERY_S)
    except (ServerError, UnknownWorkloadError) as error:
        print(error, file=sys.stderr)
        return 1
    if len(samples.taken) < 2:
        print("that was too short for a slope", file=sys.stderr)
        return 1
    sizes = [mib for _, mib in samples.taken]
    figures = [
        Figure(what=f"events in {sent.seconds / 60:.1f} minutes", value=sent.events),
        Figure(what=f"PSS, first of {len(sizes)}", value=sizes[0], unit="MiB"),
        Figure(what="PSS, last", value=sizes[-1], unit="MiB"),
        Figure(what="PSS, peak", value=max(sizes), unit="MiB"),
        Figure(what="slope", value=slope(samples.taken) * 3600, unit="MiB/hour"),
    ]
    return report(machine, figures, chosen.json)


if __name__ == "__main__":
    sys.exit(main())
