"""Index templates: how the fields of events are mapped, for both template APIs and both kinds of field names.

The mappings are ours. Without ECS a new text is `text` with a `.keyword` beside it, as Logstash's users
expect of `logstash-*`; with ECS it is a `keyword`, and names that ECS gives a type by convention (`*.ip`,
`*.created`, `*.geo.location`) have it. Only types that Elasticsearch 7's and OpenSearch's basic parts have
are used.
"""

import copy
from collections.abc import Sequence
from typing import Any, Literal

from logsmith.elasticsearch.server import Server

TemplateApi = Literal["legacy", "composable"]
Body = dict[str, Any]  # Any: JSON

COMPOSABLE_PRIORITY = 200  # above the server's own, which have 100
DATA_STREAM_PRIORITY = 90  # below them: only where nobody made one

KEYWORD = {"type": "keyword", "ignore_above": 1024}

_DATES = (
    "*.timestamp *_timestamp *.created *.accessed *.ctime *.mtime *.ingested *.installed *.start *.end "
    "*.not_after *.not_before *.first_seen *.last_seen *.creation_date"
)
# Name, paths, mapping. A value that does not fit its field's name is kept unindexed, not refused
_ECS_RULES: tuple[tuple[str, str, Body], ...] = (
    ("ips", "ip *.ip *_ip", {"type": "ip", "ignore_malformed": True}),
    ("dates", _DATES, {"type": "date", "ignore_malformed": True}),
    ("texts", "message *.message *.io.text", {"type": "text", "norms": False}),
)
_POINTS = ("location", "*.location")


def _ecs_rules() -> list[Body]:
    # Lists of paths are understood from Elasticsearch 8.7 on, single ones everywhere
    rules: list[Body] = [
        {f"{name}_{number}": {"path_match": path, "match_mapping_type": "string", "mapping": mapping}}
        for name, paths, mapping in _ECS_RULES
        for number, path in enumerate(paths.split())
    ]
    for path in _POINTS:
        point = {"path_match": path, "mapping": {"type": "geo_point", "ignore_malformed": True}}
        rules += [
            {f"{path}_{incoming}": {**point, "match_mapping_type": incoming}}
            for incoming in ("object", "string")
        ]
    return [*rules, {"strings": {"match_mapping_type": "string", "mapping": KEYWORD}}]


def ecs_mappings() -> Body:
    """Return the mappings of events with ECS names."""
    return {
        "date_detection": False,
        "dynamic_templates": _ecs_rules(),
        "properties": {
            "@timestamp": {"type": "date"},
            "@version": KEYWORD,
            "tags": KEYWORD,
            "message": {"type": "text", "norms": False},
            "event": {"properties": {"original": {"type": "keyword", "index": False, "doc_values": False}}},
        },
    }


def plain_mappings() -> Body:
    """Return the mappings of events without ECS: what `logstash-*` has always had."""
    text = {"type": "text", "norms": False}
    with_keyword = {**text, "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}
    return {
        "dynamic_templates": [
            {"message_field": {"path_match": "message", "match_mapping_type": "string", "mapping": text}},
            {"string_fields": {"match": "*", "match_mapping_type": "string", "mapping": with_keyword}},
        ],
        "properties": {
            "@timestamp": {"type": "date"},
            "@version": {"type": "keyword"},
            "geoip": {
                "dynamic": True,
                "properties": {
                    "ip": {"type": "ip"},
                    "location": {"type": "geo_point"},
                    "latitude": {"type": "half_float"},
                    "longitude": {"type": "half_float"},
                },
            },
        },
    }


def choose_api(wanted: Literal["auto", "legacy", "composable"], server: Server) -> TemplateApi:
    """Return the template API to use."""
    if wanted != "auto":
        return wanted
    return "composable" if server.has_composable_templates else "legacy"


def default_template(api: TemplateApi, server: Server, *, is_ecs: bool) -> Body:
    """Return the template that is installed where the user names none."""
    pattern = "ecs-logstash-*" if is_ecs else "logstash-*"
    settings: Body = {"index": {"refresh_interval": "5s", "number_of_shards": 1}}
    if server.is_serverless:
        settings = {}  # shards and their refreshing are the service's own affair
    content = {"settings": settings, "mappings": ecs_mappings() if is_ecs else plain_mappings()}
    if api == "legacy":
        return {"index_patterns": [pattern], "version": 1, "order": 0, **content}
    return {"index_patterns": [pattern], "version": 1, "priority": COMPOSABLE_PRIORITY, "template": content}


def data_stream_template(kind: str) -> Body:
    """Return a template that makes data streams of `<kind>-*-*`, for servers that have none."""
    return {
        "index_patterns": [f"{kind}-*-*"],
        "version": 1,
        "priority": DATA_STREAM_PRIORITY,
        "data_stream": {},
        "template": {"mappings": ecs_mappings()},
    }


def with_lifecycle(template: Body, *, alias: str, policy: str) -> Body:
    """Return a copy of a template for the indices that an alias rolls over to, under a lifecycle policy."""
    changed = copy.deepcopy(template)
    changed["index_patterns"] = [f"{alias}-*"]
    changed.pop("template", None) if isinstance(changed.get("template"), str) else None  # the form before 6.0
    inside = changed["template"] if isinstance(changed.get("template"), dict) else changed
    settings = inside.setdefault("settings", {})
    if isinstance(settings.get("index"), dict):
        settings["index"].pop("lifecycle", None)
    for name, value in (("name", policy), ("rollover_alias", alias)):
        settings[f"index.lifecycle.{name}"] = value
    return changed


def covers(patterns: Sequence[str], kind: str) -> bool:
    """Return whether a template's patterns take in every data stream of a kind."""
    return any(pattern in (f"{kind}-*-*", f"{kind}-*", "*", "*-*", "*-*-*") for pattern in patterns)
