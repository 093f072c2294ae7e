"""How far a client is read that sends more than it waits for answers to; with a clock that jumps."""

import tracemalloc

import pytest
import trio
import trio.testing

from logsmith.beats.budget import ByteBudget, Unfinished
from logsmith.beats.session import EVENT_BYTES, MOST_TOLD, Pace
from tests.beats.test_session import WINDOW, Outputs, converse, sending
from tests.lumberjack.lumberjack_cases import ack, j, w

THOUSAND = w(1) + j(1, b"x" * 984)  # bytes
PIECE = 997  # bytes, of which a multiple is never the end of a window here


async def bytes_taken(sent, **how):
    """Return how many bytes are taken of a client that sends them piece by piece, and reads nothing."""
    taken = 0

    async def talk(peer):
        nonlocal taken
        for at in range(0, len(sent), PIECE):
            await peer.send(sent[at : at + PIECE])
            taken += PIECE

    with trio.move_on_after(20):
        await converse(talk, reads=False, lockstep=True, **how)
    return taken


@pytest.mark.parametrize("parked", [0, 1, 3, 10])
async def test_a_client_that_is_always_in_the_middle_of_a_window_is_one_further_ahead_and_no_more(
    parked, autojump_clock
):
    taken = await bytes_taken(THOUSAND * 100, outputs=Outputs(10_000), pace=Pace(parked_windows=parked))
    windows = (
        1 + max(1, parked) + 1
    )  # that is delivered, those that wait, one that was begun before there were so many
    assert 0 <= taken - 1_000 * windows < 2 * PIECE


@pytest.mark.parametrize("parked", [3, 1_000])
async def test_of_windows_of_nothing_one_piece_is_read_until_they_are_answered(parked, autojump_clock):
    assert await bytes_taken(w(0) * 10_000, pace=Pace(parked_windows=parked)) == PIECE


async def test_a_window_that_was_begun_behind_others_has_its_time_from_its_turn_on(autojump_clock):
    peer = await converse(sending(WINDOW * 6 + w(2) + j(1), j(2), pause=95, eof=True), outputs=Outputs(20))
    assert peer.answers[-1] == (140, ack(2))


async def test_while_the_budget_is_used_up_windows_go_before_the_one_that_was_begun_behind_them(
    autojump_clock,
):
    budget = ByteBudget(EVENT_BYTES)  # that one event in delivery uses up
    taken = await bytes_taken(THOUSAND * 100, outputs=Outputs(10_000), budget=budget)
    assert taken == 3 * PIECE  # one window is delivered, one waits, another was begun


async def test_what_was_begun_behind_other_windows_is_read_on_when_they_are_gone(autojump_clock):
    budget = ByteBudget(2_000)

    async def talk(peer):
        await peer.send(WINDOW * 2 + w(2) + j(1))
        await trio.testing.wait_all_tasks_blocked()
        budget.add(10_000)
        await peer.send(j(2)[:5])
        await trio.testing.wait_all_tasks_blocked()
        await peer.send(j(2)[5:])
        await trio.sleep(100)
        budget.free(10_000)
        await peer.stream.send_eof()

    peer = await converse(talk, budget=budget, outputs=Outputs(3))
    assert peer.answers == [(3, ack(1)), (6, ack(1)), (9, ack(2))]


async def test_who_is_evicted_while_its_windows_go_first_is_closed_at_once(autojump_clock):
    budget = ByteBudget(2_000)

    async def talk(peer):
        await peer.send(WINDOW * 6 + w(2) + j(1, b"x" * 600))
        await trio.sleep(1)
        budget.note_unfinished(Unfinished(lambda: None), 500, trio.current_time())
        await trio.sleep(1)

    peer = await converse(talk, budget=budget, outputs=Outputs(1_000))
    assert (peer.reason, round(peer.seconds)) == (MOST_TOLD, 1)


async def test_what_waits_is_held_once(autojump_clock):
    sent, held = w(0) * 10_000, []

    async def talk(peer):
        tracemalloc.start()
        try:
            await peer.send(sent)
            await trio.sleep(1)
            held.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()

    await converse(talk, reads=False, lockstep=True)
    assert len(sent) <= held[0] < 1.5 * len(sent)
