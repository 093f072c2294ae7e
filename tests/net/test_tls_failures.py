"""Handshakes that fail on the wire, over Trio streams, and the words for it."""

import socket
import ssl

import pytest
import trio
import trio.testing

from logsmith.net.tls import (
    TlsClientSettings,
    TlsServerSettings,
    client_context,
    describe_tls_failure,
    server_context,
)
from logsmith.net.tlsstream import ALERT_S, MAX_UNREAD_BYTES, HandshakeError, accept_tls, connect_tls


@pytest.fixture
def server(pki):
    return server_context(
        TlsServerSettings(
            certificate=pki.path("server"),
            key=pki.key("server"),
            certificate_authorities=(pki.path("root"),),
        )
    )


def client_settings(pki, **more):
    return TlsClientSettings(certificate_authorities=(pki.path("root"),), **more)


NOT_TLS = "the peer does not speak TLS; is TLS off on its side?"
BROKEN = "the peer closed the connection during the handshake"
PLAIN = {
    "a window of a client without TLS": (b"2W\x00\x00\x00\x01" + bytes(20), NOT_TLS),
    "a PROXY header": (b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n", NOT_TLS),
    "a GET request": (
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "the peer speaks plain HTTP on a TLS port",
    ),
    "a CONNECT request": (
        b"CONNECT x:443 HTTP/1.1\r\n\r\n",
        "the peer speaks plain HTTP (a proxy request) on a TLS port",
    ),
    "nothing": (b"", BROKEN),
    "half a ClientHello": (b"\x16\x03\x01\x02\x00\x01\x00", BROKEN),
}


@pytest.mark.parametrize(("sent", "expected"), PLAIN.values(), ids=PLAIN.keys())
async def test_what_is_not_tls_is_recognised(server, sent, expected, autojump_clock):
    ours, theirs = trio.testing.memory_stream_pair()
    await theirs.send_all(sent)
    await theirs.send_eof()
    with pytest.raises(HandshakeError) as failure:
        await accept_tls(ours, server)
    assert str(failure.value) == expected


async def test_silent_client_is_said_to_be_late(server, autojump_clock):
    ours, _theirs = trio.testing.memory_stream_pair()
    with pytest.raises(trio.TooSlowError) as failure:
        with trio.fail_after(10):
            await accept_tls(ours, server)
    assert describe_tls_failure(failure.value) == "the peer did not finish the handshake in time"


async def test_slow_client_is_measured_by_the_whole_handshake(server, autojump_clock):
    ours, theirs = trio.testing.memory_stream_pair()

    async def drip():
        for byte in b"\x16\x03\x01\x02\x00" + bytes(500):
            await theirs.send_all(bytes([byte]))
            await trio.sleep(1)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(drip)
        with pytest.raises(trio.TooSlowError):
            with trio.fail_after(10):
                await accept_tls(ours, server)
        assert trio.current_time() < 100
        nursery.cancel_scope.cancel()


async def ask(transport, context, sent):
    """Connect, send, and wait for an answer: with TLS 1.3 only the last fails if the server refuses the client."""
    stream = await connect_tls(transport, context, "localhost")
    await stream.send_all(sent)
    await stream.receive_some(1)


async def exchange(serve, connect):
    """Run both ends of a memory stream."""
    ours, theirs = trio.testing.memory_stream_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve, ours)
        nursery.start_soon(connect, theirs)


ALERTS = {
    "TLSv1.2": "the peer refuses: no common cipher suite, or no client certificate",
    "TLSv1.3": "the peer requires a client certificate, and we sent none",
}


@pytest.mark.parametrize("protocol", ALERTS)
async def test_refused_client_is_told_why_and_its_bytes_are_not_read(pki, server, protocol, autojump_clock):
    context = client_context(client_settings(pki, supported_protocols=frozenset({protocol})))
    reasons = []

    async def serve(transport):
        async with transport:
            with pytest.raises(HandshakeError) as failure:
                await accept_tls(transport, server)
            reasons.append(str(failure.value))

    async def connect(transport):
        with pytest.raises((HandshakeError, trio.BrokenResourceError)) as failure:
            await ask(transport, context, b"2W\x00\x00\x00\x01")
        reasons.append(describe_tls_failure(failure.value))

    await exchange(serve, connect)
    assert sorted(reasons) == sorted(
        ["the peer sent no client certificate, and one is required", ALERTS[protocol]]
    )


async def test_server_is_told_why_a_client_refuses_it(pki, autojump_clock):
    server = server_context(TlsServerSettings(certificate=pki.path("server"), key=pki.key("server")))
    context = client_context(TlsClientSettings(certificate_authorities=(pki.path("other root"),)))
    reasons = []

    async def serve(transport):
        async with transport:
            with pytest.raises(HandshakeError) as failure:
                await accept_tls(transport, server)
            reasons.append(str(failure.value))

    async def connect(transport):
        async with transport:
            with pytest.raises(HandshakeError):
                await connect_tls(transport, context, "localhost")

    await exchange(serve, connect)
    assert reasons == ["the peer does not trust our certificate: our CA is not among its authorities"]


@pytest.fixture
def refused_hello(pki):
    """The first bytes of a client that speaks TLS 1.1 only."""
    context = client_context(client_settings(pki, supported_protocols=frozenset({"TLSv1.1"})))
    written = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), written, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return written.read()


async def test_refused_client_that_goes_on_sending_is_not_read_for_long(
    server, refused_hello, autojump_clock
):
    ours, theirs = trio.testing.memory_stream_pair()
    sent = 0

    async def flood():
        nonlocal sent
        await theirs.send_all(refused_hello)
        while sent < 100 * MAX_UNREAD_BYTES:
            await theirs.send_all(bytes(1000))
            sent += 1000
            await trio.sleep(0.001)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(flood)
        with pytest.raises(HandshakeError):
            await accept_tls(ours, server)
        nursery.cancel_scope.cancel()
    assert trio.current_time() < ALERT_S / 2
    assert sent < 2 * MAX_UNREAD_BYTES


async def test_refused_client_that_stays_is_left_after_a_moment(server, refused_hello, autojump_clock):
    ours, theirs = trio.testing.memory_stream_pair()
    await theirs.send_all(refused_hello)
    with pytest.raises(HandshakeError):
        await accept_tls(ours, server)
    assert trio.current_time() == pytest.approx(ALERT_S)


async def test_client_that_vanishes_after_the_handshake_is_the_end_of_the_stream(pki, server):
    context = client_context(client_settings(pki, certificate=pki.path("client"), key=pki.key("client")))
    received = []

    async def serve(transport):
        stream = await accept_tls(transport, server)
        received.append(await stream.receive_some(100))
        received.append(await stream.receive_some(100))

    async def connect(transport):
        stream = await connect_tls(transport, context, "localhost")
        await stream.send_all(b"2W\x00\x00\x00\x01")
        await transport.aclose()  # no close_notify

    await exchange(serve, connect)
    assert received == [b"2W\x00\x00\x00\x01", b""]


async def test_alert_reaches_a_client_over_tcp_that_has_sent_more_already(pki, server):
    """Closing a socket that has unread bytes would reset it, and the alert would be lost."""
    context = client_context(client_settings(pki))
    ours, theirs = (trio.SocketStream(trio.socket.from_stdlib_socket(sock)) for sock in _tcp_pair())

    async def serve():
        async with ours:
            with pytest.raises(HandshakeError):
                await accept_tls(ours, server)

    async with trio.open_nursery() as nursery, theirs:
        nursery.start_soon(serve)
        with pytest.raises(trio.BrokenResourceError) as failure:
            await ask(theirs, context, bytes(20_000))
    assert describe_tls_failure(failure.value) == "the peer requires a client certificate, and we sent none"


def _tcp_pair():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        one = socket.create_connection(listener.getsockname())
        return one, listener.accept()[0]


def ssl_error(reason):
    error = ssl.SSLError(1, f"[SSL: {reason}] text of the library")
    error.reason = reason
    return error


def caused(error, cause):
    error.__cause__ = cause
    return error


def refused(code, message):
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


WORDS = {
    "an alert": (
        ssl_error("SSLV3_ALERT_CERTIFICATE_EXPIRED"),
        "the peer says that our certificate has expired",
    ),
    "beneath another exception": (
        caused(trio.BrokenResourceError(), ssl_error("NO_SHARED_CIPHER")),
        "the two sides have no cipher suite in common",
    ),
    "a reason nobody listed": (ssl_error("BAD_EXTENSION"), "bad extension"),
    "no reason at all": (ssl.SSLError(1, "odd"), "odd"),
    "a verify code nobody listed": (
        refused(47, "permitted subtree violation"),
        "the peer's certificate is refused: permitted subtree violation",
    ),
    "a broken connection": (ConnectionResetError(104, "reset"), BROKEN),
    "a truncated connection": (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), BROKEN),
    "a time limit": (TimeoutError(), "the peer did not finish the handshake in time"),
    "anything else": (RuntimeError("strange"), "strange"),
    "anything without a text": (RuntimeError(), "RuntimeError"),
}


@pytest.mark.parametrize(("error", "expected"), WORDS.values(), ids=WORDS.keys())
def test_failure_is_described(error, expected):
    assert describe_tls_failure(error) == expected


def test_causes_that_go_in_a_circle_end():
    first, second = RuntimeError("first"), RuntimeError("second")
    first.__cause__, second.__cause__ = second, first
    assert describe_tls_failure(first) == "first"
