"""The persisted queue in trouble: a full disk, damaged pages, a file that is none, outputs that are gone. Who waits, who hears."""

import io
import itertools
import json
import random
from contextlib import asynccontextmanager, closing

import pytest
import trio
from test_persisted import Fake, some, stored

from logsmith import log
from logsmith.runtime import persisted
from logsmith.runtime.queue_holds import FAILING, FULL, HELD_S, UNREADABLE
from logsmith.runtime.queue_writer import LOOK_AGAIN_S, QueueSettings, QueueWriter
from logsmith.spool import SpoolError
from logsmith.spool.faults import DamagedFileError, DiskFullError
from logsmith.spool.queue import PersistedQueue
from logsmith.spool.reserve import LEAST_BYTES

PAGE = 4096
SEEDS = itertools.count()


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch):
    """The clock jumps while a thread works, so here nothing works in one."""

    async def in_place(_self, call):
        await trio.lowlevel.checkpoint()
        return call()

    monkeypatch.setattr(QueueWriter, "in_thread", in_place)


@pytest.fixture(autouse=True)
def written():
    stream = io.StringIO()
    log.configure(format="json", stream=stream)
    yield stream
    log.configure()


@pytest.fixture
def settings(tmp_path):
    return QueueSettings(tmp_path / "queue" / "main" / "worker-0.sqlite")


@pytest.fixture
def full_disk(monkeypatch):
    """A disk without room for batches; what outputs have can be noted once the reserve is given up."""

    class Disk:
        is_full, room = False, 0

    append, find_room = PersistedQueue.append, PersistedQueue.find_room

    def failing(self, batches, **more):
        size = sum(len(one.payload) for one in batches)
        if Disk.is_full and (size > Disk.room or self.reserve.path.exists()):
            raise DiskFullError("database or disk is full")
        return append(self, batches, **more)

    monkeypatch.setattr(PersistedQueue, "append", failing)
    monkeypatch.setattr(
        PersistedQueue, "find_room", lambda self: Disk.room if Disk.is_full else find_room(self)
    )
    return Disk


def lines(written, level):
    """The phrases of one level with their facts."""
    found = [json.loads(line) for line in written.getvalue().splitlines()]
    return [line["logEvent"] for line in found if line["level"] == level]


@asynccontextmanager
async def opened(settings, *outputs, gauges=None):
    made = persisted.PersistedDelivery(outputs, None, settings, {} if gauges is None else gauges)
    async with made.open():
        yield made


async def fill(settings, names, **how):
    """Leave a window for each name in the file, of which an output that is away has nothing."""
    async with opened(settings, Fake(is_away=True, **how)) as made:
        for name in names:
            await made.deliver(made.take([some(name)]), {"accepted": 1, "kept": 1})


async def test_a_full_disk_is_emptied_by_outputs_and_inputs_go_on(settings, autojump_clock, full_disk):
    output, gauges = Fake(takes_s=1), {}
    async with opened(settings, output, gauges=gauges) as made:
        await trio.sleep(1)
        await made.deliver(made.take([some("a")]))
        full_disk.is_full = True
        async with trio.open_nursery() as nursery:
            nursery.start_soon(made.deliver, made.take([some("b")]))
            await trio.sleep(10)
            assert (output.got, stored(settings)) == (["a"], [])
            assert gauges[FAILING] == 1
            full_disk.is_full = False
        await made.finish(is_stopping=False)
        await trio.sleep(1)
        assert gauges[FAILING] == 0
    assert (output.got, stored(settings)) == (["a", "b"], [])
    assert settings.path.with_name(f"{settings.path.name}.reserve").exists()


async def test_on_a_full_disk_what_has_room_is_stored(settings, autojump_clock, full_disk):
    async with opened(settings, Fake(is_away=True)) as made:
        full_disk.is_full = True
        async with trio.open_nursery() as nursery:
            for name in ("small", "another", random_text(50_000), "too late"):
                nursery.start_soon(made.deliver, made.take([some(name)]))
                await trio.sleep(1)
            full_disk.room = 3000
            await trio.sleep(5)
            nursery.cancel_scope.cancel()
    assert stored(settings) == ["small", "another"]


async def test_a_commit_stores_no_more_than_the_reserve_has_room_for(settings, autojump_clock, monkeypatch):
    append, commits = PersistedQueue.append, []

    def noting(self, batches, **more):
        commits.append([len(one.payload) for one in batches])
        return append(self, batches, **more)

    monkeypatch.setattr(PersistedQueue, "append", noting)
    async with opened(settings, Fake(is_away=True)) as made:
        most = made._queue.reserve.size_bytes = LEAST_BYTES
        async with trio.open_nursery() as nursery:
            for _ in range(20):
                nursery.start_soon(made.deliver, made.take([some(random_text(50_000))]))
            nursery.start_soon(made.deliver, made.take([some(random_text(2 * most))]))
    assert len(stored(settings)) == 21
    assert len(commits) < 10
    assert all(len(sizes) == 1 or sum(sizes) <= most * 3 / 4 for sizes in commits)


async def test_a_stop_on_a_full_disk_notes_what_outputs_have(settings, autojump_clock, full_disk):
    output = Fake(takes_s=2)
    async with opened(settings, output) as made:
        await trio.sleep(1)
        await made.deliver(made.take([some("a")]))
        full_disk.is_full = True
        with trio.move_on_after(2.1):
            await made.deliver(made.take([some("never acknowledged")]))
    assert (output.got, stored(settings)) == (["a"], [])


async def test_a_start_on_a_full_disk_gives_up_the_reserve_of_before(settings, autojump_clock, monkeypatch):
    await fill(settings, "ab")
    outline = PersistedQueue.outline

    def failing(self):
        if self.reserve.path.exists():
            raise DiskFullError("unable to open database file")
        return outline(self)

    monkeypatch.setattr(PersistedQueue, "outline", failing)
    output = Fake()
    with trio.fail_after(60):
        async with opened(settings, output) as made:
            await made.finish(is_stopping=False)
    assert output.got == ["a", "b"]


async def test_a_file_that_is_damaged_meanwhile_is_rebuilt_and_nothing_acknowledged_is_lost(
    settings, autojump_clock, monkeypatch, written
):
    await fill(settings, "abc")
    append, damages = PersistedQueue.append, [1]

    def failing(self, batches, **more):
        if batches and damages:
            damages.pop()
            self.close()
            raise DamagedFileError("database disk image is malformed", self.path)
        return append(self, batches, **more)

    monkeypatch.setattr(PersistedQueue, "append", failing)
    output = Fake(takes_s=1)
    async with opened(settings, output) as made:
        await made.deliver(made.take([some("d")]), {"accepted": 1, "kept": 1})
        await made.finish(is_stopping=False)
    assert (output.got, stored(settings)) == (["a", "b", "c", "d"], [])
    (told,) = lines(written, "ERROR")
    assert told["message"].startswith("the file of the persisted queue was damaged; it was rebuilt")
    assert [path.name for path in settings.path.parent.glob("*.damaged-*")] == [
        told["damaged_file"].rpartition("/")[2]
    ]
    with closing(PersistedQueue(settings.path)) as queue:
        fates = queue.fates()
    assert (fates["accepted"], fates["routed fake"], fates["delivered fake"]) == (4, 4, 4)


async def test_a_file_that_is_damaged_again_at_once_holds_inputs_back(settings, autojump_clock, monkeypatch):
    def failing(self, batches, **_):
        self.close()
        raise DamagedFileError("database disk image is malformed", self.path)

    gauges = {}
    async with opened(settings, Fake(), gauges=gauges) as made:
        with monkeypatch.context() as patched, trio.move_on_after(60) as waited:
            patched.setattr(PersistedQueue, "append", failing)
            await made.deliver(made.take([some("a")]))
        assert waited.cancelled_caught
        assert gauges[FAILING] == 1
    assert len(list(settings.path.parent.glob("*.damaged-*"))) == 1


async def test_a_damaged_page_at_the_start_costs_its_batch_and_no_other(settings, autojump_clock, written):
    names = [random_text(50_000) for _ in range(6)]
    await fill(settings, names)
    content = bytearray(settings.path.read_bytes())
    with closing(PersistedQueue(settings.path)) as queue:
        payload = queue.read("fake", after=3, limit=1)[0][0].payload
    at = content.index(payload[20_000:20_050]) // PAGE * PAGE
    content[at : at + PAGE] = bytes(PAGE)
    settings.path.write_bytes(content)
    output = Fake()
    async with opened(settings, output) as made:
        await made.finish(is_stopping=False)
    assert output.got == names[:3] + names[4:]
    (told,) = lines(written, "ERROR")
    assert (told["sequence"], told["events"]) == (4, 1)


async def test_a_stop_while_the_file_cannot_be_read_is_over_at_once(settings, autojump_clock, written):
    settings.path.parent.mkdir(parents=True)
    settings.path.write_bytes(b"nothing " * 1000)
    output, gauges = Fake(), {}
    output.place.stopping = trio.Event()
    began = trio.current_time()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(stop_after, 30, output.place.stopping)
        async with opened(settings, output, gauges=gauges) as made:
            assert trio.current_time() - began == 30
            await made.finish(is_stopping=True)
    assert trio.current_time() - began == 30
    (told,) = lines(written, "ERROR")
    assert str(settings.path) in told["reason"]
    assert "move it away" in told["hint"]
    assert settings.path.read_bytes() == b"nothing " * 1000


async def test_once_a_file_that_cannot_be_read_is_moved_away_it_goes_on(settings, autojump_clock):
    settings.path.parent.mkdir(parents=True)
    settings.path.write_bytes(b"nothing " * 1000)
    output, gauges = Fake(), {}
    async with trio.open_nursery() as nursery:
        nursery.start_soon(move_after, 20, settings.path, gauges)
        async with opened(settings, output, gauges=gauges) as made:
            await made.deliver(made.take([some("a")]))
            await made.finish(is_stopping=False)
    assert (output.got, gauges[FAILING]) == (["a"], 0)


async def test_a_queue_that_cannot_be_read_is_said_once_a_minute(
    settings, autojump_clock, monkeypatch, written
):
    def failing(self, *_, **__):
        raise SpoolError("disk I/O error")

    read, gauges, output = PersistedQueue._batches, {}, Fake()
    monkeypatch.setattr(PersistedQueue, "_batches", failing)
    async with opened(settings, output, gauges=gauges) as made:
        await trio.sleep(50)
        assert gauges[UNREADABLE] == 1
        assert [one["message"] for one in lines(written, "ERROR")] == [
            "the persisted queue cannot be read, trying again"
        ]
        monkeypatch.setattr(PersistedQueue, "_batches", read)
        await made.deliver(made.take([some("a")]))
        await made.finish(is_stopping=False)
    assert (output.got, gauges[UNREADABLE]) == (["a"], 0)


async def test_a_short_failure_is_no_matter_of_health(settings, autojump_clock, monkeypatch):
    failures, append, gauges = [SpoolError("disk I/O error")] * 2, PersistedQueue.append, {}

    def failing(self, batches, **more):
        if failures:
            raise failures.pop()
        return append(self, batches, **more)

    async with opened(settings, Fake(), gauges=gauges) as made:
        monkeypatch.setattr(PersistedQueue, "append", failing)
        await made.deliver(made.take([some("a")]))
    assert FAILING not in gauges


async def test_events_for_outputs_that_are_gone_are_told_once_at_the_start(settings, autojump_clock, written):
    await fill(settings, "abc", name="former")
    await fill(QueueSettings(settings.path.with_name("worker-1.sqlite")), "de", name="former")
    for is_first in (True, False):
        part = QueueSettings(settings.path, is_first=is_first)
        async with opened(part, Fake("now")):
            await trio.sleep(100)
    (told,) = lines(written, "WARN")
    assert (told["events"], told["outputs"]) == (5, {"former": 5})
    assert "logsmith queue drop" in told["hint"]


async def test_a_full_queue_names_the_outputs_that_it_waits_for(settings, autojump_clock, written):
    await fill(settings, "ab", name="former")
    gauges = {}
    async with opened(
        QueueSettings(settings.path, max_events=3), Fake("now", is_away=True), gauges=gauges
    ) as made:
        await made.deliver(made.take([some("c")]))
        with trio.move_on_after(HELD_S + LOOK_AGAIN_S):
            await made.deliver(made.take([some("d")]))
            pytest.fail("it is full")
        assert gauges[FULL] == 0
        async with trio.open_nursery() as nursery:
            nursery.start_soon(made.deliver, made.take([some("d")]))
            await trio.sleep(HELD_S + LOOK_AGAIN_S)
            assert gauges[FULL] == 1
            with closing(PersistedQueue(settings.path)) as beside:
                beside.drop("former")
    told = next(one for one in lines(written, "WARN") if "is full" in one["message"])
    assert told["waits_for"] == {"former": 2, "now": 1}
    assert told["outputs_that_are_gone"] == ["former"]


async def test_the_events_that_are_counted_are_those_that_wait(settings, autojump_clock):
    gauges, there = {}, Fake("there")
    async with opened(settings, there, Fake("away", is_away=True), gauges=gauges) as made:
        await made.deliver(made.take([some("a", "b", "c"), some("d")]))
        await made.deliver(made.take([some("e", "f"), []]))
        await trio.sleep(1)
        assert there.got == ["a", "b", "c", "e", "f"]
        assert gauges["queue_events"] == 1
    again = {}
    async with opened(settings, Fake("other"), gauges=again):
        assert again["queue_events"] == 1


async def test_what_another_process_drops_is_not_counted_any_more(settings, autojump_clock):
    gauges = {}
    async with opened(settings, Fake(is_away=True), gauges=gauges) as made:
        await made.deliver(made.take([some("a", "b")]))
        with closing(PersistedQueue(settings.path)) as beside:
            beside.drop("fake")
        await trio.sleep(LOOK_AGAIN_S + 1)
        assert (gauges["queue_events"], gauges["queue_bytes"]) == (0, 0)


def random_text(size):
    return random.Random(next(SEEDS)).randbytes(size // 2).hex()


async def stop_after(seconds, stopping):
    await trio.sleep(seconds)
    stopping.set()


async def move_after(seconds, path, gauges):
    await trio.sleep(seconds)
    assert gauges[FAILING] == 1
    path.rename(path.with_name("away"))
