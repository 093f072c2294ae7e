"""Refused connections in the log: a line for each kind at a time, and every one of them is counted."""

import pytest
import trio
import trio.testing

from logsmith.net.refusals import MAX_PEERS, TELL_EVERY_S, Refusals

TOTAL, PER_PEER = "max_connections", "max_connections_per_ip"


class Lines:
    """A log that keeps what was told: the limit, the peer and the number."""

    def __init__(self):
        self.lines = []

    def warning(self, message, **facts):
        self.lines.append((facts["limit"], facts.get("peer"), facts["refused"]))


@pytest.fixture
async def refusals(nursery):
    found = Refusals(Lines())
    found.log = found._log
    nursery.start_soon(found.run)
    return found


async def test_the_first_of_each_kind_is_told_at_once(refusals, autojump_clock):
    for limit, peer in ((PER_PEER, "a"), (PER_PEER, "a"), (TOTAL, "b"), (TOTAL, "c"), (PER_PEER, "d")):
        refusals.add(limit, peer)
    assert refusals.log.lines == [(PER_PEER, "a", 1), (TOTAL, "b", 1), (PER_PEER, "d", 1)]


async def test_the_others_are_told_when_the_time_has_come(refusals, autojump_clock):
    for limit, peer in ((PER_PEER, "a"), (TOTAL, "b"), (PER_PEER, "a"), (PER_PEER, "a"), (TOTAL, "c")):
        refusals.add(limit, peer)
    await trio.sleep(TELL_EVERY_S + 1)
    assert refusals.log.lines[2:] == [(PER_PEER, "a", 2), (TOTAL, "c", 1)]


async def test_after_a_while_without_any_the_next_is_told_at_once(refusals, autojump_clock):
    for _ in range(2):
        refusals.add(TOTAL, "a")
        await trio.sleep(TELL_EVERY_S + 1)
    assert refusals.log.lines == [(TOTAL, "a", 1), (TOTAL, "a", 1)]


async def test_one_kind_has_at_most_a_line_in_its_time(refusals, autojump_clock):
    for _ in range(100):
        refusals.add(TOTAL, "a")
        await trio.sleep(TELL_EVERY_S / 10)
    assert len(refusals.log.lines) <= 11
    await trio.sleep(TELL_EVERY_S * 2)
    assert sum(refused for *_, refused in refusals.log.lines) == 100


async def test_many_addresses_share_a_line_and_little_memory(refusals, autojump_clock):
    for number in range(1000):
        refusals.add(PER_PEER, f"10.0.{number // 256}.{number % 256}")
    refusals.add(PER_PEER, "10.0.0.0")  # which has a line of its own
    assert len(refusals._held) == MAX_PEERS + 1
    await trio.sleep(TELL_EVERY_S + 1)
    assert len(refusals.log.lines) == MAX_PEERS + 3
    assert refusals.log.lines[-2:] == [(PER_PEER, "10.0.0.0", 1), (PER_PEER, None, 1000 - MAX_PEERS - 1)]
    await trio.sleep(TELL_EVERY_S + 1)
    assert refusals._held == {}


async def test_what_is_held_back_is_told_at_the_end():
    log = Lines()
    refusals = Refusals(log)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(refusals.run)
        for _ in range(3):
            refusals.add(TOTAL, "a")
        await trio.testing.wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
    assert log.lines == [(TOTAL, "a", 1), (TOTAL, "a", 2)]
