"""The real servers start and answer, and the real clients send: what the other tests here rest on."""

import socket
import ssl
import struct
import threading
import zlib
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError as S3Error
from real_clients import ClientError
from real_logsmith import LogsmithError
from real_servers import RunningServer, free_port, start_object_store

VERSIONS = {"elasticsearch7": "7.10.2", "elasticsearch8": "8.19.21", "opensearch": "2.19.6"}


def test_search_server_says_its_version(search_server):
    assert search_server.version == VERSIONS[search_server.name]


def test_search_server_takes_a_bulk_request(search_server):
    status, answer = search_server.request(
        "POST", "/_bulk", [{"index": {"_index": "parts-bulk", "_id": "1"}}, {"message": "hello"}]
    )
    assert (status, answer["items"][0]["index"]["status"]) == (200, 201)
    assert search_server.documents("parts-bulk") == [{"message": "hello"}]
    assert search_server.count("parts-bulk") == 1


def test_search_server_applies_an_index_template(search_server):
    template = {
        "index_patterns": ["parts-template-*"],
        "template": {"mappings": {"properties": {"n": {"type": "keyword"}}}},
    }
    assert search_server.request("PUT", "/_index_template/parts", template)[0] == 200
    search_server.request("POST", "/parts-template-1/_doc", {"n": 1})
    _, answer = search_server.request("GET", "/parts-template-1/_mapping")
    assert answer["parts-template-1"]["mappings"]["properties"]["n"] == {"type": "keyword"}


def test_elasticsearch_8_wants_its_password(elasticsearch8):
    import dataclasses

    stranger = dataclasses.replace(elasticsearch8, password="wrong")
    assert stranger.request("GET", "/")[0] == 401


def test_elasticsearch_8_is_trusted_by_its_ca_only(elasticsearch8):
    port = int(elasticsearch8.url.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


@pytest.mark.parametrize("name", ["s3", "moto_s3"])
def test_object_store_returns_what_was_put(name, request):
    store = request.getfixturevalue(name)
    bucket = store.make_bucket()
    store.client().put_object(Bucket=bucket, Key="a/b.txt", Body=b"hello")
    assert store.objects(bucket) == {"a/b.txt": b"hello"}


def test_s3_checks_signatures(s3):
    import dataclasses

    stranger = dataclasses.replace(s3, secret_key="wrong")
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        stranger.client().list_buckets()


def test_a_server_ends_when_the_tests_die(s3):
    running = RunningServer("s3")
    try:
        start_object_store("s3", running)
        running._process.stdin.close()  # as the end of this process would
        running._process.wait(20)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", running.port))
    finally:
        running.stop()


class AckPeer:
    """A small server of Lumberjack: acknowledges a window with its last sequence number, and counts events."""

    def __init__(self, identity):
        self.events = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._context = identity and self._require_certificates(identity)
        self._thread = threading.Thread(target=self._run)

    @contextmanager
    def serve(self):
        self._thread.start()
        try:
            yield self
        finally:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._thread.join(10)
            self._listener.close()

    def _require_certificates(self, identity):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=identity.ca)
        context.load_cert_chain(identity.cert, identity.key)
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def _run(self):
        try:
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    self._converse(connection)
        except OSError:  # the listener was shut down
            return

    def _converse(self, connection):
        try:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rwb") as stream:
                self._window, self._open = 0, 0
                while header := stream.read(2):
                    self._read_frame(header, stream, stream)
        except OSError:  # a client that is refused, or is gone
            return

    def _read_frame(self, header, source, answers):
        kind = header[1:]
        (number,) = struct.unpack(">I", source.read(4))
        if kind == b"W":
            self._window = number
        elif kind == b"C":
            self._read_frames(zlib.decompress(source.read(number)), answers)
        elif kind == b"J":
            source.read(*struct.unpack(">I", source.read(4)))
            self._acknowledge(header, number, answers)
        elif kind == b"D":
            for _ in range(2 * struct.unpack(">I", source.read(4))[0]):
                source.read(*struct.unpack(">I", source.read(4)))
            self._acknowledge(header, number, answers)

    def _read_frames(self, inflated, answers):
        from io import BytesIO

        source = BytesIO(inflated)
        while header := source.read(2):
            self._read_frame(header, source, answers)

    def _acknowledge(self, header, sequence, answers):
        self.events += 1
        self._open += 1
        if self._open == self._window:
            self._open = 0
            answers.write(header[:1] + b"A" + struct.pack(">I", sequence))
            answers.flush()


def test_client_counts_what_was_acknowledged_over_mutual_tls(beats_client, certificates):
    with AckPeer(certificates.server).serve() as peer:
        assert beats_client.send(peer.port, 200, certificates.client()) == 200
        assert peer.events == 200


@pytest.mark.parametrize("beats_client", ["golumber", "pylogbeat", "lumberjack_client"], indirect=True)
def test_client_speaks_without_tls(beats_client):
    with AckPeer(None).serve() as peer:
        assert beats_client.send(peer.port, 200) == 200


def test_client_without_a_certificate_is_told_so(beats_client, certificates):
    with AckPeer(certificates.server).serve() as peer:
        with pytest.raises(ClientError) as failure:
            beats_client.send(peer.port, 20, certificates.stranger)
        assert (failure.value.acknowledged, peer.events) == (0, 0)


def test_client_tells_when_nobody_listens(beats_client, certificates):
    with pytest.raises(ClientError) as failure:
        beats_client.send(free_port(), 20, certificates.client())
    assert failure.value.acknowledged == 0


def test_golumber_has_several_windows_in_flight(golumber, certificates):
    with AckPeer(certificates.server).serve() as peer:
        assert golumber.send(peer.port, 1000, certificates.client(), pipeline=5, window=20) == 1000


def test_golumber_sends_the_events_it_is_given(golumber, certificates):
    events = [{"message": "ü"}, {"message": "line\nline", "nested": {"a": [1, 2.5, None]}}]
    with golumber.serve(certificates.server) as receiving:
        assert golumber.send_events(receiving.port, events, certificates.client()) == 2
        assert receiving.wait_events(2) == events


def test_golumber_numbers_events_from_the_first(golumber):
    with golumber.serve() as receiving:
        golumber.send(receiving.port, 3, first=7)
        assert [event["n"] for event in receiving.wait_events(3)] == [7, 8, 9]


def test_golumber_receives_v1(golumber, lumberjack_protocol, certificates):
    with golumber.serve(certificates.server) as receiving:
        assert lumberjack_protocol.send(receiving.port, 5, certificates.client()) == 5
        assert [event["n"] for event in receiving.wait_events(5)] == ["0", "1", "2", "3", "4"]


def test_logsmith_starts_listens_and_ends_well(logsmith_process):
    port = free_port()
    process = logsmith_process(
        f"input {{ beats {{ port => {port} }} }} output {{ stdout {{ }} }}", ports=[port]
    )
    assert process.is_running
    process.stop()
    assert not process.is_running


def test_logsmith_that_cannot_start_shows_its_log(logsmith_process, tmp_path):
    pipeline = tmp_path / "bad.conf"
    pipeline.write_text("input { nonsense { } }")
    with pytest.raises(LogsmithError, match="nonsense"):
        logsmith_process(pipeline, ports=[free_port()])
