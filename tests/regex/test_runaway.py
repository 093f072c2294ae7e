"""Patterns that can run away are told from those that cannot: each case is matched, and its steps are counted."""

import pytest

from logsmith.grok import Library, compile_grok
from logsmith.grok.runaway import runaway_complaints
from logsmith.regex import charset
from logsmith.regex.components import components
from logsmith.regex.parser import parse_ruby
from logsmith.regex.reach import chars_of, first_chars, repeated_chars, single_chars
from logsmith.regex.runaway import CHARS_SHOWN, can_run_away, complaint, complaints, find_runaways
from tests.regex.backtracking import steps

# pattern, what of it is to blame, and a text that shows it: so often this, then that
NESTED = [
    (r"^(a+)+$", "(a+)+", "a", "!"),
    (r"(\w+\s*)+$", r"(\w+\s*)+", "ab ", "!"),
    (r"(.*)*x", "(.*)*", "a", ""),
    (r"(a*)*b", "(a*)*", "a", ""),
    (r"(?:x+x+)+y", "(?:x+x+)+", "x", ""),
    (r"(a|a)*b", "(a|a)*", "a", ""),
    (r"(a|ab|b)*c", "(a|ab|b)*", "ab", ""),
    (r"(?i)(a|A)*b", "(a|A)*", "a", ""),
    (r"(\d+|\w+)+:", r"(\d+|\w+)+", "1", ""),
    (r"(.*,)*z", "(.*,)*", "a,", ""),
    (r"([a-z]+)*?=", "([a-z]+)*?", "a", ""),
    (r"(?:a?b?)*c", "(?:a?b?)*", "ab", ""),
    (r"((ab)*)*c", "((ab)*)*", "ab", ""),
    (r"(?:%[0-9a-f]{2}|[^;])*;", "(?:%[0-9a-f]{2}|[^;])*", "%aa", ""),
    (r"(?:\s*\w+\s*)*;", r"(?:\s*\w+\s*)*", " a ", ""),
    (r"(a+){2,30}b", "(a+){2,30}", "a", ""),
    (r"(?:a{1,3}){2,20}b", "(?:a{1,3}){2,20}", "a", ""),
    (r"(?>(a+)+b)", "(a+)+", "a", ""),
    (r"(?=(a+)+b)", "(a+)+", "a", ""),
    (r"((a+)+c)*d", "(a+)+", "a", ""),
    (r"(?:\w+\B-?)+;", r"(?:\w+\B-?)+", "aa", ""),
    (r"(?:(?!x)\w+)+x", r"(?:(?!x)\w+)+", "a", ""),
    (r"(a+)+.*b", "(a+)+", "a", ""),
    (r"(?:(?:a+|b)+c?)+d", "(?:a+|b)+", "a", ""),
]

CHAINED = [
    (r".*.*.*x", ".*.*.*", "a"),
    (r".+.+.+x", ".+.+.+", "a"),
    (r"(.*)(.*?)(\w*)x", r"(.*)(.*?)(\w*)", "a"),
    (r"(?<a>\w+)(?<b>\w*)-?(?<c>\w+):", r"(?<a>\w+)(?<b>\w*)-?(?<c>\w+)", "a"),
    (r"(?:a+|b)\w*\d?[a-c]*;", r"(?:a+|b)\w*\d?[a-c]*", "a"),
    (r"(?m)(.*)\s*(.*)\s*(.*)x", r"(.*)\s*(.*)\s*(.*)", "a"),
    (r"[^a]*[^b]*[^c]*a", "[^a]*[^b]*[^c]*", "0"),
]

# pattern, and a text that should show it if it could
HARMLESS = [
    (r"(a+)+", "a"),  # nothing can fail behind it
    (r"(.*)*", "a"),
    (r"(a+)+b?", "a"),
    (r"(?m)(.*)*$", "a"),  # it has reached the end, where nothing fails
    (r"(?:.|\n)*\s*$", "a"),
    (r"(?>(a+)+)b", "a"),  # it keeps what it has
    (r"(?:a++)+b", "a"),
    (r"(?:(?>\w+)\s*)+;", "ab "),
    (r"(?:(?>a+)(?>\b) ?)+;", "a "),
    (r"((?:a+)+)b", "a"),  # as one repeat, since that is what it becomes
    (r"(?:\w+\s)+x", "ab "),  # each time begins where the one before ends
    (r"(?:\b\w+\b ?)+;", "ab "),
    (r"(?:^\s*\w+\n)+x", "a\n"),
    (r"(?:[^,]*,)*x", "a,"),
    (r"(?:/[\w.]*)+;", "/a"),
    (r'"(?:[^"\\]|\\.)*";', "\\a"),
    (r"(a|b)*c", "ab"),
    (r"(?:(?<!a)b|a)*c", "ab"),
    (r"(?:(?=a)\w|b)*c", "ab"),
    (r"(?:(?!(?<x>a|[c-z]))\w|a)*;", "ab"),
    (r"(?:\d{1,3}\.){3}\d{1,3};", "1."),
    (r"(?:[a-z][a-z0-9-]{0,62}\.)*x;", "ab."),
    (r"(?:\w++\w?-?)+;", "a"),
    (r"(?:-(?>\w?)[a-z])+;", "-a"),
    (r".*.*x", "a"),  # two are common, and cheap enough
    (r".*,.*,.*,.*x", "a"),
    (r".*.*.*", "a"),
    (r"(?m)(?:.*)(.*)(.*)$", "a"),
    (r"\S+ .*? \S+$", "ab "),
    (r"\s*.*\s*\S*\s*:", " a"),  # that many blanks come in no line
    (r"a*b*c*d", "abc"),
    (r"\w*-+\w*-+\w*;", "a"),  # a sign parts them
    (r"(?:a|\g<0>)*b", "a"),
]


def growth(pattern, pump, suffix="", *, times):
    """Return how many times as many steps a text needs that is twice as long."""
    tree = parse_ruby(pattern)
    return steps(tree, pump * times * 2 + suffix) / steps(tree, pump * times + suffix)


@pytest.mark.parametrize(("pattern", "culprit", "pump", "suffix"), NESTED, ids=[row[0] for row in NESTED])
def test_finds_repeats_whose_ways_double(pattern, culprit, pump, suffix):
    assert [(one.kind, pattern[one.start : one.end]) for one in find_runaways(pattern)] == [
        ("nested", culprit)
    ]


@pytest.mark.parametrize(("pattern", "culprit", "pump", "suffix"), NESTED, ids=[row[0] for row in NESTED])
def test_the_ways_of_nested_repeats_do_double(pattern, culprit, pump, suffix):
    assert growth(pattern, pump, suffix, times=5) > 12


@pytest.mark.parametrize(("pattern", "culprit", "pump"), CHAINED, ids=[row[0] for row in CHAINED])
def test_finds_three_repeats_in_a_row(pattern, culprit, pump):
    assert [(one.kind, pattern[one.start : one.end]) for one in find_runaways(pattern)] == [
        ("chained", culprit)
    ]


@pytest.mark.parametrize(("pattern", "culprit", "pump"), CHAINED, ids=[row[0] for row in CHAINED])
def test_three_repeats_in_a_row_take_the_cube_of_steps(pattern, culprit, pump):
    assert growth(pattern, pump, times=20) > 5


@pytest.mark.parametrize("pattern", [row[0] for row in HARMLESS])
def test_leaves_alone_what_cannot_run_away(pattern):
    assert find_runaways(pattern) == []
    assert not can_run_away(parse_ruby(pattern))


@pytest.mark.parametrize(("pattern", "pump"), HARMLESS[:-1], ids=[row[0] for row in HARMLESS[:-1]])
def test_what_is_left_alone_takes_the_square_of_steps_at_most(pattern, pump):
    assert growth(pattern, pump, "!", times=10) < 4.5


def test_a_loop_that_is_too_large_is_taken_for_harmless():
    assert find_runaways("(?:" + "a?" * 500 + ")*b") == []


def test_the_culprit_is_the_innermost_one():
    assert [one.start for one in find_runaways("(?:x(?:(a+)+;)*y)*z")] == [7]


def test_all_culprits_are_found_in_order():
    assert [(one.start, one.kind) for one in find_runaways(".*.*.*x(a+)+$")] == [
        (0, "chained"),
        (7, "nested"),
    ]


def test_a_complaint_quotes_the_culprit_once():
    [(message, hint)] = complaints("(a+)+x|(a+)+y")
    assert message == (
        "the pattern can run away: (a+)+ matches one text in many ways, "
        "and a text that nearly matches has all of them tried"
    )
    assert "(?>…)" in hint


def test_the_hint_mends_the_pattern():
    assert find_runaways(r"(\w+\s*)+$")
    assert not find_runaways(r"(?>\w+\s*)+$")
    assert not find_runaways(r"(\w++\s*)+$")


def test_a_long_culprit_is_cut():
    message, _ = complaint("nested", "x" * 500)
    assert "x" * (CHARS_SHOWN - 1) + "…" in message
    assert "x" * CHARS_SHOWN not in message


@pytest.mark.parametrize("ecs", [False, True], ids=["legacy", "ecs"])
def test_no_stock_pattern_is_complained_of(ecs):
    library = Library.stock(ecs=ecs)
    blamed = [
        name for name in library.names if runaway_complaints(compile_grok(f"%{{{name}}};", library), library)
    ]
    assert blamed == []


COMMON = [
    "%{COMBINEDAPACHELOG}",
    "%{IP:a} %{GREEDYDATA:b}.*%{GREEDYDATA:c}",
    "%{GREEDYDATA:a} %{GREEDYDATA:b} %{GREEDYDATA:c} %{GREEDYDATA:d}$",
    r"%{DATA:a}\s+%{DATA:b}\s+%{DATA:c}\s+%{INT:d}$",
    "%{SYSLOGBASE}(?: %{DATA:a})? %{GREEDYDATA:b}",
    r"\[%{DATA:a}\]\s*\[%{DATA:b}\]\s*%{GREEDYDATA:c}",
    "(?:%{IPORHOST:a}[, ]*)+ %{WORD:b}",
    "(?:%{WORD:a}=%{NUMBER:b} ?)+$",
    "%{UNIXPATH:a} %{URIPATHPARAM:b} %{QS:c} %{INT:d}",
]


@pytest.mark.parametrize("pattern", COMMON)
@pytest.mark.parametrize("ecs", [False, True], ids=["legacy", "ecs"])
def test_no_common_expression_is_complained_of(pattern, ecs):
    library = Library.stock(ecs=ecs)
    assert runaway_complaints(compile_grok(pattern, library), library) == []


GROK = [
    (r"(?:%{WORD:a}?\s*)+;", r"(?:%{WORD:a}?\s*)+"),
    ("%{GREEDYDATA:a}%{DATA:b}%{NOTSPACE:c};", "%{GREEDYDATA:a}%{DATA:b}%{NOTSPACE:c}"),
    (
        "%{DATA:a}%{SPACE}%{DATA:b}%{SPACE}%{DATA:c}%{SPACE}%{INT:d}$",
        "%{DATA:a}%{SPACE}%{DATA:b}%{SPACE}%{DATA:c}",
    ),
    ("%{MINE:a};", r"(?<x>\w+ ?)* in %{MINE:a}"),
    ("%{WORD:w} %{OUTER};", r"(?<x>\w+ ?)* in %{MINE}"),
]


@pytest.mark.parametrize(("pattern", "culprit"), GROK, ids=[row[0] for row in GROK])
def test_a_culprit_in_grok_is_told_as_written(pattern, culprit):
    library = Library.stock(ecs=True).with_definitions({"MINE": r"(?<x>\w+ ?)*", "OUTER": "<%{MINE}>"})
    [(message, _)] = runaway_complaints(compile_grok(pattern, library), library)
    assert f"the pattern can run away: {culprit} " in message


def test_a_stock_pattern_that_the_user_replaced_is_the_users():
    library = Library.stock(ecs=True).with_definitions({"WORD": "([a-z]|[a-z])*"})
    assert runaway_complaints(compile_grok("%{WORD};", library), library)


CLASSES = [
    ("a", "a", "a", ""),
    ("[a-c]*", "a-c", "a-c", "a-c"),
    ("(?i:[a-c])", "A-Ca-c", "A-Ca-c", ""),
    ("(?i:k)", "Kk", "Kk", ""),
    ("a?b", "ab", "b", ""),
    ("a?b*", "ab", "ab", "b"),
    ("(?:a+|b)", "ab", "ab", "a"),
    ("ab", "a", "", ""),
    ("a{2,}", "a", "", "a"),
    ("(?>a+)", "a", "a", ""),
    ("a++", "a", "a", ""),
    ("(?=a)", "", "", ""),
]


@pytest.mark.parametrize(("pattern", "first", "single", "repeated"), CLASSES, ids=[row[0] for row in CLASSES])
def test_the_characters_that_a_node_takes(pattern, first, single, repeated):
    root = parse_ruby(pattern).root

    def ranges(text):
        return chars_of(parse_ruby(f"[{text}x]").root) if text else charset.single("x")

    found = [
        charset.union(chars, charset.single("x"))
        for chars in (first_chars(root), single_chars(root), repeated_chars(root))
    ]
    assert found == [ranges(first), ranges(single), ranges(repeated)]


def test_components_are_nodes_that_reach_one_another():
    graph = {1: [2], 2: [3], 3: [1, 4], 4: [5], 5: [4], 6: [6, 1], 7: []}
    assert sorted(map(sorted, components(graph))) == [[1, 2, 3], [4, 5], [6], [7]]
