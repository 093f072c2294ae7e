"""The process that binds, forks, watches and ends the workers.

It is one `selectors` loop without threads and without Trio, so that a fork is safe at any time: signals
arrive through a wake-up socket, workers report through a link each, and services (the API) register sockets
of their own. Rules:

- Everything that may change on the way is opened before the fork; a worker inherits, it never binds.
- Whatever the loop watches is closed in a worker, so that no worker keeps a link of another or the API's port open;
  and so are the sockets of pipelines that it does not run.
- Signals are blocked around a fork: none is lost between the supervisor's handlers and the worker's own.
- A worker ends in `os._exit`, whatever happens in it: it must never come back into this loop.
- The counters of a worker that is gone stay in the sums.

A reload is a swap: the workers of the pipelines that it changes are told to end those, and once all of them have,
new workers are forked. In between nobody runs these pipelines, so no file, queue or socket ever has two readers;
clients wait in the backlog of the sockets, which the supervisor keeps open. A worker of other pipelines as well goes on
with those.
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
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from logsmith.log import Logger, bind
from logsmith.runtime.links import Link
from logsmith.runtime.slots import Slot, state_of
from logsmith.runtime.stats import SUPERVISOR, Node, process_facts
from logsmith.runtime.worker import SUPERVISED_SIGNALS, RunPart, run_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logsmith.runtime.deal import Part

TICK_S = 1.0
KILL_AFTER_S = 3.0  # on top of the stop limit: a worker that hangs ends itself before that, and says where
STOP_LIMIT_S = 10.0

_RECEIVED = {
    signal.SIGTERM: "SIGTERM received. Shutting down.",
    signal.SIGINT: "SIGINT received. Shutting down. A second one ends it at once.",
}

log = Logger("logstash.runner")


class Service(Protocol):
    """What shares the supervisor's loop; its sockets are registered with a function of the mask."""

    def join(self, selector: selectors.BaseSelector) -> None: ...
    def tick(self, now: float) -> None: ...


@dataclass(slots=True, eq=False)
class Swap:
    """Pipelines that shall end, and what runs once they have.

    `begin` is called when no worker has any of them: it returns the hands of the new workers. `done` is called when these
    have reported, or with a reason when one of them has died before it could.
    """

    stops: frozenset[str]
    begin: Callable[[], Sequence[Sequence[Part]]]
    done: Callable[[str | None], None]
    drains: frozenset[str] = frozenset()  # of those that shall end: with outputs that will not come again
    kill_at: float = float("inf")
    slots: list[Slot] | None = field(default=None, repr=False)  # of the new workers


class Reloads(Protocol):
    """Decides when pipelines are reloaded; asked in every turn of the loop in which no reload is under way."""

    @property
    def keeps_running(self) -> bool:
        """Whether to go on without any pipeline: there may be one later."""

    def request(self) -> object: ...
    def next_swap(self, now: float) -> Swap | None: ...

    def enter_worker(self, parts: Sequence[Part]) -> None:
        """Close, in a new worker, what only pipelines need that it does not run."""


class NoReloads:
    """For a supervisor whose pipelines stay what they are."""

    keeps_running = False

    def request(self) -> None:
        """Say that there is nothing to reload."""
        log.warning("there is nothing to reload")

    def next_swap(self, now: float) -> None:
        """There is none."""

    def enter_worker(self, parts: Sequence[Part]) -> None:
        """There is nothing to leave behind."""


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
        self._next_index = len(self._slots)
        self._node, self._run_part, self._services = node, run_part, services
        self.reloads: Reloads = NoReloads()
        self._stop_limit_s = stop_limit_s
        self._stop: Stop | None = None
        self._swap: Swap | None = None
        self._is_planning = False
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
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SUPERVISED_SIGNALS)  # what came earlier may wait there
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
        while self._is_needed:
            self._turn(self._wait_s())
        log.info("Logstash shut down.")
        return 0 if self._stop is None or self._stop.is_clean else 1

    def serve_meanwhile(self) -> None:
        """Take a turn of the loop in the middle of the long work that a reload is."""
        self._turn(0.0)

    def _turn(self, wait_s: float) -> None:
        for key, mask in self._selector.select(wait_s):
            key.data(mask)
        self._tick(time.monotonic())

    @property
    def _is_needed(self) -> bool:
        if any(slot.pid is not None or slot.restart_at is not None for slot in self._slots):
            return True
        return self._stop is None and (self._swap is not None or self.reloads.keeps_running)

    def _wait_s(self) -> float:
        moments = [slot.restart_at for slot in self._slots if slot.restart_at is not None]
        if self._stop is not None:
            moments.append(self._stop.kill_at)
        if self._swap is not None:
            moments.append(self._swap.kill_at)
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
        if self._stop is None and not self._is_planning:
            self._go_on_reloading(now)
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
            log.warning("SIGHUP received.")
            self.reloads.request()
        elif number == signal.SIGINT and self._interrupts:
            self._kill("SIGINT received. Terminating immediately..")
        else:
            self._interrupts += number == signal.SIGINT
            self._begin_stop(number)

    def _begin_stop(self, number: signal.Signals) -> None:
        if self._stop is not None:
            return
        log.warning(_RECEIVED[number], limit_s=self._stop_limit_s)
        self._stop, self._swap = Stop(time.monotonic() + self._stop_limit_s + KILL_AFTER_S), None
        for slot in self._slots:
            slot.restart_at = None
            slot.signal(signal.SIGTERM)

    def _kill(self, message: str) -> None:
        log.fatal(message)
        self._stop, self._swap = Stop(float("inf"), is_clean=False), None
        for slot in self._slots:
            slot.restart_at = None
            slot.signal(signal.SIGKILL)

    # reloads

    def _go_on_reloading(self, now: float) -> None:
        if self._swap is None:
            self._is_planning = True
            self._swap = self.reloads.next_swap(now)
            self._is_planning = False
            if self._swap is None or self._stop is not None:
                self._swap = None  # a stop may have come meanwhile
                return
            self._begin_swap(self._swap)
        swap = self._swap
        if swap.slots is not None:
            self._look_at_new_workers(swap)
        elif not any(slot.has(name) for slot in self._slots for name in swap.stops):
            self._fill(swap)
        elif now >= swap.kill_at:
            swap.kill_at = float("inf")
            log.error(
                "workers did not end their pipelines in time and are killed; clients will send again what is missing"
            )
            for slot in self._slots:
                if slot.stopping:
                    slot.signal(signal.SIGKILL)

    def _begin_swap(self, swap: Swap) -> None:
        swap.kill_at = time.monotonic() + self._stop_limit_s + KILL_AFTER_S
        for slot in self._slots:
            slot.stop_pipelines(swap.stops, swap.drains)
        self._leave_empty_slots()

    def _fill(self, swap: Swap) -> None:
        swap.kill_at = float("inf")
        hands = swap.begin()
        swap.slots = [Slot(self._next_index + number, parts) for number, parts in enumerate(hands)]
        self._next_index += len(swap.slots)
        self._slots += swap.slots
        self._announced = False
        for slot in swap.slots:
            self._fork(slot)

    def _look_at_new_workers(self, swap: Swap) -> None:
        slots, live = swap.slots or (), self._node.counters.live
        dead = any(slot.restart_at is not None for slot in slots)
        if dead or all(slot.is_finished or slot.index in live for slot in slots):
            self._swap = None
            swap.done("a new worker died at its start; the log says why" if dead else None)

    def _leave_empty_slots(self) -> None:
        self._slots = [slot for slot in self._slots if slot.parts or slot.pid is not None]

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
        except OSError as error:  # no memory, or no more processes are allowed
            ours.close()
            slot.plan_restart(slot.started)
            log.error(
                "a worker cannot be started", worker=slot.index, reason=error.strerror, after_s=slot.pause_s
            )
            return
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SUPERVISED_SIGNALS)
            theirs.close()
        slot.pid = pid
        slot.link = Link(ours, self._selector, partial(slot.note, counters=self._node.counters))
        log.debug("worker started", worker=slot.index, pid=pid)

    def _be_worker(self, slot: Slot, ours: socket.socket, theirs: socket.socket) -> None:
        status = 1
        bind(worker=slot.index)
        try:
            ours.close()
            self._waker.close()
            for watched in [key.fileobj for key in self._selector.get_map().values()]:
                watched.close()  # type: ignore[union-attr]  # all are sockets
            self._selector.close()
            self.reloads.enter_worker(slot.unfinished)
            status = run_worker(slot.unfinished, theirs, self._run_part, self._stop_limit_s)
        except BaseException:  # noqa: BLE001  nothing may pass into the supervisor's code above
            log.error("worker failed", traceback=traceback.format_exc())
        finally:
            os._exit(status)

    def _reap(self) -> None:
        for slot in [slot for slot in self._slots if slot.pid is not None]:
            assert slot.pid is not None  # noqa: S101  as was just seen
            pid, status = os.waitpid(slot.pid, os.WNOHANG)
            if pid:
                self._note_end(slot, os.waitstatus_to_exitcode(status))

    def _note_end(self, slot: Slot, code: int) -> None:
        assert slot.link is not None  # noqa: S101  made with the process
        slot.link.finish()
        self._node.counters.retire(slot.index)
        pid = slot.pid
        for part in slot.parts:
            for one in part.inputs:
                if one.place.connections is not None:
                    one.place.connections.mark_dead(part.index)
        slot.end()
        self._leave_empty_slots()
        if code == 0:
            slot.is_finished = True
            return
        how = {"signal": signal.Signals(-code).name} if code < 0 else {"status": code}
        if self._stop is not None:
            self._stop.is_clean = False
            log.warning("worker died while it was stopping", worker=slot.index, pid=pid, **how)
            return
        if not slot.parts:
            log.warning("worker died while its pipelines were stopping", worker=slot.index, pid=pid, **how)
            return
        self._plan_restart(slot)
        log.error(
            "worker died, another takes its place", worker=slot.index, pid=pid, after_s=slot.pause_s, **how
        )

    def _plan_restart(self, slot: Slot) -> None:
        now = time.monotonic()
        slot.plan_restart(now)
        for part in slot.parts:
            self._node.pipelines[part.pipeline.id].recoveries.append(now)

    # what others see

    def _note_states(self) -> None:
        live = set(self._node.counters.live)
        for state in self._node.pipelines.values():
            state.state = state_of([slot for slot in self._slots if slot.has(state.id)], live, state.id)
        if not self._announced and all(one.state != "loading" for one in self._node.pipelines.values()):
            self._announced = True
            running = [one.id for one in self._node.pipelines.values() if one.state == "running"]
            rest = [one.id for one in self._node.pipelines.values() if one.state != "running"]
            log.info(
                "Pipelines running", count=len(running), running_pipelines=running, non_running_pipelines=rest
            )
