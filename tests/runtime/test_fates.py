"""What becomes of every event: accepted + made = dropped + matched no output + routed."""

import gc
from collections.abc import Sequence
from contextlib import asynccontextmanager

import pytest
import trio

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.metrics import Tally
from logsmith.plugins import Context
from logsmith.runtime.pipeline import RunningPipeline, count_routed

CLONE = 'clone { clones => ["x", "y"] ecs_compatibility => disabled }'
EVERY = "output { null { } }"

# filters and outputs; of six events with n from 0 to 5: made, dropped, unrouted, routed
FATES = {
    "nothing happens": (EVERY, 0, 0, 0, 6),
    "some are dropped": ("filter { if [n] > 3 { drop {} } }" + EVERY, 0, 2, 0, 4),
    "all are copied": ("filter { " + CLONE + " }" + EVERY, 12, 0, 0, 18),
    "copies are dropped": ("filter { " + CLONE + ' if [type] == "x" { drop {} } }' + EVERY, 12, 6, 0, 12),
    "some are copied, in a branch": ("filter { if [n] > 3 { " + CLONE + " } }" + EVERY, 4, 0, 0, 10),
    "dropped after copies in a branch": (
        "filter { if [n] > 3 { " + CLONE + " drop {} } }" + EVERY,
        4,
        6,
        0,
        4,
    ),
    "an array is split": ('filter { split { field => "l" } }' + EVERY, 6, 0, 0, 12),
    "dropped in a later file": ("filter { " + CLONE + " }\x00filter { drop {} }" + EVERY, 12, 18, 0, 0),
    "some match no output": ("output { if [n] > 3 { null { } } }", 0, 0, 4, 2),
    "two outputs, some in both": ("output { if [n] > 3 { null { } } if [n] > 2 { null { } } }", 0, 0, 3, 3),
    "no output at all": ("filter { drop { percentage => 0 } }", 0, 0, 6, 0),
}


class Delivery:
    """Keeps what it is told."""

    def __init__(self):
        self.fates = {}

    @asynccontextmanager
    async def open(self):
        yield

    def take(self, _routed):
        return []

    async def deliver(self, _slices, fates):
        self.fates = fates


@pytest.mark.parametrize(("text", "made", "dropped", "unrouted", "routed"), FATES.values(), ids=FATES)
async def test_the_sums_add_up(text, made, dropped, unrouted, routed):
    sources = [Source(f"{number}.conf", one) for number, one in enumerate(text.split("\x00"))]
    pipeline = compile_pipeline(sources, Context()).pipeline
    delivery = Delivery()
    await RunningPipeline(pipeline, delivery).send([Event({"n": n, "l": [1, 2]}) for n in range(6)])
    metrics = pipeline.metrics
    assert (metrics.pushed, metrics.made, metrics.dropped, metrics.unrouted) == (6, made, dropped, unrouted)
    assert metrics.out - metrics.unrouted == routed
    assert delivery.fates == {
        "accepted": 6,
        "made": made,
        "dropped": dropped,
        "kept": routed + unrouted,
        "unrouted": unrouted,
    }
    assert "fates_mismatched" not in metrics.extra


async def test_a_mismatch_is_an_alarm(capsys):
    pipeline = compile_pipeline([Source("a.conf", EVERY)], Context()).pipeline
    pipeline.functions.filters.append(lambda events, _: events[1:])
    await RunningPipeline(pipeline, Delivery()).send([Event({}), Event({})])
    assert pipeline.metrics.extra["fates_mismatched"] == 1
    assert "the fates of events do not add up" in capsys.readouterr().err


async def test_slices_of_other_sends_do_not_mix(nursery):
    pipeline = compile_pipeline([Source("a.conf", "filter { " + CLONE + " }" + EVERY)], Context()).pipeline
    running = RunningPipeline(pipeline, Delivery())
    async with trio.open_nursery() as senders:
        for _ in range(5):
            senders.start_soon(running.send, [Event({}) for _ in range(500)])
    assert (pipeline.metrics.made, pipeline.metrics.out) == (5000, 7500)
    assert "fates_mismatched" not in pipeline.metrics.extra


class Arriving(Sequence):
    """Events that are made when they are asked for."""

    def __len__(self):
        return 1200

    def __getitem__(self, at):
        return [Event({"n": [n]}) for n in range(*at.indices(1200))]  # seen by the collector


async def test_while_outputs_work_nobody_holds_events_that_they_have_let_go():
    class LettingGo(Delivery):
        async def deliver(self, _slices, _fates):
            self.held = [one for one in gc.get_objects() if one.__class__ is Event]

    pipeline = compile_pipeline([Source("a.conf", EVERY)], Context()).pipeline
    delivery = LettingGo()
    known = {id(one) for one in gc.get_objects() if one.__class__ is Event}
    await RunningPipeline(pipeline, delivery).send(Arriving())
    assert [one for one in delivery.held if id(one) not in known] == []


def test_an_event_in_two_lists_is_routed_once():
    one, two = Event({}), Event({})
    assert count_routed([[one], [one, two]], 2) == 2
    assert count_routed([[one], [one]], 2) == 1
    assert count_routed([], 3) == 0


def test_a_tally_begins_with_nothing():
    assert (Tally().made, Tally().dropped) == (0, 0)
