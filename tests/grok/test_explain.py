"""Where an expression stops at a text that it does not match, and which part of it stops it."""

from functools import cache
from random import Random

import pytest

from logsmith.grok import Library, compile_grok
from logsmith.grok.expansion import expand, source_of
from logsmith.grok.explain import Explainer, Miss
from logsmith.grok.steps import cut, greedy, steps_of
from logsmith.regex import budget
from logsmith.regex.parser import parse_ruby
from logsmith.regex.printer import OnigPrinter
from tests.regex.generated import damaged, text_for

ACCESS = (
    '192.0.2.44 - ann [07/Mar/2023:21:09:58 +0100] "PUT /cart/7?x=1 HTTP/2.0" 204 - "-" "Tool/1.0 (x; y)"'
)
MINE = {
    "ORDER": r"[A-Z]{2}-\d+",
    "PAIR": "%{WORD:k}=%{ORDER:v}",
    "SEVERAL": "%{ORDER}|%{INT}",
    "WRAP": "%{ORDER}!",
    "LETTERS": "ax",
    "EITHER": "(?:%{INT:n} ok|%{WORD:w} bad)",
}

# expression, text, the part of it that matches, why the next does not, what that is: a piece, and references around it
MISSES = [
    ("%{IP:client} %{WORD:verb}", "192.0.2.1 /", "192.0.2.1 ", "here", "", ["%{WORD:verb}"]),
    ("%{IP:client} %{WORD:verb}", "x 192.0.2.1 /", "x 192.0.2.1 ", "here", "", ["%{WORD:verb}"]),
    ("%{IP:client} %{WORD:verb}", "192.0.2.1", "192.0.2.1", "at the end", " ", []),
    ("%{IP:client} %{WORD:verb}", "192.0.2.1 ", "192.0.2.1 ", "at the end", "", ["%{WORD:verb}"]),
    ("%{IP:client} %{WORD:verb}", "192.0.2.x get", "", "nowhere", "", ["%{IP:client}"]),
    ("%{IP:client}", "", "", "nowhere", "", ["%{IP:client}"]),
    ("^%{INT:a}$", "12 ", "12", "here", "$", []),
    ("^%{INT:a}", "x12", "", "here", "", ["%{INT:a}"]),
    (r"(?<x>\d{4})-\d{2}", "2021-1", "2021-1", "at the end", r"\d{2}", []),
    (r"v\d{3,}x", "v12x", "v12", "here", r"\d{3,}", []),
    ("user=(?<u>[a-z]+) id=", "user=ann ip=", "user=ann i", "here", "d=", []),
    ("a%{SPACE}b", "a  c", "a  ", "here", "b", []),
    ("a(?: b)? c", "a b d", "a b ", "here", "c", []),
    ("a(?=b)", "ac", "a", "here", "(?=b)", []),
    ("a(?!b)c", "ab", "a", "here", "(?!b)", []),
    ("%{DATA:a},%{INT:b}", "abc", "", "nowhere", ",", []),
    ("%{WORD:w} %{DATA:a},%{INT:b}", "x abc", "x ", "from here on", ",", []),
    (r"%{WORD:w} %{GREEDYDATA:a}\s*;", "x abc", "x ", "from here on", ";", []),
    (r"%{WORD:w} .+ end=", "x abc", "x ", "from here on", " end=", []),
    ("%{WORD:w}: %{NOTSPACE:a};", "x: abc d", "x: abc", "here", ";", []),
    ("%{WORD:w}: %{ORDER:o}", "x: ABC", "x: AB", "here", "-", ["%{ORDER:o}"]),
    ("%{WORD:w}: %{ORDER:o}", "x: 12", "x: ", "here", "", ["%{ORDER:o}"]),
    ("<%{PAIR}>", "<a=b", "<a=", "here", "", ["%{PAIR}", "%{ORDER:v}"]),
    ("<%{PAIR:p}>", "<=", "<", "here", "", ["%{PAIR:p}", "%{WORD:k}"]),
    ("<%{WRAP}>", "<1", "<", "here", "", ["%{WRAP}"]),
    ("<%{WRAP:w}>", "<1", "<", "here", "", ["%{WRAP:w}"]),
    ("%{LETTERS}yz", "ab", "a", "here", "x", ["%{LETTERS}"]),
    ("x: a*?b", "x: aac", "x: aa", "here", "b", []),
    ("%{EITHER}", "12 no", "", "nowhere", "", ["%{EITHER}"]),
    ("<%{SEVERAL}>", "<a", "<", "here", "", ["%{SEVERAL}"]),
    ("<%{SEVERAL:s}>", "<a", "<", "here", "", ["%{SEVERAL:s}"]),
    ("<%{EITHER}>", "<12 no>", "<12 ", "here", "ok", ["%{EITHER}"]),
    ("<%{EITHER}>", "<ab no>", "<ab ", "here", "bad", ["%{EITHER}"]),
    ("<%{EITHER}>", "<-", "<", "here", "", ["%{EITHER}"]),
    ("(?:%{ORDER:o} x|%{INT:n} y)", "AB-1 z", "AB-1 ", "here", "x", []),
    ("%{NEW=[a-f]+} %{NEW:hex}", "abc xyz", "abc ", "here", "", ["%{NEW:hex}"]),
    ("%{INT:a:int} %{INT:b:int}", "1 x", "1 ", "here", "", ["%{INT:b:int}"]),
    ("(?~x)b%{INT:n}", "aab", "aab", "at the end", "", ["%{INT:n}"]),
    ("日本 %{INT:n}", "日本 語", "日本 ", "here", "", ["%{INT:n}"]),
    ("%{COMBINEDAPACHELOG}", ACCESS.replace("Mar", "Foo"), ACCESS[:21], "here", "",
     ["%{COMBINEDAPACHELOG}", "%{HTTPD_COMBINEDLOG}", "%{HTTPD_COMMONLOG}", "%{HTTPDATE:timestamp}", "%{MONTH}"]),
    ("%{COMBINEDAPACHELOG}", ACCESS.replace('"Tool', "Tool"), ACCESS[:83], "here", '"',
     ["%{COMBINEDAPACHELOG}", "%{HTTPD_COMBINEDLOG}"]),
    ("%{COMBINEDAPACHELOG}", "???", "", "nowhere", "",
     ["%{COMBINEDAPACHELOG}", "%{HTTPD_COMBINEDLOG}", "%{HTTPD_COMMONLOG}", "%{IPORHOST:[source][address]}"]),
]  # fmt: skip


@cache
def library():
    return Library.stock(ecs=True).with_definitions(MINE)


def explain(pattern, text):
    return Explainer(pattern, library()).explain(text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [(*row[:2], row[2:]) for row in MISSES],
    ids=[f"{row[0]} on {row[1]}" for row in MISSES],
)
def test_tells_how_far_it_gets_and_what_stops_it(pattern, text, expected):
    miss = explain(pattern, text)
    assert (text[: miss.position], miss.reason, miss.piece, list(miss.path)) == expected


ALTERNATIVES = [
    ("lvl=(?:info|warn|%{INT}) ", "lvl=x", ("info", "warn", "%{INT}")),
    ("<%{SEVERAL}>", "<a", ("%{ORDER}", "%{INT}")),
    ("<%{SEVERAL:s}>", "<a", ("%{ORDER}", "%{INT}")),
    ("%{IP:client}", "x", ("%{IPV6}", "%{IPV4}")),
    ("%{INT:client}", "x", ()),
    ("a(?<x>b|(?:c|d)e)", "af", ("b", "(?:c|d)e")),
]


@pytest.mark.parametrize(
    ("pattern", "text", "alternatives"), ALTERNATIVES, ids=[row[0] for row in ALTERNATIVES]
)
def test_names_alternatives_as_they_are_written(pattern, text, alternatives):
    assert explain(pattern, text).alternatives == alternatives


def test_a_text_that_matches_has_no_explanation():
    assert explain("%{COMBINEDAPACHELOG}", ACCESS) is None


def test_a_call_of_a_later_group_is_not_explained():
    assert explain(r"(?<a>x)\g<b>(?<b>y)z", "xyyw") == Miss("unknown")


def test_an_explanation_keeps_to_the_time_limit():
    text = "a" * 60
    watch = budget.watch(0.05)
    with budget.armed(0.05):
        watch.text = text
        assert explain(r"(?<x>(?<y>a|a)+)b", text) == Miss("too long")


STOCK = [name for name in Library.stock(ecs=True).names if not name.startswith(("BACULA", "CISCO"))][::4]


@pytest.mark.parametrize("name", STOCK)
def test_explains_all_texts_that_do_not_match_and_no_others(name):
    random = Random(name)
    pattern = f"%{{{name}:a}};%{{INT:b}}"
    grok, explainer = compile_grok(pattern, library()), Explainer(pattern, library())
    whole = text_for(grok.regex.tree.root, random)
    for text in (whole, damaged(whole, random), whole + "x"):
        miss = explainer.explain(text)
        assert (miss is None) == (grok.search(text) is not None)
        assert miss is None or 0 <= miss.position <= len(text)


STEPS = [
    ("abc", ["", "a", "ab", "abc"]),
    ("a(?<x>b(?<y>c))d", ["", "a", "a(b)", "a(b(c))", "a(b(c))d"]),
    ("a+b", ["", "a{1}", "a+", "a+b"]),
    ("(?:ab){2}c", ["", "a", "(?:ab){1}", "(?:ab){1}a", "(?:ab){2}", "(?:ab){2}c"]),
    ("(?:ab){2,}", ["", "a", "(?:ab){1}", "(?:ab){1}a", "(?:ab){2}", "(?:ab){2,}"]),
    ("(?>ab)c", ["", "a", "(?>ab)", "(?>ab)c"]),
    ("a?(?:b|c)", ["", "a?", "a?(?:b|c)"]),
    ("(?<x>a){2}", ["", "(a){2}"]),
]


@pytest.mark.parametrize(("pattern", "pieces"), STEPS, ids=[row[0] for row in STEPS])
def test_a_pattern_is_cut_behind_each_step(pattern, pieces):
    root = parse_ruby(pattern).root
    assert len(steps_of(root)) == len(pieces) - 1
    assert [OnigPrinter().text(cut(root, count)) for count in range(len(pieces))] == pieces


GREEDY = [
    ("ab*?", "ab*"),
    ("(?<x>a.*?)c?", "(a.*)c?"),
    (".*?a", ".*?a"),
    (".*?", ".*"),
    ("(?<x>.*?)", "(.*)"),
]


@pytest.mark.parametrize(("pattern", "taken"), GREEDY, ids=[row[0] for row in GREEDY])
def test_a_cut_pattern_takes_all_it_can_at_its_end(pattern, taken):
    assert OnigPrinter().text(greedy(parse_ruby(pattern).root)) == taken


def test_an_expansion_knows_what_came_from_where():
    expansion = expand("<%{PAIR:p}>", library())
    place = expansion.text.index("-")
    path = expansion.path(place, place + 1)
    assert [part.written for part in path] == ["<%{PAIR:p}>", "%{PAIR:p}", "%{ORDER:v}"]
    assert [source_of(part, place, place + 1) for part in path] == ["%{PAIR:p}", "%{ORDER:v}", "-"]
    assert source_of(path[1], path[1].start, path[1].end) == MINE["PAIR"]
    assert source_of(path[0], 0, 1) == "<"
