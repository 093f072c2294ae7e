"""Windows that wait: what the reader is told, and what they cost."""

import tracemalloc
import zlib
from contextlib import suppress

import pytest
from lumberjack_cases import HI, MANY, MIB, V1, V2, c, d, frame, j, js, numbered, w, z, zeros

from logsmith.lumberjack import END_OF_STREAM, NEED_DATA, Connection, Limits, ProtocolError
from logsmith.lumberjack.borders import MOST_WALKED
from logsmith.lumberjack.inflation import FEED, STEP


def table(cases):
    return pytest.mark.parametrize("case", cases.values(), ids=cases)


def fed(*parts):
    connection = Connection()
    for part in filter(None, parts):
        connection.receive_data(part)
    return connection


@table(
    {
        "nothing": (b"", False),
        "one byte": (b"2", True),
        "a strange byte that may be HTTP": (b"G", True),
        "half a header": (w(1)[:5], True),
        "an announced window": (w(1), True),
        "a ping": (w(0), False),
        "half an event": (w(1) + j(1, HI)[:-1], True),
        "a window but for its last event": (w(2) + j(1), True),
        "a window": (w(2) + j(1) + j(2), False),
        "half a compressed frame": (w(2) + c(j(1), j(2))[:-1], True),
        "a compressed window": (w(2) + c(j(1), j(2)), False),
        "a window and one byte": (w(1) + j(1) + b"2", True),
        "half a v1 event": (w(1, V1) + d(1, b"a", b"b")[:-1], True),
        "a v1 event": (w(1, V1) + d(1, b"a", b"b"), False),
        "a mistake": (w(9) + b"X", False),
    }
)
def test_tells_whether_the_client_is_in_the_middle_of_a_window(case):
    sent, is_mid_window = case
    assert fed(sent).is_mid_window == is_mid_window
    assert fed(*(sent[at : at + 1] for at in range(len(sent)))).is_mid_window == is_mid_window


def test_knows_that_a_window_goes_on_in_a_second_compressed_frame_once_it_looked():
    connection = fed(w(2) + c(j(1)))
    assert not connection.is_mid_window
    assert connection.next_window() is NEED_DATA
    assert connection.is_mid_window
    connection.receive_data(c(j(2)))
    assert not connection.is_mid_window
    assert connection.next_window().count == 2
    assert not connection.is_mid_window


def test_is_not_in_the_middle_of_anything_after_the_end():
    connection = fed(w(2) + j(1))
    connection.receive_data(b"")
    assert not connection.is_mid_window


@table(
    {
        "nothing": (b"", 0),
        "half a window": (w(2) + j(1), 0),
        "half a compressed frame": (w(1) + c(j(1))[:-1], 0),
        "three pings": (w(0) * 3, 3),
        "three compressed windows": ((w(1) + c(j(1))) * 3, 3),
        "three plain windows and a half": ((w(1) + j(1)) * 3 + w(1), 3),
        "one window in three compressed frames": (w(3) + c(j(1)) + c(j(2)) + c(j(3)), 1),
        "a window, then a mistake": (w(1) + j(1) + b"X", 1),
    }
)
def test_counts_the_windows_that_wait(case):
    sent, parked = case
    connection = fed(sent)
    assert connection.parked_windows == parked
    assert connection.windows_seen == parked
    with suppress(ProtocolError):
        while connection.next_window() is not NEED_DATA:
            parked -= 1
            assert connection.parked_windows == parked
    assert parked == connection.parked_windows == 0


def test_looks_no_further_than_so_many_windows_until_they_are_taken():
    connection = fed(w(0) * 10_000 + w(1))
    assert connection.parked_windows == connection.windows_seen == MOST_WALKED
    assert connection.is_full
    assert not connection.is_mid_window
    for _ in range(10_000):
        assert connection.next_window().count == 0
    assert (connection.parked_windows, connection.windows_seen) == (0, 10_000)
    assert connection.next_window() is NEED_DATA
    assert connection.is_mid_window
    assert not connection.is_full


def test_windows_of_nothing_cost_little_more_than_their_bytes():
    connection, sent = Connection(), w(0) * 10_000
    tracemalloc.start()
    try:
        connection.receive_data(sent)
        assert tracemalloc.get_traced_memory()[0] < 1.25 * len(sent)
    finally:
        tracemalloc.stop()


def test_finds_a_mistake_behind_many_windows_once_they_are_taken():
    connection = fed(w(0) * (2 * MOST_WALKED) + b"X")
    for _ in range(2 * MOST_WALKED):
        assert connection.next_window().count == 0
    with pytest.raises(ProtocolError, match="0x58"):
        connection.next_window()


def test_the_last_window_that_was_looked_at_may_go_on_in_a_second_compressed_frame():
    connection = fed(w(0) * (MOST_WALKED - 1) + w(2) + c(j(1)) + c(j(2)) + w(0))
    counts = [len(connection.next_window().events) for _ in range(MOST_WALKED + 1)]
    assert counts == [0] * (MOST_WALKED - 1) + [2, 0]
    assert connection.next_window() is NEED_DATA


def test_counts_a_compressed_frame_as_waiting_while_it_has_more_windows():
    connection = fed(c(w(1), j(1), w(1), j(1)))
    connection.next_window()
    assert connection.parked_windows == 1
    connection.next_window()
    assert connection.parked_windows == 0
    assert connection.buffered_bytes == 0


@table(
    {
        "too many events": (b"", w(MANY + 1)),
        "a new window too early": (w(2), w(1)),
        "an event too many": (b"", j(2)),
        "an event that is too long": (w(1), frame(V2, "J", 1, 2**31)),
        "no frame": (b"", b"X"),
    }
)
def test_keeps_nothing_from_a_mistake_on_while_the_windows_before_it_wait(case):
    before, mistake = case
    kept = w(1) + j(1) + before
    connection = fed(kept + mistake, w(1) + j(1))
    assert connection.buffered_bytes == len(kept)
    assert connection.parked_windows == 1
    assert not connection.is_mid_window


def test_counts_the_bytes_that_wait():
    window = w(2000) + c(js(numbered(2000)))
    connection = fed(window * 3)
    assert connection.buffered_bytes == 3 * len(window)
    connection.next_window()
    assert connection.buffered_bytes == 2 * len(window)


def test_windows_wait_compressed():
    big = b'{"message":"%s"}' % (b"x" * MIB)
    window = w(5) + c(js([big] * 5))
    tracemalloc.start()
    try:
        connection = fed(window, window, window)
        waiting, _ = tracemalloc.get_traced_memory()
        assert waiting < 3 * len(window) + 100_000
        assert connection.parked_windows == 3
        connection.next_window()
        one, _ = tracemalloc.get_traced_memory()
        assert one < 6 * MIB
    finally:
        tracemalloc.stop()


def test_an_idle_connection_keeps_nothing_of_its_last_window():
    connection = Connection()
    tracemalloc.start()
    try:
        for _ in range(3):
            connection.receive_data(w(1) + c(j(1, b"x" * MIB)) + w(1) + j(1, b"x" * MIB))
            while connection.next_window() is not NEED_DATA:
                pass
        idle, _ = tracemalloc.get_traced_memory()
        assert idle < 10_000
    finally:
        tracemalloc.stop()


@table(
    {
        "a gibibyte of zeros": (w(1) + frame(V2, "C", len(zeros(1024)), payload=zeros(1024)), 4 * MIB),
        "a million events in a window of one": (w(1) + c(j(1) * 1_000_000), 2 * MIB),
        "a million windows in a frame": (c((w(1) + j(1)) * 1_000_000), 2 * MIB),
        "a long event that never comes": (w(1) + frame(V2, "J", 1, 64 * MIB), MIB),
        "many pairs that never come": (w(1, V1) + frame(V1, "D", 1, 10_000), MIB),
    }
)
def test_memory_grows_with_what_came_not_with_what_was_announced(case):
    sent, most = case
    connection = Connection()
    tracemalloc.start()
    try:
        connection.receive_data(sent)
        for _ in range(2000):
            try:
                if connection.next_window() is NEED_DATA:
                    break
            except ProtocolError:
                break
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < most


def test_finishes_the_windows_that_wait_when_the_client_is_gone():
    connection = fed(w(1) + j(1), w(1) + c(j(1)))
    connection.receive_data(b"")
    assert connection.next_window().count == 1
    assert connection.next_window().count == 1
    assert connection.next_window() is END_OF_STREAM
    assert connection.next_window() is END_OF_STREAM


@pytest.mark.parametrize("size", [STEP - 1, STEP, STEP + 1, 2 * STEP, 7 * STEP])
def test_hands_out_no_window_before_the_checksum_of_its_text_was_seen(size):
    document = b"x" * (size - len(j(1, b"")))
    deflated = zlib.compress(j(1, document))
    assert bytes(fed(w(1) + z(deflated)).next_window().events[0]) == document
    for damaged in (
        deflated[:-4],
        deflated[:-1],
        deflated[:-1] + bytes((deflated[-1] ^ 1,)),
        deflated + b"x",
    ):
        with pytest.raises(ProtocolError, match="zlib"):
            fed(w(1) + z(damaged)).next_window()


def test_inflates_no_further_than_the_limit():
    sent = w(1) + c(j(1, bytes(60 * MIB)))
    connection = Connection(Limits(max_inflated_bytes=MIB))
    connection.receive_data(sent)
    tracemalloc.start()
    try:
        with pytest.raises(ProtocolError, match="at most 1048576 bytes"):
            connection.next_window()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * MIB


def test_sees_what_follows_the_zlib_data_wherever_it_ends():
    document = b"x" * (FEED - len(zlib.compress(j(1, b""), 0)))
    deflated = zlib.compress(j(1, document), 0)
    assert len(deflated) == FEED
    assert fed(w(1) + z(deflated)).next_window().count == 1
    with pytest.raises(ProtocolError, match="got 4 more bytes"):
        fed(w(1) + z(deflated + b"JUNK")).next_window()
