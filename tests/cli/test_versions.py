"""Which plugins a server says it has."""

from logsmith import __version__
from logsmith.cli import versions
from logsmith.cli.versions import plugin_versions


class Dist:
    version = "3.4"


class Point:
    """An entry point of somebody else's package."""

    name, dist = "shout", Dist


def test_every_kind_of_plugin_is_there_by_the_name_of_its_gem():
    found = dict(plugin_versions())
    for name in ("input-beats", "filter-grok", "output-elasticsearch", "codec-json"):
        assert found[f"logstash-{name}"] == __version__


def test_a_plugin_of_others_has_the_version_of_its_package(monkeypatch):
    points = {"logsmith.filters": [Point]}
    monkeypatch.setattr(versions, "entry_points", lambda group: points.get(group, []))
    assert dict(plugin_versions())["logstash-filter-shout"] == "3.4"
