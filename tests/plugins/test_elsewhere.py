"""What is said of Logstash's plugins that are not here."""

import pytest

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.plugins import Context
from logsmith.plugins.elsewhere import INSTEAD
from logsmith.plugins.registry import names

LISTED = [(kind, name) for kind, listed in INSTEAD.items() for name in listed]


@pytest.mark.parametrize(("kind", "name"), LISTED)
def test_what_is_listed_as_missing_is_not_here(kind, name):
    assert name not in names(kind)


def test_kafka_is_not_advised_while_there_is_no_output_for_it():
    advised = [name for name, hint in INSTEAD["output"].items() if "kafka" in hint.lower()]
    assert "kafka" in names("output") or advised == []


def test_a_missing_plugin_is_reported_once_at_its_place_and_the_rest_is_checked():
    text = "filter {\n  memcached { hosts => [1] }\n  json {}\n}"
    found = compile_pipeline([Source("a.conf", text)], Context()).diagnostics
    assert [(one.code, one.span.line, one.span.column) for one in found] == [
        ("unknown-plugin", 2, 3),
        ("missing-setting", 3, 3),
    ]
    assert found[0].hint == "instead: look values up with translate and a dictionary file that is refreshed"


def test_a_missing_codec_is_reported_with_its_plugin():
    text = "input { stdin { codec => netflow {} } }"
    (one,) = compile_pipeline([Source("a.conf", text)], Context()).diagnostics
    assert (one.code, one.hint) == (
        "unknown-plugin",
        "instead: let Filebeat (netflow) ship it to the beats input",
    )
