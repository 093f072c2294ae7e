"""Several pipelines in one server, and events that go from one to another."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from logsmith import log
from logsmith.cli import main

WAIT_S = 20

UPSTREAM = """
input { generator { count => 3 lines => ["one", "two"] add_field => { "[@metadata][kept]" => "yes" } } }
output { pipeline { send_to => ["left", "right"] } }
"""
LEFT = """
input { pipeline { address => left tags => ["l"] type => "t" } }
filter { mutate { replace => { "message" => "%{message} %{[@metadata][kept]} %{type}" } } }
output { file { path => "left.txt" codec => line { format => "%{message} %{tags}" } } }
"""
RIGHT = """
input { pipeline { address => right } }
output { file { path => "right.txt" codec => line { format => "%{message}" } } }
"""


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LS_SETTINGS_DIR", raising=False)
    (tmp_path / "config").mkdir()
    yield
    log.configure()


def write_pipelines(folder, **texts):
    entries = []
    for name, text in texts.items():
        (folder / f"{name}.conf").write_text(text)
        entries.append(f"- pipeline.id: {name}\n  path.config: {folder / name}.conf\n  pipeline.workers: 2\n")
    (folder / "config" / "pipelines.yml").write_text("".join(entries))


def run(*words):
    command = [sys.executable, "-m", "logsmith", "--api.enabled=false", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S, check=False)


@pytest.mark.slow
def test_events_go_from_pipeline_to_pipeline_and_all_end_when_the_first_does(tmp_path):
    write_pipelines(tmp_path, up=UPSTREAM, left=LEFT, right=RIGHT)
    ended = run()
    assert ended.returncode == 0, ended.stderr
    left = (tmp_path / "left.txt").read_text().splitlines()
    right = (tmp_path / "right.txt").read_text().splitlines()
    assert left == ["one yes t l", "two yes t l"] * 3
    assert right == ["one", "two"] * 3


@pytest.mark.slow
def test_a_stop_ends_senders_before_receivers(tmp_path):
    endless = UPSTREAM.replace("count => 3", "count => 0")
    write_pipelines(tmp_path, right=RIGHT, left=LEFT, up=endless)
    command = [sys.executable, "-m", "logsmith", "--api.enabled=false"]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        logged = ""
        while "Pipelines running" not in logged:
            line = started.stderr.readline()
            assert line, logged
            logged += line
        deadline = time.monotonic() + WAIT_S
        while not all((tmp_path / name).exists() for name in ("left.txt", "right.txt")):
            assert time.monotonic() < deadline, logged
            time.sleep(0.01)
        os.kill(started.pid, signal.SIGTERM)
        _, rest = started.communicate(timeout=WAIT_S)
    finally:
        started.kill()
    assert started.returncode == 0
    assert "stopped before all events were delivered" not in rest
    ended = [
        json.loads(line.split("terminated", 1)[1])["pipeline.id"]
        for line in rest.splitlines()
        if "Pipeline terminated" in line
    ]
    assert ended[0] == "up"
    left, right = ((tmp_path / name).read_text().splitlines() for name in ("left.txt", "right.txt"))
    assert len(left) == len(right) > 0


def test_a_check_looks_at_every_pipeline(tmp_path, capsys):
    write_pipelines(tmp_path, good=RIGHT, bad="filter { nosuch {} }")
    assert main(["-t"]) == 1
    assert "bad.conf:1:10: error: there is no filter plugin 'nosuch'" in capsys.readouterr().out
    assert main(["-t", "-f", str(tmp_path / "good.conf")]) == 0


def test_a_check_finds_addresses_nobody_receives_at(tmp_path, capsys):
    write_pipelines(tmp_path, up=UPSTREAM, left=LEFT)
    assert main(["-t"]) == 0
    out = capsys.readouterr().out
    assert "no pipeline here receives at the address 'right'" in out
    assert "'left'" not in out


def test_two_inputs_cannot_have_one_address(tmp_path, capsys):
    write_pipelines(tmp_path, a=RIGHT, b=RIGHT)
    assert main(["-t"]) == 1
    out = capsys.readouterr().out
    assert "the address 'right' is taken, by an input of pipeline a" in out
    assert "b.conf" in out


BAD_LISTS = {
    "no list": ("pipeline.id: main", "must contain an array of pipeline configs"),
    "an entry without a text": (
        "- pipeline.id: main",
        "the pipeline has neither path.config nor config.string",
    ),
    "a misspelt setting": ("- pipeline.id: main\n  path.confg: a.conf", "did you mean path.config?"),
    "a variable without a value": ("- path.config: ${NOWHERE}", "'NOWHERE' is in neither the keystore"),
    "no map": ("- a.conf", "a map of settings is expected"),
    "UTF-16": ("- path.config: a.conf".encode("utf-16").decode("latin-1"), "is UTF-16, not UTF-8"),
}


@pytest.mark.parametrize("words", [[], ["-t"]], ids=["a start", "a check"])
@pytest.mark.parametrize(("text", "message"), BAD_LISTS.values(), ids=BAD_LISTS)
def test_a_bad_list_of_pipelines_stops_the_start(tmp_path, capsys, text, message, words):
    (tmp_path / "config" / "pipelines.yml").write_text(text, encoding="latin-1")
    assert main(words) == 1
    assert message in capsys.readouterr().err


def test_a_file_named_on_the_command_line_wins(tmp_path, capsys):
    write_pipelines(tmp_path, bad="filter { nosuch {} }", good=RIGHT)
    assert main(["-t", "-f", str(tmp_path / "good.conf")]) == 0
    assert (
        "Ignoring the 'pipelines.yml' file because command line options are specified"
        in capsys.readouterr().err
    )


def test_two_pipelines_on_one_port_are_seen_at_a_check(tmp_path, capsys):
    listening = "input { beats { port => 5044 } } output { null { } }"
    write_pipelines(tmp_path, first=listening, second=listening)
    assert main(["-t"]) == 1
    (problem,) = [line for line in capsys.readouterr().out.splitlines() if "error: " in line]
    assert problem.startswith(
        str(tmp_path / "second.conf") + ":1:9: error: address already in use: 0.0.0.0:5044"
    )
    assert problem.endswith("by pipeline first")
