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


def test_a_file_that_breaks_is_told_once_and_when_it_is_mended(tmp_path, now, capsys):
    path = tmp_path / "d.json"
    path.write_text('{"1": "one"}')
    plugin = make(path, refresh_interval=10)
    path.rename(tmp_path / "kept")
    path.write_text("{oops, broken")
    for _ in range(3):
        now[0] += 11
        found(plugin, "1")
    [line] = capsys.readouterr().err.splitlines()
    assert "dictionary not read anew, the old one stays in use" in line
    assert str(path) in line
    (tmp_path / "kept").replace(path)  # the very file that is in use
    now[0] += 11
    assert found(plugin, "1") == "one"
    [line] = capsys.readouterr().err.splitlines()
    assert "the dictionary has changed and is used from now on" in line


def test_an_interval_of_0_never_looks_again(tmp_path, now):
    path = tmp_path / "d.yml"
    path.write_text("a: 1\n")
    plugin = make(path, refresh_interval=0)
    path.write_text("a: two\n")
    now[0] += 1000
    assert found(plugin, "a") == 1


YAML = '"1": one\nnum: 42\nlong: 1_000\nhex: 0x1F\nclock: 1:30\nyes_no: Yes\nnone: ~\nday: 2020-01-02\nmoment: 2020-01-02T03:04:05Z\nsign: :abc\ntext: "5"\n'


@pytest.mark.parametrize(
    ("strategy", "key", "value"),
    [
        ("one_shot", "1", "one"),
        ("one_shot", "num", 42),
        ("one_shot", "long", 1000),
        ("one_shot", "hex", 31),
        ("one_shot", "clock", 5400),
        ("one_shot", "yes_no", True),
        ("one_shot", "none", None),
        ("one_shot", "day", None),  # a date, which no field can hold
        ("one_shot", "sign", "abc"),
        ("one_shot", "text", "5"),
        ("streaming", "num", 42),
        ("streaming", "long", "1_000"),
        ("streaming", "hex", "0x1F"),
        ("streaming", "clock", "1:30"),
        ("streaming", "yes_no", "Yes"),
        ("streaming", "none", None),
        ("streaming", "day", "2020-01-02"),
        ("streaming", "sign", ":abc"),
        ("streaming", "text", "5"),
    ],
)
def test_what_plain_values_of_a_yaml_file_stand_for(tmp_path, strategy, key, value):
    path = tmp_path / "d.yml"
    path.write_text(YAML)
    assert found(make(path, yaml_load_strategy=strategy), key) == value


def test_a_time_of_a_yaml_file_is_a_time(tmp_path):
    path = tmp_path / "d.yml"
    path.write_text(YAML)
    assert str(found(make(path), "moment")) == "2020-01-02T03:04:05.000Z"


@pytest.mark.parametrize(("key", "value"), [("a", "x, y"), ("b", None), ("c", ""), ("d", None)])
def test_cells_of_a_csv_file(tmp_path, key, value):
    path = tmp_path / "d.csv"
    path.write_text('a,"x, y"\n\nb,\nc,""\nd\n')
    plugin = make(path, fallback="none of them")
    assert found(plugin, key) == value


def test_what_cannot_be_set_leaves_the_event_as_it_is(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("1,one\n")
    plugin = make(path, target="[a][b]", add_tag=["translated"])
    event = Event.from_map({"c": "1", "a": "text"})
    assert plugin.filter(event) is False
    assert event.top("a") == "text"
    assert event.top("tags") is None


OBJECTS = {"iterate_on": "all", "source": "c", "target": "t", "fallback": "-"}
ITERATED = [
    # settings beside the dictionary, what the field `all` or `c` holds, and what it becomes
    ("an object has pairs for items", {"iterate_on": "c", "target": "c"}, {"a": 1, "b": 2}, [None, None]),
    (
        "an array in the array is a text of its own",
        {"iterate_on": "c", "target": "c"},
        [["1"], "1"],
        [None, "one"],
    ),
    ("nothing found is null", {"iterate_on": "c", "target": "c"}, ["7"], [None]),
    (
        "an object without the source, or with null in it, is left alone",
        OBJECTS,
        [{"c": None}, {"d": "1"}, {"c": "7"}, {"c": ["1"]}],
        [{"c": None}, {"d": "1"}, {"c": "7", "t": "-"}, {"c": ["1"], "t": "-"}],
    ),
]


@pytest.mark.parametrize(
    ("settings", "given", "expected"), [row[1:] for row in ITERATED], ids=[row[0] for row in ITERATED]
)
def test_what_is_iterated_over(settings, given, expected):
    field = "c" if settings["iterate_on"] == "c" else "all"
    plugin, _ = make_plugin(
        "filter",
        "translate",
        {"source": "c", "dictionary": {"1": "one"}, **settings},
        Context(ecs="disabled"),
    )
    event = Event.from_map({field: given})
    plugin.filter(event)
    assert event.top(field) == expected


@pytest.mark.parametrize(
    ("settings", "given", "is_matched"),
    [
        ({"iterate_on": "c", "target": "c"}, {"c": ["7"]}, True),
        ({"iterate_on": "c", "target": "t"}, {"c": ["7"]}, False),
        ({"iterate_on": "all", "target": "c"}, {"all": [{"c": "7"}]}, True),
        ({"iterate_on": "all", "target": "t"}, {"all": [{"c": "7"}]}, False),
        ({"iterate_on": "all", "target": "c"}, {"c": "1"}, False),
    ],
)
def test_what_is_translated_in_place_counts_as_matched(settings, given, is_matched):
    plugin, _ = make_plugin(
        "filter",
        "translate",
        {"source": "c", "dictionary": {"1": "one"}, **settings},
        Context(ecs="disabled"),
    )
    assert plugin.filter(Event.from_map(given)) is is_matched


def test_a_file_may_stand_beside_an_empty_dictionary(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("1,one\n")
    assert found(make(path, dictionary={}), "1") == "one"
