"""Load as Filebeat sends it: windows of events of about 1 kB over mutual TLS, on several connections, two in flight on each.

    python -m bench.load HOST:PORT CERTIFICATES [--kind KIND] [--events N] [--rate EVENTS_PER_S] [--connections N]
                         [--window N] [--feed beats|lines]

With `--feed lines` events are JSON lines over the same TLS, for servers without Lumberjack: nothing is acknowledged.
Windows are made and compressed before the clock starts, so that the generator costs the measured machine little. Without a rate
a window is sent as soon as there are fewer than two in flight. With one, windows are due at even intervals, the connections in
turns, and the latency counts from when a window was due: a server that falls behind cannot hide it.
"""

import argparse
import json
import select
import socket
import ssl
import struct
import sys
import threading
import time
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from bench.lines import KINDS, event, lines

WINDOW = 2_000
LEVEL = 3
DISTINCT_WINDOWS = 10
IN_FLIGHT = 2
FEEDS = ("beats", "lines")
ANSWER = 6  # bytes: version, type, sequence
KEEPALIVE = b"2A\0\0\0\0"
PATIENCE_S = 120.0


def window(first: int, size: int = WINDOW, kind: str = "combined") -> bytes:
    """Return one window, ready to send."""
    return _made(kind, first, size, "beats")[0]


@cache
def _made(kind: str, first: int, size: int, feed: str) -> tuple[bytes, int]:
    """Return a window, and the bytes of the raw lines in it."""
    texts = list(lines(kind, first + 1, size))
    documents = [event(number, line) for number, line in enumerate(texts, first + 1)]
    framed = frame_window(documents) if feed == "beats" else b"\n".join((*documents, b""))
    return framed, sum(len(line.text.encode()) + 1 for line in texts)


def frame_window(documents: Sequence[bytes]) -> bytes:
    """Return events as a window in one compressed frame."""
    frames = [
        b"2J" + struct.pack(">II", sequence, len(document)) + document
        for sequence, document in enumerate(documents, 1)
    ]
    deflated = zlib.compress(b"".join(frames), LEVEL)
    return b"2W" + struct.pack(">I", len(documents)) + b"2C" + struct.pack(">I", len(deflated)) + deflated


def client_context(certificates: Path) -> ssl.SSLContext:
    """Return what a client needs to shake hands."""
    context = ssl.create_default_context(cafile=str(certificates / "ca.crt"))
    context.check_hostname = False
    context.load_cert_chain(certificates / "client.crt", certificates / "client.key")
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to send, and where."""

    port: int
    certificates: Path
    kind: str = "combined"
    events: int = 20_000
    connections: int = 2
    rate: float | None = None  # events a second of all connections
    window: int = WINDOW
    host: str = "127.0.0.1"
    feed: str = FEEDS[0]

    def prepare(self) -> list[tuple[bytes, int]]:
        """Make the windows, which is not part of sending."""
        firsts = range(0, DISTINCT_WINDOWS * self.window, self.window)
        return [_made(self.kind, first, self.window, self.feed) for first in firsts]

    def changed(self, *, events: int, rate: float | None = None) -> "Load":
        """Return the same with another number of events, and at another rate."""
        return replace(self, events=events, rate=rate)

    @property
    def windows_each(self) -> int:
        """The windows of each connection."""
        return max(1, round(self.events / self.window / self.connections))


@dataclass(slots=True)
class Sent:
    """What was acknowledged, and when."""

    events: int = 0
    raw_bytes: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)  # seconds until a window was acknowledged

    def percentile(self, share: float) -> float | None:
        """Return the latency in milliseconds that so many windows do not exceed; None if nothing is acknowledged."""
        ordered = sorted(self.latencies)
        if not ordered:
            return None
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class LoadError(Exception):
    """The server went away, or did not answer."""


class Client:
    """One connection that sends windows and notes what is answered."""

    def __init__(self, load: Load, number: int) -> None:
        self._load, self._number = load, number
        self._windows = load.prepare()
        self._waiting: deque[tuple[float, int]] = deque()  # when a window was due, and its raw bytes
        self._read = b""
        self.sent = Sent()
        plain = socket.create_connection((load.host, load.port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.settimeout(PATIENCE_S)
        self._stream = client_context(load.certificates).wrap_socket(plain)
        self.failure: Exception | None = None

    def run(self, started: float) -> None:
        """Send all windows, and wait until they are acknowledged."""
        try:
            self._send_all(started)
        except (OSError, LoadError) as error:
            self.failure = error

    def _send_all(self, started: float) -> None:
        with self._stream:
            for number, due in enumerate(self._moments(started)):
                while len(self._waiting) >= IN_FLIGHT or (due is not None and self._is_early(due)):
                    self._receive(due)
                sent, raw = self._windows[(number + self._number) % len(self._windows)]
                if self._load.feed == "beats":
                    self._waiting.append((due or time.perf_counter(), raw))
                else:
                    self._note(raw)
                self._stream.sendall(sent)
            while self._waiting:
                self._receive(None)
            if self._load.feed != "beats":
                self._hang_up()

    def _hang_up(self) -> None:
        """End the stream and wait for the other end: closing with something unread would throw away what was sent."""
        with suppress(OSError):
            self._stream.unwrap()

    def _moments(self, started: float) -> Iterator[float | None]:
        """Return when each window is due; None is at once."""
        load = self._load
        if load.rate is None:
            yield from [None] * load.windows_each
            return
        interval = load.window / load.rate
        for number in range(load.windows_each):
            yield started + (number * load.connections + self._number) * interval

    def _is_early(self, due: float) -> bool:
        return time.perf_counter() < due

    def _receive(self, due: float | None) -> None:
        """Take one answer; if nothing is in the way of sending but the time, wait for it no longer than until then."""
        if due is not None and len(self._waiting) < IN_FLIGHT and not self._stream.pending():
            ready, _, _ = select.select([self._stream], [], [], max(0.0, due - time.perf_counter()))
            if not ready:
                return
        received = self._stream.recv(ANSWER - len(self._read))
        if not received:
            raise LoadError("the server closed the connection")
        self._read += received
        if len(self._read) < ANSWER:
            return
        answer, self._read = self._read, b""
        if answer == KEEPALIVE:
            return
        due_then, raw = self._waiting.popleft()
        self.sent.latencies.append(time.perf_counter() - due_then)
        self._note(raw)

    def _note(self, raw: int) -> None:
        self.sent.events += self._load.window
        self.sent.raw_bytes += raw


def send(load: Load) -> Sent:
    """Send it over all connections at once; raises LoadError if not all of it was acknowledged."""
    clients = [Client(load, number) for number in range(load.connections)]
    started = time.perf_counter()
    threads = [threading.Thread(target=one.run, args=(started,)) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Sent(seconds=time.perf_counter() - started)
    for client in clients:
        if client.failure is not None:
            raise LoadError(f"a connection failed after {client.sent.events} events: {client.failure}")
        total.events += client.sent.events
        total.raw_bytes += client.sent.raw_bytes
        total.latencies += client.sent.latencies
    return total


def wait_for_ack(stream: ssl.SSLSocket) -> None:
    """Read answers until one is not a sign of life."""
    answer = b""
    while True:
        answer += stream.recv(ANSWER - len(answer)) or sys.exit("the server closed the connection")
        if len(answer) == ANSWER:
            if answer != KEEPALIVE:
                return
            answer = b""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address", metavar="HOST:PORT")
    parser.add_argument("certificates", type=Path, help="the folder of ca.crt, client.crt and client.key")
    parser.add_argument("--kind", choices=sorted(KINDS), default="combined", help="of lines")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--rate", type=float, help="events a second; as fast as they are taken if unset")
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--feed", choices=FEEDS, default=FEEDS[0], help="frames, or JSON lines")
    parser.add_argument("--window", type=int, default=WINDOW, help="events in a window")
    chosen = vars(parser.parse_args())
    host, _, port = chosen.pop("address").rpartition(":")
    sent = send(Load(host=host, port=int(port), **chosen))
    figures = {"events": sent.events, "raw_bytes": sent.raw_bytes, "seconds": sent.seconds}
    print(json.dumps({**figures, "ack_p50_ms": sent.percentile(0.5), "ack_p99_ms": sent.percentile(0.99)}))


if __name__ == "__main__":
    main()
