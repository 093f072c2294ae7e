"""`pipelines.yml`: what it may say, and what is refused with its place."""

import pytest

from logsmith.config.pipelines_file import read_pipelines, read_pipelines_text
from logsmith.config.settings import Settings
from logsmith.config.source import Source
from logsmith.config.variables import Variables

BASE = Settings({"pipeline.workers": 3, "pipeline.batch.size": 50})


def read(text, **environment):
    return read_pipelines_text(Source("pipelines.yml", text), BASE, Variables(environment))


def test_each_entry_has_its_own_settings_over_those_of_the_settings_file():
    found = read(
        "- pipeline.id: a\n  path.config: a.conf\n  pipeline.workers: 1\n- pipeline.id: b\n  config.string: 'input {}'\n"
    )
    assert found.diagnostics == ()
    shown = [
        tuple(
            one.settings[name] for name in ("pipeline.id", "path.config", "config.string", "pipeline.workers")
        )
        for one in found.entries
    ]
    assert shown == [("a", "a.conf", None, 1), ("b", None, "input {}", 3)]
    assert all(one.settings["pipeline.batch.size"] == 50 for one in found.entries)


def test_a_text_in_an_entry_wins_over_a_path():
    (one,) = read("- config.string: 'input {}'\n  path.config: a.conf").entries
    assert (one.settings["config.string"], one.settings["path.config"]) == ("input {}", None)


def test_an_entry_without_an_id_is_main():
    assert [one.settings["pipeline.id"] for one in read("- path.config: a.conf").entries] == ["main"]


def test_variables_are_replaced_in_the_text_of_a_pipeline_too():
    found = read('- config.string: "input { generator { count => ${COUNT:5} } } # ${WHO}"', WHO="me")
    assert found.entries[0].settings["config.string"] == "input { generator { count => 5 } } # me"


REFUSED = [
    ("nothing", "# all comments", "bad-value", 1, "Pipelines YAML file is empty. Location: pipelines.yml"),
    (
        "a map",
        "pipeline.id: a",
        "bad-value",
        1,
        "Pipelines YAML file must contain an array of pipeline configs. Found a map",
    ),
    (
        "a text",
        "hello",
        "bad-value",
        1,
        "Pipelines YAML file must contain an array of pipeline configs. Found a text",
    ),
    ("an entry that is no map", "- a.conf", "bad-value", 1, "not YAML: a map of settings is expected"),
    (
        "what is not YAML",
        "- a: [",
        "bad-value",
        1,
        "not YAML: this is never closed",
    ),
    (
        "a setting of the whole server",
        "- path.config: a\n  api.http.port: 1",
        "unknown-setting",
        2,
        "api.http.port cannot be set for one pipeline",
    ),
    (
        "a map in an entry",
        "- path.config: a\n  pipeline:\n    workers: 1",
        "unknown-setting",
        2,
        'there is no setting "pipeline"',
    ),
    (
        "two of one id",
        "- path.config: a\n- path.config: b",
        "duplicate-id",
        2,
        'two pipelines have the id "main", the other is at line 1',
    ),
    (
        "an entry without a pipeline",
        "- pipeline.id: a",
        "bad-value",
        1,
        "the pipeline has neither path.config nor config.string",
    ),
    (
        "a bad value",
        "- path.config: a\n  pipeline.workers: many",
        "bad-value",
        2,
        'pipeline.workers is a positive integer, not "many"',
    ),
    ("an unknown variable", "- path.config: ${NOWHERE}", "undefined-variable", 1, None),
]


@pytest.mark.parametrize(
    ("text", "code", "line", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refuses(text, code, line, message):
    first = read(text).diagnostics[0]
    assert (first.code, first.span.line) == (code, line)
    assert message is None or first.message == message


def test_a_path_that_cannot_be_read_is_not_missing_too():
    assert [one.code for one in read("- path.config: ${NOWHERE}").diagnostics] == ["undefined-variable"]


def test_is_read_from_the_folder_of_settings(tmp_path):
    settings = Settings({"path.settings": str(tmp_path)})
    assert read_pipelines(settings) is None
    (tmp_path / "pipelines.yml").write_text("- path.config: a.conf")
    assert [one.settings["path.config"] for one in read_pipelines(settings).entries] == ["a.conf"]


def test_a_file_that_is_not_utf8_is_an_error(tmp_path):
    (tmp_path / "pipelines.yml").write_bytes(b"- path.config: \xff")
    (one,) = read_pipelines(Settings({"path.settings": str(tmp_path)})).diagnostics
    assert (one.code, one.position) == ("not-utf8", (1, 16))
