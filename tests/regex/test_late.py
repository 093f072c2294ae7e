"""Long patterns are compiled when they are needed; until then they are checked, and nobody sees a difference."""

import pytest

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.grok import compile_grok
from logsmith.grok.library import Library
from logsmith.plugins import Context
from logsmith.regex import RegexError, compile_re, compile_ruby, engine, settled
from logsmith.regex.late import DEEPEST, LONG, LatePattern, is_sure
from logsmith.regex.parser import parse_ruby

FILLING = "x?" * LONG
LINE = '192.0.2.1 - - [10/Oct/2025:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl"'
GROK = 'filter { grok { match => { "message" => "%{COMBINEDAPACHELOG}" } } }'


@pytest.fixture
def compiled(monkeypatch):
    """The trees that were compiled by `re`."""
    trees = []
    monkeypatch.setattr(
        engine, "compile_re", lambda tree, **more: trees.append(tree) or compile_re(tree, **more)
    )
    compile_ruby.cache_clear()
    yield trees
    compile_ruby.cache_clear()


def test_a_long_pattern_is_compiled_when_it_is_needed(compiled):
    late = compile_ruby(FILLING + "(b)")
    assert compiled == []
    assert late.search("ab", 1).groups() == late.re.match("b").groups() == ("b",)
    assert late.re.groups == 1
    assert len(compiled) == 1


def test_a_short_pattern_is_compiled_at_once(compiled):
    compile_ruby("(b)")
    assert len(compiled) == 1


def test_a_long_pattern_that_is_wrong_is_refused_at_once():
    with pytest.raises(RegexError, match="end pattern with unmatched parenthesis"):
        compile_ruby(FILLING + "(")


@pytest.mark.parametrize(
    ("pattern", "sure"),
    [
        (r"(?<a>b|c)+?(?>d*+)[e-g]\d.^$\A\z\Z\b\B(?=a)(?<!b|cc)(?i:k)", True),
        (r"(a)\1", False),
        (r"(?<a>b)\k<a>", False),
        (r"(?<a>b)\g<a>", False),
        (r"(a)?(?(1)b|c)", False),
        (r"\G", False),
        (r"a\K", False),
        (r"\X", False),
        (r"(?~a+)", False),
        ("(?i:ß)", False),
        ("(" * DEEPEST + "a" + ")" * DEEPEST, False),
    ],
)
def test_only_what_re_surely_takes_waits(pattern, sure):
    tree = parse_ruby(pattern)
    assert is_sure(tree) is sure
    assert not sure or compile_re(tree, multiline=True) is not None


@pytest.mark.parametrize(
    "name", ["COMBINEDAPACHELOG", "SYSLOG5424LINE", "HAPROXYHTTP", "CISCOFW106001", "URI", "DATESTAMP"]
)
@pytest.mark.parametrize("ecs", [False, True], ids=["legacy", "ecs"])
def test_stock_patterns_wait_and_are_taken(name, ecs):
    tree = compile_grok(f"%{{{name}}}", Library.stock(ecs=ecs)).regex.tree
    assert is_sure(tree)
    assert compile_re(tree, multiline=True) is not None


def test_settled_is_the_pattern_s_own_method_and_other_values_as_they_are(compiled):
    late = compile_ruby(FILLING + "b").re
    assert isinstance(late, LatePattern)
    assert settled(late.match) == late.made.match
    assert settled(late.search) == late.made.search
    other = [len, "text", None, [].append]
    assert list(map(settled, other)) == other


def test_a_check_compiles_no_long_pattern_and_code_that_runs_has_their_own_methods(compiled):
    pipeline = compile_pipeline([Source("main.conf", GROK)], Context()).pipeline
    assert [tree for tree in compiled if tree.group_count > 1] == []
    (section,) = pipeline.functions.filters
    (first,) = [value for name, value in section.__globals__.items() if name.startswith("first_")]
    assert first == first.__self__.match
    assert not isinstance(first.__self__, LatePattern)
    (event,) = pipeline.filter([Event.from_map({"message": LINE})])
    assert event.to_map()["http"]["response"]["status_code"] == 200


def test_a_pattern_that_is_refused_after_all_says_so():
    with pytest.raises(RegexError, match="refused"):
        LatePattern(lambda: None).search("a")
