"""Beats clients that nobody here wrote. Each sends numbered events and returns how many were acknowledged.

An event is `{"n": N, "message": "event N …"}`, with N counting from `first`.
"""

import json
import subprocess
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pylogbeat
from real_servers import stop_group

TIMEOUT_S = 30
LOOPBACK = "127.0.0.1"


class ClientError(Exception):
    """A client gave up; `acknowledged` says how many of its events were acknowledged before."""

    def __init__(self, message, acknowledged):
        super().__init__(message)
        self.acknowledged = acknowledged


@dataclass(frozen=True, slots=True)
class Sent:
    """How a sending of golumber ended; the acknowledged events are its first ones. No error is ""."""

    acknowledged: int
    windows: int
    seconds: float
    error: str


@dataclass(frozen=True, slots=True)
class GoLumber:
    """Elastic's own library, as all Beats use it: v2, compressed, pipelined if wished, TLS with client certificates."""

    program: Path
    name: str = "golumber"
    needs_tls: bool = False
    sendings: list["Sending"] = field(default_factory=list)

    def send(self, port, count, identity=None, *, first=0, timeout_s=TIMEOUT_S, **flags):
        """Send numbered events; `flags` are golumber's own: pipeline, window, size, level, name."""
        sent = self.begin(port, count, identity, first=first, timeout_s=timeout_s, **flags).wait()
        if sent.error:
            raise ClientError(sent.error, sent.acknowledged)
        return sent.acknowledged

    def send_events(self, port, events, identity=None, *, timeout_s=TIMEOUT_S, **flags):
        """Send these events, in windows as `flags` say, and return how many were acknowledged."""
        lines = "".join(json.dumps(event) + "\n" for event in events)
        words = self._words(port, identity, {"timeout": f"{timeout_s}s", **flags})
        result = subprocess.run(
            [self.program, "send", "-stdin", *words], input=lines, capture_output=True, text=True, check=False
        )
        sent = _read_sent(result.stdout, result.stderr)
        if sent.error:
            raise ClientError(sent.error, sent.acknowledged)
        return sent.acknowledged

    def begin(self, port, count, identity=None, *, first=0, timeout_s=TIMEOUT_S, **flags):
        """Begin to send numbered events, and return at once."""
        wishes = {"count": count, "first": first, "timeout": f"{timeout_s}s", **flags}
        words = self._words(port, identity, wishes)
        process = subprocess.Popen(
            [self.program, "send", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.sendings.append(Sending(process))
        return self.sendings[-1]

    @contextmanager
    def serve(self, identity=None, *, port=0, ack_delay="0s"):
        """Run go-lumber's server, which wants a certificate of its client if it has an identity."""
        with subprocess.Popen(
            [self.program, "serve", *self._words(port, identity, {"ack-delay": ack_delay})],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                yield Receiving(process)
            finally:
                stop_group(process, TIMEOUT_S)

    def _words(self, port, identity, flags):
        words = [f"-address={LOOPBACK}:{port}", *(f"-{name}={value}" for name, value in flags.items())]
        if identity is not None:
            words.append(f"-ca={identity.ca}")
            if identity.cert is not None:
                words += [f"-cert={identity.cert}", f"-key={identity.key}"]
        return words


class Sending:
    """A golumber that sends in the background."""

    def __init__(self, process):
        self._process = process
        self._sent = None

    def wait(self):
        """Wait for its end, and return how it ended; a failure is in `error`."""
        if self._sent is None:
            self._sent = _read_sent(*self._process.communicate())
        return self._sent

    def kill(self):
        """End it at once, as a machine that fails, unless it has ended."""
        self._process.kill()
        self.wait()


class Receiving:
    """go-lumber's server at work."""

    def __init__(self, process):
        self.port = int(process.stderr.readline().rpartition(":")[2])
        self._lines = []
        self._more = threading.Condition()
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def wait_events(self, count):
        """Return the events received, once there are so many."""
        with self._more:
            arrived = self._more.wait_for(lambda: len(self._lines) >= count, TIMEOUT_S)
            if not arrived:
                raise TimeoutError(f"expected {count} events, got {len(self._lines)}")
            return [json.loads(line) for line in self._lines]

    def _read(self, stream):
        for line in stream:
            with self._more:
                self._lines.append(line)
                self._more.notify_all()


@dataclass(frozen=True, slots=True)
class PyLogBeat:
    """A client in Python: v2, compressed; its sequence keeps growing from window to window on a connection."""

    name: str = "pylogbeat"
    needs_tls: bool = False

    def send(self, port, count, identity=None, *, first=0, window=50, timeout_s=TIMEOUT_S):
        acknowledged = 0
        try:
            with closing(
                self._client(port, identity, timeout_s)
            ) as client:  # its own `with` forgets a failed one
                for start in range(0, count, window):
                    numbers = range(first + start, first + min(start + window, count))
                    client.send([{"n": n, "message": f"event {n}"} for n in numbers])
                    acknowledged += len(numbers)
        except (OSError, pylogbeat.ConnectionException) as error:
            raise ClientError(str(error), acknowledged) from error
        return acknowledged

    def _client(self, port, identity, timeout_s):
        if identity is None:
            return pylogbeat.PyLogBeatClient(LOOPBACK, port, timeout=timeout_s, use_logging=True)
        return pylogbeat.PyLogBeatClient(
            LOOPBACK,
            port,
            timeout=timeout_s,
            use_logging=True,
            ssl_enable=True,
            ca_certs=str(identity.ca),
            certfile=identity.cert and str(identity.cert),
            keyfile=identity.key and str(identity.key),
        )


@dataclass(frozen=True, slots=True)
class NodeClient:
    """A client from npm, by its package's name: lumberjack-protocol speaks v1, lumberjack-client v2."""

    folder: Path
    name: str
    needs_tls: bool = False

    def send(self, port, count, identity=None, *, first=0, window=None, timeout_s=TIMEOUT_S):
        order = {
            "host": LOOPBACK,
            "port": port,
            "count": count,
            "first": first,
            "window": window or _tenth(count),
            "timeout_s": timeout_s,
        }
        if identity is not None:
            files = {"ca": identity.ca, "cert": identity.cert, "key": identity.key}
            order |= {name: str(path) for name, path in files.items() if path is not None}
        result = subprocess.run(
            ["node", "--no-deprecation", f"{self.name}.js", json.dumps(order)],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=2 * timeout_s,
            check=False,
        )
        if not result.stdout:
            raise ClientError(result.stderr, 0)
        answer = json.loads(result.stdout.splitlines()[0])
        if answer["error"]:
            raise ClientError(answer["error"], answer["acknowledged"])
        return answer["acknowledged"]


def _tenth(count):
    """Return a window that fits ten times, so that the last one is full; lumberjack-protocol drops beyond ten."""
    return count // 10 if count % 10 == 0 else count


def _read_sent(stdout, stderr):
    if not stdout:
        return Sent(0, 0, 0.0, stderr.strip() or "golumber ended without an answer")
    return Sent(**json.loads(stdout))
