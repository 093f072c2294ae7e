"""The workloads, measured: what an event costs, how many there are a second, memory, and how long a window waits.

    python -m bench [WORKLOAD ...] [--rounds N] [--events N] [--workers N] [--setting NAME=VALUE]
                    [--connections N] [--beside COMMAND [--feed beats|lines] | --beside-plain] [--json FILE] [--list]

Figures are medians of the rounds. With a second server rounds go in turns, A B A B, and the ratio of each pair is printed:
it holds on a noisy machine where a time does not.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.load import FEEDS
from bench.machine import this_machine
from bench.measurement import WARM_UP, Feed, Round, measure
from bench.processes import ServerError
from bench.servers import Contender, Logsmith, Other, Place, open_place
from bench.table import heading, medians, ratios, row
from bench.workload import WORKLOADS, UnknownWorkloadError, Workload, find


def parse(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "workloads", nargs="*", metavar="WORKLOAD", help="names or numbers; all if none is given"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=200_000, help="of a round")
    parser.add_argument("--warm-up", type=int, default=WARM_UP, metavar="N", help="events before that")
    parser.add_argument("--connections", type=int, default=2, help="of the generator")
    parser.add_argument("--workers", type=int, default=1, help="of logsmith")
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="of logsmith")
    beside = parser.add_mutually_exclusive_group()
    beside.add_argument(
        "--beside", metavar="COMMAND", help="a second server; gets its port and the certificates' folder"
    )
    beside.add_argument(
        "--beside-plain", action="store_true", help="the second server is logsmith without --setting"
    )
    parser.add_argument(
        "--feed", choices=FEEDS, default=FEEDS[0], help="what the server beside takes; lines are JSON"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write every round")
    parser.add_argument("--list", action="store_true", help="print the workloads")
    return parser.parse_args(words)


def contenders(chosen: argparse.Namespace) -> list[Contender]:
    """Return the servers to measure, ours first."""
    found: list[Contender] = [Logsmith(workers=chosen.workers, settings=tuple(chosen.setting))]
    if chosen.beside_plain:
        found.append(Logsmith(name="plain", workers=chosen.workers))
    elif chosen.beside:
        found.append(Other(chosen.beside, chosen.feed))
    return found


def run(
    workload: Workload, servers: list[Contender], place: Place, chosen: argparse.Namespace
) -> dict[str, list[Round]]:
    """Measure the servers in turns."""
    rounds: dict[str, list[Round]] = {one.name: [] for one in servers}
    feed = Feed(chosen.events, chosen.connections, warm_up=chosen.warm_up)
    for number in range(chosen.rounds):
        for one in servers:
            rounds[one.name].append(measure(workload, one, place, feed))
        print(f"{workload.name}: round {number + 1} of {chosen.rounds}", file=sys.stderr)
    return rounds


def remarks(workload: Workload, rounds: dict[str, list[Round]]) -> Iterator[str]:
    """Return what must be said of figures that are not what they seem."""
    for name, measured in rounds.items():
        if any(one.missing for one in measured):
            yield f"{name}: {[one.missing for one in measured]} events did not come to the sink"
        if any(one.idle < workload.idle for one in measured):
            yield f"{name}: {min(one.idle for one in measured):,} idle connections, as many as limits allow"


def report(workload: Workload, rounds: dict[str, list[Round]]) -> dict[str, object]:
    """Print the rows of a workload, and return what is written as JSON."""
    for name, measured in rounds.items():
        print(row(workload, name, measured), flush=True)
    found = list(rounds.values())
    compared = ratios(*found) if len(found) > 1 else []
    for one in compared:
        print(f"{'':14} {one}", flush=True)
    for line in remarks(workload, rounds):
        print(f"{'':14} {line}", flush=True)
    return {
        "workload": workload.name,
        "number": workload.number,
        "summary": workload.summary,
        "servers": {
            name: {"median": medians(measured), "rounds": [one.as_json() for one in measured]}
            for name, measured in rounds.items()
        },
        "ratios": {one.what: {"median": one.median, "rounds": one.rounds} for one in compared},
    }


def main(words: list[str] | None = None) -> int:
    chosen = parse(words)
    if chosen.list:
        print("\n".join(f"{one.number:>2} {one.name:<11} {one.summary}" for one in WORKLOADS))
        return 0
    machine = this_machine()
    try:
        workloads = [find(name) for name in chosen.workloads] or WORKLOADS
        print(f"{machine}\n{heading()}")
        with open_place() as place:
            reports = [report(one, run(one, contenders(chosen), place, chosen)) for one in workloads]
    except (UnknownWorkloadError, ServerError) as error:
        print(error, file=sys.stderr)
        return 1
    if chosen.json:
        figures = {
            "machine": machine.as_json(),
            "events": chosen.events,
            "workers": chosen.workers,
            "workloads": reports,
        }
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
