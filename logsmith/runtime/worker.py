"""A worker process from the fork to its end: its part of every pipeline, on one Trio loop.

It is told to stop by SIGTERM, or by the end of the link to its supervisor; then it has `stop_limit_s`
seconds. SIGINT and SIGHUP reach the supervisor as well (a terminal sends them to the whole group), and it
decides what they mean. The link carries the worker's counters the other way, a line of JSON about once a
second, and names the pipelines that have ended here.

Some pipelines can be told to stop alone, by the line `{"stop": ["main"], "drain": []}` on the link: a reload. What
outputs of pipelines that `drain` have in a persisted queue is delivered before, if that is possible in time. The others
of this worker go on; a listening socket of a part that has ended is closed, so that a port that nobody uses
any more is free.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Protocol

import trio

from logsmith.errors import LogsmithError
from logsmith.log import Logger
from logsmith.runtime.cursors import name_outputs
from logsmith.runtime.delivery import Delivery
from logsmith.runtime.heap import tune_heap
from logsmith.runtime.persisted import PersistedDelivery
from logsmith.runtime.pipeline import run_pipeline
from logsmith.runtime.stats import process_facts

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

    from logsmith.runtime.deal import Part
    from logsmith.runtime.delivery import DeadLetterBox
    from logsmith.runtime.queue_writer import QueueSettings

REPORT_EVERY_S = 1.0
COLLECT_AFTER = (100_000, 50, 50)  # a window makes thousands of objects that no cycle holds
STUCK_S = 1.5  # after the limit: a worker that hangs in Python or C ends itself and shows where

SUPERVISED_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)

log = Logger("logstash.worker")


class RunPart(Protocol):
    """What runs one part of a pipeline until it ends, or until `stopping` is set and its limit has passed."""

    def __call__(self, part: Part, *, stopping: trio.Event, stop_limit_s: float) -> Awaitable[None]: ...


def run_worker(parts: Sequence[Part], link: socket.socket, run_part: RunPart, stop_limit_s: float) -> int:
    """Run a worker's parts to their end and return the exit status; the caller blocked SUPERVISED_SIGNALS."""
    signal.set_wakeup_fd(-1)  # the supervisor's; Trio sets its own
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    gc.set_threshold(*COLLECT_AFTER)
    gc.enable()
    tune_heap()
    try:
        trio.run(_Worker(parts, link, run_part, stop_limit_s).run)
    except Exception as error:  # noqa: BLE001  whatever a plugin raised ends this worker, and the log says what it was
        _log_failure(error)
        return 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                pass  # nobody reads it
    return 0


def _log_failure(error: Exception) -> None:
    causes = list(_leaves(error))
    if all(
        isinstance(cause, LogsmithError) for cause in causes
    ):  # written for people: no traceback is needed
        log.error("worker failed", reason="; ".join(map(str, causes)))
        return
    shown = "".join(traceback.format_exception(error))
    reason = "; ".join(f"{type(cause).__name__}: {cause}" for cause in causes)
    log.error("worker failed", reason=reason, traceback=shown)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


class _Worker:
    def __init__(
        self, parts: Sequence[Part], link: socket.socket, run_part: RunPart, stop_limit_s: float
    ) -> None:
        self._parts, self._run_part, self._stop_limit_s = parts, run_part, stop_limit_s
        link.setblocking(False)
        self._raw_link = link
        self._ended: list[str] = []  # pipelines, by their ids
        self._unsent = bytearray()

    async def run(self) -> None:
        self._link = trio.socket.from_stdlib_socket(self._raw_link)
        self._talking = trio.Lock()  # two reports must not mix
        self._has_news = trio.Event()  # a part has ended
        self._stopping = {part.pipeline.id: trio.Event() for part in self._parts}
        for part in self._parts:
            stopping = self._stopping[part.pipeline.id]
            for one in (*part.inputs, *part.pipeline.outputs):
                one.place.index, one.place.count, one.place.stopping = part.index, part.count, stopping
        try:
            with trio.open_signal_receiver(signal.SIGTERM) as signals:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, SUPERVISED_SIGNALS)
                await self._run_parts(signals)
        finally:
            with trio.move_on_after(
                1, shield=True
            ):  # the last counters; a supervisor that hangs is not waited for
                await self._report()

    async def _run_parts(self, signals: AsyncIterator[int]) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._watch_signals, signals)
            nursery.start_soon(self._watch_supervisor)
            nursery.start_soon(self._report_regularly)
            async with trio.open_nursery() as running:
                for part in self._parts:
                    running.start_soon(self._run_one, part)
            nursery.cancel_scope.cancel()

    async def _run_one(self, part: Part) -> None:
        name = part.pipeline.id
        await self._run_part(part, stopping=self._stopping[name], stop_limit_s=self._stop_limit_s)
        for one in part.inputs:
            for listener in one.place.sockets:
                listener.close()
        self._ended.append(name)
        others = [event for other, event in self._stopping.items() if other not in self._ended]
        if not others:
            return  # the worker ends, under the watchdog to the last
        self._has_news.set()
        if not any(event.is_set() for event in others):
            faulthandler.cancel_dump_traceback_later()

    async def _watch_signals(self, signals: AsyncIterator[int]) -> None:
        async for _ in signals:
            self._stop(self._stopping)

    async def _watch_supervisor(self) -> None:
        received = b""
        try:
            while chunk := await self._link.recv(4096):
                *lines, received = (received + chunk).split(b"\n")
                for line in lines:
                    self._take_order(json.loads(line))
        except OSError:
            pass  # as good as the end
        if not all(event.is_set() for event in self._stopping.values()):
            log.error("the supervisor is gone, this worker ends")
        self._stop(self._stopping)

    def _take_order(self, order: Mapping[str, list[str]]) -> None:
        for part in self._parts:
            for output in part.pipeline.outputs:
                output.place.drains = part.pipeline.id in order["drain"]
        self._stop(order["stop"])

    def _stop(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._ended and not self._stopping[name].is_set():
                self._stopping[name].set()
                faulthandler.dump_traceback_later(self._stop_limit_s + STUCK_S, exit=True)

    async def _report_regularly(self) -> None:
        while True:
            self._has_news = trio.Event()
            await self._report()
            with trio.move_on_after(REPORT_EVERY_S):
                await self._has_news.wait()

    async def _report(self) -> None:
        async with self._talking:
            report = {
                "process": process_facts(),
                "pipelines": {part.pipeline.id: part.pipeline.metrics.snapshot() for part in self._parts},
                "ended": self._ended,
            }
            self._unsent += json.dumps(report, separators=(",", ":")).encode() + b"\n"
            try:
                while self._unsent:  # what a cancellation leaves of a line is sent with the next
                    del self._unsent[: await self._link.send(self._unsent)]
            except OSError:
                return  # the supervisor is gone; the other task sees to that


def pipeline_runner(
    box_of: Callable[[str], DeadLetterBox], queue_of: Callable[[Part], QueueSettings | None]
) -> RunPart:
    """Return what runs a part of a compiled pipeline.

    `box_of` gives a pipeline's dead letters by its id, `queue_of` where a part's persisted queue is; None is in memory.
    """

    async def run_part(part: Part, *, stopping: trio.Event, stop_limit_s: float) -> None:
        pipeline, queue, letters = part.pipeline, queue_of(part), box_of(part.pipeline.id)
        name_outputs(pipeline.outputs)
        are_plain = pipeline.makes_plain_values
        delivery: Delivery | PersistedDelivery = Delivery(pipeline.outputs, letters, are_plain=are_plain)
        if queue:
            gauges = pipeline.metrics.gauges
            delivery = PersistedDelivery(pipeline.outputs, letters, queue, gauges, are_plain=are_plain)
        await run_pipeline(
            pipeline, inputs=part.inputs, stopping=stopping, delivery=delivery, stop_limit_s=stop_limit_s
        )

    return run_part
