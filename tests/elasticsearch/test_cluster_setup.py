"""What a cluster is asked and given before the first event."""

import pytest
import trio

from logsmith.elasticsearch.address import read_hosts
from logsmith.elasticsearch.cluster import Cluster, ClusterSettings
from logsmith.elasticsearch.connection import Connection, ConnectionSettings
from logsmith.elasticsearch.errors import ElasticsearchError
from logsmith.elasticsearch.setup import Lifecycle, TemplateSettings
from logsmith.log import Logger
from tests.fakes.elasticsearch import FakeElasticsearch, error

LOGSTASH = Lifecycle(alias="logstash", pattern="{now/d}-000001", policy="logstash-policy")
TEMPLATE = TemplateSettings(is_ecs=False)
LOG = Logger("test")


class Log:
    def __init__(self):
        self.lines = []

    def _note(self, message, **facts):
        self.lines.append((message, facts))

    info = warning = error = _note

    def count(self, part):
        return sum(part in message for message, _ in self.lines)


def cluster_of(server, log=LOG, **settings):
    connection = Connection(ConnectionSettings(hosts=tuple(read_hosts([server.url]))), log, concurrency=4)
    return Cluster(connection, ClusterSettings(**{"template": TEMPLATE, **settings}), log)


async def ready(server, log=LOG, **settings):
    return await cluster_of(server, log, **settings).wait_ready()


async def test_the_template_is_installed_unless_it_is_there():
    with FakeElasticsearch(version="7.17.0") as server:
        await ready(server)
        await ready(server)
        assert list(server.templates) == [("_template", "logstash")]
        assert [request.method for request in server.requests if "_template" in request.path] == [
            "HEAD",
            "PUT",
            "HEAD",
        ]


async def test_a_template_is_overwritten_on_demand():
    with FakeElasticsearch() as server:
        for body in ({"v": 1}, {"v": 2}):
            await ready(
                server, template=TemplateSettings(is_ecs=True, name="mine", body=body, overwrite=True)
            )
        assert server.templates == {("_index_template", "mine"): {"v": 2}}


async def test_no_template_is_installed_where_the_user_manages_it():
    with FakeElasticsearch() as server:
        await ready(server, manages_template=False)
        assert server.templates == {}


@pytest.mark.parametrize(
    "fake",
    [
        {"version": "7.10.2", "flavor": "oss"},
        {"version": "2.19.6", "distribution": "opensearch"},
        {"has_ilm": False},
    ],
    ids=str,
)
async def test_without_lifecycle_management_indices_are_daily_and_the_log_says_so_once(fake):
    log = Log()
    with FakeElasticsearch(**fake) as server:
        cluster = cluster_of(server, log, lifecycle=LOGSTASH, daily_index="logstash-%{+yyyy.MM.dd}")
        assert (await cluster.wait_ready()).lifecycle is None
        assert (await cluster.wait_ready()).lifecycle is None
    assert log.count("indices are named by day") == 1


async def test_with_lifecycle_management_there_are_a_policy_an_alias_and_a_template_for_it():
    with FakeElasticsearch(has_ilm=True) as server:
        assert (await ready(server, lifecycle=LOGSTASH)).lifecycle == LOGSTASH
        assert list(server.policies) == ["logstash-policy"]
        assert server.aliases == {"logstash": "<logstash-{now/d}-000001>"}
        template = server.templates["_index_template", "logstash"]
        assert template["template"]["settings"]["index.lifecycle.rollover_alias"] == "logstash"


async def test_lifecycle_management_can_be_switched_off():
    with FakeElasticsearch(has_ilm=True) as server:
        assert (await ready(server, lifecycle=LOGSTASH, wants_lifecycle=False)).lifecycle is None
        assert server.aliases == {}


async def test_lifecycle_management_that_is_insisted_on_must_be_there():
    with (
        FakeElasticsearch(has_ilm=False) as server,
        pytest.raises(ElasticsearchError, match=r"ilm_enabled is true, but Elasticsearch 8.19 has no"),
    ):
        await ready(server, lifecycle=LOGSTASH, wants_lifecycle=True)


async def test_a_policy_of_the_users_own_must_exist():
    with (
        FakeElasticsearch(has_ilm=True) as server,
        pytest.raises(ElasticsearchError, match="the policy ilm_policy => 'mine' does not exist"),
    ):
        await ready(server, lifecycle=Lifecycle(alias="a", pattern="1", policy="mine"))


async def test_two_workers_may_make_the_alias_at_once():
    taken = error(400, "resource_already_exists_exception", "index exists")
    with FakeElasticsearch(
        has_ilm=True, answers={("PUT", "/%3Clogstash-%7Bnow%2Fd%7D-000001%3E"): taken}
    ) as server:
        assert (await ready(server, lifecycle=LOGSTASH)).lifecycle == LOGSTASH


async def test_a_server_without_a_template_for_data_streams_gets_one():
    with FakeElasticsearch() as server:
        assert (await ready(server, wants_streams=True)).is_stream
        await ready(server, wants_streams=True)
        assert list(server.templates) == [("_index_template", "logsmith-logs")]


async def test_a_server_with_a_template_for_data_streams_keeps_it():
    with FakeElasticsearch() as server:
        server.templates["_index_template", "logs"] = {"index_patterns": ["logs-*-*"], "data_stream": {}}
        await ready(server, wants_streams=True)
        assert list(server.templates) == [("_index_template", "logs")]


async def test_data_streams_that_are_insisted_on_must_be_there():
    with (
        FakeElasticsearch(version="7.10.2", flavor="oss") as server,
        pytest.raises(ElasticsearchError, match=r"Elasticsearch 7.10 has no data streams"),
    ):
        await ready(server, wants_streams=True)


async def test_events_go_to_indices_where_there_are_no_data_streams():
    with FakeElasticsearch(version="7.10.2", flavor="oss") as server:
        state = await ready(
            server, wants_streams="auto", template=TemplateSettings(is_ecs=True), lifecycle=LOGSTASH
        )
        assert not state.is_stream
        assert list(server.templates) == [("_template", "ecs-logstash")]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_cluster_that_does_not_say_what_it_is_counts_as_a_current_one(status):
    with FakeElasticsearch(answers={("GET", "/"): error(status, "security_exception", "no")}) as server:
        state = await ready(server, lifecycle=LOGSTASH)
        assert state.server.is_assumed
        assert state.lifecycle is None
        assert server.templates == {}


async def test_a_cluster_that_is_doubted_is_asked_again():
    with FakeElasticsearch(answers={("GET", "/"): error(401, "security_exception", "no")}) as server:
        cluster = cluster_of(server)
        await cluster.wait_ready()
        server.answers.clear()
        assert (await cluster.wait_ready()).server.is_assumed
        cluster.doubt()
        assert not (await cluster.wait_ready()).server.is_assumed


async def test_a_template_that_is_refused_holds_nothing_up_but_is_told():
    log = Log()
    with FakeElasticsearch(
        answers={("PUT", "/_index_template/logstash"): error(403, "security_exception", "no")}
    ) as server:
        await ready(server, log)
    assert log.count("index template not installed") == 1


async def test_a_template_that_fails_for_now_is_tried_again_before_the_first_event():
    with FakeElasticsearch(
        answers={("PUT", "/_index_template/logstash"): error(503, "unavailable", "no")}
    ) as server:
        cluster = cluster_of(server)
        with pytest.raises(ElasticsearchError, match="HTTP 503"):
            await cluster.wait_ready()
        server.answers.clear()
        await cluster.wait_ready()
        assert list(server.templates) == [("_index_template", "logstash")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, b"<html>", {"content-type": "text/html"}), "expected JSON, got '<html>'"),
        ((200, b'{"hello":1}', {}), "this is no Elasticsearch"),
        (
            (200, b'{"version":{"number":"6.8.23"}}', {}),
            "Elasticsearch 6.8.23 is too old, expected 7 or newer",
        ),
        ((503, b"", {}), "HTTP 503"),
    ],
    ids=["html", "another service", "too old", "unavailable"],
)
async def test_what_is_no_cluster_of_ours_is_told(answer, reason):
    with (
        FakeElasticsearch(answers={("GET", "/"): answer}) as server,
        pytest.raises(ElasticsearchError, match=reason),
    ):
        await ready(server)


async def test_those_who_come_during_a_try_wait_for_its_outcome():
    with FakeElasticsearch() as server:
        cluster = cluster_of(server)
        async with trio.open_nursery() as nursery:
            for _ in range(5):
                nursery.start_soon(cluster.wait_ready)
        assert sum(request.path == "/" for request in server.requests) == 1


async def test_the_background_goes_on_until_the_cluster_is_ready(autojump_clock):
    log = Log()
    with FakeElasticsearch(answers={("GET", "/"): error(503, "unavailable", "no")}) as server:
        cluster = cluster_of(server, log)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(cluster.run)
            while not log.count("cluster is not ready"):  # noqa: ASYNC110  it is made true by a thread
                await trio.sleep(1)
            server.answers.clear()
    assert ("_index_template", "logstash") in server.templates
