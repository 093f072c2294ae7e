"""The process that binds, forks, watches and ends the workers.

It is one `selectors` loop without threads and without Trio, so that a fork is safe at any time: signals
arrive through a wake-up socket, workers report through a link each, and services (the API) register sockets
of their own. Rules:

- Everything that may change on the way is opened before the first fork; a worker inherits, it never binds. -
Whatever the loop watches is closed in a worker, so that no worker keeps a link of another or the API's port
open. - Signals are blocked around a fork: none is lost between the supervisor's handlers and the worker's
own. - A worker ends in `os._exit`, whatever happens in it: it must never come back into this loop. - The
counters of a worker that is gone stay in the sums.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from logsmith.log import Logger
from logsmith.runtime.links import Link
from logsmith.runtime.stats import SUPERVISOR, Node, process_facts
from logsmith.runtime.worker import SUPERVISED_SIGNALS, RunPart, run_worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logsmith.runtime.deal import Part
    from logsmith.runtime.stats import State

TICK_S = 1.0
KILL_AFTER_S = 3.0  # on top of the stop limit: a worker that hangs ends itself before that, and says where
STOP_LIMIT_S = 10.0
QUICK_DEATH_S = 10.0  # a worker that lived shorter is not replaced at once
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0

_RECEIVED = {
    signal.SIGTERM: "SIGTERM received. Shutting down.",
    signal.SIGINT: "SIGINT received. Shutting down. A second one ends it at once.",
}

log = Logger("logstash.runner")


class Service(Protocol):
    """What shares the supervisor's loop; its sockets are registered with a function of the mask."""

    def join(self, selector: selectors.BaseSelector) -> None: ...
    def tick(self, now: float) -> None: ...


@dataclass(slots=True)
class Slot:
    """The place of one worker: the process in it, or when there will be one; neither once it has finished."""

    index: int
    parts: Sequence[Part]
    pid: int | None = None
    link: Link | None = None
    started: float = 0.0
    restart_at: float | None = None
    pause_s: float = 0.0
    is_finished: bool = False


@dataclass(slots=True)
class Stop:
    """A stop under way: when workers are killed, and whether all ended by themselves so far."""

    kill_at: float
    is_clean: bool = True


class Supervisor:
    """Runs the parts that were dealt out, each hand in a process of its own."""

    def __init__(
        self,
        hands: Sequence[Sequence[Part]],
        node: Node,
        run_part: RunPart,
        *,
        services: Sequence[Service] = (),
        stop_limit_s: float = STOP_LIMIT_S,
    ) -> None:
        self._slots = [Slot(index, parts) for index, parts in enumerate(hands)]
        self._node, self._run_part, self._services = node, run_part, services
        self._stop_limit_s = stop_limit_s
        self._stop: Stop | None = None
        self._interrupts = 0
        self._selector = selectors.DefaultSelector()
        self._announced = False
        self._next_tick = 0.0

    def run(self) -> int:
        """Run until all workers have ended; return the exit status."""
        waking, self._waker = socket.socketpair()
        before = {number: signal.getsignal(number) for number in SUPERVISED_SIGNALS}
        for one in (waking, self._waker):
            one.setblocking(False)
        earlier = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in SUPERVISED_SIGNALS:
            signal.signal(number, lambda *_: None)  # the wake-up socket tells
        self._selector.register(waking, selectors.EVENT_READ, partial(self._read_signals, waking))
        try:
            return self._loop()
        finally:
            signal.set_wakeup_fd(earlier)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.close()
            waking.close()
            self._waker.close()

    def _loop(self) -> int:
        for service in self._services:
            service.join(self._selector)
        gc.disable()  # until the fork: the workers' memory shall stay shared
        for slot in self._slots:
            self._fork(slot)
        gc.enable()
        while any(slot.pid is not None or slot.restart_at is not None for slot in self._slots):
            for key, mask in self._selector.select(self._wait_s()):
                key.data(mask)
            self._tick(time.monotonic())
        log.info("Logstash shut down.")
        return 0 if self._stop is None or self._stop.is_clean else 1

    def _wait_s(self) -> float:
        moments = [slot.restart_at for slot in self._slots if slot.restart_at is not None]
        if self._stop is not None:
            moments.append(self._stop.kill_at)
        return max(0.0, min([self._next_tick, *moments]) - time.monotonic())

    def _tick(self, now: float) -> None:
        for slot in self._slots:
            if slot.restart_at is not None and now >= slot.restart_at:
                self._fork(slot)
        if self._stop is not None and now >= self._stop.kill_at:
            self._kill("workers did not end in time and are killed; clients will send again what is missing")
        if now >= self._next_tick:
            self._next_tick = now + TICK_S
            self._node.counters.note(SUPERVISOR, {"process": process_facts(), "pipelines": {}})
        self._note_states()
        for service in self._services:
            service.tick(now)

    # signals

    def _read_signals(self, waking: socket.socket, _mask: int) -> None:
        try:
            numbers = waking.recv(4096)
        except BlockingIOError:
            return
        for number in numbers:
            self._take_signal(signal.Signals(number))

    def _take_signal(self, number: signal.Signals) -> None:
        if number == signal.SIGCHLD:
            self._reap()
        elif number == signal.SIGHUP:
            log.warning("SIGHUP received, but pipelines cannot be reloaded yet; restart to take up changes")
        elif number == signal.SIGINT and self._interrupts:
            self._kill("SIGINT received. Terminating immediately..")
        else:
            self._interrupts += number == signal.SIGINT
            self._begin_stop(number)

    def _begin_stop(self, number: signal.Signals) -> None:
        if self._stop is not None:
            return
        log.warning(_RECEIVED[number], limit_s=self._stop_limit_s)
        self._stop = Stop(time.monotonic() + self._stop_limit_s + KILL_AFTER_S)
        for slot in self._slots:
            slot.restart_at = None
            self._signal(slot, signal.SIGTERM)

    def _kill(self, message: str) -> None:
        log.fatal(message)
        self._stop = Stop(float("inf"), is_clean=False)
        for slot in self._slots:
            slot.restart_at = None
            self._signal(slot, signal.SIGKILL)

    @staticmethod
    def _signal(slot: Slot, number: signal.Signals) -> None:
        if slot.pid is not None:  # not reaped, so the number is still its own
            os.kill(slot.pid, number)

    # workers

    def _fork(self, slot: Slot) -> None:
        ours, theirs = socket.socketpair()
        slot.restart_at, slot.started = None, time.monotonic()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # what is in the buffer would be written twice
        gc.freeze()
        signal.pthread_sigmask(signal.SIG_BLOCK, SUPERVISED_SIGNALS)
        try:
            pid = os.fork()
            if pid == 0:
                self._be_worker(slot, ours, theirs)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SUPERVISED_SIGNALS)
        theirs.close()
        slot.pid = pid
        slot.link = Link(ours, self._selector, partial(self._node.counters.note, slot.index))
        log.debug("worker started", worker=slot.index, pid=pid)

    def _be_worker(self, slot: Slot, ours: socket.socket, theirs: socket.socket) -> None:
        status = 1
        try:
            ours.close()
            self._waker.close()
            for watched in [key.fileobj for key in self._selector.get_map().values()]:
                watched.close()  # type: ignore[union-attr]  # all are sockets
            self._selector.close()
            status = run_worker(slot.parts, theirs, self._run_part, self._stop_limit_s)
        except BaseException:  # noqa: BLE001  nothing may pass into the supervisor's code above
            log.error("worker failed", traceback=traceback.format_exc())
        finally:
            os._exit(status)

    def _reap(self) -> None:
        for slot in self._slots:
            if slot.pid is None:
                continue
            pid, status = os.waitpid(slot.pid, os.WNOHANG)
            if pid:
                self._note_end(slot, os.waitstatus_to_exitcode(status))

    def _note_end(self, slot: Slot, code: int) -> None:
        assert slot.link is not None  # noqa: S101  made with the process
        slot.link.finish()
        self._node.counters.retire(slot.index)
        pid, slot.pid, slot.link = slot.pid, None, None
        for part in slot.parts:
            for one in part.inputs:
                if one.place.connections is not None:
                    one.place.connections.mark_dead(part.index)
        if code == 0:
            slot.is_finished = True
            return
        how = {"signal": signal.Signals(-code).name} if code < 0 else {"status": code}
        if self._stop is not None:
            self._stop.is_clean = False
            log.warning("worker died while it was stopping", worker=slot.index, pid=pid, **how)
            return
        self._plan_restart(slot)
        log.error(
            "worker died, another takes its place", worker=slot.index, pid=pid, after_s=slot.pause_s, **how
        )

    def _plan_restart(self, slot: Slot) -> None:
        now = time.monotonic()
        quick = now - slot.started < QUICK_DEATH_S
        slot.pause_s = min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, slot.pause_s * 2)) if quick else 0.0
        slot.restart_at = now + slot.pause_s
        for part in slot.parts:
            self._node.pipelines[part.pipeline.id].recoveries.append(now)

    # what others see

    def _note_states(self) -> None:
        live = set(self._node.counters.live)
        for state in self._node.pipelines.values():
            mine = [slot for slot in self._slots if any(part.pipeline.id == state.id for part in slot.parts)]
            state.state = _state_of(mine, live)
        if not self._announced and all(one.state != "loading" for one in self._node.pipelines.values()):
            self._announced = True
            running = [one.id for one in self._node.pipelines.values() if one.state == "running"]
            rest = [one.id for one in self._node.pipelines.values() if one.state != "running"]
            log.info(
                "Pipelines running", count=len(running), running_pipelines=running, non_running_pipelines=rest
            )


def _state_of(slots: Sequence[Slot], live: set[int]) -> State:
    """Return the state of a pipeline from the slots of its workers and the workers that have reported."""
    if all(slot.is_finished for slot in slots):
        return "finished"
    if any(slot.index in live for slot in slots):
        return "running"
    if any(slot.pid is not None and not slot.pause_s for slot in slots):
        return "loading"
    return "terminated"
