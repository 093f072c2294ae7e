import time

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.build import make_plugin


@pytest.fixture
def now(monkeypatch):
    """A clock that a test moves: add seconds to its one item."""
    moved = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: moved[0])
    return moved


def make(path, **values):
    plugin, problems = make_plugin(
        "filter",
        "translate",
        {"source": "c", "dictionary_path": str(path), **values},
        Context(ecs="disabled"),
    )
    assert [one.message for one in problems if one.severity == "error"] == []
    return plugin


def found(plugin, value):
    event = Event.from_map({"c": value})
    plugin.filter(event)
    return event.top("translation")


@pytest.mark.parametrize(("behaviour", "old"), [("merge", "one"), ("replace", None)])
def test_a_changed_file_is_read_after_the_interval(tmp_path, now, behaviour, old):
    path = tmp_path / "d.csv"
    path.write_text("1,one\n")
    plugin = make(path, refresh_interval=10, refresh_behaviour=behaviour)
    path.write_text("2,two and more\n")
    assert found(plugin, "2") is None
    now[0] += 11
    assert found(plugin, "2") == "two and more"
    assert found(plugin, "1") == old


def test_a_file_that_breaks_leaves_the_old_dictionary(tmp_path, now):
    path = tmp_path / "d.json"
    path.write_text('{"1": "one"}')
    plugin = make(path, refresh_interval=10)
    path.write_text("{oops, broken")
    now[0] += 11
    assert found(plugin, "1") == "one"


def test_an_interval_of_0_never_looks_again(tmp_path, now):
    path = tmp_path / "d.yml"
    path.write_text("a: 1\n")
    plugin = make(path, refresh_interval=0)
    path.write_text("a: two\n")
    now[0] += 1000
    assert found(plugin, "a") == 1
