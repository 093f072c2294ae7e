"""Filters that give events of their own accord, and filters that wait: what the compiler makes of them."""

import pytest
import trio

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.plugins import Context, Filter, registry, setting


class Heartbeat(Filter):
    """Gives one event at each flush."""

    final_only: bool = setting(False, "Give the event at the end only.")
    periodic_flush: bool = setting(True, "Call the filter's flush every five seconds.")

    def filter(self, event):
        event.tag("seen")

    def flush(self, *, final):
        return [Event({"from": self.id})] if final or not self.final_only else []


class Slow(Filter):
    """Waits before it tags the event."""

    async def filter(self, event):
        await trio.lowlevel.checkpoint()
        if event.top("message") == "bad":
            raise ValueError("bad")
        event.tag("slow")


@pytest.fixture(autouse=True)
def plugins(monkeypatch):
    made = {"heartbeat": Heartbeat, "slow": Slow}
    for name, plugin in made.items():
        monkeypatch.setattr(plugin, "name", name)
    real = registry.find
    for module in (registry, __import__("logsmith.plugins.build", fromlist=["find"])):
        monkeypatch.setattr(module, "find", lambda kind, name: made.get(name) or real(kind, name))


def compiled(text, *more):
    sources = [Source(f"{number}.conf", one) for number, one in enumerate((text, *more))]
    compilation = compile_pipeline(sources, Context())
    assert [one.message for one in compilation.diagnostics] == []
    return compilation.pipeline


def flushed(pipeline, *, final=False):
    return [event.to_map() for event in trio.run(lambda: pipeline.flush(final=final))]


def fields_of(maps):
    return [{name: one[name] for name in one if not name.startswith("@")} for one in maps]


def test_a_flushed_event_passes_what_follows_its_filter_and_nothing_before():
    text = 'filter { mutate { add_tag => "before" } heartbeat { id => "h" } mutate { add_tag => "after" } }'
    assert fields_of(flushed(compiled(text))) == [{"from": "h", "tags": ["after"]}]


def test_a_flushed_event_leaves_the_branch_of_its_filter():
    text = """filter {
      if [a] { heartbeat { id => "h" } mutate { add_tag => "inner" } } else { mutate { add_tag => "other" } }
      mutate { add_tag => "outer" }
    }"""
    assert fields_of(flushed(compiled(text))) == [{"from": "h", "tags": ["inner", "outer"]}]


def test_a_flushed_event_passes_the_later_files():
    text, later = 'filter { heartbeat { id => "h" } }', 'filter { mutate { add_tag => "later" } }'
    assert fields_of(flushed(compiled(text, later))) == [{"from": "h", "tags": ["later"]}]


def test_a_flushed_event_may_be_dropped_or_become_several():
    text = 'filter { heartbeat { id => "a" } clone { clones => ["c"] ecs_compatibility => disabled } heartbeat { id => "b" } if [from] == "b" { drop {} } }'
    assert [one["from"] for one in flushed(compiled(text))] == ["a", "a"]


def test_without_periodic_flush_a_filter_is_asked_at_the_end_only():
    pipeline = compiled('filter { heartbeat { id => "h" periodic_flush => false } }')
    assert flushed(pipeline) == []
    assert len(flushed(pipeline, final=True)) == 1


def test_flushed_events_count_as_the_filters_own():
    pipeline = compiled('filter { heartbeat { id => "h" } }')
    flushed(pipeline)
    metrics = pipeline.filters[0].metrics
    assert (metrics.events_in, metrics.events_out) == (0, 1)


def test_a_pipeline_without_such_filters_neither_waits_nor_flushes():
    pipeline = compiled("filter { mutate {} }")
    assert not pipeline.awaits
    assert not pipeline.flushes
    assert flushed(pipeline) == []


def test_a_filter_that_waits_is_awaited_in_its_place():
    pipeline = compiled('filter { slow {} if "slow" in [tags] { mutate { add_tag => "then" } } }')
    (event,) = trio.run(pipeline.filter_async, [Event({"message": "x"})])
    assert pipeline.awaits
    assert event.top("tags") == ["slow", "then"]


def test_a_filter_that_waits_and_fails_tags_the_event():
    pipeline = compiled('filter { slow { add_tag => "never" } }')
    (event,) = trio.run(pipeline.filter_async, [Event({"message": "bad"})])
    assert event.top("tags") == ["_slow_filter_error"]
