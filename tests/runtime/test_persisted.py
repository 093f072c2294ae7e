"""Delivery over the persisted queue: who waits for the disk, who for nobody, and what comes again after a crash."""

import sqlite3
from collections import Counter
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing

from logsmith.event import Event, FieldRef, Timestamp
from logsmith.metrics import PluginMetrics
from logsmith.plugins import Output, Password, UndeliveredError, setting
from logsmith.plugins.contract import WorkerPlace
from logsmith.runtime import adoption, persisted
from logsmith.runtime.batches import pack_row, read_row, unpack
from logsmith.runtime.cursors import cursor_names
from logsmith.runtime.persisted import LAST_SENDS_S, PersistedDelivery
from logsmith.runtime.queue_files import part_of_queue
from logsmith.runtime.queue_writer import FIRST_PAUSE_S, QueueSettings, QueueWriter
from logsmith.spool import SpoolError
from logsmith.spool import queue as queues
from logsmith.spool.database import open_database
from logsmith.spool.queue import PersistedQueue

DAMAGED = b"nothing that inflates"


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch):
    """The clock jumps while a thread works, so here nothing works in one."""

    async def in_place(_self, call):
        await trio.lowlevel.checkpoint()
        return call()

    monkeypatch.setattr(QueueWriter, "in_thread", in_place)


@pytest.fixture
def settings(tmp_path):
    return QueueSettings(tmp_path / "queue" / "main" / "worker-0.sqlite")


class Fake:
    """An output that keeps what it is sent, waits `takes_s`, and fails while it `is_away`."""

    max_events, concurrency, encodes, is_alone, given = 100, 1, False, False, frozenset()
    linger_s = 0.0

    def __init__(self, name="fake", *, is_away=False, takes_s=0, refuses=()):
        self.id, self.name, self.is_away, self.takes_s, self.refuses = name, name, is_away, takes_s, refuses
        self.got, self.metrics, self.place = [], PluginMetrics("output", "fake", name), WorkerPlace()
        self.log = type("Log", (), {"warning": lambda *_, **__: None})()

    @asynccontextmanager
    async def open(self):
        yield

    async def send(self, events):
        await trio.sleep(self.takes_s)
        if self.is_away:
            raise UndeliveredError("away", retry=events)
        refused = [event for event in events if name_of(event) in self.refuses]
        self.got += [name_of(event) for event in events if event not in refused]
        if refused:
            raise UndeliveredError("refused", refused=[(event, "bad") for event in refused])


class Letters:
    def __init__(self):
        self.letters = []

    async def put(self, output, refused):
        self.letters += [(output.name, name_of(event), reason) for event, reason in refused]


def name_of(event):
    return event.top("n")


def some(*names):
    return [Event.from_map({"n": name}) for name in names]


def stored(settings, cursor="fake"):
    """What is in the file for an output."""
    queue = PersistedQueue(settings.path)
    found, _ = queue.read(cursor, limit=1000)
    queue.close()
    return [name_of(event) for batch in found for event in unpack(read_row(batch.payload), [cursor])[cursor]]


def delivery(settings, *outputs, letters=None):
    return PersistedDelivery(outputs, letters or Letters(), settings)


async def test_an_output_that_is_there_gets_the_events_in_order(settings, autojump_clock):
    output = Fake()
    made = delivery(settings, output)
    async with made.open():
        for name in "abc":
            await made.deliver(made.take([some(name)]))
        await made.finish(is_stopping=False)
    assert (output.got, stored(settings)) == (["a", "b", "c"], [])


async def test_deliver_waits_for_the_disk_and_not_for_an_output(settings, autojump_clock):
    away, there = Fake("away", is_away=True), Fake("there")
    made = delivery(settings, away, there)
    async with made.open():
        began = trio.current_time()
        await made.deliver(made.take([some("a", "b"), some("a")]))
        assert trio.current_time() == began
        await trio.sleep(1)
        assert there.got == ["a"]
    assert (stored(settings, "away"), stored(settings, "there")) == (["a", "b"], [])


async def test_what_was_stored_is_sent_after_the_next_start(settings, autojump_clock):
    made = delivery(settings, Fake(is_away=True))
    async with made.open():
        for name in "abc":
            await made.deliver(made.take([some(name)]))
    output = Fake()
    again = delivery(settings, output)
    async with again.open():
        await again.deliver(again.take([some("d")]))
        await again.finish(is_stopping=False)
    assert output.got == ["a", "b", "c", "d"]


async def test_an_output_that_falls_behind_reads_its_batches_back_in_order(
    settings, autojump_clock, monkeypatch
):
    monkeypatch.setattr(persisted, "IN_MEMORY_BYTES", 200)
    output = Fake(takes_s=1)
    output.max_events = 1
    made = delivery(settings, output)
    async with made.open():
        for number in range(40):
            await made.deliver(made.take([some(f"{number:02}")]))
            await trio.sleep(0.3)
        await made.finish(is_stopping=False)
    assert output.got == [f"{number:02}" for number in range(40)]


async def test_many_senders_share_a_commit_and_lose_no_batch(settings, autojump_clock, monkeypatch):
    monkeypatch.setattr(persisted, "IN_MEMORY_BYTES", 300)
    commits, append = [], PersistedQueue.append
    monkeypatch.setattr(
        PersistedQueue,
        "append",
        lambda self, batches, **more: commits.append(len(batches)) or append(self, batches, **more),
    )
    output = Fake(takes_s=0.1)
    made = delivery(settings, output)
    async with made.open():
        async with trio.open_nursery() as nursery:
            for number in range(60):
                nursery.start_soon(made.deliver, made.take([some(f"{number:02}")]))
        await made.finish(is_stopping=False)
    assert sorted(output.got) == [f"{number:02}" for number in range(60)]
    assert max(commits) > 10


async def test_what_is_refused_is_a_dead_letter_and_leaves_the_queue(settings, autojump_clock):
    letters, output = Letters(), Fake(refuses="b")
    made = delivery(settings, output, letters=letters)
    async with made.open():
        await made.deliver(made.take([some("a", "b", "c")]))
        await made.finish(is_stopping=False)
    assert (output.got, letters.letters, stored(settings)) == (["a", "c"], [("fake", "b", "bad")], [])


async def test_a_full_queue_holds_senders_back_until_there_is_room(settings, autojump_clock):
    output = Fake(is_away=True)
    made = delivery(QueueSettings(settings.path, max_events=3), output)
    async with made.open():
        await made.deliver(made.take([some("a", "b", "c")]))
        with trio.move_on_after(50) as waited:
            await made.deliver(made.take([some("d")]))
        assert waited.cancelled_caught
        output.is_away = False
        await made.deliver(made.take([some("e")]))
        await made.finish(is_stopping=False)
    assert output.got == ["a", "b", "c", "e"]


@pytest.mark.parametrize("reason", ["database or disk is full", "disk I/O error"])
async def test_a_disk_that_fails_holds_senders_back_and_nothing_is_lost(
    settings, autojump_clock, monkeypatch, reason
):
    failures, append = [SpoolError(reason)] * 3, PersistedQueue.append

    def failing(self, batches, **more):
        if failures:
            raise failures.pop()
        return append(self, batches, **more)

    output = Fake()
    made = delivery(settings, output)
    async with made.open():
        monkeypatch.setattr(PersistedQueue, "append", failing)
        began = trio.current_time()
        await made.deliver(made.take([some("a")]))
        assert trio.current_time() - began == FIRST_PAUSE_S * (1 + 2 + 4)
        await made.finish(is_stopping=False)
    assert output.got == ["a"]


async def test_a_start_waits_for_a_disk_that_fails(settings, autojump_clock, monkeypatch):
    failures, outline = [SpoolError("disk I/O error")] * 3, PersistedQueue.outline

    def failing(self):
        if failures:
            raise failures.pop()
        return outline(self)

    monkeypatch.setattr(PersistedQueue, "outline", failing)
    output = Fake()
    made = delivery(settings, output)
    async with made.open():
        await made.deliver(made.take([some("a")]))
        await made.finish(is_stopping=False)
    assert output.got == ["a"]


async def test_a_stop_while_the_disk_fails_still_writes_what_outputs_have(
    settings, autojump_clock, monkeypatch
):
    append, is_failing = PersistedQueue.append, True

    def failing(self, batches, **more):
        if is_failing:
            raise SpoolError("disk full")
        return append(self, batches, **more)

    output = Fake(takes_s=1)
    made = delivery(settings, output)
    async with made.open():
        await made.deliver(made.take([some("a")]), {"accepted": 1})
        monkeypatch.setattr(PersistedQueue, "append", failing)
        with trio.move_on_after(5):
            await made.deliver(made.take([some("never acknowledged")]), {"accepted": 1})
        is_failing = False
    assert (output.got, stored(settings)) == (["a"], [])
    queue = PersistedQueue(settings.path)
    fates = queue.fates()
    queue.close()
    assert (fates["accepted"], fates["delivered fake"]) == (1, 1)


async def test_a_damaged_batch_is_set_aside_and_the_others_are_sent(settings, autojump_clock):
    made = delivery(settings, Fake(is_away=True))
    async with made.open():
        for name in "abc":
            await made.deliver(made.take([some(name)]))
    queue = PersistedQueue(settings.path)
    with queue._transaction() as connection:
        connection.execute("UPDATE batches SET payload = ? WHERE sequence = 2", (DAMAGED,))
    queue.close()
    output = Fake()
    again = delivery(settings, output)
    async with again.open():
        await again.finish(is_stopping=False)
    assert output.got == ["a", "c"]
    queue = PersistedQueue(settings.path)
    assert [(one.sequence, one.events) for one in queue.damages()] == [(2, 1)]
    queue.close()


async def test_a_stop_waits_a_moment_for_what_is_being_sent(settings, autojump_clock):
    output = Fake(takes_s=1)
    output.max_events = 1
    made = delivery(settings, output)
    async with made.open():
        for name in "abcdef":
            await made.deliver(made.take([some(name)]))
        began = trio.current_time()
        await made.finish(is_stopping=True)
        assert trio.current_time() - began <= LAST_SENDS_S
    assert [*output.got, *stored(settings)] == list("abcdef")
    assert output.got != list("abcdef")


@pytest.mark.parametrize("is_leaving", [False, True], ids=["by setting", "since the output goes"])
async def test_a_stop_that_drains_waits_for_every_output(settings, autojump_clock, is_leaving):
    output = Fake(takes_s=1)
    output.place.drains = is_leaving
    made = delivery(QueueSettings(settings.path, drain=not is_leaving), output)
    async with made.open():
        for name in "abcdef":
            await made.deliver(made.take([some(name)]))
        await made.finish(is_stopping=True)
    assert output.got == list("abcdef")


async def test_takes_over_the_files_of_workers_that_are_no_more(settings, autojump_clock):
    folder = settings.path.parent
    for number, name in enumerate("abcd"):
        made = delivery(QueueSettings(folder / f"worker-{number}.sqlite"), Fake(is_away=True))
        async with made.open():
            await made.deliver(made.take([some(name)]))
    assert [path.name for path in part_of_queue(folder, 0, 2, settings).adopted] == ["worker-2.sqlite"]
    output = Fake()
    again = delivery(part_of_queue(folder, 0, 1, settings), output)
    async with again.open():
        await again.finish(is_stopping=False)
    assert sorted(output.got) == list("abcd")
    assert [path.name for path in folder.glob("*.sqlite")] == ["worker-0.sqlite"]


class KilledError(BaseException):
    """The process dies here."""


async def test_the_sums_add_up_if_it_is_killed_while_it_takes_over_a_file(
    settings, autojump_clock, monkeypatch
):
    left = QueueSettings(settings.path.parent / "worker-1.sqlite")
    async with (made := delivery(left, Fake(is_away=True))).open():
        await made.deliver(made.take([some("a", "b")]))
    append = PersistedQueue.append

    def killed(self, batches, **more):
        if self.path == left.path:
            raise KilledError
        return append(self, batches, **more)

    monkeypatch.setattr(PersistedQueue, "append", killed)
    with pytest.raises(BaseExceptionGroup):
        async with (made := delivery(part_of_queue(settings.path.parent, 0, 1, settings), Fake())).open():
            await made.finish(is_stopping=False)
    monkeypatch.setattr(PersistedQueue, "append", append)
    output = Fake()
    async with (made := delivery(part_of_queue(settings.path.parent, 0, 1, settings), output)).open():
        await made.finish(is_stopping=False)
    assert set(output.got) == {"a", "b"}
    queue = PersistedQueue(settings.path)
    fates = queue.fates()
    queue.close()
    assert fates["routed fake"] == fates["delivered fake"] >= 2


async def test_a_file_whose_removal_was_cut_short_is_counted_once(settings, autojump_clock, monkeypatch):
    left = QueueSettings(settings.path.parent / "worker-1.sqlite")
    async with (made := delivery(left, Fake())).open():
        await made.deliver(made.take([some("a", "b")]), {"accepted": 2})
        await made.finish(is_stopping=False)

    def killed(_path):
        raise KilledError

    remove = adoption._remove
    monkeypatch.setattr(adoption, "_remove", killed)
    with pytest.raises(BaseExceptionGroup):
        async with (made := delivery(part_of_queue(settings.path.parent, 0, 1, settings), Fake())).open():
            await made.finish(is_stopping=False)
    monkeypatch.setattr(adoption, "_remove", remove)
    async with (made := delivery(part_of_queue(settings.path.parent, 0, 1, settings), Fake())).open():
        await made.finish(is_stopping=False)
    assert not left.path.exists()
    queue = PersistedQueue(settings.path)
    assert queue.fates()["accepted"] == queue.fates()["delivered fake"] == 2
    queue.close()


async def test_a_file_whose_removal_was_cut_short_is_counted_once_though_another_worker_gets_it(
    settings, autojump_clock, monkeypatch
):
    folder = settings.path.parent
    async with (made := delivery(QueueSettings(folder / "worker-3.sqlite"), Fake())).open():
        await made.deliver(made.take([some("a", "b")]), {"accepted": 2})
        await made.finish(is_stopping=False)

    def killed(_path):
        raise KilledError

    remove = adoption._remove
    monkeypatch.setattr(adoption, "_remove", killed)
    with pytest.raises(BaseExceptionGroup):
        async with (made := delivery(part_of_queue(folder, 0, 1, settings), Fake())).open():
            await made.finish(is_stopping=False)
    monkeypatch.setattr(adoption, "_remove", remove)
    for index in range(2):
        async with (made := delivery(part_of_queue(folder, index, 2, settings), Fake())).open():
            await made.finish(is_stopping=False)
    assert [path.name for path in sorted(folder.glob("*.sqlite"))] == ["worker-0.sqlite", "worker-1.sqlite"]
    sums = Counter()
    for path in folder.glob("*.sqlite"):
        queue = PersistedQueue(path)
        sums.update(queue.fates())
        queue.close()
    assert sums["accepted"] == sums["delivered fake"] == 2


@pytest.mark.parametrize("where", [(adoption, "_move"), (QueueWriter, "run")], ids=["adopting", "writing"])
async def test_its_files_are_closed_however_it_ends(settings, autojump_clock, monkeypatch, where):
    left = QueueSettings(settings.path.parent / "worker-1.sqlite")
    async with (made := delivery(left, Fake(is_away=True))).open():
        await made.deliver(made.take([some("a")]))
    connections = []

    def opening(*words, **more):
        connections.append(open_database(*words, **more))
        return connections[-1]

    async def killed(*_):
        raise KilledError

    monkeypatch.setattr(queues, "open_database", opening)
    monkeypatch.setattr(*where, killed)
    with pytest.raises(BaseExceptionGroup):
        async with (made := delivery(part_of_queue(settings.path.parent, 0, 1, settings), Fake())).open():
            await made.finish(is_stopping=False)
    assert connections
    for one in connections:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            one.execute("SELECT 1")


def test_the_limits_of_a_queue_are_divided_among_its_workers(tmp_path):
    whole = QueueSettings(tmp_path, max_bytes=100, max_events=0)
    part = part_of_queue(tmp_path, 1, 4, whole)
    assert (part.path.name, part.max_bytes, part.max_events) == ("worker-1.sqlite", 25, 0)


class Named(Output):
    url: str | None = setting(None, "Where to.")
    password: Password | None = setting(None, "What nobody shall read.")


def test_a_cursor_is_named_by_id_or_by_what_the_output_is_and_never_by_its_place():
    def named(**values):
        one = Named.__new__(Named)
        one.name, one.given = "named", frozenset(values)
        for name, value in {"id": None, "url": None, "password": None, **values}.items():
            setattr(one, name, value)
        return one

    first, second = named(url="a"), named(url="b")
    assert cursor_names([first, second]) == cursor_names([second, first])[::-1]
    assert cursor_names([named(id="mine", url="a")]) == ["mine"]
    assert cursor_names([first]) == cursor_names([named(url="a", password=Password("new"))])
    twins = cursor_names([first, first, first])
    assert twins == [twins[0], f"{twins[0]}#2", f"{twins[0]}#3"]


def test_a_batch_comes_back_as_it_was():
    event = Event.from_map({"n": "a", "t": "x", "o": {"k": [1, 2.5, None]}})
    event.set(FieldRef.parse("[@metadata][m]"), Timestamp(5))
    event.origin = "where"
    found = unpack(read_row(pack_row([("x", [event]), ("y", [event, *some("b")])]).payload), ["x", "y", "z"])
    assert [[name_of(one) for one in found[name]] for name in "xyz"] == [["a"], ["a", "b"], []]
    (one,) = found["x"]
    assert (one.to_map(), one.metadata, one.origin) == (event.to_map(), {"m": Timestamp(5)}, "where")


@pytest.mark.parametrize("cut", range(0, 40, 7))
def test_a_batch_that_was_cut_is_found_out(cut):
    payload = pack_row([("x", some("a", "b"))]).payload
    with pytest.raises(SpoolError):
        unpack(read_row(payload[:cut]), ["x"])
