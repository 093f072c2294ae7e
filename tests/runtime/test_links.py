"""What a worker reports, as the supervisor reads it."""

import json
import selectors
import socket

import pytest

from logsmith.runtime.links import Link


class Both:
    """A link, the worker's end of it, and what was noted."""

    def __init__(self) -> None:
        ours, self.theirs = socket.socketpair()
        self.selector = selectors.DefaultSelector()
        self.noted = []
        self.link = Link(ours, self.selector, self.noted.append)

    def turn(self) -> None:
        for key, mask in self.selector.select(0):
            key.data(mask)

    def close(self) -> None:
        self.theirs.close()
        self.link.finish()
        self.selector.close()


@pytest.fixture
def both():
    made = Both()
    yield made
    made.close()


LINE = json.dumps({"a": "ä" * 5}).encode() + b"\n"


@pytest.mark.parametrize("cut", range(1, len(LINE)))
def test_a_report_may_arrive_in_two_pieces(both, cut):
    both.theirs.sendall(LINE[:cut])
    both.turn()
    assert both.noted == []
    both.theirs.sendall(LINE[cut:])
    both.turn()
    assert both.noted == [{"a": "äääää"}]


def test_of_several_reports_the_last_one_counts(both):
    both.theirs.sendall(b'{"n":1}\n{"n":2}\n{"n"')
    both.turn()
    assert both.noted == [{"n": 2}]


def test_reads_what_a_worker_said_before_it_ended(both):
    both.theirs.sendall(b'{"n":1}\n')
    both.theirs.close()
    both.link.finish()
    assert both.noted == [{"n": 1}]


def test_a_link_that_was_closed_in_the_same_turn_is_not_read(both):
    both.theirs.sendall(b'{"n":1}\n')
    ((key, mask),) = both.selector.select(0)
    both.link.finish()
    key.data(mask)
    assert both.noted == [{"n": 1}]
    assert not both.selector.get_map()
