"""The supervisor with real forks: each test runs one in a child process and listens to what its workers say."""

import faulthandler
import os
import select
import signal
import socket
import time
import traceback
from functools import partial
from types import SimpleNamespace

import pytest
import trio

from logsmith import log
from logsmith.metrics import PipelineMetrics
from logsmith.runtime import slots as slots_module
from logsmith.runtime import supervisor as module
from logsmith.runtime import worker as worker_module
from logsmith.runtime.deal import Wish, deal
from logsmith.runtime.slots import Slot, state_of
from logsmith.runtime.stats import Node, PipelineState
from logsmith.runtime.supervisor import Supervisor, Swap

LIMIT_S = 10


def pipeline(name: str = "main") -> SimpleNamespace:
    one = SimpleNamespace(
        is_shared=True, receives_at=lambda: None, place=SimpleNamespace(connections=None, sockets=())
    )
    return SimpleNamespace(
        id=name, inputs=[one], outputs=[], is_stateful=False, metrics=PipelineMetrics(name)
    )


class SwapAtHangup:
    """Reloads as simple as can be: at SIGHUP the pipeline gets a new worker."""

    keeps_running = False

    def __init__(self, say) -> None:
        self._say, self._is_asked = say, False

    def request(self) -> None:
        self._is_asked = True

    def next_swap(self, now: float) -> Swap | None:
        if not self._is_asked:
            return None
        self._is_asked = False
        hands = partial(deal, [Wish(pipeline(), 1)])
        return Swap(frozenset({"main"}), hands, lambda reason: self._say(f"done={reason}"))

    def enter_worker(self, parts) -> None:
        pass


class LongPlan(SwapAtHangup):
    """Takes turns of the supervisor's loop while it plans, until it is told that something has come of one."""

    def __init__(self, say, supervisor, is_over) -> None:
        super().__init__(say)
        self._supervisor, self._is_over = supervisor, is_over

    def next_swap(self, now: float) -> Swap | None:
        swap = super().next_swap(now)
        if swap is not None:
            self._say("plans")
            while not self._is_over(self._supervisor):
                self._supervisor.serve_meanwhile()
            self._say("planned")
        return swap


class Running:
    """A supervisor in a process of its own. Workers say words, which arrive here."""

    def __init__(
        self, run_part, *, log_path, workers: int = 1, stop_limit_s: float = 5, services=(), plans_until=None
    ) -> None:
        hears, says = os.pipe()
        self.heard, self._buffer = hears, b""
        self.log_path = log_path

        async def run(part, *, stopping, stop_limit_s):
            await run_part(part, stopping, lambda word: os.write(says, f"{word}\n".encode()))

        faulthandler.cancel_dump_traceback_later()  # pytest's; the thread behind it does not survive a fork
        self.pid = os.fork()
        if self.pid == 0:
            status = 99
            try:
                os.close(hears)
                with log_path.open("w") as stream:
                    log.configure(stream=stream)
                    hands = deal([Wish(pipeline(), workers)])
                    node = Node("n", "i", "e", "v", "h", workers, 125, 50)
                    node.pipelines["main"] = PipelineState("main", workers, 125, 50, "e", "h")
                    made = [
                        service(node, lambda word: os.write(says, f"{word}\n".encode()))
                        for service in services
                    ]
                    one = Supervisor(hands, node, run, services=made, stop_limit_s=stop_limit_s)

                    def say(word) -> None:
                        os.write(says, f"{word}\n".encode())

                    one.reloads = LongPlan(say, one, plans_until) if plans_until else SwapAtHangup(say)
                    status = one.run()
            except BaseException:
                log_path.with_suffix(".crash").write_text(traceback.format_exc())
                raise
            finally:
                os._exit(status)
        os.close(says)

    def next_word(self) -> str:
        while b"\n" not in self._buffer:
            assert select.select([self.heard], [], [], LIMIT_S)[0], f"nothing was said: {self.log}"
            chunk = os.read(self.heard, 65536)
            assert chunk, f"all have ended: {self.log}"
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.decode()

    def words_to_the_end(self) -> list[str]:
        """Everything that is still said until all processes have ended: nothing of them holds the pipe any more."""
        while select.select([self.heard], [], [], LIMIT_S)[0]:
            chunk = os.read(self.heard, 65536)
            if not chunk:
                return self._buffer.decode().split()
            self._buffer += chunk
        raise AssertionError("some worker did not end")

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    @property
    def log(self) -> str:
        crash = self.log_path.with_suffix(".crash")
        return self.log_path.read_text() + (crash.read_text() if crash.exists() else "")

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.heard)


@pytest.fixture
def start(monkeypatch, tmp_path):
    monkeypatch.setattr(slots_module, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(module, "TICK_S", 0.02)
    monkeypatch.setattr(worker_module, "REPORT_EVERY_S", 0.02)
    started = []

    def start_one(run_part, **arguments) -> Running:
        started.append(Running(run_part, log_path=tmp_path / "log", **arguments))
        return started[-1]

    yield start_one
    for one in started:
        one.close()


async def until_stopped(part, stopping, say):
    """A part that says its process id, runs until it shall stop, and says that it did."""
    say(os.getpid())
    await stopping.wait()
    say("stopped")


def test_ends_when_all_inputs_have_ended(start):
    async def end_at_once(part, stopping, say):
        say(f"worker{part.index}of{part.count}")

    running = start(end_at_once, workers=3)
    assert running.wait() == 0
    assert sorted(running.words_to_the_end()) == ["worker0of3", "worker1of3", "worker2of3"]
    assert "Logstash shut down." in running.log


def test_each_line_of_a_worker_says_which_one_it_is(start):
    async def tell(part, stopping, say):
        log.Logger("logstash.javapipeline").info("Pipeline started")

    running = start(tell, workers=2)
    assert running.wait() == 0
    told = sorted(
        line.partition("Pipeline started ")[2] for line in running.log.splitlines() if "Pipeline" in line
    )
    assert told[-2:] == ['{"worker": 0}', '{"worker": 1}']
    assert running.log.rstrip().endswith("Logstash shut down.")  # the supervisor is none


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_workers_finish(start, number):
    running = start(until_stopped, workers=2)
    assert running.next_word() != running.next_word()
    running.signal(number)
    assert running.wait() == 0, running.log
    assert running.words_to_the_end() == ["stopped", "stopped"]
    assert f"{number.name} received. Shutting down." in running.log


def test_a_signal_before_the_workers_are_ready_is_not_lost(start):
    async def slow_start(part, stopping, say):
        say("here")
        await stopping.wait()

    running = start(slow_start, workers=2)
    running.next_word()
    running.signal(signal.SIGTERM)
    assert running.wait() == 0


def test_the_second_sigint_ends_at_once(start):
    async def never_stop(part, stopping, say):
        say("here")
        await stopping.wait()
        say("deaf")
        await trio.sleep_forever()

    running = start(never_stop, stop_limit_s=60)
    running.next_word()
    running.signal(signal.SIGINT)
    assert running.next_word() == "deaf"
    running.signal(signal.SIGINT)
    assert running.wait() == 1
    assert running.words_to_the_end() == []
    assert "SIGINT received. Terminating immediately.." in running.log


def test_a_worker_that_hangs_is_killed_when_its_time_is_up(start, monkeypatch):
    monkeypatch.setattr(module, "KILL_AFTER_S", 0.1)

    async def hang(part, stopping, say):
        say("here")
        await stopping.wait()
        say("hanging")
        time.sleep(60)  # noqa: ASYNC251  it hangs

    running = start(hang, stop_limit_s=0.1)
    running.next_word()
    running.signal(signal.SIGTERM)
    assert running.wait() == 1
    assert "workers did not end in time" in running.log


def test_a_worker_that_dies_is_replaced(start):
    running = start(until_stopped, workers=2)
    first, second = int(running.next_word()), int(running.next_word())
    os.kill(first, signal.SIGKILL)
    third = int(running.next_word())
    assert third not in (first, second)
    running.signal(signal.SIGTERM)
    assert running.wait() == 0
    assert running.words_to_the_end() == ["stopped", "stopped"]
    assert 'worker died, another takes its place {"worker": ' in running.log
    assert '"signal": "SIGKILL"' in running.log


def test_a_worker_that_raises_says_why_and_is_replaced(start):
    async def fail(part, stopping, say):
        say("failing")
        raise ValueError("broken plugin")

    running = start(fail)
    assert [running.next_word() for _ in range(3)] == ["failing"] * 3
    running.signal(signal.SIGTERM)
    assert running.wait() in (0, 1)
    assert "broken plugin" in running.log
    assert '"status": 1' in running.log


def test_pauses_grow_for_a_worker_that_dies_at_once():
    node = Node("n", "i", "e", "v", "h", 1, 125, 50)
    node.pipelines["main"] = PipelineState("main", 1, 125, 50, "e", "h")
    hands = deal([Wish(pipeline(), 1)])
    supervisor = Supervisor(hands, node, None)
    (slot,) = supervisor._slots
    pauses = []
    for _ in range(8):
        slot.started = time.monotonic()
        supervisor._plan_restart(slot)
        pauses.append(slot.pause_s)
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]
    slot.started = time.monotonic() - 60
    supervisor._plan_restart(slot)
    assert slot.pause_s == 0
    assert len(node.pipelines["main"].recoveries) == 9
    supervisor._selector.close()


def test_a_worker_ends_when_its_supervisor_does(start):
    running = start(until_stopped, workers=2)
    running.next_word()
    running.next_word()
    running.signal(signal.SIGKILL)
    running.wait()
    assert running.words_to_the_end() == ["stopped", "stopped"]
    assert "the supervisor is gone" in running.log


def test_sighup_and_sigint_to_a_worker_are_the_supervisors_affair(start):
    running = start(until_stopped)
    worker = int(running.next_word())
    os.kill(worker, signal.SIGHUP)
    os.kill(worker, signal.SIGINT)
    running.signal(signal.SIGHUP)
    running.signal(signal.SIGTERM)
    assert running.wait() == 0
    assert running.words_to_the_end() == ["stopped"]
    assert "SIGHUP received" in running.log
    assert "worker died" not in running.log


def test_a_swap_starts_new_workers_when_the_old_ones_have_ended(start):
    running = start(until_stopped, workers=2)
    old = {running.next_word(), running.next_word()}
    running.signal(signal.SIGHUP)
    assert [running.next_word(), running.next_word()] == ["stopped", "stopped"]
    assert running.next_word() not in old
    assert running.next_word() == "done=None"
    running.signal(signal.SIGTERM)
    assert running.wait() == 0
    assert running.words_to_the_end() == ["stopped"]


def test_a_swap_does_not_wait_for_ever_for_a_worker_that_hangs(start, monkeypatch):
    monkeypatch.setattr(module, "KILL_AFTER_S", 0.1)

    async def hang_at_first(part, stopping, say):
        say("here")
        await stopping.wait()
        if part.count == 2:
            time.sleep(60)  # noqa: ASYNC251  it hangs

    running = start(hang_at_first, workers=2, stop_limit_s=0.1)
    assert [running.next_word(), running.next_word()] == ["here", "here"]
    running.signal(signal.SIGHUP)
    assert [running.next_word(), running.next_word()] == ["here", "done=None"]
    assert "workers did not end their pipelines in time" in running.log
    running.signal(signal.SIGTERM)
    running.wait()


def test_a_swap_has_failed_when_a_new_worker_dies_at_its_start(start, monkeypatch):
    def refuse(_self, parts):
        if parts[0].count == 1:
            raise ValueError("no worker any more")

    monkeypatch.setattr(SwapAtHangup, "enter_worker", refuse)
    running = start(until_stopped, workers=2)
    running.next_word(), running.next_word()
    running.signal(signal.SIGHUP)
    assert [running.next_word(), running.next_word()] == ["stopped", "stopped"]
    assert running.next_word().startswith("done=a new worker died")
    running.signal(signal.SIGTERM)
    running.wait()


def test_a_stop_while_a_swap_is_planned_is_a_stop_and_the_plan_is_dropped(start):
    async def serve(part, stopping, say):
        say("ready")
        await stopping.wait()
        say("stopped")

    running = start(serve, plans_until=lambda supervisor: not any(one.pid for one in supervisor._slots))
    assert running.next_word() == "ready"
    running.signal(signal.SIGHUP)
    assert running.next_word() == "plans"
    running.signal(signal.SIGTERM)
    assert running.words_to_the_end() == ["stopped", "planned"]
    assert running.wait() == 0


def test_a_worker_that_dies_while_a_swap_is_planned_is_replaced_meanwhile(start):
    async def serve(part, stopping, say):
        say(f"pid={os.getpid()}")
        await stopping.wait()

    first = []

    def is_replaced(supervisor) -> bool:
        first.append(supervisor._slots[0].pid)
        return supervisor._slots[0].pid not in (None, first[0])

    running = start(serve, plans_until=is_replaced)
    pid = int(running.next_word().removeprefix("pid="))
    running.signal(signal.SIGHUP)
    assert running.next_word() == "plans"
    os.kill(pid, signal.SIGKILL)
    words = {running.next_word().partition("=")[0] for _ in range(4)}
    assert words == {"pid", "planned", "done"}
    running.signal(signal.SIGTERM)
    assert running.wait() == 0


def test_a_long_plan_leaves_workers_their_time_to_end(start, monkeypatch):
    monkeypatch.setattr(module, "KILL_AFTER_S", 0.2)
    until = []

    def is_late(_supervisor) -> bool:
        until.append(time.monotonic())
        return until[-1] - until[0] > 1

    async def serve(part, stopping, say):
        say("ready")
        await stopping.wait()
        await trio.sleep(0.3)
        say("ended")

    running = start(serve, stop_limit_s=0.6, plans_until=is_late)
    assert running.next_word() == "ready"
    running.signal(signal.SIGHUP)
    assert [running.next_word() for _ in range(5)] == ["plans", "planned", "ended", "ready", "done=None"]
    running.signal(signal.SIGTERM)
    assert running.wait() == 0


def test_a_stop_in_the_middle_of_a_swap_is_a_stop(start):
    async def linger(part, stopping, say):
        say("here")
        await stopping.wait()
        say("lingering")
        await trio.sleep(0.2)

    running = start(linger)
    running.next_word()
    running.signal(signal.SIGHUP)
    assert running.next_word() == "lingering"
    running.signal(signal.SIGTERM)
    assert running.wait() == 0
    assert running.words_to_the_end() == []


class Totals:
    """A service that says the sum of events whenever it has changed."""

    def __init__(self, node, say) -> None:
        self._node, self._say, self._last = node, say, 0

    def join(self, selector) -> None:
        pass

    def tick(self, now: float) -> None:
        pipelines = self._node.counters.totals().get("pipelines", {})
        total = pipelines.get("main", {}).get("in", 0)
        if total != self._last:
            self._last = total
            self._say(f"total={total}")


def test_counters_survive_the_worker_that_counted(start):
    async def count(part, stopping, say):
        part.pipeline.metrics.pushed += 5
        say(os.getpid())
        await stopping.wait()

    running = start(count, services=[Totals])
    words = {running.next_word(), running.next_word()}
    assert "total=5" in words
    (pid,) = words - {"total=5"}
    os.kill(int(pid), signal.SIGKILL)
    assert "total=10" in (running.next_word(), running.next_word())
    running.signal(signal.SIGTERM)
    running.wait()


def test_what_a_worker_counts_at_its_very_end_is_counted(start):
    async def count_late(part, stopping, say):
        await stopping.wait()
        part.pipeline.metrics.pushed += 7

    class Ready(Totals):
        def tick(self, now):
            if self._node.counters.live:
                self._say("ready")
            super().tick(now)

    running = start(count_late, services=[Ready])
    assert running.next_word() == "ready"
    running.signal(signal.SIGTERM)
    running.wait()
    assert "total=7" in running.words_to_the_end()


def test_workers_hold_nothing_that_the_supervisor_watches(start):
    class Port:
        """A service that listens, as the API does."""

        def __init__(self, node, say) -> None:
            self._socket = socket.create_server(("127.0.0.1", 0))
            say(self._socket.getsockname()[1])

        def join(self, selector) -> None:
            selector.register(self._socket, 1, lambda mask: None)

        def tick(self, now: float) -> None:
            pass

    async def linger(part, stopping, say):
        say("here")
        await stopping.wait()
        say("lingering")
        await trio.sleep_forever()

    running = start(linger, services=[Port], stop_limit_s=0.5)
    port = int(running.next_word())
    running.next_word()
    running.signal(signal.SIGKILL)
    running.wait()
    assert running.next_word() == "lingering"
    socket.create_server(("127.0.0.1", port)).close()


def test_says_when_all_pipelines_run(start):
    running = start(until_stopped, workers=2)
    running.next_word()
    deadline = time.monotonic() + LIMIT_S
    while "Pipelines running" not in running.log and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (
        'Pipelines running {"count": 1, "running_pipelines": ["main"], "non_running_pipelines": []}'
        in running.log
    )


STATES = [
    ("no report yet", [Slot(0, [], pid=1)], set(), "loading"),
    ("reported", [Slot(0, [], pid=1)], {0}, "running"),
    ("one of two lives", [Slot(0, [], pid=1), Slot(1, [], restart_at=5.0, pause_s=0.5)], {0}, "running"),
    ("dead and waiting", [Slot(0, [], restart_at=5.0, pause_s=0.5)], set(), "terminated"),
    ("started again after a death, no report yet", [Slot(0, [], pid=2, pause_s=0.5)], set(), "terminated"),
    ("finished", [Slot(0, [], is_finished=True)], set(), "finished"),
    ("without a worker", [], set(), "terminated"),
    ("one has finished", [Slot(0, [], is_finished=True), Slot(1, [], pid=1)], {1}, "running"),
]


@pytest.mark.parametrize(
    ("slots", "live", "state"), [case[1:] for case in STATES], ids=[case[0] for case in STATES]
)
def test_the_state_of_a_pipeline(slots, live, state):
    assert state_of(slots, live) == state
