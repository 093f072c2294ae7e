"""`logsmith keystore`, and what its secrets do in settings and pipelines."""

import io
import subprocess
import sys

import pytest

from logsmith import log
from logsmith.cli import main
from logsmith.config import keystore
from logsmith.config.settings import load_settings


@pytest.fixture(autouse=True)
def quiet(monkeypatch, tmp_path):
    """No keystore of this machine; keys at little cost; the log as it was."""
    for variable in keystore.PASSWORD_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LS_SETTINGS_DIR", str(tmp_path))
    monkeypatch.setattr(keystore, "SCRYPT", {"n": 2**4, "r": 8, "p": 1})
    yield
    log.hide({})
    log.configure()


def keystore_command(monkeypatch, *words, typed=""):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return main(["keystore", *words])


@pytest.fixture
def run(monkeypatch, capsys):
    """Run `logsmith keystore` and return its status and what it wrote."""

    def run_it(*words, typed=""):
        status = keystore_command(monkeypatch, *words, typed=typed)
        written = capsys.readouterr()
        return status, written.out + written.err

    return run_it


@pytest.fixture
def filled(run):
    """A keystore with one secret."""
    assert run("create")[0] == 0
    assert run("add", "ES_PWD", "--stdin", typed="geheim\n") == (0, "Added es_pwd\n")


def test_secrets_are_added_listed_and_removed(run, filled):
    assert run("add", "--stdin", "b", "A", typed="1\n2\n") == (0, "Added b\nAdded a\n")
    assert run("list") == (0, "a\nb\nes_pwd\n")
    assert run("remove", "A", "b") == (0, "Removed a\nRemoved b\n")
    assert run("list") == (0, "es_pwd\n")


def test_values_are_asked_for_one_by_one(run, filled, monkeypatch):
    asked = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "typed")
    assert run("add", "x", "y")[0] == 0
    assert asked == ["Enter value for x: ", "Enter value for y: "]


def test_nobody_to_ask_is_said(run, filled, monkeypatch):
    def ask(prompt):
        raise EOFError

    monkeypatch.setattr("getpass.getpass", ask)
    status, written = run("add", "x")
    assert status == 1
    assert written == (
        "ERROR: there is no value for x: standard input has ended, and there is no terminal to ask at; "
        "pipe it in with --stdin\n"
    )
    assert run("list") == (0, "es_pwd\n")


def test_a_value_of_several_lines_is_kept_whole(run, filled, tmp_path):
    run("add", "pem", "--stdin", typed="-----BEGIN\nabc\n-----END\n")
    assert (
        keystore.KeystoreFile(tmp_path / "logsmith.keystore").read(None)["pem"] == "-----BEGIN\nabc\n-----END"
    )


MISTAKES = [
    ("no name", ["add", "1x", "--stdin"], "x", "'1x' is no name for a key"),
    ("twice", ["add", "x", "X", "--stdin"], "1\n2", "a key is named twice"),
    ("there already", ["add", "es_PWD", "--stdin"], "x", "es_pwd: in the keystore already; --force replaces"),
    ("empty", ["add", "x", "--stdin"], "\n", "the value of x is empty"),
    ("too few lines", ["add", "x", "y", "--stdin"], "1\n", "expected 2 lines of standard input, got 1"),
    ("not there", ["remove", "es_pwd", "x"], "", "x: not in the keystore"),
    ("a second keystore", ["create"], "", "exists already"),
]


@pytest.mark.parametrize(
    ("words", "typed", "complaint"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES]
)
def test_a_mistake_changes_nothing(words, typed, complaint, run, filled):
    status, written = run(*words, typed=typed)
    assert status == 1
    assert written.startswith("ERROR: ")
    assert complaint in written
    assert run("list") == (0, "es_pwd\n")


def test_force_replaces(run, filled, tmp_path):
    assert run("add", "es_pwd", "--stdin", "--force", typed="new")[0] == 0
    assert keystore.KeystoreFile(tmp_path / "logsmith.keystore").read(None)["es_pwd"] == "new"


def test_without_a_keystore_it_says_how_to_make_one(run, tmp_path):
    path = tmp_path / "logsmith.keystore"
    assert run("list") == (1, f"ERROR: there is no keystore {path}; `logsmith keystore create` makes one\n")


def test_the_folder_may_stand_before_or_behind_the_command(run, tmp_path):
    assert run("--path.settings", str(tmp_path / "a"), "create")[0] == 0
    assert run("create", "--path.settings", str(tmp_path / "b"))[0] == 0
    assert (tmp_path / "a" / "logsmith.keystore").exists()
    assert (tmp_path / "b" / "logsmith.keystore").exists()


def test_a_keystore_without_a_password_is_warned_of(run, monkeypatch, tmp_path):
    assert "WARNING: LOGSMITH_KEYSTORE_PASS is not set" in run("create")[1]
    monkeypatch.setenv("LOGSTASH_KEYSTORE_PASS", "p")
    assert "WARNING" not in run("create", "--path.settings", str(tmp_path / "b"))[1]


def test_secrets_are_put_into_the_settings_before_the_environment(filled, monkeypatch, tmp_path):
    monkeypatch.setenv("es_pwd", "from the environment")
    (tmp_path / "logsmith.yml").write_text("node.name: ${ES_PWD}\npipeline.id: ${NONE:main}\n")
    loaded = load_settings({"path.settings": str(tmp_path)}, is_root=False)
    assert loaded.diagnostics == ()
    assert loaded.settings["node.name"] == "geheim"
    assert "geheim" not in repr(loaded.settings.keystore)


def test_the_settings_file_may_say_where_the_keystore_is(run, tmp_path):
    run("create", "--keystore.file", str(tmp_path / "else.where"))
    run("add", "k", "--stdin", "--keystore.file", str(tmp_path / "else.where"), typed="value")
    (tmp_path / "logsmith.yml").write_text(f"keystore.file: {tmp_path}/else.where\nnode.name: ${{k}}\n")
    assert load_settings({"path.settings": str(tmp_path)}, is_root=False).settings["node.name"] == "value"
    assert run("list") == (0, "k\n")


CHECK = ["-t", "-e", 'input { generator { message => "${ES_PWD}" } } output { null {} }']


def test_a_pipeline_with_a_secret_is_right(filled, capsys):
    assert main(CHECK) == 0
    assert "geheim" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("given", [None, "wrong", ""])
def test_a_server_without_the_right_password_does_not_start_and_says_so_once(given, run, monkeypatch, capsys):
    monkeypatch.setenv("LOGSMITH_KEYSTORE_PASS", "right")
    run("create")
    run("add", "ES_PWD", "--stdin", typed="geheim")
    monkeypatch.delenv("LOGSMITH_KEYSTORE_PASS")
    if given is not None:
        monkeypatch.setenv("LOGSMITH_KEYSTORE_PASS", given)
    assert main(CHECK) == 1
    written = "".join(capsys.readouterr())
    assert written.count("error:") == 1
    assert "LOGSMITH_KEYSTORE_PASS" in written
    assert "Traceback" not in written


def test_a_keystore_of_logstash_is_pointed_out(tmp_path, capsys):
    (tmp_path / "logstash.keystore").write_bytes(b"0")
    assert main(["-t", "-e", "input { generator {} } output { null {} }"]) == 0
    assert "warning: logstash.keystore is not read: only Java can" in "".join(capsys.readouterr())


def test_two_additions_at_once_are_both_kept(run, filled, tmp_path):
    command = [sys.executable, "-m", "logsmith", "keystore", "add", "--stdin"]
    started = [
        subprocess.Popen([*command, name], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        for name in ("x", "y")
    ]
    for one in started:  # who has no value yet holds nobody up
        one.communicate(b"v", timeout=20)
    assert run("list") == (0, "es_pwd\nx\ny\n")
