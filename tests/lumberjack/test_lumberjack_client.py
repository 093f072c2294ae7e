"""The client's end: answers as Elastic's own client reads them, and sending over a stream."""

import pytest
import trio
from lumberjack_cases import EMPTY, HI, V1, V2, YO, ack, c, d, j, js, w
from trio.testing import memory_stream_pair, wait_all_tasks_blocked

from logsmith.lumberjack import (
    END_OF_STREAM,
    NEED_DATA,
    ClientProtocol,
    Connection,
    LumberjackClient,
    ProtocolError,
    Window,
    encode_pairs_window,
    encode_window,
    open_client,
)

ANSWERS = {
    # what: (version, sizes of the windows in flight, bytes that come, what is said, keepalives)
    "its size acknowledges a window": (V2, [3], ack(3), [3], 0),
    "a keepalive does not": (V2, [3], ack(0), [NEED_DATA], 1),
    "a part of its events does not": (V2, [3], ack(2) + ack(3), [3], 1),
    "windows are acknowledged in order": (V2, [3, 1], ack(3) + ack(1), [3, 1], 0),
    "a late keepalive counts for the next": (V2, [3, 1], ack(3) + ack(0) + ack(1), [3, 1], 1),
    "a keepalive may come when nothing is in flight": (V2, [], ack(0), [NEED_DATA], 1),
    "a ping is acknowledged with 0": (V2, [0], ack(0), [0], 0),
    "a number above its size is a mistake": (V2, [3], ack(4), ["ack"], 0),
    "a mistake comes after what was acknowledged": (V2, [3, 1], ack(3) + ack(2), [3, "ack"], 0),
    "an answer to nothing is a mistake": (V2, [], ack(3), ["ack"], 0),
    "other frames are a mistake": (V2, [3], w(3), ["ack"], 0),
    "another version is a mistake": (V2, [3], ack(3, V1), ["ack"], 0),
    "half an answer is none": (V2, [3], ack(3)[:5], [NEED_DATA], 0),
    "in v1 any number acknowledges": (V1, [3, 3], ack(0, V1) + ack(77, V1), [3, 3], 0),
    "in v1 the version of the answer is not looked at": (V1, [3], ack(3, V2), [3], 0),
    "in v1 an answer to nothing is a mistake": (V1, [], ack(3, V1), ["ack"], 0),
    "in v1 other frames are a mistake": (V1, [3], w(3, V1), ["ack"], 0),
}


def client_with(version, sizes):
    client = ClientProtocol(version)
    for size in sizes:
        client.send_window([EMPTY] * size) if version == V2 else client.send_pairs_window([{"a": "b"}] * size)
    return client


def said_by(client):
    said = []
    try:
        while isinstance(one := client.next_ack(), int):
            said.append(one)
    except ProtocolError as error:
        return [*said, error.kind]
    return said or [one]


@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS)
def test_reads_answers(case):
    version, sizes, answers, said, keepalives = case
    client = client_with(version, sizes)
    client.receive_data(answers)
    assert said_by(client) == said
    assert client.keepalives == keepalives


@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS)
def test_reads_answers_byte_by_byte(case):
    version, sizes, answers, said, _ = case
    client = client_with(version, sizes)
    heard = []
    for at in range(len(answers)):
        client.receive_data(answers[at : at + 1])
        heard += [one for one in said_by(client) if one is not NEED_DATA]
    assert (heard or [NEED_DATA]) == said


def test_the_end_of_the_stream_is_a_mistake_while_windows_are_in_flight():
    client = client_with(V2, [3])
    client.receive_data(b"")
    with pytest.raises(ProtocolError, match="expected 1 more acknowledgements, got the end of the stream"):
        client.next_ack()


def test_the_end_of_the_stream_is_none_when_all_is_acknowledged():
    client = client_with(V2, [3])
    client.receive_data(ack(3))
    client.receive_data(b"")
    assert client.next_ack() == 3
    assert client.windows_in_flight == 0
    assert client.next_ack() is END_OF_STREAM


@pytest.mark.parametrize("level", range(1, 10))
def test_compresses_a_window_into_one_frame(level):
    assert encode_window([HI, YO], compression_level=level) == w(2) + c(js((HI, YO)), level=level)


def test_level_0_sends_plain_frames():
    assert encode_window([HI, YO], compression_level=0) == w(2) + js((HI, YO))


def test_an_empty_window_is_a_ping():
    assert encode_window([]) == w(0)


def test_v1_numbers_go_on_from_window_to_window():
    client = ClientProtocol(V1, compression_level=0)
    assert client.send_pairs_window([{"a": "1"}, {"a": "2"}]) == w(2, V1) + d(1, b"a", b"1") + d(
        2, b"a", b"2"
    )
    assert client.send_pairs_window([{"a": "3"}]) == w(1, V1) + d(3, b"a", b"3")


def test_v1_windows_are_compressed_as_well():
    assert encode_pairs_window([{"a": "1"}], compression_level=6) == w(1, V1) + c(
        d(1, b"a", b"1"), version=V1
    )


@pytest.mark.parametrize(
    ("version", "send"),
    [(V1, lambda client: client.send_window([EMPTY])), (V2, lambda client: client.send_pairs_window([{}]))],
)
def test_each_version_has_its_own_kind_of_event(version, send):
    with pytest.raises(ValueError, match="are sent in version"):
        send(ClientProtocol(version))


def test_a_v1_window_has_no_keepalive():
    assert Window(V1, 1, 1).keepalive() is None
    assert Window(V2, 1, 1).keepalive() == ack(0)


async def serve_windows(stream, answer):
    """Answer each window with what `answer` makes of it; returns the windows."""
    connection, windows = Connection(), []
    while data := await stream.receive_some():
        connection.receive_data(bytes(data))
        while isinstance(window := connection.next_window(), Window):
            windows.append([bytes(one) for one in window.events])
            await stream.send_all(answer(window))
    return windows


@pytest.mark.parametrize("level", [0, 3])
async def test_send_returns_when_the_window_is_acknowledged(nursery, level):
    near, far = memory_stream_pair()
    nursery.start_soon(serve_windows, far, lambda window: window.keepalive() + window.ack())
    async with open_client(near, compression_level=level) as client:
        await client.send([HI, YO])
        assert client.keepalives == 1


async def test_send_does_not_return_on_a_keepalive(autojump_clock, nursery):
    near, far = memory_stream_pair()
    nursery.start_soon(serve_windows, far, lambda window: ack(0) + ack(window.count - 1))
    async with open_client(near) as client:
        with trio.move_on_after(60) as scope:
            await client.send([HI, YO])
        assert scope.cancelled_caught


async def test_has_as_many_windows_in_flight_as_it_may(nursery):
    near, far = memory_stream_pair()
    connection = Connection()
    async with open_client(near, pipelining=2) as client:
        for _ in range(3):
            nursery.start_soon(client.send, [HI])
        await wait_all_tasks_blocked()
        connection.receive_data(bytes(await far.receive_some()))
        assert connection.parked_windows == 2
        await far.send_all(ack(1))
        await wait_all_tasks_blocked()
        connection.receive_data(bytes(await far.receive_some()))
        assert connection.parked_windows == 3
        await far.send_all(ack(1) * 2)
        await wait_all_tasks_blocked()


async def failure_of(client, *documents):
    with pytest.raises(ProtocolError) as caught:
        await client.send(documents)
    return caught.value.kind


@pytest.mark.parametrize(
    ("answer", "kind"), [(ack(2), "ack"), (b"HTTP/1", "ack")], ids=["too much", "no answer"]
)
async def test_every_window_in_flight_fails_at_a_mistake_of_the_server(nursery, answer, kind):
    near, far = memory_stream_pair()
    failures = []

    async def send(client):
        failures.append(await failure_of(client, HI))

    async with open_client(near, pipelining=2) as client:
        nursery.start_soon(send, client)
        nursery.start_soon(send, client)
        await wait_all_tasks_blocked()
        await far.send_all(answer)
        await wait_all_tasks_blocked()
        assert failures == [kind, kind]
        assert await failure_of(client, HI) == kind


async def test_a_window_acknowledged_just_before_a_mistake_has_not_failed(nursery):
    near, far = memory_stream_pair()
    acknowledged = []

    async def send(client):
        await client.send([HI])
        acknowledged.append(HI)

    async with open_client(near, pipelining=2) as client:
        nursery.start_soon(send, client)
        await wait_all_tasks_blocked()
        nursery.start_soon(failure_of, client, HI)
        await wait_all_tasks_blocked()
        await far.send_all(ack(1) + ack(2))
        await wait_all_tasks_blocked()
        assert acknowledged == [HI]


async def test_send_fails_when_the_server_closes_without_an_answer(nursery):
    near, far = memory_stream_pair()

    async def close():
        await far.receive_some()
        await far.aclose()

    nursery.start_soon(close)
    async with open_client(near) as client:
        assert await failure_of(client, HI) == "closed"
        assert await failure_of(client, HI) == "closed"


async def test_a_window_acknowledged_just_before_the_close_has_not_failed(nursery):
    near, far = memory_stream_pair()

    async def answer_and_close():
        await far.receive_some()
        await far.send_all(ack(1))
        await far.aclose()

    nursery.start_soon(answer_and_close)
    async with open_client(near) as client:
        await client.send([HI])


async def test_after_a_write_that_was_given_up_nothing_more_is_sent():
    class Stuck(trio.abc.Stream):
        async def send_all(self, data):
            await trio.sleep_forever()

        async def receive_some(self, max_bytes=None):
            await trio.sleep_forever()

        async def wait_send_all_might_not_block(self):
            await trio.sleep_forever()

        async def aclose(self):
            pass

    client = LumberjackClient(Stuck(), ClientProtocol(), 1)
    with trio.CancelScope() as scope:
        scope.cancel()
        await client.send([HI])
    assert scope.cancelled_caught
    async with trio.open_nursery() as nursery:
        with trio.CancelScope() as writing:
            nursery.start_soon(_cancel_when_blocked, writing)
            await client.send([HI])
    assert await failure_of(client, HI) == "closed"


async def _cancel_when_blocked(scope):
    await wait_all_tasks_blocked()
    scope.cancel()


def test_the_plain_bytes_of_an_event():
    assert encode_window([HI], compression_level=0) == w(1) + j(1, HI)
