"""No secret is ever printed: not by its type, its plugin, a mistake, the compiler, the log or the API."""

import contextlib
import gc
import http.client
import io
import json
import os
import pprint
import re
import signal
import socket
import subprocess
import sys
import time
import traceback
from dataclasses import asdict, dataclass

import pytest

from logsmith import log
from logsmith.cli import main
from logsmith.cli.docs import KINDS
from logsmith.config.diagnostics import Diagnostic, as_json, render_plain
from logsmith.config.keystore import KeystoreFile
from logsmith.config.source import Source, Span
from logsmith.plugins import Context, Password
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.plugins.conversion import convert
from logsmith.plugins.registry import find, names
from logsmith.plugins.setting import settings_of

SECRET = "geheim-4711"
ESCAPED = 'ge"heim\\47ä11'  # what JSON and Python write otherwise
PASSWORD = Password(SECRET)
PATIENCE_S = 20


@dataclass
class Around:
    """Something that has a password."""

    password: Password


def raised(error):
    return "".join(traceback.format_exception(error))


def logged(format):  # noqa: A002  the log's word
    written = io.StringIO()
    log.configure(format=format, stream=written)
    log.Logger("x", plugin=PASSWORD).info(
        "m", password=PASSWORD, inside={"a": [PASSWORD]}, around=Around(PASSWORD)
    )
    log.configure()
    return written.getvalue()


PRINTED = {
    "repr": lambda: repr(PASSWORD),
    "str": lambda: str(PASSWORD),
    "format": lambda: f"{PASSWORD} {PASSWORD!s:>30} {PASSWORD!r} {'%s %r' % (PASSWORD, PASSWORD)}",  # noqa: UP031  each way counts
    "containers": lambda: f"{[PASSWORD]} { ({'a': PASSWORD}) } {Around(PASSWORD)} {asdict(Around(PASSWORD))}",
    "pprint": lambda: pprint.pformat({"a": PASSWORD}),
    "JSON": lambda: json.dumps({"a": PASSWORD}, default=str),
    "an exception": lambda: raised(ValueError(PASSWORD, [PASSWORD])),
    "the log": lambda: logged("plain"),
    "the log in JSON": lambda: logged("json"),
}


@pytest.mark.parametrize("print_it", PRINTED.values(), ids=PRINTED.keys())
def test_a_password_does_not_print(print_it):
    printed = print_it()
    assert "<password>" in printed
    assert SECRET not in printed


@pytest.mark.parametrize("value", [4711, [SECRET, SECRET], {"a": SECRET}, True])
def test_a_password_of_a_wrong_type_is_refused_without_being_said(value):
    with pytest.raises(ValueError, match="expected a text in quotes") as refusal:
        convert(value, Password)
    assert "4711" not in str(refusal.value)


WITH_PASSWORDS = [
    (kind, name, setting)
    for kind in KINDS
    for name in names(kind, third_parties=False)
    for setting, declared in settings_of(find(kind, name)).items()
    if "Password" in str(declared.type)
]
CONFIDENTIAL = re.compile(r"password|passphrase|secret|api_key|(^|_)token($|_)|cloud_auth")


def test_there_are_plugins_with_passwords():
    assert len({name for _, name, _ in WITH_PASSWORDS}) >= 4


@pytest.mark.parametrize(("kind", "name", "setting"), WITH_PASSWORDS)
def test_a_plugin_shows_its_password_neither_in_what_it_has_nor_in_what_it_complains_of(
    kind, name, setting, tmp_path
):
    required = {"s3": {"bucket": "b"}, "beats": {"port": 0}, "elasticsearch": {"hosts": "http://127.0.0.1:1"}}
    try:
        plugin, problems = make_plugin(
            kind, name, {**required.get(name, {}), setting: SECRET}, Context(path_data=tmp_path)
        )
        shown = repr(vars(plugin))
    except BuildError as error:
        problems, shown = error.problems, str(error)
    assert SECRET not in shown + "".join(f"{one.message} {one.hint}" for one in problems)


def test_settings_that_are_called_like_secrets_are_passwords():
    plain = [
        f"{kind} {name}: {setting}"
        for kind in KINDS
        for name in names(kind, third_parties=False)
        for setting, declared in settings_of(find(kind, name)).items()
        if CONFIDENTIAL.search(setting)
        and not setting.endswith("_file")
        and "Password" not in str(declared.type)
        and declared.obsolete is None
    ]
    assert plain == []


@pytest.fixture(autouse=True)
def as_before(monkeypatch, tmp_path):
    """A folder of its own; the log as it was."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LS_SETTINGS_DIR", raising=False)
    yield
    log.hide({})
    log.configure()
    gc.enable()


@pytest.fixture
def keystore(tmp_path):
    """A folder of settings with two secrets, `pw` and `odd`."""
    file = KeystoreFile(tmp_path / "config" / "logsmith.keystore")
    file.create(None)
    file.write({"pw": SECRET, "odd": ESCAPED}, None)
    return tmp_path / "config"


@pytest.fixture
def say(capsys):
    """Run the command in this process; return its exit status and what it wrote."""

    def run(*words):
        status = main(words)
        written = capsys.readouterr()
        return status, written.out + written.err

    return run


MISTAKES = [
    ("a mistake beside a password", 'output { elasticsearch { password => "geheim-4711" hots => "x" } }'),
    ("a password in single quotes", "output { s3 { bucket => b secret_access_key => 'geheim-4711' regoin => x } }"),
    ("a password that is no text", 'output { elasticsearch { password => { "geheim-4711" => 1 } } }'),
    ("a cloud_auth that is none", 'output { elasticsearch { cloud_auth => "geheim-4711" hosts => x } }'),
    ("a secret where a number belongs", 'input { beats { port => "${pw}" } }'),
    ("a secret where a choice belongs", 'output { file { path => "/tmp/x" write_behavior => "${odd}" } }'),
    ("a secret as a host", 'output { elasticsearch { hosts => "http://u:${pw}@[x" } }'),
    ("a secret as a pattern", 'filter { grok { match => { "message" => "%{${pw}}" } } }'),
]  # fmt: skip


@pytest.mark.parametrize("format", ["plain", "json"])
@pytest.mark.parametrize("text", [case[1] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_a_diagnostic_does_not_quote_a_secret(text, format, say, keystore):  # noqa: A002  as above
    status, written = say("-t", "-e", text, "--log.format", format)
    assert status == 1
    assert "error" in written
    assert SECRET not in written
    assert all(piece not in written for piece in (ESCAPED, json.dumps(ESCAPED)[1:-1], repr(ESCAPED)[1:-1]))


def test_a_setting_of_the_settings_file_that_is_wrong_does_not_quote_a_secret(say, keystore):
    (keystore / "logsmith.yml").write_text("pipeline.workers: ${pw}\n")
    status, written = say("-t", "-e", "input { generator {} } output { null {} }")
    assert status == 1
    assert "${pw}" in written
    assert SECRET not in written


def test_the_compiler_does_not_print_a_secret(say, keystore):
    text = """
        filter {
          if [a] == "${pw}" or [a] in ["x", "${odd}"] { mutate { add_field => { "b" => "${pw} ${odd}" } } }
          fingerprint { method => "SHA256" key => "plain-4712" }
        }
        output { elasticsearch { hosts => "http://h" user => "u" password => "plain-4712" } }
    """
    status, written = say("compile", "-e", text)
    assert status == 0
    assert "def filters" in written
    assert "${pw}" in written
    assert "4712" not in written
    assert "geheim" not in written
    assert "heim" not in written


EXCERPTS = [
    'api_key => "geheim" x',
    "ssl_key_passphrase=>'geheim' x",
    '"password" => "geheim" x',
    "password => geheim x",
    'password => "ge\\"heim" x',
    'cloud_auth => "u:geheim" x',
    'key => "geheim" x',
    'hosts => ["http://u:geheim@h", "https://u:gehe/im@h"] x',
    'api.auth.basic.password: "geheim" # x',
    'x password => "geheim',
]


@pytest.mark.parametrize("text", EXCERPTS)
def test_the_excerpt_of_a_diagnostic_hides_secrets_and_keeps_its_columns(text):
    place = text.index("x")
    one = Diagnostic("unknown-setting", "m", Span(Source("f", text), place, place + 1))
    shown = render_plain(one)
    assert all(piece not in shown + json.dumps(as_json(one)) for piece in ("geheim", "heim", "gehe"))
    line, carets = shown.splitlines()[-2:]
    if not text.startswith("api.auth"):
        assert line.index("x") == carets.index("^")


def test_an_excerpt_keeps_what_is_no_secret():
    text = 'match => { "message" => "a: b" } hosts => "http://h:9200/x" keys => 5'
    shown = render_plain(Diagnostic("bad-value", "m", Span(Source("f", text), 0, 1)))
    assert text in shown


@pytest.mark.parametrize("host", ["http://u:geheim@[x", "http://u:gehe/im@h", "ftp://u:geheim@h"])
def test_an_address_that_is_refused_is_quoted_without_its_password(host):
    with pytest.raises(BuildError) as refusal:
        make_plugin("output", "elasticsearch", {"hosts": host}, Context())
    assert all(piece not in str(refusal.value) for piece in ("geheim", "gehe", "im@"))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


ADDRESSES = (
    "/",
    "/_node",
    "/_node/pipelines?graph=true",
    "/_node/stats",
    "/_node/stats/pipelines",
    "/_health_report",
)


@pytest.mark.slow
@pytest.mark.parametrize("format", ["plain", "json"])
def test_a_server_that_cannot_reach_its_outputs_says_no_secret(format, keystore, tmp_path):  # noqa: A002  as above
    port, dead = free_port(), free_port()
    pipeline = tmp_path / "main.conf"
    pipeline.write_text(
        f"""
        input {{ generator {{ count => 5 message => "x" }} generator {{ count => 100000 message => "y" }} }}
        output {{
          elasticsearch {{ hosts => "http://user:${{pw}}@127.0.0.1:{dead}" }}
          elasticsearch {{ hosts => "http://127.0.0.1:{dead}" user => "u" password => "plain-4712" }}
          s3 {{ bucket => "b" access_key_id => "AK" secret_access_key => "${{odd}}" session_token => "plain-4712"
               endpoint => "http://127.0.0.1:{dead}" size_file => 10 retry_delay => 0.1 }}
        }}
        """
    )
    command = [
        sys.executable,
        "-m",
        "logsmith",
        "-f",
        str(pipeline),
        "-w",
        "1",
        "--path.data",
        str(tmp_path / "d"),
    ]
    more = ["--api.http.port", str(port), "--log.level", "debug", "--log.format", format]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    server = subprocess.Popen(
        [*command, *more], stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    try:
        answers = [ask(port, address) for address in ADDRESSES]
        time.sleep(1)  # for complaints about outputs that are away
    finally:
        server.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.5)
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=PATIENCE_S)
    written = (out + err).decode() + "".join(answers)
    assert "127.0.0.1" in written
    assert "elasticsearch" in written
    for piece in (SECRET, "plain-4712", "heim"):  # digits alone may be in an id
        assert piece not in written


def ask(port, address):
    deadline = time.monotonic() + PATIENCE_S
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        try:
            connection.request("GET", address)
            return connection.getresponse().read().decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        finally:
            connection.close()
