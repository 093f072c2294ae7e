"""What the whole tree of processes needs, idle and at work: proportional shares (PSS), which count a shared page once.

python -m bench.memory [--rounds N] [--events N] [--json FILE]
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median

from bench.budgets import Figure, report
from bench.machine import this_machine
from bench.measurement import Feed, measure
from bench.processes import ServerError, memory, tree, wait_listening
from bench.servers import Logsmith, Place, open_place, start
from bench.workload import ACCESS, Workload

IDLE = Workload(name="idle")
IDLE_S3 = Workload(name="idle-s3")
SETTLED_S = 3.0  # after it listens
IDLE_MIB, IDLE_S3_MIB, WORKING_MIB, MORE_MIB = 60.0, 90.0, 120.0, 60.0


def parse(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.memory",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=200_000, help="under which the largest is looked for")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args(words)


def idle(workload: Workload, place: Place) -> float:
    """Return the PSS of a server that waits."""
    with start(Logsmith(), workload, place) as running:
        wait_listening(running.port, running.process)
        time.sleep(SETTLED_S)
        each = {one: memory(one).pss for one in tree(running.process.pid)[:1]}
        found = memory(running.process.pid).pss
        print(
            f"{workload.name}: {found:.1f} MiB in {len(tree(running.process.pid))} processes {each}",
            file=sys.stderr,
        )
        return found


def working(workers: int, place: Place, events: int) -> float:
    """Return the largest PSS of a server at work."""
    found = measure(ACCESS, Logsmith(workers=workers), place, Feed(events, connections=2 * workers)).pss_mib
    print(f"{ACCESS.name}, {workers} workers: {found:.1f} MiB", file=sys.stderr)
    return found


def main(words: list[str] | None = None) -> int:
    chosen = parse(words)
    machine = this_machine()
    rounds = range(chosen.rounds)
    try:
        with open_place() as place:
            waiting = median(idle(IDLE, place) for _ in rounds)
            with_s3 = median(idle(IDLE_S3, place) for _ in rounds)
            one, two = (median(working(workers, place, chosen.events) for _ in rounds) for workers in (1, 2))
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    figures = [
        Figure(what="idle, one worker, beats to elasticsearch", value=waiting, unit="MiB", budget=IDLE_MIB),
        Figure(what="the same with s3 beside", value=with_s3, unit="MiB", budget=IDLE_S3_MIB),
        Figure(what=f"{ACCESS.name}, one worker", value=one, unit="MiB", budget=WORKING_MIB),
        Figure(what=f"{ACCESS.name}, the second worker adds", value=two - one, unit="MiB", budget=MORE_MIB),
    ]
    return report(machine, figures, chosen.json)


if __name__ == "__main__":
    sys.exit(main())
