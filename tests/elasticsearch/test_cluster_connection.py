"""Requests to hosts that answer, that do not, and that are not whom they should be."""

import hashlib
import http.server
import ipaddress
import socket
import ssl
import threading

import pytest
import trio
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from logsmith.elasticsearch.address import read_hosts
from logsmith.elasticsearch.bulk import BulkRequest, Part
from logsmith.elasticsearch.connection import NDJSON, Connection, ConnectionSettings
from logsmith.elasticsearch.errors import UnreachableError
from logsmith.elasticsearch.sniffing import read_nodes, run_sniffing, use_hosts
from logsmith.elasticsearch.tls import Store, make_context
from logsmith.event import Event
from logsmith.log import Logger
from logsmith.net.authority import Request, issue, make_ca
from logsmith.net.errors import TlsError
from logsmith.net.tls import TlsClientSettings
from tests.fakes.elasticsearch import CUT, NO_ANSWER, FakeElasticsearch, Raw

LOG = Logger("test")


class Log:
    def __init__(self):
        self.lines = []

    def _note(self, message, **facts):
        self.lines.append((message, facts))

    info = warning = error = _note


def connection_to(*urls, log=LOG, **settings):
    return Connection(ConnectionSettings(hosts=tuple(read_hosts(urls)), **settings), log, concurrency=4)


@pytest.fixture
def dead_url():
    """An address where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{one.getsockname()[1]}"


async def test_a_request_carries_what_the_settings_say():
    with FakeElasticsearch() as server:
        connection = connection_to(
            server.url, parameters={"a b": "c&d"}, headers={"X-Mine": "1", "authorization": "Basic eA=="}
        )
        answer = await connection.request(
            "POST", "/_bulk?filter_path=errors", b'{"index":{"_index":"i"}}\n{}\n', content_type=NDJSON
        )
        (request,) = server.requests
    assert answer.status == 200
    assert request.query == {"filter_path": "errors", "a b": "c&d"}
    assert request.headers["x-mine"] == "1"
    assert request.headers["authorization"] == "Basic eA=="
    assert request.headers["content-type"] == "application/x-ndjson"
    assert request.headers["user-agent"].startswith("logsmith/")
    assert "compatible-with" not in str(request.headers)


@pytest.mark.parametrize("level", [0, 1, 3, 4, 9])
async def test_bulk_requests_are_compressed_unless_told_otherwise(level):
    body = b'{"index":{"_index":"i"}}\n{}\n' * 50
    bulk = BulkRequest([Part([Event({})] * 50, None, body)])
    with FakeElasticsearch() as server:
        await connection_to(server.url, compression_level=level).bulk("/_bulk", bulk)
        (request,) = server.requests
    assert request.body == body
    assert request.headers.get("content-encoding") == ("gzip" if level else None)
    assert not level or int(request.headers["content-length"]) < len(body) / 5


async def test_a_dead_host_among_three_is_passed_over_and_told_once(dead_url):
    log = Log()
    with FakeElasticsearch() as first, FakeElasticsearch() as second:
        connection = connection_to(first.url, dead_url, second.url, log=log, rest_s=60.0)
        for _ in range(12):
            assert (await connection.request("GET", "/")).status == 200
        assert first.requests
        assert second.requests
    assert [(message, facts["host"]) for message, facts in log.lines] == [
        ("host does not answer and rests", dead_url)
    ]


async def test_a_host_that_rested_is_used_again():
    log = Log()
    with FakeElasticsearch() as first, FakeElasticsearch(script=[CUT]) as second:
        connection = connection_to(first.url, second.url, log=log, rest_s=0.0)
        for _ in range(6):
            assert (await connection.request("POST", "/_bulk", b"\n")).status == 400
        assert len(second.requests) > 1
    assert [message for message, _ in log.lines] == ["host does not answer and rests", "host answers again"]


async def test_a_host_that_answers_with_an_error_does_not_rest():
    log = Log()
    with FakeElasticsearch(script=[429, 503, 413, 500]) as server:
        connection = connection_to(server.url, log=log, rest_s=60.0)
        assert [(await connection.request("POST", "/_bulk", b"")).status for _ in range(4)] == [
            429,
            503,
            413,
            500,
        ]
        assert len(server.requests) == 4
    assert log.lines == []


async def test_no_host_at_all_is_told_with_the_reason(dead_url):
    with pytest.raises(UnreachableError, match=f"no answer from {dead_url}: connection refused"):
        await connection_to(dead_url).request("GET", "/")


async def test_an_answer_may_take_only_so_long():
    with (
        FakeElasticsearch(script=[NO_ANSWER]) as server,
        pytest.raises(UnreachableError, match="timed out"),
    ):
        await connection_to(server.url, timeout_s=0.05).request("POST", "/_bulk", b"")


async def test_a_cancelled_request_is_left_to_itself():
    with FakeElasticsearch(script=[NO_ANSWER]) as server:
        connection = connection_to(server.url)
        with trio.move_on_after(0.05) as scope:
            await connection.request("POST", "/_bulk", b"")
        assert scope.cancelled_caught


async def test_redirects_are_not_followed():
    with FakeElasticsearch(script=[Raw(302, b"", {"location": "http://elsewhere/"})]) as server:
        assert (await connection_to(server.url).request("POST", "/_bulk", b"")).status == 302


async def test_an_error_is_described_with_what_to_look_at():
    with FakeElasticsearch(users={"bob": "secret"}) as server:
        answer = await connection_to(server.url).request("GET", "/")
    assert answer.describe() == (
        "HTTP 401 security_exception: unable to authenticate user for REST request (check user and password, or the API key)"
    )


class Proxy(http.server.BaseHTTPRequestHandler):
    seen = ()

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        Proxy.seen = (self.path, self.headers["proxy-authorization"])
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


async def test_requests_go_through_a_proxy(dead_url):
    proxy = http.server.HTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=proxy.handle_request, daemon=True).start()
    connection = connection_to(dead_url, proxy=f"http://bob:secret@127.0.0.1:{proxy.server_port}")
    answer = await connection.request("POST", "/_bulk", b"x")
    connection.close()
    proxy.server_close()
    assert answer.body == b"{}"
    assert Proxy.seen == (f"{dead_url}/_bulk", "Basic Ym9iOnNlY3JldA==")


CA, OTHER_CA = make_ca("ca"), make_ca("other")
LOOPBACK = (ipaddress.ip_address("127.0.0.1"),)
SERVER = issue(CA, Request(name="es", role="server", hosts=("localhost",), addresses=LOOPBACK))
ELSEWHERE = issue(CA, Request(name="es", role="server", hosts=("es.example.org",)))
CLIENT = issue(CA, Request(name="logsmith", role="client"))


@pytest.fixture
def files(tmp_path):
    def write(name, *issued):
        path = tmp_path / name
        path.write_bytes(b"".join(one.certificate_pem for one in issued) + issued[0].key_pem)
        return str(path)

    return write


def server_tls(path, *, wants_client=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    if wants_client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(wants_client)
    return context


async def status_of(server, context, mode="full"):
    connection = connection_to(server.url, tls=context, checks_name=mode == "full")
    try:
        return (await connection.request("GET", "/")).status
    finally:
        connection.close()


async def test_a_server_is_trusted_by_its_authority(files):
    with FakeElasticsearch(tls=server_tls(files("s", SERVER))) as server:
        assert (
            await status_of(
                server, make_context(TlsClientSettings(certificate_authorities=(files("ca", CA),)))
            )
            == 200
        )


async def test_a_server_of_another_authority_is_refused(files):
    with (
        FakeElasticsearch(tls=server_tls(files("s", SERVER))) as server,
        pytest.raises(UnreachableError, match="the peer's certificate"),
    ):
        await status_of(
            server, make_context(TlsClientSettings(certificate_authorities=(files("ca", OTHER_CA),)))
        )


async def test_changed_authorities_count_for_the_next_connection_and_for_hosts_that_are_found_later(files):
    trusting, doubting = (
        make_context(TlsClientSettings(certificate_authorities=(files(name, authority),)))
        for name, authority in (("ca", CA), ("other", OTHER_CA))
    )
    with FakeElasticsearch(tls=server_tls(files("s", SERVER))) as server:
        connection = connection_to(server.url, tls=doubting)
        with pytest.raises(UnreachableError, match="the peer's certificate"):
            await connection.request("GET", "/")
        connection.use_context(trusting)
        assert (await connection.request("GET", "/")).status == 200
        assert connection.node_config("https", "es2", 9200).ssl_context is trusting
        connection.use_context(doubting)
        with pytest.raises(UnreachableError, match="the peer's certificate"):
            await connection.request("GET", "/")
        connection.close()


async def test_public_authorities_are_not_trusted_besides(files):
    context = make_context(TlsClientSettings(certificate_authorities=(files("ca", CA),)))
    with FakeElasticsearch(tls=server_tls(files("s", SERVER))) as server:
        await status_of(server, context)
    assert len(context.get_ca_certs()) == 1


@pytest.mark.parametrize(("mode", "is_taken"), [("full", False), ("certificate", True), ("none", True)])
async def test_the_name_is_compared_as_told(files, mode, is_taken):
    context = make_context(
        TlsClientSettings(certificate_authorities=(files("ca", CA),), verification_mode=mode)
    )
    with FakeElasticsearch(tls=server_tls(files("s", ELSEWHERE))) as server:
        if is_taken:
            assert await status_of(server, context, mode) == 200
        else:
            with pytest.raises(UnreachableError, match="the peer's certificate"):
                await status_of(server, context, mode)


@pytest.mark.parametrize(
    ("authority", "is_taken"), [(CA, True), (OTHER_CA, False)], ids=["its own", "another"]
)
async def test_a_server_is_trusted_by_the_fingerprint_of_its_authority(files, authority, is_taken):
    fingerprint = hashlib.sha256(authority.certificate.public_bytes(Encoding.DER)).hexdigest()
    context = make_context(TlsClientSettings(ca_trusted_fingerprints=(fingerprint,)))
    with FakeElasticsearch(tls=server_tls(files("s", SERVER, CA))) as server:
        if is_taken:
            assert await status_of(server, context) == 200
        else:
            with pytest.raises(UnreachableError, match="trusted fingerprint"):
                await status_of(server, context)


async def test_a_fingerprint_does_not_excuse_another_name(files):
    fingerprint = hashlib.sha256(CA.certificate.public_bytes(Encoding.DER)).hexdigest()
    context = make_context(TlsClientSettings(ca_trusted_fingerprints=(fingerprint,)))
    with (
        FakeElasticsearch(tls=server_tls(files("s", ELSEWHERE, CA))) as server,
        pytest.raises(UnreachableError, match=r"not for '127.0.0.1'"),
    ):
        await status_of(server, context)


async def test_we_show_our_certificate(files):
    ca = files("ca", CA)
    settings = TlsClientSettings(
        certificate_authorities=(ca,), certificate=files("c", CLIENT), key=files("c", CLIENT)
    )
    with FakeElasticsearch(tls=server_tls(files("s", SERVER), wants_client=ca)) as server:
        assert await status_of(server, make_context(settings)) == 200
        with pytest.raises(UnreachableError):
            await status_of(server, make_context(TlsClientSettings(certificate_authorities=(ca,))))


async def test_javas_stores_of_pkcs12_work_as_well(files, tmp_path):
    secret = BestAvailableEncryption(b"secret")
    keys, trusts = tmp_path / "keys.p12", tmp_path / "trusts.p12"
    keys.write_bytes(
        pkcs12.serialize_key_and_certificates(b"c", CLIENT.key, CLIENT.certificate, None, secret)
    )
    trusts.write_bytes(
        pkcs12.serialize_java_truststore([pkcs12.PKCS12Certificate(CA.certificate, b"ca")], secret)
    )
    context = make_context(
        TlsClientSettings(), keystore=Store(keys, "secret"), truststore=Store(trusts, "secret")
    )
    with FakeElasticsearch(tls=server_tls(files("s", SERVER), wants_client=files("ca", CA))) as server:
        assert await status_of(server, context) == 200
    with (
        FakeElasticsearch(tls=server_tls(files("e", ELSEWHERE))) as server,
        pytest.raises(UnreachableError),
    ):
        await status_of(server, context)


@pytest.mark.parametrize("mode", ["full", "certificate"])
async def test_a_truststore_trusts_nobody_else(files, tmp_path, mode):
    trusts, secret = tmp_path / "trusts.p12", BestAvailableEncryption(b"secret")
    certificate = pkcs12.PKCS12Certificate(OTHER_CA.certificate, b"ca")
    trusts.write_bytes(pkcs12.serialize_java_truststore([certificate], secret))
    context = make_context(TlsClientSettings(verification_mode=mode), truststore=Store(trusts, "secret"))
    with (
        FakeElasticsearch(tls=server_tls(files("s", SERVER))) as server,
        pytest.raises(UnreachableError, match="the peer's certificate"),
    ):
        await status_of(server, context, mode)


@pytest.mark.parametrize(
    ("content", "password", "reason"),
    [
        (b"\xfe\xed\xfe\xed...", "x", "convert it: keytool"),
        (b"nonsense", "x", "is its password right"),
        (None, "wrong", "is its password right"),
    ],
    ids=["jks", "nonsense", "another password"],
)
def test_a_store_that_cannot_be_read_is_refused_with_what_to_do(tmp_path, content, password, reason):
    path = tmp_path / "store"
    real = pkcs12.serialize_key_and_certificates(
        b"c", CLIENT.key, CLIENT.certificate, None, BestAvailableEncryption(b"s")
    )
    path.write_bytes(real if content is None else content)
    with pytest.raises(TlsError, match=reason):
        make_context(TlsClientSettings(), keystore=Store(path, password))


def node(address, *roles):
    return {"roles": list(roles), "http": {"publish_address": address}}


def test_sniffing_leaves_out_nodes_that_only_are_masters():
    nodes = {
        "a": node("10.0.0.1:9200", "data", "master"),
        "b": node("10.0.0.2:9200", "master"),
        "c": node("es3.example.org/10.0.0.3:9201", "ingest"),
        "d": node("[::1]:9200", "data"),
        "e": {"roles": ["data"]},
    }
    assert read_nodes({"nodes": nodes}) == [("10.0.0.1", 9200), ("es3.example.org", 9201), ("::1", 9200)]


async def test_hosts_that_the_cluster_names_are_used_and_left_again():
    with FakeElasticsearch() as first, FakeElasticsearch() as second:
        connection = connection_to(first.url)
        use_hosts(connection, [("127.0.0.1", first.port), ("127.0.0.1", second.port)])
        for _ in range(6):
            await connection.request("GET", "/")
        assert second.requests
        use_hosts(connection, [("127.0.0.1", first.port)])
        second.requests.clear()
        for _ in range(6):
            await connection.request("GET", "/")
        assert second.requests == []


async def test_sniffing_goes_on_after_a_failure(autojump_clock):
    log = Log()
    with FakeElasticsearch() as first, FakeElasticsearch() as second:
        connection = connection_to(first.url, log=log)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(run_sniffing, connection, "/_nodes/http", 5.0, log)
            while not log.lines:  # noqa: ASYNC110  it is made true by a thread
                await trio.sleep(1)
            first.nodes = {"nodes": {"b": node(f"127.0.0.1:{second.port}", "data")}}
            while len(connection.transport.node_pool) < 2:  # noqa: ASYNC110  it is made true by a thread
                await trio.sleep(1)
            nursery.cancel_scope.cancel()
    assert log.lines[0][0] == "hosts of the cluster not read"
