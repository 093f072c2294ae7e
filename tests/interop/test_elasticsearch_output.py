"""The elasticsearch output against real servers: Elasticsearch 7 and 8, OpenSearch."""

import base64
import hashlib
import http.client
import json
import secrets
import socket
import ssl
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from logsmith.beats.shaping import Shaping
from logsmith.event import Event, Timestamp
from logsmith.lumberjack import Window
from logsmith.metrics import PluginMetrics
from logsmith.plugins import Context, UndeliveredError
from logsmith.plugins.build import make_plugin
from tests.fakes.elasticsearch import EXCHANGES, same_exchange

SERVERS = ("elasticsearch7", "elasticsearch8", "opensearch")
STREAMING = ("elasticsearch8", "opensearch")  # these have data streams
LEGACY = ("elasticsearch7",)


@pytest.fixture
def server(request):
    return request.getfixturevalue(request.param)


def of(*names):
    return pytest.mark.parametrize("server", names, indirect=True)


class Log:
    def __init__(self):
        self.lines = []

    def _note(self, message, **facts):
        self.lines.append(message)

    debug = info = warning = error = _note


@pytest.fixture
def name():
    """An index name that no other test has."""
    return f"app-{secrets.token_hex(6)}"


@pytest.fixture
def day():
    """A day that no other test's events have."""
    return f"{1970 + secrets.randbelow(40)}-{1 + secrets.randbelow(12):02}-{1 + secrets.randbelow(28):02}"


def access_to(server):
    access = {"hosts": [server.url]}
    if server.user:
        access |= {
            "user": server.user,
            "password": server.password,
            "ssl_certificate_authorities": [str(server.ca)],
        }
    return access


def make(server, *, ecs="disabled", log=None, **values):
    context = Context(ecs=ecs, log=log or Log(), metrics=PluginMetrics("output", "elasticsearch", "x"))
    output, _ = make_plugin("output", "elasticsearch", {**access_to(server), **values}, context)
    return output


async def send(server, *events, **values):
    output = make(server, **values)
    async with output.open():
        try:
            await output.send(list(events))
        except UndeliveredError as failure:
            return failure
    return None


def event_of(day="2024-05-06", **fields):
    return Event.from_map({"@timestamp": f"{day}T07:08:09.123Z", **fields})


def put_bulk(server, body):
    """Send a bulk request in the client's place; returns status and body."""
    where = urlsplit(server.url)
    if where.scheme == "https":
        context = ssl.create_default_context(cafile=server.ca)
        connection = http.client.HTTPSConnection(where.hostname, where.port, context=context)
    else:
        connection = http.client.HTTPConnection(where.hostname, where.port)
    headers = {"content-type": "application/x-ndjson"}
    if server.user:
        pair = f"{server.user}:{server.password}".encode()
        headers["authorization"] = "Basic " + base64.b64encode(pair).decode()
    connection.request(
        "POST", "/_bulk?filter_path=errors,error,status,items.*.error,items.*.status", body, headers
    )
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


@of(*SERVERS)
@pytest.mark.parametrize(
    ("body", "expected"), [case[1:] for case in EXCHANGES], ids=[case[0] for case in EXCHANGES]
)
def test_real_servers_answer_as_the_fake_does(server, body, expected, name):
    renamed = body.replace(b"t-ex", name.encode()).replace(b"T-EX", name.upper().encode())
    assert same_exchange(expected, *put_bulk(server, renamed))


@of(*SERVERS)
@pytest.mark.parametrize(("ecs", "index"), [("disabled", "logstash"), ("v8", "ecs-logstash")])
async def test_the_default_index_is_daily_and_has_a_template(server, ecs, index, day):
    log = Log()
    events = [
        event_of(day, message="hello world", host={"name": "h1"}, geo={"location": "1,2"}) for _ in range(3)
    ]
    assert await send(server, *events, ecs=ecs, data_stream="false", log=log) is None
    daily = f"{index}-{day.replace('-', '.')}"
    assert server.count(daily) == 3
    assert "the server has no lifecycle management, so indices are named by day" in log.lines
    _, mapping = server.request("GET", f"/{daily}/_mapping")
    fields = mapping[daily]["mappings"]["properties"]
    assert fields["message"] == {"type": "text", "norms": False}
    host = fields["host"]["properties"]["name"]
    assert (
        host == {"type": "keyword", "ignore_above": 1024}
        if ecs == "v8"
        else host["fields"]["keyword"]["type"] == "keyword"
    )
    assert ecs == "disabled" or fields["geo"]["properties"]["location"]["type"] == "geo_point"


@of(*STREAMING)
async def test_events_go_to_a_data_stream(server):
    dataset = f"web{secrets.token_hex(4)}"
    events = [event_of(n=0), event_of(n=1, data_stream={"namespace": "prod"})]
    assert await send(server, *events, ecs="v8", data_stream="true", data_stream_dataset=dataset) is None
    hits = server.search(f"logs-{dataset}-*")
    assert len(hits) == 2
    assert all(hit["_index"].startswith(f".ds-logs-{dataset}-") for hit in hits)
    (document,) = server.documents(f"logs-{dataset}-prod")
    assert document["data_stream"] == {"type": "logs", "dataset": dataset, "namespace": "prod"}


@of(*LEGACY)
async def test_without_data_streams_the_default_with_ecs_is_a_daily_index(server, day):
    assert await send(server, event_of(day), ecs="v8") is None
    assert server.count(f"ecs-logstash-{day.replace('-', '.')}") == 1


@of(*SERVERS)
async def test_create_index_update_and_delete(server, name):
    steps = [
        ("create", "a"),
        ("index", "b"),
        ("update", "a"),
        ("update", "c"),
        ("delete", "b"),
        ("create", "a"),
    ]
    events = [event_of(do=do, id=key, n=n) for n, (do, key) in enumerate(steps)]
    values = {
        "index": name,
        "action": "%{do}",
        "document_id": "%{id}",
        "routing": "%{id}",
        "doc_as_upsert": "true",
    }
    assert await send(server, *events, **values) is None
    assert {hit["_id"]: hit["_source"]["n"] for hit in server.search(name)} == {"a": 2, "c": 3}


@of(*SERVERS)
async def test_external_versions_keep_the_newest(server, name):
    events = [event_of(n=n) for n in (5, 9, 7)]
    values = {"index": name, "document_id": "1", "version": "%{n}", "version_type": "external"}
    assert await send(server, *events, **values) is None
    assert [document["n"] for document in server.documents(name)] == [9]


@of(*LEGACY)
async def test_a_script_updates_and_inserts(server, name):
    values = {
        "index": name,
        "action": "update",
        "document_id": "%{id}",
        "scripted_upsert": "true",
        "script_var_name": "e",
        "script": "if (ctx._source.n == null) { ctx._source.n = 0 } ctx._source.n += params.e.get('by')",
    }
    assert await send(server, *[event_of(id="x", by=by) for by in (1, 2, 4)], **values) is None
    assert [document["n"] for document in server.documents(name)] == [7]


@of(*LEGACY)
async def test_a_stored_script_is_run(server, name):
    script = {"script": {"lang": "painless", "source": "ctx._source.seen = params.event.get('by')"}}
    assert server.request("PUT", f"/_scripts/{name}", script)[0] == 200
    values = {
        "index": name,
        "action": "update",
        "document_id": "1",
        "script": name,
        "script_type": "indexed",
        "upsert": '{"new": true}',
    }
    for _ in range(2):
        assert await send(server, event_of(by=3), **values) is None
    assert server.documents(name) == [{"new": True, "seen": 3}]


@of(*LEGACY)
async def test_an_ingest_pipeline_is_applied(server, name):
    pipeline = {"processors": [{"set": {"field": "piped", "value": "yes"}}]}
    assert server.request("PUT", f"/_ingest/pipeline/{name}", pipeline)[0] == 200
    assert await send(server, event_of(), index=name, pipeline=name) is None
    assert [document["piped"] for document in server.documents(name)] == ["yes"]


@of(*LEGACY)
async def test_a_document_type_is_still_told(server, name):
    assert await send(server, event_of(), index=name, document_type="_doc") is None
    assert server.count(name) == 1


@of(*SERVERS)
async def test_a_mapping_conflict_is_refused_with_the_reason_and_spares_the_others(server, name):
    events = [event_of(n=1), event_of(n="no number"), event_of(n=2)]
    failure = await send(server, *events, index=name)
    ((event, reason),) = failure.refused
    assert event is events[1]
    assert reason.startswith("400 ")
    assert "_parsing_exception" in reason
    assert f'"_index":"{name}"' in reason
    assert failure.retry == []
    assert server.count(name) == 2


@of(*SERVERS)
async def test_a_bad_index_name_is_refused_with_the_reason_and_spares_the_others(server, name):
    events = [
        event_of(app=app) for app in (name, name.upper(), f"{name}/x", "", "x" * 300, "<bad-{now/", "%{y}")
    ]
    failure = await send(server, *events, index="%{app}")
    assert [event for event, _ in failure.refused] == [events[1], *events[2:]] or len(failure.refused) == len(
        events
    ) - 1
    assert any("invalid_index_name_exception" in reason for _, reason in failure.refused)
    assert failure.retry == []
    assert server.count(name) == 1


@of(*SERVERS)
async def test_an_action_that_would_fail_the_whole_request_spares_the_others(server, name):
    events = [event_of(id=key) for key in ("a", "i" * 513, "b")]
    failure = await send(server, *events, index=name, document_id="%{id}")
    assert [event for event, _ in failure.refused] == [events[1]]
    assert server.count(name) == 2


@of(*SERVERS)
async def test_an_upsert_that_is_no_json_spares_the_others(server, name):
    events = [event_of(id="a", up="{}"), event_of(id="b", up='{"a":{}}'), event_of(id="c", up='{"x":')]
    values = {"index": name, "action": "update", "document_id": "%{id}", "upsert": "%{up}"}
    failure = await send(server, *events, **values)
    assert [event for event, _ in failure.refused] == [events[2]]
    assert server.count(name) == 2


@of(*SERVERS)
@pytest.mark.parametrize("level", [0, 1, 9])
async def test_bodies_of_every_compression_arrive(server, name, level):
    assert (
        await send(
            server, *[event_of(n=n, text="ä" * 500) for n in range(200)], index=name, compression_level=level
        )
        is None
    )
    assert server.count(name) == 200


@of(*SERVERS)
async def test_a_large_send_is_split_and_arrives_whole(server, name):
    events = [event_of(n=n, text="x" * 100_000) for n in range(400)]  # 40 MB
    assert await send(server, *events, index=name) is None
    assert server.count(name) == 400


@of(*SERVERS)
async def test_nothing_in_an_event_becomes_an_action(server, name):
    assert await send(server, event_of(n=1), index=name, document_id="keep") is None
    evil = '"}}\n{"delete":{"_index":"' + name + '","_id":"keep"}}\n'
    event = event_of(message=evil, id=evil, route=evil)
    assert await send(server, event, index=name, document_id="%{id}", routing="%{route}") is None
    assert {hit["_id"] for hit in server.search(name)} == {"keep", evil}


@of(*SERVERS)
async def test_two_dead_hosts_among_three_hold_nothing_up(server, name):
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    scheme = urlsplit(server.url).scheme
    hosts = [f"{scheme}://127.0.0.1:{port}", server.url, f"{scheme}://localhost:{port}"]
    output = make(server, hosts=hosts, index=name)
    async with output.open():
        for n in range(5):
            await output.send([event_of(n=n)])
    assert server.count(name) == 5


@of(*SERVERS)
async def test_sniffing_finds_the_cluster(server, name):
    output = make(server, index=name, sniffing="true", sniffing_delay=0)
    async with output.open():
        await output.send([event_of()])
    assert server.count(name) == 1


@of("elasticsearch8")
async def test_a_wrong_password_is_told_and_loses_nothing(server, name):
    failure = await send(server, event_of(), password="wrong", index=name)
    assert len(failure.retry) == 1
    assert str(failure).startswith("HTTP 401 security_exception: unable to authenticate user")
    assert "check user and password" in str(failure)
    assert await send(server, *failure.retry, index=name) is None
    assert server.count(name) == 1


@of("elasticsearch8")
async def test_an_authority_is_trusted_by_its_fingerprint(server, name):
    der = x509.load_pem_x509_certificate(server.ca.read_bytes()).public_bytes(Encoding.DER)
    values = {"index": name, "ssl_certificate_authorities": []}
    assert (
        await send(server, event_of(), ca_trusted_fingerprint=hashlib.sha256(der).hexdigest(), **values)
        is None
    )
    failure = await send(
        server, event_of(), ca_trusted_fingerprint=hashlib.sha256(b"x").hexdigest(), **values
    )
    assert "no certificate in the server's chain has a trusted fingerprint" in str(failure)
    assert server.count(name) == 1


@of("elasticsearch8")
async def test_a_certificate_that_is_not_trusted_is_told(server, name):
    failure = await send(server, event_of(), ssl_certificate_authorities=[], index=name)
    assert len(failure.retry) == 1
    assert "the peer's certificate" in str(failure)


@of("elasticsearch8")
async def test_plain_http_to_a_server_that_wants_tls_is_told(server, name):
    failure = await send(server, event_of(), hosts=server.url.replace("https", "http"), index=name)
    assert len(failure.retry) == 1
    assert str(failure).startswith("no answer from http://")


# Events that are sent again


def lines_of_a_window(count, *, is_turned=False):
    """Return a window of lines as a Beat sends them; turned, their members are in another order."""
    documents = []
    for n in range(count):
        members = {
            "@timestamp": "2026-01-02T03:04:05.678Z",
            "message": f"line {n}",
            "log": {"offset": n * 7, "file": {"path": "/a.log", "inode": "9", "device_id": "1"}},
            "agent": {"ephemeral_id": "e", "name": "web"},
        }
        documents.append(json.dumps(dict(reversed(members.items())) if is_turned else members).encode())
    return Window(2, count, events=documents)


def shaped(window):
    shaping = Shaping(codec=None, is_plain=True, keeps_original=False, codec_tag=None)
    return shaping.events_of(window)


@of(*SERVERS)
async def test_a_window_that_is_sent_twice_leaves_one_document_of_each_line(server, name):
    output = make(server, index=name)
    async with output.open():
        for is_turned in (False, True):
            await output.send(shaped(lines_of_a_window(50, is_turned=is_turned)))
    assert server.count(name) == 50
    assert output.metrics.extra["documents.duplicates"] == 50


@of(*STREAMING)
async def test_a_window_that_is_sent_twice_to_a_data_stream_leaves_one_document_of_each_line(server):
    dataset = f"web{secrets.token_hex(4)}"
    output = make(server, ecs="v8", data_stream="true", data_stream_dataset=dataset)
    async with output.open():
        for _ in range(2):
            await output.send(shaped(lines_of_a_window(50)))
    assert len({hit["_id"] for hit in server.search(f"logs-{dataset}-*")}) > 1
    assert server.count(f"logs-{dataset}-default") == 50


@of(*SERVERS)
async def test_index_is_kept_and_leaves_one_document_too(server, name):
    events = shaped(lines_of_a_window(5))
    for _ in range(2):
        assert await send(server, *events, index=name, action="index") is None
    assert server.count(name) == 5


@of(*SERVERS)
async def test_without_idempotent_each_send_is_a_document(server, name):
    events = shaped(lines_of_a_window(5))
    for _ in range(2):
        assert await send(server, *events, index=name, idempotent="false") is None
    assert server.count(name) == 10


@of("elasticsearch8")
async def test_a_time_series_makes_its_own_ids(server):
    name = f"metrics-app{secrets.token_hex(4)}-default"
    template = {
        "index_patterns": [name],
        "priority": 500,
        "data_stream": {},
        "template": {
            "settings": {"index": {"mode": "time_series", "routing_path": ["app"]}},
            "mappings": {
                "properties": {
                    "@timestamp": {"type": "date"},
                    "app": {"type": "keyword", "time_series_dimension": True},
                }
            },
        },
    }
    assert server.request("PUT", f"/_index_template/{name}", template)[0] == 200
    now = str(Timestamp.now())
    events = [Event.from_map({"@timestamp": now, "app": f"a{n}"}) for n in range(3)]
    _, dataset, _ = name.split("-")
    output = make(server, ecs="v8", data_stream="true", data_stream_type="metrics", data_stream_dataset=dataset, data_stream_sync_fields="false")  # fmt: skip
    async with output.open():
        with pytest.raises(UndeliveredError) as failure:
            await output.send(events)
        assert (failure.value.retry, failure.value.refused) == (events, [])
        await output.send(failure.value.retry)
    assert server.count(name) == 3
