"""A filter that fails on an event loses none: not that event, not those before or behind it, wherever it stands."""

import pytest
import trio

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.plugins import Context, Filter, build, registry, setting

BAD = 3


class Failing(Filter):
    """Fails on one event, after it changed it."""

    def filter(self, event):
        event.fields["touched"] = True
        if event.top("n") == BAD:
            raise ValueError("on purpose")


class Waiting(Failing):
    """The same, for one that waits."""

    async def filter(self, event):
        await trio.lowlevel.checkpoint()
        Failing.filter(self, event)


class Expanding(Filter):
    """Makes two events of one, and fails between them."""

    def expand(self, event):
        yield event.clone()
        if event.top("n") == BAD:
            raise ValueError("on purpose")
        yield event


class Writing(Filter):
    """Fails in code of its own."""

    def emit(self, code):
        code.line(f"if event.top('n') == {BAD}: raise RecursionError('on purpose')")


class Flushing(Filter):
    """Gives one event of its own accord, and fails before the second."""

    periodic_flush: bool = setting(True, "Call the filter's flush every five seconds.")

    def filter(self, event):
        pass

    def flush(self, *, final):
        yield Event({"n": "flushed"})
        raise ValueError("on purpose")


PLUGINS = {one.__name__.lower(): one for one in (Failing, Waiting, Expanding, Writing, Flushing)}


@pytest.fixture(autouse=True)
def plugins(monkeypatch):
    real = registry.find
    for name, plugin in PLUGINS.items():
        monkeypatch.setattr(plugin, "name", name)
    for module in (registry, build):
        monkeypatch.setattr(module, "find", lambda kind, name: PLUGINS.get(name) or real(kind, name))


def compiled(text):
    compilation = compile_pipeline([Source("main.conf", text)], Context())
    assert [one.message for one in compilation.diagnostics] == []
    return compilation.pipeline


def through(text, **fields):
    pipeline = compiled(text)
    given = [Event({"n": number, **fields}) for number in range(6)]
    return trio.run(pipeline.filter_async, given), pipeline


SECTIONS = {
    "alone": "filter { NAME {} }",
    "in a branch": 'filter { if [n] { NAME {} } else { mutate { add_tag => "no" } } }',
    "before others": 'filter { NAME {} mutate { add_tag => "after" } NAME {} }',
    "behind one that makes several": "filter { split { field => 'list' } NAME {} }",
    "in a branch behind one that makes several": "filter { split { field => 'list' } if [n] { NAME {} } }",
}


@pytest.mark.parametrize("name", ["failing", "waiting", "writing", "expanding"])
@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS.keys())
def test_every_event_comes_out_and_the_one_that_failed_is_tagged(section, name):
    events, pipeline = through(section.replace("NAME", name), list=["a"])
    assert {one.top("n") for one in events} == set(range(6))
    tagged = {one.top("n") for one in events if f"_{name}_filter_error" in (one.top("tags") or [])}
    assert tagged == {BAD}
    assert pipeline.metrics.extra["filter_errors"] >= 1


TAGS = {"a text": "x", "a hash": {"a": 1}, "a number": 7, "null": None, "the tag": ["_failing_filter_error"]}


@pytest.mark.parametrize("tags", TAGS.values(), ids=TAGS.keys())
def test_what_stands_in_tags_does_not_matter(tags):
    events, _ = through("filter { failing {} }", tags=tags)
    assert [one.top("n") for one in events] == [*range(6)]
    assert "_failing_filter_error" in events[BAD].top("tags")


def test_a_common_setting_that_fails_keeps_the_event():
    events, _ = through('filter { mutate { add_field => { "[n][deep]" => "x" } } }')
    assert [one.top("n") for one in events] == [*range(6)]


def test_a_flush_that_fails_keeps_what_it_gave_and_ends_nothing(capsys):
    pipeline = compiled('filter { flushing {} mutate { add_tag => "after" } }')
    (event,) = trio.run(lambda: pipeline.flush(final=True))
    assert (event.top("n"), event.top("tags")) == ("flushed", ["after"])
    assert "filter failed to flush" in capsys.readouterr().err
