"""The ready pipelines: each passes `logsmith -t`, and makes of sample events just what is written here."""

import gc
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from logsmith import log
from logsmith.cli import main
from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.event.json import encode_value, parse_json
from logsmith.net.certplan import Wish, make_certificates
from logsmith.plugins import Context

FOLDER = Path(__file__).parents[1] / "pipelines"
NAMES = sorted(path.name for path in FOLDER.glob("*.conf"))

READ_AT = "2026-11-20T03:00:00.000Z"
LINE = '203.0.113.9 - alice [20/Nov/2026:10:11:12 +0900] "GET /orders?id=7 HTTP/1.1" 200 532 "https://shop.example.com/" "curl/8.9.1"'
BAD_GATEWAY = LINE.replace(" 200 ", " 502 ")
HEALTH_CHECK = LINE.replace("curl/8.9.1", "kube-probe/1.30")
FILEBEAT = {
    "@timestamp": READ_AT,
    "@version": "1",
    "agent": {"type": "filebeat"},
    "host": {"name": "web-1"},
    "log": {"offset": 7, "file": {"path": "/var/log/nginx/access.log"}},
}
POD = {"kubernetes": {"namespace": "shop", "pod": {"name": "web-7"}}}
PARSED = {
    "@timestamp": "2026-11-20T01:11:12.000Z",
    "source": {"address": "203.0.113.9"},
    "user": {"name": "alice"},
    "url": {"original": "/orders?id=7"},
    "user_agent": {"original": "curl/8.9.1"},
}


def parsed_http(status):
    return {
        "http": {
            "version": "1.1",
            "request": {"method": "GET", "referrer": "https://shop.example.com/"},
            "response": {"status_code": status, "body": {"bytes": 532}},
        }
    }


@dataclass(frozen=True)
class Case:
    """What a pipeline makes of one event: nothing if it is dropped, and the outputs it goes to."""

    pipeline: str
    given: dict
    expect: dict | None
    outputs: tuple = ()
    ecs: str = "v8"


CASES = {
    "nginx parses a line": Case(
        "nginx.conf",
        FILEBEAT | {"message": LINE},
        FILEBEAT | {"message": LINE} | PARSED | parsed_http(200),
        ("elasticsearch", "s3"),
    ),
    "nginx tags a server's error": Case(
        "nginx.conf",
        FILEBEAT | {"message": BAD_GATEWAY},
        FILEBEAT | {"message": BAD_GATEWAY} | PARSED | parsed_http(502) | {"tags": ["server_error"]},
        ("elasticsearch", "s3"),
    ),
    "nginx drops a health check": Case("nginx.conf", FILEBEAT | {"message": HEALTH_CHECK}, None),
    "nginx keeps a line that is no access log": Case(
        "nginx.conf",
        FILEBEAT | {"message": "worker process 31 exited"},
        FILEBEAT | {"message": "worker process 31 exited", "tags": ["_grokparsefailure"]},
        ("elasticsearch", "s3"),
    ),
    "elk-kubernetes parses a line and keeps the pod": Case(
        "elk-kubernetes.conf",
        FILEBEAT | POD | {"message": LINE},
        FILEBEAT
        | POD
        | {
            "@timestamp": "2026-11-20T01:11:12.000Z",
            "message": LINE,
            "clientip": "203.0.113.9",
            "auth": "alice",
            "verb": "GET",
            "httpversion": "1.1",
            "response": "200",
            "bytes": "532",
        },
        ("elasticsearch", "stdout"),
        ecs="disabled",
    ),
    "elk-kubernetes keeps a line that is no access log": Case(
        "elk-kubernetes.conf",
        FILEBEAT | POD | {"message": "-"},
        FILEBEAT | POD | {"message": "-", "tags": ["_grokparsefailure"]},
        ("elasticsearch", "stdout"),
        ecs="disabled",
    ),
    "filebeat-tls lifts JSON out of the line and converts what must be numbers": Case(
        "filebeat-tls.conf",
        FILEBEAT
        | {
            "fields": {"source": "press"},
            "message": '{"code": "200", "interval": "1.5", "level": "INFO", "ip": "192.0.2.1"}',
        },
        FILEBEAT
        | {
            "fields": {"source": "press"},
            "log_entry": {"code": 200, "interval": 1.5, "level": "INFO", "ip": "192.0.2.1"},
        },
        ("elasticsearch",),
    ),
    "filebeat-tls names a source where there is none and keeps what is no JSON": Case(
        "filebeat-tls.conf",
        FILEBEAT | {"message": "starting"},
        FILEBEAT | {"message": "starting", "fields": {"source": "unknown"}, "tags": ["_jsonparsefailure"]},
        ("elasticsearch",),
    ),
}
WARNINGS = {"filebeat-tls.conf": ["the setting 'ssl' of beats is now called 'ssl_enabled'"]}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the certificates that pipelines name by default."""
    make_certificates(Wish(folder=tmp_path / "certs", names=("localhost",)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LS_SETTINGS_DIR", raising=False)
    yield tmp_path
    log.configure()
    gc.enable()  # the command switches it off


def compiled(name, ecs="v8", environment=None):
    text = (FOLDER / name).read_text(encoding="utf-8")
    return compile_pipeline([Source(name, text)], Context(ecs=ecs), environment=environment or {})


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_pipeline_passes_the_check_as_it_is(name, folder, capsys):
    assert main(["-t", "-f", str(FOLDER / name)]) == 0
    assert "Configuration OK" in capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_pipeline_gives_only_the_warnings_it_is_meant_to(name, folder):
    assert [one.message for one in compiled(name).diagnostics] == WARNINGS.get(name, [])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_ready_pipeline_makes_of_an_event(case, folder):
    pipeline = compiled(case.pipeline, case.ecs).pipeline
    events = pipeline.filter([Event.from_map(parse_json(encode_value(case.given)))])
    routed = [[] for _ in pipeline.outputs]
    pipeline.route(events, routed)
    expected = [] if case.expect is None else [case.expect]
    assert [parse_json(encode_value(event.to_map())) for event in events] == expected
    got_it = [output.name for output, routed_to in zip(pipeline.outputs, routed, strict=True) if routed_to]
    assert tuple(got_it) == case.outputs


@pytest.mark.parametrize("name", NAMES)
def test_every_ready_pipeline_has_a_case(name):
    assert name in {case.pipeline for case in CASES.values()}


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_has_a_default_and_is_in_the_readme(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    statements = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    variables = re.findall(r"\$\{(\w+)(:?)", statements)
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [variable for variable, default in variables if not default or f"`{variable}`" not in readme] == []


def test_indices_and_prefixes_are_named_by_variables_and_day(folder):
    given = {"INDEX_PREFIX": "shop", "S3_PREFIX": "logs/shop", "BEATS_PORT": "5999"}
    pipeline = compiled("nginx.conf", environment=given).pipeline
    [event] = pipeline.filter([Event.from_map(FILEBEAT | {"message": LINE})])
    elasticsearch, s3 = pipeline.outputs
    assert pipeline.inputs[0].port == 5999
    assert elasticsearch.index.format(event) == "shop-2026.11.20"
    assert s3.prefix.format(event) == "logs/shop/2026/11/20/"


def test_indices_of_the_control_servers_are_named_by_environment_and_source(folder):
    pipeline = compiled("filebeat-tls.conf", environment={"ENVIRONMENT": "prod"}).pipeline
    [event] = pipeline.filter([Event.from_map(FILEBEAT | {"message": "{}", "fields": {"source": "press"}})])
    assert pipeline.outputs[0].index.format(event) == "logstash-prod-press-2026.11.20"
