"""What kv does beyond its examples."""

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.filters.kv import Kv
from logsmith.regex import budget


def kv(message, fields=None, **settings):
    one = Kv(Context(), settings)
    assert list(one.prepare()) == []
    event = Event({"message": message, **(fields or {})})
    with budget.armed(one.longest_match_s):
        one.filter(event)
    return {name: value for name, value in event.to_map().items() if name not in ("message", *(fields or {}))}


@pytest.mark.parametrize(
    ("message", "settings", "expected"),
    [
        ("a=1 b = 2", {}, {"a": "1", "b": "2"}),
        ("a= b=2", {"whitespace": "strict"}, {"b": "2"}),
        ("a= b=2", {"whitespace": "strict", "allow_empty_values": True}, {"a": "", "b": "2"}),
        (r"a=x\ y b=1", {}, {"a": r"x\ y", "b": "1"}),
        ('a="x y" b=[1 2] c=<>', {}, {"a": "x y", "b": "1 2"}),
        ("a=[1 2]", {"include_brackets": False}, {"a": "[1"}),
        ("a=ab a=b a=c", {"allow_duplicate_values": False}, {"a": ["ab", "c"]}),
        ("a=1|b=2,c=3", {"field_split": "|,"}, {"a": "1", "b": "2", "c": "3"}),
        ("a=(b=1 c=2)", {"recursive": True, "prefix": "x_"}, {"x_a": {"x_b": "1", "x_c": "2"}}),
        (
            "A_b=<Xy>",
            {"trim_value": "<>", "remove_char_key": "_", "transform_key": "lowercase"},
            {"ab": "Xy"},
        ),
        ("a=1 b=2 c=3", {"include_keys": ["a", "b"], "exclude_keys": ["b"]}, {"a": "1"}),
        ("b=2", {"default_keys": {"a": "0", "b": "0"}, "prefix": "p"}, {"a": "0", "b": "0", "pb": "2"}),
        ("a b => 1&c=>2", {"field_split_pattern": "&", "value_split_pattern": "=>"}, {"a b": "1", "c": "2"}),
        (["a=1", "a=2"], {}, {"a": ["1", "2"]}),
        (5, {}, {}),
        (None, {"default_keys": {"a": "0"}}, {"a": "0"}),
        ("a=1 x[y=2 b=3", {}, {"a": "1", "tags": ["_kv_filter_error"]}),
        ("[n][m]=1", {}, {"n": {"m": "1"}}),
    ],
)
def test_pairs_are_read_as_in_logstash(message, settings, expected):
    assert kv(message, **settings) == expected


def test_pairs_nested_too_deeply_are_a_failure():
    assert kv("a=" * 2000 + "1", recursive=True) == {"tags": ["_kv_filter_error"]}


def test_keys_and_prefix_are_filled_from_the_event():
    found = kv("a=1 b=2", {"only": "b"}, include_keys=["%{only}"], prefix="%{only}_")
    assert found == {"b_b": "2"}


def test_a_search_that_takes_too_long_sets_nothing_and_tags():
    message = "foo==:bar baz" + "=" * 60 + "bingo"
    assert kv(message, value_split_pattern="(?:=+=+)+:", timeout_millis=50) == {
        "tags": ["_kv_filter_timeout"]
    }


@pytest.mark.parametrize(
    "settings",
    [{"value_split": ""}, {"value_split_pattern": ""}, {"field_split_pattern": ""}, {"trim_key": "z-a"}],
)
def test_bad_settings_are_refused(settings):
    assert len(list(Kv(Context(), settings).prepare())) == 1
