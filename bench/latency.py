"""How long a window waits for its acknowledgement at half of the full load, and how late a sign of life is at full load.

    python -m bench.latency [--workload NAME] [--rounds N] [--events N] [--workers N] [--json FILE]

The full rate is measured first in each round, then windows are sent at half of it, at even intervals. Signs of life: beside
a load as large as the server takes, some clients send one event that Elasticsearch answers after 20 seconds only, and note
when they hear of the server meanwhile.
"""

import argparse
import multiprocessing
import socket
import ssl
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from bench.budgets import Figure, report
from bench.load import KEEPALIVE, Load, client_context, frame_window
from bench.machine import this_machine
from bench.measurement import Feed, measure, send_apart
from bench.processes import ServerError, wait_listening
from bench.servers import Logsmith, Place, open_place, start
from bench.workload import ACCESS, UnknownWorkloadError, Workload, find

P99_MS = 100.0
LATE_S = 2.0
PERIOD_S = 5.0  # keepalive_interval of the beats input
STALLED = 4  # clients
STALL = b'{"kind":"stall","message":"wait"}'
KEEPALIVE_PIPELINE = Workload(name="keepalive")
ANSWER = 6
PATIENCE_S = 90.0


def parse(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.latency",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--workload", default=ACCESS.name)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=200_000, help="of each half of a round")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args(words)


def at_half(workload: Workload, server: Logsmith, place: Place, chosen: argparse.Namespace) -> list[Figure]:
    """Measure the full rate, and latencies at half of it."""
    rates, middles, slowest = [], [], []
    for number in range(chosen.rounds):
        full = measure(workload, server, place, Feed(chosen.events))
        half = measure(workload, server, place, Feed(chosen.events, rate=full.events_per_s / 2))
        if half.ack_p50_ms is None or half.ack_p99_ms is None:
            raise ServerError(f"{workload.name} has no acknowledgements")
        rates.append(full.events_per_s)
        middles.append(half.ack_p50_ms)
        slowest.append(half.ack_p99_ms)
        told = (
            f"full {full.events_per_s:.0f} events/s; at {half.events_per_s:.0f}: p50 {half.ack_p50_ms:.0f} ms"
        )
        print(f"round {number + 1} of {chosen.rounds}: {told}, p99 {half.ack_p99_ms:.0f} ms", file=sys.stderr)
    return [
        Figure(what="full load", value=median(rates), unit="events/s"),
        Figure(what="ACK at half of it, p50", value=median(middles), unit="ms"),
        Figure(what="ACK at half of it, p99", value=median(slowest), unit="ms", budget=P99_MS),
    ]


def stalled_client(port: int, certificates: Path, there: Connection) -> None:
    """Send one event that is not stored soon, and tell the longest silence until it is, and how often a sign of life came."""
    longest, signs = 0.0, 0
    plain = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    with client_context(certificates).wrap_socket(plain) as stream:
        stream.sendall(frame_window([STALL]))
        heard, read = time.perf_counter(), b""
        while True:
            received = stream.recv(ANSWER - len(read))
            read += received
            if received and len(read) < ANSWER:
                continue
            if read != KEEPALIVE:
                break
            now = time.perf_counter()
            longest, signs = max(longest, now - heard), signs + 1
            heard, read = now, b""
    there.send((longest, signs))


def keepalives(server: Logsmith, place: Place, rate: float) -> list[Figure]:
    """Measure the longest silence at full load of clients whose windows wait."""
    forking = multiprocessing.get_context("fork")
    with start(server, KEEPALIVE_PIPELINE, place) as running:
        wait_listening(running.port, running.process)
        load = Load(port=running.port, certificates=place.certificates, events=20_000)
        send_apart(load, lambda: None)
        pipes = []
        for _ in range(STALLED):
            here, there = forking.Pipe(duplex=False)
            arguments = (running.port, place.certificates, there)
            forking.Process(target=stalled_client, args=arguments, daemon=True).start()
            there.close()
            pipes.append(here)
        send_apart(load.changed(events=int(rate * 24)), lambda: None)
        try:
            silences, signs = zip(*(one.recv() for one in pipes if one.poll(PATIENCE_S)), strict=True)
        except (EOFError, ValueError, ssl.SSLError):
            raise ServerError(
                f"a client whose window waited was not answered\n{running.log[-4000:]}"
            ) from None
    if min(signs) < 2:
        raise ServerError(f"only {min(signs)} signs of life came; was the load over too early?")
    return [
        Figure(
            what=f"signs of life at full load ({sum(signs)}): latest",
            value=max(silences),
            unit="s",
            budget=PERIOD_S + LATE_S,
        )
    ]


def main(words: list[str] | None = None) -> int:
    chosen = parse(words)
    machine = this_machine()
    server = Logsmith(workers=chosen.workers)
    try:
        workload = find(chosen.workload)
        with open_place() as place:
            figures = at_half(workload, server, place, chosen)
            figures += keepalives(server, place, figures[0].value)
    except (ServerError, UnknownWorkloadError) as error:
        print(error, file=sys.stderr)
        return 1
    return report(machine, figures, chosen.json)


if __name__ == "__main__":
    sys.exit(main())
