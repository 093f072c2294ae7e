"""Many connections that shake hands and are silent, held by a process of their own."""

import multiprocessing
import resource
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from bench.load import client_context
from bench.processes import ServerError

AT_ONCE = 32
SPARE_FILES = 500  # of a server, beside connections
SERVERS_MOST = 9_990  # logsmith's default is 10,000 connections, and some must be left
OPENING_S = 300


def allowed(wanted: int) -> int:
    """Raise the limit of open files as far as it goes, and return how many of the connections fit beneath."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return max(0, min(wanted, most - SPARE_FILES, SERVERS_MOST))


@contextmanager
def idle_connections(port: int, certificates: Path, count: int) -> Iterator[int]:
    """Hold so many connections; gives the number that there are."""
    if not count:
        yield 0
        return
    forking = multiprocessing.get_context("fork")
    here, there = forking.Pipe()
    process = forking.Process(target=_hold, args=(port, certificates, count, there), daemon=True)
    process.start()
    try:
        if not here.poll(OPENING_S):
            raise ServerError("the idle connections were not opened in time")
        yield int(here.recv())
    finally:
        process.kill()
        process.join()


def _hold(port: int, certificates: Path, count: int, there: Connection) -> None:
    context = client_context(certificates)
    held: list[ssl.SSLSocket] = []

    def open_some(share: int) -> None:
        for _ in range(share):
            with suppress(OSError):
                plain = socket.create_connection(("127.0.0.1", port), 30)
                held.append(context.wrap_socket(plain))

    shares = [count // AT_ONCE + (number < count % AT_ONCE) for number in range(AT_ONCE)]
    threads = [threading.Thread(target=open_some, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    there.send(len(held))
    there.poll(None)  # until it is killed
