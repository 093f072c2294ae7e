"""Groups that were read before are known again, and mean the same; what was found out about them holds."""

import pytest

from logsmith.regex import RegexError, compile_ruby
from logsmith.regex.known import LEAST_TEXT, MOST_ALIKE, MOST_KEPT, MOST_TEXT, Facts, Group, Groups
from logsmith.regex.parser import parse_ruby
from logsmith.regex.runaway import can_run_away
from logsmith.regex.spans import Spans
from logsmith.regex.tree import EMPTY, Alternation, Dot, Literal, Repeat, Sequence, walk

LONG = "(?:alpha|beta|gamma|delta|epsilon)"
WITH_PLAIN = "(?:alpha|beta|gamma|delta|epsilon(s))"
ATOMIC = "(?>alpha|beta|gamma|delta|epsilon)"
AMBIGUOUS = r"(?:(?:[a-z]+|[a-z]+[0-9]?|[a-z]+_)*)"

PATTERNS = (
    LONG,
    f"{LONG}{LONG}+",
    f"(?<name>{LONG}) {ATOMIC}",
    f"{WITH_PLAIN}{WITH_PLAIN}",
    f"(?<name>x){WITH_PLAIN}",
    rf"\(?<x{WITH_PLAIN}",  # looks as if it had a named group
    rf"\(?<y{WITH_PLAIN}",
    f"(?i){LONG}",
    f"(?i:{LONG}){LONG}",
    f"(?x){LONG} # the end",
    f"(?m:{LONG[:-1]}|.))",
    rf"(x)(?:alpha|beta|gamma|delta|epsilon|\1){LONG}",
    rf"{LONG}(?:alpha|beta|gamma|delta|epsilon|\g<0>)?",
    r"(?:alpha|beta|(?i)gamma|delta|epsilon)z",
    r"(?:[](){}]|alpha|beta|gamma|delta|\))",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_the_same_tree_whatever_was_read_before(pattern):
    for other in (*PATTERNS, pattern):
        parse_ruby(other)
    assert parse_ruby(pattern) == parse_ruby(pattern, spans=Spans())  # who asks for places has all read anew


def test_equal_groups_of_two_patterns_are_one_node():
    one, other = (parse_ruby(f"{name} {LONG}{{2}}").root for name in ("one", "two"))
    assert isinstance(one, Sequence)
    assert isinstance(other, Sequence)
    assert one.items[-1].body is other.items[-1].body


def test_groups_that_capture_have_numbers_of_their_own():
    tree = parse_ruby(f"{WITH_PLAIN} {WITH_PLAIN}")
    assert tree.group_count == 2
    assert compile_ruby(f"{WITH_PLAIN} {WITH_PLAIN}").search("alpha epsilons").groups() == (None, "s")


def test_a_known_group_tells_that_it_has_plain_groups():
    parse_ruby(rf"\(?<x{WITH_PLAIN}")
    assert parse_ruby(rf"\(?<z{WITH_PLAIN}").group_count == 1


def test_a_mistake_behind_a_known_group_is_found_where_it_is():
    parse_ruby(LONG)
    with pytest.raises(RegexError) as caught:
        parse_ruby(f"{LONG})")
    assert "unmatched close parenthesis" in str(caught.value)


@pytest.mark.parametrize("endings", [("", "!"), ("!", "")])
def test_what_follows_decides_whether_a_known_group_can_run_away(endings):
    found = {ending: can_run_away(parse_ruby(f"x{AMBIGUOUS}{ending}")) for ending in endings}
    assert found == {"": False, "!": True}


def test_a_pattern_keeps_whether_it_can_run_away():
    regex = compile_ruby("(a+)+!")
    assert regex.can_run_away
    assert regex.can_run_away
    assert not compile_ruby("a+!").can_run_away


@pytest.mark.parametrize(
    ("length", "is_kept"),
    [(LEAST_TEXT - 1, False), (LEAST_TEXT, True), (MOST_TEXT, True), (MOST_TEXT + 1, False)],
)
def test_groups_are_kept_by_their_length(length, is_kept):
    groups, text = Groups(), f"(?:{'x' * (length - 4)})"
    groups.keep(Group(text, EMPTY, has_plain_groups=False), "here")
    assert (groups.get(f"a{text}b", 1, "here") is not None) == is_kept


def test_groups_in_other_surroundings_are_others():
    groups = Groups()
    groups.keep(Group(LONG, EMPTY, has_plain_groups=False), "here")
    assert groups.get(LONG, 0, "there") is None


def test_a_group_is_known_by_all_of_its_text():
    groups = Groups()
    groups.keep(Group(LONG, EMPTY, has_plain_groups=False), None)
    assert groups.get(LONG.replace("epsilon", "upsilon"), 0, None) is None


@pytest.mark.parametrize(
    ("form", "count", "last_is_kept", "first_is_kept"),
    [
        ("(?:a row of groups that begin alike {:05})", MOST_ALIKE, True, True),
        ("(?:a row of groups that begin alike {:05})", MOST_ALIKE + 1, False, True),
        ("(?:{:05} begins a group of its own)", MOST_KEPT, True, True),
        ("(?:{:05} begins a group of its own)", MOST_KEPT + 1, True, False),
    ],
)
def test_only_so_many_groups_are_kept(form, count, last_is_kept, first_is_kept):
    groups, texts = Groups(), [form.format(number) for number in range(count)]
    for text in texts:
        groups.keep(Group(text, EMPTY, has_plain_groups=False), None)
    found = [groups.get(text, 0, None) is not None for text in (texts[-1], texts[0])]
    assert found == [last_is_kept, first_is_kept]


def test_facts_are_of_one_node_and_one_question():
    facts, one, other = (
        Facts(),
        Alternation((Dot(newline=True), EMPTY)),
        Alternation((Dot(newline=True), EMPTY)),
    )
    facts.keep(one, "found", "question")
    assert (facts.get(one, "question"), facts.get(one, "another"), facts.get(other, "question")) == (
        "found",
        None,
        None,
    )


def test_no_more_is_kept_than_is_bearable():
    facts, nodes = Facts(), [Literal(chr(code)) for code in range(32, 33 + MOST_KEPT)]
    for node in nodes:
        facts.keep(node, 1)
    assert [facts.get(node) for node in (nodes[0], nodes[-1])] == [None, 1]


def test_walking_goes_from_outer_to_inner_in_the_order_written():
    a, b, c = map(Literal, "abc")
    body = Sequence((a, b))
    root = Alternation((Repeat(body, 0, None), c))
    assert list(walk(root)) == [root, root.branches[0], body, a, b, c]
