"""A program has a budget of its own: it covers all of its matches, and no `except Exception` ends the interruption."""

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
