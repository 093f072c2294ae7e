"""Sockets that all workers share, and that outlive a reload."""

import socket
from types import SimpleNamespace

import pytest

from logsmith.net.errors import ListenError
from logsmith.net.listen import bind_listener
from logsmith.runtime import StartError
from logsmith.runtime.deal import Wish, deal
from logsmith.runtime.listeners import Listeners


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


def hands(*inputs: FakeInput, name: str = "main", workers: int = 3) -> list:
    pipeline = SimpleNamespace(id=name, inputs=list(inputs), outputs=[], is_stateful=False)
    return deal([Wish(pipeline, workers)])


@pytest.fixture
def listeners():
    made = Listeners()
    yield made
    made.release(set(made.claims(()).values()))
    made.close_unused()


def seat(listeners: Listeners, *inputs: FakeInput, name: str = "main", leaving=()) -> None:
    listeners.reserve(name, inputs, listeners.claims(leaving))
    listeners.release(leaving)
    listeners.seat(hands(*inputs, name=name))


def port_of(one: FakeInput) -> int:
    return one.place.sockets[0].getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with bind_listener("127.0.0.1", 0) as one:
        return one.getsockname()[1]


def test_binds_each_address_once_for_all_workers(listeners):
    one = FakeInput(("127.0.0.1", 0), ("127.0.0.1", 0))
    seat(listeners, one)
    ports = [sock.getsockname()[1] for sock in one.place.sockets]
    assert len(set(ports)) == 2
    assert one.lines == [
        ("Starting input listener", {"address": f"127.0.0.1:{ports[0]}, 127.0.0.1:{ports[1]}"})
    ]
    assert (one.place.connections.listeners, one.place.connections.workers) == (2, 3)


def test_an_input_that_is_not_shared_has_the_counts_of_one_worker(listeners):
    one = FakeInput(("127.0.0.1", 0), is_shared=False)
    seat(listeners, one)
    assert one.place.connections.workers == 1


def test_counts_the_connections_of_a_pipeline(listeners):
    one, other, silent = FakeInput(("127.0.0.1", 0)), FakeInput(("127.0.0.1", 0)), FakeInput()
    seat(listeners, one, other, silent)
    one.place.connections.add(0, 2, "10.0.0.1")
    other.place.connections.add(0, 0, "10.0.0.1")
    assert (listeners.count("main"), listeners.count("unknown")) == (2, 0)
    assert silent.place.connections is None


def test_says_which_input_cannot_listen():
    def refuse(host: str, port: int) -> socket.socket:
        raise ListenError(f"address already in use: {host}:{port}")

    with pytest.raises(
        StartError, match=r"^input beats of pipeline main: address already in use: 0\.0\.0\.0:5044$"
    ):
        seat(Listeners(bind=refuse), FakeInput(("0.0.0.0", 5044)))


def test_two_inputs_cannot_have_the_same_address(listeners, free_port):
    seat(listeners, FakeInput(("127.0.0.1", free_port)), name="first")
    with pytest.raises(
        StartError, match=r"of pipeline second: address already in use: .*, by pipeline first$"
    ):
        seat(listeners, FakeInput(("127.0.0.1", free_port)), name="second")
    twins = FakeInput(("127.0.0.1", 0)), FakeInput(("127.0.0.1", 0))
    seat(listeners, *twins, name="third")
    assert port_of(twins[0]) != port_of(twins[1])


@pytest.mark.parametrize("is_free", [False, True], ids=["a port", "any free port"])
def test_a_reload_keeps_the_socket_open(listeners, free_port, is_free):
    old, new = (FakeInput(("127.0.0.1", 0 if is_free else free_port)) for _ in range(2))
    seat(listeners, old)
    with socket.create_connection(("127.0.0.1", port_of(old))):  # it waits in the backlog
        seat(listeners, new, leaving={"main"})
        listeners.close_unused()
        assert new.place.sockets == old.place.sockets
        assert new.lines == []
        accepted, _ = new.place.sockets[0].accept()
        accepted.close()


def test_a_port_may_go_to_another_pipeline(listeners, free_port):
    old, new = (FakeInput(("127.0.0.1", free_port)) for _ in range(2))
    seat(listeners, old, name="old")
    seat(listeners, new, name="new", leaving={"old"})
    listeners.close_unused()
    assert new.place.sockets == old.place.sockets


def test_a_port_that_nobody_wants_any_more_is_closed_and_others_are_not(listeners):
    leaving, staying = FakeInput(("127.0.0.1", 0)), FakeInput(("127.0.0.1", 0))
    seat(listeners, leaving, name="leaving")
    seat(listeners, staying, name="staying")
    port = port_of(leaving)
    listeners.release({"leaving"})
    listeners.close_unused()
    bind_listener("127.0.0.1", port).close()
    socket.create_connection(("127.0.0.1", port_of(staying))).close()


def test_a_new_port_that_is_not_used_after_all_is_closed(listeners, free_port):
    listeners.reserve("main", [FakeInput(("127.0.0.1", free_port))], {})
    listeners.close_unused({})
    bind_listener("127.0.0.1", free_port).close()


MOVES = [
    ("127.0.0.1", "127.0.0.2"),
    ("127.0.0.1", "0.0.0.0"),
    ("0.0.0.0", "127.0.0.1"),
    ("127.0.0.1", "::"),
    ("::", "127.0.0.1"),
    ("0.0.0.0", "::"),
    ("::", "0.0.0.0"),
]


def reaches(host: str, port: int, one: FakeInput) -> bool:
    """Return whether a connection arrives at the socket of an input."""
    with socket.create_connection((host, port)):
        try:
            accepted, _ = one.place.sockets[0].accept()
        except BlockingIOError:
            return False
        accepted.close()
        return True


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_a_port_may_get_another_host(listeners, free_port, before, after):
    old, new = FakeInput((before, free_port)), FakeInput((after, free_port))
    seat(listeners, old)
    listeners.reserve("main", [new], listeners.claims({"main"}))
    assert old.place.sockets[0].fileno() >= 0  # both listen until the old one has ended
    seat(listeners, new, leaving={"main"})
    listeners.close_unused()
    assert old.place.sockets[0].fileno() == -1
    assert reaches("127.0.0.2" if after == "127.0.0.2" else "127.0.0.1", free_port, new)
    with pytest.raises(ListenError, match="address already in use"):
        bind_listener(after, free_port)


def test_a_port_may_get_another_host_under_live_connections_and_get_the_first_back(listeners, free_port):
    hosts = ["127.0.0.1", "0.0.0.0", "127.0.0.1"]
    one = FakeInput((hosts[0], free_port))
    seat(listeners, one)
    for host in hosts[1:]:
        with socket.create_connection(("127.0.0.1", free_port)):
            accepted, _ = one.place.sockets[0].accept()
            one = FakeInput((host, free_port))
            seat(listeners, one, leaving={"main"})
            listeners.close_unused()
            accepted.close()
    assert reaches("127.0.0.1", free_port, one)


def test_a_move_that_is_not_made_after_all_leaves_the_old_host(listeners, free_port):
    old = FakeInput(("127.0.0.1", free_port))
    seat(listeners, old)
    listeners.reserve("main", [FakeInput(("0.0.0.0", free_port))], listeners.claims({"main"}))
    listeners.close_unused(listeners.claims(()))
    assert reaches("127.0.0.1", free_port, old)
    with pytest.raises(ListenError):
        bind_listener("0.0.0.0", free_port)


@pytest.mark.parametrize("hosts", [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0")])
@pytest.mark.parametrize("names", [("main", "main"), ("main", "other")])
def test_addresses_that_overlap_are_not_for_two(listeners, free_port, hosts, names):
    seat(listeners, FakeInput((hosts[0], free_port)))
    claims = listeners.claims({"main"})
    listeners.reserve(names[0], [FakeInput((hosts[1], free_port))], claims)
    with pytest.raises(StartError, match=f"{hosts[0]}:{free_port}, by pipeline main$"):
        listeners.reserve(names[1], [FakeInput(("127.0.0.1", 0), (hosts[0], free_port))], claims)


@pytest.mark.parametrize("hosts", [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0")])
def test_a_host_that_overlaps_with_one_that_stays_is_refused(listeners, free_port, hosts):
    seat(listeners, FakeInput((hosts[0], free_port)), name="stays")
    with pytest.raises(StartError, match="of pipeline new: address already in use"):
        seat(listeners, FakeInput((hosts[1], free_port)), name="new")


def test_a_worker_closes_the_sockets_of_pipelines_that_it_does_not_run(listeners):
    mine, other = FakeInput(("127.0.0.1", 0)), FakeInput(("127.0.0.1", 0))
    seat(listeners, mine, name="mine")
    seat(listeners, other, name="other")
    listeners.keep_only([mine])
    assert mine.place.sockets[0].fileno() >= 0
    assert other.place.sockets[0].fileno() == -1
