import json

import pytest

from logsmith.elasticsearch import templates
from logsmith.elasticsearch.server import Server

SEVEN, EIGHT, SEARCH = (
    Server("elasticsearch", (7, 17)),
    Server("elasticsearch", (8, 19)),
    Server("opensearch", (2, 19)),
)
SERVERLESS = Server("elasticsearch", (8, 11), "serverless")


@pytest.mark.parametrize(
    ("server", "api"),
    [
        (SEVEN, "legacy"),
        (EIGHT, "composable"),
        (Server(version=(9, 1)), "composable"),
        (SEARCH, "composable"),
    ],
    ids=str,
)
def test_the_server_decides_on_the_api(server, api):
    assert templates.choose_api("auto", server) == api
    assert templates.choose_api("legacy", server) == "legacy"


@pytest.mark.parametrize(("is_ecs", "pattern"), [(False, "logstash-*"), (True, "ecs-logstash-*")])
def test_a_template_is_for_the_default_index(is_ecs, pattern):
    assert templates.default_template("legacy", SEVEN, is_ecs=is_ecs)["index_patterns"] == [pattern]
    composable = templates.default_template("composable", EIGHT, is_ecs=is_ecs)
    assert composable["index_patterns"] == [pattern]
    assert composable["priority"] == 200
    assert "mappings" in composable["template"]


def test_serverless_gets_no_settings_of_shards():
    assert templates.default_template("composable", SERVERLESS, is_ecs=True)["template"]["settings"] == {}


@pytest.mark.parametrize("api", ["legacy", "composable"])
def test_a_lifecycle_is_put_where_the_api_wants_it(api):
    template = templates.default_template(api, EIGHT, is_ecs=False)
    before = json.dumps(template)
    changed = templates.with_lifecycle(template, alias="shop", policy="keep")
    settings = (changed["template"] if api == "composable" else changed)["settings"]
    assert changed["index_patterns"] == ["shop-*"]
    assert settings["index.lifecycle.name"] == "keep"
    assert settings["index.lifecycle.rollover_alias"] == "shop"
    assert json.dumps(template) == before


def test_a_lifecycle_of_the_users_template_is_overwritten():
    template = {"index_patterns": ["x-*"], "settings": {"index": {"lifecycle": {"name": "theirs"}}}}
    assert templates.with_lifecycle(template, alias="a", policy="p")["settings"]["index"] == {}


@pytest.mark.parametrize(
    ("patterns", "covered"),
    [
        (["logs-*-*"], True),
        (["logs-*"], True),
        (["*"], True),
        (["logs-app-*"], False),
        (["metrics-*-*"], False),
        ([], False),
    ],
)
def test_a_template_covers_a_kind_of_data_streams_or_not(patterns, covered):
    assert templates.covers(patterns, "logs") is covered
