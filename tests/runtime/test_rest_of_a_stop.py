"""What the log says at a stop about events that are not delivered: the truth of each kind of queue."""

import io
import json
from types import SimpleNamespace

import pytest
import trio

from logsmith import log
from logsmith.compiler import CompiledPipeline
from logsmith.event import Event
from logsmith.plugins import Context, Input, Output, UndeliveredError
from logsmith.plugins.registry import find
from logsmith.runtime.delivery import Delivery
from logsmith.runtime.persisted import PersistedDelivery
from logsmith.runtime.pipeline import run_pipeline
from logsmith.runtime.queue_writer import QueueSettings, QueueWriter

CONTEXT = Context(make_codec=lambda chosen, context: find("codec", chosen.name)(context))
LIMIT_S = 10
LOST = "stopped before all events were delivered; they were not acknowledged"
NOT_STORED = "stopped before all events were in the persisted queue; those were not acknowledged"
NOTHING = "stopped before all inputs had ended; no event was waiting"
KEPT = "the persisted queue keeps what is not delivered, for the next start"


class Window(Input):
    """Brings three events at a time, until it is stopped."""

    async def run(self, send):
        for _ in range(2):
            await send([Event({"n": number}) for number in range(3)])
        await self.place.stopping.wait()


class Stubborn(Input):
    """Does not end."""

    async def run(self, send):
        await trio.sleep_forever()


class Once(Window):
    """The same, from whom nobody gets them again."""

    is_repeatable = False


class Away(Output):
    async def send(self, events):
        raise UndeliveredError("away", retry=events)


class There(Output):
    async def send(self, events):
        await trio.lowlevel.checkpoint()


@pytest.fixture(autouse=True)
def written(monkeypatch):
    """The log; and the queue works without threads, since the clock jumps while one works."""

    async def in_place(_self, call):
        await trio.lowlevel.checkpoint()
        return call()

    monkeypatch.setattr(QueueWriter, "in_thread", in_place)
    stream = io.StringIO()
    log.configure(format="json", stream=stream)
    yield stream
    log.configure()


def persisted(folder, output, **settings):
    return PersistedDelivery([output], None, QueueSettings(folder / "q" / "worker-0.sqlite", **settings))


def in_memory(_folder, output):
    return Delivery([output], None)


def full(folder, output):
    return persisted(folder, output, max_events=1)


def drained(folder, output):
    return persisted(folder, output, drain=True)


CASES = {
    "in memory, an output that is away": (in_memory, Away, [("WARN", LOST, 3)]),
    "in memory, all delivered": (in_memory, There, []),
    "persisted, an output that is away": (persisted, Away, [("INFO", KEPT, 6)]),
    "persisted, all delivered": (persisted, There, []),
    "persisted, and full": (full, Away, [("WARN", NOT_STORED, 3), ("WARN", KEPT, 3)]),
    "persisted, and not drained in time": (drained, Away, [("WARN", KEPT, 6)]),
    "persisted, and drained": (drained, There, []),
}


@pytest.mark.parametrize(("make", "kind", "expected"), CASES.values(), ids=CASES.keys())
@pytest.mark.usefixtures("autojump_clock")
async def test_says_what_becomes_of_the_rest(make, kind, expected, written, tmp_path):
    await run(tmp_path, make, kind(CONTEXT), Window(CONTEXT))
    assert notes(written) == expected


@pytest.mark.usefixtures("autojump_clock")
async def test_an_input_that_does_not_end_loses_nothing(written, tmp_path):
    await run(tmp_path, in_memory, There(CONTEXT), Stubborn(CONTEXT))
    assert notes(written) == [("WARN", NOTHING, None)]


COUNTED = {
    "in memory": (in_memory, Away, Once, 3),
    "in memory, from a client that sends again": (in_memory, Away, Window, None),
    "in memory, all delivered": (in_memory, There, Once, None),
    "persisted": (persisted, Away, Once, None),
    "persisted, and full": (full, Away, Once, 3),
}


@pytest.mark.parametrize(("make", "kind", "brings", "lost"), COUNTED.values(), ids=COUNTED)
@pytest.mark.usefixtures("autojump_clock")
async def test_counts_what_nobody_sends_again(make, kind, brings, lost, written, tmp_path):  # noqa: PLR0917  # a row of the table
    pipeline = await run(tmp_path, make, kind(CONTEXT), brings(CONTEXT))
    assert pipeline.metrics.extra.get("lost_events") == lost
    assert ("events are lost: nobody sends them again" in written.getvalue()) is (lost is not None)


async def run(folder, make, output, window):
    pipeline = CompiledPipeline("main")
    pipeline.outputs = [output]
    outputs = {"outputs": lambda events, routed: routed[0].extend(events)}
    pipeline.sections = [SimpleNamespace(kind="output", load=lambda: outputs, after={})]
    window.place.stopping = output.place.stopping = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(stop_after, 1, window.place.stopping)
        await run_pipeline(
            pipeline,
            inputs=[window],
            stopping=window.place.stopping,
            delivery=make(folder, output),
            stop_limit_s=LIMIT_S,
        )
    return pipeline


async def stop_after(seconds, stopping):
    await trio.sleep(seconds)
    stopping.set()


def notes(written):
    """What was logged about the rest: the level, the phrase, how many events."""
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    return [
        (line["level"], line["logEvent"]["message"], line["logEvent"].get("events"))
        for line in lines
        if line["logEvent"]["message"] in (LOST, NOT_STORED, KEPT, NOTHING)
    ]
