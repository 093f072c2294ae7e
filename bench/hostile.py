"""What a hostile client costs: the worker's memory beside its budget, and a good client's events beside those without it.

    python bench/hostile.py [CASE ...] [--seconds S] [--list]

For each case a server of one worker is started, with mutual TLS for the good client and for those who only shake hands,
and without TLS for those who send frames: that costs an attacker least. The good client sends windows of log lines all the
time. Memory is the worker's largest resident set (VmHWM), and its proportional share (Pss) when the attack ends. The whole takes
about three minutes; it exits with 1 if a budget is exceeded or the good client stands still.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from load import DISTINCT_WINDOWS, WINDOW, wait_for_ack, window

from logsmith.net.certplan import Wish, make_certificates

MIB = 1024 * 1024
START_S = 30
CALM_S = 2.0
MOST_BYTES = 6 * 1024 * MIB  # of the server: what goes wrong must not take the machine along
OPENERS = 64  # at a time, of those who open many
LEAST_SHARE = 0.005  # of its events without the attack: half of what is fair beside a hundred connections
PIPELINE = """
input {{
  beats {{ port => {tls} ssl_enabled => true ssl_certificate => "{folder}/server.crt" ssl_key => "{folder}/server.key"
          ssl_certificate_authorities => ["{folder}/ca.crt"] client_inactivity_timeout => 300 }}
  beats {{ port => {plain} }}
}}
filter {{ if [stall] {{ sleep {{ time => "600" }} }} }}
output {{ null {{ }} }}
"""


@cache
def client_context(folder: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.check_hostname = False
    context.load_cert_chain(folder / "client.crt", folder / "client.key")
    return context


@dataclass(frozen=True)
class Target:
    """Where a server is, and who its clients are."""

    tls: int
    plain: int
    folder: Path
    supervisor: int
    log: Path

    @property
    def worker(self) -> int:
        """The one child of the supervisor; 0 if it has none."""
        children = Path(f"/proc/{self.supervisor}/task/{self.supervisor}/children").read_text().split()
        return int(children[-1]) if children else 0

    def connect(self, port: int | None = None) -> socket.socket:
        found = socket.create_connection(("127.0.0.1", port or self.plain))
        found.settimeout(5)
        return found

    def connect_tls(self) -> ssl.SSLSocket:
        stream = self.connect(self.tls)
        stream.settimeout(30)
        return client_context(self.folder).wrap_socket(stream)


def w(count: int) -> bytes:
    return b"2W" + struct.pack(">I", count)


def j(document: bytes, sequence: int = 1) -> bytes:
    return b"2J" + struct.pack(">II", sequence, len(document)) + document


def c(text: bytes, level: int = 9) -> bytes:
    deflated = zlib.compress(text, level)
    return b"2C" + struct.pack(">I", len(deflated)) + deflated


def flood(target: Target, until: float, payloads: list[bytes], connections: int = 8) -> None:
    """On so many connections at a time: send a payload, wait for an answer or the end, and again."""

    def one(number: int) -> None:
        while time.monotonic() < until:
            try:
                with target.connect() as stream:
                    stream.sendall(payloads[number % len(payloads)])
                    stream.recv(64)
            except OSError:
                pass

    in_threads(one, connections)


def in_threads(work: Callable[[int], None], count: int) -> None:
    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def lengths() -> list[bytes]:
    huge = b"\xff\xff\xff\xff"
    return [
        w(1) + b"2J\0\0\0\1" + huge,
        w(1) + b"2C" + huge,
        b"1W\0\0\0\x011D\0\0\0\1" + huge,
        b"1W\0\0\0\x011D\0\0\0\1\0\0\0\1" + huge,
        b"2W" + huge,
        b"2W\x80\0\0\0",
        w(1) + b"2J\0\0\0\1\0\0\0\0",
    ]


def spaces() -> list[bytes]:
    return [w(4) + c(4 * j(b"{" + b" " * (63 * MIB) + b"}"))]


def members(count: int) -> bytes:
    return b"{" + b",".join(b'"%x":0' % number for number in range(count)) + b"}"


def many_members() -> list[bytes]:
    return [w(1) + c(j(members(5_000_000)), 1), w(60) + c(60 * j(members(100_000)), 1)]


def tiny_events(document: bytes = b"{}", count: int = 65_536) -> list[bytes]:
    return [w(count) + c(count * j(document))]


def standing() -> list[bytes]:
    return tiny_events(b'{"stall":1,"m":"' + b"x" * (60 * MIB) + b'"}', 2)


def nested() -> list[bytes]:
    inner = w(1) + j(b"{}")
    deep = inner
    for _ in range(500):
        deep = c(deep)
    spin = "3243000000237 89c33726660601 0aa9863fc29292121 81256 9d9ab28067621c60aa3700600 6bf407ae"
    return [
        w(1) + c(c(inner)),
        w(1) + deep,
        w(1) + bytes.fromhex(spin.replace(" ", "")),
        w(9) + 20_000 * c(b"", 1),
    ]


def hold(
    count: int, opening: Callable[[Target], socket.socket], drip: bytes = b""
) -> Callable[[Target, float, list[bytes]], None]:
    """Return an attack: open so many connections, and send a byte on each now and then."""

    def attack(target: Target, until: float, _: list[bytes]) -> None:
        held: list[socket.socket] = []

        def opener(number: int) -> None:
            for _ in range(number, count, OPENERS):
                try:
                    held.append(opening(target))
                except OSError:
                    pass

        in_threads(opener, OPENERS)
        while time.monotonic() < until or not held:
            for one in held if drip else ():
                try:
                    one.send(drip)
                except OSError:
                    pass
            time.sleep(0.5)

    return attack


def begin(sent: bytes) -> Callable[[Target], socket.socket]:
    def opening(target: Target) -> socket.socket:
        stream = target.connect()
        stream.sendall(sent)
        return stream

    return opening


def half_a_hello(target: Target) -> socket.socket:
    stream = target.connect(target.tls)
    stream.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    return stream


def unfinished(target: Target, until: float, _: list[bytes]) -> None:
    """Send forty of sixty-three MiB on each of 64 connections, and again when closed."""
    piece = os.urandom(MIB)

    def one(_: int) -> None:
        while time.monotonic() < until:
            try:
                with target.connect() as stream:
                    stream.sendall(w(1) + b"2J\0\0\0\1" + struct.pack(">I", 63 * MIB))
                    for _ in range(40):
                        stream.sendall(piece)
                    stream.settimeout(max(0.1, until - time.monotonic()))
                    stream.recv(1)
            except OSError:
                pass

    in_threads(one, 64)


def endless(target: Target, until: float, _: list[bytes]) -> None:
    """Send events of sixteen MiB of a window of 65,536, on 64 connections, as fast as they are taken."""
    piece = j(b"{" + bytes(16 * MIB) + b"}")

    def one(_: int) -> None:
        while time.monotonic() < until:
            try:
                with target.connect() as stream:
                    stream.sendall(w(65_536))
                    for _ in range(128):
                        stream.sendall(piece)
            except OSError:
                pass

    in_threads(one, 64)


def never_read(target: Target, until: float, _: list[bytes]) -> None:
    """Ask for answers on a hundred connections, and read none."""

    def one(_: int) -> None:
        while time.monotonic() < until:
            try:
                with target.connect() as stream:
                    stream.settimeout(1)
                    while time.monotonic() < until:
                        stream.sendall(1000 * w(0))
            except OSError:
                pass

    in_threads(one, 100)


def stall(target: Target, until: float, payloads: list[bytes]) -> None:
    """Send, on sixty connections, three windows each that will stand still in the filters."""

    def one(_: int) -> None:
        try:
            with target.connect() as stream:
                stream.settimeout(max(0.1, until - time.monotonic()))
                stream.sendall(3 * payloads[0])
                while stream.recv(64):
                    pass
        except OSError:
            pass

    in_threads(one, 60)


def scan(target: Target, until: float, _: list[bytes]) -> None:
    """Do what scanners and health checks do, on both ports."""
    hello = half_a_hello
    while time.monotonic() < until:
        for port in (target.tls, target.plain):
            for sent in (
                b"",
                b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                b"\x16\x03\x01\x02\x00\x01\0\1\xfc\x03\x03",
                b"\0\r\n" + os.urandom(20),
            ):
                try:
                    with target.connect(port) as stream:
                        stream.sendall(sent)
                        if sent:
                            stream.settimeout(0.05)
                            stream.recv(64)
                except OSError:
                    pass
        hello(target).close()


@dataclass(frozen=True)
class Case:
    """An attack, and the MiB that the worker may have while it lasts."""

    name: str
    budget: int
    attack: Callable[[Target, float, list[bytes]], None]
    payloads: Callable[[], list[bytes]] = list
    seconds: float | None = None
    held: int = 0  # connections that must be there at the end, else nothing was measured


IDLE = 9_900
CASES = (
    Case("lengths of 4 GiB", 128, flood, lengths),
    Case("bomb: 1 GiB of zeros", 128, flood, lambda: [w(1) + c(bytes(1024 * MIB))]),
    Case("bomb: 252 MiB of spaces in four events", 1280, flood, spaces),
    Case("bomb: a million events for one", 128, flood, lambda: [w(1) + c(1_000_000 * j(b"{}"))]),
    Case("65,536 events of 2 bytes in a window", 512, flood, tiny_events),
    Case("events of 5 million and of 60 x 100,000 members", 1280, flood, many_members),
    Case("nested frames, the endless loop, empty frames", 128, flood, nested),
    Case("unfinished frames: 64 x 40 MiB", 768, unfinished),
    Case("unfinished windows of whole events: 64 x 2 GiB", 768, endless),
    Case("standing windows: 60 x 3 x 65,536 events", 1280, stall, lambda: tiny_events(b'{"stall":1}')),
    Case("standing windows: 60 x 3 x 120 MiB", 1280, stall, standing),
    Case("slow handshakes: 2,000", 256, hold(2000, half_a_hello, b"\0")),
    Case("slow frames: 2,000", 256, hold(2000, begin(w(1) + b"2J\0\0\0\1\0\x10\0\0"), b" ")),
    Case("windows of nothing, answers never read", 128, never_read),
    Case("scanners and health checks", 128, scan),
    Case(f"{IDLE:,} idle TLS connections", 1280, hold(IDLE, Target.connect_tls), seconds=90, held=IDLE),
)


def good_client(target: Target, counted: object) -> None:
    """Send windows for ever, and count the events that are acknowledged."""
    windows = [window(number * WINDOW) for number in range(DISTINCT_WINDOWS)]
    while True:
        try:
            with target.connect_tls() as stream:
                stream.settimeout(60)
                while True:
                    stream.sendall(random.choice(windows))
                    wait_for_ack(stream)
                    counted.value += WINDOW  # type: ignore[attr-defined]  # multiprocessing has no type for it
        except (OSError, SystemExit):
            time.sleep(0.05)


@contextmanager
def server(folder: Path) -> Iterator[Target]:
    """Run logsmith with one worker."""
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as one:
            ports.append(one.getsockname()[1])
    pipeline, log = folder / "hostile.conf", folder / "log"
    pipeline.write_text(PIPELINE.format(tls=ports[0], plain=ports[1], folder=folder))
    command = [
        sys.executable,
        "-m",
        "logsmith",
        "-f",
        str(pipeline),
        "-w",
        "1",
        "--path.data",
        str(folder / "data"),
    ]
    with log.open("w") as stream:
        process = subprocess.Popen([*command, "--api.enabled=false"], stderr=stream, stdout=stream)
    resource.prlimit(process.pid, resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    try:
        yield Target(ports[0], ports[1], folder, process.pid, log)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def memory(worker: int) -> tuple[int, int]:
    """Return the largest resident set of a process, and its proportional share now, in MiB."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines())
    rollup = dict(
        line.split(":", 1) for line in Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines()[1:]
    )
    return int(status["VmHWM"].split()[0]) // 1024, int(rollup["Pss"].split()[0]) // 1024


def measure(case: Case, seconds: float) -> bool:
    """Run a case, print its row, and return whether all was well."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_certificates(Wish(folder=folder, names=("127.0.0.1",), clients=("client",)))
        with server(folder) as target:
            counted = multiprocessing.Value("q", 0)
            client = multiprocessing.Process(target=good_client, args=(target, counted), daemon=True)
            client.start()
            began = time.monotonic()
            while not counted.value:
                if time.monotonic() - began > START_S:
                    sys.exit(target.log.read_text())
                time.sleep(0.05)
            worker = target.worker
            payloads, lasts = case.payloads(), case.seconds or seconds
            calm = rate(counted, CALM_S)
            attacker = multiprocessing.Process(
                target=case.attack, args=(target, time.monotonic() + lasts, payloads), daemon=True
            )
            attacker.start()
            under = rate(counted, lasts)
            is_alive = target.worker == worker
            largest, share = memory(worker) if is_alive else (0, 0)
            connections = len(list(Path(f"/proc/{worker}/fd").iterdir())) if is_alive else 0
            for one in (attacker, client):
                one.kill()
                one.join()
            written = target.log.read_text().splitlines()
            if not is_alive:
                print("\n".join(written[-20:]))
            lines = len(written)
    is_well = is_alive and connections >= case.held and largest <= case.budget and under >= calm * LEAST_SHARE
    verdict = ("" if is_well else "  !") if is_alive else "  the worker died"
    sizes = f"{largest:>7,} {case.budget:>7,} {share:>7,}"
    rates = f"{calm:>9,.0f} {under:>9,.0f}"
    print(f"{case.name:<48} {sizes} {rates} {connections:>7,} {lines:>5}{verdict}", flush=True)
    return is_well


def rate(counted: object, seconds: float) -> float:
    before, began = counted.value, time.monotonic()  # type: ignore[attr-defined]  # as above
    time.sleep(seconds)
    return float((counted.value - before) / (time.monotonic() - began))  # type: ignore[attr-defined]  # as above


def main() -> int:
    """Run the cases that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help="the beginning of a case's name")
    parser.add_argument("--seconds", type=float, default=6.0, help="how long an attack lasts")
    parser.add_argument("--list", action="store_true", help="print the names of the cases")
    options = parser.parse_args()
    chosen = [one for one in CASES if not options.cases or one.name.startswith(tuple(options.cases))]
    if options.list:
        print("\n".join(one.name for one in chosen))
        return 0
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(
        f"{'':<48} {'RSS MiB':>7} {'budget':>7} {'PSS':>7} {'good/s':>9} {'attacked':>9} {'files':>7} {'log':>5}"
    )
    exceeded = [one.name for one in chosen if not measure(one, options.seconds)]
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main())
