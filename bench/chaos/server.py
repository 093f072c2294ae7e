"""A real logsmith as a tree of processes: started, killed in several ways, its disk filled, stopped."""

import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import trio

from logsmith.net.authority import Issued, Request, issue, make_ca

PIPELINE = Path(__file__).with_name("pipeline.conf")
PORTS = range(20_000, 32_000)  # below those that Linux gives to clients
STOP_LIMIT_S = 2
START_S = 30.0
STOP_S = 30.0
POLL_S = 0.01


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens, and that no outgoing connection is given."""
    for port in random.sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise RuntimeError("no port is free")


@dataclass
class Place:
    """The folder of a run and its ports."""

    folder: Path
    port: int = field(default_factory=free_port)
    search: int = field(default_factory=free_port)
    store: int = field(default_factory=free_port)
    authority: Issued = field(default_factory=lambda: make_ca("chaos"))

    def __post_init__(self) -> None:
        self.certificates.mkdir(parents=True)
        (self.certificates / "ca.crt").write_bytes(self.authority.certificate_pem)
        self.write_pair("server", Request(name="server", role="server", hosts=("localhost",)))
        self.write_pair("client", Request(name="client", role="client"))
        self.write_pipeline(0)

    @property
    def certificates(self) -> Path:
        return self.folder / "certificates"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def out(self) -> Path:
        return self.folder / "out" / "events.json"

    @property
    def log(self) -> Path:
        return self.folder / "logsmith.log"

    @property
    def pipeline(self) -> Path:
        return self.folder / "pipeline.conf"

    def files(self) -> list[Path]:
        """Return the files that the server writes; some may be removed meanwhile, and folders too."""
        walks = chain.from_iterable(os.walk(top) for top in (self.data, self.out.parent))
        return [Path(folder, name) for folder, _, names in walks for name in names]

    def write_pair(self, name: str, request: Request) -> None:
        """Issue a certificate and put it into the place of the one before."""
        pair = issue(self.authority, request)
        for ending, pem in (("key", pair.key_pem), ("crt", pair.certificate_pem)):
            new = self.certificates / f"{name}.{ending}.new"
            new.write_bytes(pem)
            new.replace(self.certificates / f"{name}.{ending}")

    def write_pipeline(self, generation: int) -> None:
        """Write the pipeline; each generation is another text with the same meaning."""
        text = PIPELINE.read_text()
        mark = f'mutate {{ add_field => {{ "[@metadata][generation]" => "{generation}" }} }}'
        self.pipeline.with_suffix(".new").write_text(text.replace("filter {", f"filter {{\n  {mark}", 1))
        self.pipeline.with_suffix(".new").replace(self.pipeline)


class Server:
    """The tree that runs now. Its log goes through a pipe, since what fills its disk must not fill the log."""

    def __init__(self, place: Place, queue: str) -> None:
        self._place, self._queue = place, queue
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self.had_full_disk = False  # since its start

    def start(self, *, workers: int = 2, words: tuple[str, ...] = ()) -> None:
        """Start it, and do not wait."""
        place = self._place
        command = [sys.executable, "-m", "logsmith", "-f", str(place.pipeline), "-w", str(workers)]
        command += ["--path.data", str(place.data), "--path.settings", str(place.folder)]
        command += [
            "--api.enabled=false",
            "-S",
            f"queue.type={self._queue}",
            "-S",
            f"pipeline.stop_limit={STOP_LIMIT_S}s",
        ]
        ports = {"CHAOS_PORT": place.port, "CHAOS_SEARCH": place.search, "CHAOS_STORE": place.store}
        environment = os.environ | {name: str(port) for name, port in ports.items()}
        self._process = subprocess.Popen(
            [*command, *words],
            env=environment | {"CHAOS_FOLDER": str(place.folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.starts += 1
        self.had_full_disk = False
        threading.Thread(target=self._copy_log, args=(self._process,), daemon=True).start()

    def _copy_log(self, process: subprocess.Popen[bytes]) -> None:
        with self._place.log.open("ab") as log, process.stdout as lines:
            for line in lines:
                log.write(line)
                log.flush()

    @property
    def status(self) -> int | None:
        """The exit status of the supervisor, or None while it runs."""
        return self._process.poll() if self._process is not None else 0

    @property
    def workers(self) -> list[int]:
        """The processes below the supervisor that run the same command: a library may fork other programs."""
        with suppress(OSError):
            own = Path(f"/proc/{self._process.pid}")
            command = (own / "cmdline").read_bytes()
            below = [int(one) for one in (own / "task" / own.name / "children").read_text().split()]
            return [one for one in below if _command(one) == command]
        return []

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the supervisor."""
        if self.status is None:
            self._process.send_signal(number)

    @contextmanager
    def hold(self, pid: int) -> Iterator[int]:
        """Give a descriptor of a worker, which means it even if its number is another's; raises ProcessLookupError."""
        process = os.pidfd_open(pid)
        try:
            if pid not in self.workers:
                raise ProcessLookupError
            yield process
        finally:
            os.close(process)

    def kill_all(self) -> None:
        """Kill the supervisor and the workers at once, as a machine that fails."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_S)

    def limit_files(self, most: int | None) -> None:
        """Let no process write beyond so many bytes of a file: to it the disk is full. None is no limit."""
        self.had_full_disk |= most is not None
        soft = resource.RLIM_INFINITY if most is None else most
        for pid in (self._process.pid, *self.workers):
            with suppress(ProcessLookupError, PermissionError):
                _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))

    async def wait_working(self) -> None:
        """Wait until it has workers; raises TooSlowError."""
        with trio.fail_after(START_S):
            while not self.workers and self.status is None:  # noqa: ASYNC110  nobody tells us
                await trio.sleep(POLL_S)

    async def wait_ended(self, limit_s: float = STOP_S) -> int:
        """Wait for the end of the supervisor and return its exit status; raises TooSlowError."""
        with trio.fail_after(limit_s):
            while (status := self.status) is None:  # noqa: ASYNC110  nobody tells us
                await trio.sleep(POLL_S)
        return status

    async def stop(self, limit_s: float = STOP_S) -> int:
        """Stop it as systemd does, and return its exit status."""
        self.send_signal(signal.SIGTERM)
        return await self.wait_ended(limit_s)


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
