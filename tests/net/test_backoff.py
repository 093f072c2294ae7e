"""The pauses between attempts."""

import itertools
import random

import pytest

from logsmith.net.backoff import Backoff


def always(value):
    return lambda: value


def test_ceiling_doubles_until_the_maximum():
    backoff = Backoff(initial_s=2, max_s=64, draw=always(1.0))
    assert list(itertools.islice(backoff, 8)) == [2, 4, 8, 16, 32, 64, 64, 64]


def test_pauses_are_drawn_from_the_whole_range():
    backoff = Backoff(initial_s=2, max_s=64, draw=always(0.25))
    assert list(itertools.islice(backoff, 3)) == [0.5, 1, 2]


def test_pauses_repeat_with_the_same_random_source():
    def pauses():
        return list(itertools.islice(Backoff(1, 60, random.Random(7).random), 20))

    assert pauses() == pauses()
    assert len(set(pauses())) == 20


def test_attempts_without_end_do_not_overflow():
    assert Backoff(0.1, 30, always(1.0)).pause_s(10**9) == 30


@pytest.mark.parametrize(("initial_s", "max_s"), [(0, 1), (-1, 1), (2, 1)])
def test_refuses_a_range_that_is_none(initial_s, max_s):
    with pytest.raises(ValueError, match="expected 0 < initial_s <= max_s"):
        Backoff(initial_s, max_s)
