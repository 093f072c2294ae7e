"""Binding once what all workers listen on."""

import socket
from types import SimpleNamespace

import pytest

from logsmith.net.errors import ListenError
from logsmith.net.listen import bind_listener
from logsmith.runtime import StartError
from logsmith.runtime.deal import Wish, deal
from logsmith.runtime.listeners import bind_inputs


class FakeInput:
    name = "beats"

    def __init__(self, *addresses: tuple[str, int], is_shared: bool = True) -> None:
        self.is_shared = is_shared
        self.receives_at = lambda: None
        self._addresses = addresses
        self.place = SimpleNamespace(sockets=(), connections=None)
        self.lines = []
        self.log = SimpleNamespace(info=lambda message, **facts: self.lines.append((message, facts)))

    def listens(self):
        return self._addresses


def hands(*inputs: FakeInput, workers: int = 3) -> list:
    pipeline = SimpleNamespace(id="main", inputs=list(inputs), outputs=[], is_stateful=False)
    return deal([Wish(pipeline, workers)])


@pytest.fixture
def bound():
    """A place for sockets, closed at the end."""
    inputs = []
    yield inputs
    for one in inputs:
        for sock in one.place.sockets:
            sock.close()


def test_binds_each_address_once_for_all_workers(bound):
    asked = []

    def bind(host: str, port: int) -> socket.socket:
        asked.append((host, port))
        return bind_listener(host, port)

    one = FakeInput(("127.0.0.1", 0), ("127.0.0.1", 0))
    bound.append(one)
    bind_inputs(hands(one), bind=bind)
    assert asked == [("127.0.0.1", 0)] * 2
    ports = [sock.getsockname()[1] for sock in one.place.sockets]
    assert one.lines == [
        ("Starting input listener", {"address": f"127.0.0.1:{ports[0]}, 127.0.0.1:{ports[1]}"})
    ]
    assert (one.place.connections.listeners, one.place.connections.workers) == (2, 3)


def test_an_input_that_is_not_shared_has_the_counts_of_one_worker(bound):
    one = FakeInput(("127.0.0.1", 0), is_shared=False)
    bound.append(one)
    bind_inputs(hands(one))
    assert one.place.connections.workers == 1


def test_counts_the_connections_of_a_pipeline(bound):
    one, other, silent = FakeInput(("127.0.0.1", 0)), FakeInput(("127.0.0.1", 0)), FakeInput()
    bound.extend((one, other))
    count = bind_inputs(hands(one, other, silent))
    one.place.connections.add(0, 2, "10.0.0.1")
    other.place.connections.add(0, 0, "10.0.0.1")
    assert (count("main"), count("unknown")) == (2, 0)
    assert silent.place.connections is None


def test_says_which_input_cannot_listen():
    def refuse(host: str, port: int) -> socket.socket:
        raise ListenError(f"address already in use: {host}:{port}")

    with pytest.raises(
        StartError, match=r"^input beats of pipeline main: address already in use: 0\.0\.0\.0:5044$"
    ):
        bind_inputs(hands(FakeInput(("0.0.0.0", 5044))), bind=refuse)
