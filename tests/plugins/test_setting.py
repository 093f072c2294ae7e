"""Settings: what each type takes, what it refuses, and how settings are declared, renamed and retired."""

from typing import Literal, get_args

import pytest

from logsmith.event import FieldRef, Sprintf
from logsmith.plugins import (
    REQUIRED,
    BadValueError,
    ByteSize,
    CodecSetting,
    Context,
    Duration,
    Password,
    Plugin,
    setting,
)
from logsmith.plugins.build import BuildError, _check_settings, make_plugin
from logsmith.plugins.conversion import convert, in_java_order
from logsmith.plugins.registry import find, names
from logsmith.plugins.setting import default_of, settings_of

TAKEN = [
    (bool, "true", True), (bool, "false", False), (bool, True, True), (int, "5", 5), (int, 5, 5), (int, 5.0, 5), (int, [5], 5), (int, 3.7, 3),
    (float, "1.5", 1.5), (float, 5, 5), (str, "a", "a"), (str, 5, "5"), (str, ["a"], "a"), (str, True, "true"),
    (str | None, None, None), (str | None, "a", "a"), (ByteSize, "10 MiB", 10 * 1024**2), (ByteSize, "180 mb", 180 * 1000**2),
    (ByteSize, 1024, 1024), (Duration, "500ms", 0.5), (Duration, 10, 10.0), (Duration, "5m", 300.0), (Literal["a", "b"], "b", "b"),
    (list[str], "a", ["a"]), (list[str], ["a", 5], ["a", "5"]), (list[str], None, []), (list[int], "5", [5]),
    (dict[str, str], {"a": 5}, {"a": "5"}), (dict[str, str], ["a", "b"], {"a": "b"}), (FieldRef, "[a][b]", FieldRef("[a][b]")),
    (Sprintf, "%{a}", Sprintf("%{a}")), (CodecSetting, "json", CodecSetting("json")), (int | str, "x", "x"), (int | str, "5", 5),
]  # fmt: skip
REFUSED = [
    (bool, "yes"), (bool, 1), (int, "x"), (int, True), (float, "1e3"), (float, "0x1f"), (str, ["a", "b"]), (str, {"a": 1}),
    (ByteSize, "ten"), (ByteSize, "-1"), (Duration, "soon"), (Literal["a", "b"], "c"), (dict[str, str], "a"), (dict[str, str], ["a"]),
    (list[int], ["5", "x"]), (FieldRef, "[a"), (Sprintf, "%{[a}"), (CodecSetting, ["json"]),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "value", "expected"), TAKEN, ids=repr)
def test_takes(wanted, value, expected):
    converted = convert(value, wanted)
    assert converted == expected
    assert type(converted) is type(expected) or isinstance(converted, (ByteSize, Duration))


@pytest.mark.parametrize(("wanted", "value"), REFUSED, ids=repr)
def test_refuses(wanted, value):
    with pytest.raises(BadValueError, match=r"expected|Invalid|bad"):
        convert(value, wanted)


def test_a_path_must_be_there(tmp_path):
    from pathlib import Path

    assert convert(str(tmp_path), Path) == tmp_path
    with pytest.raises(BadValueError, match="file does not exist"):
        convert(str(tmp_path / "gone"), Path)


def test_a_password_never_prints():
    password = convert("secret", Password)
    assert password.value == "secret"
    assert "secret" not in f"{password!r} {password}"


def test_hashes_have_the_order_of_java():
    entries = dict.fromkeys(["host", "hostname"], 1)
    assert list(in_java_order(entries)) == ["hostname", "host"]
    assert list(in_java_order(dict.fromkeys("gfedcba", 1))) == list(
        "abcdefg"
    )  # their codes, 97 to 103, in 16 buckets


class Sample(Plugin):
    kind = "filter"

    needed: str = setting(REQUIRED, "Needed.")
    items: list[str] = setting([], "Items.")
    size: int = setting(1, "A size.", old={"length": None, "kilo": lambda value: int(value) * 1000})
    gone: str = setting("", "Gone.", obsolete="use items")


def checked(**values):
    settings, problems = _check_settings(Sample, values)
    return settings, [(one.code, one.severity, one.setting) for one in problems]


def test_settings_are_inherited_and_know_their_sentences():
    assert {"needed", "items", "size", "gone", "id", "enable_metric"} == set(settings_of(Sample))
    assert settings_of(Sample)["needed"].sentence == "Needed."


def test_each_plugin_owns_its_defaults():
    default_of(settings_of(Sample)["items"]).append("x")
    assert default_of(settings_of(Sample)["items"]) == []


@pytest.mark.parametrize(
    ("kind", "name", "values", "message"),
    [
        ("filter", "drop", {"percentage": 140}, "percentage: expected 0 to 100, got 140"),
        ("filter", "drop", {"percentage": "-0.5"}, "percentage: expected 0 to 100, got -0.5"),
        ("input", "beats", {"port": 65536}, "port: expected 0 to 65535, got 65536"),
        ("filter", "geoip", {"source": "a", "cache_size": -1}, "cache_size: expected 0 or more, got -1"),
        ("filter", "metrics", {"percentiles": [1, 101]}, "percentiles: expected 0 to 100, got 101"),
        ("filter", "useragent", {"source": "a", "lru_cache_size": 0}, "lru_cache_size: expected 1 or more, got 0"),
    ],
)  # fmt: skip
def test_a_number_out_of_its_range_is_refused(kind, name, values, message):
    with pytest.raises(BuildError) as caught:
        make_plugin(kind, name, values, Context())
    assert message in [problem.message for problem in caught.value.problems]


def test_every_number_has_a_range_or_is_looked_at_by_its_plugin():
    looked_at = {
        ("dns", "timeout"), ("dns", "hit_cache_ttl"), ("dns", "failed_cache_ttl"), ("file", "dir_mode"),
        ("file", "file_mode"), ("elasticsearch", "compression_level"), ("elasticsearch", "dlq_custom_codes"),
        *((name, "workers") for name in names("output")),
    }  # fmt: skip
    without = {
        (name, one.name)
        for kind in ("input", "filter", "output", "codec")
        for name in names(kind)
        for one in settings_of(find(kind, name)).values()
        if {int, float} & {one.type, *get_args(one.type)} and one.within is None
    }
    assert without - looked_at == set()


@pytest.mark.parametrize("kind", ["input", "filter", "output", "codec"])
def test_defaults_are_within_their_ranges(kind):
    for name in names(kind):
        for one in settings_of(find(kind, name)).values():
            numbers = one.default if isinstance(one.default, list) else [one.default]
            if one.within is not None and one.default is not None and not one.is_required:
                assert all(one.within.least <= number <= one.within.most for number in numbers), one.name


def problems_of(kind, name, **values):
    with pytest.raises(BuildError) as caught:
        make_plugin(kind, name, values, Context())
    return [problem.message for problem in caught.value.problems]


def test_a_hash_where_an_array_is_due_is_called_that():
    assert problems_of("filter", "date", match={"ts": ["ISO8601"]}) == [
        """match: expected an array such as ["a", "b"], got {'ts': ['ISO8601']}"""
    ]


def test_a_wrong_value_hides_nothing_that_the_right_ones_are_enough_for():
    assert problems_of("filter", "grok", timeout_scope="line", match={"a": "%{NOSUCH}"}) == [
        "timeout_scope: expected one of 'pattern', 'event', got 'line'",
        "there is no grok pattern 'NOSUCH'",
    ]
    assert problems_of("filter", "mutate", tag_on_failure=["a", "b"], add_field={"[a": "b"})[1:] == [
        "add_field: Invalid FieldReference: `[a`"
    ]
    assert problems_of("input", "beats", port=5044, enrich=["all", "none"], codec=CodecSetting("nosuch")) == [
        "there is no codec plugin 'nosuch'",
        "enrich: all and none stand alone",
    ]


def test_a_plugin_is_asked_nothing_that_depends_on_a_wrong_value():
    # with another mode the next problem may not be one
    assert len(problems_of("input", "file", path=["/a"], mode="raed", exit_after_read=True)) == 1
    assert len(problems_of("filter", "grok", ecs_compatibility="v9", match={"a": "%{NOSUCH}"})) == 1
    assert len(problems_of("filter", "clone", clones=["a", {"b": "c"}])) == 1


def test_given_names_what_was_written():
    plugin = Sample(Context(), {"needed": "x"})
    assert (plugin.given, plugin.size) == ({"needed"}, 1)


PROBLEMS = {
    "an unknown setting": ({"needed": "x", "itms": []}, [("unknown-setting", "error", "itms")]),
    "a setting that is not there": ({}, [("missing-setting", "error", None)]),
    "a value of another type": ({"needed": "x", "size": "big"}, [("bad-value", "error", "size")]),
    "an obsolete setting": ({"needed": "x", "gone": "y"}, [("obsolete-setting", "error", "gone")]),
    "a former name": ({"needed": "x", "length": 5}, [("deprecated-setting", "warning", "length")]),
    "several": ({"size": "big"}, [("bad-value", "error", "size"), ("missing-setting", "error", None)]),
}


@pytest.mark.parametrize(("values", "expected"), PROBLEMS.values(), ids=PROBLEMS)
def test_reports(values, expected):
    assert checked(**values)[1] == expected


def test_former_names_are_read_as_they_were_meant():
    assert checked(needed="x", length="5")[0]["size"] == 5
    assert checked(needed="x", kilo="5")[0]["size"] == 5000


def test_a_near_name_is_proposed():
    with pytest.raises(BuildError) as caught:
        make_plugin("filter", "mutat", {}, Context())
    assert caught.value.problems[0].hint == "did you mean mutate?"


def test_a_codec_s_problems_are_those_of_its_plugin():
    with pytest.raises(BuildError) as caught:
        make_plugin("input", "stdin", {"codec": CodecSetting("line", {"nosuch": 1})}, Context())
    assert [(one.code, one.setting) for one in caught.value.problems] == [("unknown-setting", "codec")]
