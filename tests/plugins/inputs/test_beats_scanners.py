"""Scanners and health checks on the port of the Beats input: silent, or one line with the peer and the reason in words."""

import socket
import ssl
import struct
from contextlib import suppress

import pytest
import trio

from tests.beats.serving import serving
from tests.plugins.inputs.test_beats_tls import ours, tls  # noqa: F401  a fixture

TIMES = 5
HTTP = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
SILENT = None
ON_TLS = "the peer does not speak TLS; is TLS off on its side?"


def client_hello():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    written = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), written, server_hostname="x").do_handshake()
    return written.read()


HELLO = client_hello()
# what is sent before the connection is closed, and the line on a port without TLS and on one with it
VISITS = {
    "nothing": (b"", SILENT, SILENT),
    "an HTTP request": (
        HTTP,
        "expected a Lumberjack frame, got an HTTP request",
        "the peer speaks plain HTTP on a TLS port",
    ),
    "a ClientHello": (
        HELLO,
        "expected a Lumberjack frame, got a TLS handshake on a port that speaks plain text",
        SILENT,
    ),
    "half a ClientHello": (
        HELLO[:40],
        "expected a Lumberjack frame, got a TLS handshake on a port that speaks plain text",
        SILENT,
    ),
    "a greeting of SSH": (b"SSH-2.0-x\r\n", "expected version '1' or '2', got byte 0x53", ON_TLS),
}


@pytest.mark.parametrize("is_reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("is_tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("visit", VISITS.values(), ids=VISITS.keys())
async def test_a_visitor_is_at_most_one_line(visit, is_tls, is_reset, ours):  # noqa: F811  the fixture
    sent, *reasons = visit
    async with serving(**(tls(ours) if is_tls else {})) as served:
        for _ in range(TIMES):
            stream = await served.connect()
            if is_reset:
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await stream.send_all(sent)
            if not is_reset:
                await stream.send_eof()
            with trio.move_on_after(0.02), suppress(trio.BrokenResourceError):
                while await stream.receive_some():
                    pass
            await trio.aclose_forcefully(stream)
        with trio.move_on_after(5):
            while served.plugin.metrics.gauges.get("current_connections"):  # noqa: ASYNC110  it tells nobody
                await trio.sleep(0.005)
    reason = reasons[is_tls]
    # who resets may be gone before anybody looked
    allowed = ([reason],) if reason and not is_reset else ([reason], []) if reason else ([],)
    assert served.log.reasons in allowed
    assert all(facts["peer"] == "127.0.0.1" for _, facts in served.log.lines)
    assert served.events == []
