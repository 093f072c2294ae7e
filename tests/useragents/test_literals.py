import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from logsmith.useragents.literals import required_literals
from logsmith.useragents.patterns import Pattern, Patterns, builtin_patterns

KNOWN = [
    ("Foo", {"foo"}),
    (r"(Foo)/(\d+)\.(\d+)", {"foo/"}),
    (r"^Foo\.Bar$", {"foo.bar"}),
    ("(?i)FOO", {"foo"}),
    ("(?:Foo|Bar)-x", {"foo-x", "bar-x"}),
    ("Foo|Ba+r", set()),  # of the second, no three characters are known
    ("Foo|Ba+rb[^x]", set()),
    (r"Foo\d|Bar\d", {"foo", "bar"}),
    (r"Foo|Bar\d+|\bBaz.", {"foo", "bar", "baz"}),
    ("Foos?", {"foo"}),
    ("Foos*", {"foo"}),
    ("Foos+", {"foos"}),
    ("x(?:Foo)*", set()),
    ("(?:Foo.)+", {"foo"}),
    ("; {0,2}AB", {";ab", "; ab", ";  ab"}),
    ("(?:ab){2}", {"abab"}),
    ("(?:ab){2,}", set()),
    ("(?:abc){5}", {"abc"}),
    ("a{,2}bcd", {"bcd"}),
    ("[Ff]oo", {"foo"}),
    (r"[.\-]foo", {".foo", "-foo"}),
    ("[^f]oox", {"oox"}),
    ("foo[a-c]", {"foo"}),
    ("o[0-1]x", {"o0x", "o1x"}),  # nothing else is known of it
    (r"o[\w]x.foo", {"foo"}),
    (r"A\d", set()),
    (r"Is\d", {f"is{digit}" for digit in range(10)}),
    ("foo(?=bar)", {"foo"}),
    ("foo(?!bar)(?<!x)(?<=o)quux", {"fooquux"}),
    ("(?P<name>foo)", {"foo"}),
    ("(?i:FOO)bar", {"foobar"}),
    ("[a-e]foo", {"foo"}),
    (
        "[abcde][abcde][abcde]fo",
        {f"{letter}fo" for letter in "abcde"},
    ),  # all of them are more than are spelled out
    ("é?foo", set()),
    ("[z-a]fo", set()),
]


@pytest.mark.parametrize(("expression", "expected"), KNOWN)
def test_a_match_needs_one_of_the_literals(expression, expected):
    assert required_literals(expression) == expected


def test_of_two_parts_the_one_that_few_agents_have_counts():
    assert required_literals(r"Safari.{0,9}Zork") == {"zork"}
    assert required_literals(r"(?:Zork|Mork|Pork|Fork).*Safari") == {"zork", "mork", "pork", "fork"}


@pytest.mark.parametrize(
    "expression",
    [
        *(r"(foo)\1", r"\x66oo", r"\u0066oo", "(?x) f oo", "(?s:foo)", "(?-i:foo)", "(?>foo)"),
        *("(?P<a>f)(?P=a)oo", "(f)?(?(1)oo|foo)", "(?#no)foo", "foo{", "foo)", "(foo"),
        "(" * 5_000 + "foo" + ")" * 5_000,
    ],
)
def test_of_what_is_not_known_nothing_is_required(expression):
    assert required_literals(expression) == set()


PLAIN = ["foo", "Bar ", *"abfoAB;- 1é", r"\.", r"\-"]
SETS = ["[ab]", "[^ab]", "[a-c]", "[A-F0-9]", r"[.\-x]", r"[\w-]", "[]a]", "[a-]", "[-a]", "[éa]"]
OTHERS = [".", "^", r"\b", r"\d", r"\w", r"\s", r"\S", "(?i:Foo)", "(?!x)", "(?<=a)", "(?=f)", "(|ab)"]
ATOMS = st.sampled_from([*PLAIN, *SETS, *OTHERS])
TIMES = st.sampled_from("* + ? *? +? ?? ++ {0} {2} {0,2} {1,3}? {1,9} {2,} {,2}".split())


def grown(inner):
    groups = st.builds("({})".format, inner) | st.builds("(?:{})".format, inner)
    parts = st.lists(inner, min_size=1, max_size=4)
    return (
        groups
        | st.builds("{}{}".format, groups, TIMES)
        | parts.map("".join)
        | parts.map(lambda some: f"(?:{'|'.join(some)})")
        | parts.map("|".join)
    )


EXPRESSIONS = st.recursive(ATOMS, grown, max_leaves=12)


def holds_what_is_required(expression, text):
    literals = required_literals(expression)
    return not literals or any(literal in text.lower() for literal in literals)


@settings(deadline=None, max_examples=300)
@given(EXPRESSIONS, st.booleans(), st.data())
def test_each_text_that_matches_has_one_of_the_literals(expression, ignores_case, data):
    try:
        compiled = re.compile(expression, re.ASCII | (re.IGNORECASE if ignores_case else re.NOFLAG))
    except re.error:
        assume(False)
    text = data.draw(st.from_regex(re.compile(expression, compiled.flags & ~re.DEBUG)))
    text = data.draw(st.sampled_from([text, text.swapcase(), text.upper()]))
    assert compiled.search(text) is None or holds_what_is_required(expression, text)


PATTERNS = builtin_patterns()._patterns


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(PATTERNS), st.data())
def test_each_agent_that_a_pattern_of_ua_parser_matches_has_one_of_its_literals(pattern, data):
    text = data.draw(st.from_regex(re.compile(pattern.text, re.ASCII)))
    assert pattern.compile()(text) is None or holds_what_is_required(pattern.text, text)


def test_nearly_all_patterns_of_ua_parser_need_a_literal():
    assert len(PATTERNS) > 1_000
    assert sum(not required_literals(pattern.text) for pattern in PATTERNS) < len(PATTERNS) / 50


AGENTS = [
    "",
    "a",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 13_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0.5 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 13; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; U; Android 4.0.4; en-us; HTC_X715e Build/IMM76D) AppleWebKit/534.30 (KHTML) Version/4.0 Safari/534.30",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "MOZILLA/5.0 (WINDOWS NT 10.0) FIREFOX/115.0 SPIDER",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1; U; en) Presto/2.8.119 Version/11.10",
    "LG-L160L/1.0 Mozilla İ \u212a ſ é\n",
    "Dalvik/2.1.0 (Linux; U; Android 9; ;  KFTRWI Build/PS7) \x00",
]


@pytest.mark.parametrize("agent", AGENTS)
def test_no_pattern_is_passed_over(agent):
    builtin = builtin_patterns()
    ends = builtin._ends
    lists = [PATTERNS[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
    each = [next(filter(None, (pattern.read(agent) for pattern in one)), None) for one in lists]
    assert builtin.find(agent) == each


def test_the_lists_are_asked_each_for_itself():
    patterns = Patterns(
        [Pattern("curl", "a"), Pattern(".", "b")], [], [Pattern("wget", "c")], [Pattern("curl", "d")]
    )
    assert patterns.find("curl") == [["a"], None, None, ["d"]]
    assert patterns.find("Wget") == [["b"], None, None, None]
    assert patterns.find("wget") == [["b"], None, ["c"], None]


def test_a_pattern_is_compiled_only_where_it_may_match():
    listed = [Pattern("wget", "a"), Pattern("cur[a-z]/9", "b"), Pattern("curl", "c"), Pattern("burl/8", "d")]
    patterns = Patterns(listed)
    assert patterns.find("CURL/8.5") == [None]
    assert [one.search is not None for one in listed] == [False, True, True, False]
    assert patterns.find("curl/8.5") == [["c"]]
    assert [one.search is not None for one in listed] == [False, True, True, False]
