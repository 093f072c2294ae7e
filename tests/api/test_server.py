"""The API's server over real sockets, driven by hand as the supervisor drives it."""

import json
import selectors
import socket

import pytest
from api_samples import node, report

from logsmith.api import ApiError
from logsmith.api.monitor import Monitor
from logsmith.api.routes import Answer
from logsmith.api.server import MAX_CONNECTIONS, TIME_LIMIT_S, ApiServer, bind_first_free


class Loop:
    """A server with its selector and a clock that only moves when told."""

    def __init__(self, monitor: Monitor | None = None, **arguments) -> None:
        self.now = 1060.0
        made = node()
        made.counters.note(0, report(1))
        self.monitor = monitor or Monitor(made)
        self.selector = selectors.DefaultSelector()
        self.server = ApiServer("127.0.0.1", [0], self.monitor, clock=lambda: self.now, **arguments)
        self.server.join(self.selector)

    def turn(self) -> None:
        while ready := self.selector.select(0):
            for key, mask in ready:
                key.data(mask)

    def connect(self) -> socket.socket:
        peer = socket.create_connection(("127.0.0.1", self.server.port))
        peer.settimeout(5)
        self.turn()
        return peer

    def ask(self, request: bytes) -> bytes:
        with self.connect() as peer:
            peer.sendall(request)
            self.turn()
            return read_all(peer)

    def close(self) -> None:
        self.server.close()
        assert not self.selector.get_map()
        self.selector.close()


def read_all(peer: socket.socket) -> bytes:
    received = b""
    while chunk := peer.recv(65536):
        received += chunk
    return received


@pytest.fixture
def loop():
    made = Loop()
    yield made
    made.close()


def test_answers_a_request_and_ends_the_connection(loop):
    head, _, body = loop.ask(b"GET /_node/stats HTTP/1.1\r\nHost: x\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert json.loads(body)["events"]["in"] == 1
    assert json.loads(body)["http_address"] == f"127.0.0.1:{loop.server.port}"


def test_answers_many_at_once(loop):
    peers = [loop.connect() for _ in range(10)]
    for peer in peers:
        peer.sendall(b"GET / HTTP/1.1\r\n")
    loop.turn()
    for peer in reversed(peers):
        peer.sendall(b"\r\n")
        loop.turn()
        assert read_all(peer).startswith(b"HTTP/1.1 200")
        peer.close()


def test_says_what_is_wrong_with_a_request(loop):
    assert loop.ask(b"hello\r\n\r\n").startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert loop.ask(b"GET / HTTP/1.1\r\nX: " + b"a" * 8192).startswith(b"HTTP/1.1 431 ")


def test_an_answer_that_is_larger_than_the_sockets_buffer_arrives_whole(loop):
    large = {"a": "x" * 3_000_000}
    loop.monitor.answer = lambda request, now: Answer(200, large)
    with loop.connect() as peer:
        peer.sendall(b"GET / HTTP/1.1\r\n\r\n")
        loop.turn()
        received = bytearray()
        while chunk := peer.recv(1 << 20):
            received += chunk
            loop.turn()
    assert json.loads(bytes(received).partition(b"\r\n\r\n")[2]) == large


def test_ends_a_connection_that_is_too_slow(loop):
    with loop.connect() as peer:
        peer.sendall(b"GET / HT")
        loop.turn()
        loop.server.tick(loop.now + TIME_LIMIT_S - 0.1)
        assert loop.server._connections
        loop.server.tick(loop.now + TIME_LIMIT_S)
        assert not loop.server._connections
        assert peer.recv(1) == b""


def test_takes_no_more_connections_than_its_limit(loop):
    peers = [loop.connect() for _ in range(MAX_CONNECTIONS)]
    with loop.connect() as refused:
        assert refused.recv(1) == b""
    peers[0].sendall(b"GET / HTTP/1.1\r\n\r\n")
    loop.turn()
    assert read_all(peers[0]).startswith(b"HTTP/1.1 200")
    assert loop.ask(b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")
    for peer in peers:
        peer.close()


def test_a_client_that_leaves_is_forgotten(loop):
    loop.connect().close()
    loop.turn()
    assert not loop.server._connections


WAIT = b"GET /?wait_for_status=green&timeout=10s HTTP/1.1\r\n\r\n"


def test_answers_a_waiting_client_as_soon_as_the_status_is_good():
    made = node()
    made.pipelines["main"].state = "loading"
    loop = Loop(Monitor(made))
    with loop.connect() as peer:
        peer.sendall(WAIT)
        loop.turn()
        loop.server.tick(loop.now + 6)
        made.pipelines["main"].state = "running"
        loop.server.tick(loop.now + 7)
        loop.turn()
        assert read_all(peer).startswith(b"HTTP/1.1 200")
    loop.close()


def test_tells_a_waiting_client_when_its_time_is_up():
    made = node()
    made.pipelines["main"].state = "loading"
    loop = Loop(Monitor(made))
    with loop.connect() as peer:
        peer.sendall(WAIT)
        loop.turn()
        loop.server.tick(loop.now + 10)
        loop.turn()
        assert read_all(peer).startswith(b"HTTP/1.1 408")
    loop.close()


def test_asks_for_a_password_when_there_is_one():
    loop = Loop(credentials=("me", "säcret"))
    assert loop.ask(b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 401")
    assert loop.ask(b"GET / HTTP/1.1\r\nAuthorization: Basic bWU6d3Jvbmc=\r\n\r\n").startswith(
        b"HTTP/1.1 401"
    )
    assert loop.ask(b"GET / HTTP/1.1\r\nAuthorization: Basic bWU6c8OkY3JldA==\r\n\r\n").startswith(
        b"HTTP/1.1 200"
    )
    loop.close()


def test_a_mistake_of_ours_is_an_answer_not_the_end(loop, capsys):
    def fail(request, now):
        raise ZeroDivisionError("oh")

    loop.monitor.answer = fail
    head, _, body = loop.ask(b"GET /x?y=1 HTTP/1.1\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 500")
    assert json.loads(body)["error"] == "Unexpected Internal Error"
    assert "request failed" in capsys.readouterr().err


def test_takes_the_first_free_port_of_a_range():
    with bind_first_free("127.0.0.1", [0]) as first:
        port = first.getsockname()[1]
        with bind_first_free("127.0.0.1", [port, 0]) as second:
            assert second.getsockname()[1] != port


def test_says_that_no_port_is_free():
    with bind_first_free("127.0.0.1", [0]) as first:
        port = first.getsockname()[1]
        with pytest.raises(
            ApiError,
            match=rf"^the API finds no free port on 127\.0\.0\.1 \(api\.http\.port {port}\): Address already in use; --api",
        ):
            bind_first_free("127.0.0.1", [port])


def test_says_that_the_host_is_unknown():
    with pytest.raises(ApiError, match=r"the API cannot listen on api\.http\.host 'no\.such\.host\.invalid'"):
        bind_first_free("no.such.host.invalid", [0])
