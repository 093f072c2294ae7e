"""A program has a budget of its own: it covers all of its matches, and no `except Exception` ends the interruption."""

import hashlib
import time

import pytest

from logsmith.regex import RegexTimeoutError, TimeUp, budget, compile_ruby

WATCH, LONG_WATCH = budget.watch(0.02), budget.watch(10)


def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def spin_and_catch(seconds):
    budget.program = TimeUp()
    try:
        spin(seconds)
    except Exception:  # noqa: BLE001  this is what must not help
        spin(seconds)


def parts_one_after_the_other(whole, seconds):
    budget.program = whole
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with budget.within(0.5, TimeUp()):
            pass


def long_calls(calls):
    budget.program = TimeUp()
    while len(calls) < 20:
        calls.append(hashlib.pbkdf2_hmac("sha256", b"a", b"b", 100_000))


def test_a_program_is_interrupted_though_it_catches_exceptions():
    with budget.armed(0, 0.02), pytest.raises(TimeUp):
        spin_and_catch(1)


def test_a_program_that_goes_on_is_interrupted_again():
    raised = 0
    with budget.armed(0, 0.02):
        budget.program = TimeUp()
        for _ in range(2):
            try:
                spin(1)
            except TimeUp:
                raised += 1
    assert raised == 2


def test_programs_one_after_the_other_have_their_own_time():
    with budget.armed(0, 0.02):
        for _ in range(8):
            budget.program = TimeUp()
            spin(0.01)
            budget.program = None


def test_a_match_may_take_longer_than_a_run_where_its_budget_is_larger():
    with budget.armed(10, 0.02):
        LONG_WATCH.text = "x"
        spin(0.06)
        LONG_WATCH.text = None


def test_a_run_may_take_longer_than_a_match():
    with budget.armed(0.02, 10):
        budget.program = TimeUp()
        spin(0.06)
        budget.program = None
        WATCH.text = "x" * 40
        with pytest.raises(RegexTimeoutError):
            compile_ruby(r"(?:x+x+)+y").search(WATCH.text)


def test_a_part_of_a_program_is_interrupted_when_its_own_time_is_up():
    late = TimeUp()
    with budget.armed(0, 10):
        budget.program = TimeUp()
        with pytest.raises(TimeUp) as caught, budget.within(0.01, late):
            spin(1)
        spin(0.02)  # nothing is left of the part's time limit
        budget.program = None
    assert caught.value is late


def test_a_part_that_is_in_time_leaves_the_ticks_of_the_program_where_they_were():
    whole = TimeUp()
    with budget.armed(0, 0.02), pytest.raises(TimeUp) as caught:
        parts_one_after_the_other(whole, 1)
    assert caught.value is whole


def test_a_part_of_a_program_that_is_over_is_never_interrupted():
    with budget.armed(0, 10):
        budget.program = TimeUp()
        lost = budget.within(0.01, TimeUp())
        lost.__enter__()  # whose end was itself interrupted, and never came
        budget.program = None
        spin(0.05)
        budget.program = TimeUp()
        spin(0.05)
        budget.program = None


def test_a_part_whose_end_was_interrupted_can_be_ended():
    late = TimeUp()
    with budget.armed(0, 10):
        budget.program = TimeUp()
        lost = budget.within(0.01, late)
        lost.__enter__()
        budget.end_part(late)
        spin(0.05)
        budget.program = None


def test_ticks_that_a_long_call_swallows_count_by_the_time_it_took():
    calls = []
    with budget.armed(0, 0.02), pytest.raises(TimeUp):
        long_calls(calls)
    assert len(calls) < 4


def test_without_a_timer_a_part_takes_as_long_as_it_takes():
    with budget.within(0.001, TimeUp()):
        spin(0.01)
