"""What is refused without a search is never what a search would find, and searches find what `re` finds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logsmith.grok import Library, compile_grok
from logsmith.grok.prefilter import best_literals, required_literals, telltale
from logsmith.regex import compile_ruby

# expression, the literals that every match contains
LITERALS = [
    ("abc", ["abc"]),
    ("a(b)c", ["abc"]),
    ("a(?>bc)d", ["abcd"]),
    ("a.b", ["a", "b"]),
    ("a(?:bc)+d", ["a", "bc", "d"]),
    ("a(?:bc)?d", ["a", "d"]),
    ("a(?:b|c)d", ["a", "d"]),
    ("a(?i)bc", ["a"]),
    ("a(?=bc)d", ["ad"]),
    ("a(?!bc)d", ["ad"]),
    (r"a\bc", ["ac"]),
    ("x[.]y", ["x.y"]),
    (r"(?<n>a)b\k<n>c", ["ab", "c"]),
    ("(?<b>a)(?(<b>)x|y)c", ["a", "c"]),
    ("a|b", []),
    ("(?~ab)c", ["c"]),
]
PIECES = [
    "a",
    "b",
    r" \[",
    '" ',
    "ab",
    "(a|b)",
    "(?:ab)?",
    "(?:a )+",
    ".",
    ".*",
    r"\w+",
    "[ab]",
    r"\b",
    "(?=a)",
    "(?<!b)",
    "(?>a|ab)",
    "(?i:a)",
    "^",
    "$",
    "(?<n>a)",
    r"(?<n>b)\k<n>",
]
expressions = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
texts = st.lists(st.sampled_from(["a", "b", "A", " [", '" ', " ", "ab", "\n"]), max_size=8).map("".join)
EMPTY = Library({})


@pytest.mark.parametrize(("pattern", "literals"), LITERALS)
def test_literals_that_every_match_contains(pattern, literals):
    assert required_literals(compile_ruby(pattern).tree.root) == literals


def test_the_rarest_literals_are_looked_for():
    assert best_literals([" ", '] "', ":", " HTTP/", " - "]) == ['] "', " HTTP/", " - "]
    assert best_literals([" ", ":", "/"]) == [":"]


@pytest.mark.parametrize(
    ("literals", "one"),
    [
        ([" [", '] "', '" "', '"'], '" "'),  # as good as the one before, and further behind
        ([" sshd[", ": ", " from "], " sshd["),
        ([":", " "], ":"),
        ([" ", "  "], None),
        ([], None),
    ],
)
def test_the_one_literal_that_tells_most_is_the_last_of_the_rarest(literals, one):
    assert telltale(literals) == one


@settings(max_examples=700, deadline=None, derandomize=True, database=None)
@given(expressions, texts)
def test_what_cannot_match_does_not_match(expression, text):
    grok = compile_grok(expression, EMPTY)
    assert grok.can_match(text) or grok.regex.search(text) is None
    assert all(literal in text for literal in grok.literals) or grok.regex.search(text) is None
    assert (grok.telltale or "") in text or grok.regex.search(text) is None


@settings(max_examples=700, deadline=None, derandomize=True, database=None)
@given(expressions, texts)
def test_a_search_finds_what_re_finds(expression, text):
    grok = compile_grok(expression, EMPTY)
    mine, plain = grok.search(text), grok.regex.search(text)
    assert (mine and mine.regs) == (plain and plain.regs)


def test_literals_are_looked_for_in_order():
    grok = compile_grok("ab.*cd", EMPTY)
    assert grok.can_match("ab cd")
    assert not grok.can_match("cd ab")


@pytest.mark.parametrize("expression", [r"^b \[x", r"\Ab \[x", r"\w \[x"], ids=["line", "text", "anywhere"])
def test_a_match_is_found_wherever_it_is(expression):
    grok = compile_grok(expression, EMPTY)
    found = [
        place
        for place, text in enumerate(["b [x", "a\nb [x", "  b [x", "b [", "b [y b [x"])
        if grok.search(text)
    ]
    assert found == {r"^b \[x": [0, 1], r"\Ab \[x": [0], r"\w \[x": [0, 1, 2, 4]}[expression]
