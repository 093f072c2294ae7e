"""The dead_letter_queue input: what it reads, from where, and that a position never passes what is not delivered."""

from contextlib import asynccontextmanager
from time import sleep
from types import SimpleNamespace

import pytest
import trio

from logsmith.event import Event, FieldRef, Timestamp
from logsmith.letters.events import letter_of
from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.runtime.letters import LetterBox
from logsmith.spool.dead_letters import DeadLetters, Refusal

SECOND = 1_000_000_000
POLLS = 20_000
REFUSAL = Refusal("elasticsearch", "es", 7, "mapper_parsing_exception")
OUTPUT = SimpleNamespace(name="elasticsearch", line=7, metrics=SimpleNamespace(id="es"), cursor_name="es")


class Pipeline:
    """Takes events as a pipeline would; `blocked` keeps them from being safe."""

    def __init__(self):
        self.events = []
        self.blocked = self.is_asked = False

    async def send(self, events):
        self.is_asked = True
        if self.blocked:
            await trio.sleep_forever()
        self.events += events

    @property
    def numbers(self):
        return [event.top("n") for event in self.events]


async def until(condition):
    for _ in range(POLLS):
        if condition():
            return
        await trio.sleep(0.3)
        await trio.to_thread.run_sync(sleep, 0.001)  # the clock jumps, threads do not
    raise AssertionError("it never came")


@pytest.fixture
def pipeline():
    return Pipeline()


@pytest.fixture
def letters(tmp_path):
    made = DeadLetters(tmp_path / "dlq", "main")
    yield made
    made.close()


def put(letters, *numbers, metadata=None, **changes):
    """Store a letter for each number, entered at that second."""
    for number in numbers:
        event = Event({"@timestamp": Timestamp(5), "n": number}, dict(metadata or {}))
        letters.append([letter_of(event, REFUSAL, number * SECOND)])


def make_input(letters, **settings):
    folder = letters.path.parent.parent
    context = Context(path_data=folder.parent / "data")
    return make_plugin("input", "dead_letter_queue", {"path": str(folder), **settings}, context)


@asynccontextmanager
async def reading(letters, pipeline, **settings):
    plugin, _ = make_input(letters, **settings)
    plugin.place.stopping = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(plugin.run, pipeline.send)
        yield nursery
        plugin.place.stopping.set()


async def read(letters, pipeline, *, count, **settings):
    """Read until so many events are there, and stop."""
    async with reading(letters, pipeline, **settings):
        await until(lambda: len(pipeline.events) >= count)


async def test_an_event_comes_back_as_it_was_with_the_reason_in_its_metadata(
    letters, pipeline, autojump_clock
):
    put(letters, 7, metadata={"index": "logs"})
    await read(letters, pipeline, count=1, tags=["again"])
    (event,) = pipeline.events
    assert event.to_map() == {"@timestamp": Timestamp(5), "n": 7, "tags": ["again"]}
    assert event.metadata == {
        "index": "logs",
        "dead_letter_queue": {
            "plugin_type": "elasticsearch",
            "plugin_id": "es",
            "reason": "mapper_parsing_exception",
            "entry_time": Timestamp(7 * SECOND),
            "id": 1,
        },
    }
    assert event.get(FieldRef.parse("[@metadata][dead_letter_queue][plugin_type]")) == "elasticsearch"


async def test_letters_that_come_while_it_runs_are_read_too(letters, pipeline, autojump_clock):
    async with reading(letters, pipeline):
        await trio.sleep(60)  # there is not even a file yet
        put(letters, 1)
        await until(lambda: pipeline.numbers == [1])
        put(letters, 2, 3)
        await until(lambda: pipeline.numbers == [1, 2, 3])


async def test_more_letters_than_fit_in_a_batch(letters, pipeline, autojump_clock):
    many = range(1, 1203)
    letters.append([letter_of(Event({"n": n}), REFUSAL, n) for n in many])
    await read(letters, pipeline, count=1202)
    assert pipeline.numbers == [*many]


async def test_the_next_start_goes_on_behind_what_was_delivered(letters, pipeline, autojump_clock):
    put(letters, 1, 2)
    await read(letters, pipeline, count=2)
    put(letters, 3)
    await read(letters, pipeline, count=3)
    assert pipeline.numbers == [1, 2, 3]


async def test_what_was_not_delivered_comes_again(letters, pipeline, autojump_clock):
    put(letters, 1)
    pipeline.blocked = True
    async with reading(letters, pipeline) as nursery:
        await until(lambda: pipeline.is_asked)
        nursery.cancel_scope.cancel()
    pipeline.blocked = False
    await read(letters, pipeline, count=1)
    assert pipeline.numbers == [1]


async def test_without_commit_offsets_every_start_reads_everything(letters, pipeline, autojump_clock):
    put(letters, 1)
    for count in (1, 2):
        await read(letters, pipeline, count=count, commit_offsets=False)
    assert pipeline.numbers == [1, 1]


async def test_a_table_made_anew_is_read_from_its_start(letters, pipeline, autojump_clock):
    put(letters, 1, 2)
    async with reading(letters, pipeline):
        await until(lambda: pipeline.numbers == [1, 2])
        letters.close()
        for one in letters.path.parent.iterdir():
            one.unlink()
        put(letters, 3)
        await until(lambda: pipeline.numbers == [1, 2, 3])


async def test_starts_at_a_time_where_no_position_is_known(letters, pipeline, autojump_clock):
    put(letters, 1, 2, 3)
    await read(letters, pipeline, count=2, start_timestamp="1970-01-01T00:00:02Z")
    assert pipeline.numbers == [2, 3]
    put(letters, 0)
    await read(letters, pipeline, count=3, start_timestamp="1970-01-01T00:00:02Z")
    assert pipeline.numbers == [2, 3, 0]


async def test_what_is_consumed_is_removed_only_if_that_is_wanted(letters, pipeline, autojump_clock):
    put(letters, 1)
    await read(letters, pipeline, count=1)
    assert letters.count() == 1
    put(letters, 2)
    await read(letters, pipeline, count=2, clean_consumed=True)
    assert [one.entered_ns // SECOND for one in letters.read()] == [1]


async def test_what_is_refused_again_does_not_go_round_for_ever(letters, pipeline, autojump_clock):
    put(letters, 1)
    async with reading(letters, pipeline, clean_consumed=True):
        await until(lambda: pipeline.numbers == [1])
        await LetterBox(letters).put(OUTPUT, [(pipeline.events[0], "still")])
        put(letters, 2)
        await until(lambda: 2 in pipeline.numbers)
    assert pipeline.numbers == [1, 2]
    assert [one.reason for one in letters.read()] == ["still"]


async def test_what_lost_its_mark_and_is_refused_again_is_not_removed(letters, pipeline, autojump_clock):
    put(letters, 1)

    async def refuse(events):
        for event in events:
            del event.metadata["dead_letter_queue"]
        await LetterBox(letters).put(OUTPUT, [(event, "still") for event in events])
        pipeline.events += events

    pipeline.send = refuse
    await read(letters, pipeline, count=1, clean_consumed=True)
    assert [one.id for one in letters.read()] == [1]


async def test_a_damaged_letter_is_left_out_and_said(letters, pipeline, autojump_clock, capsys):
    put(letters, 1, 2)
    letters._open().execute("UPDATE letters SET fields = '{\"n\":9}' WHERE id = 1")
    await read(letters, pipeline, count=1, clean_consumed=True)
    assert pipeline.numbers == [2]
    assert "the dead letter 1 is damaged: its checksum is wrong" in capsys.readouterr().err
    assert letters.count() == 1


async def test_a_position_that_cannot_be_written_stops_nothing(
    letters, pipeline, autojump_clock, capsys, tmp_path
):
    (tmp_path / "file").write_text("")
    async with reading(letters, pipeline, sincedb_path=str(tmp_path / "file" / "sincedb")):
        put(letters, 1)
        await until(lambda: pipeline.numbers == [1])
        put(letters, 2)
        await until(lambda: pipeline.numbers == [1, 2])
    assert capsys.readouterr().err.count("position in the dead letters not kept") == 1


REFUSED = {
    "a folder above": ({"pipeline_id": "../x"}, "'../x' is not the name of a folder"),
    "no position to clean behind": (
        {"clean_consumed": True, "commit_offsets": False},
        "clean_consumed goes with commit_offsets only",
    ),
    "a time that is none": (
        {"start_timestamp": "noon"},
        "expected a time such as \"2026-01-02T03:04:05.678Z\", got 'noon'",
    ),
    "a sincedb that is a folder": ({"sincedb_path": "/tmp"}, "'/tmp' is a directory"),
}


@pytest.mark.parametrize(("settings", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses(letters, settings, message):
    with pytest.raises(BuildError) as caught:
        make_input(letters, **settings)
    assert [one.message for one in caught.value.problems] == [message]


def test_warns_of_the_dead_letters_of_logstash(letters):
    letters.path.parent.mkdir(parents=True)
    (letters.path.parent / "1.log").write_bytes(b"1")
    _, (problem,) = make_input(letters)
    assert (problem.severity, problem.message) == (
        "warning",
        "there are dead letters of Logstash in this folder, which are not read",
    )
