"""One round: a server is started, warmed up and fed, and what it cost is read from /proc between two looks."""

import multiprocessing
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection

from bench.idlers import allowed, idle_connections
from bench.load import Load, Sent, send
from bench.processes import Memory, ServerError, cpu_seconds, memory, ports, tree, wait_listening
from bench.reading import Reading, read_file
from bench.servers import Contender, Place, Running, start
from bench.sink import Sink
from bench.workload import Workload

WARM_UP = 20_000
LOOK_S = 0.5  # how often memory is looked at
DELIVERY_S = 120.0
SILENT_S = 10.0  # after which a server is one that delivers nowhere, as a yardstick may be
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Feed:
    """How much is sent in a round, and how."""

    events: int
    connections: int = 2
    rate: float | None = None  # events a second; as fast as they are taken if None
    warm_up: int = WARM_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The figures of one round; None is what the workload cannot tell."""

    events: int
    seconds: float
    events_per_s: float
    mib_per_s: float  # of raw lines
    cpu_us: float  # of an event
    rss_mib: float
    pss_mib: float
    ack_p50_ms: float | None = None
    ack_p99_ms: float | None = None
    missing: int | None = None  # events that were sent and did not come to the sink
    idle: int = 0  # connections that were silent meanwhile
    shares: tuple[float, ...] = ()  # of each worker in the events

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class Looks:
    """The most memory of a tree that was seen."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.most = Memory()

    def __call__(self) -> None:
        now = memory(self._pid)
        self.most = Memory(max(self.most.rss, now.rss), max(self.most.pss, now.pss))


def measure(workload: Workload, contender: Contender, place: Place, feed: Feed) -> Round:
    """Run one round of a workload on a server; raises ServerError."""
    if workload.is_file:
        return _of_reading(read_file(workload, contender, place, feed.events))
    allowed(workload.idle)  # the server inherits the limit
    with start(contender, workload, place) as running:
        try:
            wait_listening(running.port, running.process)
            wanted = allowed(workload.idle)
            with idle_connections(running.port, place.certificates, wanted) as idle:
                return _measure_beats(workload, running, place, feed, idle)
        except ServerError as error:
            raise ServerError(f"{contender.name}, {workload.name}: {error}\n{running.log[-4000:]}") from None


def _of_reading(reading: Reading) -> Round:
    return Round(
        events=reading.events,
        seconds=reading.seconds,
        events_per_s=reading.events / reading.seconds,
        mib_per_s=reading.raw_bytes / MIB / reading.seconds,
        cpu_us=reading.cpu_seconds / reading.events * 1e6,
        rss_mib=reading.most.rss,
        pss_mib=reading.most.pss,
    )


def _measure_beats(workload: Workload, running: Running, place: Place, feed: Feed, idle: int) -> Round:
    pid, sink = running.process.pid, place.sink
    looks = Looks(pid)
    load = Load(
        port=running.port,
        certificates=place.certificates,
        kind=workload.kind,
        events=feed.warm_up,
        connections=feed.connections,
        feed=running.feed,
    )
    expected = sink.documents()
    first = expected + 1
    expected += send_apart(load, looks).events
    wait_delivered(sink, first, SILENT_S)
    delivers = sink.documents() >= first
    if delivers:
        wait_delivered(sink, expected)
    by_port = sink.documents_by_port()
    cpu = cpu_seconds(pid)
    began = time.perf_counter()
    sent = send_apart(load.changed(events=feed.events, rate=feed.rate), looks)
    expected += sent.events
    is_late = delivers and wait_delivered(sink, expected)
    seconds = time.perf_counter() - began if is_late else sent.seconds
    cpu = cpu_seconds(pid) - cpu
    return Round(
        events=sent.events,
        seconds=seconds,
        events_per_s=sent.events / seconds,
        mib_per_s=sent.raw_bytes / MIB / seconds,
        cpu_us=cpu / sent.events * 1e6,
        rss_mib=looks.most.rss,
        pss_mib=looks.most.pss,
        ack_p50_ms=sent.percentile(0.5),
        ack_p99_ms=sent.percentile(0.99),
        missing=expected - sink.documents() if delivers else None,
        idle=idle,
        shares=shares(pid, by_port, sink.documents_by_port()),
    )


def send_apart(load: Load, watch: Callable[[], None], every_s: float = LOOK_S) -> Sent:
    """Send from a process of its own, whose clock no other work disturbs, and look at something now and then."""
    load.prepare()
    forking = multiprocessing.get_context("fork")
    here, there = forking.Pipe(duplex=False)
    process = forking.Process(target=_send_and_tell, args=(load, there), daemon=True)
    process.start()
    there.close()
    while not here.poll(every_s):
        watch()
    watch()
    try:
        answer = here.recv()
    except EOFError:
        raise ServerError("the generator ended without an answer") from None
    process.join()
    if not isinstance(answer, Sent):
        raise ServerError(str(answer))
    return answer


def _send_and_tell(load: Load, there: Connection) -> None:
    try:
        there.send(send(load))
    except Exception as error:  # noqa: BLE001  # it is told in the other process
        there.send(f"{type(error).__name__}: {error}")


def wait_delivered(sink: Sink, documents: int, patience_s: float = DELIVERY_S) -> bool:
    """Wait until the sink has so many; returns whether they were still to come."""
    if sink.documents() >= documents:
        return False
    until = time.monotonic() + patience_s
    while sink.documents() < documents and time.monotonic() < until:
        time.sleep(0.02)
    return True


def shares(pid: int, before: dict[int, int], after: dict[int, int]) -> tuple[float, ...]:
    """Return which share of the documents came from each worker of a tree, the largest first."""
    counts = []
    for one in tree(pid):
        with suppress(OSError):
            counts.append(sum(after.get(port, 0) - before.get(port, 0) for port in ports(one)))
    total = sum(counts)
    return tuple(sorted((one / total for one in counts if one), reverse=True)) if total else ()
