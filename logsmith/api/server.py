"""The server of the monitoring API: one request on a connection, an answer, the end.

Nothing blocks and there is no thread and no event loop: the supervisor forks, and its `selectors` loop calls
the functions that are registered with each socket. Every connection has a limit of bytes and of seconds.

Over TLS a step may have to wait for the other direction first: a connection has one next step (shake hands, read, write), and
watches for whatever that step waits for.
"""

from __future__ import annotations

import base64
import hmac
import selectors
import socket
import ssl
import time
from typing import TYPE_CHECKING

from logsmith.api import ApiError
from logsmith.api.http import BadRequestError, Head, parse_head, write_response
from logsmith.api.routes import Answer, Request
from logsmith.log import Logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from logsmith.api.monitor import Monitor

MAX_CONNECTIONS = 64
TIME_LIMIT_S = 5.0
LONGEST_WAIT_S = 60.0  # for `wait_for_status`
BACKLOG = 64
READ_BYTES = 16 * 1024  # a whole TLS record: what OpenSSL keeps of one, a selector does not see

log = Logger("logstash.api")


class ApiServer:
    """Listens on the first free port of several and answers what a monitor says."""

    def __init__(  # noqa: PLR0913  where, what, and by name in which way
        self,
        host: str,
        ports: Iterable[int],
        monitor: Monitor,
        *,
        credentials: tuple[str, str] | None = None,
        tls: Callable[[], ssl.SSLContext] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tls` gives the context for each new connection."""
        self._monitor, self._tls, self._clock = monitor, tls, clock
        self._expected = None if credentials is None else _authorization(*credentials)
        self._listener = bind_first_free(host, ports)
        self._selector: selectors.BaseSelector | None = None
        self._connections: set[_Connection] = set()
        self.host, self.port = self._listener.getsockname()[:2]
        monitor.http_address = (
            f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        )

    def join(self, selector: selectors.BaseSelector) -> None:
        """Register with a loop that calls `key.data(mask)` for each socket that is ready."""
        self._selector = selector
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def tick(self, now: float) -> None:
        """Sample the counters, ask again for those that wait, and end connections whose time is up."""
        self._monitor.tick(now)
        for connection in list(self._connections):
            connection.tick(now)

    def close(self) -> None:
        """Stop listening and end all connections."""
        for connection in list(self._connections):
            connection.close()
        if self._selector is not None:
            self._selector.unregister(self._listener)
        self._listener.close()

    def _accept(self, _mask: int) -> None:
        assert self._selector is not None  # noqa: S101  nobody calls this before `join`
        try:
            peer, _ = self._listener.accept()
        except OSError:  # the peer is gone already, or there are no file descriptors left: it waits
            return
        peer.setblocking(False)
        if len(self._connections) >= MAX_CONNECTIONS:
            peer.close()
            return
        if self._tls is not None:
            try:
                peer = self._tls().wrap_socket(peer, server_side=True, do_handshake_on_connect=False)
            except OSError:  # the peer is gone already
                peer.close()
                return
        self._connections.add(_Connection(peer, self._selector, self._answer, self._connections, self._clock))

    def _answer(self, head: Head, now: float) -> Answer:
        if self._expected is not None and not hmac.compare_digest(self._expected, head.authorization):
            return Answer(401, {"status": 401, "error": {"message": "Unauthorized"}})
        try:
            return self._monitor.answer(head.request, now)
        except Exception as error:  # noqa: BLE001  around a connection: the supervisor must live on
            log.error("request failed", path=head.request.path, reason=f"{type(error).__name__}: {error}")
            return Answer(500, _failure(head.request, error))


class _Connection:
    """One client: reading its request, then waiting if it asked to, then writing the answer."""

    def __init__(
        self,
        peer: socket.socket,
        selector: selectors.BaseSelector,
        answer: Callable[[Head, float], Answer],
        siblings: set[_Connection],
        clock: Callable[[], float],
    ) -> None:
        self._peer, self._selector, self._answer, self._siblings = peer, selector, answer, siblings
        self._clock = clock
        self._received = bytearray()
        self._unsent = memoryview(b"")
        self._head: Head | None = None  # of a request that waits
        self._again: Callable[[], Answer] | None = None  # what gives its answer, if not the question itself
        self._deadline = clock() + TIME_LIMIT_S
        self._step = self._shake_hands if isinstance(peer, ssl.SSLSocket) else self._read
        selector.register(peer, selectors.EVENT_READ, self._serve)

    def tick(self, now: float) -> None:
        """Ask again for a request that waits; end the connection if its time is up."""
        if self._head is not None:
            self._look_again(self._head, now)
        elif now >= self._deadline:
            self.close()

    def close(self) -> None:
        """End the connection."""
        if self in self._siblings:
            self._siblings.discard(self)
            self._selector.unregister(self._peer)
            self._peer.close()

    def _serve(self, _mask: int) -> None:
        if self not in self._siblings:  # closed in the same turn of the loop
            return
        try:
            self._step()
        except BlockingIOError:
            return
        except ssl.SSLWantReadError:
            self._watch(selectors.EVENT_READ)
        except ssl.SSLWantWriteError:
            self._watch(selectors.EVENT_WRITE)
        except OSError as error:
            log.debug("connection failed", reason=str(error))
            self.close()

    def _watch(self, mask: int) -> None:
        self._selector.modify(self._peer, mask, self._serve)

    def _shake_hands(self) -> None:
        assert isinstance(self._peer, ssl.SSLSocket)  # noqa: S101  as was seen when it was accepted
        self._peer.do_handshake()
        self._step = self._read
        self._watch(selectors.EVENT_READ)
        self._read()  # what came with the end of the handshake may be with OpenSSL already

    def _read(self) -> None:
        chunk = self._peer.recv(READ_BYTES)
        if not chunk:
            self.close()
            return
        if self._head is not None:  # one request on a connection; more is not read
            return
        self._received += chunk
        try:
            head = parse_head(bytes(self._received))
        except BadRequestError as error:
            body = {"status": error.status.value, "error": {"message": str(error)}}
            self._send(None, Answer(error.status, body))
            return
        if head is not None:
            now = self._clock()
            self._ask(head, now)

    def _ask(self, head: Head, now: float) -> None:
        answer = self._answer(head, now)
        if answer.wait_s is None:
            self._send(head.request, answer)
            return
        self._head, self._again = head, answer.again
        self._deadline = now + min(answer.wait_s, LONGEST_WAIT_S)

    def _look_again(self, head: Head, now: float) -> None:
        answer = self._again() if self._again is not None else self._answer(head, now)
        if answer.wait_s is None or now >= self._deadline:
            self._send(head.request, answer)

    def _send(self, request: Request | None, answer: Answer) -> None:
        self._head = None
        self._unsent = memoryview(write_response(request, answer))
        self._deadline = self._clock() + TIME_LIMIT_S
        self._step = self._write
        self._watch(selectors.EVENT_WRITE)

    def _write(self) -> None:
        self._unsent = self._unsent[self._peer.send(self._unsent) :]
        if not self._unsent:
            self._say_goodbye()
            self._peer.shutdown(socket.SHUT_WR)
            self.close()

    def _say_goodbye(self) -> None:
        if isinstance(self._peer, ssl.SSLSocket):
            try:
                self._peer.unwrap()
            except ssl.SSLError:
                pass  # it is sent; the peer's own is not waited for


def bind_first_free(host: str, ports: Iterable[int]) -> socket.socket:
    """Return a socket that listens on the first port that is free; raises ApiError if none is."""
    tried: list[int] = []
    try:
        family, *_, address = socket.getaddrinfo(
            host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise ApiError(f"the API cannot listen on api.http.host {host!r}: {error}") from None
    for port in ports:
        tried.append(port)
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address[0], port, *address[2:]))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            last = error
            continue
        listener.setblocking(False)
        return listener
    asked = f"{tried[0]}-{tried[-1]}" if len(tried) > 1 else f"{tried[0]}" if tried else "none"
    why = last.strerror if tried else "no port was given"
    raise ApiError(
        f"the API finds no free port on {host} (api.http.port {asked}): {why}; --api.http.port names another"
    )


def _authorization(user: str, password: str) -> bytes:
    return b"Basic " + base64.b64encode(f"{user}:{password}".encode())


def _failure(request: Request, error: Exception) -> dict[str, object]:
    return {
        "status": 500,
        "request_method": request.method,
        "path_info": request.path,
        "query_string": request.query,
        "error": "Unexpected Internal Error",
        "class": type(error).__name__,
        "message": str(error),
    }
