"""The elasticsearch output, from its settings to what a cluster gets."""

import base64

import pytest
import trio

from logsmith.event import Event
from logsmith.metrics import PluginMetrics
from logsmith.net.authority import Request, issue, make_ca
from logsmith.plugins import Context, UndeliveredError
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.plugins.registry import find
from logsmith.plugins.setting import old_spellings, settings_of
from tests.fakes.elasticsearch import CUT, NO_ANSWER, FakeElasticsearch, Partial, Raw, error

STAMP = "2024-05-06T07:08:09.123Z"


class Log:
    def __init__(self):
        self.lines = []

    def _note(self, message, **facts):
        self.lines.append((message, facts))

    debug = info = warning = error = _note

    def count(self, part):
        return sum(part in message for message, _ in self.lines)


def event_of(metadata=None, **fields):
    return Event.from_map({"@timestamp": STAMP, "@metadata": metadata or {}, **fields})


def make(server=None, *, ecs="disabled", log=None, **values):
    if server is not None:
        values.setdefault("hosts", [server.url])
    context = Context(ecs=ecs, log=log or Log(), metrics=PluginMetrics("output", "elasticsearch", "x"))
    output, _ = make_plugin("output", "elasticsearch", values, context)
    return output


async def send(server, *events, **values):
    """Send the events once, and return what was not delivered, or None."""
    output = make(server, **values)
    async with output.open():
        try:
            await output.send(list(events))
        except UndeliveredError as failure:
            return failure
    return None


def names(server):
    return {name: len(documents) for name, documents in server.documents.items() if documents}


# What is written where


WHERE = [
    ("the default without ECS", "disabled", {}, {"logstash-2024.05.06": 2}),
    ("the default with ECS, where there are data streams", "v8", {}, {"logs-generic-default": 2}),
    (
        "the default with ECS, no data streams wanted",
        "v8",
        {"data_stream": "false"},
        {"ecs-logstash-2024.05.06": 2},
    ),
    ("an index of the user's", "v8", {"index": "app-%{app}"}, {"app-shop": 2}),
    (
        "a data stream of the user's",
        "v1",
        {"data_stream": "true", "data_stream_dataset": "web"},
        {"logs-web-default": 2},
    ),
]


@pytest.mark.parametrize(
    ("ecs", "values", "expected"), [case[1:] for case in WHERE], ids=[case[0] for case in WHERE]
)
async def test_events_are_written_where_the_settings_say(ecs, values, expected):
    with FakeElasticsearch() as server:
        assert await send(server, event_of(app="shop"), event_of(app="shop"), ecs=ecs, **values) is None
        assert names(server) == expected


async def test_with_ecs_and_without_data_streams_events_go_to_a_daily_index():
    with FakeElasticsearch(version="7.10.2", flavor="oss") as server:
        log = Log()
        assert await send(server, event_of(), ecs="v8", log=log) is None
        assert names(server) == {"ecs-logstash-2024.05.06": 1}
        assert log.count("the server has no data streams") == 1


async def test_the_default_index_is_written_through_an_alias_where_lifecycles_are_managed():
    with FakeElasticsearch(has_ilm=True) as server:
        assert await send(server, event_of({"_ingest_document": {"index": "ignored"}})) is None
        assert names(server) == {"logstash": 1}
        assert server.bulks[0].lines[0]["create"]["_index"] == "logstash"


async def test_a_rollover_alias_of_the_users_takes_the_place_of_the_index():
    with FakeElasticsearch(has_ilm=True) as server:
        assert await send(server, event_of(), index="ignored", ilm_rollover_alias="shop") is None
        assert names(server) == {"shop": 1}
        assert ("_index_template", "shop") in server.templates


async def test_metadata_may_name_the_index_in_the_place_of_the_default():
    with FakeElasticsearch() as server:
        assert (
            await send(server, event_of({"_ingest_document": {"index": "other", "id": "1"}}), event_of())
            is None
        )
        assert names(server) == {"other": 1, "logstash-2024.05.06": 1}


@pytest.mark.parametrize(
    ("version", "action"), [("7.10.2", {"_index": "i", "_type": "t"}), ("8.19.21", {"_index": "i"})]
)
async def test_a_document_type_is_told_to_elasticsearch_7_only(version, action):
    with FakeElasticsearch(version=version) as server:
        assert await send(server, event_of(), index="i", document_type="t", idempotent="false") is None
        assert server.bulks[0].lines[0] == {"index": action}


async def test_create_index_update_and_delete():
    with FakeElasticsearch() as server:
        values = {"index": "i", "action": "%{do}", "document_id": "%{id}", "doc_as_upsert": "true"}
        steps = [
            event_of(do=do, id=key, n=n)
            for n, (do, key) in enumerate(
                [("create", "a"), ("index", "b"), ("update", "a"), ("update", "c"), ("delete", "b")]
            )
        ]
        assert await send(server, *steps, **values) is None
        assert {key: document["n"] for key, document in server.documents["i"].items()} == {"a": 2, "c": 3}


async def test_metadata_is_not_sent():
    with FakeElasticsearch() as server:
        await send(server, event_of({"secret": 1}, a=1), index="i")
        assert b"secret" not in server.bulks[0].body


# What comes back


async def test_only_what_a_server_refuses_is_reported():
    script = [
        Partial(
            {
                1: (429, "es_rejected_execution_exception"),
                2: (400, "mapper_parsing_exception"),
                3: (409, "version_conflict_engine_exception"),
            }
        )
    ]
    with FakeElasticsearch(script=script) as server:
        events = [event_of(n=n) for n in range(5)]
        failure = await send(server, *events, index="i")
    assert failure.retry == [events[1]]
    assert [(event, reason[:28]) for event, reason in failure.refused] == [
        (events[2], "400 mapper_parsing_exception")
    ]
    assert "429 es_rejected_execution_exception" in str(failure)
    assert failure.after_s == 2


FAILURES = [
    ("unauthorised", error(401, "security_exception", "no"), "HTTP 401 security_exception: no (check user and password"),
    ("forbidden", error(403, "security_exception", "no"), "HTTP 403 security_exception: no (check the privileges"),
    ("not found", error(404, "x", "y"), "HTTP 404 x: y (check path"),
    ("too many requests", error(429, "x", "y"), "HTTP 429 x: y"),
    ("unavailable", (503, b"<html>gateway</html>", {}), "HTTP 503 <html>gateway</html>"),
    ("no JSON", (200, b"<html>login</html>", {"content-type": "text/html"}), "expected the answer to a bulk request, got '<html>login</html>'"),
    ("closed", CUT, "no answer from "),
    ("silent", NO_ANSWER, "no answer from "),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "reason"), [case[1:] for case in FAILURES], ids=[case[0] for case in FAILURES]
)
async def test_a_request_that_fails_whole_may_be_sent_again_whole(answer, reason):
    step = answer if answer in (CUT, NO_ANSWER) else Raw(*answer)
    with FakeElasticsearch(script=[step]) as server:
        events = [event_of(), event_of()]
        failure = await send(server, *events, index="i", timeout="500ms")
    assert failure.retry == events
    assert failure.refused == []
    assert str(failure).startswith(reason)
    assert failure.after_s > 0


async def test_what_failed_is_delivered_when_it_is_sent_again():
    script = [503, NO_ANSWER, Partial({1: (429, "full"), 2: (429, "full")}), Partial({0: (429, "full")}), 200]
    with FakeElasticsearch(script=script) as server:
        output = make(server, index="i", timeout="500ms")
        waiting = [event_of(n=n) for n in range(4)]
        async with output.open():
            for _ in script:
                try:
                    await output.send(waiting)
                except UndeliveredError as failure:
                    waiting = failure.retry
        assert sorted(document["n"] for document in server.documents["i"].values()) == [0, 1, 2, 3]
    assert output.metrics.extra["documents.successes"] == 4


async def test_a_wrong_password_loses_nothing_and_is_told_and_mended():
    with FakeElasticsearch(users={"bob": "right"}) as server:
        output = make(server, index="i", user="bob", password="wrong")
        async with output.open():
            with pytest.raises(UndeliveredError, match=r"HTTP 401 .*check user and password") as failure:
                await output.send([event_of()])
            server.users = {"bob": "wrong"}
            await output.send(failure.value.retry)
        assert names(server) == {"i": 1}
        assert ("_index_template", "logstash") in server.templates


async def test_credentials_are_sent():
    with FakeElasticsearch(users={"bob": "se:cret"}) as server:
        assert await send(server, event_of(), index="i", user="bob", password="se:cret") is None
        assert await send(server, event_of(), index="i", cloud_auth="bob:se:cret") is None


async def test_a_cluster_that_is_down_is_told_and_nothing_is_lost():
    with FakeElasticsearch() as server:
        url = server.url
    failure = await send(None, event_of(), hosts=[url], index="i")
    assert len(failure.retry) == 1
    assert str(failure) == f"no answer from {url}: connection refused"


async def test_pauses_double_up_to_the_longest(mock_clock):
    with FakeElasticsearch(script=[503] * 8) as server:
        output = make(server, index="i", retry_initial_interval=2, retry_max_interval=20)
        pauses = []
        async with output.open():
            for _ in range(8):
                with pytest.raises(UndeliveredError) as failure:
                    await output.send([event_of()])
                pauses.append(failure.value.after_s)
                mock_clock.jump(failure.value.after_s)
    assert pauses == [2, 2, 4, 8, 16, 20, 20, 20]


async def test_after_a_delivery_pauses_begin_anew(mock_clock):
    with FakeElasticsearch(script=[503, 503, 200, 503]) as server:
        output = make(server, index="i")
        pauses = []
        async with output.open():
            for _ in range(4):
                try:
                    await output.send([event_of()])
                except UndeliveredError as failure:
                    pauses.append(failure.after_s)
                mock_clock.jump(10)
    assert pauses == [2, 10, 2]


async def test_a_pause_that_the_server_asks_for_is_kept():
    with FakeElasticsearch(script=[Raw(429, b"", {"retry-after": "17"})]) as server:
        assert (await send(server, event_of(), index="i")).after_s == 17


async def test_an_event_that_no_server_would_take_spares_the_others():
    with FakeElasticsearch() as server:
        events = [event_of(app="a"), event_of(), event_of(app="x\ny"), event_of(app="b")]
        failure = await send(server, *events, index="i-%{app}")
        assert [event for event, _ in failure.refused] == events[1:3]
        assert failure.retry == []
        assert names(server) == {"i-a": 1, "i-b": 1}


async def test_a_name_that_is_not_filled_is_sent_on_demand():
    with FakeElasticsearch() as server:
        values = {"index": "i-%{app}", "dlq_on_failed_indexname_interpolation": "false"}
        assert await send(server, event_of(), **values) is None
        assert names(server) == {"i-%{app}": 1}


async def test_a_request_that_is_too_large_is_split_until_a_single_document_is_refused():
    with FakeElasticsearch(max_bytes=2000) as server:
        events = [event_of(n=n, text="x" * (5000 if n == 3 else 300)) for n in range(20)]
        failure = await send(server, *events, index="i")
        assert [event for event, _ in failure.refused] == [events[3]]
        assert failure.retry == []
        assert len(server.documents["i"]) == 19


async def test_types_of_errors_can_be_dropped_and_silenced():
    log = Log()
    with FakeElasticsearch(script=[Partial({0: (400, "a_exception"), 1: (400, "b_exception")})]) as server:
        values = {
            "index": "i",
            "drop_error_types": ["a_exception", "b_exception"],
            "silence_errors_in_log": ["b_exception"],
        }
        assert await send(server, event_of(), event_of(), log=log, **values) is None
    told = [facts["reason"] for message, facts in log.lines if message == "documents dropped"]
    assert told == ["400 a_exception: as the script says"]


async def test_further_codes_can_be_made_dead_letters():
    with FakeElasticsearch(script=[Partial({0: (403, "security_exception")})]) as server:
        failure = await send(server, event_of(), index="i", dlq_custom_codes=[403])
    assert len(failure.refused) == 1


async def test_everything_is_counted():
    script = [Partial({0: (429, "full"), 1: (400, "bad")}), 503, 200]
    with FakeElasticsearch(script=script) as server:
        output = make(server, index="i")
        async with output.open():
            for _ in script:
                try:
                    await output.send([event_of(), event_of(), event_of()])
                except UndeliveredError:
                    pass
    assert {name: count for name, count in output.metrics.extra.items() if count} == {
        "bulk_requests.responses.200": 2,
        "bulk_requests.responses.503": 1,
        "bulk_requests.with_errors": 1,
        "bulk_requests.failures": 1,
        "bulk_requests.successes": 1,
        "documents.successes": 4,
        "documents.retryable_failures": 4,
        "documents.non_retryable_failures": 1,
    }


# The request


async def test_paths_and_parameters_are_the_users():
    with FakeElasticsearch(path="/es") as server:
        await send(
            server,
            event_of(),
            index="i",
            path="/es",
            parameters={"refresh": "p"},
            custom_headers={"x-a": "b"},
        )
        assert {request.path for request in server.requests} >= {"/es/", "/es/_bulk"}
        assert all(
            request.query["refresh"] == "p" and request.headers["x-a"] == "b" for request in server.requests
        )
        assert server.bulks[0].query["filter_path"] == "errors,items.*.error,items.*.status"


async def test_a_bulk_path_of_the_users_keeps_its_query():
    with FakeElasticsearch() as server:
        assert (
            await send(server, event_of(), index="i", bulk_path="/proxy/_bulk?filter_path=errors&x=1") is None
        )
        assert server.bulks[0].path == "/proxy/_bulk"
        assert server.bulks[0].query == {"filter_path": "errors", "x": "1"}


async def test_several_sends_run_at_once():
    with FakeElasticsearch() as server:
        output = make(server, index="i")
        async with output.open(), trio.open_nursery() as nursery:
            for n in range(output.concurrency):
                nursery.start_soon(output.send, [event_of(n=n) for _ in range(700)])
        assert len(server.documents["i"]) == 700 * output.concurrency


async def test_opening_twice_works():
    with FakeElasticsearch() as server:
        output = make(server, index="i")
        for _ in range(2):
            async with output.open():
                await output.send([event_of()])
        assert names(server) == {"i": 2}


async def test_a_cancelled_send_ends_at_once():
    with FakeElasticsearch(script=[NO_ANSWER]) as server:
        output = make(server, index="i")
        async with output.open():
            with trio.move_on_after(0.2) as scope:
                await output.send([event_of()])
        assert scope.cancelled_caught


# The settings


def problems_of(**values):
    ecs = values.pop("ecs", "disabled")
    try:
        _, problems = make_plugin("output", "elasticsearch", values, Context(ecs=ecs, log=Log()))
    except BuildError as refused:
        problems = refused.problems
    return [(problem.severity, problem.setting, problem.message) for problem in problems]


@pytest.fixture
def files(tmp_path):
    authority = make_ca("ca")
    ours = issue(authority, Request(name="logsmith", role="client"))
    other = issue(authority, Request(name="other", role="client"))
    contents = {
        "ca": authority.certificate_pem,
        "cert": ours.certificate_pem,
        "key": ours.key_pem,
        "other": other.key_pem,
        "text": b"hello",
        "list": b"[1]",
        "template": b'{"index_patterns":["mine-*"]}',
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in contents}


WRONG = [
    ("an action that is none", {"action": "add"}, "action", "expected one of index, create, update, delete, got 'add'"),
    ("an empty action", {"action": ""}, "action", "expected one of index, create, update, delete, got ''"),
    ("an update without id", {"action": "update"}, "action", "the action update needs a document_id"),
    ("two upserts", {"doc_as_upsert": "true", "scripted_upsert": "true"}, "doc_as_upsert", "doc_as_upsert and scripted_upsert exclude each other"),
    ("a version without type", {"version": "1"}, "version", "a version of Elasticsearch's own counting cannot be set since 7"),
    ("a type without version", {"version_type": "external"}, "version_type", "version_type external needs a version"),
    ("force", {"version": "1", "version_type": "force"}, "version_type", "version_type force is gone since Elasticsearch 6"),
    ("a version for create", {"action": "create", "version": "1", "version_type": "external"}, "version", "the action create takes no version"),
    ("a parent alone", {"parent": "%{p}"}, "parent", "a parent needs a join_field since Elasticsearch 7"),
    ("a script in a file", {"script_type": "file"}, "script_type", "scripts in files are gone since Elasticsearch 6"),
    ("an index that is none", {"index": "a/b-%{+yyyy}"}, "index", "the index name 'a/b-x' contains '/'"),
    ("an alias from events", {"ilm_rollover_alias": "%{a}"}, "ilm_rollover_alias", "a rollover alias is no sprintf"),
    ("a code that is settled", {"dlq_custom_codes": [400]}, "dlq_custom_codes", "the fate of 400 cannot be changed"),
    ("an index with data streams", {"ecs": "v8", "data_stream": "true", "index": "i"}, "index", "the setting 'index' cannot be used with data streams"),
    ("data streams without ECS", {"data_stream": "true"}, "data_stream", "data streams need ECS names of fields, and they are switched off"),
    ("a dataset that is none", {"ecs": "v8", "data_stream_dataset": "a b"}, "data_stream_dataset", "'a b' contains ' '"),
    ("an empty namespace", {"ecs": "v8", "data_stream_namespace": ""}, "data_stream_namespace", "'' is empty"),
    ("two kinds of credentials", {"user": "a", "password": "b", "cloud_auth": "a:b"}, "cloud_auth", "expected one kind of credentials, got user and cloud_auth"),
    ("a key without TLS", {"api_key": "a:b"}, "api_key", "an API key is only sent over TLS"),
    ("hosts and a cloud id", {"hosts": "a", "cloud_id": "x:" + base64.b64encode(b"a$b").decode()}, "cloud_id", "cloud_id and hosts exclude each other"),
    ("http with TLS switched on", {"hosts": "http://a", "ssl_enabled": "true"}, "hosts", "host http://a:9200 contradicts ssl_enabled => true"),
    ("two paths", {"hosts": ["http://a/x", "http://b/y"]}, "hosts", "expected one path for all hosts, got /x and /y"),
    ("a level beyond", {"compression_level": 10}, "compression_level", "expected 0 to 9, got 10"),
    ("a fingerprint that is none", {"hosts": "https://a", "ca_trusted_fingerprint": "abc"}, "ca_trusted_fingerprint", "trusted fingerprint 'abc': expected the SHA-256 of a certificate, 64 hexadecimal digits"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "where", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_settings_that_cannot_work_are_refused_before_a_start(values, where, message):
    assert ("error", where, message) in problems_of(**values)


@pytest.mark.parametrize("name", ["cluster", "protocol", "flush_size", "idle_flush_time", "index_type"])
def test_settings_of_old_are_called_obsolete(name):
    message = f"the setting '{name}' of elasticsearch is obsolete and no longer available"
    assert problems_of(**{name: "1"}) == [("error", name, message)]


FILES = [
    (
        "a certificate without key",
        {"ssl_certificate": "cert"},
        "a client certificate and its key must be set together",
    ),
    (
        "a key of another certificate",
        {"ssl_certificate": "cert", "ssl_key": "other"},
        "does not belong to certificate",
    ),
    ("authorities that are none", {"ssl_certificate_authorities": ["text"]}, "holds no PEM certificate"),
    ("a keystore that is none", {"ssl_keystore_path": "text"}, "is its password right?"),
    (
        "two kinds of trust",
        {"ssl_certificate_authorities": ["ca"], "ssl_truststore_path": "ca"},
        "exclude each other",
    ),
    ("a template that is no object", {"template": "list"}, "is no JSON object"),
]


@pytest.mark.parametrize(("named", "message"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_files_that_cannot_work_are_refused_before_a_start(files, named, message):
    values = {
        name: [files[one] for one in value] if isinstance(value, list) else files[value]
        for name, value in named.items()
    }
    found = problems_of(hosts="https://es1", **values)
    assert any(severity == "error" and message in text for severity, _, text in found)


WARNINGS = [
    ("upper case", {"index": "App"}, "index"),
    ("TLS for http", {"hosts": "http://a", "ssl_verification_mode": "none"}, "ssl_verification_mode"),
    ("no verification", {"hosts": "https://a", "ssl_verification_mode": "none"}, "ssl_verification_mode"),
    ("an empty proxy", {"proxy": ""}, "proxy"),
    ("a document type", {"document_type": "t"}, "document_type"),
    ("an index that an alias replaces", {"index": "i", "ilm_rollover_alias": "a"}, "index"),
]


@pytest.mark.parametrize(
    ("values", "where"), [case[1:] for case in WARNINGS], ids=[case[0] for case in WARNINGS]
)
def test_settings_that_surprise_are_warned_of(values, where):
    assert [one[:2] for one in problems_of(**values)] == [("warning", where)]


def test_settings_of_a_usual_pipeline_are_taken_without_a_word(files):
    values = {
        "hosts": ["https://es1:9200", "https://es2:9200"],
        "user": "u",
        "password": "p",
        "ssl_certificate_authorities": [files["ca"]],
        "ssl_certificate": files["cert"],
        "ssl_key": files["key"],
    }
    assert problems_of(index="logs-%{+yyyy.MM.dd}", **values) == []


OLD = {
    "ssl": ("true", "ssl_enabled", True),
    "ssl_certificate_verification": ("false", "ssl_verification_mode", "none"),
    "http_compression": ("false", "compression_level", 0),
    "truststore_password": ("x", "ssl_truststore_password", None),
    "keystore_password": ("x", "ssl_keystore_password", None),
    "failure_type_logging_whitelist": (["a"], "silence_errors_in_log", ["a"]),
    "cacert": (None, "ssl_certificate_authorities", None),
    "truststore": (None, "ssl_truststore_path", None),
    "keystore": (None, "ssl_keystore_path", None),
}


def test_every_old_spelling_is_known():
    assert {name: one.name for name, one in old_spellings(find("output", "elasticsearch"))} == {
        name: new for name, (_, new, _) in OLD.items()
    }


@pytest.mark.parametrize("name", [name for name, (value, _, expected) in OLD.items() if expected is not None])
def test_an_old_spelling_works_with_a_warning(name):
    value, new, expected = OLD[name]
    output, problems = make_plugin(
        "output", "elasticsearch", {"hosts": "es1", name: value}, Context(log=Log())
    )
    assert getattr(output, new) == expected
    assert f"the setting {name!r} of elasticsearch is now called {new!r}" in [
        problem.message for problem in problems
    ]


def test_no_secret_is_shown():
    output = make(hosts="https://bob:hidden@es1", custom_headers={"x": "hidden"}, proxy="http://a:hidden@p")
    assert "hidden" not in repr(
        (output._access.connection_settings(), output._access._settings.proxy is None)
    )


LOGSTASH_SETTINGS = [
    "action",
    "api_key",
    "bulk_path",
    "ca_trusted_fingerprint",
    "cloud_auth",
    "cloud_id",
    "compression_level",
    "custom_headers",
    "data_stream",
    "data_stream_auto_routing",
    "data_stream_dataset",
    "data_stream_namespace",
    "data_stream_sync_fields",
    "data_stream_type",
    "dlq_custom_codes",
    "dlq_on_failed_indexname_interpolation",
    "doc_as_upsert",
    "document_id",
    "document_type",
    "drop_error_types",
    "ecs_compatibility",
    "healthcheck_path",
    "hosts",
    "ilm_enabled",
    "ilm_pattern",
    "ilm_policy",
    "ilm_rollover_alias",
    "index",
    "join_field",
    "manage_template",
    "parameters",
    "parent",
    "password",
    "path",
    "pipeline",
    "pool_max",
    "pool_max_per_route",
    "proxy",
    "resurrect_delay",
    "retry_initial_interval",
    "retry_max_interval",
    "retry_on_conflict",
    "routing",
    "script",
    "script_lang",
    "script_type",
    "script_var_name",
    "scripted_upsert",
    "silence_errors_in_log",
    "sniffing",
    "sniffing_delay",
    "sniffing_path",
    "ssl_certificate",
    "ssl_certificate_authorities",
    "ssl_cipher_suites",
    "ssl_enabled",
    "ssl_key",
    "ssl_keystore_password",
    "ssl_keystore_path",
    "ssl_keystore_type",
    "ssl_supported_protocols",
    "ssl_truststore_password",
    "ssl_truststore_path",
    "ssl_truststore_type",
    "ssl_verification_mode",
    "template",
    "template_api",
    "template_name",
    "template_overwrite",
    "timeout",
    "upsert",
    "user",
    "validate_after_inactivity",
    "version",
    "version_type",
]


@pytest.mark.parametrize("name", LOGSTASH_SETTINGS)
def test_every_setting_of_logstash_is_known(name):
    assert settings_of(find("output", "elasticsearch"))[name].sentence.endswith(".")


async def test_a_template_of_the_users_is_installed(files):
    with FakeElasticsearch() as server:
        await send(server, event_of(), index="mine-1", template=files["template"], template_name="mine")
        assert server.templates == {("_index_template", "mine"): {"index_patterns": ["mine-*"]}}


# Events that are sent again


def ids_of(server, index="i"):
    return sorted(server.documents[index])


async def test_an_event_that_is_sent_again_is_one_document_and_counts_as_delivered():
    with FakeElasticsearch() as server:
        events = [event_of(n=n) for n in range(3)]
        output = make(server, index="i", log=(log := Log()))
        async with output.open():
            await output.send(events[:2])
            await output.send(events)
        assert names(server) == {"i": 3}
        assert output.metrics.extra["documents.duplicates"] == 2
        assert output.metrics.extra["documents.successes"] == 5
        assert log.count("dropped") == 0


async def test_without_idempotent_the_server_chooses_ids():
    with FakeElasticsearch() as server:
        event = event_of()
        for _ in range(2):
            assert await send(server, event, index="i", idempotent="false") is None
        assert ids_of(server) == ["made-1", "made-2"]


async def test_a_conflict_of_the_users_own_create_is_dropped_with_a_word():
    with FakeElasticsearch() as server:
        output = make(server, index="i", action="create", document_id="mine", log=(log := Log()))
        async with output.open():
            await output.send([event_of(n=1), event_of(n=2)])
        assert server.documents["i"]["mine"]["n"] == 1
        assert (log.count("documents dropped"), output.metrics.extra["documents.duplicates"]) == (1, 0)


async def test_a_retry_after_an_answer_that_was_lost_makes_no_second_document():
    with FakeElasticsearch() as server:
        events = [event_of(n=n) for n in range(2)]
        assert await send(server, *events, index="i") is None
        server.script.append(CUT)
        assert (await send(server, *events, index="i")).retry == events
        assert await send(server, *events, index="i") is None
        assert names(server) == {"i": 2}


async def test_an_index_that_makes_its_own_ids_gets_the_events_without_one():
    with FakeElasticsearch() as server:
        server.time_series.add("metrics")
        events = [event_of(app="metrics", n=n) for n in range(2)] + [event_of(app="logs")]
        output = make(server, index="%{app}")
        async with output.open():
            with pytest.raises(UndeliveredError) as failure:
                await output.send(events)
            assert (failure.value.retry, failure.value.refused) == (events[:2], [])
            await output.send(failure.value.retry)
        assert names(server) == {"logs": 1, "metrics": 2}
        assert ids_of(server, "metrics") == ["made-1", "made-2"]


async def test_two_outputs_of_a_pipeline_write_an_event_twice_and_the_same_ids_after_a_restart():
    async def deliver(server, event, order):
        context = Context(ecs="disabled", log=Log())
        values = {"hosts": [server.url], "index": "i"}
        outputs = [make_plugin("output", "elasticsearch", values, context)[0] for _ in order]
        for output, name in zip(outputs, order, strict=True):
            output.cursor_name = name
            async with output.open():
                await output.send([event])

    with FakeElasticsearch() as server:
        event = event_of()
        await deliver(server, event, ["a", "b"])
        assert len(ids_of(server)) == 2
        await deliver(server, event, ["b", "a"])
        assert len(ids_of(server)) == 2
