"""The API's server over TLS, driven by hand as the supervisor drives it; the clients are threads."""

import contextlib
import json
import socket
import ssl
import threading
import time
from ipaddress import ip_address

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from test_server import Loop

from logsmith.api.http import MAX_REQUEST_BYTES
from logsmith.api.routes import Answer
from logsmith.api.server import READ_BYTES, TIME_LIMIT_S
from logsmith.net.authority import Request, issue, make_ca
from logsmith.net.stores import Store
from logsmith.net.tls import keystore_context

CA = make_ca("ca")
NAMES = {"hosts": ("localhost",), "addresses": (ip_address("127.0.0.1"),)}
PATIENCE_S = 10
ASK = b"GET /_node/stats HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    """The server's context, from a keystore of PKCS#12."""
    path = tmp_path_factory.mktemp("tls") / "api.p12"
    made, secret = issue(CA, Request(name="api", role="server", **NAMES)), BestAvailableEncryption(b"secret")
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"api", made.key, made.certificate, None, secret))
    return keystore_context(Store(path, "secret"))


@pytest.fixture
def loop(context):
    made = Loop(tls=lambda: context)
    yield made
    made.close()


def client_context(version=ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    made = ssl.create_default_context(cadata=CA.certificate.public_bytes(Encoding.PEM).decode())
    made.minimum_version = made.maximum_version = version
    return made


def serve_while(loop, work):
    """Run a client's work in a thread and the server's loop here; return what it returned."""
    outcome = []

    def keep() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001  raised again below
            outcome.append(error)

    thread = threading.Thread(target=keep)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while thread.is_alive() and time.monotonic() < deadline:
        for key, mask in loop.selector.select(0.01):
            key.data(mask)
    thread.join(0)
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def connected(loop, version=ssl.TLSVersion.TLSv1_3) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", loop.server.port), timeout=PATIENCE_S)
    return client_context(version).wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False)


def read_all(peer: ssl.SSLSocket) -> bytes:
    """Return what comes until the peer says goodbye; an end without one is an error."""
    received = b""
    while chunk := peer.recv(65536):
        received += chunk
    return received


def exchange(loop, request: bytes, version=ssl.TLSVersion.TLSv1_3) -> bytes:
    def work() -> bytes:
        with connected(loop, version) as peer:
            peer.sendall(request)
            return read_all(peer)

    return serve_while(loop, work)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_answers_a_request_and_says_goodbye(loop, version):
    head, _, body = exchange(loop, ASK, version).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert json.loads(body)["events"]["in"] == 1
    assert not loop.server._connections


def test_a_request_in_two_records_is_one(loop):
    def work() -> bytes:
        with connected(loop) as peer:
            peer.sendall(ASK[:10])
            time.sleep(0.05)  # for a turn of the loop
            peer.sendall(ASK[10:])
            return read_all(peer)

    assert serve_while(loop, work).startswith(b"HTTP/1.1 200 ")


@pytest.mark.slow
def test_reading_does_not_depend_on_how_the_bytes_are_cut(loop):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", loop.server.port)) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def tell(step):
            """Take a step of the client's; what it writes goes a byte at a time, with a turn of the loop after each."""
            while True:
                try:
                    return step()
                except ssl.SSLWantReadError:
                    flush()
                    incoming.write(receive())

        def flush() -> None:
            for byte in outgoing.read():
                peer.sendall(bytes([byte]))
                loop.turn()

        def receive() -> bytes:
            peer.settimeout(0.01)
            deadline = time.monotonic() + PATIENCE_S
            while time.monotonic() < deadline:
                loop.turn()
                try:
                    return peer.recv(65536)
                except TimeoutError:
                    continue
            raise AssertionError("no answer")

        tell(client.do_handshake)
        client.write(ASK)
        flush()
        assert tell(lambda: client.read(65536)).startswith(b"HTTP/1.1 200 ")


def test_an_answer_that_is_larger_than_the_sockets_buffer_arrives_whole(loop):
    large = {"a": "x" * 3_000_000}
    loop.monitor.answer = lambda request, now: Answer(200, large)
    assert json.loads(exchange(loop, ASK).partition(b"\r\n\r\n")[2]) == large


@pytest.mark.parametrize("size", [MAX_REQUEST_BYTES + 1, READ_BYTES, READ_BYTES + 1])
def test_nothing_that_came_is_left_unseen(loop, size):
    request = b"GET / HTTP/1.1\r\nX: "
    assert exchange(loop, request + b"a" * (size - len(request))).startswith(b"HTTP/1.1 431 ")


def test_a_client_that_does_not_speak_tls_is_closed(loop):
    with contextlib.suppress(ConnectionResetError):
        assert b"HTTP" not in loop.ask(ASK)
    assert not loop.server._connections


def test_a_handshake_that_is_too_slow_is_ended(loop):
    with loop.connect():
        loop.server.tick(loop.now + TIME_LIMIT_S - 0.1)
        assert loop.server._connections
        loop.server.tick(loop.now + TIME_LIMIT_S)
        assert not loop.server._connections


def test_a_client_that_leaves_in_the_handshake_is_forgotten(loop):
    with loop.connect() as peer:
        peer.sendall(b"\x16\x03\x01")
        loop.turn()
    loop.turn()
    assert not loop.server._connections


def test_a_client_that_trusts_somebody_else_is_forgotten(loop):
    def work() -> str:
        with pytest.raises(ssl.SSLCertVerificationError) as refusal:
            ssl.create_default_context().wrap_socket(
                socket.create_connection(("127.0.0.1", loop.server.port)), server_hostname="localhost"
            )
        return refusal.value.verify_message

    assert "certificate" in serve_while(loop, work)
    loop.turn()
    assert not loop.server._connections


def test_each_connection_gets_the_context_of_its_time(context):
    contexts = [context]
    loop = Loop(tls=lambda: contexts[0])
    assert exchange(loop, ASK).startswith(b"HTTP/1.1 200 ")
    contexts[0] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # without a certificate nobody can be served
    with pytest.raises(ssl.SSLError):
        exchange(loop, ASK)
    loop.close()
