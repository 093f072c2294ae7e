"""mutate: each operation on what it takes and on what it leaves alone, their order, and where they stop."""

import pytest

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.regex import budget, match_watch


def mutated(setting, members):
    compilation = compile_pipeline([Source("t.conf", f"filter {{ mutate {{ {setting} }} }}")], Context())
    assert [one.message for one in compilation.diagnostics if one.is_error] == []
    (event,) = compilation.pipeline.filter([Event.from_map(members)])
    return {name: value for name, value in event.to_map().items() if not name.startswith("@")}


TEXT_TO_RUN_AWAY_ON = "x" * 60
FAILED = {"tags": ["_mutate_error"]}
CASES = {
    "coerce fills a null": ('coerce => { "a" => "x" }', {"a": None}, {"a": "x"}),
    "coerce leaves a missing field": ('coerce => { "a" => "x" }', {}, {}),
    "rename moves a null too": ('rename => { "a" => "b" }', {"a": None}, {"b": None}),
    "rename under its own name": ('rename => { "host" => "[host][name]" }', {"host": "h"}, {"host": {"name": "h"}}),
    "rename fills both names": ('rename => { "%{x}" => "%{y}" }', {"x": "a", "y": "b", "a": 1}, {"x": "a", "y": "b", "b": 1}),
    "rename to the timestamp fails and loses": ('rename => { "a" => "@timestamp" }', {"a": "x"}, FAILED),
    "rename of the only item leaves a list": ('rename => { "[a][0]" => "b" }', {"a": [1]}, {"a": [], "b": 1}),
    "update leaves a missing field": ('update => { "a" => "x" }', {}, {}),
    "replace makes a field": ('replace => { "a" => "%{b}" }', {"b": 5}, {"a": "5", "b": 5}),
    "convert skips null and objects": ('convert => { "a" => "integer" "b" => "integer" }', {"a": None, "b": {}}, {"a": None, "b": {}}),
    "convert takes the items of a list": ('convert => { "a" => "integer" }', {"a": ["1", None, 2.5]}, {"a": [1, None, 2]}),
    "convert refuses a list in a list": ('convert => { "a" => "integer" }', {"a": [["1"]]}, {"a": [["1"]], **FAILED}),
    "convert of long digits": ('convert => { "a" => "integer" }', {"a": "9" * 30}, {"a": int("9" * 30)}),
    "convert to float, European": ('convert => { "a" => "float_eu" }', {"a": "1.234,5"}, {"a": 1234.5}),
    "gsub on texts and their lists": ('gsub => ["a", "[/]+", "_"]', {"a": ["x//y", 5]}, {"a": ["x_y", 5]}),
    "gsub with groups": ("gsub => ['a', '(?<n>b+)', '<\\k<n>>\\0']", {"a": "abbc"}, {"a": "a<bb>bbc"}),
    "gsub with a pattern from the event": ('gsub => ["a", "%{p}", "-"]', {"a": "x1y2", "p": "\\d"}, {"a": "x-y-", "p": "\\d"}),
    "uppercase beyond ASCII": ('uppercase => ["a"]', {"a": "straße é"}, {"a": "STRASSE É"}),
    "capitalize lowers the rest": ('capitalize => ["a"]', {"a": "hELLO"}, {"a": "Hello"}),
    "capitalize ends no word": ('capitalize => ["a"]', {"a": ["\u0391\u03a3"], "b": 1}, {"a": ["\u0391\u03c3"], "b": 1}),
    "capitalize one text": ('capitalize => ["a"]', {"a": "\u0391\u03a3"}, {"a": "\u0391\u03c3"}),
    "lowercase ends no word": ('lowercase => ["a"]', {"a": "\u0391\u03a3 \u03a3"}, {"a": "\u03b1\u03c3 \u03c3"}),
    "lowercase leaves numbers": ('lowercase => ["a"]', {"a": 5}, {"a": 5}),
    "strip takes Ruby's blanks": ('strip => ["a"]', {"a": "\0\t x\xa0 \n"}, {"a": "x\xa0"}),
    "strip fails on a list with numbers": ('strip => ["a"]', {"a": [" x ", 5]}, {"a": [" x ", 5], **FAILED}),
    "split drops empty ends": ('split => { "a" => "," }', {"a": "x,,y,,"}, {"a": ["x", "", "y"]}),
    "split of nothing": ('split => { "a" => "," }', {"a": ""}, {"a": []}),
    "split at blanks": ('split => { "a" => " " }', {"a": "  x \t y "}, {"a": ["x", "y"]}),
    "split at blanks of ASCII alone": ('split => { "a" => " " }', {"a": "x\xa0y\u2003z \x1cw\v1"}, {"a": ["x\xa0y\u2003z", "\x1cw", "1"]}),
    "split at blanks, no blank": ('split => { "a" => " " }', {"a": "\x1c"}, {"a": ["\x1c"]}),
    "join of lists in lists": ('join => { "a" => "," }', {"a": [1, [2, []], None, {"k": 1.5e-5}]}, {"a": '1,2,,,{"k" => 1.5e-05}'}),
    "merge of texts": ('merge => { "a" => "b" }', {"a": "x", "b": "x"}, {"a": ["x", "x"], "b": "x"}),
    "merge of objects": ('merge => { "a" => "b" }', {"a": {"x": 1}, "b": {"x": 2}}, {"a": {"x": 2}, "b": {"x": 2}}),
    "merge of an object and a text": ('merge => { "a" => "b" }', {"a": "x", "b": {}}, {"a": "x", "b": {}}),
    "merge of nothing": ('merge => { "a" => "b" }', {}, {"a": []}),
    "merge of several into a text keeps the last": ('merge => { "a" => ["b", "c"] }', {"a": 1, "b": 2, "c": 3}, {"a": [1, 3], "b": 2, "c": 3}),
    "merge of several into a list": ('merge => { "a" => ["b", "c"] }', {"a": [1], "b": 2, "c": 3}, {"a": [1, 2, 3], "b": 2, "c": 3}),
    "copy shares nothing": ('copy => { "a" => "b" } add_field => { "[b][y]" => 1 }', {"a": {"x": 1}}, {"a": {"x": 1}, "b": {"x": 1, "y": "1"}}),
    "copy of a null": ('copy => { "a" => "b" }', {"a": None}, {"a": None}),
    "the order is fixed": ('lowercase => ["b"] rename => { "a" => "b" } replace => { "b" => "X%{b}" }', {"a": "Y"}, {"b": "xy"}),
    "a failure skips what follows": (
        'convert => { "a" => "integer" } uppercase => ["b"] add_tag => ["ok"]', {"a": "x", "b": "y"}, {"a": "x", "b": "y", **FAILED},
    ),
    "the tag of a failure": ('convert => { "a" => "integer" } tag_on_failure => "bad"', {"a": "x"}, {"a": "x", "tags": ["bad"]}),
    "a failing common setting has the same tag": ('add_field => { "[a][b]" => 1 }', {"a": "x"}, {"a": "x", **FAILED}),
    "add_field of an object on an object": ('add_field => { "a" => "y" }', {"a": {"k": 1}}, {"a": [["k", 1], "y"]}),
    "add_field of a hash": ('add_field => { "a" => { "k" => "v" } }', {}, {"a": '["k", "v"]'}),
    "remove_tag of the last tag": ('remove_tag => ["a"]', {"tags": ["a"]}, {"tags": []}),
    "add_tag repeats": ('add_tag => ["a"]', {"tags": ["a"]}, {"tags": ["a", "a"]}),
}  # fmt: skip


@pytest.mark.parametrize(("setting", "members", "expected"), CASES.values(), ids=CASES)
def test_mutate(setting, members, expected):
    assert mutated(setting, members) == expected


def test_a_name_that_is_a_hash_is_warned_of_and_the_other_names_count():
    text = 'filter { mutate { rename => { "a" => "b" add_field => { "c" => "d" } } } }'
    compilation = compile_pipeline([Source("t.conf", text)], Context())
    warned = [
        (one.severity, one.message, one.span.start)
        for one in compilation.diagnostics
        if "name" in one.message
    ]
    assert warned == [("warning", "rename: a name cannot be a hash", text.index("add_field"))]
    (event,) = compilation.pipeline.filter([Event.from_map({"a": 1})])
    assert event.top("b") == 1


@pytest.mark.parametrize(
    "setting",
    [
        'convert => { "a" => "int" }',
        'gsub => ["a", "b"]',
        'gsub => ["a", "(", "b"]',
        'uppercase => ["[a"]',
        'split => ["a"]',
    ],
)
def test_is_refused_at_start(setting):
    compilation = compile_pipeline([Source("t.conf", f"filter {{ mutate {{ {setting} }} }}")], Context())
    assert compilation.pipeline is None


@pytest.mark.parametrize(
    "members", [{"a": TEXT_TO_RUN_AWAY_ON}, {"a": [TEXT_TO_RUN_AWAY_ON]}], ids=["inline", "in a list"]
)
def test_a_substitution_that_runs_away_is_interrupted(members, monkeypatch):
    monkeypatch.setattr(match_watch, "limit_s", 0.05)
    setting = r'gsub => ["a", "(x+x+)+y", "-"] add_tag => ["done"]'
    compilation = compile_pipeline([Source("t.conf", f"filter {{ mutate {{ {setting} }} }}")], Context())
    with budget.armed(0.05):
        (event,) = compilation.pipeline.filter([Event.from_map(members)])
    assert (event.top("a"), event.top("tags")) == (members["a"], ["_mutate_error"])
    assert match_watch.text is None
