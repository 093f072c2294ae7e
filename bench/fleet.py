"""What a window costs where many shippers have little to say each: small windows at a steady rate, on many connections.

    python -m bench.fleet [--connections N] [--window N] [--rates WINDOWS ...] [--seconds N] [--rounds N] [--json FILE]

Elasticsearch takes small requests at a millisecond of the server's time each, so it matters how many windows share one.
"""

import argparse
import sys
from pathlib import Path
from statistics import median

from bench.budgets import Figure, report
from bench.load import Load
from bench.machine import this_machine
from bench.measurement import WARM_UP, send_apart, wait_delivered
from bench.processes import ServerError, cpu_seconds, wait_listening
from bench.servers import Logsmith, Place, open_place, start
from bench.workload import ACCESS


def parse(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.fleet",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--window", type=int, default=10, help="events in a window")
    parser.add_argument(
        "--rates", type=int, nargs="+", default=[50, 150, 500], help="windows a second of all connections"
    )
    parser.add_argument("--seconds", type=int, default=6, help="of each rate in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args(words)


def one_round(place: Place, chosen: argparse.Namespace) -> list[tuple[float, float]]:
    """Return for each rate the microseconds of CPU a window, and the 50th percentile of latency in ms."""
    found = []
    with start(Logsmith(), ACCESS, place) as running:
        wait_listening(running.port, running.process)
        pid, expected = running.process.pid, place.sink.documents()
        warm = Load(port=running.port, certificates=place.certificates, events=WARM_UP)
        expected += send_apart(warm, lambda: None).events
        for rate in chosen.rates:
            load = Load(
                port=running.port,
                certificates=place.certificates,
                connections=chosen.connections,
                window=chosen.window,
                events=rate * chosen.window * chosen.seconds,
                rate=rate * chosen.window,
            )
            wait_delivered(place.sink, expected)
            before = cpu_seconds(pid)
            sent = send_apart(load, lambda: None)
            expected += sent.events
            wait_delivered(place.sink, expected)
            windows = sent.events / chosen.window
            found.append(((cpu_seconds(pid) - before) / windows * 1e6, sent.percentile(0.5) or 0.0))
    return found


def main(words: list[str] | None = None) -> int:
    chosen = parse(words)
    rounds = []
    try:
        with open_place() as place:
            for number in range(chosen.rounds):
                rounds.append(one_round(place, chosen))
                told = ", ".join(
                    f"{rate} a second {cpu_us:.0f} us"
                    for rate, (cpu_us, _) in zip(chosen.rates, rounds[-1], strict=True)
                )
                print(f"round {number + 1} of {chosen.rounds}: {told}", file=sys.stderr)
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    figures = []
    for rate, found in zip(chosen.rates, zip(*rounds, strict=True), strict=True):
        what = f"{chosen.connections} connections, {rate} windows of {chosen.window} a second: "
        figures.append(
            Figure(what=what + "CPU", value=median(cpu_us for cpu_us, _ in found), unit="us a window")
        )
        figures.append(Figure(what=what + "ACK p50", value=median(p50_ms for _, p50_ms in found), unit="ms"))
    return report(this_machine(), figures, chosen.json)


if __name__ == "__main__":
    sys.exit(main())
