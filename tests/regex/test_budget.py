"""A match that runs away is given up, and nothing else is."""

import threading
import time

import pytest

from logsmith.regex import RegexTimeoutError, budget, compile_ruby

WATCH = budget.watch(0.02)
RUNAWAY, TEXT = r"(?:x+x+)+y", "x" * 40


def match_within(seconds, pattern, text):
    watch = budget.watch(seconds)
    with budget.armed(seconds):
        watch.text = text
        try:
            return compile_ruby(pattern).search(text)
        finally:
            watch.text = None


def test_a_match_that_runs_away_is_given_up():
    start = time.monotonic()
    with pytest.raises(RegexTimeoutError):
        match_within(0.04, RUNAWAY, TEXT)
    assert time.monotonic() - start < 2


def test_a_match_in_time_is_left_alone():
    assert match_within(0.04, "x+", TEXT).end() == 40


def test_a_match_that_had_no_processor_has_not_run_away():
    watch = budget.watch(0.02)
    with budget.armed(0.02):
        watch.text = TEXT
        time.sleep(0.1)  # as where the machine stands still
        watch.text = None


def test_nothing_is_interrupted_between_matches():
    with budget.armed(0.02):
        end = time.monotonic() + 0.08
        while time.monotonic() < end:
            pass


def test_matches_one_after_the_other_have_their_own_time():
    with budget.armed(0.02):
        end, count = time.monotonic() + 0.08, 0
        while time.monotonic() < end:
            WATCH.text = f"{'x' * 10}{count}"
            compile_ruby("x+").search(WATCH.text)
            count += 1
        WATCH.text = None


def test_nothing_is_armed_afterwards():
    with budget.armed(0.02):
        pass
    WATCH.text = TEXT
    end = time.monotonic() + 0.06
    while time.monotonic() < end:
        pass
    WATCH.text = None


def test_another_thread_is_not_armed():
    raised = []

    def run():
        try:
            with budget.armed(0.01):
                pass
        except ValueError as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not raised


def test_oniguruma_gives_up_by_itself():
    with pytest.raises(RegexTimeoutError, match="retry-limit"):
        compile_ruby(RUNAWAY + r"(?~z+)").search("x" * 60)


def test_a_slice_that_ends_leaves_another_armed():
    first, second = budget.armed(0.02), budget.armed(5)
    first.__enter__()
    second.__enter__()
    second.__exit__(None, None, None)
    with pytest.raises(RegexTimeoutError):
        match_armed(WATCH)
    first.__exit__(None, None, None)


def test_each_match_has_the_limit_of_its_watch():
    text = "x" * 20  # a tenth of a second or more
    with budget.armed(0.001):
        watch = budget.watch(60)
        watch.text = text
        assert compile_ruby(RUNAWAY).search(text) is None
        watch.text = None


def match_armed(watch):
    watch.text = TEXT
    try:
        return compile_ruby(RUNAWAY).search(TEXT)
    finally:
        watch.text = None
