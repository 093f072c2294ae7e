"""The settings: defaults, `logsmith.yml` or `logstash.yml`, the command line."""

import pytest

from logsmith.config.diagnostics import render_plain
from logsmith.config.settings import TABLE, Given, Settings, load_settings, read_value, read_values
from logsmith.config.settings_table import ROWS, Kind
from logsmith.config.source import Source, Span
from logsmith.config.variables import Variables

VARIABLES = Variables({"WORKERS": "3", "NAME": "n1", "PLUGINS": "[/a, '/b']"})


@pytest.fixture
def load(tmp_path):
    def load(text=None, name="logstash.yml", **overrides):
        if text is not None:
            (tmp_path / name).write_text(text)
        values = {key.replace("__", "."): value for key, value in overrides.items()}
        return load_settings({"path.settings": str(tmp_path)} | values, VARIABLES, is_root=False)

    return load


def test_without_a_file_all_is_default(load):
    settings, diagnostics = load()
    assert (settings["pipeline.batch.size"], settings["pipeline.ecs_compatibility"]) == (125, "v8")
    assert (settings["path.data"], settings["allow_superuser"]) == ("./data", True)
    assert diagnostics == ()


READ = {
    "a nested key": ("pipeline:\n  batch:\n    size: 10", "pipeline.batch.size", 10),
    "a dotted key": ("pipeline.batch.size: 10", "pipeline.batch.size", 10),
    "a mixed key": ("pipeline:\n  batch.size: 10", "pipeline.batch.size", 10),
    "a number as text": ('pipeline.batch.size: "10"', "pipeline.batch.size", 10),
    "a boolean": ("config.reload.automatic: true", "config.reload.automatic", True),
    "a boolean as text": ('config.reload.automatic: "true"', "config.reload.automatic", True),
    "a choice that YAML takes for a boolean": ("pipeline.ordered: false", "pipeline.ordered", "false"),
    "bytes": ("queue.max_bytes: 4gb", "queue.max_bytes", 4 * 1024**3),
    "other bytes": ("queue.page_capacity: 10MB", "queue.page_capacity", 10 * 1024**2),
    "bytes without a unit": ("queue.max_bytes: 4096", "queue.max_bytes", 4096),
    "a time": ("config.reload.interval: 500ms", "config.reload.interval", 0.5),
    "a time in minutes": ("config.reload.interval: 2m", "config.reload.interval", 120.0),
    "nanoseconds": ("config.reload.interval: 3000000000", "config.reload.interval", 3.0),
    "a threshold that is off": ("slowlog.threshold.warn: -1", "slowlog.threshold.warn", -1.0),
    "a port": ("api.http.port: 9601", "api.http.port", "9601"),
    "ports": ("api.http.port: 9601-9602", "api.http.port", "9601-9602"),
    "a list": ("path.plugins: [/a, /b]", "path.plugins", ["/a", "/b"]),
    "a list of one": ("path.plugins: /a", "path.plugins", ["/a"]),
    "a variable": ("pipeline.workers: ${WORKERS}", "pipeline.workers", 3),
    "a variable with a default": ("pipeline.workers: ${NONE:7}", "pipeline.workers", 7),
    "a variable inside a text": ("node.name: x-${NAME}", "node.name", "x-n1"),
    "a variable that is a list": ("path.plugins: ${PLUGINS}", "path.plugins", ["/a", "/b"]),
    "no value": ("pipeline.workers:", "pipeline.workers", None),
    "a name that looks like a date": ("node.name: 2020-01-01", "node.name", "2020-01-01"),
}


@pytest.mark.parametrize(("text", "name", "value"), READ.values(), ids=READ)
def test_reads(load, text, name, value):
    settings, diagnostics = load(text)
    assert settings[name] == value
    assert type(settings[name]) is type(value)
    assert diagnostics == ()


def test_logsmith_yml_comes_before_logstash_yml(load):
    load("node.name: old")
    assert load("node.name: new", name="logsmith.yml").settings["node.name"] == "new"


def test_the_command_line_comes_before_the_file(load):
    settings, _ = load("pipeline.workers: 2\nnode.name: n", pipeline__workers="4")
    assert (settings["pipeline.workers"], settings["node.name"]) == (4, "n")


REFUSED = {
    "an unknown setting": (
        "pipeline:\n  worker: 2",
        "unknown-setting",
        (2, 3),
        'there is no setting "pipeline.worker"',
        "did you mean pipeline.workers?",
    ),
    "a removed setting": ("http.enabled: true", "unknown-setting", (1, 1), 'there is no setting "http.enabled"', None),
    "no integer": ("pipeline.batch.size: many", "bad-value", (1, 1), 'pipeline.batch.size is a positive integer, not "many"', ""),
    "no positive integer": ("pipeline.workers: 0", "bad-value", (1, 1), 'pipeline.workers is a positive integer, not "0"', ""),
    "no choice": ("queue.type: disk", "bad-value", (1, 1), 'queue.type is memory or persisted, not "disk"', ""),
    "no size": ("queue.max_bytes: 4 apples", "bad-value", (1, 1), 'queue.max_bytes is a size of 0 or more, such as 64mb, not "4 apples"', ""),
    "a negative size": ("queue.max_bytes: -1", "bad-value", (1, 1), 'queue.max_bytes is a size of 0 or more, such as 64mb, not "-1"', ""),
    "a negative size with a unit": ("dead_letter_queue.max_bytes: -5mb", "bad-value", (1, 1), None, ""),
    "a negative number": ("queue.max_events: -1", "bad-value", (1, 1), 'queue.max_events is an integer of 0 or more, not "-1"', ""),
    "no time": ("config.reload.interval: soon", "bad-value", (1, 1), 'config.reload.interval is a time such as 3s, not "soon"', ""),
    "no port": ("api.http.port: 70000", "bad-value", (1, 1), 'api.http.port is a port, or a range such as 9600-9700, not "70000"', ""),
    "no boolean": ("queue.drain: maybe", "bad-value", (1, 1), 'queue.drain is true or false, not "maybe"', ""),
    "a variable without a value": ("node.name: ${NONE}", "undefined-variable", (1, 1), None, ""),
    "no YAML": ("a: b: c", "bad-value", (1, 5), "not YAML: mapping values are not allowed here", ""),
    "a quote that is not closed": ("queue.drain: true\nnode.name: 'x\n\n", "bad-value", (2, 12), "not YAML: this is never closed", ""),
    "a tab": ("queue:\n\tdrain: true", "bad-value", (2, 1), None, "indent with spaces"),
    "modules": ("modules:\n  - name: netflow", "unknown-setting", (1, 1), 'there is no setting "modules"', "modules ended with Logstash 9: write the pipeline in a file, and name that in path.config"),
    "no map": ("- a", "bad-value", (1, 1), "not YAML: a map of settings is expected", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "place", "message", "hint"), REFUSED.values(), ids=REFUSED)
def test_refuses(load, text, code, place, message, hint):  # noqa: PLR0917  # a row of the table
    settings, [diagnostic] = load(text)
    assert (diagnostic.code, (diagnostic.span.line, diagnostic.span.column)) == (code, place)
    assert message in (None, diagnostic.message)
    assert hint in (None, diagnostic.hint)
    assert settings["queue.type"] == "memory"


def test_all_mistakes_of_a_file_are_reported(load):
    diagnostics = load("a: 1\nqueue.type: x\nb: 2\n").diagnostics
    assert [one.span.line for one in diagnostics] == [1, 2, 3]


def test_licensed_settings_are_accepted_with_one_warning(load):
    text = "xpack.monitoring.enabled: true\nxpack:\n  management:\n    enabled: false\notel.service.name: x\n"
    _, [diagnostic] = load(text)
    assert (diagnostic.code, diagnostic.severity) == ("ignored-setting", "warning")
    assert diagnostic.message == (
        "accepted without effect: xpack.monitoring.enabled, xpack.management.enabled, otel.service.name"
    )


def test_an_unknown_setting_of_the_command_line_has_no_line(load):
    _, [diagnostic] = load(pipeline__worker="1")
    assert (diagnostic.span.source.name, diagnostic.hint) == (
        "command line",
        "did you mean pipeline.workers?",
    )


def test_path_config_and_config_string_exclude_each_other(load):
    _, [diagnostic] = load(path__config="a.conf", config__string="input { }")
    assert diagnostic.code == "conflicting-settings"


def test_config_string_cannot_be_reloaded(load):
    _, [diagnostic] = load(config__string="input { }", config__reload__automatic="true")
    assert diagnostic.code == "conflicting-settings"


@pytest.mark.parametrize(("allow", "severity"), [("true", "warning"), ("false", "error")])
def test_root_is_warned_of_or_refused(tmp_path, allow, severity):
    overrides = {"path.settings": str(tmp_path), "allow_superuser": allow}
    _, [diagnostic] = load_settings(overrides, VARIABLES, is_root=True)
    assert (diagnostic.code, diagnostic.severity) == ("superuser", severity)


def test_a_file_that_is_not_utf8_is_an_error(tmp_path):
    (tmp_path / "logstash.yml").write_bytes(b"node.name: caf\xe9")
    _, [diagnostic] = load_settings({"path.settings": str(tmp_path)}, VARIABLES, is_root=False)
    assert (diagnostic.code, diagnostic.message) == ("not-utf8", "not UTF-8: byte 0xe9")


WARNED = {
    "a time without a unit": (
        "config.reload.interval: 3",
        "config.reload.interval of 3 is 3 nanoseconds: a number has no unit",
        "write 3s for seconds",
    ),
    "a setting that is there twice": (
        "node.name: a\nnode:\n  name: b",
        "node.name is set twice, the other is at line 1; the last one counts",
        "",
    ),
}


@pytest.mark.parametrize(("text", "message", "hint"), WARNED.values(), ids=WARNED)
def test_warns_of_what_is_hardly_meant(load, text, message, hint):
    _, [diagnostic] = load(text)
    assert (diagnostic.severity, diagnostic.message, diagnostic.hint) == ("warning", message, hint)


def test_the_file_that_is_not_read_is_named(load, tmp_path):
    load("node.name: a")
    settings, [diagnostic] = load("node.name: b", name="logsmith.yml")
    assert settings["node.name"] == "b"
    assert diagnostic.span.source.name == str(tmp_path / "logstash.yml")
    assert (diagnostic.code, diagnostic.severity) == ("skipped-file", "warning")


def test_a_password_in_quotes_that_are_not_closed_stays_unsaid(load):
    _, [diagnostic] = load("api.auth.basic.password: 'geheim\n")
    assert "geheim" not in render_plain(diagnostic)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_whole(row):
    assert row.meaning.endswith(".")
    assert TABLE[row.name] is row
    assert row.default is None or row.kind is Kind.LIST or read_value(row, _written(row)) == row.default


def _written(row):
    if row.kind is Kind.TIME:
        return f"{int(row.default)}s" if row.default >= 0 else "-1"
    return str(row.default).lower() if isinstance(row.default, bool) else str(row.default)


def test_only_some_settings_can_be_set_for_one_pipeline():
    span = Span(Source("pipelines.yml", ""), 0, 0)
    given = [Given("pipeline.workers", 2, span), Given("log.level", "debug", span)]
    values, [diagnostic] = read_values(given, only_pipeline=True)
    assert values == {"pipeline.workers": 2}
    assert diagnostic.message == "log.level cannot be set for one pipeline"


def test_settings_are_values():
    settings = Settings({"node.name": "a"})
    other = settings.with_values({"node.name": "b"})
    assert (settings["node.name"], other["node.name"]) == ("a", "b")
    assert settings == Settings({"node.name": "a"}) != other
    assert set(settings) == set(TABLE)
