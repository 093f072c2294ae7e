"""Listening sockets that several worker processes share, and the loop that accepts on them.

The supervisor binds each socket once and forks; the workers inherit it. All of them are woken by a new
connection, so each asks first whether it is its turn: it is if no accepting worker holds fewer connections.
A worker whose turn it is not looks again a moment later. If the others do not come, because they are busy
or hang, its patience ends and it accepts after all, and goes on doing so without waiting until one of them
is seen to accept again.
"""

import errno
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import trio

from logsmith.net.counts import SharedCounts
from logsmith.net.errors import ListenError
from logsmith.net.refusals import PER_PEER, Refusals

BACKLOG = 1024
ACCEPT_AT_ONCE = 32  # before others run: under load each turn of the loop takes some 20 ms
LOOK_AGAIN_S = 0.01
IDLE_S = 1.0  # when nobody has connected for this long, an old impatience is forgotten
FULL_PAUSE_S = 0.1  # after running out of file descriptors

KEEPALIVE_IDLE_S = 60
PEER_GONE_S = 120  # a peer that has vanished frees its place after this long

_OUT_OF_RESOURCES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
# accept(2): errors of the one connection, which Linux reports here
_CONNECTION_FAILED = frozenset(
    {
        errno.ECONNABORTED,
        errno.ENETDOWN,
        errno.EPROTO,
        errno.ENOPROTOOPT,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.EOPNOTSUPP,
        errno.ENETUNREACH,
        errno.ETIMEDOUT,
        errno.EPERM,
    }
)
_WHY_NOT_BOUND = {
    errno.EADDRINUSE: "address already in use: {where}; another program, or a second logsmith, listens there "
    "(`ss -ltnp` names it)",
    errno.EACCES: "not allowed to listen on {where}; ports below 1024 need root or CAP_NET_BIND_SERVICE",
    errno.EPERM: "not allowed to listen on {where}; a firewall or a sandbox forbids it",
    errno.EADDRNOTAVAIL: "cannot listen on {where}: no network interface of this machine has that address",
    errno.EAFNOSUPPORT: "cannot listen on {where}: this machine has no such kind of address",
}

Connection = Callable[[trio.SocketStream], Awaitable[None]]


class Log(Protocol):
    """What is asked of a log here."""

    def warning(self, message: str, **facts: object) -> None: ...
    def error(self, message: str, **facts: object) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A worker's place at a listener: its numbers, the counts all workers share, and the limits."""

    counts: SharedCounts
    listener: int
    worker: int
    log: Log
    max_connections: int | None = 10_000
    max_connections_per_ip: int | None = None
    patience_s: float = 0.1
    count: Callable[[str], None] = lambda _name: None  # what is closed, by its reason

    def why_refused(self, address: str) -> str | None:
        """Return which limit a new connection from this address would break, if any."""
        if self.max_connections is not None and self.counts.total(self.listener) >= self.max_connections:
            return "max_connections"
        limit = self.max_connections_per_ip
        if limit is not None and self.counts.total_of(self.listener, address) >= limit:
            return PER_PEER
        return None


@dataclass(slots=True)
class Turn:
    """Decides whether this worker accepts the connection that waits, or leaves it to one that holds fewer."""

    seat: Seat
    _elsewhere: int = -1
    _since: float = 0.0
    _asked: float = field(default=float("-inf"))

    def is_mine(self, now: float) -> bool:
        counts, seat = self.seat.counts, self.seat
        idle = now - self._asked > seat.patience_s + IDLE_S
        self._asked = now
        elsewhere = counts.accepted_elsewhere(seat.listener, seat.worker)
        if counts.connections(seat.listener, seat.worker) <= counts.fewest(seat.listener):
            self._elsewhere = -1
            return True
        if idle or elsewhere != self._elsewhere:
            # a new connection waits, or the others are awake: either way the patience begins anew
            self._elsewhere, self._since = elsewhere, now
        return now - self._since >= seat.patience_s


def bind_listener(host: str, port: int, beside: Sequence[socket.socket] = ()) -> socket.socket:
    """Return a socket that listens on `host` and `port` (0: any free one), or raise a ListenError.

    `beside` are listeners of this process that have the port on other addresses, and may overlap with it.
    """
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if not 0 <= port <= 65535:
        raise ListenError(f"cannot listen on {where}: expected a port from 0 to 65535")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise ListenError(f"cannot listen on {where}: unknown host {host!r} ({error})") from None
    family, _, _, _, address = found[0]
    try:
        return _listen(family, address, beside)
    except OSError as error:
        words = _WHY_NOT_BOUND.get(error.errno or 0, "cannot listen on {where}: {reason}")
        raise ListenError(words.format(where=where, reason=error.strerror)) from None


def peer_address(stream: trio.SocketStream) -> str | None:
    """Return the address of the peer without its port, or None if it is gone already."""
    try:
        return plain_address(stream.socket.getpeername()[0])
    except OSError:
        return None


def plain_address(text: str) -> str:
    """Return an address as people write it: an IPv4 one that came in by an IPv6 socket loses its prefix."""
    try:
        mapped = getattr(ipaddress.ip_address(text), "ipv4_mapped", None)
    except ValueError:
        return text
    return text if mapped is None else str(mapped)


async def serve_connections(
    listener: socket.socket,
    connection: Connection,
    *,
    seat: Seat,
    nursery: trio.Nursery | None = None,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Accept until cancelled, and run `connection` for each stream; what that raises is logged.

    With a `nursery` the connections run there, and go on when this is cancelled: so a server stops accepting
    first. The socket stays open; it belongs to the caller.
    """
    listener.setblocking(False)
    seat.counts.open(seat.listener, seat.worker)
    try:
        async with trio.open_nursery() as own:
            task_status.started()
            refusals = Refusals(seat.log)
            own.start_soon(refusals.run)
            door = _Door(listener, seat, refusals)
            while True:
                stream, address = await door.next_stream()
                seat.counts.add(seat.listener, seat.worker, address)
                (nursery or own).start_soon(_serve_one, connection, stream, address, seat)
    finally:
        seat.counts.close(seat.listener, seat.worker)


async def _serve_one(connection: Connection, stream: trio.SocketStream, address: str, seat: Seat) -> None:
    try:
        async with stream:
            await connection(stream)
    except* Exception as errors:  # noqa: BLE001  the error of one connection is not the others'
        seat.log.error("connection failed", peer=address, error=repr(errors.exceptions[0]))
    finally:
        seat.counts.remove(seat.listener, seat.worker, address)


class _Door:
    """Takes the next connection from a listener, when it is this worker's turn and no limit is in the way."""

    def __init__(self, listener: socket.socket, seat: Seat, refusals: Refusals) -> None:
        self._listener = listener
        self._seat, self._refusals = seat, refusals
        self._turn = Turn(seat)
        self._is_full = False
        self._at_once = 0  # how many more are accepted before other tasks run

    async def next_stream(self) -> tuple[trio.SocketStream, str]:
        while True:
            accepted = await self._accept()
            if accepted is None:
                continue
            sock, address = accepted
            limit = self._seat.why_refused(address)
            if limit is None:
                try:
                    return _stream(sock), address
                except OSError:  # the peer is gone already
                    sock.close()
                    continue
            sock.close()
            self._note_refusal(limit, address)

    async def _accept(self) -> tuple[socket.socket, str] | None:
        if not self._at_once:
            await trio.lowlevel.wait_readable(self._listener)
            self._at_once = ACCEPT_AT_ONCE
        self._at_once -= 1
        if not self._turn.is_mine(trio.current_time()):
            self._at_once = 0
            await trio.sleep(LOOK_AGAIN_S)
            return None
        try:
            sock, address = self._listener.accept()
        except BlockingIOError:  # another worker was faster, or all are accepted
            self._at_once = 0
            return None
        except OSError as error:
            self._at_once = 0
            await self._pause(error)
            return None
        self._is_full = False
        return sock, plain_address(address[0])

    async def _pause(self, error: OSError) -> None:
        if error.errno in _CONNECTION_FAILED:
            return
        if error.errno not in _OUT_OF_RESOURCES:
            raise error
        if not self._is_full:
            self._is_full = True
            self._seat.log.error(
                "cannot accept connections for now; raise the limit of open files (ulimit -n)",
                reason=error.strerror,
            )
        await trio.sleep(FULL_PAUSE_S)

    def _note_refusal(self, limit: str, address: str) -> None:
        self._seat.counts.refuse(self._seat.listener, self._seat.worker)
        self._seat.count(f"closed.{limit}")
        self._refusals.add(limit, address)


def _listen(
    family: int, address: tuple[str | int, ...] | tuple[int, bytes], beside: Sequence[socket.socket]
) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # Logstash: `::` takes IPv4 as well
        with _overlapping([*beside, sock] if beside else ()):
            sock.bind(address)
            sock.listen(BACKLOG)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock


@contextmanager
def _overlapping(listeners: Sequence[socket.socket]) -> Iterator[None]:
    """Let these have addresses of a port that overlap, if they get them now.

    Never for longer: with SO_REUSEPORT a second logsmith could take the port unseen.
    """
    for one in listeners:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        yield
    finally:
        for one in listeners:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)


def _stream(sock: socket.socket) -> trio.SocketStream:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value_s in (("TCP_KEEPIDLE", KEEPALIVE_IDLE_S), ("TCP_USER_TIMEOUT", PEER_GONE_S * 1000)):
        if hasattr(socket, name):  # Linux
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value_s)
    return trio.SocketStream(trio.socket.from_stdlib_socket(sock))
