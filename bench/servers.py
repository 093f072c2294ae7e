"""Servers that are measured: logsmith from any folder of its sources, and any other by its command."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import ROOT
from bench.certificates import write_certificates
from bench.load import FEEDS
from bench.processes import free_port, stop
from bench.sink import Sink, open_sink
from bench.visitors import write_places
from bench.workload import Workload


@dataclass(frozen=True, slots=True)
class Place:
    """What the servers of a run share: certificates, a database of places, and the sink."""

    folder: Path
    sink: Sink

    @property
    def certificates(self) -> Path:
        return self.folder / "certificates"

    def furnish(self) -> None:
        """Write certificates and the database."""
        self.certificates.mkdir()
        write_certificates(self.certificates)
        write_places(self.folder / "places.mmdb")

    def environment(self, port: int) -> dict[str, str]:
        """Return the variables of the pipelines and of the peers' configurations."""
        return {
            "BENCH_PORT": str(port),
            "BENCH_CERTS": str(self.certificates),
            "BENCH_SINK": str(self.sink.port),
            "BENCH_GEOIP": str(self.folder / "places.mmdb"),
        }


@contextmanager
def open_place() -> Iterator[Place]:
    """Run a sink, and make a folder with all that servers need; all of it ends with this process, at SIGTERM too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, open_sink() as sink:
        place = Place(Path(folder), sink)
        place.furnish()
        yield place


@dataclass(frozen=True, slots=True)
class Logsmith:
    """logsmith as the sources in a folder say."""

    name: str = "logsmith"
    workers: int = 1
    settings: tuple[str, ...] = ()
    sources: Path = ROOT
    feed: str = FEEDS[0]

    @property
    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(self.sources)}

    def command(self, workload: Workload, place: Place, port: int) -> list[str]:  # noqa: ARG002  # as others
        command = [sys.executable, "-m", "logsmith", "-f", str(workload.pipeline), "-w", str(self.workers)]
        settings = ("log.level=warn", "path.data=data", "api.http.port=" + str(free_port()))
        return command + [
            word for one in (*settings, *workload.settings, *self.settings) for word in ("-S", one)
        ]


@dataclass(frozen=True, slots=True)
class Other:
    """Any command; it gets a port and the folder of certificates as its last two arguments, and variables."""

    line: str
    feed: str = FEEDS[0]
    name: str = "beside"

    @property
    def environment(self) -> dict[str, str]:
        return {}

    def command(self, workload: Workload, place: Place, port: int) -> list[str]:
        words = shlex.split(self.line.replace("{folder}", str(workload.folder)))
        return [*words, str(port), str(place.certificates)]


Contender = Logsmith | Other


@dataclass(frozen=True, slots=True)
class Running:
    """A server that was started."""

    process: "subprocess.Popen[bytes]"
    port: int
    feed: str
    folder: Path  # its own

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")


@contextmanager
def start(
    contender: Contender, workload: Workload, place: Place, lines: Path | None = None
) -> Iterator[Running]:
    """Start a server in a folder of its own, with the file of lines that it may read, and end it."""
    port = free_port()
    folder = Path(tempfile.mkdtemp(dir=place.folder))
    (folder / "files").mkdir()
    if lines is not None:
        (folder / "files" / "lines.log").hardlink_to(lines)
    environment = {
        **os.environ,
        **contender.environment,
        **place.environment(port),
        "BENCH_FILES": str(folder / "files"),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            contender.command(workload, place, port), cwd=folder, env=environment, stdout=log, stderr=log
        )
    try:
        yield Running(process, port, contender.feed, folder)
    finally:
        if process.poll() is None:
            stop(process)
