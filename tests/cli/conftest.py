"""What tests of commands, and of servers that are reloaded, begin with."""

import pytest

from logsmith import log
from tests.cli.reloading import Server, free_port


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.delenv("LS_SETTINGS_DIR", raising=False)
    made = Server(tmp_path)
    yield made
    if made.started.process.poll() is None:
        made.started.process.kill()
    _, rest = made.started.process.communicate()
    print(made.started.log, rest.decode())  # shown if the test has failed


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """A folder of its own, no settings of the machine's, and the log as it was."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LS_SETTINGS_DIR", raising=False)
    yield
    log.configure()
