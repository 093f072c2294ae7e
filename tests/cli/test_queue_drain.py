"""`logsmith queue drain`: it says who waits still, and asks for nothing that a server may have."""

import subprocess
import sys
from contextlib import closing

import pytest

from logsmith.cli import main, queue_drain
from logsmith.event import Event
from logsmith.runtime.batches import pack_row
from logsmith.spool.queue import PersistedQueue

WAIT_S = 30
PIPELINE = 'input { generator { count => 1 } } output { file { id => "es" path => "out.txt" codec => line { format => "%{n}" } } }'


pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def say(capsys):
    def run(*words):
        status = main(("queue", "drain", *words))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def started(monkeypatch):
    """What was started; nothing is, but that all that waits for `es` in the pipeline `main` gets delivered."""
    begun = []

    def start(prepared, settings):
        begun.append((prepared, settings))
        with closing(open_queue()) as queue:
            queue.append([], delivered={"es": [batch[0] for batch in queue.outline()]})
        return 0

    monkeypatch.setattr(queue_drain, "start_usable", start)
    return begun


def open_queue(pipeline="main"):
    from pathlib import Path

    return PersistedQueue(Path("data") / "queue" / pipeline / "worker-0.sqlite")


def fill(pipeline="main", **outputs):
    events = {
        name: [Event.from_map({"n": number}) for number in range(count)] for name, count in outputs.items()
    }
    with closing(open_queue(pipeline)) as queue:
        queue.append([pack_row(list(events.items()))])


def test_ends_well_when_nothing_waits(say, started):
    fill(es=3)
    assert say("-e", PIPELINE)[:2] == (0, "3 events waited, none is left\n")


def test_runs_without_inputs_and_without_the_api(say, started):
    fill(es=1)
    say("-e", PIPELINE, "--api.enabled=true")
    [(prepared, settings)] = started
    assert [one.pipeline.inputs for one in prepared] == [[]]
    assert prepared[0].settings["queue.drain"]
    assert not settings["api.enabled"]


def test_says_how_many_wait_for_whom(say, started):
    fill(es=3, old=2)
    status, out, err = say("-e", PIPELINE)
    assert (status, out) == (1, "")
    assert "ERROR: 2 events still wait\n" in err
    assert "    2 of pipeline main for old: no output of the pipeline has this name: " in err
    assert "`logsmith queue drop`" in err


def test_says_that_an_output_could_not_be_reached(say, monkeypatch):
    fill(es=3)
    monkeypatch.setattr(queue_drain, "start_usable", lambda *_: 0)
    status, _, err = say("-e", PIPELINE)
    assert status == 1
    assert "    3 of pipeline main for es: the log says why it could not be delivered" in err


def test_another_pipelines_queue_is_not_meant_by_one_file(say, started):
    fill(es=3)
    fill("web", es=1)
    assert say("-e", PIPELINE)[0] == 0


def test_every_queue_is_meant_by_the_list_of_pipelines(say, started, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "pipelines.yml").write_text(
        f"- pipeline.id: main\n  config.string: '{PIPELINE}'\n- pipeline.id: new\n  config.string: '{PIPELINE}'\n"
    )
    fill(es=3)
    fill("web", es=1)
    status, _, err = say()
    assert status == 1
    assert "1 of pipeline web for es: no pipeline of this name was drained" in err
    assert [one.id for one in started[0][0]] == ["main"]  # the other has no queue, and gets none


def test_a_file_for_a_queue_that_there_is_not_is_refused(say, started):
    fill("web", es=1)
    assert say("-e", PIPELINE)[0] == 1
    assert "no queue is one of main; there are: web (--pipeline.id)" in say("-e", PIPELINE)[2]
    assert not started


def test_a_data_folder_that_is_not_there_is_refused(say, started):
    status, _, err = say("-e", PIPELINE, "--path.data", "/nope")
    assert (status, "there is no folder '/nope'" in err, started) == (1, True, [])


def test_without_a_queue_there_is_nothing_to_do(say, started):
    assert say("-e", PIPELINE)[:2] == (0, "there is no persisted queue\n")
    assert not started


def test_the_help_teaches(capsys):
    with pytest.raises(SystemExit):
        main(["queue", "drain", "--help"])
    out = capsys.readouterr().out
    for words in (
        "-f pipeline.conf",
        "--pipeline.id web",
        "path.queue=DIR",
        "exit status",
        "must be stopped",
    ):
        assert words in out


@pytest.mark.slow
def test_what_waits_for_another_pipeline_gets_there(tmp_path):
    (tmp_path / "config").mkdir()
    sends = 'input { generator { } } output { pipeline { id => "es" send_to => ["there"] } }'
    takes = PIPELINE.replace("generator { count => 1 }", "pipeline { address => there }")
    (tmp_path / "config" / "pipelines.yml").write_text(
        f"- pipeline.id: main\n  config.string: '{sends}'\n- pipeline.id: next\n  config.string: '{takes}'\n"
    )
    fill(es=3)
    ended = drain_in(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "3 events waited, none is left\n"
    assert (tmp_path / "out.txt").read_text().split() == ["0", "1", "2"]
    assert not (tmp_path / "data" / "queue" / "next").exists()


def drain_in(folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "logsmith", "queue", "drain", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )


@pytest.mark.slow
def test_what_no_output_gets_is_told_at_the_end(tmp_path):
    fill(es=3, old=2)
    ended = drain_in(tmp_path, "-e", PIPELINE)
    assert ended.returncode == 1
    assert "API endpoint" not in ended.stderr
    assert "2 of pipeline main for old" in ended.stderr
    assert (tmp_path / "out.txt").read_text().split() == ["0", "1", "2"]
