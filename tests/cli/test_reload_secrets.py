"""The keystore at a reload: what has changed in it counts then, for the pipelines that name it."""

import contextlib
import signal
import time

import pytest

from logsmith import log
from logsmith.cli.pipelines import Prepared
from logsmith.cli.secrets import SAME_AGAIN_S, Secrets
from logsmith.config import keystore
from logsmith.config.files import read_string
from logsmith.config.keystore import Keystore, KeystoreFile
from logsmith.config.settings import Settings
from tests.cli.reloading import beats_to, deliver

OLD, NEW = "geheim-4711", "geheim-4712"
TEXT = 'filter { if [a] == "${pw}" { drop { } } }'


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    for variable in keystore.PASSWORD_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(keystore, "SCRYPT", {"n": 2**4, "r": 8, "p": 1})
    yield
    log.hide({})


@pytest.fixture
def file(tmp_path):
    """A keystore with one secret, where a server looks for it."""
    file = KeystoreFile(tmp_path / "config" / "logsmith.keystore")
    file.create(None)
    file.write({"pw": OLD}, None)
    return file


@pytest.fixture
def secrets(file):
    return Secrets(Settings({"path.settings": str(file.path.parent)}, file.read(None)))


def test_a_changed_keystore_is_opened_again(file, secrets):
    file.write({"pw": NEW}, None)
    secrets.look(0.0, is_asked=False)
    assert secrets.settings.keystore["pw"] == NEW
    assert not secrets.wrong


def test_one_that_has_not_changed_is_opened_when_somebody_asks_only(file, secrets, monkeypatch):
    secrets.look(0.0, is_asked=False)
    opened = []
    monkeypatch.setattr(
        "logsmith.cli.secrets.open_keystore", lambda path: opened.append(path) or (Keystore(), [])
    )
    secrets.look(1000.0, is_asked=False)
    assert opened == []
    secrets.look(1000.0, is_asked=True)
    assert opened == [file.path]


def test_one_that_is_damaged_leaves_the_secrets_and_says_why(file, secrets):
    file.path.write_text("{")
    secrets.look(0.0, is_asked=False)
    assert secrets.settings.keystore["pw"] == OLD
    assert [one.code for one in secrets.wrong] == ["bad-keystore"]


def test_one_whose_key_is_mended_is_opened_after_a_while(file, secrets):
    file.key_path.chmod(0o644)
    secrets.look(0.0, is_asked=False)
    assert secrets.wrong
    file.key_path.chmod(0o600)
    secrets.look(SAME_AGAIN_S - 1, is_asked=False)
    assert secrets.wrong
    secrets.look(SAME_AGAIN_S, is_asked=False)
    assert not secrets.wrong


def test_one_that_comes_later_is_found_and_one_that_goes_is_gone(file):
    path = file.path.rename(file.path.with_name("away"))
    secrets = Secrets(Settings({"path.settings": str(path.parent)}))
    secrets.look(0.0, is_asked=False)
    path.rename(file.path)
    secrets.look(0.0, is_asked=False)
    assert secrets.settings.keystore["pw"] == OLD
    file.path.unlink()
    secrets.look(0.0, is_asked=False)
    assert dict(secrets.settings.keystore) == {}
    assert not secrets.wrong


def test_the_old_secrets_are_hidden_beside_the_new_ones(file, secrets):
    file.write({"pw": NEW}, None)
    secrets.look(0.0, is_asked=False)
    assert log.conceal(f"{OLD} {NEW}") == "${pw} ${pw}"


def prepared(secrets: dict[str, str], text: str = TEXT) -> Prepared:
    return Prepared(Settings({}, Keystore(secrets)), read_string(text).sources, (), None)


CHANGES = {
    "a secret it names": ({"pw": OLD}, {"pw": NEW}, TEXT, False),
    "in another case": ({"pw": OLD}, {"PW": OLD}, TEXT.replace("pw", "Pw"), True),
    "a secret it does not name": ({"pw": OLD, "b": "1"}, {"pw": OLD, "b": "2"}, TEXT, True),
    "one that was not there": ({}, {"pw": OLD}, TEXT, False),
    "one that another names": ({"pw": "${b}", "b": "1"}, {"pw": "${b}", "b": "2"}, TEXT, False),
    "one that names itself": ({"pw": "${pw}"}, {"pw": "${pw}"}, TEXT, True),
}


@pytest.mark.parametrize(("old", "new", "text", "is_still"), CHANGES.values(), ids=CHANGES.keys())
def test_a_pipeline_has_changed_when_a_secret_has_that_it_names(old, new, text, is_still):
    assert prepared(old, text).is_still(prepared(new, text)) is is_still


def secret_to(server, port: int, output: str = "out.txt") -> str:
    return beats_to(server.folder, port, "${pw}", output)


@pytest.mark.slow
def test_a_changed_secret_is_used_after_a_reload(server, port, file):
    server.write("main", secret_to(server, port))
    server.start()
    deliver(port, 1)
    file.write({"pw": NEW}, None)
    assert server.reload() == {"main": "success"}
    deliver(port, 2)
    logged = server.logged()
    assert server.lines("out.txt") == [f"{OLD} 1", f"{NEW} 2"]
    assert "the keystore has changed" in logged
    assert OLD not in logged
    assert NEW not in logged


@pytest.mark.slow
def test_a_pipeline_that_does_not_name_it_runs_on(server, port, file):
    server.write("main", beats_to(server.folder, port, "plain"))
    server.start()
    workers = server.started.workers()
    file.write({"pw": NEW}, None)
    server.started.process.send_signal(signal.SIGHUP)
    server.started.wait_for("nothing has changed; all pipelines run on")
    assert server.started.workers() == workers


@pytest.mark.slow
def test_the_list_of_pipelines_names_secrets_too(server, port, file):
    file.write({"path": str(server.folder / "main.conf")}, None)
    server.write("main", beats_to(server.folder, port, "plain"))
    listed = server.folder / "config" / "pipelines.yml"
    listed.write_text(listed.read_text().replace(str(server.folder / "main.conf"), "${PATH}"))
    server.start()
    deliver(port, 1)
    assert server.lines("out.txt") == ["plain 1"]


@pytest.mark.slow
def test_a_keystore_that_cannot_be_opened_refuses_the_reload_and_what_runs_runs_on(server, port, file):
    server.write("main", secret_to(server, port))
    server.start()
    workers = server.started.workers()
    file.path.write_text("{")
    server.write("main", secret_to(server, port, "other.txt"))
    status, body = server.ask("/_reload", "POST")
    assert (status, body["acknowledged"], body["pipelines"]) == (400, False, {})
    assert body["error"]["diagnostics"][0]["code"] == "bad-keystore"
    assert "is no keystore of logsmith" in body["error"]["message"]
    assert server.ask("/_node/stats/reloads")[1]["reloads"] == {"successes": 0, "failures": 1}
    deliver(port, 1)
    assert server.started.workers() == workers
    assert server.lines("out.txt") == [f"{OLD} 1"]
    file.path.unlink()
    file.key_path.unlink()
    file.create(None)
    file.write({"pw": NEW}, None)
    assert server.reload() == {"main": "success"}
    deliver(port, 2)
    assert server.lines("other.txt") == [f"{NEW} 2"]


@pytest.mark.slow
def test_changes_of_the_keystore_are_looked_for_and_a_bad_one_is_said_once(server, port, file):
    server.write("main", secret_to(server, port))
    server.start("-S", "config.reload.automatic=true", "-S", "config.reload.interval=100ms")
    file.path.write_text("{")
    server.started.wait_for("pipelines are not reloaded")
    time.sleep(0.5)  # for more looks
    assert server.ask("/_node/stats/reloads")[1]["reloads"]["failures"] == 1
    with contextlib.suppress(FileNotFoundError):
        file.path.unlink()
        file.key_path.unlink()
    file.create(None)
    file.write({"pw": NEW}, None)
    server.wait(lambda: server.stats("main")["reloads"]["successes"] == 1)
    deliver(port, 1)
    assert server.lines("out.txt") == [f"{NEW} 1"]
    assert server.logged().count("pipelines are not reloaded") == 1
