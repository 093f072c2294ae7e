"""Counts that worker processes share."""

import os

import pytest

from logsmith.net.counts import SharedCounts

IP, OTHER_IP = "192.0.2.1", "2001:db8::1"


def test_connections_are_counted_for_each_listener_and_worker():
    counts = SharedCounts(listeners=2, workers=2)
    counts.add(0, 0, IP)
    counts.add(0, 1, IP)
    counts.add(0, 1, OTHER_IP)
    counts.add(1, 0, IP)
    counts.remove(0, 1, IP)
    assert [counts.connections(0, 0), counts.connections(0, 1)] == [1, 1]
    assert [counts.total(0), counts.total(1)] == [2, 1]


def test_connections_of_an_address_are_summed_over_the_workers():
    counts = SharedCounts(listeners=2, workers=3)
    for worker in (0, 1, 1, 2):
        counts.add(0, worker, IP)
    counts.add(0, 0, OTHER_IP)
    counts.remove(0, 1, IP)
    assert [counts.total_of(0, IP), counts.total_of(0, OTHER_IP), counts.total_of(1, IP)] == [3, 1, 0]


def test_one_address_among_a_thousand_is_counted_right():
    counts = SharedCounts(listeners=1, workers=2)
    for number in range(1000):
        counts.add(0, number % 2, f"10.0.{number // 250}.{number % 250}")
    wrong = [number for number in range(250) if counts.total_of(0, f"10.0.0.{number}") != 1]
    assert len(wrong) < 50  # both of its cells are shared: one in 23 of a thousand


def test_a_worker_that_is_still_starting_has_the_fewest_until_it_is_gone():
    counts = SharedCounts(listeners=1, workers=2)
    counts.open(0, 0)
    counts.add(0, 0, IP)
    assert counts.fewest(0) == 0
    counts.mark_dead(1)
    assert counts.fewest(0) == 1


def test_fewest_is_that_of_a_worker_that_accepts():
    counts = SharedCounts(listeners=1, workers=3)
    assert counts.fewest(0) == 0
    counts.mark_dead(2)
    for worker in (0, 1):
        counts.open(0, worker)
    counts.add(0, 0, IP)
    assert counts.fewest(0) == 0
    counts.add(0, 1, IP)
    assert counts.fewest(0) == 1
    counts.close(0, 1)
    counts.remove(0, 1, IP)
    assert counts.fewest(0) == 1


def test_dead_worker_is_forgotten_with_its_connections():
    counts = SharedCounts(listeners=2, workers=2)
    for listener in (0, 1):
        for worker in (0, 1):
            counts.open(listener, worker)
            counts.add(listener, worker, IP)
    counts.add(0, 0, IP)
    counts.mark_dead(1)
    assert [counts.total(0), counts.total(1), counts.total_of(0, IP)] == [2, 1, 2]
    assert counts.fewest(0) == 2


def test_closed_worker_still_counts_what_it_holds():
    counts = SharedCounts(listeners=1, workers=2)
    counts.open(0, 0)
    counts.add(0, 0, IP)
    counts.close(0, 0)
    assert counts.total(0) == 1


def test_what_the_others_have_accepted_only_grows():
    counts = SharedCounts(listeners=1, workers=3)
    for worker in (0, 1, 2, 2):
        counts.add(0, worker, IP)
    counts.remove(0, 2, IP)
    assert counts.accepted_elsewhere(0, 0) == 3


@pytest.mark.parametrize(("listener", "worker"), [(1, 0), (0, 2), (-1, 0), (0, -1)])
def test_numbers_that_do_not_exist_are_refused(listener, worker):
    with pytest.raises(IndexError, match="no listener"):
        SharedCounts(listeners=1, workers=2).add(listener, worker, IP)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_counts_of_a_forked_process_are_seen_by_its_parent():
    counts = SharedCounts(listeners=1, workers=2)
    counts.close(0, 0)
    child = os.fork()
    if child == 0:
        counts.open(0, 1)
        counts.add(0, 1, IP)
        os._exit(0)
    os.waitpid(child, 0)
    assert [counts.connections(0, 1), counts.total_of(0, IP), counts.fewest(0)] == [1, 1, 1]
