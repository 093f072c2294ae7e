"""What a persisted queue keeps in memory for outputs that are slower than inputs, and who waits for whom then."""

from contextlib import asynccontextmanager

import pytest
import trio
from test_persisted import Fake, delivery, some

from logsmith.runtime import persisted, strain
from logsmith.runtime.batches import EVENT_BYTES, pack_row, read_row
from logsmith.runtime.persisted import PATIENCE_S, PersistedLane
from logsmith.runtime.queue_writer import QueueSettings, QueueWriter
from logsmith.runtime.strain import HIGH, LOOK_EVERY_S, Strain

ROOM = 3 * EVENT_BYTES  # for three events, about


@pytest.fixture(autouse=True)
def _little_room(monkeypatch):
    monkeypatch.setattr(persisted, "IN_MEMORY_BYTES", ROOM)


@pytest.fixture
def queue(tmp_path, monkeypatch):
    """Where a queue is, whose file is written in place: the clock jumps while a thread works."""

    async def in_place(_self, call):
        await trio.lowlevel.checkpoint()
        return call()

    monkeypatch.setattr(QueueWriter, "in_thread", in_place)
    return QueueSettings(tmp_path / "main" / "worker-0.sqlite")


@pytest.fixture
def strained(monkeypatch):
    """A function that says whether the worker is under strain from now on."""

    def set_to(is_high):
        monkeypatch.setattr(Strain, "is_high", property(lambda _: is_high))

    set_to(False)
    return set_to


@pytest.fixture
def read_back(monkeypatch):
    """The sequence numbers of what was read from the file again."""
    found, take = [], PersistedLane._take

    async def counted(self, batch):
        found.append(batch.sequence)
        await take(self, batch)

    monkeypatch.setattr(PersistedLane, "_take", counted)
    return found


@asynccontextmanager
async def opened(made):
    async with made.open():
        await trio.sleep(1)  # by then the outputs have seen that the file is empty
        yield


def slow(takes_s):
    output = Fake(takes_s=takes_s)
    output.max_events = 1
    return output


async def test_a_slow_output_has_no_more_in_memory_than_it_may(queue, strained, autojump_clock):
    output, most = slow(1), 0
    made = delivery(queue, output)
    async with opened(made):
        for number in range(30):
            await made.deliver(made.take([some(f"{number:02}")]))
            await trio.sleep(0.1)
            most = max(most, made._lanes[0]._weight)
        await made.finish(is_stopping=False)
    assert output.got == [f"{number:02}" for number in range(30)]
    assert ROOM <= most < ROOM + 2 * EVENT_BYTES


async def test_inputs_wait_a_moment_for_an_output_that_is_away_and_then_no_longer(
    queue, strained, autojump_clock
):
    made, waits = delivery(queue, Fake(is_away=True)), []
    async with opened(made):
        for number in range(6):
            began = trio.current_time()
            await made.deliver(made.take([some(number)]))
            waits.append(trio.current_time() - began)
    assert waits == [0, 0, 0, PATIENCE_S, 0, 0]


async def test_an_output_that_has_room_again_is_waited_for_again(queue, strained, autojump_clock):
    output = slow(PATIENCE_S / 2)
    made = delivery(queue, output)
    async with opened(made):
        for burst in range(3):
            for number in range(4):
                await made.deliver(made.take([some((burst, number))]))
            await trio.sleep(10)
            assert made._lanes[0]._full_since is None
    assert len(output.got) == 12


async def test_under_strain_inputs_wait_and_nothing_is_read_back(queue, strained, read_back, autojump_clock):
    strained(True)
    output = slow(2)
    made = delivery(queue, output)
    async with opened(made):
        began = trio.current_time()
        for number in range(10):
            await made.deliver(made.take([some(number)]))
        assert trio.current_time() - began > 5 * 2
        await made.finish(is_stopping=False)
    assert (output.got, read_back) == (list(range(10)), [])


async def test_without_strain_it_is_read_back_and_no_input_waits_for_long(
    queue, strained, read_back, autojump_clock
):
    output = slow(2)
    made = delivery(queue, output)
    async with opened(made):
        began = trio.current_time()
        for number in range(10):
            await made.deliver(made.take([some(number)]))
        assert trio.current_time() - began <= PATIENCE_S
        await made.finish(is_stopping=False)
    assert output.got == list(range(10))
    assert read_back


def test_what_is_stored_weighs_its_text_and_its_events():
    (stored,) = read_row(pack_row([("a", some("x" * 5000, "y"))]).payload)
    assert 5000 < stored.weight - 2 * EVENT_BYTES < 5000 + 200


@pytest.mark.parametrize(("busy", "is_high"), [(HIGH + 0.05, True), (HIGH - 0.05, False), (0, False)])
def test_strain_is_high_when_there_was_hardly_any_time_left(monkeypatch, busy, is_high):
    now = [0.0]
    monkeypatch.setattr(strain.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(strain, "busy_s", lambda: now[0] * busy)
    one = Strain()
    now[0] = LOOK_EVERY_S * 0.9
    assert one.is_high is False  # too early to tell
    now[0] = LOOK_EVERY_S
    assert one.is_high is is_high


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2500000000 500000000 7\n", 3.0), ("no numbers at all\n", 42.0), (None, 42.0)],
    ids=["as Linux has it", "of another make", "not there"],
)
def test_time_in_line_for_a_processor_counts_where_the_system_tells(tmp_path, monkeypatch, text, expected):
    path = tmp_path / "schedstat"
    if text is not None:
        path.write_text(text)
    monkeypatch.setattr(strain, "SCHEDULER", path)
    monkeypatch.setattr(strain.time, "thread_time", lambda: 42.0)
    assert strain.busy_s() == expected
