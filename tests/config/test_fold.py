"""A repeated setting adds to what is there."""

import pytest

from logsmith.config import Source, parse
from logsmith.config.ast import walk_plugins
from logsmith.config.values import Codec, plugin_settings


def settings_of(settings, *, escapes=False):
    parsed = parse(Source("main.conf", f"filter {{ x1 {{ {settings} }} }}"))
    assert not parsed.has_errors, parsed.diagnostics
    return plugin_settings(next(walk_plugins(parsed.pipeline)), escapes=escapes)


def codes_of(settings, section="filter"):
    return [
        one.code for one in parse(Source("main.conf", f"{section} {{ x1 {{ {settings} }} }}")).diagnostics
    ]


FOLDS = {
    "one value": ("a => 1", 1),
    "equal scalars": ("a => 1 a => 1", 1),
    "different scalars": ("a => 1 a => 2", [1, 2]),
    "a third scalar, with repetition": ("a => 1 a => 2 a => 2", [1, 2, 2]),
    "arrays": ("a => [1] a => [2] a => [3]", [1, 2, 3]),
    "an array and scalars": ("a => [1] a => 2 a => '3' a => [4]", [1, 2, "3", 4]),
    "a scalar and then an array": ('a => "x" a => ["b", "c"]', ["x", ["b", "c"]]),
    "an array and then a hash": ("a => [1] a => { bb => 2 }", [1, ["bb", 2]]),
    "hashes": ('a => { "x" => 1 } a => { "y" => 2 }', {"x": 1, "y": 2}),
    "the same key": ('a => { "x" => "p" } a => { "x" => "q" }', {"x": ["p", "q"]}),
    "the same key and value": ('a => { "x" => "p" } a => { "x" => "p" }', {"x": "p"}),
    "a third value": ('a => { "x" => 1 } a => { "x" => 2 } a => { "x" => 2 }', {"x": [1, 2]}),
    "arrays under one key": ('a => { "x" => [1, 2] } a => { "x" => [2] }', {"x": [1, 2, 2]}),
    "a scalar and an array under one key": ('a => { "x" => 1 } a => { "x" => [1, 2] }', {"x": [1, 1, 2]}),
    "hashes in hashes": (
        'a => { "x" => { "y" => [1, 2] } } a => { "x" => { "y" => [2, 3] "z" => 4 } }',
        {"x": {"y": [1, 2, 3], "z": 4}},
    ),
}


@pytest.mark.parametrize(("settings", "expected"), FOLDS.values(), ids=FOLDS)
def test_folds(settings, expected):
    assert settings_of(settings) == {"a": expected}


def test_a_hash_folds_with_nothing_else():
    assert codes_of('a => { "x" => 1 } a => 2 a => { "y" => 2 }') == ["bad-value"]


@pytest.mark.parametrize("section", ["input", "output"])
def test_several_codecs_are_refused(section):
    assert codes_of("codec => json codec => plain codec => line", section) == ["several-codecs"]
    assert codes_of("codec => json { } codec => json { id => 1 }", section) == ["several-codecs"]


def test_the_same_codec_twice_is_tolerated():
    assert codes_of("codec => json codec => json", "input") == []


def test_a_key_twice_is_refused_by_its_spelling():
    assert codes_of('a => { "x1" => 1 "x1" => 2 }') == ["duplicate-key"]
    assert codes_of('a => [{ "x" => { yy => 1 yy => 2 } }]') == ["duplicate-key"]
    assert settings_of('a => { "x1" => 1 x1 => 2 }') == {"a": {"x1": 2}}


def test_a_key_that_is_a_number_is_refused():
    assert codes_of("a => { 5 => 1 }") == ["bad-value"]


def test_a_plugin_in_a_hash_is_refused():
    assert codes_of('a => { "x" => json { } }') == ["bad-value"]


def test_a_condition_around_inputs_is_warned_of():
    [diagnostic] = parse(Source("main.conf", "input { if [a] { stdin { } } }")).diagnostics
    assert (diagnostic.code, diagnostic.severity) == ("ignored-condition", "warning")


VALUES = {
    "booleans are strings": ("a => true", "true"),
    "a bareword": ("a => plain", "plain"),
    "an octal number": ("a => 010", 8),
    "a negative octal number": ("a => -010", -8),
    "zero": ("a => 0", 0),
    "a big number": ("a => 123456789012345678901234567890", 123456789012345678901234567890),
    "a float": ("a => 00.5", 0.5),
    "backslashes as written": (r'a => "it\'s\n\"x\""', r"it\'s\n\"x\""),
    "hash keys of three kinds": ('a => { bb => 1 "c d" => 2 }', {"bb": 1, "c d": 2}),
    "nested arrays": ('a => [["x"], [], {}]', [["x"], [], {}]),
    "what Logstash keeps of plugins in an array": (
        'a => [json { "b" => 1 cc => [2] }, bb]',
        ["b", 1, [2], "bb"],
    ),
}


@pytest.mark.parametrize(("settings", "expected"), VALUES.values(), ids=VALUES)
def test_values_are_what_plugins_see(settings, expected):
    value = settings_of(settings)["a"]
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize("number", ["9" * 5000, f"{'9' * 400}.5", "1.", "08"])
def test_a_number_that_cannot_be_read_is_refused(number):
    assert codes_of(f"a => {number}") == ["bad-value"]


def test_a_hash_keeps_the_written_order():
    assert list(settings_of('a => { "z" => 1 "b" => 2 "y" => 3 }')["a"]) == ["z", "b", "y"]


def test_a_nested_plugin_is_a_codec_with_settings():
    codec = settings_of("codec => json { charset => 'UTF-8' charset => 'x' }")["codec"]
    assert codec == Codec("json", {"charset": ["UTF-8", "x"]}, None)


ESCAPES = {
    r'"x\"y"': 'x"y',
    r"'x\'y'": "x'y",
    r'"x\\y"': "x\\y",
    r'"x\ny\rz\t\0"': "x\ny\rz\t\0",
    r'"x\d\\n"': r"x\d\n",
}


@pytest.mark.parametrize(("written", "expected"), ESCAPES.items(), ids=ESCAPES)
def test_escapes_are_replaced_where_support_is_on(written, expected):
    assert settings_of(f"a => {written}", escapes=True) == {"a": expected}
    assert settings_of(f"a => [{{ {written} => {written} }}]", escapes=True) == {"a": [{expected: expected}]}
    assert settings_of(f"a => {written}") == {"a": written[1:-1]}


def test_escapes_in_a_setting_name_stay():
    assert settings_of(r'"a\n" => 1', escapes=True) == {r"a\n": 1}
