"""Matches that are written inline find what the pattern finds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logsmith.compiler.code import CodeWriter
from logsmith.compiler.matches import match_of
from logsmith.regex import compile_ruby

pieces = st.sampled_from(
    ["a", "b", "A", "k", "s", "é", r"\n", ".", ".*", ".*?", ".*+", "a*", "^", "$", r"\A", r"\z", r"\Z", r"\b", "(a|b)", "(ab|a)",
     "(?:k|bb|s)", "|", "(?i)", "(?i:a)", "[a]", "[ab]", "(^a|^b)", "b?", "a{2}", "(?=b)"]
)  # fmt: skip
patterns = st.lists(pieces, min_size=1, max_size=4).map("".join)
texts = st.text(alphabet="abABks\nKſéÉ.", max_size=8)


def matcher(regex):
    code = CodeWriter()
    text, may_last = match_of(code, regex, "v")
    with code.block("def matches(v)"):
        code.line(f"return {text}")
    return code.load("t.conf")["matches"], may_last


@given(pattern=patterns, given_texts=st.lists(texts, min_size=20, max_size=20))
@settings(max_examples=500, deadline=None)
def test_an_inline_match_is_what_the_pattern_finds(pattern, given_texts):
    regex = compile_ruby(pattern)
    matches, _ = matcher(regex)
    assert [matches(text) for text in given_texts] == [regex.search(text) is not None for text in given_texts]


LINES = ("ab", "x\nab", "ab\nx", "x\nab\nx", "xab", "abx", "x\nabx", "xab\nx", "ab\n", "\nab", "")


@pytest.mark.parametrize(
    "pattern",
    [
        "^ab",
        "ab$",
        "^ab$",
        r"\Aab",
        r"ab\z",
        r"ab\Z",
        r"\Aab\z",
        r"\Aab$",
        r"^ab\z",
        "^(ab|x)$",
        "^ab.?",
        "^a|^x",
        "ab",
    ],
)
def test_a_line_inside_of_a_text_is_one_too(pattern):
    regex = compile_ruby(pattern)
    matches, _ = matcher(regex)
    assert [matches(text) for text in LINES] == [regex.search(text) is not None for text in LINES]


@pytest.mark.parametrize("pattern", ["(?i)k", "(?i)s|k", "(?i)^K", "(?i)ks$", "(?i)^ks$", "(?i)é"])
def test_case_is_ignored_beyond_ascii_as_the_pattern_ignores_it(pattern):
    regex = compile_ruby(pattern)
    matches, _ = matcher(regex)
    texts = (
        "k",
        "K",
        "\N{KELVIN SIGN}",
        "\N{LATIN SMALL LETTER LONG S}",
        "KS",
        "\N{KELVIN SIGN}s",
        "é",
        "É",
        "x",
        "xk\nKS",
    )
    assert [matches(text) for text in texts] == [regex.search(text) is not None for text in texts]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("^(kube-probe|ELB)", False), ("(?i)bot|crawl", False), (".*foo.*", False), (".*^foo", True), (r"^query \d+", True)],
)  # fmt: skip
def test_only_what_an_engine_looks_for_may_last(pattern, expected):
    assert matcher(compile_ruby(pattern))[1] is expected
