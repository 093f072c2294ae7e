"""The pipeline output and input: delivery that is awaited across pipelines."""

import pytest
import trio
import trio.testing

from logsmith.event import Event
from logsmith.event.origin import settle
from logsmith.plugins import Context
from logsmith.plugins.inputs.pipeline import Pipeline as PipelineInput
from logsmith.plugins.outputs.pipeline import TRY_AGAIN_S
from logsmith.plugins.outputs.pipeline import Pipeline as PipelineOutput
from logsmith.plugins.registry import find


@pytest.fixture
def context():
    return Context(make_codec=lambda chosen, context: find("codec", chosen.name)(context))


def make(context, **settings):
    return PipelineOutput(context, {"send_to": ["a"], **settings})


async def test_a_send_returns_when_the_receiver_has_delivered(context, nursery, autojump_clock):
    delivered = trio.Event()
    got = []

    async def send(events):
        got.extend(events)
        await delivered.wait()

    output, receiver = make(context), PipelineInput(context, {"address": "a"})
    async with output.open():
        nursery.start_soon(receiver.run, send)
        await trio.testing.wait_all_tasks_blocked()
        with trio.move_on_after(5):
            await output.send([Event({"message": "x"})])
            pytest.fail("returned before the events were delivered")
        delivered.set()
        await output.send([Event({"message": "y"})])
    assert [event.fields["message"] for event in got] == ["x", "y"]


async def test_each_receiver_gets_a_copy_of_its_own(context, nursery):
    got = {}
    event = Event({"o": {"n": 1}}, {"m": 1})
    output = make(context, send_to=["a", "b"])
    async with output.open():
        for name in "ab":

            async def send(events, name=name):
                got[name] = events[0]
                events[0].fields["o"]["n"] = name

            nursery.start_soon(PipelineInput(context, {"address": name, "tags": [name]}).run, send)
        await trio.testing.wait_all_tasks_blocked()
        await output.send([event])
    assert event.fields == {"o": {"n": 1}}
    assert [(one.fields["o"], one.fields["tags"], one.metadata) for one in got.values()] == [
        ({"n": name}, [name], {"m": 1}) for name in "ab"
    ]


async def test_waits_for_a_receiver_that_is_not_there(context, nursery, autojump_clock):
    got = []

    async def send(events):
        got.extend(events)

    output = make(context)
    async with output.open():
        nursery.start_soon(output.send, [Event({})])
        await trio.sleep(TRY_AGAIN_S * 3)
        assert got == []
        nursery.start_soon(PipelineInput(context, {"address": "a"}).run, send)
        await trio.sleep(TRY_AGAIN_S * 2)
        assert len(got) == 1


async def test_drops_and_counts_what_nobody_receives_if_delivery_is_not_ensured(context):
    output = make(context, ensure_delivery=False)
    async with output.open():
        await output.send([Event({}), Event({})])
    assert output.metrics.extra["dropped_unavailable"] == 2


async def test_a_receiver_ends_after_its_senders(context, autojump_clock):
    stopping = trio.Event()
    receiver = PipelineInput(context, {"address": "a"})
    receiver.place.stopping = stopping
    ended = []
    async with trio.open_nursery() as nursery:

        async def run():
            await receiver.run(None)
            ended.append(trio.current_time())

        nursery.start_soon(run)
        async with make(context).open():
            stopping.set()
            await trio.sleep(3)
            assert ended == []
    assert len(ended) == 1


async def test_a_receiver_without_senders_ends_when_told_to(context, autojump_clock):
    receiver = PipelineInput(context, {"address": "a"})
    receiver.place.stopping = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(receiver.run, None)
        await trio.sleep(1)
        assert len(nursery.child_tasks) == 1
        receiver.place.stopping.set()


async def test_the_copy_at_each_address_has_an_origin_of_its_own_and_the_same_when_it_is_sent_again(
    context, nursery
):
    got = []

    async def send(events):
        settle(events)
        got.extend(event.origin for event in events)

    event = Event({})
    first, second = make(context, send_to=["a", "b"]), make(context)
    first.cursor_name, second.cursor_name = "first", "second"
    async with first.open(), second.open():
        for name in "ab":
            nursery.start_soon(PipelineInput(context, {"address": name}).run, send)
        await trio.testing.wait_all_tasks_blocked()
        for output in (first, second, first, second):
            await output.send([event])
    assert got[:3] == got[3:]
    assert len({*got, event.origin}) == 4
