"""How long sleep waits, on a clock that jumps."""

import pytest
import trio

from logsmith.event import Event, Sprintf, Timestamp
from logsmith.plugins import Context
from logsmith.plugins.filters.sleep import Sleep


def sleep(**settings):
    time = settings.pop("time", None)
    one = Sleep(Context(), {**settings, **({} if time is None else {"time": Sprintf.parse(time)})})
    assert list(one.prepare()) == []
    return one


async def waits(one, *events):
    found = []
    for fields in events:
        before = trio.current_time()
        assert await one.filter(Event(dict(fields))) is None
        found.append(round(trio.current_time() - before, 6))
    return found


def at(*seconds):
    return [{"@timestamp": Timestamp(second * 1_000_000_000)} for second in seconds]


async def test_waits_the_time_before_each_event(autojump_clock):
    assert await waits(sleep(time="1.5"), {}, {}) == [1.5, 1.5]


@pytest.mark.parametrize("pause", [None, "x", -1, 0, "1e999"])
async def test_does_not_wait_for_what_is_no_time(autojump_clock, pause):
    assert await waits(sleep(time="%{pause}"), {"pause": pause}) == [0]


async def test_takes_the_time_from_the_event(autojump_clock):
    assert await waits(sleep(time="%{pause}"), {"pause": 2}, {"pause": "0.5 s"}) == [2, 0.5]


async def test_waits_at_every_so_many_events(autojump_clock):
    assert await waits(sleep(time="1", every=3), *[{}] * 7) == [0, 0, 1, 0, 0, 1, 0]


@pytest.mark.parametrize(("time", "expected"), [(None, [0, 2, 0, 5]), ("2", [0, 1, 0, 2.5]), ("0", [0] * 4)])
async def test_replays_events_as_they_were_made(autojump_clock, time, expected):
    assert await waits(sleep(time=time, replay=True), *at(100, 102, 101, 106)) == expected


def test_a_replay_keeps_the_order_of_events():
    assert sleep(replay=True).is_stateful
    assert not sleep(time="1").is_stateful


def test_time_is_needed_unless_events_are_replayed():
    one = Sleep(Context())
    assert [problem.message for problem in one.prepare()] == ["sleep needs the setting 'time'"]
