"""Listening sockets, and the loop that accepts on them."""

import contextlib
import errno
import os
import signal
import socket

import pytest
import trio
import trio.testing

from logsmith.net.counts import SharedCounts
from logsmith.net.errors import ListenError
from logsmith.net.listen import (
    FULL_PAUSE_S,
    Seat,
    Turn,
    bind_listener,
    peer_address,
    plain_address,
    serve_connections,
)
from logsmith.net.refusals import TELL_EVERY_S

IP = "127.0.0.1"


class Lines:
    """A log that keeps its lines."""

    def __init__(self):
        self.lines = []

    def warning(self, message, **facts):
        self.lines.append((message, facts))

    error = warning


@pytest.fixture
def listener():
    with bind_listener(IP, 0) as sock:
        yield sock


def seat_of(counts, worker=0, **limits):
    return Seat(counts=counts, listener=0, worker=worker, log=Lines(), **limits)


async def hold(stream):
    """A connection that greets and lasts until the client leaves."""
    await stream.send_all(b"!")
    with contextlib.suppress(trio.BrokenResourceError):
        await stream.receive_some()


async def connect(listener):
    return await trio.open_tcp_stream(*listener.getsockname()[:2])


async def serve(nursery, listener, connection, seat):
    await nursery.start(lambda **kw: serve_connections(listener, connection, seat=seat, **kw))


def test_port_zero_is_any_free_port():
    with bind_listener(IP, 0) as one, bind_listener(IP, 0) as two:
        assert one.getsockname()[1] != two.getsockname()[1]


def test_address_in_use_is_said_so(listener):
    port = listener.getsockname()[1]
    with pytest.raises(ListenError) as refusal:
        bind_listener(IP, port)
    assert str(refusal.value) == (
        f"address already in use: 127.0.0.1:{port}; another program, or a second logsmith, listens there "
        "(`ss -ltnp` names it)"
    )


def test_port_is_free_again_at_once_after_a_connection():
    first = bind_listener(IP, 0)
    address = first.getsockname()
    with socket.create_connection(address):
        accepted = first.accept()[0]
        accepted.close()  # the server closes first, so the port lingers in TIME_WAIT
    first.close()
    bind_listener(*address).close()


REFUSED = {
    "a name nobody knows": (
        "no-such-host.invalid",
        1,
        "cannot listen on no-such-host.invalid:1: unknown host",
    ),
    "an address of another machine": (
        "192.0.2.1",
        5044,
        "cannot listen on 192.0.2.1:5044: no network interface of this machine has that address",
    ),
    "a port too high": (IP, 65536, "cannot listen on 127.0.0.1:65536: expected a port from 0 to 65535"),
    "a port below zero": (IP, -1, "cannot listen on 127.0.0.1:-1: expected a port from 0 to 65535"),
}


@pytest.mark.parametrize(("host", "port", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_address_that_cannot_be_listened_on_is_refused(host, port, message):
    with pytest.raises(ListenError) as refusal:
        bind_listener(host, port)
    assert str(refusal.value).startswith(message)


def test_double_colon_takes_ipv4_as_well():
    with bind_listener("::", 0) as sock, socket.create_connection((IP, sock.getsockname()[1])):
        accepted, address = sock.accept()
        accepted.close()
        assert plain_address(address[0]) == IP


ADDRESSES = [("::ffff:10.0.0.1", "10.0.0.1"), ("10.0.0.1", "10.0.0.1"), ("2001:db8::1", "2001:db8::1")]
ADDRESSES += [("fe80::1%eth0", "fe80::1%eth0"), ("odd", "odd")]


@pytest.mark.parametrize(("text", "plain"), ADDRESSES)
def test_address_is_written_plainly(text, plain):
    assert plain_address(text) == plain


async def test_peer_address_is_the_clients_without_its_port(listener):
    seen = []

    async def look(stream):
        seen.append(peer_address(stream))

    async with trio.open_nursery() as nursery:
        await serve(nursery, listener, look, seat_of(SharedCounts(1, 1)))
        async with await connect(listener) as client:
            assert await client.receive_some() == b""
        nursery.cancel_scope.cancel()
    assert seen == [IP]


async def test_peer_address_of_a_closed_connection_is_not_known(listener):
    async with await connect(listener) as client:
        pass
    assert peer_address(client) is None


async def test_connections_are_counted_while_they_last(listener):
    counts = SharedCounts(1, 1)
    async with trio.open_nursery() as nursery:
        await serve(nursery, listener, hold, seat_of(counts))
        async with await connect(listener) as client:
            await client.receive_some()
            assert [counts.total(0), counts.total_of(0, IP)] == [1, 1]
            await client.send_eof()
            assert await client.receive_some() == b""
        await trio.testing.wait_all_tasks_blocked()
        assert [counts.total(0), counts.total_of(0, IP)] == [0, 0]
        nursery.cancel_scope.cancel()


async def test_error_of_a_connection_is_logged_and_ends_only_it(listener):
    seat = seat_of(SharedCounts(1, 1))

    async def fail(stream):
        async with trio.open_nursery():  # errors may come in groups
            raise ValueError("broken on purpose")

    async with trio.open_nursery() as nursery:
        await serve(nursery, listener, fail, seat)
        for _ in range(2):
            async with await connect(listener) as client:
                assert await client.receive_some() == b""
        nursery.cancel_scope.cancel()
    assert [message for message, _ in seat.log.lines] == ["connection failed"] * 2
    assert "broken on purpose" in seat.log.lines[0][1]["error"]
    assert seat.counts.total(0) == 0


async def test_connections_in_a_nursery_of_their_own_outlive_the_accepting(listener):
    seat = seat_of(SharedCounts(1, 1))
    async with trio.open_nursery() as connections, trio.open_nursery() as accepting:
        await accepting.start(
            lambda **kw: serve_connections(listener, hold, seat=seat, nursery=connections, **kw)
        )
        async with await connect(listener) as client:
            await client.receive_some()
            accepting.cancel_scope.cancel()
            await trio.testing.wait_all_tasks_blocked()
            assert seat.counts.total(0) == 1
            await client.send_eof()
            assert await client.receive_some() == b""


async def test_worker_that_stopped_is_not_waited_for(listener):
    counts = SharedCounts(1, 2)
    async with trio.open_nursery() as nursery:
        await serve(nursery, listener, hold, seat_of(counts))
        nursery.cancel_scope.cancel()
    counts.open(0, 1)
    counts.add(0, 1, IP)
    assert counts.fewest(0) == 1


LIMITS = {"max_connections": 2, "max_connections_per_ip": 2}


@pytest.mark.parametrize("limit", LIMITS)
async def test_connection_past_a_limit_is_closed_at_once(listener, limit):
    counts = SharedCounts(1, 2)
    counts.add(0, 1, IP)  # limits count all workers together
    seat = seat_of(counts, **{limit: LIMITS[limit]}, patience_s=0)
    async with trio.open_nursery() as nursery:
        await serve(nursery, listener, hold, seat)
        async with await connect(listener) as first, await connect(listener) as second:
            assert await first.receive_some() == b"!"
            assert await second.receive_some() == b""
        async with await connect(listener) as third:
            assert await third.receive_some() == b"!"
        nursery.cancel_scope.cancel()
    assert seat.log.lines == [("connection refused", {"limit": limit, "peer": IP, "refused": 1})]
    assert counts.refused(0, 0) == 1


async def test_connections_refused_meanwhile_are_told_without_another_one(listener, autojump_clock):
    counted = []
    seat = seat_of(SharedCounts(1, 1), max_connections=0, count=counted.append)

    async with trio.open_nursery() as nursery:
        await serve(nursery, listener, hold, seat)
        for _ in range(5):
            async with await connect(listener) as client:
                await client.receive_some()
        await trio.sleep(TELL_EVERY_S + 1)
        assert [facts["refused"] for _, facts in seat.log.lines] == [1, 4]
        nursery.cancel_scope.cancel()
    assert counted == ["closed.max_connections"] * 5


class Failing:
    """A listener whose accept fails as often as it is told to."""

    def __init__(self, sock, *errors):
        self.sock = sock
        self.errors = list(errors)

    def fileno(self):
        return self.sock.fileno()

    def setblocking(self, flag):
        self.sock.setblocking(flag)

    def accept(self):
        if self.errors:
            raise OSError(self.errors.pop(0), "on purpose")
        return self.sock.accept()


@pytest.mark.parametrize("error", [errno.EMFILE, errno.ENFILE])
async def test_out_of_files_pauses_and_says_so_once(listener, error, autojump_clock):
    seat = seat_of(SharedCounts(1, 1))
    async with trio.open_nursery() as nursery:
        await serve(nursery, Failing(listener, error, error, error), hold, seat)
        async with await connect(listener) as client:
            assert await client.receive_some() == b"!"
        assert trio.current_time() == pytest.approx(3 * FULL_PAUSE_S)
        nursery.cancel_scope.cancel()
    assert [message for message, _ in seat.log.lines] == [
        "cannot accept connections for now; raise the limit of open files (ulimit -n)"
    ]


@pytest.mark.parametrize("error", [errno.ECONNABORTED, errno.EPROTO, errno.EAGAIN])
async def test_connection_that_fails_before_it_is_accepted_is_passed_over(listener, error):
    seat = seat_of(SharedCounts(1, 1))
    async with trio.open_nursery() as nursery:
        await serve(nursery, Failing(listener, error), hold, seat)
        async with await connect(listener) as client:
            assert await client.receive_some() == b"!"
        nursery.cancel_scope.cancel()
    assert seat.log.lines == []


async def test_listener_that_is_broken_ends_the_loop(listener):
    seat = seat_of(SharedCounts(1, 1))
    with pytest.RaisesGroup(pytest.RaisesGroup(pytest.RaisesExc(OSError, match="on purpose"))):
        async with trio.open_nursery() as nursery:
            await serve(nursery, Failing(listener, errno.EBADF), hold, seat)
            async with await connect(listener):
                await trio.sleep_forever()
    assert seat.counts.fewest(0) == 0


async def test_vanished_peers_are_noticed(listener):
    options = []

    async def look(stream):
        options.append(stream.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
        options.append(stream.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))

    async with trio.open_nursery() as nursery:
        await serve(nursery, listener, look, seat_of(SharedCounts(1, 1)))
        async with await connect(listener) as client:
            await client.receive_some()
        nursery.cancel_scope.cancel()
    assert options == [1, 120_000]


def turn_of(mine, other, patience_s=0.1):
    counts = SharedCounts(1, 2)
    for worker, held in enumerate((mine, other)):
        counts.open(0, worker)
        for _ in range(held):
            counts.add(0, worker, IP)
    return Turn(seat_of(counts, patience_s=patience_s)), counts


@pytest.mark.parametrize(
    ("mine", "other", "is_mine"), [(0, 0, True), (1, 0, False), (1, 1, True), (0, 5, True)]
)
def test_turn_is_the_workers_that_holds_fewest(mine, other, is_mine):
    assert turn_of(mine, other)[0].is_mine(now=0) is is_mine


def test_patience_ends_when_nobody_else_comes():
    turn, _ = turn_of(mine=2, other=1, patience_s=4)
    assert [turn.is_mine(now) for now in (0, 2, 3, 4, 5)] == [False, False, False, True, True]


def test_impatience_ends_when_another_worker_accepts():
    turn, counts = turn_of(mine=9, other=1, patience_s=4)
    assert [turn.is_mine(now) for now in (0, 4)] == [False, True]
    counts.add(0, 1, IP)
    assert [turn.is_mine(now) for now in (5, 8, 9)] == [False, False, True]


def test_impatience_is_forgotten_after_a_quiet_while():
    turn, _ = turn_of(mine=9, other=1, patience_s=4)
    assert [turn.is_mine(now) for now in (0, 4, 100, 103, 104)] == [False, True, False, False, True]


async def test_connection_never_waits_long_for_a_worker_that_hangs(listener, autojump_clock):
    counts = SharedCounts(1, 2)
    counts.open(0, 1)  # this one never accepts
    async with trio.open_nursery() as nursery:
        await serve(nursery, listener, hold, seat_of(counts))
        clients = [await connect(listener) for _ in range(20)]
        for client in clients:
            assert await client.receive_some() == b"!"
        assert trio.current_time() < 0.2
        for client in clients:
            await client.aclose()
        nursery.cancel_scope.cancel()


@contextlib.contextmanager
def forked_worker(listener, counts, number, patience_s):
    """A process that accepts, and greets each client with its number."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            trio.run(_work, listener, seat_of(counts, number, patience_s=patience_s), writing)
        finally:
            os._exit(1)
    os.close(writing)
    try:
        assert os.read(reading, 1) == b"!"
        yield child
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)


async def _work(listener, seat, writing):
    async def greet(stream):
        await stream.send_all(bytes([seat.worker]))
        await stream.receive_some()

    async with trio.open_nursery() as nursery:
        await serve(nursery, listener, greet, seat)
        os.write(writing, b"!")


def greeted_by(client):
    client.settimeout(5)
    return client.recv(1)[0]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "at once"])
def test_ten_connections_are_spread_evenly_over_two_processes(listener, at_once):
    counts = SharedCounts(1, 2)
    with contextlib.ExitStack() as stack:
        for number in (0, 1):
            stack.enter_context(forked_worker(listener, counts, number, patience_s=30))
        clients, workers = [], []
        for _ in range(10):
            clients.append(stack.enter_context(socket.create_connection(listener.getsockname())))
            if not at_once:
                workers.append(greeted_by(clients[-1]))
        workers = workers or [greeted_by(client) for client in clients]
        assert sorted(workers) == [0] * 5 + [1] * 5
        assert [counts.connections(0, number) for number in (0, 1)] == [5, 5]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_dead_process_is_not_waited_for_once_it_is_marked(listener):
    counts = SharedCounts(1, 2)
    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(forked_worker(listener, counts, n, patience_s=30)) for n in (0, 1)]
        os.kill(children[1], signal.SIGKILL)
        os.waitpid(children[1], 0)
        counts.mark_dead(1)
        for _ in range(4):
            client = stack.enter_context(socket.create_connection(listener.getsockname()))
            assert greeted_by(client) == 0
        assert counts.total(0) == 4
