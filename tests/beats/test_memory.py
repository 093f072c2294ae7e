"""What hostile clients can make a worker hold, and who has to go; with a clock that jumps."""

import tracemalloc

import pytest
import trio
import trio.testing

from logsmith.beats import session as sessions
from logsmith.beats.budget import LARGE_WORK_S, ByteBudget, Unfinished
from logsmith.beats.session import EVENT_BYTES, MOST_TOLD, SLICE_BYTES
from logsmith.beats.shaping import LARGE_BYTES, MAX_LARGE_MEMBERS, Shaping
from logsmith.lumberjack import Connection, Limits, ProtocolError, Window
from tests.beats.test_session import WINDOW, LineCodec, Outputs, converse
from tests.lumberjack.lumberjack_cases import V1, ack, c, j, w

MIB = 1024 * 1024
KEEPALIVE = ack(0)


@pytest.fixture
def evicted():
    return []


def unfinished_of(budget, evicted, name, count, now):
    one = Unfinished(lambda: evicted.append(name))
    budget.note_unfinished(one, count, now)
    return one


def test_who_held_most_for_longest_is_evicted(evicted):
    budget = ByteBudget(200)
    unfinished_of(budget, evicted, "large and new", 60, now=9)
    unfinished_of(budget, evicted, "small and old", 5, now=0)
    unfinished_of(budget, evicted, "large and old", 30, now=0)
    assert evicted == []
    unfinished_of(budget, evicted, "one more", 10, now=10)
    assert evicted == ["large and old"]


def test_as_many_are_evicted_as_must_be(evicted):
    budget = ByteBudget(200)
    for number in range(10):
        unfinished_of(budget, evicted, number, 10, now=number)
    unfinished_of(budget, evicted, "large", 100, now=20)
    assert len(evicted) == 10
    assert "large" not in evicted


def test_a_client_that_finished_is_not_evicted(evicted):
    budget = ByteBudget(200)
    one = unfinished_of(budget, evicted, "done", 100, now=0)
    budget.note_unfinished(one, 0, 5)
    unfinished_of(budget, evicted, "other", 100, now=5)
    assert evicted == []


async def test_an_evicted_client_is_closed_with_the_reason_and_gives_its_bytes_back(autojump_clock):
    budget = ByteBudget(2000)

    async def talk(peer):
        await peer.send(w(2), j(1, b"{" + b" " * 1500 + b"}"))
        await trio.sleep(30)

    peer = await converse(talk, budget=budget)
    assert peer.reason == MOST_TOLD
    assert peer.seconds < 1
    assert (budget.used, budget.delivered) == (0, 0)


async def test_events_that_are_read_of_an_unfinished_window_count(autojump_clock):
    budget = ByteBudget(2**20)

    async def talk(peer):
        await peer.send(w(100), *(j(number, b"{" + b" " * 998 + b"}") for number in range(1, 51)))
        await trio.testing.wait_all_tasks_blocked()
        assert budget.used == 6 + 50 * 1010
        await peer.send(*(j(number, b"{}") for number in range(51, 101)))
        await peer.stream.send_eof()

    await converse(talk, budget=budget)
    assert budget.used == 0


@pytest.mark.parametrize("over", [0, 1])
def test_a_window_of_plain_events_has_the_limit_of_inflated_ones(over):
    connection = Connection(Limits(max_inflated_bytes=6 + 3 * 110))
    connection.receive_data(w(10) + 3 * j(1, b"{" + b" " * 98 + b"}") + (j(1, b"{}") if over else b""))
    if over:
        with pytest.raises(ProtocolError, match="expected a window of at most 336 bytes, got more"):
            connection.next_window()
    else:
        connection.next_window()


async def test_while_half_the_budget_is_delivered_other_windows_wait_and_their_clients_hear_of_us(
    autojump_clock,
):
    budget = ByteBudget(2000)
    budget.change_delivered(1001)

    async def talk(peer):
        await peer.send(WINDOW)
        await trio.sleep(12)
        assert peer.answers == [(5, KEEPALIVE), (10, KEEPALIVE)]
        budget.change_delivered(-1001)
        await trio.sleep(1)
        assert peer.answers[2:] == [(12, ack(1))]
        await peer.stream.send_eof()

    await converse(talk, budget=budget)
    assert (budget.used, budget.delivered) == (0, 0)


async def test_a_client_of_v1_that_waits_gets_no_keepalives(autojump_clock):
    budget = ByteBudget(2000)
    budget.change_delivered(1001)

    async def talk(peer):
        await peer.send(w(1, V1) + c(j(1, version=V1), version=V1))
        await trio.sleep(12)
        assert peer.answers == []
        await peer.stream.send_eof()
        budget.change_delivered(-1001)

    await converse(talk, budget=budget)


async def test_windows_that_waited_come_one_after_another_as_there_is_room(autojump_clock):
    budget = ByteBudget(2 * EVENT_BYTES)
    most = 0

    class Watched(Outputs):
        async def send(self, events):
            nonlocal most
            most = max(most, budget.delivered)
            await super().send(events)

    outputs = Watched(1)

    async def talk(peer):
        await peer.send(WINDOW)
        await peer.stream.send_eof()

    async with trio.open_nursery() as nursery:
        for _ in range(10):

            async def one():
                await converse(talk, budget=budget, outputs=outputs)

            nursery.start_soon(one)
    assert len(outputs.events) == 10
    assert most < 3 * EVENT_BYTES


async def test_a_large_window_is_delivered_in_slices_and_acknowledged_once(autojump_clock, monkeypatch):
    monkeypatch.setattr(sessions, "SLICE_BYTES", 25)
    sizes = []

    class Counted(Outputs):
        async def send(self, events):
            sizes.append(len(events))
            await super().send(events)

    async def talk(peer):
        await peer.send(
            w(7)
            + c(
                b"".join(
                    j(number, b'{"a":' + b"1" * size + b"}")
                    for number, size in enumerate((1, 1, 1, 1, 40, 1, 1), 1)
                )
            )
        )
        await trio.sleep(1)
        assert peer.answers == [(0, ack(7))]
        await peer.stream.send_eof()

    await converse(talk, outputs=Counted())
    assert sizes == [3, 1, 1, 2]


async def test_a_bomb_is_inflated_by_steps_that_leave_others_their_time(autojump_clock):
    connection = Connection(Limits(), step_bytes=SLICE_BYTES)
    bomb = w(1) + c(j(1, b"{" + b" " * (60 * MIB) + b"}"))
    connection.receive_data(bomb)
    steps = 0
    while not isinstance(connection.next_window(), Window):
        steps += 1
    assert steps >= 2


async def test_after_large_work_others_have_as_much_time(autojump_clock):
    budget = ByteBudget(1000)
    budget.note_work(LARGE_WORK_S / 2)
    await budget.wait_calm()
    assert trio.current_time() == pytest.approx(began := trio.current_time())
    budget.note_work(3)
    await budget.wait_calm()
    assert trio.current_time() == pytest.approx(began + 3)


def shape(document):
    shaping = Shaping(codec=LineCodec(), is_plain=True, keeps_original=False, codec_tag=None)
    return shaping.events_of(Window(50, 1, 1, [memoryview(document)]))[0]


BUSHY = {
    "members": b"{" + b",".join(b'"%x":0' % number for number in range(MAX_LARGE_MEMBERS + 1)) + b"}",
    "arrays": b'{"a":[' + b"[]," * MAX_LARGE_MEMBERS + b"0]}",
    "objects": b'{"a":\n[' + b"{}," * MAX_LARGE_MEMBERS + b"0]}",
}


@pytest.mark.slow
@pytest.mark.parametrize("document", BUSHY.values(), ids=BUSHY.keys())
def test_an_event_of_a_million_members_is_kept_as_text(document):
    tracemalloc.start()
    event = shape(document)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert event.fields["tags"] == ["_jsonparsefailure", "beats_invalid_event"]
    assert event.fields["message"] == document.decode()
    assert "500000 members" in event.metadata["invalid_event"]
    assert most < 10 * len(document)


def test_a_large_text_with_many_brackets_is_no_bush():
    text = "[" * (MAX_LARGE_MEMBERS - 10) + "x" * LARGE_BYTES
    assert shape(b'{"message":"' + text.encode() + b'"}').top("message") == text
