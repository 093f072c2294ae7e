"""Small sends: one that soon follows another waits for more to join it, as long as that pays; none waits that comes alone."""

from contextlib import asynccontextmanager

import pytest
import trio

from logsmith.event import Event
from logsmith.metrics import PluginMetrics
from logsmith.runtime.delivery import ENOUGH_CHUNKS, ENOUGH_EVENTS, SENDS_AT_ONCE, Lane

LINGER_S = 0.01


class Output:
    """Notes when it is sent how many events; a send takes as long as it is told."""

    max_events, concurrency, encodes, linger_s = 8_000, 4, False, LINGER_S

    def __init__(self, send_s):
        self.send_s, self.sends = send_s, []
        self.metrics = PluginMetrics("output", "fake", "fake")

    async def send(self, events):
        self.sends.append((round(trio.current_time(), 4), len(events)))
        await trio.sleep(self.send_s)


@asynccontextmanager
async def lane(send_s=0.001):
    """A lane at the beginning of time, with an output that takes so long for a send."""
    one = Lane(Output(send_s), None)
    async with trio.open_nursery() as nursery:
        for _ in range(one.output.concurrency):
            await nursery.start(one.run)
        yield one
        nursery.cancel_scope.cancel()


def window(events):
    return [[Event.from_map({}) for _ in range(events)]]


async def send_at(one, *windows):
    """Send windows of so many events at these moments, and wait until all are sent; returns the sends since the first."""
    began = trio.current_time()
    shares = []
    for at, events in windows:
        await trio.sleep_until(began + at)
        shares.append(one.add(window(events)))
    for share in shares:
        await share.done.wait()
    return [(round(at - began, 4), events) for at, events in one.output.sends if at >= began]


@pytest.mark.parametrize(
    ("windows", "sends"),
    [
        ([(0, 1)], [(0, 1)]),
        ([(0, 1), (0.01, 1), (0.02, 1)], [(0, 1), (0.01, 1), (0.02, 1)]),
        (
            [(0, 1), (0.002, 2), (0.004, 3), (0.006, 4), (0.008, 5), (0.015, 1)],
            [(0, 1), (0.01, 14), (0.02, 1)],
        ),
        ([(0, 1), (0.002, ENOUGH_EVENTS)], [(0, 1), (0.002, ENOUGH_EVENTS)]),
        ([(0, 1), (0.002, 1), (0.004, ENOUGH_EVENTS)], [(0, 1), (0.004, ENOUGH_EVENTS + 1)]),
        ([(0, 1), *[(0.002, 1)] * ENOUGH_CHUNKS], [(0, 1), (0.002, ENOUGH_CHUNKS)]),
    ],
    ids=["alone", "seldom", "often", "large", "large behind small", "many"],
)
async def test_small_sends_go_together_where_many_come(windows, sends, autojump_clock):
    async with lane() as one:
        assert await send_at(one, *windows) == sends


async def test_who_waits_for_each_answer_is_held_up_once_in_a_while(autojump_clock):
    async with lane() as one:
        await send_at(one, (0, 1))
        began = trio.current_time()
        for _ in range(1 + SENDS_AT_ONCE):
            await send_at(one, (0, 1))
        assert trio.current_time() - began == pytest.approx(LINGER_S + SENDS_AT_ONCE * 0.001, abs=0.002)


async def test_a_send_that_waits_does_not_hold_up_a_large_one_while_others_are_under_way(autojump_clock):
    async with lane(send_s=1) as one:
        sends = await send_at(one, (0, 1), (0.001, 1), (0.005, ENOUGH_EVENTS), (0.006, ENOUGH_EVENTS))
        assert sends == [(0, 1), (0.005, ENOUGH_EVENTS + 1), (0.006, ENOUGH_EVENTS)]


async def test_an_output_that_does_not_linger_sends_at_once(autojump_clock):
    async with lane() as one:
        one.output.linger_s = 0.0
        assert await send_at(one, (0, 1), (0.001, 1), (0.002, 1)) == [(0, 1), (0.001, 1), (0.002, 1)]
