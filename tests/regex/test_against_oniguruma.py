"""Random patterns mean to Python's `re`, once translated, what they mean to Oniguruma."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logsmith.regex import RegexError, compile_ruby
from logsmith.regex.oniguruma import make_search
from logsmith.regex.printer import OnigPrinter
from logsmith.regex.tree import Capture, Repeat, any_node
from tests.regex.generated import damaged, text_for
from tests.regex.patterns import patterns, texts


def places(match, count):
    return match and [(match.start(index), match.end(index)) for index in range(count + 1)]


def has_repeated_captures(tree):
    # The engines differ in what a group holds after an empty repetition, which Ruby does not define
    return any_node(
        tree.root,
        lambda node: isinstance(node, Repeat) and any_node(node, lambda below: isinstance(below, Capture)),
    )


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(patterns, texts, st.booleans(), st.integers(0, 1000))
def test_re_finds_what_oniguruma_finds(pattern, text, multiline, seed):
    try:
        regex = compile_ruby(pattern, multiline=multiline)
        oracle = make_search(OnigPrinter().text(regex.tree.root))
    except RegexError:
        return
    count = 0 if has_repeated_captures(regex.tree) else regex.tree.group_count
    random = Random(seed)
    likely = text_for(regex.tree.root, random)
    for one in (text, likely, damaged(likely, random)):
        assert places(regex.search(one), count) == places(oracle(one, 0), count), (
            regex.re and regex.re.pattern
        )


@pytest.mark.parametrize("seed", range(5))
def test_generated_texts_mostly_match(seed):
    """Or the comparison would compare nothing with nothing."""
    random = Random(seed)
    regex = compile_ruby(r"(?:GET|POST) /\w+(?:\?\w+=\d{1,3})? HTTP/1\.[01]")
    assert all(regex.search(text_for(regex.tree.root, random)) for _ in range(20))
