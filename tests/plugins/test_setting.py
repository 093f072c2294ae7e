"""Settings: what each type takes, what it refuses, and how settings are declared, renamed and retired."""

from typing import Literal

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
from logsmith.plugins.setting import convert, default_of, in_java_order, settings_of

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
