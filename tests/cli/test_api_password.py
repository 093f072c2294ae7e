"""The API's password: it opens the API, and nothing that is printed has it."""

import base64
import http.client
import io
import json
import pprint
import re
import signal

import pytest

from logsmith import log
from logsmith.cli import main
from logsmith.cli.options import parse_options
from logsmith.config.settings import TABLE, Settings, load_settings, read_value
from logsmith.config.settings_file import read_settings_map
from logsmith.config.settings_table import PASSWORDS, ROWS, Kind
from logsmith.config.source import Source
from logsmith.config.variables import Variables
from logsmith.password import Password
from tests.cli.test_run import ENDLESS, WAIT_S, Started

SECRET = "geheim-4711"
NAME = "api.auth.basic.password"
TEXTS = {
    "plain": f"{NAME}: {SECRET}",
    "in quotes": f'api:\n  auth:\n    basic.password: "{SECRET}"',
    "a variable": f"{NAME}: ${{PW}}",
    "a part": f"{NAME}: geheim-${{REST:4711}}",
}
VARIABLES = Variables({"PW": SECRET})


@pytest.fixture(autouse=True)
def as_before(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LS_SETTINGS_DIR", raising=False)
    yield
    log.configure()


@pytest.fixture(params=TEXTS.values(), ids=TEXTS.keys())
def settings(request, tmp_path) -> Settings:
    (tmp_path / "logsmith.yml").write_text(request.param)
    loaded = load_settings({"path.settings": str(tmp_path)}, VARIABLES, is_root=False)
    assert loaded.diagnostics == ()
    return loaded.settings


def logged(format, **facts):  # noqa: A002  the log's word
    written = io.StringIO()
    log.configure(level="debug", format=format, stream=written)
    log.Logger("x").debug("m", **facts)
    return written.getvalue()


PRINTED = {
    "the setting": lambda settings: f"{settings[NAME]} {settings[NAME]!r}",
    "all settings": lambda settings: repr(settings) + repr({name: settings[name] for name in settings}),
    "pprint": lambda settings: pprint.pformat([settings[name] for name in settings]),
    "what is in them": lambda settings: repr([getattr(settings, name) for name in Settings.__slots__]),
    "JSON": lambda settings: json.dumps({name: settings[name] for name in settings}, default=str),
    "the log": lambda settings: logged("plain", settings=settings, password=settings[NAME]),
    "the log in JSON": lambda settings: logged("json", all={name: settings[name] for name in settings}),
}


@pytest.mark.parametrize("show", PRINTED.values(), ids=PRINTED.keys())
def test_it_is_read_and_does_not_print(settings, show):
    assert settings[NAME] == Password(SECRET)
    printed = show(settings)
    assert "4711" not in printed
    assert "geheim" not in printed


def test_what_a_file_gave_does_not_print_it():
    found = read_settings_map(Source("logsmith.yml", TEXTS["a variable"]), VARIABLES)
    assert found.given[0].value == Password(SECRET)
    assert SECRET not in repr(found.given)


def test_what_the_command_line_gave_does_not_print_it():
    chosen = parse_options(["-S", f"{NAME}={SECRET}"], {})
    assert chosen.settings == {NAME: Password(SECRET)}
    assert SECRET not in repr(chosen)


AS_WRITTEN = {
    "0123": "0123",
    "true": "true",
    "2026-01-01": "2026-01-01",
    "'[a, b]'": "[a, b]",
    "' x '": " x ",
}


@pytest.mark.parametrize(("written", "read"), AS_WRITTEN.items())
def test_it_is_what_is_written(written, read):
    found = read_settings_map(Source("logsmith.yml", f"{NAME}: {written}"), VARIABLES)
    assert read_value(TABLE[NAME], found.given[0].value) == Password(read)


@pytest.mark.parametrize("nothing", ["", "''", "null", "~"])
def test_an_empty_one_is_none(nothing):
    found = read_settings_map(Source("logsmith.yml", f"{NAME}: {nothing}"), VARIABLES)
    assert read_value(TABLE[NAME], found.given[0].value) is None


def test_a_list_is_refused_without_being_said(tmp_path):
    (tmp_path / "logsmith.yml").write_text(f"{NAME}: [{SECRET}]")
    (found,) = load_settings({"path.settings": str(tmp_path)}, VARIABLES, is_root=False).diagnostics
    assert found.message == f"{NAME} is a password, not a list"


def test_settings_that_are_called_like_secrets_are_passwords():
    policy = "api.auth.basic.password_policy."
    called = {row.name for row in ROWS if "password" in row.name and not row.name.startswith(policy)}
    assert called == PASSWORDS == {row.name for row in ROWS if row.kind is Kind.PASSWORD}


WORDS = ("-S", "api.auth.type=basic", "-S", "api.auth.basic.username=admin", "-S", f"{NAME}={SECRET}")


def test_a_check_does_not_say_it(capsys):
    assert main(["-t", "-e", ENDLESS, *WORDS, "-S", "api.http.port=none", "--log.level", "debug"]) == 1
    written = "".join(capsys.readouterr())
    assert "api.http.port is a port" in written
    assert SECRET not in written


@pytest.mark.slow
@pytest.mark.parametrize("format", ["plain", "json"])
def test_a_server_asks_for_it_and_does_not_say_it(tmp_path, format):  # noqa: A002  as above
    started = Started(
        tmp_path / "data", "-e", ENDLESS, *WORDS, "--log.level", "trace", "--log.format", format
    )
    try:
        line = started.wait_for("Successfully started Logstash API endpoint")
        port = int(re.search(r'"port": (\d+)', line)[1])
        right = "Basic " + base64.b64encode(f"admin:{SECRET}".encode()).decode()
        answers = [
            ask(port, {"Authorization": right}),
            ask(port, {"Authorization": right[:-4]}),
            ask(port, {}),
        ]
        assert [status for status, _ in answers] == [200, 401, 401]
    finally:
        assert started.end(signal.SIGTERM)[0] == 0
    assert SECRET not in started.log + repr(answers)


def ask(port: int, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    try:
        connection.request("GET", "/_node?pretty", headers=headers)
        with connection.getresponse() as response:
            return response.status, response.read()
    finally:
        connection.close()
