"""The Beats input on a socket: limits, stopping, and what the log says about strangers."""

import pytest
import trio

from tests.beats.serving import read_answers, serving
from tests.lumberjack.lumberjack_cases import CASES, HI, Ack, ack, c, j, w

WINDOW = w(1) + c(j(1, HI))
SMALL = [
    case for case in CASES if not case.is_big and case.limits is CASES[0].limits and len(case.bytes) < 2_000
]


@pytest.mark.parametrize("case", SMALL, ids=[case.id for case in SMALL])
async def test_a_case_of_the_table_over_a_socket(case):
    """The same answers as without one, then the end of the stream."""
    expected = b"".join(outcome.frame for outcome in case.outcomes if isinstance(outcome, Ack))
    async with serving(ecs="disabled") as served:
        stream = await served.connect()
        try:
            await stream.send_all(case.bytes)
            await stream.send_eof()
        except trio.BrokenResourceError:
            pass  # it closed early
        assert await read_answers(stream, 10**6) == expected
        await stream.aclose()


async def test_case_26_a_stranger_is_named_in_the_log():
    async with serving() as served:
        await served.ask(b"GET / HTTP/1.1\r\n\r\n")
    assert "HTTP" in served.log.reasons[0]


async def test_case_44_a_poisonous_frame_costs_nobody_else_anything():
    spin = bytes.fromhex("3257000000013243000000 23789c337266606010aa9863fc292929".replace(" ", ""))
    spin += bytes.fromhex("21218125 69d9ab28067621c60aa370060 06bf407ae".replace(" ", ""))
    async with serving() as served:
        other = await served.connect()
        await served.ask(spin)
        await other.send_all(WINDOW)
        assert await read_answers(other, 1) == ack(1)
        await other.aclose()


async def test_more_connections_than_allowed_are_closed_at_once():
    async with serving(max_connections=2) as served:
        streams = [await served.connect() for _ in range(2)]
        for stream in streams:
            await stream.send_all(WINDOW)
            assert await read_answers(stream, 1) == ack(1)
        assert await served.ask(WINDOW) == b""
        assert served.plugin.metrics.extra["closed.max_connections"] == 1
        await streams[0].aclose()
        with trio.fail_after(5):
            while await served.ask(WINDOW) != ack(1):  # noqa: ASYNC110  what is waited for tells nobody
                await trio.sleep(0.01)
        await streams[1].aclose()


async def test_case_118_a_stop_lets_pending_windows_be_acknowledged_and_takes_no_new_connection():
    async with serving() as served:
        served.is_open = trio.Event()
        stream = await served.connect()
        await stream.send_all(WINDOW + WINDOW)
        await trio.testing.wait_all_tasks_blocked(0.05)
        served.stop()
        await trio.testing.wait_all_tasks_blocked(0.05)
        late = await served.connect()
        await late.send_all(WINDOW)
        served.is_open.set()
        assert await read_answers(stream, 3) == ack(1) + ack(1)
        await stream.aclose()
        await trio.aclose_forcefully(late)
    assert len(served.events) == 2


async def test_connections_are_counted_while_they_last():
    async with serving() as served:
        gauges = served.plugin.metrics.gauges
        stream = await served.connect()
        await stream.send_all(WINDOW)
        assert await read_answers(stream, 1) == ack(1)
        assert gauges["current_connections"] == 1
        await stream.aclose()
    assert gauges["current_connections"] == 0
