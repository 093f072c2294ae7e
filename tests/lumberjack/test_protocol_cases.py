"""Every case of the protocol's table, whole, cut, and with more behind it."""

import pytest
from lumberjack_cases import CASES, HI, Ack, Close, Deliver, c, j, w

from logsmith.lumberjack import Connection, ProtocolError, Window

CUT = 4_099  # what long cases are cut into
SHORT = [case for case in CASES if not case.is_big]


def outcomes(connection):
    """Return all that a connection has to say, as the table says it."""
    said = []
    try:
        while isinstance(window := connection.next_window(), Window):
            said += (
                Deliver(tuple(bytes(one) if isinstance(one, memoryview) else one for one in window.events)),
                Ack(window.ack()),
            )
    except ProtocolError as error:
        said.append(Close(error.kind))
    return said


def run(case, parts, *, ask_each_time=True):
    connection, said = Connection(case.limits), []
    for part in parts:
        connection.receive_data(part)
        if ask_each_time and Close not in map(type, said):
            said += outcomes(connection)
    if case.at_end:
        connection.receive_data(b"")
    if Close not in map(type, said):
        said += outcomes(connection)
    return tuple(said)


def cut(sent, size):
    return [sent[at : at + size] for at in range(0, len(sent), size)]


def each(cases):
    return pytest.mark.parametrize("case", cases, ids=[case.id for case in cases])


@each(CASES)
def test_a_case_in_one_piece(case):
    assert run(case, [case.bytes]) == case.outcomes


@each(CASES)
def test_a_case_byte_by_byte(case):
    assert run(case, cut(case.bytes, CUT if case.is_big else 1)) == case.outcomes


@each(CASES)
def test_a_case_byte_by_byte_while_its_windows_wait(case):
    assert run(case, cut(case.bytes, CUT if case.is_big else 1), ask_each_time=False) == case.outcomes


@each([case for case in SHORT if len(case.bytes) < 200])
def test_a_case_cut_in_two_anywhere(case):
    for at in range(1, len(case.bytes)):
        assert run(case, [case.bytes[:at], case.bytes[at:]]) == case.outcomes


@each([case for case in CASES if not case.at_end])
def test_a_case_with_a_window_left_over(case):
    left_over = w(1) + c(j(1, HI))
    expected = case.outcomes if case.closes else (*case.outcomes, Deliver((HI,)), Ack(b"2A\0\0\0\1"))
    assert run(case, [case.bytes + left_over]) == expected


@each([case for case in CASES if not case.at_end])
def test_a_case_with_half_a_window_left_over(case):
    connection = Connection(case.limits)
    connection.receive_data(case.bytes + w(2) + j(1, HI))
    assert tuple(outcomes(connection)) == case.outcomes
    assert connection.is_mid_window == (case.closes is None)


@each([case for case in SHORT if case.closes])
def test_after_a_mistake_nothing_more_is_read(case):
    connection = Connection(case.limits)
    connection.receive_data(case.bytes)
    if case.at_end:
        connection.receive_data(b"")
    outcomes(connection)
    connection.receive_data(w(1) + j(1, HI))
    assert outcomes(connection) == [Close(case.closes)]
    assert connection.buffered_bytes == 0
    assert not connection.is_mid_window


@each([case for case in SHORT if not case.closes])
def test_the_end_of_a_stream_between_windows_is_no_mistake(case):
    connection = Connection(case.limits)
    connection.receive_data(case.bytes)
    connection.receive_data(b"")
    assert tuple(outcomes(connection)) == case.outcomes


def test_the_table_has_each_id_once():
    assert len({case.id for case in CASES}) == len(CASES)
