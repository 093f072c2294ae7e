"""What a TLS stream gives in one call: all records that have come."""

import pytest
import trio
import trio.testing

from logsmith.net.tls import TlsClientSettings, TlsServerSettings, client_context, server_context
from logsmith.net.tlsstream import RECORD_BYTES, accept_tls, connect_tls, receive_much

MOST = 4 * RECORD_BYTES
SENT = bytes(range(256)) * (3 * RECORD_BYTES // 256) + b"the end"


@pytest.fixture
async def ends(pki):
    """Return the server's and the client's TLS streams, and the transport below the client's."""
    server = server_context(TlsServerSettings(certificate=pki.path("server"), key=pki.key("server")))
    client = client_context(TlsClientSettings(certificate_authorities=(pki.path("root"),)))
    ours, theirs = trio.testing.memory_stream_pair()
    made = {}

    async def accept():
        made["server"] = await accept_tls(ours, server)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(accept)
        made["client"] = await connect_tls(theirs, client, "logs.example.org")
    return made["server"], made["client"], theirs


async def test_all_records_that_have_come_are_received_at_once(ends):
    server, client, _ = ends
    await client.send_all(SENT)
    assert await receive_much(server, MOST) == SENT


async def test_no_more_is_received_than_asked_for_and_the_rest_is_not_lost(ends):
    server, client, _ = ends
    await client.send_all(SENT)
    first = await receive_much(server, 2 * RECORD_BYTES)
    assert len(first) == 2 * RECORD_BYTES
    assert first + await receive_much(server, MOST) == SENT


async def test_what_came_before_the_end_is_received_then_the_end(ends):
    server, client, _ = ends
    await client.send_all(SENT[: 2 * RECORD_BYTES])
    async with trio.open_nursery() as nursery:
        nursery.start_soon(client.aclose)
        assert await receive_much(server, MOST) == SENT[: 2 * RECORD_BYTES]
        assert await receive_much(server, MOST) == b""


async def test_a_broken_record_behind_whole_ones_is_a_failure(ends):
    server, client, transport = ends
    await client.send_all(SENT[:RECORD_BYTES])
    await transport.send_all(b"\x17\x03\x03\x00\x20" + bytes(32))
    with pytest.raises(trio.BrokenResourceError):
        await receive_much(server, MOST)


async def test_what_comes_without_tls_is_received_as_it_comes():
    ours, theirs = trio.testing.memory_stream_pair()
    await theirs.send_all(SENT)
    assert await receive_much(ours, MOST) == SENT
