"""Delivery: who waits for what, what is sent again, and what becomes a dead letter (cases 116 and 117 among it)."""

from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing

from logsmith.event import Event
from logsmith.metrics import PluginMetrics
from logsmith.plugins import UndeliveredError
from logsmith.runtime.delivery import FIRST_PAUSE_S, LONGEST_PAUSE_S, Delivery


class Lines:
    def __init__(self):
        self.lines = []

    def warning(self, message, **facts):
        self.lines.append((message, facts))

    info = error = warning


class Output:
    """Keeps what it is sent; each send first meets the next of its `fates`: an exception to raise, or seconds to take."""

    max_events = 1_000
    concurrency = 1
    linger_s = 0.0
    encodes = False

    def __init__(self, *fates):
        self.fates, self.sends, self.times = list(fates), [], []
        self.metrics, self.log = PluginMetrics("output", "fake", "fake"), Lines()

    @asynccontextmanager
    async def open(self):
        yield

    async def send(self, events):
        self.sends.append([name_of(event) for event in events])
        self.times.append(trio.current_time())
        fate = self.fates.pop(0) if self.fates else None
        if callable(fate):
            fate = fate(events)
        if isinstance(fate, Exception):
            raise fate
        if fate is not None:
            await trio.sleep(fate)


class Letters:
    """Keeps dead letters, unless it `fails` so many times first."""

    def __init__(self, fails=0):
        self.fails, self.letters = fails, []

    async def put(self, output, refused):
        if self.fails:
            self.fails -= 1
            raise OSError("disk full")
        self.letters += [(name_of(event), reason) for event, reason in refused]


def name_of(event):
    return event.top("n")


def some(*names):
    return [Event.from_map({"n": name}) for name in names]


def undelivered(*, retry="", refused="", after_s=None):
    """A fate: of the events sent, these are to be sent again, and these are refused."""

    def fate(events):
        return UndeliveredError(
            "busy",
            retry=[event for event in events if name_of(event) in retry],
            refused=[(event, "bad") for event in events if name_of(event) in refused],
            after_s=after_s,
        )

    return fate


async def deliver(*outputs, letters=None, routed):
    """Deliver once, and return how long it took."""
    delivery = Delivery(outputs, letters or Letters())
    began = trio.current_time()
    async with delivery.open():
        await delivery.deliver(delivery.take(routed))
    return trio.current_time() - began


async def test_each_output_gets_its_own_events_in_order(autojump_clock):
    first, second = Output(), Output()
    await deliver(first, second, routed=[some("a", "b"), some("c")])
    assert (first.sends, second.sends) == ([["a", "b"]], [["c"]])


async def test_an_output_with_no_events_is_not_asked(autojump_clock):
    idle, busy = Output(), Output()
    await deliver(idle, busy, routed=[[], some("a")])
    assert idle.sends == []


async def test_delivery_is_done_when_the_slowest_output_is(autojump_clock):
    assert await deliver(Output(3), Output(7), routed=[some("a"), some("a")]) == 7


async def test_case_117_only_what_failed_is_sent_again(autojump_clock):
    output = Output(undelivered(retry="bd"), undelivered(retry="d"))
    await deliver(output, routed=[some("a", "b", "c", "d")])
    assert output.sends == [["a", "b", "c", "d"], ["b", "d"], ["d"]]
    assert output.metrics.events_out == 4


async def test_case_116_what_is_refused_for_good_becomes_a_dead_letter_and_is_done(autojump_clock):
    output, letters = Output(undelivered(retry="a", refused="b")), Letters()
    await deliver(output, letters=letters, routed=[some("a", "b", "c")])
    assert letters.letters == [("b", "bad")]
    assert output.sends == [["a", "b", "c"], ["a"]]
    assert output.metrics.events_out == 2


async def test_a_dead_letter_is_not_done_before_it_is_on_disk(autojump_clock):
    letters = Letters(fails=3)
    seconds = await deliver(Output(undelivered(refused="a")), letters=letters, routed=[some("a")])
    assert letters.letters == [("a", "bad")]
    assert seconds == FIRST_PAUSE_S * (1 + 2 + 4)


async def test_what_waits_to_become_a_dead_letter_is_shown_for_as_long_as_it_does(autojump_clock):
    output, letters = Output(undelivered(refused="ab")), Letters(fails=2)
    seen = []

    async def look():
        for _ in range(3):
            await trio.sleep(FIRST_PAUSE_S * 1.1)  # between the tries, which come after one pause and three
            seen.append(dict(output.metrics.gauges))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(look)
        await deliver(output, letters=letters, routed=[some("a", "b")])
    assert seen == [{"dead_letters_waiting": 2}, {"dead_letters_waiting": 2}, {}]
    assert output.metrics.notes["dead_letters_hint"] == "see to the disk or the file"


@pytest.mark.parametrize("error", [ValueError("oops"), OSError("gone"), RuntimeError("")])
async def test_an_output_that_makes_a_mistake_loses_nothing(error, autojump_clock):
    output = Output(error, error)
    await deliver(output, routed=[some("a", "b")])
    assert output.sends == [["a", "b"]] * 3


async def test_pauses_double_up_to_a_limit(autojump_clock):
    output = Output(*[undelivered(retry="a")] * 10)
    await deliver(output, routed=[some("a")])
    pauses = [after - before for before, after in zip(output.times, output.times[1:], strict=False)]
    assert pauses == [min(FIRST_PAUSE_S * 2**n, LONGEST_PAUSE_S) for n in range(10)]


async def test_a_pause_that_the_peer_asks_for_is_kept(autojump_clock):
    output = Output(undelivered(retry="a", after_s=100))
    assert await deliver(output, routed=[some("a")]) == 100


async def test_what_waits_is_put_together(autojump_clock):
    output = Output(10)
    delivery = Delivery([output], Letters())
    async with delivery.open(), trio.open_nursery() as nursery:
        for name in "abcd":
            nursery.start_soon(delivery.deliver, delivery.take([some(name)]))
            await trio.testing.wait_all_tasks_blocked()
    assert output.sends == [["a"], ["b", "c", "d"]]


async def test_what_is_put_together_has_no_more_events_than_the_output_takes(autojump_clock):
    output = Output(10)
    output.max_events = 3
    delivery = Delivery([output], Letters())
    async with delivery.open(), trio.open_nursery() as nursery:
        for names in ("a", "bc", "de", "f", "ghij"):
            nursery.start_soon(delivery.deliver, delivery.take([some(*names)]))
            await trio.testing.wait_all_tasks_blocked()
    assert output.sends == [["a"], ["b", "c"], ["d", "e", "f"], ["g", "h", "i", "j"]]


async def test_windows_that_were_put_together_are_done_each_for_itself(autojump_clock):
    output, done = Output(1, undelivered(retry="b")), []
    delivery = Delivery([output], Letters())

    async def one(name):
        await delivery.deliver(delivery.take([some(name)]))
        done.append((name, trio.current_time() - began))

    began = trio.current_time()
    async with delivery.open(), trio.open_nursery() as nursery:
        for name in "abc":
            nursery.start_soon(one, name)
            await trio.testing.wait_all_tasks_blocked()
    assert output.sends == [["a"], ["b", "c"], ["b"]]
    assert sorted(done) == [("a", 1), ("b", 1 + FIRST_PAUSE_S), ("c", 1)]


async def test_an_output_may_send_several_at_a_time(autojump_clock):
    output = Output(5, 5, 5)
    output.concurrency = 2
    delivery = Delivery([output], Letters())
    async with delivery.open(), trio.open_nursery() as nursery:
        for name in "abc":
            nursery.start_soon(delivery.deliver, delivery.take([some(name)]))
            await trio.testing.wait_all_tasks_blocked()
    assert (output.sends, output.times[2] - output.times[0]) == ([["a"], ["b"], ["c"]], 5)


async def test_a_dead_output_holds_up_no_other(autojump_clock):
    dead, alive = Output(*[undelivered(retry="a")] * 100), Output()
    with trio.move_on_after(50):
        await deliver(dead, alive, routed=[some("a"), some("a")])
    assert alive.sends == [["a"]]
    assert len(dead.sends) > 3


async def test_the_same_complaint_is_made_once_and_counted(autojump_clock):
    output = Output(*[undelivered(retry="a")] * 5)
    await deliver(output, routed=[some("a")])
    (line,) = output.log.lines
    assert line == ("events not delivered, trying again", {"events": 1, "reason": "busy"})


async def test_the_same_event_may_go_to_two_outputs_and_fail_in_one(autojump_clock):
    (event,) = some("a")
    first, second = Output(undelivered(retry="a")), Output()
    await deliver(first, second, routed=[[event], [event]])
    assert (first.sends, second.sends) == ([["a"], ["a"]], [["a"]])


async def test_the_first_sends_of_a_batch_begin_in_the_outputs_order():
    begun = []

    class Noting(Output):
        async def send(self, events):
            begun.append(self)

    outputs = [Noting() for _ in range(6)]
    delivery = Delivery(outputs, Letters())
    async with delivery.open():
        for _ in range(20):  # Trio begins what is ready together in a random order
            await trio.testing.wait_all_tasks_blocked()
            await delivery.deliver(delivery.take([[Event.from_map({})] for _ in outputs]))
    assert begun == outputs * 20
