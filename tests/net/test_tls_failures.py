"""Handshakes that fail on the wire, over Trio streams, and the words for it."""

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
async def test_what_is_not_tls_is_recognised(server, sent, expected):
    ours, theirs = trio.testing.memory_stream_pair()
    stream = trio.SSLStream(ours, server, server_side=True, https_compatible=True)
    await theirs.send_all(sent)
    await theirs.send_eof()
    with pytest.raises(trio.BrokenResourceError) as failure:
        await stream.do_handshake()
    assert describe_tls_failure(failure.value) == expected


async def test_silent_client_is_said_to_be_late(server, autojump_clock):
    ours, _theirs = trio.testing.memory_stream_pair()
    stream = trio.SSLStream(ours, server, server_side=True)
    with pytest.raises(trio.TooSlowError) as failure:
        with trio.fail_after(10):
            await stream.do_handshake()
    assert describe_tls_failure(failure.value) == "the peer did not finish the handshake in time"


@pytest.mark.parametrize("protocol", ["TLSv1.2", "TLSv1.3"])
async def test_no_byte_of_a_client_without_a_certificate_is_read(pki, server, protocol):
    ours, theirs = trio.testing.memory_stream_pair()
    context = client_context(client_settings(pki, supported_protocols=frozenset({protocol})))
    failures = {}

    async def serve():
        stream = trio.SSLStream(ours, server, server_side=True, https_compatible=True)
        try:
            await stream.receive_some(100)
        except trio.BrokenResourceError as error:
            failures["server"] = describe_tls_failure(error)
        await ours.aclose()

    async def connect():
        stream = trio.SSLStream(theirs, context, server_hostname="localhost", https_compatible=True)
        try:
            await stream.send_all(b"2W\x00\x00\x00\x01")
            await stream.receive_some(1)
        except trio.BrokenResourceError as error:
            failures["client"] = describe_tls_failure(error)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve)
        nursery.start_soon(connect)
    assert failures["server"] == "the peer sent no client certificate, and one is required"
    assert failures["client"] in (
        "the peer requires a client certificate, and we sent none",  # TLS 1.3
        "the peer refuses: no common cipher suite, or no client certificate",  # TLS 1.2
    )


async def test_client_that_vanishes_after_the_handshake_is_the_end_of_the_stream(pki, server):
    ours, theirs = trio.testing.memory_stream_pair()
    context = client_context(client_settings(pki, certificate=pki.path("client"), key=pki.key("client")))
    received = []

    async def serve():
        stream = trio.SSLStream(ours, server, server_side=True, https_compatible=True)
        received.append(await stream.receive_some(100))
        received.append(await stream.receive_some(100))

    async def connect():
        stream = trio.SSLStream(theirs, context, server_hostname="localhost")
        await stream.send_all(b"2W\x00\x00\x00\x01")
        await theirs.aclose()  # no close_notify

    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve)
        nursery.start_soon(connect)
    assert received == [b"2W\x00\x00\x00\x01", b""]


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
