"""TLS over Trio streams: from connection to a finished handshake, and what Trio does slowly.

Trio drops what OpenSSL has to say when a handshake fails, so a refused Filebeat would log a reset connection
instead of "certificate required". Here the alert is sent, and the peer is given a moment to read it: closing
a socket that has unread bytes resets it and takes the alert along.
"""

import ssl
from typing import TypeVar

import trio

from logsmith.net.errors import NetError
from logsmith.net.tlsfailure import describe_tls_failure

ALERT_S = 1.0
MAX_UNREAD_BYTES = 64 * 1024
RECORD_BYTES = 16 * 1024  # the most that a record holds (RFC 8446, section 5.1)

Transport = TypeVar("Transport", bound=trio.abc.HalfCloseableStream)


class HandshakeError(NetError):
    """A TLS handshake failed; the text says why, in words."""


async def accept_tls(transport: Transport, context: ssl.SSLContext) -> trio.SSLStream[Transport]:
    """Return the TLS stream of a client once its handshake is finished; raise HandshakeError if it fails."""
    # a Beat that dies without close_notify is the end of the stream, not an error
    return await _shake_hands(trio.SSLStream(transport, context, server_side=True, https_compatible=True))


async def connect_tls(
    transport: Transport, context: ssl.SSLContext, hostname: str
) -> trio.SSLStream[Transport]:
    """Return the TLS stream to a server once its handshake is finished; raise HandshakeError if it fails."""
    return await _shake_hands(
        trio.SSLStream(transport, context, server_hostname=hostname, https_compatible=True)
    )


async def receive_much(stream: trio.abc.ReceiveStream, most: int) -> bytes:
    """Return what has come, up to `most` bytes, once there is any; nothing at the end of the stream.

    Trio gives a record of TLS at a time, and each costs a turn of its scheduler: a fifth of what it takes to receive a window.
    Raises what Trio's streams raise.
    """
    received = bytes(await stream.receive_some(most))
    if len(received) < RECORD_BYTES or not isinstance(stream, trio.SSLStream):
        return received
    pieces = [received]
    while pieces[-1] and (room := most - sum(map(len, pieces))) > 0:
        try:
            pieces.append(stream._ssl_object.read(room))  # noqa: SLF001  Trio has no other way to what it holds
        except ssl.SSLWantReadError:  # no further record is whole
            break
        except ssl.SSLError as error:
            raise trio.BrokenResourceError from error
    return b"".join(pieces)


async def _shake_hands(stream: trio.SSLStream[Transport]) -> trio.SSLStream[Transport]:
    try:
        await stream.do_handshake()
    except trio.BrokenResourceError as error:
        with trio.move_on_after(ALERT_S):
            await _send_alert(stream)
        raise HandshakeError(describe_tls_failure(error)) from error
    return stream


async def _send_alert(stream: trio.SSLStream[Transport]) -> None:
    alert = stream._outgoing.read()  # noqa: SLF001  Trio has no other way to what it did not send
    transport = stream.transport_stream
    if not alert:
        return
    try:
        await transport.send_all(alert)
        await transport.send_eof()
        unread = 0
        while unread < MAX_UNREAD_BYTES and (received := await transport.receive_some(4096)):
            unread += len(received)
    except (trio.BrokenResourceError, trio.ClosedResourceError):
        pass  # the peer did not wait for it
