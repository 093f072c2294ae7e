"""What a second worker costs: CPU per event with two workers beside one, and how evenly they share the events.

python -m bench.cores [--workload NAME] [--rounds N] [--events N] [--connections N] [--json FILE]
"""

import argparse
import sys
from pathlib import Path
from statistics import median

from bench.budgets import Figure, report
from bench.machine import this_machine
from bench.measurement import Feed, Round, measure
from bench.processes import ServerError
from bench.servers import Logsmith, open_place
from bench.table import heading, ratios, row
from bench.workload import ACCESS, UnknownWorkloadError, find

MOST_RATIO = 1.05
FARTHEST = 20.0  # per cent of half that a worker's share may be away from half


def parse(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.cores",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--workload", default=ACCESS.name)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=2, help="at least two")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args(words)


def unevenness(one: Round) -> float:
    """Return how far the workers' shares are from half, in per cent of half."""
    largest = one.shares[0] if one.shares else 1.0
    return abs(largest - 0.5) / 0.5 * 100


def main(words: list[str] | None = None) -> int:
    chosen = parse(words)
    machine = this_machine()
    two, one = Logsmith(name="two", workers=2), Logsmith(name="one", workers=1)
    rounds: dict[str, list[Round]] = {two.name: [], one.name: []}
    try:
        workload = find(chosen.workload)
        with open_place() as place:
            for number in range(chosen.rounds):
                for server in (two, one):
                    feed = Feed(chosen.events, chosen.connections)
                    rounds[server.name].append(measure(workload, server, place, feed))
                shares = ", ".join(f"{share:.3f}" for share in rounds[two.name][-1].shares)
                print(f"round {number + 1} of {chosen.rounds}: shares {shares}", file=sys.stderr)
    except (ServerError, UnknownWorkloadError) as error:
        print(error, file=sys.stderr)
        return 1
    print(heading())
    for name, measured in rounds.items():
        print(row(workload, name, measured))
    cpu, rate = ratios(rounds[two.name], rounds[one.name])
    print(cpu)
    print(rate)
    far = median(unevenness(each) for each in rounds[two.name])
    figures = [
        Figure(what="CPU per event, two workers by one", value=cpu.median, budget=MOST_RATIO),
        Figure(what="events/s, two workers by one", value=rate.median),
        Figure(what="shares of the workers: away from half", value=far, unit="%", budget=FARTHEST),
    ]
    return report(machine, figures, chosen.json)


if __name__ == "__main__":
    sys.exit(main())
