"""Every example of every plugin runs: it is documentation, parser test, checker test and compiler test at once."""

from pathlib import Path

import pytest
import trio

import logsmith
from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.event.json import encode_value, parse_json
from logsmith.plugins import Codec, Context, Filter
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.plugins.registry import find, names
from logsmith.plugins.setting import settings_of

KINDS = ("input", "filter", "output", "codec")
PLUGINS = [find(kind, name) for kind in KINDS for name in names(kind, third_parties=False)]
FILTERS = [one for one in PLUGINS if issubclass(one, Filter)]


@pytest.fixture(autouse=True)
def city_database(monkeypatch):
    """The database that geoip's examples name."""
    monkeypatch.setenv("CITY_DATABASE", str(Path(logsmith.__file__).parent / "demo" / "demo-City.mmdb"))


def examples_of(kind):
    for plugin in PLUGINS:
        if plugin.kind == kind:
            for example in plugin.examples:
                yield pytest.param(plugin, example, id=f"{plugin.name} {example.sentence}")


def as_compared(event, expected):
    fields = parse_json(encode_value(event.to_map()))
    return {
        name: value
        for name, value in fields.items()
        if name in expected or name not in ("@timestamp", "@version")
    }


WITH_ECS = [one for one in PLUGINS if "ecs_compatibility" in settings_of(one)]


@pytest.mark.parametrize("plugin", WITH_ECS, ids=lambda one: f"{one.kind} {one.name}")
def test_a_mode_of_ecs_that_there_is_not_is_refused(plugin):
    with pytest.raises(
        BuildError, match="ecs_compatibility: expected one of 'disabled', 'v1', 'v8', got 'v9'"
    ):
        make_plugin(plugin.kind, plugin.name, {"ecs_compatibility": "v9"}, Context())


@pytest.mark.parametrize(("plugin", "example"), list(examples_of("filter")))
def test_filter_example(plugin, example):
    text = f"filter {{ {plugin.name} {{ {example.config} }} }}"
    compilation = compile_pipeline([Source("example.conf", text)], Context(ecs=example.ecs))
    assert [one.message for one in compilation.diagnostics if one.is_error] == []
    given = Event.from_map(parse_json(encode_value(example.given)))
    events = trio.run(compilation.pipeline.filter_async, [given])
    assert [as_compared(*pair) for pair in zip(events, example.expect, strict=True)] == list(example.expect)


@pytest.mark.parametrize(("plugin", "example"), list(examples_of("codec")))
def test_codec_example(plugin, example):
    text = f"input {{ generator {{ codec => {plugin.name} {{ {example.config} }} }} }}"
    compilation = compile_pipeline([Source("example.conf", text)], Context(ecs=example.ecs))
    assert [one.message for one in compilation.diagnostics if one.is_error] == []
    codec = compilation.pipeline.inputs[0].codec.fresh()
    events = [*codec.decode(example.given["bytes"].encode()), *codec.flush()]
    assert [as_compared(*pair) for pair in zip(events, example.expect, strict=True)] == list(example.expect)


@pytest.mark.parametrize("plugin", FILTERS, ids=lambda one: one.name)
def test_a_filter_defines_exactly_one_hook_and_has_an_example(plugin):
    hooks = [
        hook for hook in ("filter", "expand", "emit") if getattr(plugin, hook) is not getattr(Filter, hook)
    ]
    assert len(hooks) == 1 or hooks == ["filter", "emit"]  # inline what is frequent, and a call for the rest
    assert plugin.examples


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda one: f"{one.kind} {one.name}")
def test_every_setting_has_a_sentence_and_the_file_is_named_as_the_class(plugin):
    assert [one.name for one in settings_of(plugin).values() if not one.sentence.endswith(".")] == []
    assert plugin.__name__.lower() == plugin.name.replace("_", "")
    assert plugin.__module__.startswith("logsmith.plugins.")
    summary = __import__(plugin.__module__, fromlist=["_"]).__doc__.split("\n")[0]
    assert summary.endswith(".")


def test_codecs_are_made_with_the_plugin_that_names_them():
    stdin, _ = make_plugin("input", "stdin", {"codec": "json_lines"}, Context())
    assert isinstance(stdin.codec, Codec)
