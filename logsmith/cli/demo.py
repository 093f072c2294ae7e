"""`logsmith demo`: a real server, a real client and mutual TLS between them, on this machine, in seconds."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import trio

import logsmith
from logsmith.errors import LogsmithError, in_words
from logsmith.event import Timestamp
from logsmith.lumberjack import ProtocolError, open_client
from logsmith.net.certplan import CA, DEFAULT_CLIENT, Wish, make_certificates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FOLDER = Path(logsmith.__file__).parent / "demo"
PIPELINE, SAMPLE, PLACES = FOLDER / "demo.conf", FOLDER / "access.log", FOLDER / "demo-City.mmdb"

MARK = ".logsmith-demo"  # in a folder that a demo made, so that the next one may clear it
MADE = ("indices", "bucket")
WINDOW = 100  # events
WINDOWS_IN_FLIGHT = 2
START_LIMIT_S = 10.0
SHIP_LIMIT_S = 60.0
STOP_LIMIT_S = 15.0
ASK_AGAIN_S = 0.05
LOG_LINES_SHOWN = 20

_HEALTH_CHECK = re.compile(r'"kube-probe/')
_SERVER_ERROR = re.compile(r'" 5[0-9]{2} ')

DESCRIPTION = """\
Show a pipeline at work. Nothing is needed but this machine: no server, no network.

The demo makes certificates, starts logsmith with a beats input that wants a client's certificate, ships an
access log to it as Filebeat would, and looks for every event in the files the pipeline writes. It ends with
status 0 only if each was acknowledged and found."""


class DemoError(LogsmithError):
    """The demo cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays: what it leaves behind, what it needs on the way, and the server's port."""

    output: Path
    folder: Path
    port: int

    @property
    def certificates(self) -> Path:
        return self.folder / "certs"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"


@dataclass(slots=True)
class Shipment:
    """The lines that were shipped, by their offset in the log, and how long it took."""

    lines: dict[int, str]
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


def main(argv: Sequence[str]) -> int:
    """Run `logsmith demo` and return its exit status."""
    options = _parser().parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="logsmith-demo-"))
    try:
        output = _clear(Path(options.output).absolute())
        shipment = _play(Stage(output, folder, _free_port()), options.events)
    except (LogsmithError, OSError) as error:
        print(f"logsmith demo: {in_words(error)}", file=sys.stderr)
        return 1
    finally:
        if options.keep:
            print(f"\nkept: certificates, server's log and data in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for problem in shipment.problems:
        print(f"logsmith demo: {problem}", file=sys.stderr)
    return 1 if shipment.problems else 0


def _play(stage: Stage, count: int) -> Shipment:
    print("1. certificates: an authority, a server's, a client's, as `logsmith certs` makes them")
    make_certificates(Wish(folder=stage.certificates, names=("localhost", "127.0.0.1")))
    print(f"2. the pipeline, {PIPELINE}:\n")
    print("\n".join(f"     {line}".rstrip() for line in PIPELINE.read_text(encoding="utf-8").splitlines()))
    shipment = Shipment(_repeat(SAMPLE.read_text(encoding="utf-8").splitlines(), count))
    began = perf_counter()
    with _running_server(stage) as server:
        trio.run(_ship, stage, server, shipment, began)
        rate = len(shipment.lines) / shipment.seconds
        print(
            f"4. {len(shipment.lines)} events shipped and acknowledged in {shipment.seconds:.2f} s"
            f" ({rate:,.0f} events a second)"
        )
        shipment.problems += _check(stage.output, shipment.lines)
    _print_files(stage.output, len(shipment.lines))
    return shipment


@contextmanager
def _running_server(stage: Stage) -> Iterator[subprocess.Popen[bytes]]:
    """Run `logsmith -f demo.conf` for as long as the block lasts."""
    command = [
        sys.executable,
        "-m",
        "logsmith",
        "-f",
        str(PIPELINE),
        "--path.data",
        str(stage.folder / "data"),
    ]
    command += ["--path.settings", str(stage.folder), "--pipeline.workers", "1", "--api.enabled=false"]
    package = str(FOLDER.parent.parent)  # so that it is this logsmith, wherever it was started from
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")])),
        "DEMO_PORT": str(stage.port),
        "DEMO_CERTS": str(stage.certificates),
        "DEMO_GEOIP": str(PLACES),
        "DEMO_OUTPUT": str(stage.output),
    }
    with stage.log.open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)  # noqa: S603  our own command
    try:
        yield server
    finally:
        server.terminate()
        try:
            server.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


async def _ship(stage: Stage, server: subprocess.Popen[bytes], shipment: Shipment, began: float) -> None:
    documents = [_document(offset, line) for offset, line in shipment.lines.items()]
    stream = await _connect(stage, server)
    print(f"\n3. the server, ready after {perf_counter() - began:.1f} s, at 127.0.0.1:{stage.port}")
    print(f"   {_spoken(stream)}")
    started, failures = perf_counter(), []
    try:
        with trio.fail_after(SHIP_LIMIT_S):
            async with (
                open_client(stream, pipelining=WINDOWS_IN_FLIGHT) as client,
                trio.open_nursery() as nursery,
            ):
                for first in range(0, len(documents), WINDOW):
                    nursery.start_soon(client.send, documents[first : first + WINDOW])
    except* ProtocolError as errors:
        failures.append(f"not everything was acknowledged: {_first_of(errors)}")
    except* trio.TooSlowError:
        failures.append(f"not everything was acknowledged within {SHIP_LIMIT_S:.0f} s")
    if failures:
        raise DemoError(f"{failures[0]}; the end of the server's log:\n{_end_of_log(stage)}")
    shipment.seconds = perf_counter() - started


def _first_of(group: BaseException) -> BaseException:
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group


async def _connect(stage: Stage, server: subprocess.Popen[bytes]) -> trio.SSLStream[trio.SocketStream]:
    """Connect to the server once it listens, showing the client's certificate."""
    folder = stage.certificates
    context = ssl.create_default_context(cafile=str(folder / f"{CA}.crt"))
    context.load_cert_chain(folder / f"{DEFAULT_CLIENT}.crt", folder / f"{DEFAULT_CLIENT}.key")
    with trio.move_on_after(START_LIMIT_S):
        while server.poll() is None:
            try:
                transport = await trio.open_tcp_stream("127.0.0.1", stage.port)
            except OSError:  # it does not listen yet
                await trio.sleep(ASK_AGAIN_S)
                continue
            stream = trio.SSLStream(transport, context, server_hostname="localhost", https_compatible=True)
            try:
                await stream.do_handshake()
            except trio.BrokenResourceError as error:
                await trio.aclose_forcefully(stream)
                raise DemoError(f"no TLS with the server: {error.__cause__ or error}") from None
            return stream
    raise DemoError(f"the server did not start; the end of its log:\n{_end_of_log(stage)}")


def _spoken(stream: trio.SSLStream[trio.SocketStream]) -> str:
    certificate = stream.getpeercert()
    subject = dict(itertools.chain.from_iterable(certificate["subject"])) if certificate else {}
    return (
        f"{stream.version()}, its certificate is for {subject.get('commonName')}, ours for {DEFAULT_CLIENT}"
    )


def _document(offset: int, line: str) -> bytes:
    """Return a line as Filebeat sends it."""
    return json.dumps(
        {
            "@timestamp": str(Timestamp.now()),
            "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.15.0"},
            "message": line,
            "log": {"offset": offset, "file": {"path": "/var/log/nginx/access.log"}},
            "input": {"type": "filestream"},
            "agent": {"type": "filebeat", "version": "8.15.0", "name": "web-1"},
            "host": {"name": "web-1"},
            "ecs": {"version": "8.0.0"},
        }
    ).encode()


def _repeat(lines: Sequence[str], count: int) -> dict[int, str]:
    """Return `count` lines of a log that repeats the given ones, each by its offset."""
    placed, offset = {}, 0
    for line in itertools.islice(itertools.cycle(lines), count or len(lines)):
        placed[offset] = line
        offset += len(line.encode()) + 1
    return placed


def _check(output: Path, shipped: dict[int, str]) -> list[str]:
    """Return what is wrong with the files: every event is in an index once, health checks are in none."""
    dropped = {offset for offset, line in shipped.items() if _HEALTH_CHECK.search(line)}
    errors = {offset for offset, line in shipped.items() if _SERVER_ERROR.search(line)}
    indexed, in_bucket = (_offsets(output / name) for name in MADE)
    complaints = {
        "events are missing": set(shipped) - dropped - set(indexed),
        "events were to be dropped and are there": dropped & set(indexed),
        "events are there that nobody sent": set(indexed) - set(shipped),
        "events are there more than once": {offset for offset, times in indexed.items() if times > 1},
        "server errors are missing in the bucket": errors - set(in_bucket),
        "events are in the bucket and are no server errors": set(in_bucket) - errors,
    }
    return [f"{len(found)} {words}" for words, found in complaints.items() if found]


def _offsets(folder: Path) -> Counter[int]:
    events = (json.loads(line) for path in _files(folder) for line in path.read_bytes().splitlines())
    return Counter(event["log"]["offset"] for event in events)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.ndjson"))


def _print_files(output: Path, shipped: int) -> None:
    print("   an acknowledgement means: on disk, or dropped by the pipeline")
    print(f"5. what the pipeline made of them, in {output}:\n")
    files = [path for name in MADE for path in _files(output / name)]
    for path in files:
        lines = path.read_bytes().count(b"\n")
        print(f"     {lines:6} events  {path.relative_to(output)}")
    dropped = shipped - sum(_offsets(output / MADE[0]).values())
    print(f"     {dropped:6} health checks, dropped")
    parsed = [path for path in files if path.name.startswith("accesslog")]
    if parsed:
        first = json.loads(parsed[0].read_bytes().partition(b"\n")[0])
        print("\n   one of them:\n")
        print("\n".join(f"     {line}" for line in _shown(first)))
    print("\n   lines that are no access log are in indices/unparsed.ndjson")


def _shown(event: dict[str, object]) -> Iterable[str]:
    return json.dumps(event, indent=2, ensure_ascii=False, sort_keys=True).splitlines()


def _clear(output: Path) -> Path:
    """Return the folder for what the demo writes, without what an earlier demo wrote."""
    if output.exists() and not (output / MARK).exists() and any(output.iterdir()):
        raise DemoError(f"{output} is not empty and no demo made it; choose another with --output")
    for name in MADE:
        shutil.rmtree(output / name, ignore_errors=True)
    output.mkdir(parents=True, exist_ok=True)
    (output / MARK).touch()
    return output


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _end_of_log(stage: Stage) -> str:
    lines = stage.log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-LOG_LINES_SHOWN:])


def _events(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("expected 1 or more")
    return count


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="logsmith demo", description=DESCRIPTION, formatter_class=form)
    add = parser.add_argument
    add(
        "--output", default="demo-output", metavar="DIR", help="the folder to write to (default: %(default)s)"
    )
    add(
        "--events",
        type=_events,
        default=0,
        metavar="N",
        help="how many events to ship (default: the log's lines)",
    )
    add(
        "--keep",
        action="store_true",
        help="keep the certificates and the server's log, and say where they are",
    )
    return parser
