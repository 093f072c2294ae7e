"""The log: what stands on every line."""

import io
import json
import os

import pytest

from logsmith import log


@pytest.fixture(autouse=True)
def _as_it_was():
    yield
    log.configure()
    log.bind()


@pytest.mark.parametrize("form", ["plain", "json"])
def test_facts_of_the_process_are_on_every_line(form):
    stream = io.StringIO()
    log.configure(format=form, stream=stream)
    log.bind(worker=1)
    log.Logger("logstash.worker").info("Pipeline started", **{"pipeline.id": "main"})
    facts = {"pipeline.id": "main", "worker": 1}
    if form == "json":
        assert json.loads(stream.getvalue())["logEvent"] == {"message": "Pipeline started", **facts}
    else:
        assert stream.getvalue().endswith(f"Pipeline started {json.dumps(facts)}{os.linesep}")


def _in_a_child(work) -> str:
    """Return what a forked process says, asked after `work` was done here."""
    ask, asked = os.pipe()
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        os.read(ask, 1)
        os.write(tell, log.levels()["logstash.tested"].encode())
        os._exit(0)
    work()
    os.write(asked, b"?")
    answer = os.read(told, 100).decode()
    os.waitpid(child, 0)
    for end in (ask, asked, told, tell):
        os.close(end)
    return answer


def test_a_process_follows_the_levels_of_the_one_it_was_forked_from():
    log.Logger("logstash.tested")
    log.share_levels()
    assert _in_a_child(lambda: log.set_levels({"logstash": "debug"})) == "debug"
    assert _in_a_child(lambda: None) == "debug"
    assert _in_a_child(log.reset_levels) == "info"


def test_hundreds_of_changes_are_not_taken_for_none():
    log.Logger("logstash.tested")
    log.share_levels()

    def change() -> None:
        for _ in range(127):
            log.set_levels({"logstash": "warn"})
            log.set_levels({"logstash": "error"})
        log.reset_levels()
        log.set_levels({"logstash": "fatal"})

    assert _in_a_child(change) == "fatal"


def test_levels_that_are_just_being_written_are_not_read():
    log.Logger("logstash.tested")
    log.share_levels()
    levels = log._sink.levels
    count = levels._count[0]
    levels._count[0] = count + 1  # as while `choose` writes
    levels._text[:9] = b'{"logstas'
    assert log.levels()["logstash.tested"] == "info"
    levels._count[0] = count + 2
    levels._text[:20] = b'{"logstash":"warn"}\n'
    assert log.levels()["logstash.tested"] == "warn"


def test_a_level_of_its_own_lets_lines_of_one_logger_through():
    stream = io.StringIO()
    log.configure(level="warn", stream=stream)
    log.set_levels({"logstash.outputs": "debug"})
    log.Logger("logstash.outputs.s3").debug("shown")
    log.Logger("logstash.inputs.beats").info("not shown")
    assert [line.rpartition(" ")[2] for line in stream.getvalue().splitlines()] == ["shown"]
