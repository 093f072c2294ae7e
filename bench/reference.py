"""The reference workload, measured: events/s, CPU per event of the whole process tree, memory.

    python bench/reference.py [--events N] [--rounds N] [--workers N] [--beside COMMAND]

`--beside` names a second server to run in turns (A B A B): a command that gets a port and the certificate folder as its last
two arguments. The ratio of the two medians holds on a noisy machine where a time does not.
"""

import argparse
import json
import os
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from logsmith.net.authority import Request, issue, make_ca

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_certificates(folder: Path) -> None:
    """Write ca.crt, server.crt, server.key, client.crt and client.key."""
    authority = make_ca("bench")
    pairs = {"ca": authority}
    pairs["server"] = issue(authority, Request(name="server", role="server", hosts=("localhost",)))
    pairs["client"] = issue(authority, Request(name="client", role="client"))
    for name, pair in pairs.items():
        (folder / f"{name}.crt").write_bytes(pair.certificate_pem)
        (folder / f"{name}.key").write_bytes(pair.key_pem)


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in tree(int(child)))]


def cpu_seconds(pid: int) -> float:
    total = 0
    for one in tree(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_mib(pid: int) -> float:
    """Return the proportional set size of the tree."""
    kib = 0
    for one in tree(pid):
        rows = Path(f"/proc/{one}/smaps_rollup").read_text().split("\n")
        kib += next(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return kib / 1024


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(600):
        if process.poll() is not None:
            sys.exit(f"the server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("the server does not listen")


def measure(
    command: list[str], port: int, environment: dict[str, str], folder: Path, events: int
) -> dict[str, float]:
    """Start a server, warm it up, send events; returns its figures."""
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        send(port, folder, 20_000)
        before = cpu_seconds(process.pid)
        sent = send(port, folder, events)
        cpu = cpu_seconds(process.pid) - before
        return {
            "events_per_s": sent["events"] / sent["seconds"],
            "cpu_us": cpu / sent["events"] * 1e6,
            "memory_mib": memory_mib(process.pid),
            "ack_p50_ms": sent["ack_p50_ms"],
            "ack_p99_ms": sent["ack_p99_ms"],
        }
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def send(port: int, folder: Path, events: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, HERE / "load.py", f"127.0.0.1:{port}", folder, str(events)],
        check=True,
        capture_output=True,
    )
    return json.loads(done.stdout)


def print_row(name: str, rounds: list[dict[str, float]]) -> None:
    medians = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
    print(
        f"{name:<10} {medians['events_per_s']:>9.0f} events/s  {medians['cpu_us']:>6.2f} us CPU/event  "
        f"{medians['memory_mib']:>6.1f} MiB PSS  ACK p50 {medians['ack_p50_ms']:.0f} ms, p99 {medians['ack_p99_ms']:.0f} ms"
    )


def logsmith(
    folder: Path, sink: int, workers: int, settings: list[str]
) -> tuple[list[str], int, dict[str, str]]:
    """Return the command of a logsmith on the reference pipeline, its port, and its environment."""
    port = free_port()
    command = [sys.executable, "-m", "logsmith", "-f", str(HERE / "reference.conf"), "-w", str(workers)]
    command += ["--path.data", tempfile.mkdtemp(dir=folder), "--log.level", "warn"]
    command += [word for one in settings for word in ("-S", one)]
    more = {"BENCH_PORT": str(port), "BENCH_CERTS": str(folder), "BENCH_SINK": str(sink)}
    return command, port, {**os.environ, **more}


def other(folder: Path, command: str) -> tuple[list[str], int, dict[str, str]]:
    port = free_port()
    return [*shlex.split(command), str(port), str(folder)], port, dict(os.environ)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="of logsmith")
    parser.add_argument("--beside", help="a second server's command, given a port and the certificate folder")
    parser.add_argument(
        "--beside-plain", action="store_true", help="the second server is logsmith without the settings given"
    )
    chosen = parser.parse_args()
    sink = free_port()
    counting = subprocess.Popen([sys.executable, HERE / "sink.py", str(sink)])
    ours: list[dict[str, float]] = []
    beside: list[dict[str, float]] = []
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_certificates(folder)
            for number in range(chosen.rounds):
                server = logsmith(folder, sink, chosen.workers, chosen.setting)
                ours.append(measure(*server, folder, chosen.events))
                if chosen.beside_plain:
                    beside.append(measure(*logsmith(folder, sink, chosen.workers, []), folder, chosen.events))
                elif chosen.beside:
                    beside.append(measure(*other(folder, chosen.beside), folder, chosen.events))
                print(f"round {number + 1} of {chosen.rounds}", file=sys.stderr)
        counted = json.loads(urlopen(f"http://127.0.0.1:{sink}/count").read())
    finally:
        counting.terminate()
    servers = chosen.rounds * (2 if chosen.beside_plain else 1)
    expected = servers * (chosen.events // 4_000 * 4_000 + 20_000)
    print(f"sink: {counted['documents']} documents in {counted['requests']} requests, {expected} expected")
    print_row("logsmith", ours)
    if beside:
        print_row("beside", beside)
        for key, what in (("cpu_us", "CPU per event"), ("events_per_s", "events/s")):
            ratios = [one[key] / two[key] for one, two in zip(ours, beside, strict=True)]
            each = ", ".join(f"{one:.2f}" for one in ratios)
            print(f"ratio of {what}: {statistics.median(ratios):.2f} (each round: {each})")


if __name__ == "__main__":
    main()
