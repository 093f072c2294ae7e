"""Slow, dead and greedy peers: the protocol table's cases 30 and 74 to 88, with a clock that jumps."""

from itertools import pairwise

import pytest
import trio
import trio.testing

from logsmith.beats.budget import ByteBudget
from logsmith.beats.session import Pace, Session, SlowClientError
from logsmith.beats.shaping import Shaping
from logsmith.event import Event
from logsmith.lumberjack import Limits, ProtocolError
from tests.lumberjack.lumberjack_cases import EMPTY, HI, V1, ack, c, d, j, w

WINDOW = w(1) + c(j(1, HI))
PACE = Pace()
ROOM = 64 * 1024  # bytes that the network holds


class LineCodec:
    """A codec that nobody asks."""

    name = "plain"

    def decode(self, chunk):
        return [Event.from_map({"message": chunk.decode()})]

    def flush(self):
        return []


class Peer:
    """A client's end of a session, and when what happened."""

    def __init__(self, stream, session):
        self.stream, self.session = stream, session
        self.answers, self.error, self.ended_at = [], None, None

    async def send(self, *chunks):
        for chunk in chunks:
            await self.stream.send_all(chunk)

    async def read(self):
        """Note each answer with its second, until the end."""
        received = b""
        while chunk := await self.stream.receive_some():
            received += chunk
            while len(received) >= 6:
                self.answers.append((round(trio.current_time() - self.began, 3), received[:6]))
                received = received[6:]

    @property
    def seconds(self):
        return self.ended_at - self.began

    @property
    def reason(self):
        error = self.error
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        return str(error) if isinstance(error, SlowClientError) else error


class Outputs:
    """Takes each window after so many seconds."""

    def __init__(self, seconds=0.0):
        self.seconds, self.events = seconds, []

    async def send(self, events):
        await trio.sleep(self.seconds)
        self.events += events


async def converse(talk, *, outputs=None, pace=PACE, budget=None, reads=True, lockstep=False):
    """Run a session with a client that does `talk(peer)`; the session ends by itself, or when the client hangs up."""
    outputs = outputs or Outputs()
    ours, theirs = (trio.testing.lockstep_stream_pair if lockstep else trio.testing.memory_stream_pair)()
    session = Session(ours, budget or ByteBudget(2**28), pace, Limits())
    peer = Peer(theirs, session)
    peer.began = trio.current_time()
    shaping = Shaping(codec=LineCodec(), is_plain=True, keeps_original=False, codec_tag=None)

    async def serve():
        try:
            await session.run(shaping, outputs.send)
        except* SlowClientError as error:
            peer.error = error
        peer.ended_at = trio.current_time()
        await ours.aclose()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve)
        if reads:
            nursery.start_soon(peer.read)
        try:
            await talk(peer)
        except trio.BrokenResourceError:
            pass  # it was closed while it talked
    return peer


def sending(*chunks, pause=0.0, eof=False):
    async def talk(peer):
        for chunk in chunks:
            await peer.send(chunk)
            await trio.sleep(pause)
        if eof:
            await peer.stream.send_eof()

    return talk


def case(number, *values):
    return pytest.param(*values, id=str(number))


IDLE, UNFINISHED = "it was idle for too long", "its window was not complete in time"


@pytest.mark.parametrize(
    ("chunks", "reason", "seconds", "answers"),
    [
        case("74", [], IDLE, 60, []),
        case("75", [WINDOW], IDLE, 60, [(0, ack(1))]),
        case("76", [b"2"], UNFINISHED, 60, []),
        case("78", [w(10) + j(1)], UNFINISHED, 60, []),
        case("78-compressed", [w(10) + c(j(1))[:-3]], UNFINISHED, 60, []),
    ],
)
async def test_a_silent_client_is_closed_in_time_without_keepalives(
    chunks, reason, seconds, answers, autojump_clock
):
    peer = await converse(sending(*chunks))
    assert (peer.reason, round(peer.seconds), peer.answers) == (reason, seconds, answers)


async def test_case_75_idleness_counts_from_the_last_acknowledgement(autojump_clock):
    peer = await converse(sending(WINDOW), outputs=Outputs(40))
    assert peer.answers[-1] == (40, ack(1))
    assert round(peer.seconds) == 100


async def test_case_74_a_client_may_be_idle_for_ever_if_wished(autojump_clock):
    async def talk(peer):
        await trio.sleep(50_000)
        await peer.send(WINDOW)
        await peer.stream.send_eof()

    peer = await converse(talk, pace=Pace(idle_s=None))
    assert peer.answers == [(50_000, ack(1))]


async def test_case_77_a_byte_a_second_is_no_way_to_hold_a_connection(autojump_clock):
    async def drip(peer):
        await peer.send(w(1), j(1, b"x" * 10_000_000)[:10])
        for _ in range(1_000):
            await peer.send(b"x")
            await trio.sleep(1)
        await peer.stream.send_eof()

    peer = await converse(drip)
    assert (peer.reason, round(peer.seconds)) == (UNFINISHED, 60)


async def test_case_79_keepalives_come_every_five_seconds_and_end_with_the_acknowledgement(autojump_clock):
    peer = await converse(sending(WINDOW), outputs=Outputs(12))
    assert peer.answers == [(5, ack(0)), (10, ack(0)), (12, ack(1))]


async def test_case_30_v1_gets_no_keepalives(autojump_clock):
    peer = await converse(sending(w(1, V1) + d(1, b"line", b"x")), outputs=Outputs(12))
    assert peer.answers == [(12, ack(1, V1))]


async def test_one_window_of_v1_stays_in_force_until_the_next(autojump_clock):
    outputs = Outputs()
    frames = [d(n, b"line", b"%d" % n) for n in range(1, 8)]
    first = w(2, V1) + b"".join(frames[:4])
    peer = await converse(sending(first + c(*frames[4:6]) + frames[6] + d(8, b"line", b"8")), outputs=outputs)
    assert [answer for _, answer in peer.answers] == [ack(n, V1) for n in (2, 4, 6, 8)]
    assert [event.top("message") for event in outputs.events] == [str(n) for n in range(1, 9)]


async def test_a_window_of_v2_does_not_stay_in_force(autojump_clock):
    outputs = Outputs()
    with pytest.raises(BaseExceptionGroup) as failure:
        await converse(
            sending(w(1, V1) + d(1, b"line", b"x") + w(1) + j(1) + d(1, b"line", b"y")), outputs=outputs
        )
    assert failure.group_contains(ProtocolError, depth=None)
    assert len(outputs.events) == 2


async def test_case_80_the_second_of_two_windows_has_its_keepalives_too(autojump_clock):
    peer = await converse(sending(WINDOW + w(2) + c(j(1), j(2))), outputs=Outputs(12))
    beats = [(5, ack(0)), (10, ack(0)), (12, ack(1)), (17, ack(0)), (22, ack(0)), (24, ack(2))]
    assert peer.answers == beats


async def test_case_81_a_client_is_never_without_a_sign_for_long_while_outputs_are_blocked(autojump_clock):
    outputs = Outputs(300)
    peer = await converse(sending(WINDOW), outputs=outputs)
    times = [0, *(second for second, _ in peer.answers)]
    assert max(after - before for before, after in pairwise(times)) <= 5
    assert peer.answers[-1] == (300, ack(1))
    assert len(outputs.events) == 1


async def test_case_82_three_windows_are_read_ahead_and_no_more(autojump_clock):
    async def talk(peer):
        for number in range(1, 10):
            with trio.move_on_after(5):
                await peer.send(w(number) + c(*(j(1 + n) for n in range(number))))
                continue
            peer.stuck_at = number
            return

    budget = ByteBudget(2**28)
    with trio.move_on_after(1_000):
        peer_of = []

        async def watched(peer):
            peer_of.append(peer)
            await talk(peer)

        await converse(watched, outputs=Outputs(10_000), budget=budget, lockstep=True)
    # one is being delivered, three are parked, one lies in the network
    assert peer_of[0].stuck_at == 5
    assert peer_of[0].session.windows == 0


async def test_case_83_a_used_up_budget_stops_reading_between_windows_only(autojump_clock):
    budget = ByteBudget(100)
    budget.add(100)
    order = []

    async def talk(peer):
        await peer.send(w(1))
        order.append("sent a part")
        await trio.sleep(7)
        assert peer.answers == []
        budget.free(100)
        await peer.send(j(1))
        await trio.sleep(1)
        assert peer.answers == [(7, ack(1))]
        await peer.stream.send_eof()

    await converse(talk, budget=budget)
    assert order == ["sent a part"]
    assert budget.used == 0


async def test_case_83_a_window_that_has_begun_is_read_to_its_end_whatever_the_budget(autojump_clock):
    budget = ByteBudget(100)

    async def talk(peer):
        await peer.send(w(1))
        await trio.testing.wait_all_tasks_blocked()
        budget.add(10_000)
        await peer.send(j(1))
        await trio.sleep(1)
        assert peer.answers == [(0, ack(1))]
        budget.free(10_000)
        await peer.stream.send_eof()

    await converse(talk, budget=budget)
    assert budget.used == 0


@pytest.mark.parametrize(
    ("sent", "outputs"),
    [
        case("85", w(0) * 10_000, Outputs()),
        case("86", WINDOW, Outputs(10_000)),
    ],
)
async def test_a_client_that_does_not_read_is_dropped_after_the_write_limit(sent, outputs, autojump_clock):
    peer = await converse(sending(sent), outputs=outputs, reads=False, lockstep=True)
    assert peer.reason == "it does not read what it is sent"
    assert round(peer.seconds) in (30, 35)


@pytest.mark.parametrize("eof", [case("87-soon", 0), case("87-late", 20)])
async def test_after_a_half_close_a_slow_window_is_still_acknowledged(eof, autojump_clock):
    async def talk(peer):
        await peer.send(WINDOW)
        await trio.sleep(eof)
        await peer.stream.send_eof()

    peer = await converse(talk, outputs=Outputs(30))
    assert peer.answers[-1] == (30, ack(1))
    assert (peer.reason, peer.seconds) == (None, 30)


async def test_case_88_a_client_that_vanished_ends_its_session_and_its_window_is_delivered(autojump_clock):
    outputs = Outputs(12)

    async def talk(peer):
        await peer.send(WINDOW)
        await trio.sleep(1)
        await peer.stream.aclose()

    peer = await converse(talk, outputs=outputs, reads=False)
    assert peer.reason is None
    assert peer.seconds <= 12


async def test_a_failed_delivery_is_never_acknowledged(autojump_clock):
    class Broken(Outputs):
        async def send(self, events):
            raise OSError("no way out")

    answers = []

    async def talk(peer):
        answers.append(peer)
        await peer.send(WINDOW)

    with pytest.raises(BaseExceptionGroup) as failure:
        await converse(talk, outputs=Broken())
    assert failure.group_contains(OSError, match="no way out", depth=None)
    assert answers[0].answers == []


async def test_a_session_that_ends_gives_its_bytes_back(autojump_clock):
    budget = ByteBudget(2**28)
    await converse(sending(w(3) + j(1, HI) + j(2, HI)[:-3]), budget=budget)
    assert budget.used == 0


@pytest.mark.parametrize("seconds", [0, 12])
async def test_case_118_told_to_stop_it_finishes_what_is_complete_and_takes_no_more(seconds, autojump_clock):
    outputs = Outputs(seconds)

    async def talk(peer):
        await peer.send(WINDOW + WINDOW + w(2) + j(1, EMPTY))
        await trio.testing.wait_all_tasks_blocked()
        peer.session.stop_reading()
        await peer.send(j(2, EMPTY))

    peer = await converse(talk, outputs=outputs)
    assert [answer for _, answer in peer.answers if answer != ack(0)] == [ack(1), ack(1)]
    assert len(outputs.events) == 2
    assert peer.seconds == 2 * seconds
