"""Signals that come before the supervisor takes them: none ends the process in the system's own way, none is lost."""

import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from logsmith.cli import signals
from tests.cli.test_run import ENDLESS, WAIT_S, Started

MOMENTS_MS = (0, 60, 150, 250, 350, 450, 700)  # after the command's first line: a start takes about 400 ms
STOPS = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture
def start(tmp_path):
    started = []

    def start_one(*words: str) -> Started:
        """Return a process that has come to the first line of the command."""
        started.append(Started(tmp_path / "data", *words))
        wait_until(lambda: catches(started[-1].process.pid, signal.SIGTERM))
        return started[-1]

    yield start_one
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def wait_until(condition) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def catches(pid: int, number: signal.Signals) -> bool:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    mask = next(line.split()[1] for line in lines if line.startswith("SigCgt"))
    return bool(int(mask, 16) >> (number - 1) & 1)


@pytest.mark.slow
@pytest.mark.parametrize("number", STOPS)
@pytest.mark.parametrize("after_ms", MOMENTS_MS)
def test_a_stop_is_clean_whenever_it_comes(start, number, after_ms):
    one = start("-e", ENDLESS)
    time.sleep(after_ms / 1000)
    assert one.end(number) == (0, "")
    assert f"{number.name} received. Shutting down." in one.log
    assert one.log.rstrip().endswith("Logstash shut down.")
    assert "Traceback" not in one.log


@pytest.mark.slow
@pytest.mark.parametrize("after_ms", MOMENTS_MS)
def test_a_reload_that_is_asked_for_early_is_done_once_pipelines_run(start, after_ms):
    one = start("-e", ENDLESS)
    time.sleep(after_ms / 1000)
    one.process.send_signal(signal.SIGHUP)
    one.wait_for("nothing has changed; all pipelines run on")
    assert one.end(signal.SIGTERM) == (0, "")


@pytest.mark.slow
def test_a_stop_ends_the_wait_for_the_workers_of_an_earlier_server(start):
    first = start("-e", ENDLESS)
    first.wait_for("Pipelines running")
    (worker,) = first.workers()
    os.kill(worker, signal.SIGSTOP)  # it holds the lock of the folder
    try:
        first.process.kill()
        first.process.wait()
        second = start("-e", ENDLESS)
        second.wait_for("waiting for the workers of an earlier logsmith to finish")
        assert second.end(signal.SIGTERM) == (0, "")
    finally:
        os.kill(worker, signal.SIGCONT)


@pytest.mark.slow
@pytest.mark.parametrize("number", STOPS)
def test_a_check_that_is_stopped_does_not_say_that_all_is_well(start, number):
    one = start("-t", "-e", ENDLESS)
    assert one.end(number) == (128 + number, "")


CHECKS = {
    ("-t",): True,
    ("-tf", "main.conf"): True,
    ("-rt", "-f", "main.conf"): True,
    ("-f", "main.conf", "--config.test_and_exit"): True,
    ("-S", "config.test_and_exit=true"): True,
    ("-f", "test.conf"): False,
    ("-ftest.conf",): False,
    ("-r", "--path.data", "t"): False,
}


@pytest.mark.parametrize(("words", "is_check"), CHECKS.items(), ids=[" ".join(words) for words in CHECKS])
def test_knows_a_check_by_its_words(words, is_check, monkeypatch):
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    signals._stop(words, signal.SIGTERM, None)
    assert ended == [143 if is_check else 0]


def test_a_line_that_cannot_be_written_does_not_keep_it(monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError("reentrant call")

    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr(signals, "log", SimpleNamespace(warning=fail))
    signals._stop((), signal.SIGTERM, None)
    assert ended == [0]
